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

/** In the page: what a keyboard reaches, in the order of the document, and what can be seen of it. */
const prepare = () => {
  /** Of radio buttons that belong together one is a stop: the chosen one, or the first. */
  const isStop = (e) => e.type !== "radio" || e === (document.querySelector(`input[name="${e.name}"]:checked`) ?? document.querySelector(`input[name="${e.name}"]`));
  const rgba = (text) => { const [r, g, b, a = 1] = text.match(/^rgba?\(([^)]+)\)$/)[1].split(/[ ,/]+/).map(Number); return [r, g, b, a]; };
  /** The colour that is painted at an element: its own, or what shows through it. */
  const behind = (e) => {
    if (!e) return [255, 255, 255, 1];
    const [r, g, b, a] = rgba(getComputedStyle(e).backgroundColor);
    const under = a === 1 ? [0, 0, 0] : behind(e.parentElement);
    return [r, g, b].map((part, place) => part * a + under[place] * (1 - a)).concat(1);
  };
  const light = (colour) => colour.slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const contrast = (one, other) => { const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b); return one[3] === 0 ? 1 : (bright + 0.05) / (dark + 0.05); };
  const stops = () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((e) => e.tabIndex >= 0 && e.type !== "hidden" && !e.disabled && e.checkVisibility() && isStop(e));
  const say = (e) => e.outerHTML.slice(0, 90);
  window.sight = {
    /** How many there are, and how many of them the focus is behind already. */
    begin() {
      const all = stops(), at = document.activeElement;
      return { all: all.length, behind: at === document.body ? 0 : all.filter((e) => e === at || e.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING).length };
    },
    /** Where the focus is, and what is wrong with how it is seen there (ALL-13). */
    focus() {
      const e = document.activeElement;
      if (e === document.body) return null;
      const s = getComputedStyle(e), ring = rgba(s.outlineColor), { left, top, width, height } = e.getClientRects()[0];
      const beside = parseFloat(s.outlineOffset) > 0 ? [e.parentElement] : [e.parentElement, e];
      const hit = document.elementFromPoint(left + width / 2, top + height / 2), wrong = [];
      if (s.outlineStyle !== "solid" || parseFloat(s.outlineWidth) < 2) wrong.push(`outline ${s.outlineStyle} ${s.outlineWidth}`);
      for (const place of beside) if (contrast(ring, behind(place)) < 3) wrong.push(`${s.outlineColor} on ${behind(place)}`);
      if (!hit || !e.contains(hit)) wrong.push(`covered by ${hit && say(hit)}`);
      return { place: stops().indexOf(e), top: top + scrollY, bottom: top + height + scrollY, isSkip: e.matches(".skip"), what: say(e), wrong };
    },
    /** Controls whose edge or ground is not to be seen on what is behind them (ALL-17), and fields that do not say that they are wrong (ALL-19). */
    edges(isForced) {
      const all = [...document.querySelectorAll("input.input, select, textarea, .btn, .choice label")].filter((e) => e.checkVisibility());
      const blurred = document.activeElement;
      blurred.blur?.();
      const wrong = all.flatMap((e) => {
        const s = getComputedStyle(e), under = behind(e.parentElement), edge = s.borderTopStyle === "none" || parseFloat(s.borderTopWidth) < 1 ? 1 : contrast(rgba(s.borderTopColor), under);
        const isSeen = isForced || e.matches("input, select, textarea") ? edge >= 3 : Math.max(edge, contrast(rgba(s.backgroundColor), under)) >= 3;
        const isTold = !isForced || e.ariaInvalid !== "true" || s.borderTopStyle === "dashed";
        return isSeen && isTold ? [] : [`${say(e)}: ${s.borderTopStyle} ${s.borderTopColor} on ${under}`];
      });
      blurred.focus?.();
      return { all: all.length, wrong };
    },
  };
};

/** In the light, in the dark and in forced colours: the edges of the controls are seen (ALL-17, ALL-19); Tab goes to each in the order in which they are read,
 * begins at the first or behind the field that has the focus, and stays at none (ALL-14); and the ring is seen on each (ALL-13). Gives how many controls there were. */
export async function canBeSeen(page, name) {
  let controls = 0;
  await page.evaluate(prepare);
  for (const [colorScheme, forcedColors] of [["light", "none"], ["dark", "none"], ["light", "active"]]) {
    const how = `${name} ${colorScheme} forced-colors ${forcedColors}`;
    await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: "reduce" });
    const { all, behind } = await page.evaluate(() => window.sight.begin());
    assert.ok(all > 3, `${how}: ${all}`);
    const found = [];
    for (let steps = 0; steps < all + 3 && found.length < all; steps++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => window.sight.focus());
      // From the last one the focus leaves the page before it comes to the first again.
      if (at) found.push(at);
    }
    for (const { what, wrong } of found) assert.deepEqual(wrong, [], `ALL-13 ${how} ${what}`);
    const order = Array.from({ length: all }, (_, place) => (place + behind) % all);
    assert.deepEqual(found.map(({ place }) => place), order, `ALL-14 ${how}`);
    const read = found.filter(({ isSkip }) => !isSkip).sort((one, other) => one.place - other.place);
    for (const [place, { what, bottom }] of read.entries()) assert.ok(place === 0 || bottom > read[place - 1].top, `ALL-14 ${how}: ${what} stands above what comes before it`);
    const edges = await page.evaluate((isForced) => window.sight.edges(isForced), forcedColors === "active");
    assert.deepEqual(edges.wrong, [], `ALL-17, ALL-19 ${how}`);
    controls += edges.all;
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none", reducedMotion: "reduce" });
  return controls;
}
