// Organisations with npm oidc-provider: the code flow through both providers, and everything that must not sign anybody in.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { startOpenIdProvider } from "./openid-provider.mjs";
import { account, startUpstream } from "./upstream.mjs";
import { says } from "./walker.mjs";

const person = (email, more = {}) => ({ email, email_verified: true, preferred_username: email, ...more });
const people = {
  alice: person("alice@customer.example", { given_name: "Alice", family_name: "Ábel", name: "Alice Ábel", groups: ["staff", "board"], roles: ["admin"] }),
  bob: person("bob@customer.example"),
  carol: person("carol@created.example", { given_name: "Carol", family_name: "Reed" }),
  dave: person("dave@pinned.example"),
  erin: person("erin@secret.example"),
  frank: person("frank@renamed.example"),
  heidi: person("heidi@keyed.example"),
  ivan: person("ivan@posted.example"),
  judy: person("judy@unknown-key.example"),
  grace: person("grace@customer.example", { email_verified: false }),
};
const connections = [["60210", "Customer"], ["60211", "Created"], ["60212", "Pinned"], ["60213", "Secret"], ["60214", "Renamed"], ["60215", "Keyed"], ["60216", "Posted"], ["60217", "Unknown key"]];
const secret = randomBytes(32).toString("base64url");
const ownKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });

let op, world;
before(async () => {
  op = await startOpenIdProvider(people);
  const settings = (protocol, { more = "", issuer = op.issuer, client = "public" } = {}) => `preset = "generic"\n${more}
[account.connection.settings.matching]\nlocal = "username"\nremote = { named = "email" }
[account.connection.settings.mapping]\ngiven_name = "given_name"\nfamily_name = "family_name"\ngroups = "groups"\nroles = "roles"
[account.connection.settings.protocol.oidc]\nissuer = "${issuer}"\nclient_id = "${client}"\nscopes = ["openid", "profile", "email", "groups"]\nuserinfo = true\n${protocol}\n`;
  world = await startUpstream([
    account({ number: "60210", name: "Customer", domain: "customer.example", users: ["alice@customer.example", "grace@customer.example"], settings: settings("", { client: "confidential" }) }),
    account({ number: "60211", name: "Created", domain: "created.example", settings: settings("", { more: 'jit = "create"' }) }),
    account({ number: "60212", name: "Pinned", domain: "pinned.example", users: ["dave@pinned.example"], settings: settings('algorithms = ["ES256"]') }),
    account({ number: "60213", name: "Secret", domain: "secret.example", users: ["erin@secret.example"], settings: settings("", { client: "confidential" }) }),
    account({ number: "60214", name: "Renamed", domain: "renamed.example", users: ["frank@renamed.example"], settings: settings("", { issuer: `${op.issuer}/` }) }),
    account({ number: "60215", name: "Keyed", domain: "keyed.example", users: ["heidi@keyed.example"], settings: settings("", { client: "keyed" }) }),
    account({ number: "60216", name: "Posted", domain: "posted.example", users: ["ivan@posted.example"], settings: settings("", { client: "posted" }) }),
    account({ number: "60217", name: "Unknown key", domain: "unknown-key.example", users: ["judy@unknown-key.example"], settings: settings("", { client: "keyed" }) }),
  ]);
  await world.broker.homeward(["connection", "secret", "60210", "Customer"], secret);
  await world.broker.homeward(["connection", "secret", "60213", "Secret"], `${secret}x`);
  await world.broker.homeward(["connection", "secret", "60216", "Posted", "--method", "post"], secret);
  // The provider gets the public half of the key that is made here; of another one it knows nothing.
  const { jwk } = await world.broker.homeward(["connection", "client-key", "60215", "Keyed", "--yes"]);
  assert.deepEqual([jwk.alg, jwk.use, jwk.d], ["RS256", "sig", undefined]);
  await world.broker.homeward(["connection", "client-key", "60217", "Unknown key", "--stdin", "--algorithm", "es256", "--key-id", jwk.kid], ownKey);
  const redirect_uris = await Promise.all(connections.map(async (one) => (await world.connection(...one))["redirect URI"]));
  const common = { redirect_uris, grant_types: ["authorization_code"], response_types: ["code"] };
  op.introduce([
    { client_id: "public", token_endpoint_auth_method: "none", ...common }, { client_id: "confidential", client_secret: secret, ...common },
    { client_id: "keyed", token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [jwk] }, ...common },
    { client_id: "posted", token_endpoint_auth_method: "client_secret_post", client_secret: secret, ...common },
  ]);
});
after(async () => { await op?.stop(); assert.equal(await world?.stop(), 0); });

