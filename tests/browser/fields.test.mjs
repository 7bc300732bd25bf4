// The fields of the sign-in: what a browser, a password manager and a phone read in them, what pasting and Enter do, and what the script adds.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { startBroker } from "./broker.mjs";
import { canBeSeen } from "./looks.mjs";
import { heading, launch, press, root, startDemo, visitor } from "./world.mjs";

let demo, closed, browser;
before(async () => {
  [demo, closed, browser] = [await startDemo(), await startBroker(""), await launch()];
});
after(async () => { await browser.close(); assert.equal(await closed.stop(), 0); assert.equal(await demo.stop(), 0); });

const start = async (page) => { await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
const identify = async (page, name) => { await page.fill("#username", name); await press(page, "Next"); };
const attributes = (page, field, names) => page.locator(field).evaluate((i, names) => Object.fromEntries(names.map((name) => [name, i.getAttribute(name)])), names);
/** Pages with fields, by what they are. */
const pages = {
  username: start,
  password: async (page) => { await start(page); await identify(page, "britta.simon@northwind.example"); },
  uniform: async (page) => { await page.goto(`${closed.issuer}/signin`); await identify(page, "ann@northwind.example"); },
  account: async (page) => { await start(page); await identify(page, "sam@consultants.example"); },
  change: async (page) => { await page.goto(`${demo.broker}/changepassword`); await identify(page, "britta.simon@northwind.example"); },
  forgot: (page) => page.goto(`${demo.broker}/forgot`),
  code: async (page) => { await page.goto(`${demo.broker}/forgot`); await page.fill("#username", "nobody@example.org"); await press(page, "Send email"); },
};
const fields = (page) => page.locator("input.input").evaluateAll((all) => all.map((i) => i.id));

test("the username field is one that browsers and password managers know (USR-1, USR-2, USR-11)", async () => {
  const { context, page } = await visitor(browser);
  await start(page);
  const expected = { name: "username", type: "text", inputmode: "email", autocomplete: "username webauthn", autocapitalize: "none", autocorrect: "off", spellcheck: "false", enterkeyhint: "next", required: "", autofocus: "", placeholder: null };
  assert.deepEqual(await attributes(page, "#username", Object.keys(expected)), expected, "USR-1");
  assert.ok(await page.locator("label[for=username]").isVisible());
  const prefill = { type: "password", autocomplete: "current-password", tabindex: "-1" };
  assert.deepEqual(await attributes(page, "[aria-hidden=true] > input[name=prefill]", Object.keys(prefill)), prefill, "USR-2");
  assert.ok(await page.getByRole("button", { name: "Next", exact: true }).isEnabled(), "USR-11: with an empty field");
  await context.close();
});

test("spaces around a username and its case do not count, and one inside does (USR-6)", async () => {
  const { context, page } = await visitor(browser);
  await start(page);
  await identify(page, "  Britta.Simon@Northwind.Example ");
  assert.equal(await heading(page), "Enter your password");
  assert.match(await page.locator("main").innerText(), /Northwind Dental · account 40817/);
  await start(page);
  await identify(page, "britta simon@northwind.example");
  assert.equal(await page.locator("#username").getAttribute("aria-invalid"), "true");
  await context.close();
});

test("the password field is one that browsers and password managers know, and cuts nothing (PWD-1, PWD-2, PWD-7, PWD-8)", async () => {
  const { context, page } = await visitor(browser);
  await pages.password(page);
  const expected = { name: "password", type: "password", autocomplete: "current-password", autocapitalize: "none", spellcheck: "false", enterkeyhint: "go", autofocus: "", maxlength: null };
  assert.deepEqual(await attributes(page, "#password", Object.keys(expected)), expected, "PWD-1, PWD-8");
  const hidden = { autocomplete: "username", tabindex: "-1" };
  assert.deepEqual(await attributes(page, "input.vh[name=username]", Object.keys(hidden)), hidden, "PWD-2");
  assert.notEqual(await page.locator("input.vh[name=username]").evaluate((i) => getComputedStyle(i).display), "none");
  const long = "Ä1!".repeat(100);
  await page.fill("#password", long);
  const post = page.waitForRequest((r) => r.method() === "POST");
  await page.getByRole("button", { name: "Next", exact: true }).click();
  assert.equal(new URLSearchParams((await post).postData()).get("password"), long, "PWD-8: sent as it is");
  assert.match(await readFile(path.join(root, "web/assets/ui.css"), "utf8"), /input::-ms-reveal \{ display: none; \}/, "PWD-7: Edge's own eye");
  await context.close();
});

test("what is in the clipboard is pasted into every field (ALL-15, LP-15)", async () => {
  const { context, page } = await visitor(browser);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  let pasted = 0;
  for (const [name, go] of Object.entries(pages)) {
    await go(page);
    for (const id of await fields(page)) {
      await page.evaluate(() => navigator.clipboard.writeText("12 ab"));
      await page.locator(`#${id}`).focus();
      await page.keyboard.press("Control+A");
      await page.keyboard.press("Control+V");
      assert.equal(await page.inputValue(`#${id}`), "12 ab", `${name} #${id}`);
      pasted++;
    }
  }
  assert.ok(pasted > 9, `${pasted}`);
  await context.close();
});

test("Enter in any field sends the form's main action (ALL-22)", async () => {
  const to = { username: "/signin/username", password: "/signin/password", uniform: "/signin/password", account: "/signin/account", change: "/changepassword", forgot: "/forgot/send", code: "/forgot/code" };
  for (const javaScriptEnabled of [true, false]) {
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    for (const [name, go] of Object.entries(pages)) {
      await go(page);
      for (const id of await fields(page)) {
        await go(page);
        await page.focus(`#${id}`);
        const post = page.waitForRequest((r) => r.method() === "POST");
        await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
        const sent = await post;
        assert.equal(new URL(sent.url()).pathname, to[name], `${name} #${id}`);
        assert.equal(new URLSearchParams(sent.postData()).has("known"), false);
      }
    }
    await context.close();
  }
});

test("fields and main buttons are large enough to hit and to read, the dark is another one, and they are seen in both (ALL-12, ALL-16, ALL-17)", async () => {
  const { context, page } = await visitor(browser, { viewport: { width: 375, height: 800 } });
  for (const [name, go] of Object.entries(pages)) {
    await page.emulateMedia({ colorScheme: "light" });
    await go(page);
    const found = await page.locator("input.input, .btn").evaluateAll((all) => all.filter((e) => e.checkVisibility()).map((e) => {
      const { width, height } = e.getBoundingClientRect();
      return { what: e.outerHTML.slice(0, 60), width, height, size: parseFloat(getComputedStyle(e).fontSize), field: e.matches("input") };
    }));
    assert.ok(found.length > 1, name);
    for (const { what, width, height, size, field } of found) {
      assert.ok(height >= 44 && width >= 44, `ALL-12 ${name}: ${what} ${width} × ${height}`);
      assert.ok(!field || size >= 16, `ALL-16 ${name}: ${what} ${size}`);
    }
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await back();
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await back(), light, `ALL-17 ${name}`);
    assert.ok((await canBeSeen(page, name)) >= 3 * found.length, name);
  }
  await context.close();
});

