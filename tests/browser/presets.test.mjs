// The four sign-ins that people know, each as its document tells it from the user's side: one account with one preset, and nothing else set.
// The ids (B-…, C…) are those of the list of behaviours.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { freePort, person, startApplication, startBroker } from "./broker.mjs";
import { Client } from "./client.mjs";
import { startProviders } from "./providers.mjs";
import { heading, launch, press, visitor } from "./world.mjs";

const ENTRA = "Simulated Entra ID sign-in", OKTA = "Simulated Okta sign-in", AZURE = "Simulated identity provider sign-in";
const FAILED = "We could not finish signing you in";
const word = "Kranich7!";

let app, providers, broker, browser, accounts, applications;
const clients = {};

/** Applications of every kind, as the documents list them (B-005 to B-012, B-164, B-165). */
const registered = [
  ["teamwork", "Teamwork", "web", `start_url = "START"`], ["support", "Support Site", "web", ""], ["late", "Account Portal", "web", `account_selection = "password"`],
  ["dialer", "Application Dialer", "desktop", ""], ["fax", "Fax", "web", `sso = "never"`],
  ["control-panel", "Control Panel", "web", `sso = "never"`], ["owa", "OWA", "web", `sso = "requires_second_factor"`],
];

const redirectOf = (id, kind) => (kind === "desktop" ? `${app.address}/callback/${id}` : `${app.origin}/callback/${id}`);
const application = ([id, name, kind, more]) =>
  `[[application]]\nclient_id = "${id}"\nname = "${name}"\nkind = "${kind}"\nauthentication = "none"\nredirect_uris = ["${redirectOf(id, kind)}"]\n${more.replace("START", `${app.origin}/start`)}\n`;

const account = (number, name, preset, { more = "", connection = "", domains = [], users = [] }) =>
  `[[account]]\nnumber = "${number}"\nname = "${name}"\nlabel = "${name.split(" ")[0]}"\npreset = "${preset}"\ndefault_application = "teamwork"\n${more}\n`
  + (connection ? `[[account.connection]]\nname = "Organisation"\nstate = "enforced"\n${connection}` : "")
  + domains.map((d) => `[[account.domain]]\ndomain = "${d}"\nverified = true\n`).join("") + users.map(person).join("");

const at = (username, more = "") => ({ username, more });
const local = (username, more = "") => ({ username, password: word, more });

before(async () => {
  const port = await freePort();
  app = await startApplication();
  const sso = `http://sso.localhost:${port}`;
  providers = await startProviders({
    people: [
      // Signs in there with one name and has another address: the documents match one or the other.
      "britta@tenant.micloud.example=Britta=Simon=britta.simon@micloud.example",
      "clara@cloudlink.example=Clara=Low=c.low@mail.cloudlink.example",
      "other@cloudlink.example=Otto=Berg=clara@cloudlink.example",
      "rina@tenant.ring.example=Rina=Ring=rina.ring@ring.example",
    ],
    tiles: [`https://sso.ring.example=${sso}/sp/ACS.saml2`],
  });
  const ring = `[account.connection.settings.protocol.saml.own_identity]\nentity_id = "https://sso.ring.example"\nacs_path = "/sp/ACS.saml2"\nacs_origin = "${sso}"\n`;
  accounts = [
    account("10001", "MiCloud Dental", "micloud", {
      connection: providers.saml("entra"), domains: ["micloud.example", "tenant.micloud.example"],
      users: [local("britta.simon@micloud.example", `email = "reception@micloud.example"`), at("new@micloud.example", `state = "invited"`), local("sam@shared.example")],
    }),
    account("10002", "Okta Dental", "micloud", { connection: providers.saml("okta"), domains: ["okta-dental.example"], users: [local("olaf@okta-dental.example"), local("sam@shared.example")] }),
    account("20001", "CloudLink Works", "cloudlink", {
      connection: providers.saml("entra"), domains: ["cloudlink.example", "mail.cloudlink.example"],
      users: [local("clara.low", `email = "clara@cloudlink.example"`), local("c.low@mail.cloudlink.example"), at("new.one", `email = "new@cloudlink.example"\nstate = "invited"`)],
    }),
    account("20002", "Linkplus Works", "cloudlink", { more: `allow_local = "yes"`, connection: providers.saml("entra"), domains: ["linkplus.example"], users: [local("lena@linkplus.example")] }),
    account("30001", "Elevate Law", "elevate", {
      connection: providers.oidc("generic"), domains: ["elevate.example"],
      users: [local("eva@elevate.example"), local("max@elevate.example", `rule = "excluded"`), local("ida@elevate.example")],
    }),
    account("40001", "Ring Bakery", "ringcentral", {
      connection: providers.saml("entra", { protocol: ring }), domains: ["ring.example", "tenant.ring.example"],
      users: [local("rina", `email = "rina.ring@ring.example"`), at("neu", `email = "neu@ring.example"\nstate = "invited"`)],
    }),
    account("40002", "Ring Basic", "ringcentral", { more: "sso_entitled = false", connection: providers.saml("entra", { own: "" }), domains: ["basic.example"], users: [local("bo@basic.example")] }),
  ].join("");
  applications = registered.map(application).join("");
  broker = await startBroker(applications, {}, { accounts, disclosure: "open", port });
  for (const [id, , kind] of registered) clients[id] = new Client(broker.issuer, id, redirectOf(id, kind));
  browser = await launch();
});
after(async () => { await browser.close(); await app.stop(); assert.equal(await broker.stop(), 0); await providers.stop(); });

