// Test sign-in, the six checks: one test for each row of what can be wrong. A simulated provider answers in that way; the check that fails opens, with both
// values, the field's name in that provider's own console, what to do and the button that mends it; where it can be mended here, the button is
// pressed and the next test passes. Pictures go to tests/.run/shots when they are asked for.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { person, startApplication, startBroker } from "./broker.mjs";
import { Client } from "./client.mjs";
import { root } from "./demo.mjs";
import { TENANT, startProviders } from "./providers.mjs";
import { isValid, lookEveryWay } from "./looks.mjs";
import * as six from "./six.mjs";
import { launch, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!";
const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const SAML = "Simulated Entra ID sign-in", OIDC = "Simulated identity provider sign-in";

/** Connections by what was entered for them: each in an account of its own, with Ana who administers it and Mia who signs in. */
const kinds = {
  right: ["2001", "right.example"], issuer: ["2002", "issuer.example"], named: ["2003", "named.example"], twins: ["2004", "twins.example"], openid: ["2005", "openid.example"],
  metadata: ["2006", "metadata.example"], waiting: ["2007", "waiting.example"], unregistered: ["2008", "unregistered.example"],
};
const numberOf = (kind) => kinds[kind][0];
const nameOf = (kind, local = "mia") => `${local}@${kinds[kind][1]}`;

let app, providers, strict, broker, browser, context, page;
/** The page of each kind's connection. */
const at = {};

before(async () => {
  const people = Object.values(kinds).map(([, domain]) => `mia@${domain}=Mia=Finch=mia@${domain}`);
  // The last answers clients that it knows, at the addresses that it knows.
  [app, providers, strict] = [await startApplication(), await startProviders({ people }), await startProviders({ clients: ["homeward=https://elsewhere.example/callback"] })];
  const shown = { right: "", named: `matching = { local = "username", remote = { named = "preferred_username" } }`, twins: `matching = { local = "email", remote = "subject" }` };
  const protocol = { right: `signed = "either"`, metadata: `metadata_url = "${providers.base}/entra/saml/metadata"` };
  const settings = (kind) => {
    if (kind === "unregistered") return strict.oidc("generic");
    if (kind === "openid") return providers.oidc("generic");
    const text = providers.saml("entra", { own: shown[kind] ?? "", protocol: protocol[kind] ?? "" });
    // A slash too few: the most usual slip.
    return kind === "issuer" || kind === "waiting" ? text.replace(`/entra/${TENANT}/"`, `/entra/${TENANT}"`) : text;
  };
  const others = { openid: person({ username: "excluded@openid.example", more: `rule = "excluded"` }), right: person({ username: "excluded@right.example", more: `rule = "excluded"` }) + person({ username: "held@right.example", more: `state = "suspended"` }) };
  const account = ([kind, [number, domain]]) => {
    const email = kind === "twins" ? `email = "mia@${domain}"` : "";
    return `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\nsso_mode = "redirect"\n[[account.connection]]\nname = "Northwind"\nstate = "draft"\n${settings(kind)}`
      + `[[account.domain]]\ndomain = "${domain}"\nverified = true\n${person({ username: `ana@${domain}`, password: PASSWORD })}${person({ username: `mia@${domain}`, more: email })}`
      + (kind === "twins" ? person({ username: `mia.finch@${domain}`, more: email }) : "") + (others[kind] ?? "");
  };
  const application = `[[application]]\nclient_id = "teamwork"\nname = "Teamwork"\nauthentication = "none"\nredirect_uris = ["${app.origin}/callback/teamwork"]\n`;
  broker = await startBroker(application, {}, { accounts: Object.entries(kinds).map(account).join(""), disclosure: "open" });
  for (const [number, domain] of Object.values(kinds)) {
    const made = await broker.command("admin", "create", `ana@${domain}`, "--account", number, "--role", "administrator");
    assert.equal(made.code, 0, made.said);
  }
  browser = await launch();
});
after(async () => { await context?.close(); await browser.close(); await app.stop(); assert.equal(await broker.stop(), 0); await providers.stop(); await strict.stop(); });

const main = () => page.locator("main").innerText();
const [check, stopped, passed, takeOver] = [six.check, six.stopped, six.passed, six.takeOver].map((does) => (...words) => does(page, ...words));

/** Ana of that account at the page of its connection; she is signed in once for each. */
async function at_desk(kind) {
  if (at.here !== kind) {
    await context?.close();
    ({ context, page } = await visitor(browser, { bypassCSP: true }));
    await page.goto(`${broker.issuer}/portal/${numberOf(kind)}/sign-on`);
    await page.fill("#username", nameOf(kind, "ana"));
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Next", exact: true }).click()]);
    await page.fill("#password", PASSWORD);
    await Promise.all([page.waitForURL(/\/sign-on$/), page.getByRole("button", { name: "Next", exact: true }).click()]);
    const action = await page.locator("#test form[action$='/test']").getAttribute("action");
    [at.here, at[kind]] = [kind, `${broker.issuer}${action.replace(/\/test$/, "")}`];
  }
  await page.goto(at[kind]);
}

/** The test sign-in, answered in that way; the page that shows it. */
async function tryOut(kind, { answer = "right", username = nameOf(kind) } = {}) {
  await at_desk(kind);
  // The provider forgets who was there.
  await context.clearCookies({ name: /^simulated/ });
  await page.locator("#test form[action$='/test'] button").click();
  await page.waitForURL(`${providers.base}/**`);
  // Of a way to answer that has several variants the page offers the first one.
  await page.locator("#profile").evaluate((select, value) => { if (![...select.options].some((option) => option.value === value)) select.add(new Option(value, value)); }, answer);
  await providers.signIn(page, kind === "openid" ? OIDC : SAML, { username, answer });
  await page.waitForURL(/\/sign-on\/[0-9a-f-]+#test$/);
  await page.waitForLoadState();
}

const press = (name) => Promise.all([page.waitForEvent("load"), check().getByRole("button", { name, exact: true }).click()]);
const value = (label) => check().getByLabel(label, { exact: true }).inputValue();
const link = (name) => check().getByRole("link", { name, exact: true }).getAttribute("href");

const ours = () => at.right.replace(/\/portal\/\d+\/sign-on\//, "/saml/");
const replyUrl = "Reply URL (Assertion Consumer Service URL)", identifier = "Identifier (Entity ID)";

test("an unbroken run passes all six checks, signs nobody in and changes nothing", async () => {
  await tryOut("right");
  await passed();
  assert.match(await main(), /It means m•••••@right\.example/);
  assert.equal(await check().count(), 0);
  await page.locator("summary", { hasText: "What arrived" }).click();
  assert.ok(!(await page.content()).includes("mia@right.example"), "values are shown in part");
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "View the whole answer" }).click()]);
  assert.equal(await page.locator("h1").innerText(), "The whole answer");
  const signed = await page.locator("pre.signed").allInnerTexts();
  assert.match(signed.join("\n"), /<[a-z0-9]*:?Assertion [\s\S]*NotOnOrAfter=[\s\S]*m•••••@right\.example/);
  assert.match((await page.locator("pre.unsigned").allInnerTexts()).join("\n"), /<[a-z0-9]*:?Response [\s\S]*SignatureValue>.{12}… \(\d+\)</);
  assert.ok(!(await page.content()).includes("mia@right.example"), "values are shown in part here, too");
  await lookEveryWay(page, "checks-whole-answer");
  await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), "the whole answer");
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Back to the test" }).click()]);
});

