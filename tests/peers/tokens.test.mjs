// What becomes of tokens: used again, given back, asked about, shown to an API, fetched by a page, ended with the session.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as jose from "jose";
import * as oidc from "openid-client";
import { ann, ben } from "../browser/broker.mjs";
import { noClient, noToken, resource, startWorld } from "./applications.mjs";

let world;
before(async () => { world = await startWorld(); });
after(async () => assert.equal(await world.stop(), 0, "an interrupt ends the broker cleanly"));

/** Whether the application itself is told that a token counts. */
const counts = async (config, token) => (await oidc.tokenIntrospection(config, token)).active;
const over = { error: "invalid_grant" };

test("OT-11: a lost answer is given once more; a refresh token of two generations back ends the whole sign-in", async () => {
  const [tokens, others] = [await world.tokens(world.wiki), await world.tokens(world.wiki)];
  const next = await oidc.refreshTokenGrant(world.wiki, tokens.refresh_token);
  const again = await oidc.refreshTokenGrant(world.wiki, tokens.refresh_token);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  assert.equal(again.refresh_token, next.refresh_token, "the same successor within the ten seconds");
  const newest = await oidc.refreshTokenGrant(world.wiki, next.refresh_token);
  assert.equal((await oidc.fetchUserInfo(world.wiki, newest.access_token, tokens.claims().sub)).email, ann.username);
  await assert.rejects(oidc.refreshTokenGrant(world.wiki, tokens.refresh_token), over, "two generations back");
  for (const { refresh_token } of [tokens, next, newest]) await assert.rejects(oidc.refreshTokenGrant(world.wiki, refresh_token), over);
  for (const { access_token } of [tokens, next, again, newest]) {
    assert.equal(await counts(world.wiki, access_token), false);
    await assert.rejects(oidc.fetchUserInfo(world.wiki, access_token, tokens.claims().sub), noToken);
  }
  const kept = await oidc.refreshTokenGrant(world.wiki, others.refresh_token);
  assert.equal(kept.claims().sub, tokens.claims().sub, "the same person's other sign-in goes on");
});

test("OT-20: either token given back ends the grant; unknown ones, another client's and no proof end nothing", async () => {
  for (const given of ["access_token", "refresh_token"]) {
    const tokens = await world.tokens(world.wiki), sub = tokens.claims().sub;
    await oidc.tokenRevocation(world.wiki, "nothing of yours");
    await oidc.tokenRevocation(world.archive, tokens[given]);
    const stranger = await world.client("wiki", oidc.ClientSecretBasic("not the secret, but long enough to be"));
    await noClient(oidc.tokenRevocation(stranger, tokens[given]), given);
    assert.equal((await world.post("revoke", { token: tokens[given], client_id: "wiki" })).error, "invalid_client");
    assert.equal((await oidc.fetchUserInfo(world.wiki, tokens.access_token, sub)).email, ann.username, "all of that had no effect");
    const next = await oidc.refreshTokenGrant(world.wiki, tokens.refresh_token);
    await oidc.tokenRevocation(world.wiki, given === "access_token" ? tokens.access_token : next.refresh_token);
    await assert.rejects(oidc.refreshTokenGrant(world.wiki, next.refresh_token), over);
    for (const { access_token } of [tokens, next]) await assert.rejects(oidc.fetchUserInfo(world.wiki, access_token, sub), noToken);
    await oidc.tokenRevocation(world.wiki, tokens[given]);
  }
});

test("OT-21: a client learns of its own tokens and those it is registered for; of any other nothing, not even that it exists", async () => {
  const tokens = await world.tokens(world.ledger), sub = tokens.claims().sub;
  for (const config of [world.ledger, world.api]) {
    const told = await oidc.tokenIntrospection(config, tokens.access_token);
    assert.deepEqual([told.active, told.sub, told.client_id, told.iss], [true, sub, "ledger", world.broker.issuer]);
    assert.ok(told.scope.split(" ").includes("openid") && told.exp > Date.now() / 1000);
  }
  assert.equal(await counts(world.ledger, tokens.refresh_token), true);
  assert.deepEqual(await oidc.tokenIntrospection(world.api, tokens.refresh_token), { active: false }, "a refresh token is its client's alone");
  for (const token of [tokens.access_token, tokens.refresh_token, tokens.id_token, "nothing"]) {
    assert.deepEqual(await oidc.tokenIntrospection(world.wiki, token), { active: false });
  }
  const asked = (form) => world.post("introspect", { token: tokens.access_token, ...form });
  const right = await asked({ client_id: "api", client_secret: world.secrets.api });
  assert.deepEqual([right.status, right.active], [200, true]);
  assert.match(right.headers.get("cache-control"), /no-store/);
  for (const form of [{}, { client_id: "api" }, { client_id: "board" }, { client_id: "api", client_secret: world.secrets.wiki }]) {
    const answer = await asked(form);
    assert.deepEqual([answer.status, answer.error, answer.active], [401, "invalid_client", undefined], JSON.stringify(form));
  }
  await oidc.tokenRevocation(world.ledger, tokens.access_token);
  assert.deepEqual(await oidc.tokenIntrospection(world.api, tokens.access_token), { active: false });
});

