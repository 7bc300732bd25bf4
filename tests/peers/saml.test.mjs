// Organisations with SimpleSAMLphp: signed, encrypted, mapped, and everything that must not sign anybody in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startSimpleSaml } from "./simplesamlphp.mjs";
import { account, startUpstream } from "./upstream.mjs";
import { says } from "./walker.mjs";

const password = "password of a test";
const mail = "urn:oid:0.9.2342.19200300.100.1.3";
const person = (name, address, more = {}) => ({ name, password, attributes: { uid: [`uid-${name}`], mail: [address], ...more } });
const people = [
  person("alice", "alice@customer.example", { givenName: ["Alice"], sn: ["Ábel & <Sons>"], groups: ["staff", "board"], roles: ["admin", "operator"] }),
  person("bob", "bob@customer.example"),
  person("carol", "carol@created.example", { givenName: ["Carol"], sn: ["Reed"], groups: ["staff"] }),
  person("dave", "dave@stranger.example"),
  person("erin", "erin@renamed.example"),
  person("frank", "frank@tile.example"),
];

let idp, world;
before(async () => {
  idp = await startSimpleSaml(people);
  const settings = (protocol, { more = "", entityId = idp.entityId, certificate = idp.certificate, to = "sso_redirect", named = 'name_id_format = "email_address"' } = {}) => `preset = "generic"\n${more}
[account.connection.settings.mapping]\ngiven_name = "urn:oid:2.5.4.42"\nfamily_name = "urn:oid:2.5.4.4"\ngroups = "groups"\nroles = "roles"
[account.connection.settings.protocol.saml]\nidp_entity_id = "${entityId}"\n${to} = "${idp.sso}"\n${named}\n${protocol}\ncertificates = ["""\n${certificate}"""]\n`;
  world = await startUpstream([
    account({ number: "50210", name: "Customer", domain: "customer.example", users: ["alice@customer.example"], settings: settings('signed = "both"') }),
    account({ number: "50211", name: "Created", domain: "created.example", settings: settings('signed = "assertion"', { more: 'jit = "create"', to: "sso_post" }) }),
    account({ number: "50212", name: "Stranger", domain: "stranger.example", users: ["dave@stranger.example"], settings: settings("", { certificate: idp.stranger }) }),
    account({ number: "50213", name: "Renamed", domain: "renamed.example", users: ["erin@renamed.example"], settings: settings("", { entityId: `${idp.entityId}/other` }) }),
    account({ number: "50214", name: "Tile", domain: "tile.example", users: ["frank@tile.example"], more: 'default_application = "portal"', settings: settings("", { more: `idp_initiated = "accept"\nmatching = { local = "username", remote = { named = "${mail}" } }`, named: "" }) }),
  ]);
  for (const [number, name] of [["50210", "Customer"], ["50211", "Created"], ["50212", "Stranger"], ["50213", "Renamed"], ["50214", "Tile"]]) {
    const { metadata } = await world.connection(number, name);
    await idp.introduce(name, await (await fetch(metadata)).text());
  }
});
after(async () => { await idp?.stop(); assert.equal(await world?.stop(), 0); });

/** From the application to SimpleSAMLphp and back, as far as it leads. */
async function signIn(walker, username, { name = username.split("@")[0], more } = {}) {
  const { page, checks } = await world.leave(walker, username, more);
  assert.ok(page.url.startsWith(idp.base), `${says(page)}\n${await idp.log()}`);
  return { page: await walker.submit(page, { username: name, password }), checks };
}

async function signsIn(walker, username, more) {
  const { page, checks } = await signIn(walker, username, more);
  assert.ok(page.url.startsWith(world.callback), `${says(page)}\n${await idp.log()}`);
  return world.arrived(page.url, checks);
}

/** What the provider sent, as XML. */
const sent = (walker) => Buffer.from(walker.posted("SAMLResponse").form.SAMLResponse, "base64").toString();

test("signed response and assertion, by redirect and POST: the right person with names, groups and roles", async () => {
  const walker = world.walker();
  const { claims, person: alice } = await signsIn(walker, "alice@customer.example");
  assert.equal(claims.account, "50210");
  assert.deepEqual([alice.email, alice.name, alice.groups], ["alice@customer.example", "Alice Ábel & <Sons>", ["board", "staff"]]);
  // ST-15: roles of the installation do not come from outside.
  assert.ok(alice.roles.includes("admin") && !alice.roles.includes("operator"), JSON.stringify(alice.roles));
  assert.equal(sent(walker).match(/<ds:Signature /g).length, 2);
  // The request was signed, and the provider insists on that.
  const request = new URL(walker.steps.find((step) => step.url.startsWith(idp.sso)).url).searchParams;
  assert.ok(request.get("Signature") && request.get("SigAlg").endsWith("#rsa-sha256"));
  const again = await signsIn(world.walker(), "alice@customer.example");
  assert.equal(again.claims.sub, claims.sub);
});

