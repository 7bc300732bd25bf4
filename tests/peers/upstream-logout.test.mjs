// Signing out with SimpleSAMLphp and oidc-provider, both ways: what ends there ends here, what ends here ends there, and nobody else's word ends anything.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startOpenIdProvider } from "./openid-provider.mjs";
import { startSimpleSaml } from "./simplesamlphp.mjs";
import { account, startUpstream } from "./upstream.mjs";
import { says } from "./walker.mjs";

const password = "password of a test";
const alice = { name: "alice", username: "alice@saml.example" }, erin = { name: "erin", username: "erin@oidc.example" };

let idp, op, world, slo;
before(async () => {
  idp = await startSimpleSaml([{ name: "alice", password, attributes: { uid: ["uid-alice"], mail: [alice.username] } }]);
  op = await startOpenIdProvider({ erin: { email: erin.username, email_verified: true } }, { byForm: true });
  world = await startUpstream([
    account({
      number: "80210", name: "Saml", domain: "saml.example", users: [alice.username],
      settings: `preset = "generic"\nsign_out_there = "always"\n[account.connection.settings.protocol.saml]\nidp_entity_id = "${idp.entityId}"\nsso_redirect = "${idp.sso}"\nslo_redirect = "${idp.slo}"
name_id_format = "email_address"\ncertificates = ["""\n${idp.certificate}"""]\n`,
    }),
    account({
      number: "80211", name: "Oidc", domain: "oidc.example", users: [erin.username],
      settings: `preset = "generic"\nsign_out_there = "always"\nmatching = { local = "username", remote = { named = "email" } }
[account.connection.settings.protocol.oidc]\nissuer = "${op.issuer}"\nclient_id = "homeward"\nuserinfo = true\n`,
    }),
  ]);
  const saml = await world.connection("80210", "Saml"), oidc = await world.connection("80211", "Oidc");
  slo = saml["Logout URL (single logout)"];
  await idp.introduce("Saml", await (await fetch(saml.metadata)).text());
  op.introduce([{
    client_id: "homeward", token_endpoint_auth_method: "none", redirect_uris: [oidc["redirect URI"]], post_logout_redirect_uris: [oidc["post-logout redirect URI"]],
    backchannel_logout_uri: oidc["back-channel logout URI"], backchannel_logout_session_required: true, grant_types: ["authorization_code"], response_types: ["code"],
  }]);
});
after(async () => { await idp?.stop(); await op?.stop(); assert.equal(await world?.stop(), 0); });

/** Signs in; the provider asks for a password only when it knows nobody. */
async function signIn(walker, { name, username }) {
  let { page, checks } = await world.leave(walker, username);
  const asked = !page.url.startsWith(world.callback);
  if (asked) page = await walker.submit(page, username === alice.username ? { username: name, password } : { login: name, password });
  assert.ok(page.url.startsWith(world.callback), says(page));
  const arrived = await world.arrived(page.url, checks);
  assert.equal(arrived.person.email, username);
  return { ...arrived, asked };
}

test("SimpleSAMLphp: who signs out of the application is signed out here and there", async () => {
  const walker = world.walker();
  const { idToken } = await signIn(walker, alice);
  assert.ok(await world.knows(walker));
  const end = await world.signOut(walker, idToken);
  assert.equal(end.url, `${world.app.origin}/?state=over`, says(end));
  assert.ok(walker.steps.some((step) => step.url.startsWith(idp.slo) && step.url.includes("SAMLRequest=") && step.url.includes("Signature=")));
  assert.ok(walker.steps.some((step) => step.url.startsWith(slo)), "its answer came back");
  assert.equal(await world.knows(walker), false);
  assert.ok((await signIn(walker, alice)).asked, "the provider has forgotten her, too");
});

test("SimpleSAMLphp: who signs out there is signed out here; its request counts signed and once", async () => {
  const walker = world.walker();
  await signIn(walker, alice);
  const end = await walker.open(`${idp.slo}?${new URLSearchParams({ ReturnTo: `${world.app.origin}/over` })}`);
  assert.equal(end.url, `${world.app.origin}/over`, says(end));
  assert.equal(await world.knows(walker), false);
  const request = new URL(walker.steps.find((step) => step.url.startsWith(slo)).url);
  assert.ok(request.searchParams.get("SAMLRequest") && request.searchParams.get("Signature"));
  // Somebody who has seen it sends it again, whole and without its signature.
  const other = world.walker();
  await signIn(other, alice);
  const unsigned = new URL(request);
  unsigned.searchParams.delete("Signature");
  unsigned.searchParams.delete("SigAlg");
  for (const url of [request, unsigned]) {
    const refused = await world.walker().request(url.href);
    assert.ok(refused.status >= 400, says(refused));
    assert.ok(await world.knows(other), "she stays signed in");
  }
});

/** oidc-provider asks the person before it ends the session. */
async function signOutThere(walker, page) {
  assert.ok(page.url.startsWith(op.issuer), says(page));
  return walker.submit(page, { xsrf: /name="xsrf" value="([^"]+)"/.exec(page.html)?.[1] }, "/session/end/confirm", { logout: "yes" });
}

test("oidc-provider: who signs out of the application is signed out here and there", async () => {
  const walker = world.walker();
  const { idToken } = await signIn(walker, erin);
  assert.ok(await world.knows(walker));
  const asked = await world.signOut(walker, idToken);
  assert.equal(await world.knows(walker), false, "here it is over before she answers there");
  const end = await signOutThere(walker, asked);
  assert.equal(end.url, `${world.app.origin}/?state=over`, says(end));
  assert.ok((await signIn(walker, erin)).asked, "the provider has forgotten her, too");
});

test("oidc-provider: who signs out there is signed out here, by the back channel", async () => {
  const [walker, other] = [world.walker(), world.walker()];
  await signIn(walker, erin);
  await signIn(other, erin);
  await signOutThere(walker, await walker.open(`${op.issuer}/session/end`));
  assert.equal(await world.knows(walker), false);
  assert.ok(await world.knows(other), "another session of hers, which the token does not name, goes on");
});