// Check 1: the provider answered.
test("1 answered: nothing has come back, and a code that was seen there is explained", async () => {
  await at_desk("right");
  await context.clearCookies({ name: /^simulated/ });
  await page.locator("form[action$='/test'] button").click();
  await page.waitForURL(`${providers.base}/**`);
  await page.goto(at.right);
  await stopped(1, { says: /No answer has come back yet/, fix: /Finish the sign-in there/ });
  assert.equal(await value(replyUrl), `${ours()}/acs`);
  for (const [code, means, field] of [
    ["AADSTS50011", /Our address is not entered there/, replyUrl], ["AADSTS50105", /may not use the application there/, "Users and groups › Add user/group"],
    ["AADSTS700016: no application", /knows no application by the name/, identifier], ["AADSTS75011", /by another method than the one that was asked for/, ""],
    ["AADSTS4711", /We do not know this code/, ""],
  ]) {
    await check().getByLabel("Code that Microsoft Entra ID shows").fill(code);
    await press("Explain");
    const told = await check().getByRole("status").innerText();
    assert.match(told, means);
    assert.ok(told.includes(field), `${code}: ${told}`);
    assert.ok(!page.url().includes("AADSTS"), "what was typed stands in no address");
  }
  await lookEveryWay(page, "checks-1-no-answer");
  await page.goto(at.right);
  await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), "no answer");
  await tryOut("right");
  await passed();
});
test("1 answered: the provider says no", async () => {
  await tryOut("right", { answer: "denied" });
  await stopped(1, { says: /answered, but said no/, seen: /status:RequestDenied/, expected: /status:Success/, field: /In Microsoft Entra ID: Users and groups › Add user\/group/, fix: /Assign the person/ });
  assert.match(await check().innerText(), /This person may not use the application there/, "what that status means");
});
test("1 answered: an answer that cannot be read shows how it begins", async () => {
  await tryOut("right", { answer: "case:SP-04" });
  await stopped(1, { says: /an answer that we cannot read/, seen: /^<!DOCTYPE/, fix: /must answer by SAML 2\.0 with HTTP POST/ });
});
for (const [what, answer, seen, expected] of [["empty", "empty"], ["not base64", "not-base64", /^\*[A-Za-z0-9+/=]{199}$/], ["in an address instead of a form", "by-redirect", /^HTTP-Redirect$/, /^HTTP-POST$/]]) {
  test(`1 answered: an answer that is ${what} cannot be read`, async () => {
    await tryOut("right", { answer });
    await stopped(1, { says: /an answer that we cannot read/, seen, expected, fix: /must answer by SAML 2\.0 with HTTP POST/ });
    await tryOut("right");
    await passed();
  });
}
test("1 answered: our address is not registered there, so that nobody comes back; the code that the provider shows says so", async () => {
  await at_desk("unregistered");
  await context.clearCookies({ name: /^simulated/ });
  await page.locator("form[action$='/test'] button").click();
  await page.waitForURL(`${strict.base}/**`);
  assert.match(await main(), /this redirect_uri is not registered for the client/);
  await page.goto(at.unregistered);
  await stopped(1, { says: /No answer has come back yet/, fix: /enter its code here/ });
  assert.equal(await value("Redirect URI"), `${at.unregistered.replace(/\/portal\/\d+\/sign-on\//, "/oidc/")}/callback`, "our value, to be copied");
  await check().getByLabel(/^Code that .+ shows$/).fill("Error 400: redirect_uri_mismatch");
  await press("Explain");
  const told = await check().getByRole("status").innerText();
  assert.match(told, /Our address is not entered there[\s\S]*Client › Redirect URI/);
});