test("what is not seen or not reached in order is found (the twins of ALL-13, ALL-14, ALL-17, ALL-19)", async () => {
  const { context, page } = await visitor(browser, { bypassCSP: true });
  const spoiled = [
    [/ALL-13 .*outline none/s, () => page.addStyleTag({ content: ":focus-visible { outline-style: none !important; }" })],
    [/ALL-13 .*rgb\(190, 190, 190\) on/s, () => page.addStyleTag({ content: ":focus-visible { outline-color: #bebebe !important; }" })],
    [/ALL-13 .*covered by/s, () => page.addStyleTag({ content: ".foot::before { content: ''; position: fixed; inset: 0; }" })],
    [/ALL-14 .*light/s, () => page.locator(".foot a").first().evaluate((a) => { a.tabIndex = 1; })],
    [/ALL-14 .*stands above/s, () => page.addStyleTag({ content: "form[action='/signin/password'] .btn { position: fixed; inset-block-start: 0; }" })],
    [/ALL-17.*light forced-colors none/s, () => page.addStyleTag({ content: ".input { border-color: #ddd !important; }" })],
    [/ALL-17.*dark forced-colors none/s, () => page.addStyleTag({ content: "@media (prefers-color-scheme: dark) { .btn { background: #172225 !important; border-color: #333 !important; } }" })],
    [/ALL-19.*forced-colors active/s, () => page.addStyleTag({ content: "@media (forced-colors: active) { .btn { border: 0 !important; } }" })],
    [/ALL-19.*forced-colors active/s, async () => { await press(page, "Next"); await page.addStyleTag({ content: "@media (forced-colors: active) { .input { border-style: solid !important; } }" }); }],
  ];
  for (const [said, spoil] of spoiled) {
    await pages.password(page);
    await spoil();
    await assert.rejects(canBeSeen(page, "password"), said, `${said}`);
    await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  }
  await context.close();
});

