// Connected services, as document [001] sets them up: from the empty page to a live token that an application gets, against a simulated
// Entra ID; by keyboard alone, with and without JavaScript, accessible on every stop of the way. Pictures go to tests/.run/shots.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { freePort, person, startApplication, startBroker } from "./broker.mjs";
import { go, reach, type } from "./hands.mjs";
import { startProviders, TENANT } from "./providers.mjs";
import { isValid, lookEveryWay } from "./looks.mjs";
import { launch, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!", SECRET = "0123456789012345678901234567890123456789";
const APPLICATION = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2", OBJECT = "dd42879e-7c0d-44a2-bc68-9209a9678ca4";
const GRAPH = "https://graph.microsoft.com";
const overview = `Application (client) ID\n${APPLICATION}\nObject ID\n${OBJECT}\nDirectory (tenant) ID\n${TENANT}\n`;

// One account for each walk, and one to look at.
const accounts = { 1001: "service-js.example", 1002: "service-plain.example", 1003: "service-look.example" };
let app, providers, broker, browser;

before(async () => {
  app = await startApplication();
  const address = `127.0.0.1:${await freePort()}`;
  providers = await startProviders({ address, people: Object.values(accounts).map((d) => `mia@${d}=Mia=Finch=mia@${d}`) });
  const connection = `[[account.connection]]\nname = "Microsoft Entra ID"\nstate = "enforced"\n[account.connection.settings]\npreset = "entra"\nmatching = { local = "username", remote = { named = "email" } }\n`
    + `[account.connection.settings.protocol.oidc]\nissuer = "${providers.base}/${TENANT}/v2.0"\nclient_id = "${APPLICATION}"\n`;
  const account = ([number, domain]) => `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\nsso_mode = "redirect"\n${connection}[[account.domain]]\ndomain = "${domain}"\nverified = true\n`
    + person({ username: `ana@${domain}`, password: PASSWORD, more: `given_name = "Ana"\nfamily_name = "Trujillo"` }) + person({ username: `mia@${domain}` });
  const application = `[[application]]\nclient_id = "planner"\nname = "Planner"\nredirect_uris = ["${app.origin}/callback/planner"]\nsecret_file = "SECRET"\ndelegated = ["Calendars.Read", "EWS.AccessAsUser.All"]\n`;
  const more = `[delegated]\ntoken_exchange = true\n[azure]\nclient_id = "${APPLICATION}"\ncloud = "${address}"`;
  broker = await startBroker(application, { SECRET }, { accounts: Object.entries(accounts).map(account).join(""), disclosure: "open", more });
  for (const [number, domain] of Object.entries(accounts)) {
    const made = await broker.command("admin", "create", `ana@${domain}`, "--account", number, "--role", "administrator");
    assert.equal(made.code, 0, made.said);
  }
  browser = await launch();
});
after(async () => { await browser.close(); await app.stop(); assert.equal(await broker.stop(), 0); await providers.stop(); });

/** The box of a permission. */
const box = (name) => `#p-${name.replaceAll(".", "-")}`;
async function tick(page, name) {
  await reach(page, page.locator(box(name)));
  await page.keyboard.press("Space");
}
/** The address at Microsoft has https, and this broker has no TLS: the browser is helped over that one step. */
async function comesBack(page, act) {
  const [request] = await Promise.all([page.waitForEvent("requestfailed", (r) => r.url().startsWith("https://homeward.localhost")), act()]);
  // The browser's own page about it comes a moment later, and would interrupt the next one.
  await page.waitForURL(/^chrome-error:/);
  await page.goto(request.url().replace("https:", "http:"));
}
const main = (page) => page.locator("main").innerText();

/** Signs in to the portal, wherever `to` leads. */
async function enter(page, number, to = `/portal/${number}/services`) {
  await page.goto(`${broker.issuer}${to}`);
  await page.getByLabel("Username").focus();
  await page.keyboard.type(`ana@${accounts[number]}`);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await page.locator("#password").focus();
  await page.keyboard.type(PASSWORD);
  await Promise.all([page.waitForURL(/\/portal\/\d+\//), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
}

/** Planner calls the broker; Node looks up no names below localhost. */
async function call(where, form) {
  const answer = await fetch(`${broker.issuer.replace("homeward.localhost", "127.0.0.1")}${where}`, {
    method: "POST", body: new URLSearchParams(form), headers: { authorization: `Basic ${Buffer.from(`planner:${SECRET}`).toString("base64")}` },
  });
  return answer.json();
}
/** Mia signs in to Planner, at Microsoft and back: her token there. */
async function signsIn(page, number) {
  const redirect = `${app.origin}/callback/planner`, verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const query = { client_id: "planner", redirect_uri: redirect, response_type: "code", scope: "openid", nonce: "n", state: "s", code_challenge: challenge, code_challenge_method: "S256" };
  await page.goto(`${broker.issuer}/oauth2/authorize?${new URLSearchParams(query)}`);
  await page.fill("#username", `mia@${accounts[number]}`);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await providers.signIn(page, "Simulated Entra ID sign-in", { username: `mia@${accounts[number]}` });
  await page.waitForURL((url) => url.href.startsWith(redirect));
  const code = new URL(page.url()).searchParams.get("code");
  const tokens = await call("/oauth2/token", { grant_type: "authorization_code", code, redirect_uri: redirect, code_verifier: verifier });
  assert.ok(tokens.access_token, JSON.stringify(tokens));
  return tokens.access_token;
}
const exchange = (own) => call("/oauth2/token", {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: own, subject_token_type: "urn:ietf:params:oauth:token-type:access_token", resource: GRAPH,
});
/** Mia allows Planner to act for her. */
async function allows(page, answer) {
  assert.equal(answer.error, "interaction_required", JSON.stringify(answer));
  await page.goto(answer.consent_uri);
  await comesBack(page, () => page.getByRole("button", { name: "Continue to Microsoft" }).click());
  assert.equal(await page.locator("h1").innerText(), "Planner may act for you");
}
/** An administrator of the organisation accepts at Microsoft. */
async function accepts(page, act) {
  await Promise.all([page.waitForURL(/\/adminconsent/), act()]);
  await comesBack(page, () => page.getByRole("button", { name: "Accept", exact: true }).click());
  await page.waitForURL(/said=consented/);
}

for (const javaScriptEnabled of [true, false]) {
  test(`document [001], ${javaScriptEnabled ? "with" : "without"} JavaScript: from the empty page to a live token, by keyboard`, async () => {
    const number = javaScriptEnabled ? "1001" : "1002";
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    await enter(page, number, `/portal/${number}/users`);
    await go(page, "link", "Connected services");
    assert.match(await main(page), /Not set up[\s\S]*Register at Microsoft[\s\S]*Public client\/native[\s\S]*Admin consent required/i);
    const redirect = `${broker.issuer.replace("http:", "https:")}/ClientOAuth`;
    assert.equal(await page.locator("#our-redirect-uri").inputValue(), redirect);
    if (javaScriptEnabled) {
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: broker.issuer });
      await reach(page, page.getByRole("button", { name: "Copy Redirect URI" }));
      await page.keyboard.press("Enter");
      await page.getByText("Redirect URI copied").waitFor({ state: "attached" });
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), redirect);
    } else {
      assert.equal(await page.getByRole("button", { name: "Copy" }).count(), 0, "no button that does nothing");
    }
    // The wrong ID is named, and what was typed stays.
    await type(page, "Application (client) ID", `Object ID ${OBJECT}`);
    await tick(page, "Calendars.Read");
    await go(page, "button", "Preview");
    assert.match(await page.getByRole("alert").innerText(), /This is the Object ID\. Enter the Application \(client\) ID/);
    assert.ok((await page.title()).startsWith("Error:"), "ALL-10");
    assert.equal(await page.locator("#application").getAttribute("aria-invalid"), "true");
    assert.ok(await page.locator(box("Calendars.Read")).isChecked(), "ADM-6");
    // The whole Overview page instead.
    await type(page, "Directory (tenant) ID", "");
    await type(page, "Application (client) ID", "");
    await type(page, "Or paste the whole Overview page", overview);
    await tick(page, "People.Read.All");
    await tick(page, "EWS.AccessAsUser.All");
    await go(page, "button", "Preview");
    assert.match(await main(page), new RegExp(`Nothing is changed yet[\\s\\S]*${APPLICATION}`));
    await go(page, "button", "Use these values");
    assert.match(await main(page), /These values are in use now[\s\S]*needs an administrator at Microsoft/);
    await reach(page, page.getByRole("button", { name: "Grant admin consent", exact: true }));
    await accepts(page, () => page.keyboard.press("Enter"));
    assert.match(await main(page), /The organisation’s consent has arrived[\s\S]*Given on/);
    const mia = await visitor(browser, { javaScriptEnabled });
    const own = await signsIn(mia.page, number);
    await allows(mia.page, await exchange(own));
    const given = await exchange(own);
    assert.ok(given.access_token && given.scope === "Calendars.Read", JSON.stringify(given));
    await page.reload();
    assert.match(await main(page), /1 person has allowed something[\s\S]*mia@[\s\S]*Planner/);
    await go(page, "button", `Test token mia@${accounts[number]}`);
    assert.equal((await main(page)).match(/Alive/g).length, 2);
    assert.ok(!(await page.content()).includes(given.access_token), "AD-05");
    await go(page, "button", `End mia@${accounts[number]}`);
    assert.match(await main(page), /It is ended\. No application gets a token of this person any more/);
    assert.equal((await exchange(own)).error, "interaction_required");
    assert.deepEqual([...page.trouble, ...mia.page.trouble].filter((text) => !text.includes("ERR_SSL_PROTOCOL_ERROR")), []);
    await mia.context.close();
    await context.close();
  });
}

