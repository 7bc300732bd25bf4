// Every page of the sign-in: accessible, valid, small, and at home on narrow and dark screens. Pictures go to tests/.run/shots.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { isValidSignIn, lookEveryWay, shots } from "./looks.mjs";
import { launch, press, root, startDemo, visitor } from "./world.mjs";

let demo, browser, assets;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; assets = await filesOf(demo); });
after(async () => { await browser.close(); await demo.stop(); });

/** Bytes of stylesheet, script and mark as they are sent, compressed by what every browser reads. Node looks up no names below localhost. */
async function filesOf({ broker }) {
  const at = broker.replace("homeward.localhost", "127.0.0.1");
  const html = await (await fetch(`${at}/forgot`)).text();
  const files = [...new Set([...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, file]) => file))];
  assert.equal(files.length, 3, files.join(" "));
  const lengths = await Promise.all(files.map(async (file) => Number((await fetch(at + file, { headers: { "accept-encoding": "gzip" } })).headers.get("content-length"))));
  assert.ok(lengths.every((length) => length > 0), lengths.join(" "));
  return lengths.reduce((sum, length) => sum + length, 0);
}

const toApp = async (page) => { await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
const name = async (page, who) => { await page.fill("#username", who); await press(page, "Next"); };
/** Signed in at our own address. */
const own = async (page, who, word) => { await page.goto(`${demo.broker}/account`); await name(page, who); await secret(page, word); await page.waitForURL(/signin$/); };
const secret = async (page, word) => { await page.fill("#password", word); await press(page, "Next"); };

// How to get to each page.
const pages = {
  username: toApp,
  "username-empty": async (p) => { await toApp(p); await press(p, "Next"); },
  password: async (p) => { await toApp(p); await name(p, "britta.simon@northwind.example"); },
  "password-wrong": async (p) => { await toApp(p); await name(p, `nobody-${Math.random().toString(36).slice(2)}@northwind.example`); await secret(p, "Falsch-12"); },
  "choose-account": async (p) => { await toApp(p); await name(p, "sam@consultants.example"); },
  offer: async (p) => { await toApp(p); await name(p, "both@fabrikam.example"); },
  refused: async (p) => {
    await toApp(p);
    await name(p, "dana@contoso.example");
    await p.getByRole("button", { name: "Single Sign On", exact: true }).click();
    await p.waitForURL(`${demo.providers}/**`);
    await p.selectOption("#profile", "denied");
    await p.getByRole("button", { name: "Sign in", exact: true }).click();
    await p.waitForURL(`${demo.broker}/**`);
    await p.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
  },
  leaving: async (p) => {
    // Nothing goes to the providers, so that the page that leaves stays.
    await p.route(`${demo.providers}/**`, (route) => route.fulfill({ status: 204 }));
    await toApp(p);
    await p.fill("#username", "kim@tailspin.example");
    await p.getByRole("button", { name: "Next", exact: true }).click();
    await p.getByRole("heading", { name: "Taking you to Tailspin Toys’s sign-in page" }).waitFor();
  },
  "refused-nobody": async (p) => {
    await toApp(p);
    await name(p, "dana@contoso.example");
    await p.getByRole("button", { name: "Single Sign On", exact: true }).click();
    await p.waitForURL(`${demo.providers}/**`);
    await p.fill("#username", "dana.cole.from.the.other.office@contoso.example");
    await p.getByRole("button", { name: "Sign in", exact: true }).click();
    await p.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
  },
  expired: async (p) => { await toApp(p); await name(p, "old@northwind.example"); await secret(p, "Reiher-88"); },
  "expired-errors": async (p) => { await toApp(p); await name(p, "old@northwind.example"); await secret(p, "Reiher-88"); await p.fill("#new", "x y"); await p.fill("#repeat", "z"); await press(p, "Next"); },
  soon: async (p) => { await toApp(p); await name(p, "soon@northwind.example"); await secret(p, "Storch#66"); },
  change: async (p) => { await p.goto(`${demo.broker}/changepassword`); await name(p, "britta.simon@northwind.example"); },
  "own-page": async (p) => {
    await p.goto(`${demo.broker}/account`); await name(p, "britta.simon@northwind.example"); await secret(p, "Kranich7!");
    await p.waitForURL(/signin$/); await p.goto(`${demo.broker}/account`);
    await p.getByRole("heading", { name: "Your account" }).waitFor();
  },
  "own-name": async (p) => { await own(p, "britta.simon@northwind.example", "Kranich7!"); await p.goto(`${demo.broker}/account/name`); },
  "own-name-wrong": async (p) => {
    await own(p, "britta.simon@northwind.example", "Kranich7!"); await p.goto(`${demo.broker}/account/name`);
    await p.fill("#given", ""); await p.fill("#family", " "); await press(p, "Save");
  },
  "own-email": async (p) => { await own(p, "olivia@voice.example", "Mauersegler_6"); await p.goto(`${demo.broker}/account/email`); },
  "own-email-wrong": async (p) => {
    await own(p, "olivia@voice.example", "Mauersegler_6"); await p.goto(`${demo.broker}/account/email`);
    await p.fill("#email", "nowhere"); await press(p, "Send the code");
  },
  "own-email-code": async (p) => {
    await own(p, "britta.simon@northwind.example", "Kranich7!"); await p.goto(`${demo.broker}/account/email`);
    // Once it was asked for, the page is that of the code.
    if (await p.locator("#email").count()) { await p.fill("#email", "britta.simon.of.the.other.office@northwind.example"); await press(p, "Send the code"); }
    await p.locator("#code").waitFor();
  },
  "undo-over": (p) => p.goto(`${demo.broker}/account/email/undo`),
  forgot: (p) => p.goto(`${demo.broker}/forgot`),
  "check-mail": async (p) => { await p.goto(`${demo.broker}/forgot`); await p.fill("#username", "nobody@example.org"); await press(p, "Send email"); },
  "link-over": (p) => p.goto(`${demo.broker}/reset`),
  "sign-out": (p) => p.goto(`${demo.broker}/signout`),
  "signed-out": async (p) => {
    await toApp(p);
    await name(p, "dana@contoso.example");
    await p.getByRole("button", { name: "Single Sign On", exact: true }).click();
    await p.waitForURL(`${demo.providers}/**`);
    await p.getByRole("button", { name: "Sign in", exact: true }).click();
    await p.waitForURL(`${demo.app}/`);
    await p.getByRole("button", { name: "Sign out", exact: true }).click();
    await p.getByRole("heading", { name: "You are signed out", exact: true }).waitFor();
  },
  "sign-out-refused": async (p) => {
    await p.goto(`${demo.providers}/tiles`);
    await p.goto((await p.locator("input[name=entity_id]").first().inputValue()).replace(/metadata$/, "slo?SAMLRequest=x"));
    await p.getByRole("heading", { name: "We could not sign you out", exact: true }).waitFor();
  },
  language: (p) => p.goto(`${demo.broker}/language`),
  help: (p) => p.goto(`${demo.broker}/help`),
  privacy: (p) => p.goto(`${demo.broker}/privacy`),
  "not-found": (p) => p.goto(`${demo.broker}/nothing-here`),
  "bad-request": (p) => p.goto(`${demo.broker}/oauth2/authorize?client_id=nobody`),
};

/** Puts other words in the place of a page's own, as a translation would: names, addresses and what was typed stay. */
const translate = (how) => {
  // Each language begins with the page's own words.
  for (const [node, own] of window.own ?? []) node.data = own;
  window.own = [];
  const arabic = "تسجيل الدخول إلى حسابك باستخدام كلمة المرور ثم المتابعة من فضلك لاستكمال الإجراءات".split(" ");
  let place = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim();
    if (!text || /[@\d]/.test(text) || node.parentElement.closest("script, .ref, wbr")) continue;
    window.own.push([node, node.data]);
    // German is 40 % longer than English on the whole; Arabic words are as many as the English ones.
    node.data = how === "longer"
      ? node.data.replace(text, `${text} ${text.slice(0, Math.ceil(text.length * 0.4))}`)
      : node.data.replace(text, text.split(/\s+/).map(() => arabic[place++ % arabic.length]).join(" "));
  }
  if (how === "arabic") Object.assign(document.documentElement, { dir: "rtl", lang: "ar" });
};

