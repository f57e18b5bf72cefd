import { useMemo, useState } from "preact/hooks";
import { heading, intervalColumns, shown } from "./format.js";

const STATUS_ORDER = { failed: 0, flagged: 1, ok: 2 };
const ROWS_AT_ONCE = 200;

function compare(a, b) {
  if (a === b) return 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

// A figure's interval stands in the figure's own cell, unless all columns are asked for.
function visibleColumns(data, all) {
  const { columns } = data.main;
  if (all) return columns.map((_, index) => ({ index, interval: null }));
  const wanted = data.main_columns.filter((name) => columns.includes(name));
  const within = new Set(wanted.flatMap((name) => intervalColumns(name, columns) ?? []));
  return wanted
    .filter((name) => !within.has(name))
    .map((name) => ({
      index: columns.indexOf(name),
      interval: intervalColumns(name, columns)?.map((end) => columns.indexOf(end)) ?? null,
    }));
}

function Cell({ row, column, status }) {
  const value = row[column.index];
  if (status) return <td class={status}>{value}</td>;
  const ends = column.interval?.map((end) => shown(row[end]));
  return (
    <td class={typeof value === "number" ? "number" : ""}>
      {shown(value)}
      {ends && (ends[0] || ends[1]) && (
        <span class="ends">
          {" "}
          {ends[0]} – {ends[1]}
        </span>
      )}
    </td>
  );
}

export function ItemTable({ data, selected, choose, text, setText }) {
  const { columns, rows } = data.main;
  const [all, setAll] = useState(false);
  const [status, setStatus] = useState("");
  const [sort, setSort] = useState({ column: -1, down: false });
  const [limit, setLimit] = useState(ROWS_AT_ONCE);
  const visible = useMemo(() => visibleColumns(data, all), [all]);
  const words = useMemo(
    () =>
      rows.map((row, i) =>
        [...row.filter((cell) => cell !== null), ...data.items[i].remarks.map((remark) => remark.code)].join("\n").toLowerCase(),
      ),
    [],
  );
  const statusColumn = columns.indexOf("status");
  const order = useMemo(() => {
    const needle = text.toLowerCase();
    const kept = rows
      .map((_, i) => i)
      .filter((i) => (!status || data.items[i].status === status) && (!needle || words[i].includes(needle)));
    if (sort.column >= 0) {
      const key = (i) => (sort.column === statusColumn ? STATUS_ORDER[rows[i][statusColumn]] : rows[i][sort.column]);
      kept.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if ((x === null) !== (y === null)) return x === null ? 1 : -1;
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
                <th key={c.index} aria-sort={sorted(c.index)} scope="col">
                  <button
                    type="button"
                    onClick={() => setSort({ column: c.index, down: sort.column === c.index && !sort.down })}
                  >
                    {heading(columns[c.index])}
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
                    <th key={c.index} scope="row">
                      <button type="button" class="link" onClick={() => choose(i)}>
                        {shown(rows[i][c.index])}
                      </button>
                    </th>
                  ) : (
                    <Cell key={c.index} row={rows[i]} column={c} status={c.index === statusColumn ? rows[i][c.index] : ""} />
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