test("the eye keeps the place in the field and is closed when the form goes; Caps Lock is told (PWD-6, PWD-9)", async () => {
  const { context, page } = await visitor(browser);
  await pages.password(page);
  const eye = page.getByRole("button", { name: "Show password" });
  await page.fill("#password", "Kranich7!");
  await page.locator("#password").evaluate((i) => i.setSelectionRange(3, 3));
  for (const [type, pressed] of [["text", "true"], ["password", "false"], ["text", "true"]]) {
    await eye.click();
    const now = await page.locator("#password").evaluate((i) => [i.type, i.selectionStart, i.selectionEnd, document.activeElement === i, i.value]);
    assert.deepEqual([...now, await eye.getAttribute("aria-pressed")], [type, 3, 3, true, "Kranich7!", pressed]);
  }
  const key = (on) => page.locator("#password").evaluate((i, on) => i.dispatchEvent(new KeyboardEvent("keydown", { key: "A", modifierCapsLock: on, bubbles: true })), on);
  const caps = page.locator("#caps");
  assert.deepEqual([await caps.getAttribute("role"), await caps.innerText()], ["status", ""]);
  await key(true);
  assert.equal(await caps.innerText(), "Caps Lock is on");
  await key(false);
  assert.equal(await caps.innerText(), "");
  // What is sent is a password field again, so that no browser keeps it as a word.
  await page.evaluate(() => document.querySelector("#password").form.addEventListener("submit", (e) => { e.preventDefault(); window.sentAs = document.querySelector("#password").type; }));
  await page.getByRole("button", { name: "Next", exact: true }).click();
  assert.equal(await page.evaluate(() => window.sentAs), "password");
  await context.close();
});

test("after a refused change the focus is on the list of what is wrong, and each line of it leads to its field (CHG-6)", async () => {
  const changes = {
    change: [pages.change, ["current", "new", "repeat"]],
    expired: [async (page) => { await start(page); await identify(page, "old@northwind.example"); await page.fill("#password", "Reiher-88"); await press(page, "Next"); }, ["new", "repeat"]],
  };
  for (const javaScriptEnabled of [true, false]) {
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    for (const [name, [go, wrong]] of Object.entries(changes)) {
      const send = async (filled) => { for (const [id, text] of Object.entries(filled)) if (wrong.includes(id)) await page.fill(`#${id}`, text); await press(page, "Next"); };
      await go(page);
      await send({ current: "Falsch-12", new: "x y", repeat: "z" });
      const list = page.locator(".note.bad:focus");
      await list.waitFor();
      const links = await list.locator("li a").evaluateAll((all) => all.map((a) => a.getAttribute("href").slice(1)));
      assert.ok(links.length >= 2, name);
      assert.deepEqual([...new Set(links)], wrong, name);
      assert.deepEqual(await page.locator("[aria-invalid=true]").evaluateAll((all) => all.map((i) => i.id)), wrong, name);
      for (const [place, id] of links.entries()) {
        await page.locator(".note.bad li a").nth(place).focus();
        await page.keyboard.press("Enter");
        await page.locator(`#${id}:focus`).waitFor();
      }
      // The twin: one thing that is wrong is said at its field, and there is no list.
      await go(page);
      await send({ current: "Kranich7!", new: "Kuckuck-7", repeat: "Kuckuck-8" });
      assert.deepEqual(await page.locator("[aria-invalid=true]").evaluateAll((all) => all.map((i) => i.id)), ["repeat"], name);
      assert.equal(await page.locator(".note.bad").count(), 0, name);
    }
    await context.close();
  }
});
