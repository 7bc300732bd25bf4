// An administrator connects SimpleSAMLphp in the portal, from a domain to prove and "+ Add" to somebody who is signed in (document [000]), with
// nothing but what the pages say; by keyboard, with and without JavaScript.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { person, startApplication, startBroker } from "../browser/broker.mjs";
import { Client } from "../browser/client.mjs";
import { choose, go, main, reach, type, unfold } from "../browser/hands.mjs";
import { startNames } from "../browser/names.mjs";
import { launch, visitor } from "../browser/world.mjs";
// Node looks up the names below localhost.
import "./browser.mjs";
import { startSimpleSaml } from "./simplesamlphp.mjs";

const PASSWORD = "Kranich7!", THERE = "password of a test", MAIL = "urn:oid:0.9.2342.19200300.100.1.3";
const accounts = { 3001: "scripts.example", 3002: "plain.example" };
const members = (domain) => [["ana", "Ana", "Trujillo"], ["alice", "Alice", "Ábel & <Sons>"]].map(([name, given, family]) =>
  ({ name: `${name}.${domain.split(".")[0]}`, password: THERE, attributes: { uid: [name], mail: [`${name}@${domain}`], givenName: [given], sn: [family] } }));

let idp, app, names, broker, browser, folder;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "homeward-walk-"));
  idp = await startSimpleSaml(Object.values(accounts).flatMap(members));
  [app, names] = [await startApplication(), await startNames()];
  const account = ([number, domain]) => `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\n`
    + person({ username: `ana@${domain}`, password: PASSWORD, more: `given_name = "Ana"\nfamily_name = "Trujillo"` }) + person({ username: `alice@${domain}`, password: PASSWORD });
  const application = `[[application]]\nclient_id = "teamwork"\nname = "Teamwork"\nauthentication = "none"\nredirect_uris = ["${app.origin}/callback/teamwork"]\nstart_url = "${app.origin}/start"\n`;
  broker = await startBroker(application, {}, { accounts: Object.entries(accounts).map(account).join(""), more: `[egress]\nname_server = "${names.address}"` });
  for (const [number, domain] of Object.entries(accounts)) {
    const made = await broker.command("admin", "create", `ana@${domain}`, "--account", number, "--role", "administrator");
    assert.equal(made.code, 0, made.said);
  }
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await Promise.all([idp?.stop(), app?.stop(), names?.stop(), rm(folder, { recursive: true, force: true })]);
  assert.equal(await broker?.stop(), 0);
});

