import { useEffect, useRef, useState } from "preact/hooks";
import { heading, intervalColumns, shown } from "./format.js";

// Okabe and Ito's colours, dark enough on white.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#332288", "#882255"];
const HEIGHT = 300;
const MARGIN = { left: 58, right: 10, top: 14, bottom: 46 };
const TEXT = { "font-family": "system-ui, 'DejaVu Sans', sans-serif", "font-size": 13, fill: "#1b1d21" };
const SINGLE_POINTS = 300; // more are drawn as one path each kind

export function groupsOf(data) {
  const condition = data.main.columns.indexOf("condition");
  return data.main.rows.map((row) => (condition >= 0 && row[condition] !== null ? String(row[condition]) : "all"));
}

function useWidth(initial) {
  const place = useRef();
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.floor(entry.contentRect.width))));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}

// The figure as a file of its own, for a talk.
function saveSvg(place, name) {
  const svg = place.querySelector("svg").cloneNode(true);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const url = URL.createObjectURL(new Blob([svg.outerHTML], { type: "image/svg+xml" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name + ".svg" });
  link.click();
  URL.revokeObjectURL(url);
}

function Card({ title, note, name, children }) {
  const [place, width] = useWidth(420);
  return (
    <figure class="card">
      <figcaption>
        <b>{title}</b> {note}
        <button type="button" class="link" onClick={() => saveSvg(place.current, name)} aria-label={`Save ${title} as SVG`}>
          SVG
        </button>
      </figcaption>
      <div ref={place}>{children(width)}</div>
    </figure>
  );
}

function niceTicks(lo, hi) {
  const raw = (hi - lo) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const ticks = [];
  for (let t = Math.ceil(lo / step) * step; t <= hi + step * 1e-9; t += step) ticks.push(Number(t.toPrecision(12)));
  return ticks;
}

function groupMeans(data, column) {
  const table = data.tables.find((t) => t.name === "group_summary");
  if (!table) return {};
  const at = (name) => table.columns.indexOf(name);
  const means = {};
  for (const row of table.rows)
    if (row[at("figure")] === column && typeof row[at("mean")] === "number")
      means[String(row[at("condition")])] = { value: row[at("mean")], lo: row[at("lo")], hi: row[at("hi")] };
  return means;
}

function pointsOf(data, column, groups) {
  const { columns, rows } = data.main;
  const value = columns.indexOf(column);
  const interval = intervalColumns(column, columns)?.map((name) => columns.indexOf(name));
  const end = (row, k) => (interval && typeof row[interval[k]] === "number" ? row[interval[k]] : row[value]);
  return rows.flatMap((row, i) =>
    typeof row[value] === "number"
      ? [{ i, y: row[value], lo: end(row, 0), hi: end(row, 1), group: groups[i], status: data.items[i].status, name: data.items[i].name }]
      : [],
  );
}

// Points of one condition: each its own element where they can be pointed at, else one path for all.
function Points({ points, x, y, colour, choose }) {
  if (points.length <= SINGLE_POINTS)
    return points.map((p, k) => (
      <g key={p.i} onClick={() => choose(p.i)} style="cursor: pointer" stroke={colour}>
        <title>{`${p.name}: ${shown(p.y)} (${shown(p.lo)} to ${shown(p.hi)}), ${p.status}`}</title>
        <line x1={x(k)} x2={x(k)} y1={y(p.lo)} y2={y(p.hi)} stroke-width="1.3" opacity="0.6" />
        <circle cx={x(k)} cy={y(p.y)} r={points.length > 60 ? 2 : 3.5} fill={p.status === "ok" ? colour : "#fff"} stroke-width="1.4" />
      </g>
    ));
  const dots = (wanted) =>
    points.flatMap((p, k) => ((p.status === "ok") === wanted ? [`M${x(k).toFixed(1)} ${y(p.y).toFixed(1)}h0`] : [])).join("");
  return (
    <g stroke={colour} stroke-linecap="round">
      <path d={dots(true)} stroke-width="3" opacity="0.7" />
      <path d={dots(false)} stroke-width="3" opacity="0.25" />
    </g>
  );
}

// Every item with its interval, side by side within its condition; the condition's mean and its interval.
export function ByCondition({ data, column, groups, choose }) {
  const points = pointsOf(data, column, groups);
  if (points.length === 0) return null;
  const all = [...new Set(groups)]; // a condition has one colour in every plot
  const names = all.filter((name) => points.some((p) => p.group === name));
  const means = groupMeans(data, column);
  let low = 0;
  let high = 0;
  const reach = (v) => {
    if (typeof v !== "number") return;
    low = Math.min(low, v);
    high = Math.max(high, v);
  };
  for (const p of points) [p.lo, p.hi].forEach(reach);
  for (const name of names) reach(means[name]?.value);
  const top = high + 0.1 * (high - low || 1);
  // A mean of two specimens can have an interval many times the plot: cut off then, with an arrow.
  const within = (v) => Math.min(top, Math.max(low, v));
  const y = (v) => HEIGHT - MARGIN.bottom - ((v - low) / (top - low)) * (HEIGHT - MARGIN.bottom - MARGIN.top);
  const own = intervalColumns(column, data.main.columns) ? "items with 95 % intervals" : "items";
  const note = names.some((name) => means[name]) ? own + ", and their mean" : own;
  return (
    <Card title={heading(column)} note={note} name={column}>
      {(width) => {
        const slot = (width - MARGIN.left - MARGIN.right) / names.length;
        return (
          <svg width={width} height={HEIGHT} role="img" aria-label={`${heading(column)} by condition`}>
            {niceTicks(low, top).map((t) => (
              <g key={t}>
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(t)} y2={y(t)} stroke="#d5d8de" />
                <text {...TEXT} x={MARGIN.left - 6} y={y(t) + 4} text-anchor="end">
                  {shown(t)}
                </text>
              </g>
            ))}
            {names.map((name, g) => {
              const own = points.filter((p) => p.group === name);
              const x0 = MARGIN.left + g * slot;
              const mean = means[name];
              const colour = COLOURS[all.indexOf(name) % COLOURS.length];
              const room = slot * (mean ? 0.62 : 0.9);
              const middle = x0 + slot * 0.84;
              return (
                <g key={name}>
                  <Points
                    points={own}
                    x={(k) => x0 + slot * 0.04 + (room * (k + 1)) / (own.length + 1)}
                    y={y}
                    colour={colour}
                    choose={choose}
                  />
                  {mean && (
                    <g stroke={colour} stroke-width="3">
                      {typeof mean.lo === "number" && (
                        <line x1={middle} x2={middle} y1={y(within(mean.lo))} y2={y(within(mean.hi))} />
                      )}
                      {mean.hi > top && <path d={`M${middle - 5} ${y(top) + 6}l5 -6l5 6`} fill="none" stroke-width="2" />}
                      {mean.lo < low && <path d={`M${middle - 5} ${y(low) - 6}l5 6l5 -6`} fill="none" stroke-width="2" />}
                      <line x1={middle - slot * 0.07} x2={middle + slot * 0.07} y1={y(mean.value)} y2={y(mean.value)} />
                      <title>{`${name}: mean ${shown(mean.value)} (${shown(mean.lo)} to ${shown(mean.hi)})`}</title>
                    </g>
                  )}
                  <text {...TEXT} x={x0 + slot / 2} y={HEIGHT - MARGIN.bottom + 18} text-anchor="middle" font-weight="600">
                    {name === "all" && names.length === 1 ? "all items" : name}
                  </text>
                  <text {...TEXT} x={x0 + slot / 2} y={HEIGHT - MARGIN.bottom + 34} text-anchor="middle" font-size="12">
                    n = {own.length}
                  </text>
                </g>
              );
            })}
          </svg>
        );
      }}
    </Card>
  );
}