// Check 2: it was meant for this account.
test("2 meant for us: another issuer is taken over from a signed answer, and the next test passes", async () => {
  await tryOut("issuer");
  await stopped(2, { says: /another provider or tenant than you entered/, seen: new RegExp(`/entra/${TENANT}/$`), expected: new RegExp(`/entra/${TENANT}$`), field: /In Microsoft Entra ID: Set up › Microsoft Entra Identifier/, fix: /Compare both values to the letter/ });
  await lookEveryWay(page, "checks-2-issuer");
  await press("Use what the answer says");
  await takeOver(new RegExp(`/entra/${TENANT}/`));
  await tryOut("issuer");
  await passed();
});
test("2 meant for us: another audience", async () => {
  await tryOut("right", { answer: "wrong-audience" });
  await stopped(2, { says: /addressed to somebody else/, seen: /^https:\/\/somebody-else\.example\/sp$/, expected: /\/metadata$/, field: /Basic SAML Configuration › Identifier \(Entity ID\)/, fix: /Enter our value there/ });
  assert.equal(await value(identifier), `${ours()}/metadata`, "our value, to be copied");
  await tryOut("right");
  await passed();
});
for (const [what, answer, seen] of [["destination", "case:SF-06:1", /^https:\/\/other\.example\/acs$/], ["recipient", "wrong-nonce", /^https:\/\/somebody-else\.example\/acs$/]]) {
  test(`2 meant for us: another ${what}`, async () => {
    await tryOut("right", { answer });
    await stopped(2, { says: /sent to another address/, seen, expected: /\/acs$/, field: /Basic SAML Configuration › Reply URL \(Assertion Consumer Service URL\)/, fix: /Enter our address there/ });
    assert.equal(await value(replyUrl), `${ours()}/acs`, "our value, to be copied");
  });
}
test("2 meant for us: the provider started it itself, and that is allowed as a sign-in of ours", async () => {
  await tryOut("right", { answer: "unsolicited" });
  await stopped(2, { says: /The provider started this sign-in itself/, fix: /Let the tile there open our sign-on URL/ });
  assert.match(await value("Sign on URL"), new RegExp(`^${broker.issuer}/`));
  await press("Allow it");
  await takeOver(/Sign-ins that begin there[\s\S]*convert/);
  await tryOut("right");
  await passed();
});

