// The account portal in a real browser: accessible, valid, small, by keyboard alone and without JavaScript. Pictures go to tests/.run/shots.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { ann, ben, startBroker } from "./broker.mjs";
import { startNames } from "./names.mjs";
import { isValid, lookEveryWay } from "./looks.mjs";
import { heading, launch, press, startDemo, visitor } from "./world.mjs";

// Here a box is as large as what is around it.
const NONE_SPARED = ".vh, .skip";
const ana = { username: "ana.trujillo@contoso.example", password: "Pirol*Nest4" };
const LOGO = path.join(import.meta.dirname, "../flows/tests/flows/portal/logo.png");
const olivia = { username: "olivia@voice.example", password: "Mauersegler_6" };

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0); });

/** Signs in to the portal, wherever `to` leads. */
async function enter(page, who, to = "/portal") {
  await page.goto(`${demo.broker}${to}`);
  await page.fill("#username", who.username);
  await press(page, "Next");
  await page.fill("#password", who.password);
  await Promise.all([page.waitForURL(/\/portal\/\d+/), page.getByRole("button", { name: "Next", exact: true }).click()]);
}

/** Searches the list of users; no name stands in an address. */
async function find(page, name) {
  await page.goto(`${demo.broker}/portal/50210/users`);
  await page.fill("#q", name);
  await press(page, "Search");
  assert.ok(!page.url().includes(name) && new URL(page.url()).searchParams.has("s"), page.url());
}
const of = async (page, name) => { await find(page, name); await page.locator("tbody th a").first().click(); await page.waitForURL(/\/users\/[0-9a-f-]+$/); };

/** One's own page, with emergency access. */
async function withEmergency(page) {
  await of(page, "ana");
  if (await page.getByRole("button", { name: "Give emergency access" }).count()) await press(page, "Give emergency access");
}