const open = () => visitor(browser);
const identify = async (page, name) => { await page.fill("#username", name); await press(page, "Next"); };
const password = async (page, text) => { await page.fill("#password", text); await page.getByRole("button", { name: "Next", exact: true }).click(); };
const singleSignOn = (page) => page.getByRole("button", { name: "Single Sign On", exact: true }).click();
const refused = async (page) => { await page.getByRole("heading", { name: FAILED }).waitFor(); return page.locator("main").innerText(); };
/** Of one person: the account's number, the e-mail address and the name. */
const who = (claims) => [claims.account, claims.email];

/** The id of an account's connection, from the sign-on URL that a command shows. */
async function signOnUrl(number) {
  return JSON.parse(await broker.run("--json", "connection", "show", number, "Organisation"))["sign-on URL"];
}

/** An answer that nobody asked for, posted from another site. */
async function unasked(page, number) {
  const { "Reply URL (ACS)": to } = JSON.parse(await broker.run("--json", "connection", "show", number, "Organisation"));
  await page.goto(app.origin);
  await page.evaluate((to) => {
    const form = document.body.appendChild(Object.assign(document.createElement("form"), { method: "post", action: to }));
    form.append(Object.assign(document.createElement("input"), { name: "SAMLResponse", value: btoa("<Response/>") }));
    form.submit();
  }, to);
  return refused(page);
}