// Check 3: it was signed with a certificate that we trust.
test("3 signature: nothing is signed", async () => {
  await tryOut("right", { answer: "unsigned" });
  // One has passed before: it could be turned on, but that is not what the page puts first.
  assert.match(await page.locator("#turn").innerText(), /The last test stopped at check 3 of 6/);
  assert.match(await page.getByRole("button", { name: "Turn on for everybody" }).getAttribute("class"), /quiet/);
  await stopped(3, { says: /What must be signed is not signed/, field: /SAML Certificates › Signing Option/, fix: /Let the provider sign the assertion/ });
  assert.equal(await link("What to choose there"), "#give");
});
test("3 signature: an unknown certificate is added after its thumbprint was compared, never in one click", async () => {
  await tryOut("right", { answer: "strange-key" });
  await stopped(3, { says: /with a certificate that you have not added/, seen: /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, expected: /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, field: /SAML Certificates › Certificate \(Base64\)/, fix: /Compare the thumbprint with the provider’s console/ });
  assert.match(await check().innerText(), /Nothing has proved that it belongs to your provider/);
  await lookEveryWay(page, "checks-3-unknown");
  const thumbprint = await check().locator("dl > dd").first().innerText();
  const [wrong] = [await check().locator("dl > dd").nth(1).innerText()];
  const field = check().getByLabel("Thumbprint, as Microsoft Entra ID shows it");
  await field.fill(wrong);
  await press("Compare and add");
  assert.match(await page.getByRole("alert").innerText(), /That is not the thumbprint of this certificate/);
  assert.equal(await check().getByLabel("Thumbprint, as Microsoft Entra ID shows it").getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator("#proposal").count(), 0, "nothing waits");
  await lookEveryWay(page, "checks-3-other-thumbprint");
  await check().getByLabel("Thumbprint, as Microsoft Entra ID shows it").fill(thumbprint.replaceAll(":", ""));
  await press("Compare and add");
  await takeOver(new RegExp(thumbprint));
  await tryOut("right", { answer: "strange-key" });
  await passed();
  await tryOut("right");
  await passed();
});
test("3 signature: a certificate that was rolled comes with the metadata that is read again", async () => {
  await tryOut("metadata", { answer: "rolled-key" });
  await stopped(3, { says: /with a certificate that you have not added/, seen: /:/, expected: /:/, field: /Certificate \(Base64\)/ });
  await press("Read the metadata again");
  await takeOver(/Signing certificates[\s\S]*New/i);
  await tryOut("metadata", { answer: "rolled-key" });
  await passed();
});
test("3 signature: it was changed on the way", async () => {
  await tryOut("right", { answer: "case:SX-10" });
  await stopped(3, { says: /The answer was changed on the way/, fix: /proxy or filter/ });
});
test("3 signature: SHA-1", async () => {
  await tryOut("right", { answer: "case:SK-08" });
  await stopped(3, { says: /an algorithm that we do not accept, for example SHA-1/, seen: /rsa-sha1$/, expected: /rsa-sha256$/, field: /SAML Certificates › Signing Algorithm/, fix: /Choose SHA-256 there/ });
  assert.equal(await link("What to choose there"), "#give");
});
test("3 signature: a weak key signs nothing, since its certificate is not taken", async () => {
  await at_desk("right");
  await page.locator("#values details").evaluateAll((all) => { for (const one of all) one.open = true; });
  await page.fill("#certificates", await readFile(path.join(root, "crates/federation/tests/saml/rsa1024.pem"), "utf8"));
  const form = page.locator("form", { has: page.locator("input[name='how'][value='hand']") });
  await Promise.all([page.waitForEvent("load"), form.getByRole("button", { name: "Preview", exact: true }).click()]);
  assert.match(await page.getByRole("alert").innerText(), /its RSA key has fewer than 2048 bits/);
  assert.equal(await page.locator("#certificates").getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator("#proposal").count(), 0, "nothing waits");
});
test("3 signature: encrypted to another key", async () => {
  await tryOut("right", { answer: "case:SE-10" });
  await stopped(3, { says: /encrypted with a key that is not ours/, fix: /our certificate is in it/ });
  assert.equal(await link("Download our metadata"), `${ours()}/metadata`);
});