/** Signs in to the portal. */
async function enter(page, number, to) {
  await page.goto(`${broker.issuer}/portal/${number}${to}`);
  await reach(page, page.locator("#username"));
  await page.keyboard.type(`ana@${accounts[number]}`);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await reach(page, page.locator("#password"));
  await page.keyboard.type(PASSWORD);
  await Promise.all([page.waitForURL(/\/portal\/\d+/), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
}

/** Somebody signs in at SimpleSAMLphp, where the browser was led. */
async function there(page, name, scripts) {
  await page.waitForURL(`${idp.base}/**`);
  await page.fill("[name=username]", name);
  await page.fill("[name=password]", THERE);
  await page.press("[name=password]", "Enter");
  if (!scripts) await page.getByText("Submit", { exact: true }).click();
}

/** The test sign-in, there and back; what the page says of it. */
async function tryOut(page, name, scripts) {
  await page.context().clearCookies({ domain: "idp.localhost" });
  await reach(page, page.getByRole("button", { name: /^(Begin the test|Test again)$/ }));
  await page.keyboard.press("Enter");
  await there(page, name, scripts);
  await page.waitForURL(/\/sign-on\/[0-9a-f-]+#test$/);
  await page.waitForLoadState();
  return main(page);
}

const walks = Object.keys(accounts).map((number) => [number, number === "3001"]);
for (const [number, scripts] of walks) {
  test(`document [000] with SimpleSAMLphp: a domain, "+ Add", our metadata there and theirs here, a test that says what to mend, and somebody signed in; by keyboard, ${scripts ? "with" : "without"} JavaScript`, async () => {
    const domain = accounts[number], [ana, alice] = members(domain);
    const { context, page } = await visitor(browser, { javaScriptEnabled: scripts });
    await enter(page, number, "");
    // The domain, which leads people here.
    await go(page, "link", "Domains");
    await type(page, "Domain", domain);
    await go(page, "button", "Add the domain");
    names.records[await page.getByLabel("Name", { exact: true }).inputValue()] = [await page.getByLabel("Value", { exact: true }).inputValue()];
    await go(page, "button", `Check now ${domain}`);
    assert.match(await main(page), /Proved on /, "ADM-14");
    // "+ Add".
    await go(page, "link", "Single Sign-On");
    await go(page, "link", "Set up Single Sign-On");
    await type(page, "What people call it (optional)", "Northwind’s own");
    await go(page, "button", "SAML 2.0");
    const connection = page.url().replace(/[?#].*/, "");
    // 1 Give: our metadata, which SimpleSAMLphp takes over as it is (B-179).
    const download = page.getByRole("link", { name: "Download metadata" });
    await reach(page, download);
    const ours = await (await fetch(new URL(await download.getAttribute("href"), page.url()))).text();
    assert.ok(ours.includes(`entityID="${await page.locator("#our-identifier").inputValue()}"`), "B-093");
    await idp.introduce(number, ours);
    // 2 Values: theirs, as a file or as text (B-185).
    if (scripts) {
      const file = path.join(folder, "idp.xml");
      await writeFile(file, await idp.metadata());
      await page.getByLabel("Or choose the file").setInputFiles(file);
      await page.waitForFunction(() => document.querySelector("#metadata").value.includes("EntityDescriptor"));
    } else {
      await reach(page, page.locator("#metadata"));
      await page.keyboard.insertText(await idp.metadata());
    }
    await go(page, "button", "Preview");
    assert.match(await main(page), /Nothing is changed yet/, "B-190");
    await go(page, "button", "Use these values");
    assert.equal(await page.locator("#values ul.certs > li").count(), 1, "B-116");
    // 3 Test: it names people by another attribute, and the page says by which it could.
    assert.match(await tryOut(page, ana.name, scripts), /Stopped at check 5 of 6[\s\S]*Nobody in this account has that name/);
    await choose(page, "Attribute that names the person", MAIL);
    await go(page, "button", "Use it as username");
    assert.match(await main(page), /Nothing is changed yet/);
    await go(page, "button", "Use these values");
    assert.match(await tryOut(page, ana.name, scripts), /Passed all 6 checks/);
    // What the test brought is suggested for the fields of a user.
    await unfold(page, "Attribute mapping");
    const mapping = page.locator("#mapping form");
    await type(page, "First name", "urn:oid:2.5.4.42", mapping);
    await type(page, "Last name", "urn:oid:2.5.4.4", mapping);
    await go(page, "button", "Preview", mapping);
    assert.match(await main(page), /Nothing is changed yet/);
    await go(page, "button", "Use these values");
    const passed = await tryOut(page, ana.name, scripts);
    assert.match(passed, /Passed all 6 checks/);
    // 4 Turn on.
    await go(page, "button", "Turn on for everybody");
    assert.match(await main(page), /Done\. You can take it back for 24 hours\./, "B-092");
    assert.ok(page.url().startsWith(connection));
    assert.deepEqual(page.trouble, []);
    await context.close();

    // Somebody comes to an application with nothing but her username (B-088).
    const hers = await visitor(browser, { javaScriptEnabled: scripts });
    const teamwork = new Client(broker.issuer, "teamwork", `${app.origin}/callback/teamwork`);
    await teamwork.open(hers.page);
    await reach(hers.page, hers.page.locator("#username"));
    await hers.page.keyboard.type(`alice@${domain}`);
    await Promise.all([hers.page.waitForEvent("load"), hers.page.keyboard.press("Enter")]);
    const byProvider = hers.page.getByRole("button", { name: "Single Sign On", exact: true });
    if (await byProvider.count()) {
      await reach(hers.page, byProvider);
      await hers.page.keyboard.press("Enter");
    }
    await there(hers.page, alice.name, scripts);
    const who = await teamwork.arrived(hers.page);
    assert.deepEqual([who.account, who.email, who.name], [number, `alice@${domain}`, "Alice Ábel & <Sons>"]);
    assert.deepEqual(hers.page.trouble, []);
    await hers.context.close();
  });
}