test("OT-30: an API verifies an access token by the published keys; no kind of token is taken for another", async () => {
  const tokens = await world.tokens(world.ledger);
  const issuer = world.broker.issuer, algorithms = ["ES256"];
  const verify = (token, audience, typ) => jose.jwtVerify(token, world.jwks, { issuer, audience, typ, algorithms, maxTokenAge: "5m" });
  const { payload, protectedHeader } = await verify(tokens.access_token, resource, "at+jwt");
  assert.equal(protectedHeader.typ, "at+jwt");
  assert.deepEqual([payload.aud, payload.client_id, payload.sub], [resource, "ledger", tokens.claims().sub]);
  assert.ok(payload.jti && payload.exp - payload.iat <= 300 && payload.scope.split(" ").includes("openid"));
  assert.deepEqual(["email", "name", "nonce"].filter((name) => name in payload), [], "nothing of the person that nobody needs");
  await assert.rejects(verify(tokens.access_token, "ledger"), { claim: "aud" }, "no ID token of the client");
  await verify(tokens.id_token, "ledger");
  await assert.rejects(verify(tokens.id_token, resource, "at+jwt"), "an ID token opens no API");
  const [head, , signature] = tokens.access_token.split(".");
  const bent = [head, Buffer.from(JSON.stringify({ ...payload, sub: "somebody" })).toString("base64url"), signature].join(".");
  await assert.rejects(verify(bent, resource, "at+jwt"), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  assert.equal(await counts(world.ledger, bent), false);
  assert.equal(await counts(world.ledger, tokens.access_token), true);

  const plain = await world.tokens(world.wiki);
  assert.equal((await oidc.fetchUserInfo(world.wiki, plain.access_token, plain.claims().sub)).email, ann.username);
  for (const token of [tokens.access_token, tokens.id_token, plain.id_token, plain.refresh_token]) {
    await assert.rejects(oidc.fetchUserInfo(world.wiki, token, oidc.skipSubjectCheck), noToken);
  }
  const out = await world.browser().go(`${issuer}/oauth2/logout?${new URLSearchParams({ id_token_hint: tokens.access_token, post_logout_redirect_uri: `${world.app.origin}/` })}`);
  assert.ok(!out.html.includes(`0; url=${world.app.origin}`), "no hint either");
  assert.ok((await oidc.refreshTokenGrant(world.ledger, tokens.refresh_token)).access_token, "and nothing ended");
});

const open = "access-control-allow-origin";

test("OT-23: pages of a registered origin may read tokens, and those of no other; nobody may with cookies, or at other endpoints", async () => {
  const own = world.app.origin, issuer = world.broker.issuer;
  const port = (d) => (Number(d) + 1) % 10;
  const strange = [
    "https://evil.example", own.replace("http:", "https:"), own.replace(/\d$/, port), `${own}.evil.example`, `${own}/`, own.toUpperCase(), "http://app.localhost",
    issuer, "null", "*",
  ];
  let { refresh_token } = await world.tokens(world.board);
  const refresh = async (origin) => {
    const answer = await world.post("token", { grant_type: "refresh_token", refresh_token, client_id: "board" }, { origin });
    assert.equal(answer.status, 200, JSON.stringify(answer));
    ({ refresh_token } = answer);
    return answer;
  };
  const noCookies = (headers) => assert.equal(headers.get("access-control-allow-credentials"), null);
  const answer = await refresh(own);
  assert.equal(answer.headers.get(open), own);
  assert.match(answer.headers.get("vary"), /Origin/);
  noCookies(answer.headers);
  for (const origin of strange) {
    const { headers } = await refresh(origin);
    assert.equal(headers.get(open), null, origin);
    assert.match(headers.get("vary"), /Origin/, "no cache mixes the two up");
  }
  const refused = await world.post("token", { grant_type: "refresh_token", refresh_token: "none", client_id: "board" }, { origin: own });
  assert.deepEqual([refused.status, refused.error, refused.headers.get(open)], [400, "invalid_grant", own], "an error can be read too");

  const userinfo = async (origin) => fetch(`${issuer}/oauth2/userinfo`, { headers: { origin, authorization: `Bearer ${answer.access_token}` } });
  for (const read of [userinfo, ...["/oauth2/jwks", "/.well-known/openid-configuration"].map((where) => (origin) => fetch(issuer + where, { headers: { origin } }))]) {
    const good = await read(own);
    assert.deepEqual([good.status, good.headers.get(open)], [200, own]);
    noCookies(good.headers);
    for (const origin of strange) assert.equal((await read(origin)).headers.get(open), null, origin);
  }
  const revoke = (origin) => world.post("revoke", { token: "none", client_id: "board" }, { origin });
  assert.equal((await revoke(own)).headers.get(open), own);
  for (const origin of strange) assert.equal((await revoke(origin)).headers.get(open), null, origin);
  const preflight = (where, origin) => fetch(issuer + where, {
    method: "OPTIONS", headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" },
  });
  const { headers } = await preflight("/oauth2/token", own);
  assert.equal(headers.get(open), own);
  assert.match(headers.get("access-control-allow-methods"), /POST/);
  assert.match(headers.get("access-control-allow-headers"), /authorization.*content-type/);
  noCookies(headers);
  for (const origin of strange) assert.equal((await preflight("/oauth2/token", origin)).headers.get(open), null, origin);
  for (const where of ["/oauth2/authorize", "/oauth2/logout", "/oauth2/introspect", "/oauth2/par", "/signin", "/account"]) {
    assert.equal((await preflight(where, own)).headers.get(open), null, where);
    assert.equal((await fetch(issuer + where, { headers: { origin: own }, redirect: "manual" })).headers.get(open), null, where);
  }
});

const event = "http://schemas.openid.net/event/backchannel-logout";

/** What a relying party checks of a logout token (Back-Channel Logout 1.0, 2.6). */
async function told(config, algorithm) {
  const client = config.clientMetadata().client_id;
  const { form, headers } = await world.app.posted(`/${client}/logged-out`);
  assert.match(headers["content-type"], /^application\/x-www-form-urlencoded/);
  assert.deepEqual([...form.keys()], ["logout_token"]);
  const token = form.get("logout_token");
  const rules = { issuer: world.broker.issuer, audience: client, typ: "logout+jwt", algorithms: [algorithm], maxTokenAge: "2m", requiredClaims: ["exp", "iat", "jti", "sub", "events"] };
  const { payload } = await jose.jwtVerify(token, world.jwks, rules);
  assert.equal(payload.aud, client, "for one application");
  assert.deepEqual(payload.events, { [event]: {} });
  assert.ok(!("nonce" in payload) && payload.exp - payload.iat <= 120);
  return { token, payload, rules };
}

test("OL-07: a sign-out is told to every application of that session by a token that says whose it was, and nothing more", async () => {
  const [here, there, bens] = [world.browser(), world.browser(), world.browser()];
  const ledger = await world.tokens(world.ledger, { browser: here });
  const wiki = await world.tokens(world.wiki, { browser: there });
  const other = await world.tokens(world.wiki, { browser: bens, who: ben });
  const { params, checks } = await world.request({ prompt: "none" });
  const archive = await oidc.authorizationCodeGrant(world.archive, new URL((await here.go(oidc.buildAuthorizationUrl(world.archive, params))).location), checks);
  assert.equal(archive.claims().sid, ledger.claims().sid, "one session");
  const page = await here.go(oidc.buildEndSessionUrl(world.ledger, { id_token_hint: ledger.id_token, post_logout_redirect_uri: `${world.app.origin}/`, state: "bye" }));
  assert.match(page.html, new RegExp(`0; url=${world.app.origin}/\\?state=bye`));

  const first = await told(world.ledger, "ES256");
  assert.deepEqual([first.payload.sid, first.payload.sub], [ledger.claims().sid, ledger.claims().sub]);
  const second = await told(world.archive, "RS256");
  assert.deepEqual([second.payload.sid, second.payload.sub], [undefined, ledger.claims().sub], "registered to hear of the person only");
  assert.notEqual(first.payload.jti, second.payload.jti);
  await assert.rejects(oidc.refreshTokenGrant(world.ledger, ledger.refresh_token), over);
  await assert.rejects(jose.jwtVerify(ledger.id_token, world.jwks, first.rules), { code: "ERR_JWT_CLAIM_VALIDATION_FAILED" }, "an ID token is no logout token");

  // And a logout token is nothing else.
  assert.deepEqual(await oidc.tokenIntrospection(world.ledger, first.token), { active: false });
  await assert.rejects(oidc.fetchUserInfo(world.wiki, first.token, oidc.skipSubjectCheck), noToken);
  const out = (id_token_hint) => there.go(`${world.broker.issuer}/oauth2/logout?${new URLSearchParams({ id_token_hint, post_logout_redirect_uri: `${world.app.origin}/` })}`);
  assert.ok(!(await out(first.token)).html.includes(`0; url=${world.app.origin}`), "no hint");
  assert.ok((await oidc.refreshTokenGrant(world.wiki, wiki.refresh_token)).access_token, "her other session goes on");
  assert.equal(world.app.left("/wiki/logged-out"), 0, "and nobody was told that it had ended");

  assert.match((await out(wiki.id_token)).html, new RegExp(`0; url=${world.app.origin}/`));
  const third = await told(world.wiki, "ES256");
  assert.deepEqual([third.payload.sid, third.payload.sub], [wiki.claims().sid, wiki.claims().sub]);
  assert.ok((await oidc.refreshTokenGrant(world.wiki, other.refresh_token)).access_token, "nor has anything of somebody else's");
});