// Check 4: it is fresh.
for (const answer of ["ahead", "behind"]) {
  test(`4 fresh: its clock is ten minutes ${answer}`, async () => {
    await tryOut("right", { answer });
    await stopped(4, { says: /too old or not valid yet/, seen: /^\d{4}-\d\d-\d\dT[\d:]+Z$/, expected: /^\d{4}-\d\d-\d\dT[\d:]+Z$/, fix: /Set the clocks of both sides/ });
    assert.match(await check().innerText(), /The two are \d+ minutes apart/);
  });
}
test("4 fresh: the same answer twice", async () => {
  await at_desk("right");
  await context.clearCookies({ name: /^simulated/ });
  const sent = page.waitForRequest((request) => request.method() === "POST" && /\/saml\/[^/]+\/acs$/.test(request.url()));
  await page.locator("form[action$='/test'] button").click();
  await providers.signIn(page, SAML, { username: nameOf("right") });
  await page.waitForURL(/#test$/);
  await passed();
  const again = await sent;
  await page.goto(app.origin);
  await Promise.all([page.waitForURL(/#test$/), page.evaluate(([to, fields]) => {
    const form = document.body.appendChild(Object.assign(document.createElement("form"), { method: "post", action: to }));
    for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { name, value }));
    form.submit();
  }, [again.url(), [...new URLSearchParams(again.postData())]])]);
  await stopped(4, { says: /This answer was used already/, fix: /Begin anew/ });
  await tryOut("right");
  await passed();
});

