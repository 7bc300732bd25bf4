// What every page has to be, however it is looked at: accessible, valid, narrow and wide, light and dark. Pictures go to tests/.run/shots when they are asked for.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { HtmlValidate } from "html-validate";
import { root } from "./world.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = {
  // Attributes of ours and of password managers; the rest of the recommended rules stands. PWD-1: the field is a text field while the password is shown.
  "attribute-boolean-style": "off", "attribute-empty-style": "off", "doctype-style": "off", "void-style": "off", "long-title": "off",
  "no-trailing-whitespace": "off", "valid-autocomplete": "off", "no-redundant-for": "off", "prefer-native-element": "off", "input-attributes": "off",
};
const config = (more) => ({ extends: ["html-validate:recommended", "html-validate:a11y"], rules: { ...rules, ...more } });
const validate = new HtmlValidate(config());
// The hidden fields of USR-2 and PWD-2 are out of the tab order and hidden on purpose.
const validateSignIn = new HtmlValidate(config({ "hidden-focusable": "off", "input-missing-label": "off" }));

export const shots = path.join(root, "tests/.run/shots");
await mkdir(shots, { recursive: true });

/** Whether a document is valid (ALL-8). */
export const isValid = (html, name) => valid(validate, html, name);

/** Whether a page of the sign-in is valid, with its hidden fields for password managers (ALL-8). */
const isValidSignIn = (html, name) => valid(validateSignIn, html, name);

// Every page is kept for the Nu checker, a program for Java: tests/run has it look at all of them at once.
const pages = path.join(root, "tests/.run/pages");
await mkdir(pages, { recursive: true });

async function valid(by, html, name) {
  assert.ok(html.includes("<h1"), `${name} as it was served`);
  await writeFile(path.join(pages, `${name.replace(/\W+/g, "-")}.html`), html);
  const report = await by.validateString(html);
  assert.deepEqual(report.results.flatMap((r) => r.messages.map((m) => `${m.ruleId}: ${m.message} (${m.selector})`)), [], `ALL-8 ${name}`);
}

/** The page as it stands, at one width and in one colour scheme. `spared`: what may be small, since something around it can be hit. */
export async function look(page, name, [width, colorScheme], spared = ".vh, .skip, label") {
  if (process.env.HOMEWARD_PICTURES) await page.screenshot({ path: path.join(shots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  assert.equal(await page.locator("h1").count(), 1, "ALL-9");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `ALL-11: ${name} is ${wide}px over at ${width}`);
  const small = await page.evaluate((spared) => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
    .filter((e) => e.checkVisibility() && !e.closest(spared))
    .filter((e) => { const r = e.getBoundingClientRect(); return r.height < 24 && getComputedStyle(e).display !== "inline"; }).map((e) => e.outerHTML.slice(0, 90)), spared);
  assert.deepEqual(small, [], `ALL-12 ${name}`);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  // The document is the same in the dark, its colours are not: there the rules about colours are asked, in the light all of them.
  const run = colorScheme === "dark" ? { type: "rule", values: ["color-contrast", "link-in-text-block"] } : { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
  const found = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }), run);
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`), [], `ALL-7 ${name} ${width} ${colorScheme}`);
}

/** What is hidden from sight on a page of the sign-in, or can be hit by what is around it. */
const SPARED = ".vh, .skip, input[type=radio], input[type=checkbox]";
/** Most bytes of a page of the sign-in with its files (ALL-4), and what the heads of the answers weigh. */
const BUDGET = 14336, HEADS = 1024;
const weighed = new Map();

/** Bytes of stylesheet, script and mark of a broker as they are sent, compressed by what every browser reads. Node looks up no names below localhost. */
function filesOf(origin) {
  if (!weighed.has(origin)) weighed.set(origin, weigh(origin.replace("homeward.localhost", "127.0.0.1")));
  return weighed.get(origin);
}

async function weigh(at) {
  const html = await (await fetch(`${at}/forgot`)).text();
  const files = [...new Set([...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, file]) => file))];
  assert.equal(files.length, 3, files.join(" "));
  const lengths = await Promise.all(files.map(async (file) => Number((await fetch(at + file, { headers: { "accept-encoding": "gzip" } })).headers.get("content-length"))));
  assert.ok(lengths.every((length) => length > 0), lengths.join(" "));
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Everything that a page of the sign-in has to be: valid, small, accessible, at home on narrow and wide screens in light and dark. `served`: the document
 * as it came, where somebody kept it. It is asked before the first picture, which leaves styles in the document that hide the caret. */
export async function isGood(page, name, served) {
  const html = served ?? await page.content(), files = await filesOf(new URL(page.url()).origin);
  await isValidSignIn(html, name);
  assert.ok(Buffer.byteLength(html) + files + HEADS <= BUDGET, `ALL-4 ${name}: ${Buffer.byteLength(html)} bytes and ${files} of files`);
  await lookEveryWay(page, name, SPARED);
}

/** The page as it stands, narrow and wide, light and dark. */
export async function lookEveryWay(page, name, spared) {
  for (const [width, height] of [[1280, 900], [320, 720]]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await look(page, name, [width, colorScheme], spared);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
