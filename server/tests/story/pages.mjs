// What every page has to keep, whoever looks at it: it fits, it can be read, it works by keys alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const HEIGHT = 800;

const grammar = new HtmlValidate({
  extends: ["html-validate:recommended", "html-validate:a11y"],
  // Titles are those of pieces, up to 140 letters; blanks at a line's end come from templates and weigh nothing.
  // A set of check boxes shares its name, as the standard has it.
  rules: {
    "long-title": "off",
    "no-trailing-whitespace": "off",
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }],
  },
});

/** What does not fit on a page, or comes later than it should. */
function misfits(width) {
  const found = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > width) found.push(`scrolls sideways: ${scrollWidth} px`);
  const area = ({ width, height }) => width * height;
  const seen = [...document.querySelectorAll("main img")].map((image) => ({ image, box: image.getBoundingClientRect() }));
  for (const { image } of seen) {
    if (!image.hasAttribute("width") || !image.hasAttribute("height")) found.push(`moves what is below: ${image.outerHTML}`);
  }
  const first = seen.filter(({ box }) => box.top < innerHeight && box.bottom > 0 && area(box) > 0);
  const largest = first.sort((a, b) => area(b.box) - area(a.box))[0];
  if (largest) {
    const { image, box } = largest;
    if (image.loading === "lazy") found.push(`comes late: ${image.outerHTML}`);
    // Files are twice as wide from one to the next; one of 400 px that is there already is taken for a smaller one.
    const fetched = Number(/-(\d+)\.webp$/.exec(image.currentSrc)?.[1]);
    if (!(fetched <= Math.max(400, 2 * box.width * devicePixelRatio))) found.push(`${fetched} px for ${box.width}: ${image.outerHTML}`);
  }
  return found;
}

/** Everything that somebody can use, numbered; of a group of radio buttons the one that the Tab key reaches. */
function number() {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex]";
  const reached = (element) => {
    if (element.tabIndex < 0 || element.disabled || element.type === "hidden" || element.closest("[inert]")) return false;
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type !== "radio") return true;
    const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`)].filter(
      (other) => other.form === element.form && !other.disabled,
    );
    return element === (group.find((other) => other.checked) ?? group[0]);
  };
  const all = [...document.querySelectorAll(usable)].filter(reached);
  all.forEach((element, place) => (element.dataset.place = place));
  return all.length;
}

/** Where the keyboard is, and what is wrong with it there. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const about = element.outerHTML.slice(0, 160);
  const around = [element, ...(element.labels ?? []), element.closest(".card")?.querySelector(".frame"), element.closest(".find")];
  const ringed = around.some((part) => {
    if (!part) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  });
  const faults = ringed ? [] : [`nothing shows that the keyboard is at ${about}`];
  const shown = around.filter((part) => part && part.getBoundingClientRect().width > 2);
  const seen = shown.some((part) => {
    // A long link may be broken into lines, and the last small picture of a row be cut by its edge: any part will do.
    return [part.getBoundingClientRect(), ...part.getClientRects()].some((box) => {
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      const there = left < right && top < bottom && document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return there && (part.contains(there) || there.contains(part) || there.closest("label")?.control === element);
    });
  });
  if (!seen) faults.push(`hidden while the keyboard is there: ${about}`);
  return { place: Number(element.dataset.place ?? -1), faults };
}

/** Walks once around a page with the Tab key, from wherever the page puts the keyboard. */
async function walk(page) {
  const count = await page.evaluate(number);
  assert.ok(count > 10, "the page has something to use");
  const visited = new Set();
  let first;
  const found = new Set();
  for (let step = 0; step < 2 * count + 10; step += 1) {
    await page.keyboard.press("Tab");
    let at = await page.evaluate(focused);
    // What is scrolled to takes a moment to come into sight.
    for (let look = 0; look < 20 && at?.faults.length; look += 1) {
      await page.waitForTimeout(50);
      at = await page.evaluate(focused);
    }
    if (!at) continue;
    if (at.place === first && visited.size > 1) break;
    first ??= at.place;
    visited.add(at.place);
    at.faults.forEach((fault) => found.add(fault));
  }
  const missed = await page.evaluate(
    (places) => [...document.querySelectorAll("[data-place]")].filter((e) => !places.includes(Number(e.dataset.place))).map((e) => e.outerHTML.slice(0, 160)),
    [...visited],
  );
  return [...found, ...missed.map((element) => `the Tab key never comes to ${element}`)];
}

/** What axe says about a page. */
async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

/** What is wrong with the text of a page. */
async function spelling(html) {
  const { results } = await grammar.validateString(html);
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${ruleId}, line ${line}: ${message}`));
}

/**
 * Looks at pages in three widths and both colours, as somebody without scripts sees them, has them judged,
 * and goes through them by keyboard. A page may be the answer to a form: `{ path, form, status }`.
 * `cookies` are those of somebody who has signed in.
 */
export async function look(browser, origin, { paths, cookies = {} }) {
  const all = [];
  const visit = async ({ path, form, status = 200 }, width, more, judge) => {
    // Nobody brings pictures along that another page had in a larger size.
    const context = await browser.newContext({ viewport: { width, height: HEIGHT }, reducedMotion: "reduce", ...more });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: origin })));
    const page = await context.newPage();
    if (form) {
      const sent = { method: "POST", postData: new URLSearchParams(form).toString() };
      const kind = { "content-type": "application/x-www-form-urlencoded" };
      await page.route(`${origin}${path}`, (route) => route.continue({ ...sent, headers: { ...route.request().headers(), ...kind } }));
    }
    const answer = await page.goto(`${origin}${path}`);
    assert.equal(answer.status(), status, path);
    assert.equal(new URL(page.url()).pathname, path.split("?")[0], "no other page came");
    const found = new Set(await judge(page, answer));
    all.push(...[...found].map((fault) => `${path} at ${width} px: ${fault}`));
    await context.close();
  };
  const bothColours = async (page, judge) => {
    const found = [];
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await judge()).map((fault) => `${colorScheme}: ${fault}`));
    }
    return found;
  };
  for (const asked of paths) {
    const wanted = typeof asked === "string" ? { path: asked } : asked;
    for (const width of [320, 390, 1280]) {
      await visit(wanted, width, { javaScriptEnabled: false }, async (page, answer) => {
        const fits = await bothColours(page, () => page.evaluate(misfits, width));
        return [...fits, ...(width === 320 ? await spelling(await answer.text()) : await walk(page))];
      });
      if (width !== 320) await visit(wanted, width, { bypassCSP: true }, (page) => bothColours(page, () => axe(page)));
    }
  }
  return all;
}
