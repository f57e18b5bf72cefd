import { useMemo, useState } from "preact/hooks";
import { heading, shown } from "./format.js";

const STATUS_ORDER = { failed: 0, flagged: 1, ok: 2 };
const ROWS_AT_ONCE = 200;

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === "") return 1;
  if (b === null || b === "") return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

function mainColumns(data) {
  const wanted = data.main_columns.filter((name) => data.main.columns.includes(name));
  return wanted.map((name) => data.main.columns.indexOf(name));
}

export function ItemTable({ data, selected, choose }) {
  const { columns, rows } = data.main;
  const [all, setAll] = useState(false);
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const [sort, setSort] = useState({ column: -1, down: false });
  const [limit, setLimit] = useState(ROWS_AT_ONCE);
  const visible = useMemo(() => (all ? columns.map((_, i) => i) : mainColumns(data)), [all]);
  const statusColumn = columns.indexOf("status");
  const order = useMemo(() => {
    const needle = text.toLowerCase();
    const kept = rows
      .map((_, i) => i)
      .filter((i) => !status || rows[i][statusColumn] === status)
      .filter((i) => !needle || rows[i].some((cell) => String(cell ?? "").toLowerCase().includes(needle)));
    if (sort.column >= 0) {
      const key = (i) => (sort.column === statusColumn ? STATUS_ORDER[rows[i][statusColumn]] : rows[i][sort.column]);
      kept.sort((a, b) => {
        const empty = (v) => v === null || v === "";
        const [x, y] = [key(a), key(b)];
        if (empty(x) !== empty(y)) return empty(x) ? 1 : -1;
        return (sort.down ? -1 : 1) * compare(x, y) || a - b;
      });
    }
    return kept;
  }, [text, status, sort]);
  const sorted = (column) => (sort.column !== column ? "none" : sort.down ? "descending" : "ascending");
  return (
    <section aria-labelledby="items">
      <h2 id="items">Items</h2>
      <div class="controls">
        <label>
          Search <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <label>
          Status{" "}
          <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            <option value="">all</option>
            <option>ok</option>
            <option>flagged</option>
            <option>failed</option>
          </select>
        </label>
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> all columns
        </label>
        <span role="status">
          {order.length} of {rows.length} shown
        </span>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of items">
        <table id="item-table">
          <thead>
            <tr>
              {visible.map((c) => (
                <th key={c} aria-sort={sorted(c)} scope="col">
                  <button
                    type="button"
                    onClick={() => setSort({ column: c, down: sort.column === c && !sort.down })}
                  >
                    {heading(columns[c])}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.slice(0, limit).map((i) => (
              <tr key={i} aria-selected={i === selected} class={i === selected ? "selected" : ""}>
                {visible.map((c, k) =>
                  k === 0 ? (
                    <th key={c} scope="row">
                      <button type="button" class="link" onClick={() => choose(i)}>
                        {shown(rows[i][c])}
                      </button>
                    </th>
                  ) : (
                    <td key={c} class={c === statusColumn ? rows[i][c] : typeof rows[i][c] === "number" ? "number" : ""}>
                      {shown(rows[i][c])}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {order.length > limit && (
        <button type="button" onClick={() => setLimit(limit + ROWS_AT_ONCE)}>
          Show {Math.min(ROWS_AT_ONCE, order.length - limit)} more
        </button>
      )}
    </section>
  );
}
