// What to do where a flag's own words do not say it.
const WHAT_TO_DO = {
  "coverage.no_charge_reference": "Record C 1s with the plated spectra: the search is narrower then and the limit lower.",
  "coverage.transmission_of_one": "Export both spectra with, or both without, their transmission.",
  "coverage.reference_unusable": "Name another bare film of the same pass energy in the column reference.",
  "coverage.overlap": "Nothing, if the line is expected there; its uncertainty is in the interval.",
  "fit.at_bound": "Widen the bound if physics allows, or fix the value and say so.",
  "fit.poorly_determined": "Tie the parameter to another one, fix it, or record more sweeps.",
  "fit.bad_fit": "Look at the residuals: a component or another background is missing, or the window is too narrow.",
  "fit.failed": "See the message; the other regions of the file stand.",
  "fit.noise_unknown": "State dwell and scans, so that counts and not rates are fitted.",
};

export function adviceFor(remark) {
  return remark.hint || WHAT_TO_DO[remark.code] || "";
}

const KINDS = ["failed", "flagged"];

// Failures and flags of all items, each once, most frequent first.
export function Remarks({ items, find }) {
  const byCode = new Map();
  for (const item of items) {
    const seen = new Set();
    for (const remark of item.remarks)
      if (KINDS.includes(remark.kind) && !seen.has(remark.kind + remark.code)) {
        seen.add(remark.kind + remark.code);
        const entry = byCode.get(remark.kind + remark.code) ?? { remark, count: 0 };
        entry.count += 1;
        byCode.set(remark.kind + remark.code, entry);
      }
  }
  const all = [...byCode.values()].sort(
    (a, b) => KINDS.indexOf(a.remark.kind) - KINDS.indexOf(b.remark.kind) || b.count - a.count,
  );
  return (
    <section aria-labelledby="remarks">
      <h2 id="remarks">What to look at</h2>
      {all.length === 0 && <p>No quality gate spoke and nothing failed.</p>}
      {all.length > 0 && (
        <ul class="gates">
          {all.map(({ remark, count }) => (
            <li key={remark.kind + remark.code} class={"gate " + remark.kind}>
              <button type="button" class="link" onClick={() => find(remark.code)}>
                {count} {count === 1 ? "item" : "items"}
              </button>{" "}
              {remark.kind}: {remark.message} {adviceFor(remark)} <code>{remark.code}</code>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
