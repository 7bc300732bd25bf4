// A real browser in front of the demo.
import { chromium } from "playwright-core";

export { root, startDemo } from "./demo.mjs";

/** Chromium without its window, which needs half the time of the whole one; `CHROMIUM` names another, as `/usr/bin/chromium`. */
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});

/** A browser of its own: no cookies yet. Console errors and CSP violations are collected. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...options });
  // A busy machine is no fault of a page.
  context.setDefaultTimeout(90_000);
  context.setDefaultNavigationTimeout(90_000);
  const page = await context.newPage();
  page.trouble = [];
  page.on("console", (m) => { if (m.type() === "error" && !/status of (4|5)\d\d/.test(m.text())) page.trouble.push(m.text()); });
  // The browser reports a cross-fade between pages that it gave up; nothing of ours failed.
  page.on("pageerror", (e) => { if (!/ViewTransition|Transition was aborted/.test(String(e))) page.trouble.push(String(e)); });
  return { context, page };
}

export const heading = (page) => page.locator("h1").innerText();

/** Clicks and waits until the next document is there. */
export async function press(page, name) {
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).click()]);
}

const read = new Map();

/** A mail of the demo of that subject that was not read before: text, and the first link when it has one. `holds`: a text that must stand in it. */
export async function newestMail(demo, context, subject, holds = "") {
  const key = `${subject} ${holds}`;
  const page = await context.newPage();
  for (let tries = 0; tries < 50; tries++) {
    await page.goto(demo.mail);
    const articles = page.locator("article").filter({ has: page.getByRole("heading", { name: subject }), hasText: holds });
    const article = articles.first();
    if ((await articles.count()) > (read.get(key) ?? 0)) {
      read.set(key, await articles.count());
      const links = article.locator("a");
      const found = { text: await article.innerText(), link: (await links.count()) > 0 ? await links.first().getAttribute("href") : null };
      await page.close();
      return found;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no mail "${subject}"`);
}