describe("micloud: Unified Sign In", () => {
  test("B-001, B-002, B-034, B-036, B-037: one portal in front of the applications; the username first", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    assert.equal(new URL(page.url()).origin, broker.issuer, "B-001");
    assert.equal(await heading(page), "Sign in to Teamwork", "B-034");
    assert.ok(await page.getByRole("button", { name: "Next", exact: true }).isVisible(), "B-036");
    await page.getByText("Forgot your username?").click();
    assert.match(await page.locator("main").innerText(), /contact an Authorized Contact for your account/, "B-037");
    await identify(page, "britta.simon@micloud.example");
    await press(page, "Enter your password");
    await password(page, word);
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["10001", "reception@micloud.example"], "B-002, B-046");
    await context.close();
  });

  test("B-043, B-044, B-045, B-046, B-049, B-050, B-051, B-052, B-053 (C2, C3): a button, and the password beside it", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "britta.simon@micloud.example");
    assert.equal(await heading(page), "Sign in with your organisation", "B-043");
    assert.ok(await page.getByRole("button", { name: "Single Sign On", exact: true }).isVisible(), "B-052");
    assert.equal(new URL(page.url()).origin, broker.issuer, "B-052: nobody is taken anywhere without a click");
    await press(page, "Enter your password");
    assert.equal(await heading(page), "Enter your password", "B-053");
    await page.fill("#password", "Falsch-12");
    await page.getByRole("button", { name: "Show password" }).click();
    assert.equal(await page.locator("#password").getAttribute("type"), "text", "B-045");
    await press(page, "Next");
    assert.match(await page.locator(".err").innerText(), /do not match/, "B-049");
    assert.equal(await page.locator("#password").evaluate((i) => getComputedStyle(i).borderTopColor), "rgb(180, 35, 24)", "B-050");
    assert.ok(await page.getByRole("button", { name: "Forgot password?" }).isVisible(), "B-051");
    await password(page, word);
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["10001", "reception@micloud.example"], "B-044, B-046");
    await context.close();
  });

  test("B-039, B-040, B-041, B-042 (C10): several accounts, chosen after the username or at the password", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "sam@shared.example");
    assert.equal(await heading(page), "Multiple accounts located", "B-039");
    assert.ok(await page.getByLabel("Account Number or Partner Label").isVisible(), "B-041");
    await page.fill("#account", "10002");
    await press(page, "Next");
    assert.match(await page.locator("main").innerText(), /Okta Dental · account 10002/, "B-041: by its number");
    await press(page, "Enter your password");
    await password(page, word);
    assert.equal((await clients.teamwork.arrived(page)).account, "10002");
    await context.clearCookies();
    await clients.teamwork.open(page);
    await identify(page, "sam@shared.example");
    await page.fill("#account", "MiCloud");
    await press(page, "Next");
    assert.match(await page.locator("main").innerText(), /MiCloud Dental · account 10001/, "B-041: by its label");
    await press(page, "Enter your password");
    await password(page, word);
    assert.equal((await clients.teamwork.arrived(page)).account, "10001");
    await context.clearCookies();
    await clients.late.open(page);
    await identify(page, "sam@shared.example");
    assert.equal(await heading(page), "Enter your password", "B-042");
    await password(page, word);
    await page.getByRole("heading", { name: "Multiple accounts located" }).waitFor();
    await page.getByText("Okta Dental").click();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    assert.equal((await clients.late.arrived(page)).account, "10002", "B-040");
    await context.close();
  });

  test("B-022, B-029, B-030, B-056, B-060, B-105 (C4): Single Sign On with the enterprise username, once for every web application", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "britta.simon@micloud.example");
    await singleSignOn(page);
    await page.waitForURL(`${providers.base}/**`);
    // The browser sets the focus at its next frame, which may come after the load event.
    assert.ok(await page.locator("#password:focus").waitFor().then(() => true), "B-056: only the password is asked for");
    await providers.signIn(page, ENTRA, { hint: "britta.simon@micloud.example", be: /Britta Simon/ });
    const claims = await clients.teamwork.arrived(page);
    assert.deepEqual(who(claims), ["10001", "reception@micloud.example"], "B-060, B-105: their address is our username, whatever our address and their sign-in name are");
    await clients.support.open(page);
    assert.equal((await clients.support.arrived(page)).sub, claims.sub, "B-022, B-030");
    assert.deepEqual(page.trouble, []);
    await context.close();
  });

  test("B-057: Okta is given no name and asks for it", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "olaf@okta-dental.example");
    await singleSignOn(page);
    await providers.signIn(page, OKTA, { hint: "", username: "olaf@okta-dental.example" });
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["10002", "olaf@okta-dental.example"]);
    await context.close();
  });

  test("B-023, B-031 (C9): a desktop application asks for the password each time, and remembers Single Sign On", async () => {
    const { context, page } = await open();
    await clients.dialer.open(page);
    await identify(page, "britta.simon@micloud.example");
    await press(page, "Enter your password");
    await password(page, word);
    assert.equal((await clients.dialer.arrived(page)).account, "10001");
    await clients.dialer.open(page);
    assert.equal(await heading(page), "Sign in to Application Dialer", "B-023");
    await context.clearCookies();
    await clients.dialer.open(page);
    await identify(page, "britta.simon@micloud.example");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { be: /Britta Simon/ });
    const first = await clients.dialer.arrived(page);
    await clients.dialer.open(page);
    assert.equal((await clients.dialer.arrived(page)).sub, first.sub, "B-031");
    await context.close();
  });

  test("B-033, B-085 (C1): a sign-in that the provider starts is refused, and the page leads to one from here", async () => {
    const { context, page } = await open();
    assert.match(await unasked(page, "10002"), /started this sign-in itself/, "B-033");
    await press(page, "Try again");
    await providers.signIn(page, OKTA, { hint: "", username: "olaf@okta-dental.example" });
    await page.waitForURL(`${app.origin}/start`);
    await clients.teamwork.open(page);
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["10002", "olaf@okta-dental.example"], "B-085");
    await context.close();
  });

  test("B-086, B-088, B-095, B-096 (C1): the tile opens the sign-on URL, and the sign-on URL the default application", async () => {
    const { context, page } = await open();
    await page.goto(await signOnUrl("10001"));
    await providers.signIn(page, ENTRA, { be: /Britta Simon/ });
    await page.waitForURL(`${app.origin}/start`);
    await clients.teamwork.open(page);
    assert.equal((await clients.teamwork.arrived(page)).account, "10001", "B-088");
    await context.close();
  });

  test("B-054, B-055: a username that is none here, with what to do about it", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "britta.simon@micloud.example");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { username: "b.simon@micloud.example" });
    const said = await refused(page);
    assert.match(said, /Nobody here has the username “b\.simon@micloud\.example”\. Your username must match your enterprise username/, "B-054");
    assert.match(said, /Contact an Authorized Contact/, "B-055");
    await context.close();
  });

  test("B-102, B-103 (C6): people are created and activated here first", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "britta.simon@micloud.example");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { username: "new@micloud.example" });
    assert.match(await refused(page), /MiCloud Dental has not given you access to Teamwork/, "B-103");
    await context.close();
  });

  test("B-012: an application that is not enabled for Single Sign-On asks for the password", async () => {
    const { context, page } = await open();
    await clients.fax.open(page);
    await identify(page, "britta.simon@micloud.example");
    assert.equal(await heading(page), "Enter your password");
    assert.equal(await page.getByRole("button", { name: "Single Sign On", exact: true }).count(), 0, "B-012");
    await password(page, word);
    assert.equal((await clients.fax.arrived(page)).account, "10001");
    await context.close();
  });

  test("B-068, B-071, B-072, B-073, B-075 to B-079 (C13): the classic password, at an address of its own", async () => {
    const { context, page } = await open();
    await page.goto(`${broker.issuer}/changepassword`);
    await identify(page, "britta.simon@micloud.example");
    await press(page, "Enter your password");
    for (const id of ["#current", "#new", "#repeat"]) assert.ok(await page.locator(id).isVisible(), `B-072 ${id}`);
    assert.ok(await page.locator("meter").count(), "B-073");
    const rules = await page.locator("#rules").innerText();
    for (const [text, id] of [[/8 to 16 characters/, "B-075"], [/number/, "B-076"], [/English letter/, "B-077"], [/@ ! # \$ % & _ - = \+/, "B-078"], [/no spaces/i, "B-079"]]) assert.match(rules, text, id);
    await context.close();
  });
});

describe("cloudlink: Single Sign-On and no credentials beside it", () => {
  test("B-112, B-119, B-120 (C3, C4): no password anywhere; the address here is the sign-in name there", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "clara.low");
    assert.equal(await heading(page), "Sign in with your organisation");
    assert.equal(await page.getByRole("button", { name: "Enter your password" }).count(), 0, "B-112");
    assert.equal(await page.locator("input[type=password]").count(), 0, "B-112");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { be: /Clara Low/ });
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["20001", "clara@cloudlink.example"], "B-119: found without a username of that form; B-120");
    await context.close();
  });

  test("B-120: the address there does not count", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "clara.low");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { be: /Otto Berg/ });
    assert.match(await refused(page), /Nobody here has the username “other@cloudlink\.example”/);
    await context.close();
  });

  test("B-113: with the optional check box the credentials work in addition", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "lena@linkplus.example");
    assert.ok(await page.getByRole("button", { name: "Single Sign On", exact: true }).isVisible());
    await press(page, "Enter your password");
    await password(page, word);
    assert.equal((await clients.teamwork.arrived(page)).account, "20002", "B-113: one key overrides the preset");
    await context.close();
  });

  test("B-085, B-115, B-122 (C1): the tile opens the default application; an answer that nobody asked for signs nobody in", async () => {
    const { context, page } = await open();
    await page.goto(await signOnUrl("20001"));
    await providers.signIn(page, ENTRA, { be: /Clara Low/ });
    await page.waitForURL(`${app.origin}/start`);
    await context.clearCookies();
    assert.match(await unasked(page, "20001"), /started this sign-in itself/);
    await context.close();
  });

  test("B-121 (C6): people are created and activated here first", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "clara.low");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { username: "new@cloudlink.example" });
    assert.match(await refused(page), /CloudLink Works has not given you access/);
    await context.close();
  });
});