test("the same answer works once, and only in the browser that asked", async () => {
  const walker = world.walker();
  await signsIn(walker, "alice@customer.example");
  const { url, form } = walker.posted("SAMLResponse");
  const stranger = world.walker();
  await world.refused(stranger, await stranger.on(await stranger.request(url, { form, from: idp.base })), "replay.used");
  // Nobody has used this one yet; it ends in a browser that did not ask.
  const asked = world.walker();
  const { page } = await world.leave(asked, "alice@customer.example");
  asked.until = world.broker.issuer;
  const held = await asked.submit(page, { username: "alice", password });
  const other = world.walker();
  const ended = await other.on(await other.request(held.url, { form: held.form, from: idp.base }));
  assert.equal(ended.status, 400, says(ended));
  assert.equal(await world.knows(other), false);
});

test("encrypted: inside a signed response it is opened, without one the old cipher is refused", async () => {
  await idp.set({ encrypt: true });
  const walker = world.walker();
  const { claims, person: alice } = await signsIn(walker, "alice@customer.example");
  assert.deepEqual([claims.account, alice.email], ["50210", "alice@customer.example"]);
  assert.ok(sent(walker).includes("EncryptedAssertion") && !sent(walker).includes("alice@customer.example"));
  await idp.set({ encrypt: true, sign_response: false });
  const bare = world.walker();
  await world.refused(bare, (await signIn(bare, "carol@created.example")).page, "enc.cbc_refused");
  await idp.set({});
});

test("what the connection demands to be signed is signed", async () => {
  await idp.set({ sign_response: false });
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "alice@customer.example")).page, "sig.both_demanded");
  await idp.set({ sign_assertion: false });
  // Our metadata asks for it, and that is stronger there.
  const other = world.walker();
  await signsIn(other, "alice@customer.example");
  assert.equal(sent(other).match(/<ds:Signature /g).length, 2);
  for (const algorithm of ["rsa-sha384", "rsa-sha512"]) {
    await idp.set({ algorithm });
    assert.equal((await signsIn(world.walker(), "alice@customer.example")).person.email, "alice@customer.example");
  }
  await idp.set({});
});

test("JIT off: nobody unknown comes in; JIT on: they are made, with a request by POST", async () => {
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "bob@customer.example")).page, "names.unknown_user");
  const first = world.walker();
  const { claims, person: carol } = await signsIn(first, "carol@created.example");
  assert.deepEqual([claims.account, carol.email, carol.name, carol.groups], ["50211", "carol@created.example", "Carol Reed", ["staff"]]);
  assert.ok(first.posted("SAMLRequest"));
  // Somebody of another organisation at the same provider: not inside the domains that this account has proved.
  const other = world.walker();
  await world.refused(other, (await signIn(other, "carol@created.example", { name: "bob" })).page, "idp.domain_not_owned");
});

test("another person at the provider than the one who was typed: the application learns who it really is", async () => {
  const { person: alice } = await signsIn(world.walker(), "bob@customer.example", { name: "alice" });
  assert.equal(alice.email, "alice@customer.example");
});

test("another certificate, another entity ID: refused", async () => {
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "dave@stranger.example")).page, "sig.untrusted_key");
  const other = world.walker();
  await world.refused(other, (await signIn(other, "erin@renamed.example")).page, "issuer.unexpected");
});

test("the provider's tile: an answer for us signs in, one for another service provider does not", async () => {
  const { "Identifier (Entity ID)": own, "Reply URL (ACS)": acs } = await world.connection("50214", "Tile");
  const tile = async (walker, entityId) => walker.submit(await walker.open(`${idp.sso}?${new URLSearchParams({ spentityid: entityId })}`), { username: "frank", password });
  const walker = world.walker();
  const page = await tile(walker, own);
  assert.equal(page.url, `${world.app.origin}/start`, says(page));
  // Known by a persistent name, found by an attribute.
  assert.match(sent(walker), /nameid-format:persistent">uid-frank</);
  const { url: back, checks } = await world.request({ prompt: "none" }).then(async ({ url, checks }) => ({ url: (await walker.open(url)).url, checks }));
  assert.equal((await world.arrived(back, checks)).person.email, "frank@tile.example");
  // The same provider signs an answer for somebody else, who hands it on to us.
  await idp.introduce("elsewhere", `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://elsewhere.example"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${acs}"/></md:SPSSODescriptor></md:EntityDescriptor>`);
  const other = world.walker();
  await world.refused(other, await tile(other, "https://elsewhere.example"), "audience.unexpected");
});