// Check 5: it names someone.
test("5 names someone: the field is not in it, and one that arrived is used", async () => {
  await tryOut("named");
  await stopped(5, { says: /The field that shall name the person is not in it/, expected: /^preferred_username$/, field: /Attributes & Claims/, fix: /choose one of those that arrived/ });
  await lookEveryWay(page, "checks-5-no-field");
  await check().getByLabel("Attribute that names the person").selectOption(`${CLAIMS}/emailaddress`);
  await press("Use it as username");
  await takeOver(/emailaddress/);
  await tryOut("named");
  await passed();
});
test("5 names someone: the name changes every time", async () => {
  await tryOut("right", { answer: "transient" });
  await stopped(5, { says: /The name changes every time/, field: /Attributes & Claims › Unique User Identifier \(Name ID\)/, fix: /Choose a persistent name or the email address there/ });
  assert.equal(await link("What to choose there"), "#give");
});
test("5 names someone: nobody has that name; the closest gets it, or the person is invited", async () => {
  await tryOut("right", { username: "mja@right.example" });
  await stopped(5, { says: /Nobody in this account has that name/, seen: /^m•••••@right\.example$/, fix: /Invite that person, change the username here/ });
  assert.match(await check().innerText(), /Closest:\s+mia@right\.example/);
  await lookEveryWay(page, "checks-5-nobody");
  const beside = check().locator(".actions", { has: page.getByRole("link", { name: "Change the username of mia@right.example" }) });
  assert.equal(await beside.getByRole("link", { name: "Invite mja@right.example" }).count(), 1, "one beside the other");
  const to = await link("Change the username of mia@right.example");
  assert.ok(!to.includes("mja"), "names stand in no address");
  await page.goto(new URL(to, broker.issuer).href);
  assert.equal(await page.inputValue("#username"), "mja@right.example");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Change the username", exact: true }).click()]);
  await tryOut("right", { username: "mja@right.example" });
  await passed();
  // As it was, for the others.
  await page.goto(new URL(to.split("?")[0], broker.issuer).href);
  await page.fill("#username", "mia@right.example");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Change the username", exact: true }).click()]);
});
test("5 names someone: two users have it, and both are named", async () => {
  await tryOut("twins");
  await stopped(5, { says: /two people here share that name/, fix: /give every user here one of their own/ });
  assert.deepEqual((await check().locator("ul.places a").allInnerTexts()).sort(), ["mia.finch@twins.example", "mia@twins.example"]);
});

// Check 6: that person may use it.
test("6 allowed: the exclusion list, and the person is taken off it", async () => {
  await tryOut("right", { username: "excluded@right.example" });
  await stopped(6, { says: /The account’s rules give this person another way in/, fix: /Take the person off the exclusion list/ });
  assert.match(await check().innerText(), /excluded@right\.example\s+Password \(exclusion list\)/);
  await lookEveryWay(page, "checks-6-excluded");
  await press("Take off the exclusion list");
  await tryOut("right", { username: "excluded@right.example" });
  await passed();
});
test("6 allowed: a suspended user, and is let in again", async () => {
  await tryOut("right", { username: "held@right.example" });
  await stopped(6, { says: /That user may not sign in/, fix: /Make the user active here/ });
  assert.match(await check().innerText(), /held@right\.example/);
  await press("Let in again");
  await tryOut("right", { username: "held@right.example" });
  await passed();
});
// A domain that nobody has proved makes a name nobody's here: users are not looked up by it, so the sixth check is not reached.
test("5 names someone: of a domain that the account has not proved", async () => {
  await tryOut("right", { username: "mia@elsewhere.example" });
  await stopped(5, { says: /a domain that this account has not proved/, seen: /^elsewhere\.example$/, fix: /Prove the domain/ });
  assert.equal(await link("To the domains"), `/portal/${numberOf("right")}/domains`);
});

