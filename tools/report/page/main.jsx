import { render } from "preact";
import { useMemo, useState } from "preact/hooks";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { Detail } from "./detail.jsx";
import { ItemTable } from "./item_table.jsx";
import { Remarks } from "./remarks.jsx";
import { Run } from "./run.jsx";
import { Summary } from "./summary.jsx";

const data = JSON.parse(document.getElementById("data").textContent);

function selectedFromAddress() {
  const name = decodeURIComponent(location.hash.slice(1));
  return data.items.findIndex((item) => item.stem === name);
}

function Counts() {
  const counts = useMemo(() => {
    const found = { ok: 0, flagged: 0, failed: 0 };
    for (const item of data.items) found[item.status] += 1;
    return found;
  }, []);
  return (
    <p class="counts">
      <span>
        <b>{data.items.length}</b> {data.items.length === 1 ? "item" : "items"}
      </span>
      <span class="ok">
        <b>{counts.ok}</b> ok
      </span>
      <span class="flagged">
        <b>{counts.flagged}</b> flagged
      </span>
      <span class="failed">
        <b>{counts.failed}</b> failed
      </span>
    </p>
  );
}

function Report() {
  const [selected, select] = useState(selectedFromAddress);
  const [search, setSearch] = useState("");
  const choose = (index) => {
    select(index);
    history.replaceState(null, "", index < 0 ? "#" : "#" + encodeURIComponent(data.items[index].stem));
  };
  const find = (text) => {
    setSearch(text);
    document.getElementById("items").scrollIntoView();
  };
  return (
    <>
      <header>
        <h1>{data.title}</h1>
        <Counts />
      </header>
      <main>
        <Summary data={data} choose={choose} />
        <Remarks items={data.items} find={find} />
        <ItemTable data={data} selected={selected} choose={choose} text={search} setText={setSearch} />
        {selected >= 0 && (
          <Detail
            key={selected}
            item={data.items[selected]}
            data={data}
            row={data.main.rows[selected]}
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