test("B-157: “Start Azure integration” leads to Microsoft out of “+ Add”", async () => {
  const { context, page } = await visitor(browser, { javaScriptEnabled: false });
  await enter(page, "1003", "/portal/1003/sign-on/new");
  await reach(page, page.getByRole("button", { name: "Start Azure integration", exact: true }));
  await Promise.all([page.waitForURL(/\/organizations\/v2\.0\/adminconsent/), page.keyboard.press("Enter")]);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.waitForURL(/\/azure\/return/);
  assert.match(await page.locator("main").innerText(), /Nobody who administers the organisation has accepted/);
  await context.close();
});

test("every stop of the way: axe, valid, narrow and wide, light and dark", async () => {
  const { context, page } = await visitor(browser, { reducedMotion: "reduce", bypassCSP: true });
  await enter(page, "1003");
  let stop = 0;
  const every = async (title) => {
    stop += 1;
    await isValid(await page.content(), title);
    await lookEveryWay(page, `services-${stop}-${title}`);
  };
  const press = (name) => Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).first().click()]);
  await page.locator("summary", { hasText: "Another cloud" }).click();
  await every("empty");
  await page.fill("#application", `Object ID ${OBJECT}`);
  await press("Preview");
  await every("object-id");
  await page.fill("#application", APPLICATION);
  for (const name of ["Calendars.Read", "People.Read.All", "EWS.AccessAsUser.All"]) await page.check(box(name));
  await press("Preview");
  await every("proposal");
  await press("Use these values");
  await press("Make a link for somebody else");
  await every("link");
  await page.goto(page.url().replace(/\/link.*$/, ""));
  await accepts(page, () => page.getByRole("button", { name: "Grant admin consent", exact: true }).click());
  await every("consented");
  const mia = await visitor(browser);
  const own = await signsIn(mia.page, "1003");
  await allows(mia.page, await exchange(own));
  await mia.context.close();
  await page.reload();
  await press(`Test token mia@${accounts[1003]}`);
  await every("tested");
  await page.goto(page.url().replace(/\/test.*$/, ""));
  await page.locator("summary", { hasText: "Enter new values" }).click();
  await page.fill("#application", "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11");
  await press("Preview");
  assert.match(await main(page), /what 1 person has allowed is forgotten[\s\S]*consent is forgotten, too/);
  await every("another");
  await page.goto(`${broker.issuer}/portal/1003/sign-on/new`);
  await every("add");
  assert.deepEqual(page.trouble.filter((text) => !text.includes("ERR_SSL_PROTOCOL_ERROR")), []);
  await context.close();
});
