// "thickness_lo_um" -> { name: "thickness lo", unit: "µm" }: columns carry their unit last.
const UNITS = {
  um: "µm",
  um2: "µm²",
  per_um: "1/µm",
  per_mm: "1/mm",
  nm: "nm",
  px: "px",
  deg: "°",
  ev: "eV",
  h: "h",
  percent: "%",
  ma_cm2: "mA/cm²",
};

export function nameAndUnit(column) {
  for (const [suffix, unit] of Object.entries(UNITS).sort((a, b) => b[0].length - a[0].length))
    if (column.endsWith("_" + suffix))
      return { name: column.slice(0, -suffix.length - 1).replaceAll("_", " "), unit };
  return { name: column.replaceAll("_", " "), unit: "" };
}

export function heading(column) {
  const { name, unit } = nameAndUnit(column);
  return unit ? `${name} (${unit})` : name;
}

export function shown(value) {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value !== "number") return String(value);
  return Number(value.toPrecision(4)).toString();
}

// The interval's columns of a figure: "thickness_um" has "thickness_lo_um" and "thickness_hi_um".
export function intervalColumns(column, columns) {
  const { unit } = nameAndUnit(column);
  const suffix = unit ? Object.entries(UNITS).filter(([s]) => column.endsWith("_" + s)).map(([s]) => "_" + s).sort((a, b) => b.length - a.length)[0] : "";
  const stem = suffix ? column.slice(0, -suffix.length) : column;
  const pair = [stem + "_lo" + suffix, stem + "_hi" + suffix];
  return pair.every((name) => columns.includes(name)) ? pair : null;
}
