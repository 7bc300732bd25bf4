// In a real browser with SimpleSAMLphp and oidc-provider: what is encrypted, signing out here and there, the provider's tile, and people who are made by their first
// sign-in. Each site on a host name of its own; cookies and forms between them are the browser's affair.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../browser/world.mjs";
import { arrived, atOpenIdProvider, atSimpleSaml, knows, leave, newcomer, password, through } from "./hands.mjs";
import { startOpenIdProvider } from "./openid-provider.mjs";
import { startSimpleSaml } from "./simplesamlphp.mjs";
import { account, startUpstream } from "./upstream.mjs";

const mail = "urn:oid:0.9.2342.19200300.100.1.3";
const person = (name, address) => ({ name, password, attributes: { uid: [`uid-${name}`], mail: [address], givenName: [name] } });
const erin = { email: "erin@oidc.example", email_verified: true };

let idp, op, world, browser;
before(async () => {
  browser = await launch();
  idp = await startSimpleSaml([
    person("alice", "alice@saml.example"), person("carol", "carol@post.example"), person("frank", "frank@tile.example"), person("gina", "gina@asks.example"),
    person("henry", "henry@made.example"), person("ida", "ida@made.example"),
  ]);
  op = await startOpenIdProvider({ erin }, { byForm: true });
  const of = (more, { named = 'name_id_format = "email_address"', settings = "" } = {}) => `preset = "generic"\nsign_out_there = "always"\n${settings}\n[account.connection.settings.protocol.saml]
idp_entity_id = "${idp.entityId}"\nsso_redirect = "${idp.sso}"\n${named}\n${more}\ncertificates = ["""\n${idp.certificate}"""]\n`;
  const byMail = `matching = { local = "username", remote = { named = "${mail}" } }`;
  const tile = (rule) => of("", { named: "", settings: `idp_initiated = "${rule}"\n${byMail}` });
  world = await startUpstream([
    account({ number: "90210", name: "Saml", domain: "saml.example", users: ["alice@saml.example"], settings: of(`signed = "both"\nslo_redirect = "${idp.slo}"`) }),
    account({ number: "90211", name: "Post", domain: "post.example", users: ["carol@post.example"], settings: of(`slo_post = "${idp.slo}"`) }),
    account({ number: "90212", name: "Tile", domain: "tile.example", users: ["frank@tile.example"], more: 'default_application = "portal"', settings: tile("accept") }),
    account({ number: "90213", name: "Asks", domain: "asks.example", users: ["gina@asks.example"], more: 'default_application = "portal"', settings: tile("convert") }),
    account({ number: "90214", name: "Made", domain: "made.example", settings: of("", { settings: 'jit = "create"' }) }),
    account({
      number: "90215", name: "Oidc", domain: "oidc.example", users: [erin.email],
      settings: `preset = "generic"\nsign_out_there = "always"\nmatching = { local = "username", remote = { named = "email" } }
[account.connection.settings.protocol.oidc]\nissuer = "${op.issuer}"\nclient_id = "homeward"\nuserinfo = true\n`,
    }),
  ]);
  for (const [number, name] of [["90210", "Saml"], ["90211", "Post"], ["90212", "Tile"], ["90213", "Asks"], ["90214", "Made"]]) {
    const metadata = await (await fetch((await world.connection(number, name)).metadata)).text();
    // Who signs out by forms only has no other address of ours.
    await idp.introduce(name, name === "Post" ? metadata.replace(/<md:SingleLogoutService [^>]*HTTP-Redirect[^>]*\/>/, "") : metadata);
  }
  const own = await world.connection("90215", "Oidc");
  op.introduce([{
    client_id: "homeward", token_endpoint_auth_method: "none", redirect_uris: [own["redirect URI"]], post_logout_redirect_uris: [own["post-logout redirect URI"]],
    backchannel_logout_uri: own["back-channel logout URI"], backchannel_logout_session_required: true, grant_types: ["authorization_code"], response_types: ["code"],
  }]);
});
after(async () => { await browser?.close(); await idp?.stop(); await op?.stop(); assert.equal(await world?.stop(), 0); });