async function signIn(walker, username, { name = username.split("@")[0], more } = {}) {
  const { page, checks } = await world.leave(walker, username, more);
  assert.ok(page.url.startsWith(op.issuer), says(page));
  return { page: await walker.submit(page, { login: name, password: "any" }), checks };
}

async function signsIn(walker, username, more) {
  const { page, checks } = await signIn(walker, username, more);
  assert.ok(page.url.startsWith(world.callback), says(page));
  return world.arrived(page.url, checks);
}

test("code flow with a secret: the right person with names, groups and roles; documents and keys are fetched once", async () => {
  const { claims, person: alice } = await signsIn(world.walker(), "alice@customer.example");
  assert.equal(claims.account, "60210");
  assert.deepEqual([alice.email, alice.name, alice.groups, alice.roles], ["alice@customer.example", "Alice Ábel", ["board", "staff"], ["admin"]]);
  const fetched = () => [op.asked("GET /.well-known/openid-configuration"), op.asked("GET /jwks")];
  const before = fetched();
  const again = await signsIn(world.walker(), "alice@customer.example");
  assert.equal(again.claims.sub, claims.sub);
  assert.deepEqual(fetched(), before);
});

test("the person is known by `sub`: a changed address moves nobody, and nobody takes over a name", async () => {
  const { claims } = await signsIn(world.walker(), "alice@customer.example");
  const { alice, bob } = people;
  people.alice = { ...alice, email: "alice.new@customer.example" };
  assert.equal((await signsIn(world.walker(), "alice@customer.example")).claims.sub, claims.sub);
  // Somebody new gets the old address (OE-07).
  people.bob = { ...bob, email: "alice@customer.example" };
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "alice@customer.example", { name: "bob" })).page, "names.bound_elsewhere");
  Object.assign(people, { alice, bob });
});

test("JIT off: nobody unknown comes in; JIT on: they are made, by a public client", async () => {
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "bob@customer.example")).page, "names.unknown_user");
  const { claims, person: carol } = await signsIn(world.walker(), "carol@created.example");
  assert.deepEqual([claims.account, carol.email, carol.name], ["60211", "carol@created.example", "Carol Reed"]);
  const other = world.walker();
  await world.refused(other, (await signIn(other, "carol@created.example", { name: "bob" })).page, "idp.domain_not_owned");
});

test("an address that the provider does not vouch for names nobody", async () => {
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "grace@customer.example")).page, "idp.email_not_verified");
  people.grace = { ...people.grace, email_verified: true };
  assert.equal((await signsIn(world.walker(), "grace@customer.example")).person.email, "grace@customer.example");
});

test("another algorithm than the pinned one, a wrong secret: refused", async () => {
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "dave@pinned.example")).page, "jws.algorithm");
  const other = world.walker();
  await world.refused(other, (await signIn(other, "erin@secret.example")).page, "token.client_refused");
});

test("a key in place of a secret, and a secret in the form: the right person; a key that the provider does not know: refused", async () => {
  for (const [username, account] of [["heidi@keyed.example", "60215"], ["ivan@posted.example", "60216"]]) {
    const { claims, person } = await signsIn(world.walker(), username);
    assert.deepEqual([claims.account, person.email], [account, username]);
  }
  const walker = world.walker();
  await world.refused(walker, (await signIn(walker, "judy@unknown-key.example")).page, "token.client_refused");
});

test("an issuer that differs by one character is another one: nobody is sent there", async () => {
  const walker = world.walker();
  const { page } = await world.leave(walker, "frank@renamed.example");
  assert.ok(page.url.startsWith(world.broker.issuer));
  await world.refused(walker, page, "provider.issuer_differs", "signin.not_sent");
});

test("a code of another sign-in is refused: by its browser, and by PKCE", async () => {
  const walker = world.walker();
  const { page } = await world.leave(walker, "alice@customer.example");
  walker.until = world.broker.issuer;
  const held = new URL((await walker.submit(page, { login: "alice", password: "any" })).url);
  assert.ok(held.searchParams.get("code"), held.href);
  const stranger = world.walker();
  await world.refused(stranger, await stranger.open(held.href), "request.other_browser");
  // The stranger's own sign-in with Alice's code.
  const { page: own } = await world.leave(stranger, "alice@customer.example");
  stranger.until = world.broker.issuer;
  const mixed = new URL((await stranger.submit(own, { login: "bob", password: "any" })).url);
  mixed.searchParams.set("code", held.searchParams.get("code"));
  stranger.until = world.app.origin;
  await world.refused(stranger, await stranger.open(mixed.href), "token.code_refused");
});