describe("elevate: Azure SSO, person by person", () => {
  test("B-160, B-161, B-162 (C2, C7): the address decides, and the person is taken to Azure at once", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await page.fill("#username", "eva@elevate.example");
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await providers.signIn(page, AZURE, { hint: "eva@elevate.example" });
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["30001", "eva@elevate.example"], "B-162");
    await context.close();
  });

  test("B-159, B-160 (C7): somebody of the same domain on the exclusion list uses the credentials", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "max@elevate.example");
    assert.equal(await heading(page), "Enter your password", "B-159");
    await password(page, word);
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["30001", "max@elevate.example"]);
    await context.close();
  });

  test("B-166 (C3): the credentials are there and do not work", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await page.fill("#username", "eva@elevate.example");
    // As a password manager fills both.
    await page.evaluate((word) => { document.querySelector("[name=prefill]").value = word; }, word);
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.waitForURL(`${providers.base}/**`);
    await context.close();
  });

  test("B-164 (C7, C14): the administrators' pages keep the credentials", async () => {
    const { context, page } = await open();
    await clients["control-panel"].open(page);
    await identify(page, "eva@elevate.example");
    await password(page, word);
    assert.deepEqual(who(await clients["control-panel"].arrived(page)), ["30001", "eva@elevate.example"]);
    await context.close();
  });

  test("B-165 (C7): OWA asks for a second factor, and one alone is refused", async () => {
    const { context, page } = await open();
    await clients.owa.open(page);
    await page.fill("#username", "eva@elevate.example");
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await providers.signIn(page, AZURE, { hint: "eva@elevate.example" });
    assert.match(await refused(page), /allowed\.second_factor/);
    // With a second factor it does.
    await context.clearCookies();
    await clients.owa.open(page);
    await page.fill("#username", "eva@elevate.example");
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await providers.signIn(page, AZURE, { hint: "eva@elevate.example", answer: "code" });
    await providers.verify(page);
    assert.deepEqual(who(await clients.owa.arrived(page)), ["30001", "eva@elevate.example"]);
    await context.close();
  });

  test("B-171 (C6): somebody who exists in Azure only does not exist here", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await page.fill("#username", "eva@elevate.example");
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await providers.signIn(page, AZURE, { username: "only.there@elevate.example" });
    assert.match(await refused(page), /Nobody here has the username “only\.there@elevate\.example”/);
    await context.close();
  });

  test("B-158, B-167, B-170, B-172: switched off for an outage, people are back at their credentials; switched on, they are not", async () => {
    const { context, page } = await open();
    const there = accounts, off = accounts.replace(`preset = "elevate"`, `preset = "elevate"\nsso_mode = "off"`);
    await broker.apply(`${off}${applications}`);
    await clients.teamwork.open(page);
    await identify(page, "ida@elevate.example");
    assert.equal(await heading(page), "Enter your password", "B-158, B-167");
    assert.ok(await page.getByRole("button", { name: "Forgot password?" }).isVisible(), "B-170");
    await password(page, word);
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["30001", "ida@elevate.example"]);
    await broker.apply(`${there}${applications}`);
    await context.clearCookies();
    await clients.teamwork.open(page);
    await page.fill("#username", "ida@elevate.example");
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.waitForURL(`${providers.base}/**`);
    await context.close();
  });
});

