// The same sign-ins in a real browser: from the application to SimpleSAMLphp or oidc-provider and back, every site on a host name of its own.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../browser/world.mjs";
import { arrived, atOpenIdProvider, atSimpleSaml, leave, newcomer, password } from "./hands.mjs";
import { startOpenIdProvider } from "./openid-provider.mjs";
import { startSimpleSaml } from "./simplesamlphp.mjs";
import { account, startUpstream } from "./upstream.mjs";

const saml = (name, mail) => ({ name, password, attributes: { uid: [`uid-${name}`], mail: [mail] } });
const oidc = (email) => ({ email, email_verified: true });

let idp, op, world, browser;
before(async () => {
  browser = await launch();
  idp = await startSimpleSaml([saml("alice", "alice@saml.example"), saml("bob", "bob@saml.example"), saml("carol", "carol@post.example"), saml("dave", "dave@stranger.example")]);
  op = await startOpenIdProvider({ erin: oidc("erin@oidc.example"), frank: oidc("frank@oidc.example") });
  const of = (certificate, to = "sso_redirect") => `preset = "generic"\n[account.connection.settings.protocol.saml]\nidp_entity_id = "${idp.entityId}"\n${to} = "${idp.sso}"\nsigned = "both"\nname_id_format = "email_address"\ncertificates = ["""\n${certificate}"""]\n`;
  world = await startUpstream([
    account({ number: "70210", name: "Saml", domain: "saml.example", users: ["alice@saml.example"], settings: of(idp.certificate) }),
    account({ number: "70211", name: "Post", domain: "post.example", users: ["carol@post.example"], settings: of(idp.certificate, "sso_post") }),
    account({ number: "70212", name: "Stranger", domain: "stranger.example", users: ["dave@stranger.example"], settings: of(idp.stranger) }),
    account({
      number: "70213", name: "Oidc", domain: "oidc.example", users: ["erin@oidc.example"],
      settings: `preset = "generic"\nmatching = { local = "username", remote = { named = "email" } }\n[account.connection.settings.protocol.oidc]\nissuer = "${op.issuer}"\nclient_id = "homeward"\nuserinfo = true\n`,
    }),
  ]);
  for (const [number, name] of [["70210", "Saml"], ["70211", "Post"], ["70212", "Stranger"]]) {
    await idp.introduce(name, await (await fetch((await world.connection(number, name)).metadata)).text());
  }
  op.introduce([{ client_id: "homeward", token_endpoint_auth_method: "none", redirect_uris: [(await world.connection("70213", "Oidc"))["redirect URI"]], grant_types: ["authorization_code"], response_types: ["code"] }]);
});
after(async () => { await browser?.close(); await idp?.stop(); await op?.stop(); assert.equal(await world?.stop(), 0); });

async function refused(page, code) {
  await page.waitForURL(`${world.broker.issuer}/**`);
  await page.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
  assert.match(await page.locator("main").innerText(), new RegExp(code.replace(".", "\\.")));
  await page.goto((await world.request({ prompt: "none" })).url);
  assert.equal(new URL(page.url()).searchParams.get("error"), "login_required");
}

for (const scripts of [true, false]) {
  describe(scripts ? "with JavaScript" : "without JavaScript", { concurrency: false }, () => {
    const open = () => newcomer(browser, scripts);

    for (const [how, username, number] of [["redirect", "alice@saml.example", "70210"], ["POST", "carol@post.example", "70211"]]) {
      test(`SimpleSAMLphp, request by ${how}: signed in as who signed in there`, async () => {
        const { context, page } = await open();
        const checks = await leave(world, page, username, { base: idp.base, byForm: how === "POST" && !scripts });
        await atSimpleSaml(page, username.split("@")[0], scripts);
        const { claims, person } = await arrived(world, page, checks);
        assert.deepEqual([claims.account, person.email], [number, username]);
        await page.goto(world.broker.issuer + "/account");
        assert.match(await page.locator("main").innerText(), new RegExp(username), "and the broker's own session is hers");
        assert.deepEqual(page.trouble, []);
        await context.close();
      });
    }

    test("oidc-provider: signed in as who signed in there", async () => {
      const { context, page } = await open();
      const checks = await leave(world, page, "erin@oidc.example", { base: op.issuer });
      await atOpenIdProvider(page, "erin");
      const { claims, person } = await arrived(world, page, checks);
      assert.deepEqual([claims.account, person.email], ["70213", "erin@oidc.example"]);
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    test("another certificate, and people whom nobody here knows: a page that says so, and no session", async () => {
      for (const [username, base, at, code] of [
        ["dave@stranger.example", idp.base, (page) => atSimpleSaml(page, "dave", scripts), "sig.untrusted_key"],
        ["bob@saml.example", idp.base, (page) => atSimpleSaml(page, "bob", scripts), "names.unknown_user"],
        ["frank@oidc.example", op.issuer, (page) => atOpenIdProvider(page, "frank"), "names.unknown_user"],
      ]) {
        const { context, page } = await open();
        await leave(world, page, username, { base });
        await at(page);
        await refused(page, code);
        await context.close();
      }
    });
  });
}