// OpenID Connect goes through the same six.
test("OpenID Connect: an unbroken run passes all six checks", async () => {
  await tryOut("openid");
  await passed();
});
test("OpenID Connect: the whole answer is the ID token, header and claims; what nobody signed says so, and only the newest is kept", async () => {
  const view = async () => {
    await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "View the whole answer" }).click()]);
    assert.equal(await page.locator("h1").innerText(), "The whole answer");
    assert.deepEqual((await page.locator("main h2").allInnerTexts()).slice(0, 2), ["ID token: header", "ID token: claims"]);
    assert.ok(!(await page.content()).includes("mia@openid.example"), "values are shown in part");
  };
  await tryOut("openid");
  await passed();
  await view();
  const signed = (await page.locator("pre.signed").allInnerTexts()).join("\n");
  for (const part of [/"alg": "[A-Z]{2}\d{3}"/, new RegExp(`"iss": "${providers.base}/generic"`), /"aud": (\[\s*)?"homeward"/, /"exp": \d{10}/, /"nonce": "[^"]+… \(\d+\)"/, /m•••••@openid\.example/]) assert.match(signed, part);
  assert.match(await main(), /is signed with a key that you trust/);
  await lookEveryWay(page, "checks-whole-answer-openid");
  await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), "the whole answer by OpenID Connect");
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Back to the test" }).click()]);
  await passed();
  await tryOut("openid", { answer: "strange-key" });
  await view();
  assert.match(await main(), /Nothing of it is signed with a key that you trust: anybody may have written it/);
  assert.equal(await page.locator("pre.signed").count(), 0);
  assert.match((await page.locator("pre.unsigned").allInnerTexts()).join("\n"), /"aud": (\[\s*)?"homeward"[\s\S]*m•••••@openid\.example|m•••••@openid\.example[\s\S]*"homeward"/);
  // Another test has begun, and nothing has come back.
  await at_desk("openid");
  await context.clearCookies({ name: /^simulated/ });
  await page.locator("form[action$='/test'] button").click();
  await page.waitForURL(`${providers.base}/**`);
  await page.goto(`${at.openid}/answer`);
  assert.match(await main(), /No answer is kept with the last test/);
});
for (const [number, answer, says, username] of [
  [1, "wrong-secret", { says: /does not accept our client id or secret/, seen: /^invalid_client$/, field: /Client › Client secret/, fix: /Make a new secret there and enter it here/ }],
  [1, "denied", { says: /answered, but said no/, seen: /^access_denied/, fix: /Assign the person/ }],
  [2, "wrong-issuer", { says: /another provider or tenant/, seen: /somebody-else/, expected: /\/generic$/, field: /Provider › Issuer/, fix: /Compare both values to the letter/ }],
  [2, "wrong-audience", { says: /addressed to somebody else/, seen: /somebody-else/, expected: /^homeward$/, field: /Client › Client ID/, fix: /Enter our value there/ }],
  [2, "wrong-nonce", { says: /another request than this one/ }],
  [3, "other-key-id", { says: /with a key that the provider does not publish/, seen: /^of-no-key$/, fix: /We read the provider’s keys last:\s+today \d\d:\d\d[\s\S]*Nobody enters keys here/ }],
  [3, "strange-key", { says: /with a key that the provider does not publish/, seen: /^[\w-]{20}$/, fix: /We read the provider’s keys last:\s+today \d\d:\d\d[\s\S]*Nobody enters keys here/ }],
  [3, "borrowed-key-id", { says: /The answer was changed on the way/, fix: /proxy or filter/ }],
  [3, "alg-none", { says: /an algorithm that we do not accept/, seen: /^none$/, expected: /\b(RS256|ES256)\b/, fix: /Choose SHA-256 there/ }],
  [4, "ahead", { says: /too old or not valid yet/, seen: /^\d{4}-\d\d-\d\dT/, expected: /^\d{4}-\d\d-\d\dT/, fix: /Set the clocks of both sides/ }],
  [5, "right", { says: /Nobody in this account has that name/, seen: /^n•••••@openid\.example$/, fix: /Invite that person, change the username here/ }, "nobody@openid.example"],
  [6, "right", { says: /The account’s rules give this person another way in/, fix: /Take the person off the exclusion list/ }, "excluded@openid.example"],
]) {
  test(`OpenID Connect: ${number} ${answer}${username ? ` about ${username}` : ""}`, async () => {
    await tryOut("openid", { answer, username });
    await stopped(number, says);
  });
}