describe("ringcentral: either credential, and the provider may start it", () => {
  test("B-175, B-180, B-181, B-193 (C1): the tile signs in to the default application, at the region's own entity ID and reply URL", async () => {
    const { context, page } = await open();
    const posts = [];
    page.on("request", (r) => { if (r.method() === "POST" && new URL(r.url()).pathname === "/sp/ACS.saml2") posts.push(new URL(r.url()).hostname); });
    await page.goto(`${providers.base}/tiles`);
    await page.getByRole("button", { name: /sso\.ring\.example/ }).click();
    await providers.signIn(page, ENTRA, { be: /Rina Ring/ });
    await page.waitForURL(`${app.origin}/start`);
    assert.deepEqual(posts, ["sso.localhost", "homeward.localhost"], "B-181: posted to the address that the provider knows, and taken on to ours");
    await clients.teamwork.open(page);
    assert.deepEqual(who(await clients.teamwork.arrived(page)), ["40001", "rina.ring@ring.example"], "B-193");
    await context.close();
  });

  test("B-186, B-189 (C3, C4): Single Sign-On by the mapped address, or the credential", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "rina");
    assert.ok(await page.getByRole("button", { name: "Enter your password" }).isVisible(), "B-189");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { be: /Rina Ring/ });
    const claims = await clients.teamwork.arrived(page);
    assert.deepEqual(who(claims), ["40001", "rina.ring@ring.example"], "B-186: neither the username nor the sign-in name there");
    await context.clearCookies();
    await clients.teamwork.open(page);
    await identify(page, "rina");
    await press(page, "Enter your password");
    await password(page, word);
    assert.equal((await clients.teamwork.arrived(page)).sub, claims.sub, "B-189: the same person");
    await context.close();
  });

  test("B-191 (C6): created and activated first", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "rina");
    await singleSignOn(page);
    await providers.signIn(page, ENTRA, { username: "neu@ring.example" });
    assert.match(await refused(page), /Ring Bakery has not given you access/);
    await context.close();
  });

  test("B-177: without Single Sign-On in the contract there is the credential alone", async () => {
    const { context, page } = await open();
    await clients.teamwork.open(page);
    await identify(page, "bo@basic.example");
    assert.equal(await heading(page), "Enter your password");
    assert.equal(await page.getByRole("button", { name: "Single Sign On", exact: true }).count(), 0);
    await password(page, word);
    assert.equal((await clients.teamwork.arrived(page)).account, "40002");
    await context.close();
  });
});
