// Every page of the sign-in: accessible, valid, small, and at home on narrow and dark screens. Pictures go to tests/.run/shots.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { canBeSeen, isGood, shots } from "./looks.mjs";
import { launch, newestMail, press, root, startDemo, visitor } from "./world.mjs";

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); await demo.stop(); });

const toApp = async (page) => { await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
const name = async (page, who) => { await page.fill("#username", who); await press(page, "Next"); };
/** Signed in at our own address. */
const own = async (page, who, word) => { await page.goto(`${demo.broker}/account`); await name(page, who); await secret(page, word); await page.waitForURL(/signin$/); };
const secret = async (page, word) => { await page.fill("#password", word); await press(page, "Next"); };
/** Two people signed in, the second beside the first. */
const two = async (page) => {
  await own(page, "britta.simon@northwind.example", "Kranich7!");
  await page.goto(`${demo.broker}/account`);
  await press(page, "Not you?");
  await name(page, "olivia@voice.example");
  await secret(page, "Mauersegler_6");
  await page.getByRole("heading", { name: "Your account" }).waitFor();
};
/** Nothing goes to another place, so that a page that leaves stays. */
const stay = (page, place) => page.route(`${place}/**`, (route) => route.fulfill({ status: 204 }));
/** Signed in at the application by way of a provider; where it is only offered, it is chosen. */
const there = async (page, who, offered) => {
  await page.goto(`${demo.app}/sign-in`);
  await page.fill("#username", who);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  if (offered) await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
  await page.waitForURL(`${demo.providers}/**`);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${demo.app}/`);
};
const signOut = (page) => page.getByRole("button", { name: "Sign out", exact: true }).click();
/** Another e-mail address for somebody, and then the page behind the link that the old address got. */
const undo = async (page, who, word, to) => {
  await own(page, who, word);
  await page.goto(`${demo.broker}/account/email`);
  await page.fill("#email", to);
  await press(page, "Send the code");
  await page.fill("#code", /Code: (\d{3} \d{3})/.exec((await newestMail(demo, page.context(), "Your code for this email address", to)).text)[1]);
  await press(page, "Use this address");
  await page.goto((await newestMail(demo, page.context(), "Your email address was changed", who)).link);
  await page.getByRole("heading", { name: "Take the change back?" }).waitFor();
};
/** A form of more than a megabyte, which no page of ours sends. */
const tooMuch = async (page, path) => {
  await page.goto(`${demo.broker}/help`);
  await Promise.all([page.waitForEvent("load"), page.evaluate((path) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: path }), field = document.createElement("textarea");
    Object.assign(field, { name: "text", value: "y".repeat(1_100_000) });
    form.append(field);
    document.body.append(form);
    form.submit();
  }, path)]);
  await page.getByRole("heading", { name: "That is too much" }).waitFor();
};

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
  "leaving-to-app": async (p) => {
    await p.route("**/signin/continue?**", (route) => route.fulfill({ status: 204 }));
    await toApp(p);
    await name(p, "britta.simon@northwind.example");
    await p.fill("#password", "Kranich7!");
    await p.getByRole("button", { name: "Next", exact: true }).click();
    await p.getByRole("heading", { name: "Signing you in to Teamwork" }).waitFor();
  },
  leaving: async (p) => {
    await stay(p, demo.providers);
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
  undo: (p) => undo(p, "mia@woodgrove.example", "ein Rotkehlchen im Garten", "mia.moved@woodgrove.example"),
  undone: async (p) => {
    await undo(p, "ops@contoso.example", "Falke%33x", "ops.moved@contoso.example");
    await press(p, "Yes, take it back");
    await p.getByRole("heading", { name: "Your email address is as it was before" }).waitFor();
  },
  "undo-over": (p) => p.goto(`${demo.broker}/account/email/undo`),
  forgot: (p) => p.goto(`${demo.broker}/forgot`),
  "check-mail": async (p) => { await p.goto(`${demo.broker}/forgot`); await p.fill("#username", "nobody@example.org"); await press(p, "Send email"); },
  "link-over": (p) => p.goto(`${demo.broker}/reset?token=none`),
  "sign-out": (p) => p.goto(`${demo.broker}/signout`),
  "signed-out": async (p) => {
    await there(p, "dana@contoso.example", true);
    await signOut(p);
    await p.getByRole("heading", { name: "You are signed out", exact: true }).waitFor();
  },
  "sign-out-whose": async (p) => { await two(p); await p.goto(`${demo.broker}/signout`); await p.getByText("Who signs out?").waitFor(); },
  "sign-out-other": async (p) => {
    // The application takes its own hint along; the page is of whoever is signed in here by then.
    await there(p, "both@fabrikam.example", true);
    await p.context().clearCookies({ domain: new URL(demo.broker).hostname });
    await own(p, "britta.simon@northwind.example", "Kranich7!");
    await p.goto(demo.app);
    await signOut(p);
    await p.getByText("means somebody else").waitFor();
  },
  "signed-out-others": async (p) => {
    await two(p);
    await p.goto(`${demo.broker}/signout`);
    await Promise.all([p.waitForEvent("load"), p.getByRole("button", { name: /^Britta Simon/ }).click()]);
    await p.getByText("Still signed in in this browser:").waitFor();
  },
  // By an address, and by a form.
  "sign-out-too": async (p) => {
    await there(p, "both@fabrikam.example", true);
    await stay(p, demo.providers);
    await signOut(p);
    await p.getByRole("heading", { name: "Signing you out at Fabrikam, too" }).waitFor();
  },
  "sign-out-too-form": async (p) => {
    await there(p, "kim@tailspin.example", false);
    await stay(p, demo.providers);
    await signOut(p);
    await p.getByRole("heading", { name: "Signing you out at Tailspin Toys, too" }).waitFor();
  },
  "sign-out-over": (p) => p.goto(`${demo.broker}/signout/end?handle=x`),
  "sign-out-refused": async (p) => {
    await p.goto(`${demo.providers}/tiles`);
    await p.goto((await p.locator("input[name=entity_id]").first().inputValue()).replace(/metadata$/, "slo?SAMLRequest=x"));
    await p.getByRole("heading", { name: "We could not sign you out", exact: true }).waitFor();
  },
  language: (p) => p.goto(`${demo.broker}/language`),
  help: (p) => p.goto(`${demo.broker}/help`),
  privacy: (p) => p.goto(`${demo.broker}/privacy`),
  "not-found": (p) => p.goto(`${demo.broker}/nothing-here`),
  "wrong-method": (p) => p.goto(`${demo.broker}/signin/username`),
  "too-much": (p) => tooMuch(p, "/signin/username"),
  "too-much-portal": (p) => tooMuch(p, "/portal/50210/sign-in-page/logo"),
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

/** The spacing that readers may set (WCAG 1.4.12) cuts nothing off, and pushes nothing out (ALL-11). */
async function hasRoom(page) {
  const style = await page.addStyleTag({ content: "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-block-end: 2em !important; }" });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `ALL-11: ${over}px over`);
  assert.deepEqual(await page.evaluate(lost), [], "ALL-11");
  await style.evaluate((e) => e.remove());
}

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

for (const [title, go] of Object.entries(pages)) {
  test(`${title}: axe, markup, narrow and wide, light and dark and forced colours, by Tab; I18-2: words as long as German ones, and Arabic from right to left`, async () => {
    const { context, page } = await visitor(browser, { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", bypassCSP: true });
    let served;
    page.on("response", (r) => { if (r.request().isNavigationRequest() && r.url().startsWith(demo.broker) && r.status() !== 204) served = r.text().catch(() => ""); });
    await go(page);
    await isGood(page, title, await served);
    const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((e) => !["0s", ""].includes(getComputedStyle(e).transitionDuration)).length);
    assert.equal(moving, 0, "ALL-18");
    await canBeSeen(page, title);
    await page.setViewportSize({ width: 320, height: 720 });
    await hasRoom(page);
    for (const how of ["longer", "arabic"]) await staysWhole(page, title, how);
    await context.close();
  });
}

test("what wider spacing cuts off is found (the twin of ALL-11)", async () => {
  const { context, page } = await visitor(browser, { viewport: { width: 1280, height: 900 }, bypassCSP: true });
  await toApp(page);
  await hasRoom(page);
  await page.addStyleTag({ content: "h1 { block-size: 1.3em; overflow: hidden; }" });
  assert.deepEqual(await page.evaluate(lost), [], "as it is, it has room");
  await assert.rejects(hasRoom(page), /ALL-11[^]*H1/);
  await context.close();
});

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