/** Signs out as the application does. */
const signOut = (page, idToken) => page.goto(`${world.broker.issuer}/oauth2/logout?${new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${world.app.origin}/`, state: "over" })}`, { waitUntil: "commit" });

for (const scripts of [true, false]) {
  describe(scripts ? "with JavaScript" : "without JavaScript", { concurrency: false }, () => {
    const open = () => newcomer(browser, scripts);

    /** To SimpleSAMLphp and back; who was signed in, and what the application holds. */
    async function signIn(page, username) {
      const checks = await leave(world, page, username, { base: idp.base });
      await atSimpleSaml(page, username.split("@")[0], scripts);
      const found = await arrived(world, page, checks);
      assert.equal(found.person.email, username);
      return found;
    }

    test("SimpleSAMLphp, encrypted: the person who signed in there, whose address nobody between can read", async () => {
      await idp.set({ encrypt: true });
      const { context, page } = await open();
      const sent = [];
      page.on("request", (request) => { if (request.postData()?.includes("SAMLResponse")) sent.push(Buffer.from(new URLSearchParams(request.postData()).get("SAMLResponse"), "base64").toString()); });
      const { claims } = await signIn(page, "alice@saml.example");
      assert.equal(claims.account, "90210");
      assert.ok(sent.length === 1 && sent[0].includes("EncryptedAssertion") && !sent[0].includes("alice@saml.example"));
      assert.ok(await knows(world, page));
      await idp.set({});
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    for (const [how, username] of [["Redirect", "alice@saml.example"], ["POST", "carol@post.example"]]) {
      test(`SimpleSAMLphp, signing out by ${how}: what ends here ends there`, async () => {
        const { context, page } = await open();
        const { idToken } = await signIn(page, username);
        assert.ok(await knows(world, page));
        await signOut(page, idToken);
        await through(page, `${world.app.origin}/?state=over`, scripts);
        assert.equal(await knows(world, page), false);
        // It asks who it is, so she is signed out there, too.
        await signIn(page, username);
        assert.deepEqual(page.trouble, []);
        await context.close();
      });

      test(`SimpleSAMLphp, signing out by ${how}: what ends there ends here, in this browser alone`, async () => {
        const here = await open(), elsewhere = await open();
        await signIn(here.page, username);
        await signIn(elsewhere.page, username);
        await here.page.goto(`${idp.slo}?${new URLSearchParams({ ReturnTo: `${world.app.origin}/over` })}`, { waitUntil: "commit" });
        await through(here.page, `${world.app.origin}/over`, scripts);
        assert.equal(await knows(world, here.page), false);
        assert.ok(await knows(world, elsewhere.page), "her other session goes on");
        assert.deepEqual(here.page.trouble, []);
        await here.context.close();
        await elsewhere.context.close();
      });
    }

    test("oidc-provider: what ends here ends there, and what ends there ends here", async () => {
      const { context, page } = await open();
      const signIn = async () => {
        const checks = await leave(world, page, erin.email, { base: op.issuer });
        await atOpenIdProvider(page, "erin");
        const found = await arrived(world, page, checks);
        assert.deepEqual([found.claims.account, found.person.email], ["90215", erin.email]);
        return found;
      };
      const yes = () => page.getByRole("button", { name: "Yes, sign me out" }).click();
      const { idToken } = await signIn();
      await signOut(page, idToken);
      // The ID token goes along in a form.
      if (!scripts) await page.getByRole("button", { name: "Continue", exact: true }).click();
      await page.waitForURL(`${op.issuer}/**`);
      await yes();
      await page.waitForURL(`${world.app.origin}/?state=over`);
      assert.equal(await knows(world, page), false);
      await signIn();
      assert.ok(await knows(world, page));
      await page.goto(`${op.issuer}/session/end`);
      await yes();
      await page.waitForURL(`${op.issuer}/session/end/success**`);
      assert.equal(await knows(world, page), false, "told by the back channel");
      await context.close();
    });

    test("SimpleSAMLphp's tile: accepted where the connection says so; elsewhere it begins a sign-in of ours, which ends the same; each for who is signed in there", async () => {
      for (const [number, name, username] of [["90212", "Tile", "frank@tile.example"], ["90213", "Asks", "gina@asks.example"]]) {
        const { context, page } = await open();
        const { "Identifier (Entity ID)": own } = await world.connection(number, name);
        await page.goto(`${idp.sso}?${new URLSearchParams({ spentityid: own })}`);
        await atSimpleSaml(page, username.split("@")[0], scripts);
        await through(page, `${world.app.origin}/start`, scripts);
        const { url, checks } = await world.request({ prompt: "none" });
        await page.goto(url);
        const { claims, person: found } = await arrived(world, page, checks);
        assert.deepEqual([claims.account, found.email], [number, username]);
        assert.deepEqual(page.trouble, []);
        await context.close();
      }
    });

    test("SimpleSAMLphp: somebody new is made by the first sign-in, once, and nobody of a domain that is not proved", async () => {
      const newcomer = scripts ? "henry@made.example" : "ida@made.example";
      const subjects = new Set();
      for (let times = 0; times < 2; times++) {
        const { context, page } = await open();
        const { claims } = await signIn(page, newcomer);
        assert.equal(claims.account, "90214");
        subjects.add(claims.sub);
        await context.close();
      }
      assert.equal(subjects.size, 1);
      const { context, page } = await open();
      await leave(world, page, newcomer, { base: idp.base });
      await atSimpleSaml(page, "alice", scripts);
      await page.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
      assert.match(await page.locator("main").innerText(), /idp\.domain_not_owned/);
      assert.equal(await knows(world, page), false);
      await context.close();
    });
  });
}