// Thickness against time, with the laws of growth_law.csv: linear solid, square root dashed.
export function Growth({ data, groups, choose }) {
  const time = data.main.columns.indexOf("time_h");
  const laws = data.tables.find((table) => table.name === "growth_law");
  if (time < 0 || !laws) return null;
  const points = pointsOf(data, "thickness_um", groups).filter((p) => typeof data.main.rows[p.i][time] === "number");
  const at = (p) => data.main.rows[p.i][time];
  const all = [...new Set(groups)];
  const last = 1.05 * Math.max(...points.map(at));
  const top = 1.1 * Math.max(...points.map((p) => p.hi));
  if (!(last > 0) || !(top > 0)) return null;
  const column = (name) => laws.columns.indexOf(name);
  const y = (v) => HEIGHT - MARGIN.bottom - (v / top) * (HEIGHT - MARGIN.bottom - MARGIN.top);
  const curves = laws.rows.map((row) => ({
    group: String(row[column("condition")] ?? "all"),
    sqrt: row[column("law")] === "sqrt",
    from: row[column("intercept_um")],
    rate: row[column("rate")],
  }));
  return (
    <Card title="growth (µm over h)" note="linear solid, square root dashed" name="growth">
      {(width) => {
        const x = (t) => MARGIN.left + (t / last) * (width - MARGIN.left - MARGIN.right);
        const path = ({ sqrt, from, rate }) =>
          Array.from({ length: 61 }, (_, k) => (last * k) / 60)
            .map((t, k) => `${k ? "L" : "M"}${x(t).toFixed(1)} ${y(from + rate * (sqrt ? Math.sqrt(t) : t)).toFixed(1)}`)
            .join("");
        return (
          <svg width={width} height={HEIGHT} role="img" aria-label="thickness against time">
            {niceTicks(0, top).map((t) => (
              <g key={t}>
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(t)} y2={y(t)} stroke="#d5d8de" />
                <text {...TEXT} x={MARGIN.left - 6} y={y(t) + 4} text-anchor="end">
                  {shown(t)}
                </text>
              </g>
            ))}
            {niceTicks(0, last).map((t) => (
              <text {...TEXT} key={t} x={x(t)} y={HEIGHT - MARGIN.bottom + 18} text-anchor="middle">
                {shown(t)} h
              </text>
            ))}
            {all.map((name, g) => (
              <g key={name} stroke={COLOURS[g % COLOURS.length]}>
                {curves
                  .filter((curve) => curve.group === name && typeof curve.rate === "number")
                  .map((curve) => (
                    <path key={curve.sqrt} d={path(curve)} fill="none" stroke-width="1.6" stroke-dasharray={curve.sqrt ? "6 4" : ""} />
                  ))}
                {points
                  .filter((p) => p.group === name)
                  .map((p) => (
                    <circle key={p.i} cx={x(at(p))} cy={y(p.y)} r="3" fill={p.status === "ok" ? COLOURS[g % COLOURS.length] : "#fff"} style="cursor: pointer" onClick={() => choose(p.i)}>
                      <title>{`${p.name}: ${shown(p.y)} at ${shown(at(p))} h`}</title>
                    </circle>
                  ))}
                <text {...TEXT} stroke="none" fill={COLOURS[g % COLOURS.length]} x={MARGIN.left + (g * (width - MARGIN.left)) / all.length} y={HEIGHT - 8}>
                  {name === "all" ? "" : name}
                </text>
              </g>
            ))}
          </svg>
        );
      }}
    </Card>
  );
}

