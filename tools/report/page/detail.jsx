import OpenSeadragon from "openseadragon";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { heading, shown } from "./format.js";

function Viewer({ picture, overlay, name }) {
  const place = useRef();
  const viewer = useRef();
  const [opacity, setOpacity] = useState(1);
  useEffect(() => {
    const layers = [picture, overlay].filter(Boolean);
    viewer.current = OpenSeadragon({
      element: place.current,
      showNavigationControl: false,
      tileSources: layers.map((url) => ({ tileSource: { type: "image", url } })),
      maxZoomPixelRatio: 8,
      drawer: "canvas",
      imageSmoothingEnabled: false,
      animationTime: 0.3,
    });
    return () => viewer.current.destroy();
  }, []);
  const toggle = (shownOpacity) => {
    setOpacity(shownOpacity);
    viewer.current.world.getItemAt(viewer.current.world.getItemCount() - 1)?.setOpacity(shownOpacity);
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
        {picture && overlay && (
          <label>
            <input type="checkbox" checked={opacity > 0} onChange={(e) => toggle(e.currentTarget.checked ? 1 : 0)} />{" "}
            overlay
          </label>
        )}
      </div>
      <div class="viewer" ref={place} role="img" aria-label={`Micrograph ${name}`} />
    </div>
  );
}

const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#332288", "#882255"];

function Plot({ plot }) {
  const place = useRef();
  useEffect(() => {
    const options = {
      width: Math.min(place.current.clientWidth || 700, 900),
      height: 280,
      scales: { x: { time: false, dir: plot.reversed ? -1 : 1 } },
      axes: [{ label: plot.x }, { label: plot.y, size: 70 }],
      series: [
        { label: plot.x },
        ...plot.series.map((series, i) => ({
          label: series.name,
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
    return () => chart.destroy();
  }, []);
  return (
    <figure>
      <figcaption>{plot.title} (drag to zoom, double click to reset)</figcaption>
      <div ref={place} class="plot" />
    </figure>
  );
}

export function Detail({ item, table, row, previous, next }) {
  const place = useRef();
  useEffect(() => place.current.scrollIntoView({ block: "start" }), []);
  const remarks = [...item.errors, ...item.flags, ...item.notes];
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
        <span class={item.status}>{item.status}</span>
      </div>
      {remarks.length > 0 && (
        <ul class="remarks">
          {remarks.map((remark, i) => (
            <li key={i}>
              <code>{remark.code}</code> {remark.message}
              {remark.hint && <em> {remark.hint}</em>}
            </li>
          ))}
        </ul>
      )}
      <div class="columns">
        <div>
          {(item.picture || item.overlay) && <Viewer picture={item.picture} overlay={item.overlay} name={item.name} />}
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
          {table.columns.map(
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
    </section>
  );
}