/** What sticks out of the screen, or is cut off where it stands. */
const lost = () => [...document.body.querySelectorAll("*")].filter((e) => e.checkVisibility() && !e.closest(".vh, .skip, svg")).flatMap((e) => {
  const box = e.getBoundingClientRect(), own = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const out = own && (box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5);
  const cut = own && getComputedStyle(e).display !== "inline" && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && getComputedStyle(e).overflow !== "visible";
  return out || cut ? [`${e.tagName} ${e.textContent.trim().slice(0, 40)}`] : [];
});

async function staysWhole(page, title, how) {
  await page.evaluate(translate, how);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${how}: ${over}px over`);
  assert.deepEqual(await page.evaluate(lost), [], how);
  if (how !== "arabic") return;
  const heading = await page.locator("h1").evaluate((h1) => { const range = document.createRange(); range.selectNodeContents(h1); const text = range.getBoundingClientRect(), box = h1.getBoundingClientRect(); return { right: box.right - text.right, left: text.left - box.left, align: getComputedStyle(h1).textAlign }; });
  assert.ok(heading.align === "center" || heading.right <= heading.left + 1, `text begins on the right: ${JSON.stringify(heading)}`);
  await page.screenshot({ path: path.join(shots, `${title}-320-arabic.png`), fullPage: true });
}

/** What is hidden from sight, or can be hit by what is around it. */
const SPARED = ".vh, .skip, input[type=radio], input[type=checkbox]";

for (const [title, go] of Object.entries(pages)) {
  test(`${title}: axe, markup, narrow and wide, light and dark; I18-2: words as long as German ones, and Arabic from right to left`, async () => {
    const { context, page } = await visitor(browser, { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", bypassCSP: true });
    let served;
    page.on("response", (r) => { if (r.request().isNavigationRequest() && r.url().startsWith(demo.broker)) served = r.text().catch(() => ""); });
    await go(page);
    await lookEveryWay(page, title, SPARED);
    const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((e) => !["0s", ""].includes(getComputedStyle(e).transitionDuration)).length);
    assert.equal(moving, 0, "ALL-18");
    const html = await served;
    assert.ok(Buffer.byteLength(html) + assets + 1024 <= 14336, `ALL-4: ${Buffer.byteLength(html)} bytes and ${assets} of files`);
    await isValidSignIn(html, title);
    await page.setViewportSize({ width: 320, height: 720 });
    for (const how of ["longer", "arabic"]) await staysWhole(page, title, how);
    await context.close();
  });
}

test("a sign-in page weighs at most 14,336 bytes in 4 requests, and the next one is a single request", async () => {
  const { context, page } = await visitor(browser);
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  let bytes = 0, requests = 0;
  client.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
  client.on("Network.requestWillBeSent", () => { requests++; });
  client.on("Network.requestServedFromCache", () => { requests--; });
  client.on("Network.responseReceived", (e) => { if (e.response.fromDiskCache) requests--; });
  await page.goto(`${demo.broker}/signin`, { waitUntil: "networkidle" });
  assert.ok(bytes <= 14336, `ALL-4: ${bytes} bytes`);
  assert.ok(requests <= 4, `ALL-4: ${requests} requests`);
  [bytes, requests] = [0, 0];
  await page.fill("#username", "britta.simon@northwind.example");
  await press(page, "Next");
  assert.equal(requests, 1, "ALL-5");
  assert.ok(bytes <= 14336);
  await context.close();
});

// The browser sets the focus at its next frame, which may come after the load event.
const focused = (page, id) => page.waitForFunction((id) => document.activeElement?.id === id, id, { timeout: 5000 });

test("the keyboard is enough, and the focus can be seen", async () => {
  const { context, page } = await visitor(browser);
  await toApp(page);
  await focused(page, "username");
  await page.keyboard.type("britta.simon@northwind.example");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await focused(page, "password");
  const ring = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]; });
  assert.ok(ring[0] === "solid" && ring[1] >= 2, `ALL-13 ${ring}`);
  await page.keyboard.type("Kranich7!");
  await Promise.all([page.waitForURL(`${demo.app}/`), page.keyboard.press("Enter")]);
  await context.close();
});

test("forced colours, right to left, and large text lose nothing", async () => {
  const { context, page } = await visitor(browser, { forcedColors: "active", viewport: { width: 320, height: 720 } });
  await toApp(page);
  await press(page, "Next");
  assert.equal(await page.locator("#username").evaluate((i) => getComputedStyle(i).borderTopStyle), "dashed", "ALL-19");
  await page.evaluate(() => { document.documentElement.dir = "rtl"; document.body.style.cssText = "letter-spacing:.12em;word-spacing:.16em;line-height:2"; });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `ALL-20, ALL-11: ${over}`);
  const css = await readFile(path.join(root, "web/assets/ui.css"), "utf8");
  assert.ok(!/(margin|padding|border)-(left|right)\s*:|[^-]\b(left|right)\s*:\s*[\d.]/.test(css), "ALL-20: logical properties only");
  await context.close();
});