// How to get to each page, once inside.
const pages = {
  home: (p) => p.goto(`${demo.broker}/portal/50210`),
  users: (p) => p.goto(`${demo.broker}/portal/50210/users`),
  "users-none": (p) => find(p, "zzz"),
  user: (p) => of(p, "ops@"),
  "user-self": (p) => of(p, "ana"),
  "user-emergency": withEmergency,
  "emergency-codes": async (p) => { await withEmergency(p); await Promise.all([p.waitForEvent("load"), p.getByRole("button", { name: /^Make (new )?codes to print$/ }).click()]); },
  why: async (p) => { await of(p, "dana@"); await p.getByRole("link", { name: "Why can’t they sign in?" }).click(); await p.locator("summary").first().click(); },
  exclusions: (p) => p.goto(`${demo.broker}/portal/50210/exclusions`),
  "exclusions-unknown": async (p) => {
    await p.goto(`${demo.broker}/portal/50210/exclusions`); await p.locator("summary").click();
    await p.fill("#names", "nobody@contoso.example"); await press(p, "Add to the list");
  },
  "users-add": async (p) => { await p.goto(`${demo.broker}/portal/50210/users`); await p.locator("#add-label").click(); },
  applications: (p) => p.goto(`${demo.broker}/portal/50210/applications`),
  "sign-on": (p) => p.goto(`${demo.broker}/portal/50210/sign-on`),
  "sign-on-add-wrong": async (p) => {
    await p.goto(`${demo.broker}/portal/50210/sign-on/new`);
    await p.fill("#name", "reset.example"); await press(p, "SAML 2.0 Okta");
    assert.equal(await p.inputValue("#name"), "reset.example", "LR-14 a name that leads somewhere is refused, and stays in its field");
  },
  domains: async (p) => {
    await p.goto(`${demo.broker}/portal/50210/domains`);
    await p.fill("#domain", "a-domain-of-some-length.contoso.example"); await press(p, "Add the domain");
  },
  "domains-wrong": async (p) => { await p.goto(`${demo.broker}/portal/50210/domains`); await p.fill("#domain", "gmail.com"); await press(p, "Add the domain"); },
  passwords: (p) => p.goto(`${demo.broker}/portal/50210/passwords`),
  "passwords-wrong": async (p) => { await p.goto(`${demo.broker}/portal/50210/passwords`); await p.fill("#days", "9999"); await press(p, "Save"); },
  "sign-in-page": async (p) => {
    await p.goto(`${demo.broker}/portal/50210/sign-in-page`);
    await p.fill("#colour", "#123a6b"); await press(p, "Preview");
  },
  "sign-in-page-wrong": async (p) => { await p.goto(`${demo.broker}/portal/50210/sign-in-page`); await p.fill("#colour", "#808080"); await press(p, "Save"); },
  "sign-in-page-contact": async (p) => { await p.goto(`${demo.broker}/portal/50210/sign-in-page`); await p.fill("#contact", "IT desk, +1 555 0100"); await press(p, "Save whom people ask"); },
  "sign-in-page-contact-wrong": async (p) => { await p.goto(`${demo.broker}/portal/50210/sign-in-page`); await p.fill("#contact", "https://help.example"); await press(p, "Save whom people ask"); },
  "sign-in-page-logo": async (p) => {
    await p.goto(`${demo.broker}/portal/50210/sign-in-page`);
    await p.setInputFiles("#picture", LOGO); await press(p, "Show it in the sample");
    assert.ok(await p.locator("img.logo").last().evaluate((image) => image.complete && image.naturalWidth === 240), "BRA-2 the sample has the picture");
  },
  "sign-in-page-logo-wrong": async (p) => {
    await p.goto(`${demo.broker}/portal/50210/sign-in-page`);
    await p.setInputFiles("#picture", { name: "logo.png", mimeType: "image/png", buffer: Buffer.from("<svg/>") }); await press(p, "Show it in the sample");
    assert.match(await p.locator("#picture-error").innerText(), /This is an SVG\. Export it as PNG/, "BRA-2");
  },
  "sign-in-page-logo-text-wrong": async (p) => {
    await p.goto(`${demo.broker}/portal/50210/sign-in-page`);
    await p.setInputFiles("#picture", LOGO); await p.fill("#alt", " "); await press(p, "Show it in the sample");
    assert.equal(await p.locator("#alt").getAttribute("aria-describedby"), "alt-hint alt-error", "BRA-2 a text is required");
  },
  administrators: (p) => p.goto(`${demo.broker}/portal/50210/administrators`),
  "administrators-unknown": async (p) => {
    await p.goto(`${demo.broker}/portal/50210/administrators`); await p.locator("summary").click();
    await p.fill("#name", "nobody@contoso.example"); await press(p, "Give the role");
  },
  tokens: async (p) => {
    await p.goto(`${demo.broker}/portal/50210/api-tokens`); await p.locator("summary").click();
    await p.fill("#name", "user export"); await p.check("input[name=scope-users-read]"); await p.check("input[name=scope-users-write]"); await press(p, "Make the token");
  },
  "tokens-wrong": async (p) => { await p.goto(`${demo.broker}/portal/50210/api-tokens`); await p.locator("summary").click(); await p.fill("#name", "x"); await press(p, "Make the token"); },
  steps: (p) => p.goto(`${demo.broker}/portal/50210/steps`),
  "steps-wrong": async (p) => { await p.goto(`${demo.broker}/portal/50210/steps`); await p.fill("#email", "kim"); await press(p, "Send"); },
  activity: (p) => p.goto(`${demo.broker}/portal/50210/activity`),
  "activity-none": (p) => p.goto(`${demo.broker}/portal/50210/activity?ref=2222-2222`),
};

