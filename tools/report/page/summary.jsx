import { heading, shown } from "./format.js";
import { ByCondition, Growth, groupsOf, WordsByCondition } from "./plots.jsx";

export function PlainTable({ table, rows = table.rows }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={table.name}>
      <table>
        <thead>
          <tr>
            {table.columns.map((c) => (
              <th key={c} scope="col">
                {heading(c)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, k) => (
                <td key={k} class={typeof cell === "number" ? "number" : ""}>
                  {shown(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Summary({ data, choose }) {
  const has = (name) => data.main.columns.includes(name);
  const groups = groupsOf(data);
  return (
    <section aria-labelledby="summary">
      <h2 id="summary">Summary</h2>
      <div class="cards">
        {data.figures.filter(has).map((column) => (
          <ByCondition key={column} data={data} column={column} groups={groups} choose={choose} />
        ))}
        <Growth data={data} groups={groups} choose={choose} />
        {data.words.filter(has).map((column) => (
          <WordsByCondition key={column} data={data} column={column} groups={groups} />
        ))}
      </div>
      {data.figures.some(has) && <p class="small">Hollow points are flagged: a number, but a quality gate spoke.</p>}
      {data.tables.map((table) => (
        <details key={table.name} open={table.name === "group_summary" && table.rows.length <= 12}>
          <summary>{table.name}.csv</summary>
          <PlainTable table={table} />
        </details>
      ))}
    </section>
  );
}
