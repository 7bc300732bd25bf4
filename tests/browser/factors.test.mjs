// How a person proves themselves at the provider is the provider's affair: a wrong password and a code keep them there. What its answer says of it counts here.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { freePort, person, startApplication, startBroker } from "./broker.mjs";
import { Client } from "./client.mjs";
import { startProviders, TENANT } from "./providers.mjs";
import { launch, visitor } from "./world.mjs";

const TITLE = { okta: "Simulated Okta sign-in", entra: "Simulated Entra ID sign-in", saml: "Simulated Entra ID sign-in", plain: "Simulated Entra ID sign-in" };
const people = { okta: "olaf@okta.example", entra: "eva@entra.example", saml: "sven@saml.example", plain: "pia@plain.example" };
let app, providers, cloud, broker, browser, mail, vault;

const account = (number, kind, connection) =>
  `[[account]]\nnumber = "${number}"\nname = "${kind} Law"\nsso_mode = "redirect"\n[[account.connection]]\nname = "Organisation"\nstate = "enforced"\n${connection}`
  + `[[account.domain]]\ndomain = "${people[kind].split("@")[1]}"\nverified = true\n${person({ username: people[kind] })}`;

before(async () => {
  app = await startApplication();
  providers = await startProviders();
  // Entra ID at its own host, where the path begins with the tenant.
  cloud = await startProviders({ address: `127.0.0.1:${await freePort()}` });
  const entra = cloud.oidc("entra", { own: `hint = "login_hint"\nmatching = { local = "username", remote = { named = "email" } }` }).replace(`${cloud.base}/entra/${TENANT}`, `${cloud.base}/${TENANT}`);
  const accounts = account("1001", "okta", providers.oidc("okta", { own: `hint = "login_hint"\nmatching = { local = "username", remote = { named = "email" } }` }))
    + account("1002", "entra", `${entra}[account.connection.settings.protocol.oidc.second_factor]\nauthentication_context = "c1"\n`)
    + account("1003", "saml", providers.saml("entra", { own: `hint = "login_hint"` }))
    + account("1004", "plain", entra);
  const application = (id, more) => `[[application]]\nclient_id = "${id}"\nname = "${id}"\nauthentication = "none"\nredirect_uris = ["${app.origin}/callback/${id}"]\n${more}`;
  broker = await startBroker(application("mail", "") + application("vault", `sso = "requires_second_factor"\n`), {}, { accounts, disclosure: "open" });
  [mail, vault] = ["mail", "vault"].map((id) => new Client(broker.issuer, id, `${app.origin}/callback/${id}`));
  browser = await launch();
});
after(async () => { await browser.close(); await app.stop(); assert.equal(await broker.stop(), 0); await Promise.all([providers.stop(), cloud.stop()]); });

async function leave(page, client, kind) {
  await client.open(page);
  await page.fill("#username", people[kind]);
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.waitForURL(`${(["entra", "plain"].includes(kind) ? cloud : providers).base}/**`);
}
async function refused(page, context) {
  await page.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
  assert.ok(!(await context.cookies(broker.issuer)).some((c) => c.name === "__Host-session"), "nobody is signed in");
  return page.locator("main").innerText();
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const start = () => visitor(browser, { javaScriptEnabled });

    test("a wrong password keeps the person at the provider, and the right one brings them back", async () => {
      for (const kind of ["okta", "saml"]) {
        const { context, page } = await start();
        await leave(page, mail, kind);
        await providers.signIn(page, TITLE[kind], { hint: people[kind], answer: "wrong-password" });
        assert.match(await page.getByRole("alert").innerText(), /This password is wrong/);
        assert.ok(page.url().startsWith(providers.base), "nobody comes back");
        await providers.signIn(page, TITLE[kind], { hint: people[kind] });
        assert.equal((await mail.arrived(page)).email, people[kind], kind);
        assert.deepEqual(page.trouble, []);
        await context.close();
      }
    });

    test("B-058: an application that requires a second factor lets in whoever has entered the code, and nobody by a password alone", async () => {
      for (const kind of ["okta", "saml"]) {
        const { context, page } = await start();
        await leave(page, vault, kind);
        await providers.signIn(page, TITLE[kind], { hint: people[kind] });
        assert.match(await refused(page, context), kind === "saml" ? /context\.second_factor/ : /allowed\.second_factor/, kind);
        await context.clearCookies();
        await leave(page, vault, kind);
        await providers.signIn(page, TITLE[kind], { hint: people[kind], answer: "code" });
        await providers.verify(page, "000000");
        assert.match(await page.getByRole("alert").innerText(), /This code is wrong/);
        await providers.verify(page);
        assert.equal((await vault.arrived(page)).email, people[kind], kind);
        assert.deepEqual(page.trouble, []);
        await context.close();
      }
    });
  });
}

test("B-058, B-165: Entra ID by OpenID Connect asks for the code where the connection names an authentication context, and proves nothing where it does not", async () => {
  const { context, page } = await visitor(browser);
  await leave(page, mail, "entra");
  await cloud.signIn(page, TITLE.entra, { hint: people.entra });
  assert.equal((await mail.arrived(page)).email, people.entra, "without a word about a second factor");
  await context.clearCookies();
  await leave(page, vault, "entra");
  await cloud.signIn(page, TITLE.entra, { hint: people.entra });
  await cloud.verify(page);
  assert.equal((await vault.arrived(page)).email, people.entra);
  assert.deepEqual(page.trouble, []);
  await context.close();

  const { context: other, page: plain } = await visitor(browser);
  await leave(plain, vault, "plain");
  await cloud.signIn(plain, TITLE.plain, { hint: people.plain, answer: "code" });
  await cloud.verify(plain);
  assert.match(await refused(plain, other), /allowed\.second_factor/, `the token of ${TENANT} has no amr`);
  await other.close();
});