test("every page: axe, narrow and wide, light and dark", async () => {
  const { context, page } = await visitor(browser, { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", bypassCSP: true });
  await enter(page, ana);
  for (const [title, go] of Object.entries(pages)) {
    await go(page);
    if (/-(wrong|unknown)$/.test(title)) assert.ok((await page.title()).startsWith("Error:"), `ALL-10 ${title}`);
    await lookEveryWay(page, `portal-${title}`, NONE_SPARED);
  }
  assert.deepEqual(page.trouble, [], "ALL-2");
  await context.close();
});

test("accounts of an operator: axe, narrow and wide", async () => {
  const { context, page } = await visitor(browser, { viewport: { width: 1280, height: 900 }, bypassCSP: true, reducedMotion: "reduce" });
  await enter(page, olivia);
  await page.getByRole("link", { name: "Accounts", exact: true }).click();
  await page.waitForURL(/\/accounts/);
  await lookEveryWay(page, "portal-accounts", NONE_SPARED);
  await press(page, "Open Contoso");
  assert.equal(await heading(page), "Home");
  assert.match(await page.locator("header.top").innerText(), /Contoso · account 50210\s+Not your own account/);
  await lookEveryWay(page, "portal-visiting", NONE_SPARED);
  await context.close();
});

test("markup as it is served, and no more than 30 KB with its files", async () => {
  const { context, page } = await visitor(browser);
  await enter(page, ana);
  for (const [title, go] of Object.entries(pages)) {
    await go(page);
    const html = await (await page.reload()).text();
    assert.ok(html.includes("<h1"), `${title} as it was served`);
    await isValid(html, title);
  }
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.clearBrowserCache");
  let bytes = 0;
  client.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
  const weigh = async (place, most) => {
    bytes = 0;
    await client.send("Network.clearBrowserCache");
    await page.goto(place, { waitUntil: "networkidle" });
    assert.ok(bytes > 3000 && bytes <= most * 1024, `${place}: ${bytes} bytes`);
    return bytes;
  };
  // Every page that has an address, as it stands in the navigation and one link further.
  const seen = new Set(), heaviest = [];
  await page.goto(`${demo.broker}/portal/50210`);
  const links = () => page.locator("nav.side a, main a").evaluateAll((all) => all.map((a) => a.href.split("#")[0]));
  const next = (await links()).filter((to) => to.startsWith(`${demo.broker}/portal/50210`));
  for (const far of [false, true]) {
    for (const place of next.splice(0)) {
      // Of a kind of page one is enough: users, connections, what is searched.
      const kind = place.replace(/[0-9a-f-]{36}/g, "ID").replace(/\?.*/, "");
      if (seen.has(kind)) continue;
      seen.add(kind);
      // A logo takes 11 KB more at most.
      const most = kind.endsWith("/sign-in-page") ? 19 : 30;
      heaviest.push([await weigh(place, most), kind.split("/50210")[1] || "/"]);
      if (!far) next.push(...(await links()).filter((to) => to.startsWith(`${demo.broker}/portal/50210/`)));
    }
  }
  assert.ok(seen.size >= 15, `${[...seen]}`);
  for (const [bytes, kind] of heaviest.sort((a, b) => b[0] - a[0]).slice(0, 5)) console.log(`# portal${kind}: ${bytes} bytes`);
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("somebody is put on the exclusion list, found in Activity, and taken off", async () => {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      await enter(page, ana, "/portal/50210/users?f=active");
      assert.ok(page.url().endsWith("/users?f=active"), "one lands where one was going");
      await of(page, "dana");
      await press(page, "Put on the exclusion list");
      assert.match(await page.getByRole("status").innerText(), /is on the exclusion list now/);
      assert.match(await page.locator("main").innerText(), /Added by ana.trujillo@contoso.example/);
      // The sign-in asks Dana for a password from now on.
      const other = await visitor(browser, { javaScriptEnabled });
      await other.page.goto(demo.app);
      await other.page.getByRole("link", { name: "Sign in" }).click();
      await other.page.fill("#username", "dana@contoso.example");
      await press(other.page, "Next");
      assert.equal(await heading(other.page), "Enter your password");
      await other.context.close();
      await page.getByRole("link", { name: "Activity", exact: true }).click();
      await page.waitForURL(/\/activity/);
      const row = page.locator("tbody tr").first();
      assert.match(await row.innerText(), /Exclusion list changed[\s\S]*none → excluded[\s\S]*by ana\.trujillo@contoso\.example[\s\S]*dana@contoso\.example/);
      await page.getByRole("link", { name: "Exclusion list", exact: true }).click();
      await page.waitForURL(/\/exclusions/);
      await press(page, "Remove dana@contoso.example");
      assert.match(await page.getByRole("status").innerText(), /off the exclusion list/);
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    test("a logo is sent, looked at, seen on the sign-in pages once the account is known, and removed", async () => {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      await enter(page, ana, "/portal/50210/sign-in-page");
      assert.equal(await page.getByLabel("Text for people who do not see it").inputValue(), "Contoso", "the account's name is proposed");
      await page.setInputFiles("#picture", LOGO);
      await page.fill("#alt", "Contoso Pharma");
      await press(page, "Show it in the sample");
      assert.equal(await page.locator(".sample img.logo").count(), 2);
      assert.equal(await page.getByRole("img", { name: "Contoso Pharma", exact: true }).count(), 2, "on a light plate and in the dark");
      const dana = await visitor(browser, { javaScriptEnabled, bypassCSP: true, reducedMotion: "reduce" });
      const signIn = async () => { await dana.page.goto(demo.app); await dana.page.getByRole("link", { name: "Sign in" }).click(); };
      const next = async () => { await dana.page.fill("#username", "dana@contoso.example"); await press(dana.page, "Next"); };
      await signIn(); await next();
      assert.equal(await dana.page.locator("img.logo").count(), 0, "it waits to be used");
      await press(page, "Use this logo");
      assert.match(await page.getByRole("status").innerText(), /people see it from now on/);
      await signIn();
      assert.equal(await dana.page.locator("img.logo").count(), 0, "BRA-3 no account is known");
      await next();
      const shown = dana.page.getByRole("img", { name: "Contoso Pharma", exact: true });
      assert.ok(await shown.evaluate((image) => image.complete && image.naturalWidth === 240), "BRA-2");
      if (javaScriptEnabled) await lookEveryWay(dana.page, "signin-logo");
      // The text alone: no file is chosen.
      await page.fill("#alt", "Contoso & Co.");
      await press(page, "Show it in the sample");
      await press(page, "Use this logo");
      await signIn(); await next();
      assert.ok(await dana.page.getByRole("img", { name: "Contoso & Co.", exact: true }).evaluate((image) => image.complete && image.naturalWidth === 240), "BRA-2");
      await press(page, "Remove the logo");
      assert.match(await page.getByRole("status").innerText(), /is removed/);
      await signIn(); await next();
      assert.equal(await dana.page.locator("img.logo").count(), 0);
      assert.deepEqual([...page.trouble, ...dana.page.trouble], []);
      await dana.context.close(); await context.close();
    });

    test("a reference that a person was shown is found", async () => {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      const dana = await visitor(browser);
      await dana.page.goto(demo.app);
      await dana.page.getByRole("link", { name: "Sign in" }).click();
      await dana.page.fill("#username", "dana@contoso.example");
      await press(dana.page, "Next");
      await dana.page.getByRole("button", { name: "Single Sign On", exact: true }).click();
      await dana.page.waitForURL(`${demo.providers}/**`);
      await dana.page.selectOption("#profile", "denied");
      await dana.page.getByRole("button", { name: "Sign in", exact: true }).click();
      await dana.page.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
      const reference = await dana.page.locator(".ref").first().innerText();
      await dana.context.close();
      await enter(page, ana);
      await page.goto(`${demo.broker}/portal/50210/activity`);
      await page.fill("#ref", reference.toLowerCase());
      await press(page, "Search");
      assert.equal(await page.locator("tbody tr").count(), 1);
      assert.match(await page.locator("tbody tr").innerText(), new RegExp(`Single Sign-On answered[\\s\\S]*Failed[\\s\\S]*${reference}`));
      await page.goto(`${demo.broker}/portal/50210`);
      assert.match(await page.locator("#failures").locator("..").innerText(), /failed/);
      await context.close();
    });
  });
}

test("the keyboard is enough: from the sign-in to a search, and the focus can be seen", async () => {
  const { context, page } = await visitor(browser);
  await page.goto(`${demo.broker}/portal/50210/users`);
  await page.waitForFunction(() => document.activeElement?.id === "username");
  await page.keyboard.type(ana.username);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await page.waitForFunction(() => document.activeElement?.id === "password");
  await page.keyboard.type(ana.password);
  await Promise.all([page.waitForURL(/\/portal\/50210\/users/), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip", "ALL-14");
  for (let steps = 0; steps < 20 && (await page.evaluate(() => document.activeElement.id)) !== "q"; steps++) await page.keyboard.press("Tab");
  const ring = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return [document.activeElement.id, s.outlineStyle, parseFloat(s.outlineWidth)]; });
  assert.ok(ring[0] === "q" && ring[1] === "solid" && ring[2] >= 2, `ALL-13 ${ring}`);
  await page.keyboard.type("ops");
  await Promise.all([page.waitForURL(/\?s=/), page.keyboard.press("Enter")]);
  assert.equal(await page.locator("tbody tr").count(), 1);
  await context.close();
});

test("ADM-1: what the provider needs can be selected, and copied with a word about it", async () => {
  const { context, page } = await visitor(browser);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: demo.broker });
  await enter(page, ana, "/portal/50210/sign-on");
  const reply = page.getByLabel("Reply URL (Assertion Consumer Service URL)");
  assert.match(await reply.inputValue(), new RegExp(`^${demo.broker}/saml/[0-9a-f-]+/acs$`));
  assert.equal(await reply.getAttribute("readonly"), "");
  await page.getByRole("button", { name: "Copy Reply URL (Assertion Consumer Service URL)" }).click();
  await page.getByText("Reply URL (Assertion Consumer Service URL) copied").waitFor({ state: "attached" });
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await reply.inputValue());
  await context.close();
  const still = await visitor(browser, { javaScriptEnabled: false });
  await enter(still.page, ana, "/portal/50210/sign-on");
  assert.equal(await still.page.getByRole("button", { name: "Copy" }).count(), 0, "no button that does nothing");
  assert.match(await still.page.getByLabel("Identifier (Entity ID)", { exact: true }).inputValue(), /\/metadata$/);
  await still.context.close();
});