test("values that wait are tested before anybody takes them over, and are tested then", async () => {
  await tryOut("waiting");
  await stopped(2, { says: /another provider or tenant than you entered/, seen: /\/$/, expected: /[^/]$/ });
  await page.locator("#values details").evaluateAll((all) => { for (const one of all) one.open = true; });
  const wrong = await page.inputValue("#entity_id");
  await page.fill("#entity_id", `${wrong}/`);
  const form = page.locator("form", { has: page.locator("input[name='how'][value='hand']") });
  await Promise.all([page.waitForEvent("load"), form.getByRole("button", { name: "Preview", exact: true }).click()]);
  await context.clearCookies({ name: /^simulated/ });
  await page.locator("#proposal").getByRole("button", { name: "Test these values first", exact: true }).click();
  await page.waitForURL(`${providers.base}/**`);
  await providers.signIn(page, SAML, { username: nameOf("waiting"), answer: "right" });
  await page.waitForURL(/\/sign-on\/[0-9a-f-]+#test$/);
  await page.waitForLoadState();
  await passed();
  assert.match(await page.locator("#test").innerText(), /values that wait in step 2/);
  assert.match(await page.locator("#proposal").innerText(), /The last test passed with these values/);
  assert.ok((await page.locator("#values dl.facts dd code").allInnerTexts()).includes(wrong), "nothing was taken over");
  await lookEveryWay(page, "checks-waiting");
  await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), "a test of values that wait");
  await takeOver(/The last test passed with these values/);
  await passed();
  assert.doesNotMatch(await main(), /This test is too old|values that wait in step 2/, "they are tested");
});

test("a refused sign-in opens as the same six checks, by the reference on the person’s page", async () => {
  await at_desk("right");
  const turned = page.getByRole("button", { name: "Turn on for everybody", exact: true });
  await tryOut("right");
  await passed();
  await Promise.all([page.waitForEvent("load"), turned.click()]);
  const visit = await visitor(browser);
  await new Client(broker.issuer, "teamwork", `${app.origin}/callback/teamwork`).open(visit.page);
  await visit.page.fill("#username", nameOf("right"));
  await visit.page.getByRole("button", { name: "Next", exact: true }).click();
  await providers.signIn(visit.page, SAML, { username: nameOf("right"), answer: "wrong-audience" });
  await visit.page.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
  const reference = await visit.page.locator(".ref").first().innerText();
  await visit.context.close();
  await page.goto(`${broker.issuer}/portal/${numberOf("right")}/activity`);
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: reference, exact: true }).click()]);
  assert.match(await main(), /Stopped at check 2 of 6/);
  assert.match(await check().innerText(), /The answer says\s+https:\/\/somebody-else\.example\/sp/);
  await lookEveryWay(page, "checks-activity");
  await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), "a refused answer");
  await context.clearCookies({ name: /^simulated/ });
  await page.getByRole("button", { name: "Test the sign-in", exact: true }).click();
  await providers.signIn(page, SAML, { username: nameOf("right") });
  await page.waitForURL(/#test$/);
  await passed();
  assert.deepEqual(page.trouble, []);
});

test("a refused sign-in with an unknown certificate: it is brought from the provider’s console to Activity, compared and added", async () => {
  await at_desk("metadata");
  await tryOut("metadata");
  if (/Stopped/.test(await main())) { await press("Read the metadata again"); await takeOver(/./); await tryOut("metadata"); }
  await passed();
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Turn on for everybody", exact: true }).click()]);
  const visit = await visitor(browser);
  await new Client(broker.issuer, "teamwork", `${app.origin}/callback/teamwork`).open(visit.page);
  await visit.page.fill("#username", nameOf("metadata"));
  await visit.page.getByRole("button", { name: "Next", exact: true }).click();
  await providers.signIn(visit.page, SAML, { username: nameOf("metadata"), answer: "strange-key" });
  await visit.page.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
  const reference = await visit.page.locator(".ref").first().innerText();
  await visit.context.close();
  await page.goto(`${broker.issuer}/portal/${numberOf("metadata")}/activity/${reference}`);
  assert.match(await check().innerText(), /Fetch the certificate from the provider’s console/);
  await lookEveryWay(page, "checks-activity-compare");
  await isValid(await page.evaluate(async () => (await fetch(location.href)).text()), "compare in Activity");
  await check().getByLabel("Certificate from the provider’s console").fill("-----BEGIN CERTIFICATE-----\nx");
  await press("Compare and add");
  assert.match(await page.getByRole("alert").innerText(), /begins and does not end/);
  assert.ok((await page.title()).startsWith("Error:"), "ALL-10");
  await lookEveryWay(page, "checks-activity-compare-wrong");
  assert.deepEqual(page.trouble, []);
});
