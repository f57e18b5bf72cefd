import OpenSeadragon from "openseadragon";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { heading, shown } from "./format.js";
import { adviceFor } from "./remarks.jsx";
import { PlainTable } from "./summary.jsx";

// A picture with one of its overlays, or none, on it.
function Viewer({ view }) {
  const place = useRef();
  const viewer = useRef();
  const layers = [...(view.picture ? [{ name: "picture alone", url: view.picture }] : []), ...view.overlays];
  const [top, setTop] = useState(Math.min(layers.length - 1, view.picture ? 1 : 0));
  useEffect(() => {
    viewer.current = OpenSeadragon({
      element: place.current,
      showNavigationControl: false,
      tileSources: layers.map(({ url }, i) => ({ tileSource: { type: "image", url }, opacity: i === 0 || i === top ? 1 : 0 })),
      maxZoomPixelRatio: 8,
      drawer: "canvas",
      imageSmoothingEnabled: false,
      animationTime: 0.3,
      gestureSettingsMouse: { scrollToZoom: true },
    });
    return () => viewer.current.destroy();
  }, []);
  const show = (index) => {
    setTop(index);
    for (let i = 0; i < viewer.current.world.getItemCount(); ++i)
      viewer.current.world.getItemAt(i).setOpacity(i === index || (i === 0 && view.picture) ? 1 : 0);
  };
  const zoom = (factor) => viewer.current.viewport.zoomBy(factor).applyConstraints();
  return (
    <div>
      <div class="controls">
        <button type="button" onClick={() => zoom(1.5)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => zoom(1 / 1.5)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={() => viewer.current.viewport.goHome()}>
          Whole picture
        </button>
        {layers.length > 1 &&
          layers.map((layer, i) => (
            <label key={i}>
              <input type="radio" name={"layer " + view.name} checked={top === i} onChange={() => show(i)} /> {layer.name}
            </label>
          ))}
      </div>
      <div class="viewer" ref={place} role="img" aria-label={`Micrograph ${view.name}`} />
    </div>
  );
}

function Views({ views }) {
  const [chosen, choose] = useState(0);
  if (views.length === 0) return null;
  return (
    <>
      {views.length > 1 && (
        <label>
          Micrograph{" "}
          <select value={chosen} onChange={(event) => choose(Number(event.currentTarget.value))}>
            {views.map((view, i) => (
              <option key={i} value={i}>
                {view.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Viewer key={chosen} view={views[chosen]} />
    </>
  );
}

const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#332288", "#882255"];

function Plot({ plot }) {
  const place = useRef();
  useEffect(() => {
    const size = () => ({ width: Math.min(place.current.clientWidth || 700, 900), height: 280 });
    const options = {
      ...size(),
      scales: { x: { time: false, dir: plot.reversed ? -1 : 1 } },
      axes: [{ label: heading(plot.x) }, { label: plot.y, size: 70 }],
      series: [
        { label: heading(plot.x) },
        ...plot.series.map((series, i) => ({
          label: heading(series.name),
          stroke: series.points ? "#444" : COLOURS[i % COLOURS.length],
          width: series.points ? 0 : 1.5,
          points: series.points ? { show: true, size: 3, fill: "#444" } : { show: false },
          paths: series.points ? () => null : undefined,
          spanGaps: false,
        })),
      ],
      cursor: { drag: { x: true, y: false } },
    };
    const chart = new uPlot(options, [plot.at, ...plot.series.map((series) => series.values)], place.current);
    const observer = new ResizeObserver(() => chart.setSize(size()));
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, []);
  return (
    <figure>
      <figcaption>{plot.title} (drag to zoom, double click to reset)</figcaption>
      <div ref={place} class="plot" />
    </figure>
  );
}

const ROWS_SHOWN = 50;

// Rows of the other tables that speak of this item.
function OwnRows({ item, tables }) {
  return tables.flatMap((table) => {
    const at = (name) => table.columns.indexOf(name);
    const [image, sample] = [at("image"), at("sample")];
    const own = table.rows.filter((row) =>
      image >= 0 && item.sample !== item.name ? row[image] === item.name : sample >= 0 && row[sample] === item.sample,
    );
    if (own.length === 0 || at("figure") >= 0) return [];
    return [
      <details key={table.name} open={own.length <= 8}>
        <summary>
          {table.name}.csv: {own.length} {own.length === 1 ? "row" : "rows"}
        </summary>
        <PlainTable table={table} rows={own.slice(0, ROWS_SHOWN)} />
      </details>,
    ];
  });
}

function RemarkList({ remarks }) {
  return (
    remarks.length > 0 && (
      <ul class="remarks">
        {remarks.map((remark, i) => (
          <li key={i} class={remark.kind}>
            {remark.of && <b>{remark.of}: </b>}
            {remark.message} <em>{adviceFor(remark)}</em> <code>{remark.code}</code>
          </li>
        ))}
      </ul>
    )
  );
}

export function Detail({ item, data, row, previous, next }) {
  const place = useRef();
  useEffect(() => place.current.scrollIntoView({ block: "start" }), []);
  const notes = item.remarks.filter((remark) => remark.kind === "note");
  return (
    <section aria-labelledby="item" ref={place} id="detail">
      <h2 id="item">{item.name}</h2>
      <div class="controls">
        <button type="button" disabled={!previous} onClick={previous}>
          Previous
        </button>
        <button type="button" disabled={!next} onClick={next}>
          Next
        </button>
        <b class={item.status}>{item.status}</b>
      </div>
      <RemarkList remarks={item.remarks.filter((remark) => remark.kind !== "note")} />
      {notes.length > 0 && (
        <details>
          <summary>
            {notes.length} {notes.length === 1 ? "note" : "notes"}
          </summary>
          <RemarkList remarks={notes} />
        </details>
      )}
      <div class="columns">
        <div>
          <Views views={item.views} />
          {item.plots.map((plot) => (
            <Plot key={plot.title} plot={plot} />
          ))}
          {item.figures.map((figure) => (
            <figure key={figure.title}>
              <figcaption>{figure.title}</figcaption>
              <img src={figure.url} alt={figure.title} loading="lazy" />
            </figure>
          ))}
        </div>
        <dl>
          {data.main.columns.map(
            (column, i) =>
              shown(row[i]) !== "" && (
                <div key={column}>
                  <dt>{heading(column)}</dt>
                  <dd>{shown(row[i])}</dd>
                </div>
              ),
          )}
          {item.inputs.map((input) => (
            <div key={input.file}>
              <dt>SHA-256 of {input.file}</dt>
              <dd class="hash">{input.sha256}</dd>
            </div>
          ))}
        </dl>
      </div>
      <OwnRows item={item} tables={data.tables} />
    </section>
  );
}
