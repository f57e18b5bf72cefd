// Opens the report of the shipped samples in a headless Chromium and uses it as a reader would.
// node report_test.mjs PROGRAM MICROGRAPHS FOLDER NODE_MODULES; ends with 77 (skipped) where there is no Chromium.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [program, micrographs, folder, modules] = process.argv.slice(2);
const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
if (!browserPath) {
  console.log("skipped: Chromium is not installed (tools/setup.sh chromium)");
  process.exit(77);
}
if (!existsSync(modules + "/playwright-core")) {
  console.log("skipped: the build could not install the npm packages, so the report has no script");
  process.exit(77);
}
const require = createRequire(modules + "/");
const { chromium } = require("playwright-core");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
execFileSync(program, ["interphase", micrographs, "-o", folder + "/run", "--quiet", "--jobs", "2"]);
const report = folder + "/run/report.html";

let failed = 0;
function check(what, good) {
  console.log(`${good ? "ok  " : "FAIL"} ${what}`);
  if (!good) failed += 1;
}

// A study of one sample, with a micrograph and the spectra of a film.
execFileSync(program, ["sample", "xps", "-n", "1", "--seed", "5", "-o", folder + "/xps"], { stdio: "ignore" });
const films = readFileSync(folder + "/xps/sheet.csv", "utf8").trim().split("\n").slice(1).map((line) => line.split(","));
writeFileSync(
  folder + "/sheet.csv",
  "sample,role,file,condition\n007,," + micrographs + "/sem_0000.tif,cold\n" +
    films.map((film) => `007,${film[1]},xps/${film[2]},cold\n`).join(""),
);
execFileSync(program, ["study", folder + "/sheet.csv", "-o", folder + "/study", "--quiet"], { stdio: "ignore" });

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
const problems = [];
const asked = [];
page.on("pageerror", (error) => problems.push(error.message));
page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
page.on("request", (request) => asked.push(request.url()));
await page.goto(pathToFileURL(report).href);
await page.waitForSelector("#item-table");

// reviewed sample: the table shows the rows of interphase.csv
const rows = readFileSync(folder + "/run/interphase.csv", "utf8").trim().split("\n").length - 1;
const shown = () => page.locator("#item-table tbody tr").count();
check("every item has a row", (await shown()) === rows);

// invariant: filters hide and sorting orders
await page.fill("input[type=search]", "sem_0001");
check("a search leaves what matches", (await shown()) === 1);
await page.fill("input[type=search]", "");
await page.selectOption("label:has-text('Status') select", "failed");
check("no item of the sample failed", (await shown()) === 0);
await page.selectOption("label:has-text('Status') select", "");
await page.locator("#item-table thead button", { hasText: "thickness (µm)" }).click();
const header = await page.locator("#item-table thead th").allTextContents();
const at = header.findIndex((text) => text.startsWith("thickness (µm)"));
const values = (await page.locator(`#item-table tbody tr > :nth-child(${at + 1})`).allTextContents()).map(parseFloat);
check("a click sorts", values.every((value, i) => i === 0 || values[i - 1] <= value) && values.length === rows);

// reviewed sample: an item shows its picture, a plot and its numbers
await page.click("#item-table tbody tr:first-child button");
await page.waitForSelector("#detail .openseadragon-canvas canvas");
await page.waitForSelector("#detail .u-wrap canvas");
check("an item shows numbers", (await page.locator("#detail dt").count()) > 20);
check("an item shows its input's hash", (await page.locator("#detail .hash").count()) >= 1);
await page.click("#detail button[aria-label='Zoom in']");
const top = page.locator("#detail input[type=radio]");
check("an overlay can be taken off", (await top.count()) === 2);
await top.first().check();
await page.waitForTimeout(500);
check("nothing was asked from a network", asked.every((url) => /^(file|data|blob):/.test(url)));

// reviewed sample: the summary draws every figure and word of the table
check("figures by condition", (await page.locator("#summary ~ .cards svg").count()) >= 4);
check("what to look at is said", (await page.locator("#remarks ~ *").count()) >= 1);

// independent library: axe-core finds no serious barrier
async function checkBarriers(of) {
  await page.addScriptTag({ content: readFileSync(require.resolve("axe-core/axe.min.js"), "utf8") });
  const barriers = await page.evaluate(async () => {
    const result = await window.axe.run(document);
    const grave = result.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
    return grave.map((v) => `${v.id}: ${v.nodes[0].html}`);
  });
  for (const barrier of barriers) console.log("     " + barrier);
  check(`${of}: accessible by axe-core's serious and critical rules`, barriers.length === 0);
}
await checkBarriers("run");
writeFileSync(folder + "/report.png", await page.screenshot({ fullPage: true }));

// reviewed sample: a study's report has one item a sample, with the pictures, plots and rows of all its parts
await page.goto(pathToFileURL(folder + "/study/report.html").href);
await page.waitForSelector("#item-table");
check("one item a sample, its name kept", (await page.textContent("#item-table tbody th")) === "007");
await page.click("#item-table tbody tr:first-child button");
await page.waitForSelector("#detail .openseadragon-canvas canvas");
check("overlays of both graphs", (await page.locator("#detail input[type=radio]").count()) === 3);
const own = await page.locator("#detail summary").allTextContents();
for (const table of ["interphase.csv", "fracture.csv", "coverage.csv"])
  check("rows of " + table, own.some((text) => text.startsWith(table)));
await checkBarriers("study");

// invariant: on a telephone's width nothing makes the page scroll sideways
await page.setViewportSize({ width: 390, height: 844 });
await page.waitForTimeout(300);
check("fits 390 px", (await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);

check("no error in the page: " + problems.join("; "), problems.length === 0);
await browser.close();
process.exit(failed > 0 ? 1 : 0);
