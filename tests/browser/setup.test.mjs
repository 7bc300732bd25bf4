// A setup link in a real browser: made by an administrator, opened by somebody from outside, who prepares a connection and turns nothing
// on. By keyboard alone, with and without JavaScript; accessible, valid and small. Pictures go to tests/.run/shots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { person, startBroker } from "./broker.mjs";
import { startProviders } from "./providers.mjs";
import { isValid, lookEveryWay } from "./looks.mjs";
import { heading, launch, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!";
const accounts = { 2001: "js.example", 2002: "plain.example", 2003: "look.example" };
let providers, broker, browser;

before(async () => {
  providers = await startProviders({ people: Object.values(accounts).map((d) => `mia@${d}=Mia=Finch=mia@${d}`) });
  const account = ([number, domain]) => `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\n[[account.domain]]\ndomain = "${domain}"\nverified = true\n`
    + person({ username: `ana@${domain}`, password: PASSWORD, more: `given_name = "Ana"\nfamily_name = "Trujillo"` }) + person({ username: `mia@${domain}` });
  broker = await startBroker("", {}, { accounts: Object.entries(accounts).map(account).join("") });
  for (const [number, domain] of Object.entries(accounts)) {
    const made = await broker.command("admin", "create", `ana@${domain}`, "--account", number, "--role", "administrator");
    assert.equal(made.code, 0, made.said);
  }
  browser = await launch();
});
after(async () => { await browser.close(); assert.equal(await broker.stop(), 0); await providers.stop(); });

/** Tabs to a control: nobody touches a mouse. */
async function reach(page, control) {
  const is = () => control.evaluate((e) => e === document.activeElement);
  for (let steps = 0; steps < 150 && !(await is()); steps++) await page.keyboard.press("Tab");
  assert.ok(await is(), `${control} is in the order of Tab`);
}
async function go(page, role, name) {
  await reach(page, page.getByRole(role, typeof name === "string" ? { name, exact: true } : { name }).first());
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}
async function type(page, label, text) {
  await reach(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}
const main = (page) => page.locator("main").innerText();
const metadata = async (brand) => (await fetch(`${providers.base.replace(/\/\/[^:]+:/, "//127.0.0.1:")}/${brand}/saml/metadata`)).text();

/** An administrator in the portal. */
async function enter(page, number, to) {
  await page.goto(`${broker.issuer}/portal/${number}${to}`);
  await page.getByLabel("Username").focus();
  await page.keyboard.type(`ana@${accounts[number]}`);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await page.locator("#password").focus();
  await page.keyboard.type(PASSWORD);
  await Promise.all([page.waitForURL(/\/portal\/\d+/), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
}

for (const javaScriptEnabled of [true, false]) {
  const way = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`from the link to a test that has passed, ${way}, by keyboard; only the administrator turns it on`, async () => {
    const number = javaScriptEnabled ? "2001" : "2002";
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    await enter(page, number, "/sign-on");
    await go(page, "link", "Setup links");
    assert.match(await main(page), /No setup link was made yet/);
    await go(page, "button", "Make the link");
    const link = await page.getByLabel("Link", { exact: true }).inputValue();
    assert.match(link, new RegExp(`^${broker.issuer}/setup\\?token=[\\w-]{43}$`));
    assert.match(await main(page), /Shown only now[\s\S]*Works/);
    await go(page, "link", "Single Sign-On");
    await go(page, "link", "Setup links");
    assert.ok(!(await page.content()).includes(link.slice(-43)), "ADM-13: shown once");

    const { context: outside, page: kim } = await visitor(browser, { javaScriptEnabled });
    const seen = [];
    kim.on("request", (request) => seen.push(`${request.url()} ${request.headers().referer ?? ""}`));
    await kim.goto(link);
    assert.equal(new URL(kim.url()).search, "", "the token leaves the address");
    assert.match(await main(kim), /Ana Trujillo asks you to connect your organisation’s identity provider\.[\s\S]*nobody is affected until Ana Trujillo turns it on/);
    await go(kim, "button", "Begin");
    assert.equal(await heading(kim), "Single Sign-On");
    assert.deepEqual((await kim.locator("nav a").allInnerTexts()), ["Single Sign-On", "Domains"], "nothing else");
    await go(kim, "link", "Set up Single Sign-On");
    await go(kim, "button", "SAML 2.0 Okta");
    await type(kim, "Metadata", await metadata("okta"));
    await go(kim, "button", "Preview");
    assert.match(await main(kim), /Nothing is changed yet/);
    await go(kim, "button", "Use these values");
    await reach(kim, kim.getByRole("button", { name: "Begin the test", exact: true }));
    await kim.keyboard.press("Enter");
    await providers.signIn(kim, "Simulated Okta sign-in", { username: `mia@${accounts[number]}` });
    await kim.waitForURL(/\/sign-on\/[0-9a-f-]+#test$/);
    await kim.waitForLoadState();
    assert.match(await main(kim), /Passed all 6 checks[\s\S]*Ana Trujillo looks at it and turns it on/);
    assert.equal(await kim.getByRole("button", { name: /Turn on/ }).count(), 0);
    assert.ok(!(await kim.content()).includes(`mia@${accounts[number]}`), "nobody's name");
    await go(kim, "link", "Domains");
    await type(kim, "Domain", "second.example");
    await go(kim, "button", "Add the domain");
    assert.match(await main(kim), /_signin-check|Not proved yet/);
    assert.equal(await kim.getByRole("button", { name: /Give the domain up/ }).count(), 0);
    assert.equal((await kim.goto(`${broker.issuer}/portal/${number}/users`)).status(), 403);
    assert.ok(seen.slice(1).every((line) => !line.includes(link.slice(-43))), "in no later address and no Referer");
    await kim.goto(`${broker.issuer}/portal`);
    await go(kim, "button", "I am done here");
    assert.equal(await heading(kim), "You are done here");
    assert.deepEqual(kim.trouble, []);

    await page.reload();
    await go(page, "link", "Single Sign-On");
    assert.match(await main(page), /through the setup link [2-9A-Z]{4}-[2-9A-Z]{4}/);
    await go(page, "button", "Turn on for everybody");
    assert.match(await main(page), /Done\. You can take it back for 24 hours\./);
    await go(page, "link", "Setup links");
    await go(page, "button", /^End the link/);
    assert.match(await main(page), /The link is ended[\s\S]*Ended/);
    await kim.goto(link);
    assert.equal(await heading(kim), "This setup link does not work now");
    assert.deepEqual(page.trouble, []);
    await Promise.all([context.close(), outside.close()]);
  });
}

test("every page of it: axe, valid, narrow and wide, light and dark", async () => {
  const { context, page } = await visitor(browser, { reducedMotion: "reduce", bypassCSP: true });
  const { context: outside, page: kim } = await visitor(browser, { reducedMotion: "reduce", bypassCSP: true });
  let place = 0;
  const every = async (page, title, isStored = true) => {
    place += 1;
    if (isStored) {
      await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), title);
    }
    await lookEveryWay(page, `setup-${place}-${title}`);
  };
  const press = (page, name) => Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).first().click()]);
  await enter(page, "2003", "/setup-links");
  await every(page, "none");
  await page.fill("#email", "kim");
  await press(page, "Make the link");
  assert.ok((await page.title()).startsWith("Error:"), "ALL-10");
  assert.equal(await page.inputValue("#email"), "kim", "ADM-6");
  await every(page, "wrong", false);
  await page.fill("#email", "kim@an-agency-with-a-long-name.example");
  await press(page, "Make the link");
  const link = await page.locator("#setup-address").inputValue();
  await every(page, "made", false);
  await page.goto(`${broker.issuer}/portal/2003/setup-links`);
  await every(page, "list");
  await kim.goto(link);
  await every(kim, "offer");
  await press(kim, "Begin");
  await every(kim, "begun");
  await kim.goto(`${broker.issuer}/portal/2003/sign-on/new`);
  await press(kim, "SAML 2.0 Microsoft Entra ID");
  await every(kim, "connection");
  await kim.goto(`${broker.issuer}/portal/2003/domains`);
  await every(kim, "domains");
  await press(kim, "I am done here");
  await every(kim, "left");
  await kim.goto(`${broker.issuer}/setup`);
  await every(kim, "over");
  assert.deepEqual([...page.trouble, ...kim.trouble], []);
  await Promise.all([context.close(), outside.close()]);
});
