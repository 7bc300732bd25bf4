// Single Sign-On in four steps, from "+ Add" to somebody who is signed in, against simulated providers: by keyboard alone, with and without
// JavaScript, accessible on every stop of the way. Pictures go to tests/.run/shots.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { person, startApplication, startBroker } from "./broker.mjs";
import { Client } from "./client.mjs";
import { go, reach, type, unfold } from "./hands.mjs";
import { startProviders } from "./providers.mjs";
import { isValid, lookEveryWay, shots } from "./looks.mjs";
import { launch, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!";
const CLIENT = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";

// One account for each walk: its administrator, and somebody who has no password.
const accounts = { 1001: "saml-js.example", 1002: "saml-plain.example", 1003: "openid-js.example", 1004: "openid-plain.example", 1005: "look.example" };
let app, providers, broker, browser;

before(async () => {
  [app, providers] = [await startApplication(), await startProviders({ people: Object.values(accounts).map((d) => `mia@${d}=Mia=Finch=mia@${d}`) })];
  const account = ([number, domain]) => `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\ndefault_application = "teamwork"\n[[account.domain]]\ndomain = "${domain}"\nverified = true\n`
    + person({ username: `ana@${domain}`, password: PASSWORD, more: `given_name = "Ana"\nfamily_name = "Trujillo"` }) + person({ username: `mia@${domain}` });
  const application = `[[application]]\nclient_id = "teamwork"\nname = "Teamwork"\nauthentication = "none"\nredirect_uris = ["${app.origin}/callback/teamwork"]\nstart_url = "${app.origin}/start"\n`;
  broker = await startBroker(application, {}, { accounts: Object.entries(accounts).map(account).join(""), disclosure: "open" });
  for (const [number, domain] of Object.entries(accounts)) {
    const made = await broker.command("admin", "create", `ana@${domain}`, "--account", number, "--role", "administrator");
    assert.equal(made.code, 0, made.said);
  }
  browser = await launch();
});
after(async () => { await browser.close(); await app.stop(); assert.equal(await broker.stop(), 0); await providers.stop(); });

/** Signs in to the portal, wherever `to` leads. */
async function enter(page, number, to = `/portal/${number}/sign-on`) {
  await page.goto(`${broker.issuer}${to}`);
  await page.getByLabel("Username").focus();
  await page.keyboard.type(`ana@${accounts[number]}`);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await page.locator("#password").focus();
  await page.keyboard.type(PASSWORD);
  await Promise.all([page.waitForURL(/\/portal\/\d+\//), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
}
const main = (page) => page.locator("main").innerText();
// Node looks up no names below localhost.
const metadata = async (brand) => (await fetch(`${providers.base.replace(/\/\/[^:]+:/, "//127.0.0.1:")}/${brand}/saml/metadata`)).text();

/** The test sign-in, at the provider and back. */
async function tryOut(page, number, title, button) {
  await reach(page, page.getByRole("button", { name: button, exact: true }));
  await page.keyboard.press("Enter");
  await providers.signIn(page, title, { username: `mia@${accounts[number]}` });
  await page.waitForURL(/\/sign-on\/[0-9a-f-]+#test$/);
  await page.waitForLoadState();
}
/** Somebody of the account goes to the application, is led to the provider, and comes in. */
async function comesIn(number, title, options) {
  const { context, page } = await visitor(browser, options);
  const client = new Client(broker.issuer, "teamwork", `${app.origin}/callback/teamwork`);
  await client.open(page);
  await page.fill("#username", `mia@${accounts[number]}`);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  // It is offered as a button, unless the account says otherwise.
  await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
  await providers.signIn(page, title, { username: `mia@${accounts[number]}` });
  const who = await client.arrived(page);
  assert.equal(who.account, number);
  await context.close();
}

/** The same person is asked for a password here: nobody is led to a provider that is not on. */
async function staysHere(number, options) {
  const { context, page } = await visitor(browser, options);
  await new Client(broker.issuer, "teamwork", `${app.origin}/callback/teamwork`).open(page);
  await page.fill("#username", `mia@${accounts[number]}`);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.locator("#password").waitFor();
  assert.equal(await page.getByRole("button", { name: /Single Sign On/ }).count(), 0);
  await context.close();
}

for (const javaScriptEnabled of [true, false]) {
  const way = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`by SAML, ${way}: from “+ Add” to somebody who is signed in, by keyboard`, async () => {
    const [number, title] = [javaScriptEnabled ? "1001" : "1002", "Simulated Okta sign-in"];
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    await enter(page, number);
    await go(page, "link", "Set up Single Sign-On");
    await go(page, "button", "SAML 2.0 Okta");
    assert.match(await page.getByRole("status").filter({ hasText: "Added" }).innerText(), /Give these values to the provider/);
    assert.match(await page.getByLabel("Single sign-on URL", { exact: true }).inputValue(), new RegExp(`^${broker.issuer}/saml/[0-9a-f-]+/acs$`));
    const file = path.join(shots, `metadata-${number}.xml`);
    await writeFile(file, await metadata("okta"));
    await page.getByLabel("Or choose the file").setInputFiles(file);
    // With a script the file is read into the field and shows before it is sent; without one it is sent as it is (ADM-4).
    if (javaScriptEnabled) await page.waitForFunction(() => document.querySelector("#metadata").value.includes("EntityDescriptor"));
    await go(page, "button", "Preview");
    assert.match(await main(page), /Nothing is changed yet[\s\S]*IDP Identifier \(Entity ID\)[\s\S]*okta\/saml/);
    await go(page, "button", "Use these values");
    assert.match(await main(page), /These values are in use now/);
    await tryOut(page, number, title, "Begin the test");
    assert.match(await main(page), /Passed all 6 checks[\s\S]*m•••••@/);
    await staysHere(number, { javaScriptEnabled });
    await go(page, "button", "Turn on for everybody");
    assert.match(await main(page), /Done\. You can take it back for 24 hours\./);
    await comesIn(number, title, { javaScriptEnabled });
    await go(page, "button", "Undo");
    assert.match(await main(page), /Taken back\./);
    await staysHere(number, { javaScriptEnabled });
    assert.deepEqual(page.trouble, []);
    await context.close();
  });

  test(`by OpenID Connect, ${way}: from “+ Add” to somebody who is signed in, by keyboard`, async () => {
    const [number, title] = [javaScriptEnabled ? "1003" : "1004", "Simulated identity provider sign-in"];
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    await enter(page, number, `/portal/${number}/sign-on/new`);
    await go(page, "button", "OpenID Connect");
    assert.match(await page.getByLabel("Redirect URI", { exact: true }).inputValue(), /\/oidc\/[0-9a-f-]+\/callback$/);
    const issuer = providers.oidc("generic").match(/issuer = "([^"]+)"/)[1];
    // A mistyped issuer is told at once, and stays in its field.
    await type(page, "Issuer", `${issuer}/mistyped`);
    await type(page, "Client ID", CLIENT);
    await go(page, "button", "Preview");
    assert.match(await page.getByRole("alert").innerText(), /could not read the provider’s document/);
    assert.ok((await page.title()).startsWith("Error:"), "ALL-10");
    assert.equal(await page.locator("#issuer").getAttribute("aria-invalid"), "true");
    assert.equal(await page.inputValue("#issuer"), `${issuer}/mistyped`, "ADM-6");
    await type(page, "Issuer", issuer);
    await type(page, "Client secret", "a-secret-of-theirs");
    await go(page, "button", "Preview");
    assert.match(await main(page), /Nothing is changed yet[\s\S]*Issuer/);
    assert.ok(!(await page.content()).includes("a-secret-of-theirs"), "AD-05");
    await go(page, "button", "Use these values");
    await tryOut(page, number, title, "Begin the test");
    assert.match(await main(page), /Passed all 6 checks/);
    await go(page, "button", "Turn on for everybody");
    await comesIn(number, title, { javaScriptEnabled });
    assert.deepEqual(page.trouble, []);
    await context.close();
  });
}

test("every stop of the way: axe, valid, narrow and wide, light and dark", async () => {
  const { context, page } = await visitor(browser, { reducedMotion: "reduce", bypassCSP: true });
  await enter(page, "1005");
  let stop = 0;
  const every = async (title) => {
    stop += 1;
    await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), title);
    await lookEveryWay(page, `signon-${stop}-${title}`);
  };
  const press = (name) => Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).first().click()]);
  await every("empty");
  await page.getByRole("link", { name: "Set up Single Sign-On" }).click();
  await page.waitForURL(/\/new$/);
  await every("add");
  await press("SAML 2.0 Microsoft Entra ID");
  await page.locator("summary", { hasText: "What to choose there" }).click();
  await every("give");
  await page.fill("#metadata", await metadata("entra"));
  await press("Preview");
  await every("proposal");
  await press("Use these values");
  await page.locator("summary", { hasText: "Enter new values" }).click();
  await page.locator("summary", { hasText: "Or enter the values one by one" }).click();
  await every("values");
  await page.getByRole("button", { name: "Begin the test" }).click();
  await providers.signIn(page, "Simulated Entra ID sign-in", { username: "nobody@look.example" });
  await page.waitForURL(/#test$/);
  assert.match(await main(page), /Stopped at check 5 of 6/);
  await every("failed");
  // Somebody else there: the provider forgets who was.
  await context.clearCookies({ name: /^simulated/ });
  await tryOut(page, "1005", "Simulated Entra ID sign-in", "Test again");
  await every("passed");
  await page.locator("summary", { hasText: "People of the pilot" }).click();
  await page.fill("#pilot-names", "mia@look.example");
  await press("Add to the pilot");
  await press("Turn on for the pilot");
  await page.locator("summary", { hasText: "does not answer?" }).click();
  await page.locator("summary", { hasText: "Turn it off" }).click();
  await every("pilot");
  assert.deepEqual(page.trouble, []);
  await context.close();
});
