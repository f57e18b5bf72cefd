export function Run({ run, citation }) {
  return (
    <section aria-labelledby="run">
      <h2 id="run">How this was made</h2>
      <p>
        lithoscope {run.version}, seed {run.seed}:{" "}
        {Object.entries(run.libraries)
          .map(([name, number]) => `${name} ${number}`)
          .join(", ")}
        .
      </p>
      <p>
        <code>lithoscope replay run.json -o AGAIN</code> repeats it; run.json holds the command line and the time taken.
      </p>
      <details>
        <summary>Settings of every stage</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label="Settings">
          <table>
            <thead>
              <tr>
                <th scope="col">stage</th>
                <th scope="col">option</th>
                <th scope="col">value</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(run.stages).flatMap(([node, stage]) => {
                const options = Object.entries(stage.options);
                if (options.length === 0) options.push(["", ""]);
                return options.map(([name, value], i) => (
                  <tr key={node + name}>
                    <th scope="row">{i === 0 ? `${node} (${stage.stage}, results version ${stage.results_version})` : ""}</th>
                    <td>{name}</td>
                    <td>{value}</td>
                  </tr>
                ));
              })}
            </tbody>
          </table>
        </div>
      </details>
      <details>
        <summary>Stage graph</summary>
        <pre tabIndex={0}>{run.graph}</pre>
      </details>
      <h3>How to cite</h3>
      <p>{citation}</p>
      <pre tabIndex={0}>{`@software{lithoscope,
  author = {{The lithoscope authors}},
  title = {lithoscope},
  version = {${run.version}},
  license = {Apache-2.0}
}`}</pre>
    </section>
  );
}