// How many items of each condition have which word: verdict, morphology, decision.
export function WordsByCondition({ data, column, groups }) {
  const at = data.main.columns.indexOf(column);
  const words = new Set();
  const counts = new Map();
  data.main.rows.forEach((row, i) => {
    if (row[at] === null) return;
    words.add(row[at]);
    const own = counts.get(groups[i]) ?? counts.set(groups[i], {}).get(groups[i]);
    own[row[at]] = (own[row[at]] ?? 0) + 1;
  });
  if (words.size === 0) return null;
  const order = [...words].sort();
  const rowHeight = 44;
  const top = 12 + 20 * order.length;
  return (
    <Card title={heading(column)} note="share of items" name={column}>
      {(width) => (
        <svg width={width} height={top + rowHeight * counts.size} role="img" aria-label={`${heading(column)} by condition`}>
          {order.map((word, w) => (
            <g key={word}>
              <rect x={0} y={4 + 20 * w} width={12} height={12} fill={COLOURS[w % COLOURS.length]} />
              <text {...TEXT} x={18} y={15 + 20 * w}>
                {word}: {[...counts.values()].reduce((sum, own) => sum + (own[word] ?? 0), 0)}
              </text>
            </g>
          ))}
          {[...new Set(groups)].filter((name) => counts.has(name)).map((name, g) => {
            const own = counts.get(name);
            const sum = Object.values(own).reduce((a, b) => a + b, 0);
            const y = top + rowHeight * g;
            let x = 0;
            return (
              <g key={name}>
                <text {...TEXT} x={0} y={y + 13} font-weight="600">
                  {name === "all" ? "all items" : name}, n = {sum}
                </text>
                {order.map((word, w) => {
                  const part = ((own[word] ?? 0) / sum) * width;
                  const bar = part > 0 && (
                    <rect key={word} x={x} y={y + 18} width={part} height={18} fill={COLOURS[w % COLOURS.length]}>
                      <title>{`${name}: ${word} ${own[word]} of ${sum}`}</title>
                    </rect>
                  );
                  x += part;
                  return bar;
                })}
              </g>
            );
          })}
        </svg>
      )}
    </Card>
  );
}
