import { render } from "preact";
import { useMemo, useState } from "preact/hooks";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { Detail } from "./detail.jsx";
import { ItemTable } from "./item_table.jsx";
import { Run } from "./run.jsx";
import { Summary } from "./summary.jsx";

const data = JSON.parse(document.getElementById("data").textContent);

function selectedFromAddress() {
  const name = decodeURIComponent(location.hash.slice(1));
  return data.items.findIndex((item) => item.stem === name);
}

function Report() {
  const [selected, select] = useState(selectedFromAddress);
  const counts = useMemo(() => {
    const found = { ok: 0, flagged: 0, failed: 0 };
    for (const item of data.items) found[item.status] += 1;
    return found;
  }, []);
  const choose = (index) => {
    select(index);
    history.replaceState(null, "", index < 0 ? "#" : "#" + encodeURIComponent(data.items[index].stem));
  };
  return (
    <>
      <header>
        <h1>{data.title}</h1>
        <p>
          {data.items.length} {data.items.length === 1 ? "item" : "items"}:{" "}
          <span class="ok">{counts.ok} ok</span>, <span class="flagged">{counts.flagged} flagged</span>,{" "}
          <span class="failed">{counts.failed} failed</span>. lithoscope {data.run.version}
        </p>
      </header>
      <main>
        <Summary data={data} choose={choose} />
        <ItemTable data={data} selected={selected} choose={choose} />
        {selected >= 0 && (
          <Detail
            key={selected}
            item={data.items[selected]}
            table={data.main}
            row={data.main.rows[selected]}
            units={data.units}
            previous={selected > 0 ? () => choose(selected - 1) : null}
            next={selected + 1 < data.items.length ? () => choose(selected + 1) : null}
          />
        )}
        <Run run={data.run} citation={data.citation} />
      </main>
    </>
  );
}

const place = document.getElementById("report");
place.textContent = "";
render(<Report />, place);
