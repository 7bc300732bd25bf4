// The care of connections in a real browser: an outage with its codes by mail, and the test sign-in, with commands beside the broker.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { binary } from "./demo.mjs";
import { isGood, shots } from "./looks.mjs";
import { heading, launch, press, startDemo, visitor } from "./world.mjs";

let demo, browser, settings;
before(async () => {
  [demo, browser] = [await startDemo(), await launch()];
  settings = path.join(demo.data, "beside.toml");
  await writeFile(settings, `
[server]
listen = "127.0.0.1:${demo.port}"
public_url = "${demo.broker}"
allow_http_localhost = true
[store]
path = "homeward.db"
[secrets]
root_key_file = "root.key"
[mail]
host = "127.0.0.1"
port = 25
tls = "none"
from = "signin@homeward.example"
`);
});
after(async () => { await browser.close(); await demo.stop(); });

/** A command beside the running broker; its answer as JSON. */
const command = async (...words) => JSON.parse((await promisify(execFile)(binary, ["--config", settings, "--json", ...words])).stdout);
const connection = (...words) => command("connection", ...words);
const CONTOSO = ["50210", "Microsoft Entra ID"];
const toApp = async (page) => { await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
const identify = async (page, name) => { await page.fill("#username", name); await press(page, "Next"); };

/** Signs in at the simulated provider, which answers as it is told, and waits for a heading of ours. */
async function answer(page, profile, expected) {
  await page.waitForURL(`${demo.providers}/**`);
  if (await page.locator("#username").inputValue() === "") await page.fill("#username", "dana@contoso.example");
  await page.selectOption("#profile", profile);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForLoadState();
  const go = page.getByRole("button", { name: "Continue", exact: true });
  if (page.url().startsWith(demo.providers) && (await go.count()) > 0) await go.click().catch(() => {});
  await page.waitForURL(`${demo.broker}/**`);
  await page.getByRole("heading", { name: expected }).waitFor();
}

/** A browser of its own that keeps the last page as it was served. */
async function watching() {
  const found = await visitor(browser, { bypassCSP: true, reducedMotion: "reduce" });
  found.page.on("response", (r) => { if (r.request().isNavigationRequest() && r.url().startsWith(demo.broker) && [200, 403].includes(r.status())) found.page.served = r.text().catch(() => ""); });
  return found;
}

for (const javaScriptEnabled of [true, false]) {
  test(`an outage: a code by mail signs in, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const preview = await connection("outage", ...CONTOSO, "--hours", "1");
    assert.deepEqual([preview.done, preview.to.state], [false, "outage"]);
    assert.ok(preview.effect.without_password >= 1, JSON.stringify(preview));
    await connection("outage", ...CONTOSO, "--hours", "1", "--yes");
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    await toApp(page);
    await identify(page, "dana@contoso.example");
    assert.equal(await heading(page), "Enter your password");
    assert.match(await page.locator(".note").innerText(), /not answering just now/);
    if (javaScriptEnabled) await page.screenshot({ path: path.join(shots, "outage-password.png"), fullPage: true });
    await press(page, "Send me a code");
    assert.equal(await heading(page), "Check your email");
    let code;
    for (let tries = 0; tries < 100 && !code; tries++) {
      const mails = await context.newPage();
      await mails.goto(demo.mail);
      const texts = await mails.locator("article").filter({ hasText: "Your sign-in code" }).allInnerTexts();
      if (texts.length > (javaScriptEnabled ? 0 : 1)) code = texts[0].match(/\b(\d{3} \d{3})\b/)?.[1];
      await mails.close();
      if (!code) await page.waitForTimeout(100);
    }
    await page.fill("#code", code);
    await press(page, "Next");
    await page.waitForURL(`${demo.app}/`);
    assert.equal(await page.locator("#who").innerText(), "Dana Cole");
    await connection("undo", ...CONTOSO, "--yes");
    await page.goto(`${demo.app}/sign-in`);
    await page.waitForURL(`${demo.broker}/**`);
    // What the outage let in has ended with it, and the provider is the way in again.
    await identify(page, "dana@contoso.example");
    assert.notEqual(await heading(page), "Enter your password");
    await page.getByRole("button", { name: "Single Sign On", exact: true }).waitFor();
    assert.deepEqual(page.trouble, []);
    await context.close();
  });
}

test("the pages of an outage are accessible and valid", async () => {
  await connection("outage", ...CONTOSO, "--hours", "1", "--yes");
  const { context, page } = await watching();
  await toApp(page);
  await identify(page, "dana@contoso.example");
  await isGood(page, "outage", await page.served);
  await press(page, "Send me a code");
  await isGood(page, "outage-code", await page.served);
  await connection("undo", ...CONTOSO, "--yes");
  await context.close();
});

test("a test sign-in shows the six checks, passed and stopped, and signs nobody in", async () => {
  const { context, page } = await watching();
  const { link } = await connection("test", ...CONTOSO);
  await page.goto(link);
  assert.equal(await heading(page), "Test the sign-in");
  assert.ok(!page.url().includes("token"), "LR-08");
  await isGood(page, "test-begin", await page.served);
  await page.getByRole("button", { name: "Begin the test", exact: true }).click();
  await answer(page, "right", "Passed all 6 checks");
  assert.equal(await page.locator(".checks > li[data-met=yes]").count(), 6);
  assert.match(await page.locator(".arrived").innerText(), /d•••••@contoso\.example/);
  assert.ok(!(await page.locator("main").innerText()).includes("dana@"));
  await isGood(page, "test-passed", await page.served);
  await page.reload();
  assert.equal(await heading(page), "Passed all 6 checks");
  await page.goto(`${demo.broker}/signin`);
  assert.equal(await heading(page), "Sign in", "nobody is signed in");
  await context.close();
  const other = await watching();
  const second = await connection("test", ...CONTOSO);
  await other.page.goto(second.link);
  await other.page.getByRole("button", { name: "Begin the test", exact: true }).click();
  await answer(other.page, "wrong-audience", /Stopped at check 2 of 6/);
  assert.match(await other.page.locator(".checks").innerText(), /Identifier \(Entity ID\)/);
  await isGood(other.page, "test-stopped", await other.page.served);
  await other.page.goto(second.link);
  await other.page.getByRole("heading", { name: "That test link does not work any more" }).waitFor();
  await isGood(other.page, "test-over", await other.page.served);
  await other.context.close();
});

test("a test sign-in by OpenID Connect shows the claims that arrived", async () => {
  const { context, page } = await visitor(browser);
  const { link } = await connection("test", "70455", "Keycloak");
  await page.goto(link);
  await page.getByRole("button", { name: "Begin the test", exact: true }).click();
  await page.waitForURL(`${demo.providers}/**`);
  await page.fill("#username", "kim@tailspin.example");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${demo.broker}/**`);
  await page.getByRole("heading", { name: "Passed all 6 checks" }).waitFor();
  assert.match(await page.locator(".arrived").innerText(), /preferred_username/);
  assert.ok(!(await page.locator("main").innerText()).includes("kim@"));
  await context.close();
});

test("SSO-10: a failed return shows its six checks and what to send on, and its reference opens them by command", async () => {
  const { context, page } = await watching();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: demo.broker });
  await toApp(page);
  await identify(page, "dana@contoso.example");
  await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
  await answer(page, "wrong-audience", "We could not finish signing you in");
  const reference = await page.locator(".ref").first().innerText();
  await isGood(page, "refused-checks", await page.served);
  assert.deepEqual(await page.locator(".checks > li").evaluateAll((all) => all.map((li) => li.dataset.met ?? "")), ["yes", "no", "", "", "", ""]);
  assert.equal(await page.locator(".pair dd").count(), 2, "both values, side by side");
  assert.match(await page.locator(".pair").innerText(), /\/metadata/);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of [reference, " UTC", "50210", "Check 2 of 6", "audience.unexpected", "Basic SAML Configuration › Identifier (Entity ID)"]) assert.ok(copied.includes(part), `${part} in ${copied}`);
  assert.ok(!copied.includes("dana@"), "nobody's name");
  const { report, trace } = await connection("trace", reference);
  assert.equal(trace.failure.check, "meant_for_us");
  assert.deepEqual(report.lines.map((line) => line.outcome), ["passed", "failed", "not_reached", "not_reached", "not_reached", "not_reached"]);
  assert.equal(report.failed.field, "Basic SAML Configuration › Identifier (Entity ID)");
  assert.ok((await connection("trace", "list")).some((one) => one.case === reference));
  const [health] = await connection("health", ...CONTOSO);
  assert.ok(health.health.returns.failed >= 1);
  await context.close();
});

test("B-164: emergency access is told to the account's administrators at once, by mail", async () => {
  await command("admin", "create", "kim@tailspin.example", "--account", "70455", "--role", "administrator");
  const { context, page } = await visitor(browser);
  await toApp(page);
  await identify(page, "emergency@tailspin.example");
  await page.fill("#password", "Nachtigall+8");
  await Promise.all([page.waitForURL(`${demo.app}/`), press(page, "Next")]);
  const all = page.locator("article").filter({ hasText: "Emergency access was used" });
  for (let tries = 0; tries < 50 && (await all.count()) < 2; tries++) await page.goto(demo.mail);
  // Whoever signed in is told, too, in words of their own.
  const own = await all.filter({ hasText: "If it was not you" }).innerText();
  assert.ok(own.includes("Look at your account") && !own.includes("kim@tailspin.example"), own);
  const mails = all.filter({ hasText: "Look at the activity" });
  const text = await mails.first().innerText();
  for (const part of ["kim@tailspin.example", "emergency@tailspin.example signed in to Tailspin", "by emergency access", "If you know about it, there is nothing to do."]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.ok((await mails.first().locator("a").first().getAttribute("href")).startsWith(`${demo.broker}/portal/70455/activity`));
  await context.close();
});
