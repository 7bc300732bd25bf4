// The documents' walks as an administrator takes them in the portal, from "+ Add" to somebody who is signed in, against the simulated Entra ID: by
// keyboard alone, with and without JavaScript: [000] both halves, [003] and [004], each with its preset. [001] is in services.test.mjs.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { freePort, person, startApplication, startBroker } from "./broker.mjs";
import { Client } from "./client.mjs";
import { choose, go, main, pick, reach, type, unfold } from "./hands.mjs";
import { shots } from "./looks.mjs";
import { startProviders, TENANT } from "./providers.mjs";
import { launch, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!", ENTRA = "Simulated Entra ID sign-in";
const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const domains = { 2001: "connect.example", 2002: "cloudlink.example", 2003: "elevate.example", 2004: "ring.example" };
let app, providers, other, broker, browser;

before(async () => {
  const cloud = `127.0.0.1:${await freePort()}`;
  app = await startApplication();
  providers = await startProviders({
    address: cloud,
    people: [
      // Sign in there by names that are not their addresses.
      `britta@tenant.${domains[2001]}=Britta=Simon=britta.simon@${domains[2001]}`, `c.low@tenant.${domains[2001]}=Carl=Low=carl@${domains[2001]}`,
      // Signs in there by a name that is not the address there.
      `clara@${domains[2002]}=Clara=Low=c.low@mail.${domains[2002]}`,
      // Administers the directory there.
      `eva.berg@tenant.${domains[2003]}=Eva=Berg=eva@${domains[2003]}=role:62e90394-69f5-4237-9190-012177145e10`, `max@${domains[2003]}=Max=Berg=max@${domains[2003]}`,
      `rina@tenant.${domains[2004]}=Rina=Ring=rina.ring@${domains[2004]}`,
    ],
  });
  // For a second certificate.
  other = await startProviders();
  const preset = { 2001: "micloud", 2002: `cloudlink"\nallow_local = "exceptions_only`, 2003: "elevate", 2004: "ringcentral" };
  const account = ([number, domain]) => `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\npreset = "${preset[number]}"\n[[account.domain]]\ndomain = "${domain}"\nverified = true\n`
    + person({ username: `ana@${domain}`, password: PASSWORD, more: `given_name = "Ana"\nfamily_name = "Trujillo"` })
    + ({
      2001: person({ username: `carl@${domain}`, password: PASSWORD }),
      2002: person({ username: "clara.low", password: PASSWORD, more: `email = "clara@${domain}"` }),
      2003: ["eva", "max"].map((name) => person({ username: `${name}@${domain}`, password: PASSWORD })).join(""),
      2004: person({ username: "rina", password: PASSWORD, more: `email = "rina.ring@${domain}"` }),
    }[number] ?? "");
  const application = `[[application]]\nclient_id = "teamwork"\nname = "Teamwork"\nauthentication = "none"\nredirect_uris = ["${app.origin}/callback/teamwork"]\nstart_url = "${app.origin}/start"\n`;
  const more = `[azure]\nclient_id = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2"\ncloud = "${cloud}"`;
  broker = await startBroker(application, {}, { accounts: Object.entries(domains).map(account).join(""), disclosure: "open", more });
  for (const [number, domain] of Object.entries(domains)) {
    // B-155: the document's own role where it names one.
    const made = await broker.command("admin", "create", `ana@${domain}`, "--account", number, "--role", number === "2003" ? "security" : "administrator");
    assert.equal(made.code, 0, made.said);
  }
  browser = await launch();
});
after(async () => { await browser.close(); await app.stop(); assert.equal(await broker.stop(), 0); await Promise.all([providers.stop(), other.stop()]); });

/** Signs in to the portal, wherever `to` leads. */
async function enter(page, number, to) {
  await page.goto(`${broker.issuer}/portal/${number}${to}`);
  await page.getByLabel("Username").focus();
  await page.keyboard.type(`ana@${domains[number]}`);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await page.locator("#password").focus();
  await page.keyboard.type(PASSWORD);
  await Promise.all([page.waitForURL(/\/portal\/\d+/), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
}
/** What the console there shows, to be copied: Login URL, identifier, certificate. */
function shownThere(from = providers) {
  const text = from.saml("entra");
  const one = (pattern) => text.match(pattern)[1];
  return { url: one(/sso_redirect = "([^"]+)"/), identifier: one(/idp_entity_id = "([^"]+)"/), certificate: one(/"""\n([\s\S]+?)"""/) };
}
const hand = (page) => page.locator("form").filter({ has: page.locator("input[name=how][value=hand]") });
const mapping = (page) => page.locator("#mapping form");
/** By what people are found here, and what names them there. */
const mapped = async (page) => [await page.locator("#local-field").inputValue(), await page.locator("#person").inputValue()];
const begunThere = (page) => page.locator("#begun-there input[name=begun]:checked").inputValue();

/** The test sign-in, at the provider and back. */
async function tryOut(page, options) {
  await reach(page, page.getByRole("button", { name: /^(Begin the test|Test again)$/ }));
  await page.keyboard.press("Enter");
  await providers.signIn(page, ENTRA, options);
  await page.waitForURL(/\/sign-on\/[0-9a-f-]+#test$/);
  await page.waitForLoadState();
  assert.match(await main(page), /Passed all 6 checks/);
}
const client = () => new Client(broker.issuer, "teamwork", `${app.origin}/callback/teamwork`);

/** Somebody goes to the application and types a name; what they see then is the answer of `then`. */
async function comes(username, options, then) {
  const { context, page } = await visitor(browser, options);
  const teamwork = client();
  await teamwork.open(page);
  await page.fill("#username", username);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await then(page, () => teamwork.arrived(page));
  await context.close();
}
const bySingleSignOn = (page) => page.getByRole("button", { name: "Single Sign On", exact: true }).click();


test("document [000], MiCloud Connect: values copied by hand, a default application, a test user, and the tile; by keyboard", async () => {
  const { context, page } = await visitor(browser);
  const britta = `britta.simon@${domains[2001]}`;
  await enter(page, "2001", "/users");
  // Step 7: the application that the tile opens.
  await go(page, "link", "Applications");
  await choose(page, "A tile opens", "Teamwork");
  await go(page, "button", "Save");
  await go(page, "link", "Single Sign-On");
  await go(page, "link", "Set up Single Sign-On");
  await go(page, "button", "SAML 2.0 Microsoft Entra ID");
  // Steps 5 and 6: what goes to Azure, in Azure's words.
  assert.match(await page.getByLabel("Identifier (Entity ID)", { exact: true }).inputValue(), new RegExp(`^${broker.issuer}/saml/`), "B-093");
  assert.match(await page.getByLabel("Reply URL (Assertion Consumer Service URL)", { exact: true }).inputValue(), /\/acs$/, "B-094");
  const signOn = await page.getByLabel("Sign on URL", { exact: true }).inputValue();
  assert.match(await page.locator("#default-application").innerText(), /Teamwork/, "B-095");
  // Steps 10 and 11: what comes from Azure, as its console shows it.
  const { url, identifier, certificate } = shownThere();
  await unfold(page, "Or enter the values one by one");
  await type(page, "Sign-in URL", url, hand(page));
  await type(page, "IDP Identifier (Entity ID)", identifier, hand(page));
  await type(page, "Signing certificates to add", certificate, hand(page));
  await go(page, "button", "Preview", hand(page));
  assert.match(await main(page), /Nothing is changed yet/);
  await go(page, "button", "Use these values");
  // B-105: by the address there, as the account's preset has it, whatever people sign in with.
  await unfold(page, "Attribute mapping");
  assert.deepEqual(await mapped(page), ["username", `${CLAIMS}/emailaddress`], "B-105");
  // Nobody here is Britta yet: the test stops there, and leads to the form for her.
  await reach(page, page.getByRole("button", { name: "Begin the test", exact: true }));
  await page.keyboard.press("Enter");
  await providers.signIn(page, ENTRA, { be: /Britta Simon/ });
  await page.waitForURL(/#test$/);
  await page.waitForLoadState();
  assert.match(await main(page), /Stopped at check 5 of 6/, "B-102");
  const connection = page.url().replace(/#.*/, "");
  const invite = page.locator("#test a[href*='/users?add=']").first();
  await reach(page, invite);
  await Promise.all([page.waitForURL(/\/users\?add=/), page.keyboard.press("Enter")]);
  assert.equal(await page.getByLabel("Username", { exact: true }).inputValue(), britta, "B-104, B-105");
  await go(page, "button", "Add and send the invitation");
  assert.match(await main(page), /invit/i, "B-103");
  await page.goto(connection);
  await context.clearCookies({ name: /^simulated/ });
  await tryOut(page, { username: `ana@${domains[2001]}` });
  await go(page, "button", "Turn on for everybody");
  assert.match(await main(page), /Done\. You can take it back for 24 hours\./, "B-092");
  assert.deepEqual(page.trouble, []);
  await context.close();
  // B-086, B-096: the tile opens the sign-on URL, and that the default application.
  const { context: hers, page: tile } = await visitor(browser);
  await tile.goto(signOn);
  await providers.signIn(tile, ENTRA, { username: `ana@${domains[2001]}` });
  await tile.waitForURL(`${app.origin}/start`);
  const teamwork = client();
  await teamwork.open(tile);
  assert.equal((await teamwork.arrived(tile)).account, "2001", "B-088");
  await hers.close();
  // B-052, B-053, B-060: whose sign-in name there is not the address; the password stays beside it.
  await comes(`carl@${domains[2001]}`, {}, async (carl, arrived) => {
    assert.ok(await carl.getByRole("button", { name: "Enter your password" }).isVisible(), "B-053");
    await bySingleSignOn(carl);
    await providers.signIn(carl, ENTRA, { be: /Carl Low/ });
    const who = await arrived();
    assert.deepEqual([who.account, who.email], ["2001", `carl@${domains[2001]}`], "B-060, B-105");
  });
});

test("document [000], CloudLink: two certificates, the address here is the sign-in name there, no credentials beside it; by keyboard, without JavaScript", async () => {
  const { context, page } = await visitor(browser, { javaScriptEnabled: false });
  await enter(page, "2002", "/sign-on");
  await go(page, "link", "Set up Single Sign-On");
  await go(page, "button", "SAML 2.0 Microsoft Entra ID");
  const { url, identifier, certificate } = shownThere();
  await unfold(page, "Or enter the values one by one");
  await type(page, "Sign-in URL", url, hand(page));
  await type(page, "IDP Identifier (Entity ID)", identifier, hand(page));
  // B-116: one after the other, the first with the line ends of Windows.
  await type(page, "Signing certificates to add", `${shownThere(other).certificate.replaceAll("\n", "\r\n")}\r\n${certificate}`, hand(page));
  await go(page, "button", "Preview", hand(page));
  await go(page, "button", "Use these values");
  assert.equal(await page.locator("#values ul.certs > li").count(), 2, "B-116");
  // B-120: matched by address and sign-in name instead of the usual, because the account's preset says so; a tile is refused.
  await unfold(page, "Attribute mapping");
  assert.deepEqual(await mapped(page), ["email", ""], "B-120");
  assert.equal(await begunThere(page), "refuse", "C1");
  await tryOut(page, { be: /Clara Low/ });
  assert.ok(!(await page.getByLabel("Allow users to log in with SSO or account credentials").isChecked()), "B-112");
  await go(page, "button", "Turn on for everybody");
  assert.deepEqual(page.trouble, []);
  await context.close();
  await comes("clara.low", { javaScriptEnabled: false }, async (clara, arrived) => {
    assert.equal(await clara.getByRole("button", { name: "Enter your password" }).count(), 0, "B-112: no credentials beside it");
    await bySingleSignOn(clara);
    await providers.signIn(clara, ENTRA, { be: /Clara Low/ });
    const who = await arrived();
    assert.deepEqual([who.account, who.email], ["2002", `clara@${domains[2002]}`], "B-120");
  });
});

test("document [003], Elevate: a security manager starts the Azure integration, turns it on for all users, and keeps one on the exception list; by keyboard", async () => {
  const { context, page } = await visitor(browser);
  await enter(page, "2003", "/sign-on/new");
  await reach(page, page.getByRole("button", { name: "Start Azure integration", exact: true }));
  await Promise.all([page.waitForURL(/\/adminconsent/), page.keyboard.press("Enter")]);
  // B-157: sign in at Azure and accept, and nothing is copied.
  await page.getByLabel("Administrator").fill(`eva.berg@tenant.${domains[2003]}`);
  await page.getByRole("button", { name: "Accept", exact: true }).click();
  await page.waitForURL(/\/portal\/2003\/sign-on\/[0-9a-f-]+/);
  await page.waitForLoadState();
  assert.match(await main(page), new RegExp(TENANT), "B-157");
  await context.clearCookies({ name: /^simulated/ });
  await tryOut(page, { be: /Eva Berg/ });
  // B-161: taken there at once, on the second step.
  await pick(page, page.getByLabel("People are taken there at once"));
  await go(page, "button", "Turn on for everybody");
  assert.match(await main(page), /Done\. You can take it back for 24 hours\./, "B-158");
  const connection = page.url().replace(/[?#].*/, "");
  await comes(`eva@${domains[2003]}`, {}, async (eva, arrived) => {
    await providers.signIn(eva, ENTRA, { be: /Eva Berg/ });
    assert.equal((await arrived()).account, "2003", "B-160, B-161, B-162");
  });
  // B-159: somebody who uses the company's credentials.
  await go(page, "link", "Exclusion list");
  await unfold(page, "Add people");
  await type(page, "Usernames", `max@${domains[2003]}`);
  await go(page, "button", "Add to the list");
  assert.match(await main(page), new RegExp(`max@`), "ADM-10");
  const byPassword = async (name) => comes(name, {}, async (them, arrived) => {
    await them.fill("#password", PASSWORD);
    await them.getByRole("button", { name: "Next", exact: true }).click();
    assert.equal((await arrived()).account, "2003");
  });
  await byPassword(`max@${domains[2003]}`);
  // B-167: Azure is away; B-168, B-172: the credentials are as they were.
  await page.goto(connection);
  await unfold(page, "does not answer?");
  await go(page, "button", "Let people use their password");
  await byPassword(`eva@${domains[2003]}`);
  await go(page, "button", "Undo");
  await comes(`eva@${domains[2003]}`, {}, (eva) => eva.waitForURL(`${providers.base}/**`));
  assert.deepEqual(page.trouble, []);
  await context.close();
});

test("document [004], RingCentral: metadata both ways, the e-mail attribute, and credentials beside it; by keyboard", async () => {
  const { context, page } = await visitor(browser);
  await enter(page, "2004", "/sign-on");
  await go(page, "link", "Set up Single Sign-On");
  await go(page, "button", "SAML 2.0 Microsoft Entra ID");
  // B-187: our metadata as a file, which fills the fields there.
  const download = page.getByRole("link", { name: "Download metadata" });
  await reach(page, download);
  const ours = await page.evaluate(async (href) => (await fetch(href)).text(), await download.getAttribute("href"));
  const identifier = await page.getByLabel("Identifier (Entity ID)", { exact: true }).inputValue();
  assert.ok(ours.includes(`entityID="${identifier}"`) && ours.includes(await page.getByLabel("Reply URL (Assertion Consumer Service URL)", { exact: true }).inputValue()), "B-179");
  // B-185: theirs as a file.
  const file = path.join(shots, "federation.xml");
  await writeFile(file, await (await fetch(`${providers.base}/entra/saml/metadata`)).text());
  await page.getByLabel("Or choose the file").setInputFiles(file);
  await page.waitForFunction(() => document.querySelector("#metadata").value.includes("EntityDescriptor"));
  await go(page, "button", "Preview");
  await go(page, "button", "Use these values");
  // B-186: "Map Email Attribute to", as the account's preset has it; B-175: its tile signs in.
  await unfold(page, "Attribute mapping");
  assert.deepEqual(await mapped(page), ["email", `${CLAIMS}/emailaddress`], "B-186");
  assert.equal(await begunThere(page), "accept", "B-175");
  await type(page, "First name", `${CLAIMS}/name`, mapping(page));
  await go(page, "button", "Preview", mapping(page));
  assert.match(await main(page), /Nothing is changed yet/, "B-190");
  await go(page, "button", "Discard");
  await tryOut(page, { be: /Rina Ring/ });
  // B-188, B-189.
  assert.ok(await page.getByLabel("Allow users to log in with SSO or account credentials").isChecked(), "B-189");
  await go(page, "button", "Turn on for everybody");
  assert.deepEqual(page.trouble, []);
  await context.close();
  let sub;
  await comes("rina", {}, async (rina, arrived) => {
    assert.ok(await rina.getByRole("button", { name: "Enter your password" }).isVisible(), "B-189");
    await bySingleSignOn(rina);
    await providers.signIn(rina, ENTRA, { be: /Rina Ring/ });
    const who = await arrived();
    assert.deepEqual([who.account, who.email], ["2004", `rina.ring@${domains[2004]}`], "B-186");
    sub = who.sub;
  });
  await comes("rina", {}, async (rina, arrived) => {
    await rina.getByRole("button", { name: "Enter your password" }).click();
    await rina.fill("#password", PASSWORD);
    await rina.getByRole("button", { name: "Next", exact: true }).click();
    assert.equal((await arrived()).sub, sub, "B-189: the same person");
  });
});
