// The picture of a report that the root README shows: node picture.mjs REPORT PICTURE NODE_MODULES [check]
// With `check` the picture stays as it is and is compared with what the report looks like now: numbers may change, the
// page as a whole may not. Ends with 77 (skipped) where there is no Chromium.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [report, picture, modules, mode] = process.argv.slice(2);
const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
if (!browserPath || !existsSync(modules + "/playwright-core")) {
  console.log("skipped: Chromium is not installed (tools/setup.sh chromium), or the build had no npm");
  process.exit(77);
}
const { chromium } = createRequire(resolve(modules) + "/")("playwright-core");
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
await page.goto(pathToFileURL(report).href);
await page.waitForSelector("#item-table tbody tr");
await page.click("#item-table tbody tr:first-child button");
await page.waitForSelector("#detail .u-wrap canvas");
await page.waitForTimeout(1500); // pictures fade in
const taken = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: 1280, height: 1750 } });
let failed = false;
if (mode !== "check") {
  writeFileSync(picture, taken);
} else {
  const apart = await page.evaluate(
    async (urls) => {
      const [a, b] = await Promise.all(
        urls.map(async (url) => {
          const image = await createImageBitmap(await (await fetch(url)).blob());
          const canvas = new OffscreenCanvas(image.width / 8, image.height / 8); // whatever is smaller does not count
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0, canvas.width, canvas.height);
          return context.getImageData(0, 0, canvas.width, canvas.height);
        }),
      );
      if (a.width !== b.width || a.height !== b.height) return 1;
      let differing = 0;
      for (let i = 0; i < a.data.length; ++i) differing += Math.abs(a.data[i] - b.data[i]) > 48;
      return differing / a.data.length;
    },
    [taken, readFileSync(picture)].map((png) => "data:image/png;base64," + png.toString("base64")),
  );
  failed = apart > 0.15; // an empty page or another layout; numbers and remarks may change
  console.log(`${failed ? "FAIL" : "ok  "} ${(100 * apart).toFixed(2)} % of the README's picture look otherwise now`);
  if (failed) console.log("     tools/report_picture.sh makes it anew; look at it before it is committed");
}
await browser.close();
process.exit(failed ? 1 : 0);
