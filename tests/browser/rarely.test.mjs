// Pages that people see rarely: those of closed disclosure, of several accounts after a password, of pauses, resets and invitations; and what elsewhere is walked
// through with JavaScript only, or only without. Pictures go to tests/.run/shots when they are asked for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { person, startApplication, startBroker } from "./broker.mjs";
import { Client } from "./client.mjs";
import { isGood } from "./looks.mjs";
import { heading, launch, newestMail, press, startDemo, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!", MODERN = "Reiher am alten Teich";
const several = { two: "two@several.example", nine: "nine@several.example" };

let demo, app, closed, browser;
before(async () => {
  [demo, app, browser] = [await startDemo(), await startApplication(), await launch()];
  const account = (place) => `[[account]]\nnumber = "${5000 + place}"\nname = "Several ${place}"\n${place === 0 ? `[account.password]\nprofile = "modern"\n` : ""}`
    + (place < 2 ? person({ username: several.two, password: PASSWORD }) : "") + person({ username: several.nine, password: PASSWORD })
    + (place === 0 ? person({ username: "mo@several.example", password: MODERN }) : "");
  const applications = ["late", "ward", "form"].map((id) => `[[application]]\nclient_id = "${id}"\nname = "${id}"\nauthentication = "none"\nredirect_uris = ["${app.origin}/callback/${id}"]\naccount_selection = "password"\n${{ ward: "private = true\n", form: `response_modes = ["query", "form_post"]\n` }[id] ?? ""}`);
  closed = await startBroker(applications.join(""), {}, { accounts: Array.from({ length: 9 }, (_, place) => account(place)).join("") });
});
after(async () => { await browser.close(); await app.stop(); assert.equal(await closed.stop(), 0); assert.equal(await demo.stop(), 0); });

const main = (page) => page.locator("main").innerText();
const open = () => visitor(browser, { bypassCSP: true });
const start = async (page) => { await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
const identify = async (page, name) => { await page.fill("#username", name); await press(page, "Next"); };
const password = async (page, word) => { await page.fill("#password", word); await press(page, "Next"); };
const newPassword = async (page, word) => { await page.fill("#new", word); await page.fill("#repeat", word); await press(page, "Next"); };
const arrived = async (page) => { await page.waitForURL(`${demo.app}/`); return page.locator("#who").innerText(); };
/** At the broker that tells nothing of a name: the page after it. */
async function named(page, id, username) {
  const client = new Client(closed.issuer, id, `${app.origin}/callback/${id}`);
  await client.open(page);
  await identify(page, username);
  assert.equal(await heading(page), "Enter your password");
  return client;
}

test("closed disclosure has one password page, with an account and Single Sign On on it", async () => {
  const { context, page } = await open();
  await named(page, "late", "nobody@several.example");
  assert.deepEqual([await page.locator("#account").count(), await page.getByRole("button", { name: /^Single Sign On/ }).count()], [1, 1]);
  await isGood(page, "password-uniform", undefined);
  await password(page, "Falsch-12");
  assert.match(await page.locator(".err").innerText(), /do not match/);
  await isGood(page, "password-uniform-wrong", undefined);
  assert.deepEqual(page.trouble, []);
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`closed disclosure sends the account with Single Sign On, too, and Enter presses Next (${javaScriptEnabled ? "with" : "without"} JavaScript)`, async () => {
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    const sent = async (act) => { const [request] = await Promise.all([page.waitForRequest((r) => r.method() === "POST"), act()]); await page.waitForLoadState(); return [new URL(request.url()).pathname, new URLSearchParams(request.postData()).get("account")]; };
    await named(page, "late", "nobody@several.example");
    await page.fill("#account", "5099");
    assert.deepEqual(await sent(() => page.getByRole("button", { name: /^Single Sign On/ }).click()), ["/signin/single-sign-on", "5099"]);
    assert.equal(await page.locator("#password").count(), 0, "nobody has that account");
    await named(page, "late", "nobody@several.example");
    await page.fill("#account", "5099");
    await page.fill("#password", "Falsch-12");
    assert.deepEqual(await sent(() => page.press("#password", "Enter")), ["/signin/password", "5099"]);
    assert.match(await page.locator(".err").innerText(), /do not match/);
    assert.equal(await page.inputValue("#account"), "5099", "what was typed is seen");
    await context.close();
  });
}

// CHG-3
test("closed disclosure shows nobody's rules before a proof, and the account's own after it", async () => {
  const { context, page } = await open();
  await page.goto(`${closed.issuer}/changepassword`);
  await identify(page, "mo@several.example");
  assert.match(await main(page), /Your organisation’s rules for passwords apply/);
  assert.equal(await page.locator("#rules").count(), 0);
  await isGood(page, "change-neutral");
  await page.fill("#new", "Kuckuck im Nest");
  assert.ok(["Fair", "Good", "Strong"].includes(await page.locator("#strength").innerText()), "the meter works without a list");
  await page.fill("#current", MODERN);
  await newPassword(page, "Kurz-1");
  assert.match(await page.locator("#rules").innerText(), /at least 15 characters/);
  assert.deepEqual(page.trouble, []);
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  // The first time the passwords are another system's hashes, each account's its own; the second time they are ours.
  test(`MUL-1, MUL-2, MUL-3: several accounts after the password: two are cards, nine a list without a choice made, ${how}`, async () => {
    const { context, page } = await visitor(browser, { javaScriptEnabled, bypassCSP: javaScriptEnabled });
    for (const [username, kind, count] of [[several.two, "input[type=radio][name=account]", 2], [several.nine, "select#account option:not([value=''])", 9]]) {
      const client = await named(page, "late", username);
      await password(page, "Falsch-12");
      assert.equal(await heading(page), "Enter your password");
      assert.ok(!(await main(page)).includes("Several"), "nothing is listed before a proof");
      await password(page, PASSWORD);
      assert.equal(await heading(page), "Multiple accounts located");
      assert.match(await page.locator("body").innerText(), new RegExp(username), "MUL-1");
      assert.equal(await page.locator(kind).count(), count, "MUL-2");
      const nothing = count === 2 ? await page.locator("input[name=account]:checked").count() === 0 : await page.locator("#account").inputValue() === "";
      assert.ok(nothing, "MUL-3: no choice is made");
      if (javaScriptEnabled) await isGood(page, `choose-${count}`);
      await press(page, "Next");
      assert.match(await page.locator(".err").innerText(), /Choose an account/);
      if (count === 2) await page.check("input[value='5001']"); else await page.selectOption("#account", "5001");
      await page.getByRole("button", { name: "Next", exact: true }).click();
      assert.equal((await client.arrived(page)).account, "5001");
      await context.clearCookies();
    }
    assert.deepEqual(page.trouble, []);
    await context.close();
  });

  test(`CHO-4: a private application offers to remember nobody, before the choice of an account or after it, ${how}`, async () => {
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    for (const [id, boxes] of [["ward", 0], ["late", 1]]) {
      await named(page, id, several.two);
      assert.equal(await page.locator("input[name=remember]").count(), boxes, id);
      await password(page, PASSWORD);
      assert.equal(await heading(page), "Multiple accounts located");
      assert.equal(await page.locator("input[name=remember]").count(), boxes, id);
    }
    await context.close();
  });
}

// OA-08: the page holds a code. Nothing is taken at the application's address, so that the page stays.
test("the page that posts the answer to the application", async () => {
  const { context, page } = await open();
  await page.route(`${app.origin}/**`, (route) => route.fulfill({ status: 204 }));
  await new Client(closed.issuer, "form", `${app.origin}/callback/form`).open(page, { response_mode: "form_post" });
  await identify(page, "mo@several.example");
  await page.fill("#password", MODERN);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.locator(`form[action='${app.origin}/callback/form']`).waitFor();
  await isGood(page, "post-back");
  await context.close();
});

// ERR-1: one hash is made at a time and nobody waits, so that the second of two at the same moment is sent away.
test("where too many sign in at once, the page says so, and the sign-in goes on from there", async () => {
  const busy = await startBroker("", {}, { more: "[passwords]\nthreads = 1\nwaiting = 0\npasses = 16\nmemory_kib = 65536\n" });
  const [first, { context, page }] = [await open(), await open()];
  try {
    let status = 0;
    for (let tries = 0; tries < 4 && status !== 503; tries++) {
      for (const one of [first.page, page]) {
        await one.goto(`${busy.issuer}/account`);
        await identify(one, "nobody@northwind.example");
        await one.fill("#password", "Falsch-12");
      }
      const sent = first.page.waitForRequest((r) => r.method() === "POST"), answered = first.page.waitForEvent("load");
      await first.page.getByRole("button", { name: "Next", exact: true }).click({ noWaitAfter: true });
      await sent;
      const answer = page.waitForResponse((r) => r.request().method() === "POST");
      await page.getByRole("button", { name: "Next", exact: true }).click();
      status = (await answer).status();
      await answered;
    }
    assert.equal(status, 503);
    await page.getByRole("heading", { name: "Very busy just now" }).waitFor();
    await isGood(page, "busy");
    await press(page, "Try again");
    assert.equal(await page.inputValue("#username"), "nobody@northwind.example");
  } finally {
    await Promise.all([context.close(), first.context.close()]);
    assert.equal(await busy.stop(), 0);
  }
});

// LG-11: there is no picture to read and no puzzle to solve: the one thing in the way is a page in words, of this server alone.
test("a pause says until when, and what to do (PWD-12)", async () => {
  const { context, page } = await open();
  await named(page, "late", "paused@several.example");
  for (let tries = 0; tries < 5; tries++) await password(page, "Falsch-12");
  const asked = new Set();
  page.on("request", (r) => asked.add(new URL(r.url()).origin));
  const answer = page.waitForResponse((r) => r.request().method() === "POST");
  await password(page, "Falsch-12");
  assert.deepEqual([(await answer).status(), Number((await answer).headers()["retry-after"]) > 0], [429, true]);
  assert.equal(await heading(page), "Too many tries");
  assert.match(await page.locator(".ref").innerText(), /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
  assert.deepEqual([...asked], [new URL(page.url()).origin], "LG-11");
  await isGood(page, "pause");
  assert.match(await page.locator("main").innerText(), /password\.paused/);
  await press(page, "Try again");
  assert.deepEqual([await heading(page), await page.inputValue("#username")], ["Sign in to late", "paused@several.example"], "the sign-in goes on where it was");
  await press(page, "Next");
  await password(page, "Falsch-12");
  await press(page, "reset it now");
  assert.deepEqual([await heading(page), await page.inputValue("#username")], ["Reset your password", "paused@several.example"]);
  assert.match(await page.locator("body").innerText(), /\blate\b/, "and then back to the application");
  await context.close();
});

test("a reset by link: the question, the new password, and that it was changed; then where to", async () => {
  const { context, page } = await open();
  await page.goto(`${demo.broker}/forgot`);
  await page.fill("#username", "britta.simon@northwind.example");
  await press(page, "Send email");
  await page.goto((await newestMail(demo, context, "Reset your password")).link);
  await isGood(page, "confirm-reset");
  await press(page, "Yes, go on");
  assert.equal(await heading(page), "Choose a new password");
  await isGood(page, "set-password");
  await newPassword(page, "Elster#12x");
  assert.equal(await heading(page), "Your password was changed");
  await isGood(page, "changed");
  await press(page, "Sign in");
  await identify(page, "britta.simon@northwind.example");
  await password(page, "Elster#12x");
  await page.getByRole("heading", { name: "You are signed in. Where to?" }).waitFor();
  await isGood(page, "where-to");
  await context.close();
});

test("an invitation is accepted without JavaScript, too", async () => {
  const { context, page } = await open();
  await page.goto(`${demo.broker}/forgot`);
  await page.fill("#username", "new@northwind.example");
  await press(page, "Send email");
  const { link } = await newestMail(demo, context, "Set up your sign-in for Northwind Dental");
  await page.goto(link);
  assert.match(await heading(page), /^Welcome/);
  await isGood(page, "invitation");
  await context.close();
  const bare = await visitor(browser, { javaScriptEnabled: false });
  await bare.page.goto(link);
  await press(bare.page, "Yes, go on");
  assert.equal(await heading(bare.page), "Choose your password");
  await newPassword(bare.page, "Kuckuck-7");
  await press(bare.page, "Sign in");
  await identify(bare.page, "new@northwind.example");
  await password(bare.page, "Kuckuck-7");
  await bare.page.getByRole("heading", { name: "You are signed in. Where to?" }).waitFor();
  await bare.context.close();
});

// EXP-1, ALL-1: flows.test.mjs walks through each of them the other way.
test("an expired password is replaced without JavaScript, and one that expires soon is put off with it", async () => {
  const bare = await visitor(browser, { javaScriptEnabled: false });
  await start(bare.page);
  await identify(bare.page, "old@northwind.example");
  await password(bare.page, "Reiher-88");
  assert.equal(await heading(bare.page), "Your password has expired");
  await bare.page.fill("#new", "x y");
  await bare.page.fill("#repeat", "z");
  await press(bare.page, "Next");
  assert.ok(await bare.page.getByRole("alert").isVisible(), "CHG-6");
  await newPassword(bare.page, "Kuckuck-7");
  assert.equal(await arrived(bare.page), "Olaf Berg");
  await bare.context.close();
  const { context, page } = await visitor(browser);
  await start(page);
  await identify(page, "soon@northwind.example");
  await password(page, "Storch#66");
  assert.equal(await heading(page), "Your password expires in 6 days");
  await press(page, "Not now");
  assert.equal(await arrived(page), "Sonja Lind");
  await context.close();
});

// SES-3, ALL-1
test("without JavaScript the back button leads to a page of the sign-in, and no further", async () => {
  const { context, page } = await visitor(browser, { javaScriptEnabled: false });
  await start(page);
  const first = page.url();
  await identify(page, "britta.simon@northwind.example");
  await page.goBack();
  assert.equal(page.url(), first);
  assert.equal(await heading(page), "Sign in to Teamwork");
  await identify(page, "olivia@voice.example");
  assert.match(await main(page), /olivia@voice\.example/);
  await context.close();
});
