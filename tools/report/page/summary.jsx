import { useState } from "preact/hooks";
import { heading, intervalColumns, shown } from "./format.js";

const WIDTH = 760;
const HEIGHT = 300;
const MARGIN = { left: 64, right: 12, top: 12, bottom: 56 };

function niceTicks(lo, hi) {
  const raw = (hi - lo) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const ticks = [];
  for (let t = Math.ceil(lo / step) * step; t <= hi + step * 1e-9; t += step) ticks.push(Number(t.toPrecision(12)));
  return ticks;
}

// Points with their intervals, side by side within their condition; the group's mean as a band.
function ByCondition({ data, column, choose }) {
  const { columns, rows } = data.main;
  const value = columns.indexOf(column);
  const condition = columns.indexOf("condition");
  const interval = intervalColumns(column, columns)?.map((name) => columns.indexOf(name));
  const points = [];
  rows.forEach((row, i) => {
    if (typeof row[value] === "number")
      points.push({
        i,
        y: row[value],
        lo: interval && typeof row[interval[0]] === "number" ? row[interval[0]] : row[value],
        hi: interval && typeof row[interval[1]] === "number" ? row[interval[1]] : row[value],
        group: condition >= 0 && row[condition] !== null ? String(row[condition]) : "all items",
        status: data.items[i].status,
        name: data.items[i].name,
      });
  });
  if (points.length === 0) return <p>No item has this figure.</p>;
  const groups = [...new Set(points.map((p) => p.group))];
  const low = Math.min(0, ...points.map((p) => p.lo));
  const high = Math.max(...points.map((p) => p.hi)) || 1;
  const top = high + 0.05 * (high - low);
  const y = (v) => HEIGHT - MARGIN.bottom - ((v - low) / (top - low)) * (HEIGHT - MARGIN.bottom - MARGIN.top);
  const slot = (WIDTH - MARGIN.left - MARGIN.right) / groups.length;
  const means = groupMeans(data, column);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${heading(column)} by condition`} class="figure">
      {niceTicks(low, top).map((t) => (
        <g key={t}>
          <line class="grid" x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={y(t)} y2={y(t)} />
          <text x={MARGIN.left - 6} y={y(t) + 4} text-anchor="end">
            {shown(t)}
          </text>
        </g>
      ))}
      <text transform={`translate(14 ${(HEIGHT - MARGIN.bottom) / 2}) rotate(-90)`} text-anchor="middle">
        {heading(column)}
      </text>
      {groups.map((group, g) => {
        const own = points.filter((p) => p.group === group);
        const x0 = MARGIN.left + g * slot;
        const mean = means[group];
        return (
          <g key={group}>
            {mean && (
              <>
                <rect class="band" x={x0 + 6} width={slot - 12} y={y(mean.hi)} height={Math.max(1, y(mean.lo) - y(mean.hi))} />
                <line class="mean" x1={x0 + 6} x2={x0 + slot - 6} y1={y(mean.value)} y2={y(mean.value)} />
              </>
            )}
            {own.map((p, k) => {
              const x = x0 + (slot * (k + 1)) / (own.length + 1);
              return (
                <g key={p.i} class={"point " + p.status} onClick={() => choose(p.i)}>
                  <title>{`${p.name}: ${shown(p.y)} (${shown(p.lo)} to ${shown(p.hi)})`}</title>
                  <line x1={x} x2={x} y1={y(p.lo)} y2={y(p.hi)} />
                  <circle cx={x} cy={y(p.y)} r={own.length > 60 ? 2 : 4} />
                </g>
              );
            })}
            <text x={x0 + slot / 2} y={HEIGHT - MARGIN.bottom + 18} text-anchor="middle">
              {group}
            </text>
            <text x={x0 + slot / 2} y={HEIGHT - MARGIN.bottom + 34} text-anchor="middle" class="small">
              n = {own.length}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function groupMeans(data, column) {
  const table = data.tables.find((t) => t.name === "group_summary");
  if (!table) return {};
  const at = (name) => table.columns.indexOf(name);
  const means = {};
  for (const row of table.rows)
    if (row[at("figure")] === column && typeof row[at("mean")] === "number" && typeof row[at("lo")] === "number")
      means[String(row[at("condition")])] = { value: row[at("mean")], lo: row[at("lo")], hi: row[at("hi")] };
  return means;
}

export function PlainTable({ table }) {
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
          {table.rows.map((row, i) => (
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
  const figures = data.figures.filter((name) => data.main.columns.includes(name));
  const [column, setColumn] = useState(figures[0]);
  return (
    <section aria-labelledby="summary">
      <h2 id="summary">Summary</h2>
      {figures.length > 0 && (
        <>
          <div class="controls">
            <label>
              Figure{" "}
              <select value={column} onChange={(event) => setColumn(event.currentTarget.value)}>
                {figures.map((name) => (
                  <option key={name} value={name}>
                    {heading(name)}
                  </option>
                ))}
              </select>
            </label>
            <span>Bars are 95 % intervals; hollow points are flagged.</span>
          </div>
          <ByCondition data={data} column={column} choose={choose} />
        </>
      )}
      {data.tables.map((table) => (
        <details key={table.name} open={table.name === "group_summary" || table.name === "summary"}>
          <summary>{table.name}.csv</summary>
          <PlainTable table={table} />
        </details>
      ))}
    </section>
  );
}