test("somebody without a role sees nothing, and the four languages say so", async () => {
  const { context, page } = await visitor(browser);
  await page.goto(`${demo.broker}/portal`);
  await page.fill("#username", "britta.simon@northwind.example");
  await press(page, "Next");
  await page.fill("#password", "Kranich7!");
  await Promise.all([page.waitForURL(/\/portal\/callback/), page.getByRole("button", { name: "Next", exact: true }).click()]);
  assert.equal(await heading(page), "The account portal is not open to you");
  await context.close();
  const own = await visitor(browser);
  await enter(own.page, ana);
  for (const [language, code, words] of [["Deutsch", "de", "Übersicht"], ["Français", "fr", "Accueil"], ["Español", "es", "Inicio"], ["English", "en", "Home"]]) {
    await Promise.all([own.page.waitForURL(/\/portal\/50210$/), own.page.getByRole("button", { name: language, exact: false }).click()]);
    await own.page.locator(`html[lang=${code}]`).waitFor();
    assert.equal(await heading(own.page), words);
  }
  await own.context.close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`ADM-14, AD-02: a domain is proved and a role is given, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const names = await startNames();
    const broker = await startBroker("", {}, { more: `[egress]\nname_server = "${names.address}"` });
    assert.equal((await broker.command("admin", "create", ann.username, "--account", "40817", "--role", "administrator")).code, 0);
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    await page.goto(`${broker.issuer}/portal/40817/domains`);
    await page.fill("#username", ann.username);
    await press(page, "Next");
    await page.fill("#password", ann.password);
    await Promise.all([page.waitForURL(/\/portal\/40817\/domains$/), page.getByRole("button", { name: "Next", exact: true }).click()]);
    await page.fill("#domain", "Northwind.example");
    await press(page, "Add the domain");
    const name = await page.getByLabel("Name", { exact: true }).inputValue(), value = await page.getByLabel("Value", { exact: true }).inputValue();
    assert.equal(name, "_signin-check.northwind.example");
    await press(page, "Check now northwind.example");
    assert.match(await page.locator("main").innerText(), /There is no TXT record of this name/);
    names.records[name] = ["v=spf1 -all"];
    await press(page, "Check now northwind.example");
    assert.match(await page.locator("main").innerText(), /none of them is the right one[\s\S]*v=spf1 -all/);
    names.records[name] = ["v=spf1 -all", value];
    await press(page, "Check now northwind.example");
    assert.match(await page.getByRole("status").filter({ hasText: "proved" }).innerText(), /counts from now on/);
    assert.match(await page.locator("main").innerText(), /Proved on /);
    // Given up by mistake, it is taken back as it was.
    await page.locator("summary", { hasText: "Give the domain up" }).click();
    await press(page, "Give the domain up northwind.example");
    assert.match(await page.locator("main").innerText(), /Given up[\s\S]*You can take it back, as it was, until/);
    await isValid(await page.content(), "a domain that was given up");
    await press(page, "Take it back northwind.example");
    assert.match(await page.locator("main").innerText(), /The domain is back, and counts as before[\s\S]*Proved on /);
    await page.getByRole("link", { name: "Administrators", exact: true }).click();
    await page.waitForURL(/\/administrators$/);
    await page.locator("summary").click();
    await page.fill("#name", ben.username);
    await page.getByRole("radio", { name: /^Security manager/ }).check();
    await press(page, "Give the role");
    assert.match(await page.getByRole("status").innerText(), /The role is given/);
    await page.getByRole("link", { name: "Activity", exact: true }).click();
    await page.waitForURL(/\/activity/);
    assert.match(await page.locator("tbody tr").first().innerText(), /Role changed[\s\S]*\+security[\s\S]*by ann@northwind\.example[\s\S]*ben@northwind\.example/);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export as CSV" }).click()]);
    assert.equal(file.suggestedFilename(), "activity-40817.csv");
    assert.match(await readFile(await file.path(), "utf8"), /"portal\.domain","ok"[\s\S]*northwind\.example: proved/);
    assert.deepEqual(page.trouble, []);
    await context.close();
    await broker.stop();
    await names.stop();
  });
}

test("AD-18: the first operator is made on the machine, and the last one stays", async () => {
  const broker = await startBroker("");
  const made = await broker.command("admin", "create", ann.username, "--account", "40817", "--role", "operator");
  assert.equal(made.code, 0, made.said);
  assert.match(made.said, /is now operator[\s\S]*signs in with their own password[\s\S]*\/portal/);
  const { context, page } = await visitor(browser);
  await page.goto(`${broker.issuer}/portal`);
  await page.fill("#username", ann.username);
  await press(page, "Next");
  await page.fill("#password", ann.password);
  await Promise.all([page.waitForURL(/\/portal\/40817$/), page.getByRole("button", { name: "Next", exact: true }).click()]);
  assert.equal(await heading(page), "Home");
  const last = await broker.command("admin", "remove", ann.username, "--account", "40817", "--role", "operator");
  assert.ok(last.code === 1 && /make another one first/.test(last.said), last.said);
  // Somebody new is invited, and has neither a password nor a way in before the invitation is accepted.
  const fresh = await broker.command("admin", "create", "boss@northwind.example", "--account", "40817", "--role", "operator");
  assert.ok(fresh.code === 0 && /invitation is in the outbox/.test(fresh.said) && !/password is/i.test(fresh.said), fresh.said);
  assert.equal((await broker.command("admin", "remove", ann.username, "--account", "40817", "--role", "operator")).code, 1, "still the last");
  assert.equal((await broker.command("admin", "create", ben.username, "--account", "40817", "--role", "operator")).code, 0);
  assert.equal((await broker.command("admin", "remove", ann.username, "--account", "40817", "--role", "operator")).code, 0);
  const list = JSON.parse((await broker.command("admin", "list", "--json")).said);
  assert.deepEqual(list.map((e) => e.username).sort(), [ben.username, "boss@northwind.example"]);
  await page.goto(`${broker.issuer}/portal`);
  assert.equal(await heading(page), "The account portal is not open to you", "at once");
  await context.close();
  await broker.stop();
});

test("ADM-7 Leaving with something typed asks first; a form that is sent, and a page that was only looked at, do not", async () => {
  const { context, page } = await visitor(browser);
  await enter(page, ana);
  const asked = [];
  page.on("dialog", async (dialog) => { asked.push(dialog.type()); await dialog.dismiss(); });
  const place = `${demo.broker}/portal/50210/passwords`;
  await page.goto(place);
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await page.waitForURL(/\/users$/);
  assert.deepEqual(asked, [], "only looked at");
  await page.goto(place);
  await page.locator("#days").pressSequentially("1");
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await page.waitForFunction(() => document.readyState === "complete");
  assert.deepEqual([asked, page.url()], [["beforeunload"], place], "it stays, because the person said so");
  await page.fill("#days", "9999");
  await press(page, "Save");
  assert.ok((await page.title()).startsWith("Error:"), "sent without a question");
  assert.equal(asked.length, 1);
  await context.close();
});
