// Photographs pages of a running market with the system's Chromium and checks them with axe.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [origin, folder, ...given] = process.argv.slice(2);
if (!origin || !folder) {
  console.error("usage: scripts/screens http://127.0.0.1:8080 FOLDER [PATH…]");
  process.exit(2);
}
const paths = given.length ? given : ["/", "/search", "/cart", "/login", "/register", "/about"];
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
});
await mkdir(folder, { recursive: true });
let faults = 0;
const fault = (where, what) => {
  faults += 1;
  console.log(`${where}: ${what}`);
};

for (const width of [390, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      bypassCSP: true,
      reducedMotion: "reduce",
    });
    const cookie = process.env.SCREENS_COOKIE;
    if (cookie) {
      const pairs = cookie.split(";").map((pair) => pair.trim().split("="));
      await context.addCookies(pairs.map(([name, value]) => ({ name, value, url: origin })));
    }
    for (const path of paths) {
      const page = await context.newPage();
      const name = `${path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home"}-${width}${colorScheme === "dark" ? "-dark" : ""}`;
      const expected = process.env.SCREENS_ERRORS === "1";
      page.on("console", (said) => {
        if (said.type() === "error" && !expected) fault(name, said.text());
      });
      await page.goto(origin + path);
      // A full-page picture needs every picture, and sticky bars at their places.
      await page.evaluate(async () => {
        for (const image of document.images) image.loading = "eager";
        await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
        await document.fonts.ready;
      });
      const [wide, high] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.scrollHeight,
      ]);
      if (wide > width) fault(name, `scrolls sideways: ${wide} px`);
      await page.setViewportSize({ width, height: Math.min(high, 8000) });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
      await page.addScriptTag({ content: axe });
      const found = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), tags);
      for (const { id, nodes } of found.violations) {
        fault(name, `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join("\n    ")}`);
      }
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
console.log(faults ? `${faults} faults` : `${paths.length} pages, no faults`);
process.exit(faults ? 1 : 0);
