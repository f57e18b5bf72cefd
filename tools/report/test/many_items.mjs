// A report of many items: what it takes to open, search and sort it. Prints the times; bounds none of them.
// node many_items.mjs PROGRAM FOLDER NODE_MODULES ITEMS; ends with 77 (skipped) where there is no Chromium.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [program, folder, modules, count] = process.argv.slice(2);
const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
if (!browserPath || !existsSync(modules + "/playwright-core")) {
  console.log("skipped: Chromium is not installed (tools/setup.sh chromium), or the build had no npm");
  process.exit(77);
}
const { chromium } = createRequire(resolve(modules) + "/")("playwright-core");
const items = Number(count);
const drawn = 8;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder + "/pictures", { recursive: true });
const quiet = { stdio: "ignore" };
execFileSync(program, ["sample", "sem", "-n", String(drawn), "--seed", "12", "--level", "clean", "--width", "320",
  "--height", "256", "-o", folder + "/drawn"], quiet);
let sheet = "file,sample,condition,time_h,pixel_size_nm\n";
for (let i = 0; i < items; ++i) {
  const name = `picture_${String(i).padStart(5, "0")}.tif`;
  copyFileSync(`${folder}/drawn/sem_000${i % drawn}.tif`, `${folder}/pictures/${name}`);
  sheet += `pictures/${name},specimen ${i % 40},${["25 °C", "40 °C", "60 °C", "80 °C"][i % 4]},${10 * (1 + (i % 5))},\n`;
}
writeFileSync(folder + "/sheet.csv", sheet);
try {
  execFileSync(program, ["interphase", folder + "/sheet.csv", "-o", folder + "/run", "--quiet"], quiet);
} catch (error) {
  if (error.status !== 3) throw error; // some of so small pictures may fail
}
const report = folder + "/run/report.html";

let failed = 0;
function check(what, good) {
  console.log(`${good ? "ok  " : "FAIL"} ${what}`);
  if (!good) failed += 1;
}

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
const problems = [];
page.on("pageerror", (error) => problems.push(error.message));
// A page's own clock: from an action until the next frame after it was drawn.
const painted = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
async function timed(what, action) {
  const start = performance.now();
  await action();
  await painted();
  console.log(`     ${what}: ${((performance.now() - start) / 1000).toFixed(2)} s`);
}

const shown = () => page.textContent("[role=status]");
console.log(`     ${items} items, report of ${(statSync(report).size / 1e6).toFixed(1)} MB`);
await timed("open", async () => {
  await page.goto(pathToFileURL(report).href);
  await page.waitForSelector("#item-table tbody tr");
});
check("all items are counted", (await shown()) === `${items} of ${items} shown`);
check("rows are drawn in portions", (await page.locator("#item-table tbody tr").count()) === Math.min(200, items));
await timed("search", () => page.fill("input[type=search]", "picture_00007"));
check("a search finds", (await shown()) === `1 of ${items} shown`);
await page.fill("input[type=search]", "");
await timed("sort", () => page.locator("#item-table thead button", { hasText: "thickness (µm)" }).click());
await timed("all columns", () => page.locator("label:has-text('all columns') input").check());
await page.locator("label:has-text('all columns') input").uncheck();
await timed("an item with its picture", async () => {
  await page.click("#item-table tbody tr:first-child button");
  await page.waitForSelector("#detail .openseadragon-canvas canvas");
  await page.waitForSelector("#detail .u-wrap canvas");
});
check("pictures are linked, not within", statSync(report).size < 20e6 + items * 4000);
check("no error in the page: " + problems.join("; "), problems.length === 0);
writeFileSync(folder + "/report.png", await page.screenshot());
await browser.close();
process.exit(failed > 0 ? 1 : 0);
