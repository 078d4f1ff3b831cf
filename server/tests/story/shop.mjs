// A guest in a real browser: node shop.mjs buy|follow|keys|look SETTINGS
// Settings and answer are JSON. Every step waits for what a person would wait for.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { look } from "./pages.mjs";

const [errand, text] = process.argv.slice(2);
const { chromium: executablePath, memory, origin, errand: wish } = JSON.parse(text);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

/** A window; complaints of the page and requests to other hosts are gathered. */
async function open(storageState) {
  const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`asked ${request.url()}`);
  });
  return { context, page, complaints };
}

/** Finds a piece by search; what was published a moment ago may take a moment to be found. */
async function find(page, { words, title }) {
  await page.goto(`${origin}/`);
  const link = page.getByRole("link", { name: title, exact: true });
  for (let look = 0; look < 60; look += 1) {
    await page.getByLabel("Search the market").fill(words);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search\?/);
    if (await link.count()) break;
    await page.waitForTimeout(500);
  }
  await link.first().click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** Looks at each picture small, at one of them large. */
async function browse(page, pictures) {
  const thumbs = page.locator("ol.thumbs a");
  assert.equal(await thumbs.count(), pictures, "small pictures");
  for (let place = 0; place < pictures; place += 1) {
    const image = thumbs.nth(place).locator("img");
    await image.scrollIntoViewIfNeeded();
    await shown(page, image);
    await thumbs.nth(place).click();
    const view = page.locator(`#view-${place + 1}`);
    await page.waitForFunction((id) => {
      const view = document.getElementById(id).getBoundingClientRect();
      const strip = document.querySelector("ul.strip").getBoundingClientRect();
      return Math.abs(view.left - strip.left) < 4;
    }, `view-${place + 1}`);
    await shown(page, view.locator("img"));
  }
  const large = page.getByRole("dialog", { name: `Picture ${pictures} enlarged` });
  for (const leave of [() => large.getByRole("button", { name: "Close" }).click(), () => page.keyboard.press("Escape")]) {
    assert.equal(await large.isVisible(), false, "closed before");
    await page.getByRole("button", { name: `Enlarge picture ${pictures}` }).click();
    await large.waitFor({ state: "visible" });
    await shown(page, large.locator("img"));
    await leave();
    await large.waitFor({ state: "hidden" });
  }
}

/** Waits until a picture has arrived and could be read. */
async function shown(page, image) {
  const element = await image.elementHandle();
  await page.waitForFunction((image) => image.complete && image.naturalWidth > 0, element);
}

async function take(page, { option, quantity }) {
  if (option) await page.getByRole("radio", { name: option }).check({ force: true });
  await page.getByLabel("Quantity", { exact: true }).selectOption(String(quantity));
  // In a hurry: one piece all the same.
  await page.getByRole("button", { name: "Add to cart" }).dblclick();
  await page.waitForURL(`${origin}/cart`);
}

async function fill(page, fields) {
  for (const [label, value] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}

/** From the search to the order page. */
async function buy() {
  const { context, page, complaints } = await open();
  for (const piece of wish.pieces) {
    await find(page, piece);
    await browse(page, piece.pictures);
    await take(page, piece);
  }
  const cart = await page.locator("main").innerText();
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await fill(page, {
    "E-mail": wish.email,
    Name: "Ana Ng",
    "Street and number": "Kirchgasse 4",
    "Postal code": "07743",
    Town: "Jena",
  });
  await page.getByRole("button", { name: "Order and pay" }).click();
  await page.getByRole("heading", { name: "Pay by card" }).waitFor();
  await fill(page, {
    "Card number": "4242 4242 4242 4242",
    "Expiry (MM / YY)": "12 / 34",
    "Security code": "123",
    "Name on the card": "Ana Ng",
  });
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  await page.getByRole("link", { name: "See your order" }).click();
  await page.getByRole("heading", { name: /^Order / }).waitFor();
  const number = new URL(page.url()).pathname.split("/").pop();
  const order = await page.locator("main").innerText();
  await context.storageState({ path: memory });
  return { number, cart, order, complaints };
}

/** The same guest comes back: the order page, and the letter about the parcel. */
async function follow() {
  const { page, complaints } = await open(memory);
  await page.goto(`${origin}/orders/${wish.number}`);
  const order = await page.locator("main").innerText();
  await page.goto(`${origin}/dev/mail`);
  await page.getByRole("link", { name: wish.letter }).first().click();
  await page.locator(".letter").waitFor();
  const letter = await page.locator("main").innerText();
  return { order, letter, complaints };
}

/** Goes on with the Tab key until the keyboard is at something of this name. */
async function reach(page, role, name) {
  const wanted = page.getByRole(role, { name, exact: true }).first();
  await wanted.waitFor();
  for (let step = 0; step < 150; step += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`the Tab key never comes to the ${role} “${name}”`);
}

/** Opens an account, proves its address, fills in its profile, opens a shop and leaves: by keys alone. */
async function keys() {
  const { page, complaints } = await open();
  const write = async (label, text) => {
    await reach(page, "textbox", label);
    await page.keyboard.type(text);
  };
  const press = async (role, name, key = "Enter") => {
    await reach(page, role, name);
    await page.keyboard.press(key);
  };
  const arrives = (name) => page.getByRole("heading", { level: 1, name }).waitFor();
  const secret = async () => {
    // A field for a password has no role.
    const field = page.getByLabel("Password", { exact: true });
    while (!(await field.evaluate((element) => element === document.activeElement))) await page.keyboard.press("Tab");
    await page.keyboard.type(wish.password);
  };

  await page.goto(`${origin}/`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.ok(page.url().endsWith("#main"), "the first key skips what is the same on every page");
  await page.goto(`${origin}/`);
  await press("link", "Sign in");
  await arrives("Sign in");
  await press("link", "Create an account");
  await arrives("Create an account");
  await write("Your name", "Ana");
  await write("E-mail address", "ana@example.org");
  await secret();
  await press("button", "Create the account", "Space");
  await arrives("Sign in");
  await write("E-mail address", "ana@example.org");
  await secret();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /Your account/ }).first().waitFor();

  for (let look = 0; look < 60; look += 1) {
    await page.goto(`${origin}/dev/mail`);
    if (await page.locator("a.row").count()) break;
    await page.waitForTimeout(250);
  }
  await press("link", await page.locator("a.row").innerText().then((text) => text.replace(/\s+/g, " ")));
  const proof = page.locator(".letter a[href*='/verify-email']").first();
  await proof.waitFor();
  while (!(await proof.evaluate((element) => element === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await press("button", "This is my address");
  await arrives("Your account");

  await press("link", "Change your profile");
  await arrives("Your profile");
  await write("About you (optional)", "Clay, mostly.");
  await reach(page, "combobox", "Who sees the text");
  await page.keyboard.press("ArrowDown");
  await press("button", "Save");
  await page.getByRole("status").getByText("Saved.").waitFor();

  await page.goto(`${origin}/sell`);
  await write("Name of the shop", "Ana’s kiln");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Ana’s kiln/ }).first().waitFor();
  await page.goto(`${origin}/account`);
  await press("button", "Sign out");
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();
  return { complaints };
}

try {
  process.stdout.write(JSON.stringify(await { buy, follow, keys, look: () => look(browser, origin, wish) }[errand]()));
} finally {
  await browser.close();
}
