// How a request comes and its answer goes: pushed requests, answers by form, and applications that authenticate with a key.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import * as jose from "jose";
import * as oidc from "openid-client";
import { ann } from "../browser/broker.mjs";
import { noClient, startWorld } from "./applications.mjs";

let world;
before(async () => { world = await startWorld(); });
after(async () => assert.equal(await world.stop(), 0, "an interrupt ends the broker cleanly"));

const signIn = (url) => world.browser().signIn(url, ann.username, ann.password);
/** A page of ours that says what is wrong, to the person and to nobody else. */
const stays = (page, why) => assert.ok(page.status === 400 && page.location === null && !page.html.includes('name="code"'), `${why}: ${page.status} ${page.location}`);

test("OA-18: a pushed request works once, for the client that pushed it, and what stands beside it counts for nothing", async () => {
  const { params, checks } = await world.request();
  const url = await oidc.buildAuthorizationUrlWithPAR(world.ledger, params);
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"], "nothing of the request is in the address");
  const others = new URL(url);
  others.searchParams.set("client_id", "archive");
  stays(await world.browser().go(others), "another client's reference");
  url.searchParams.set("state", "other");
  url.searchParams.set("redirect_uri", "https://evil.example/callback");
  const answer = await signIn(url);
  assert.ok(answer.href.startsWith(`${world.callback}?`), answer.href);
  const tokens = await oidc.authorizationCodeGrant(world.ledger, answer, checks);
  assert.equal(tokens.claims().account, "40817");
  stays(await world.browser().go(url), "the same reference again");
});

test("OA-18: what is wrong with a request is told when it is pushed", async () => {
  const push = async (more, config = world.ledger) => oidc.buildAuthorizationUrlWithPAR(config, (await world.request(more)).params);
  const good = await push({});
  assert.equal((await world.browser().go(good)).status, 200);
  await assert.rejects(push({ redirect_uri: "https://evil.example/callback" }), { error: "invalid_request" });
  await assert.rejects(push({ code_challenge_method: "plain" }), { error: "invalid_request" });
  await assert.rejects(push({ response_type: "token" }), { error: "unsupported_response_type" });
  await assert.rejects(push({ request_uri: good.searchParams.get("request_uri") }), { error: "invalid_request" }, "a reference inside");
  await noClient(push({}, await world.client("ledger", oidc.None())), "nobody pushes in another's name");
  assert.equal((await fetch(`${world.broker.issuer}/oauth2/par`)).status, 405, "by POST only");
});

test("OA-18: who must push and does not is refused; who need not push may do both", async () => {
  const { params } = await world.request();
  stays(await world.browser().go(oidc.buildAuthorizationUrl(world.ledger, params)), "not pushed");
  for (const build of [oidc.buildAuthorizationUrl, oidc.buildAuthorizationUrlWithPAR]) {
    const { params, checks } = await world.request();
    const tokens = await oidc.authorizationCodeGrant(world.wiki, await signIn(await build(world.wiki, params)), checks);
    assert.equal((await oidc.fetchUserInfo(world.wiki, tokens.access_token, tokens.claims().sub)).email, ann.username);
  }
});

/** The form of a page that posts an answer, as the request that a browser would make of it. */
function formOf(page) {
  assert.equal(page.status, 200, page.html);
  const plain = (text) => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"');
  const to = plain(/<form[^>]* action="([^"]+)"/.exec(page.html)[1]);
  const fields = [...page.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, plain(value)]);
  const post = () => new Request(to, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(fields).toString() });
  return { to, fields: Object.fromEntries(fields), post, policy: page.headers.get("content-security-policy") };
}

test("OA-08: an answer by form, to the registered origin only, errors too", async () => {
  const { params, checks } = await world.request({ response_mode: "form_post" });
  const page = await world.browser().answer(await oidc.buildAuthorizationUrlWithPAR(world.ledger, params), ann.username, ann.password);
  const form = formOf(page);
  assert.equal(form.to, world.callback);
  assert.deepEqual(Object.keys(form.fields).sort(), ["code", "iss", "state"]);
  assert.equal(/(?:^|; ?)form-action ([^;]+)/.exec(form.policy)[1], world.app.origin, "that origin and no other, not even ours");
  assert.match(form.policy, /default-src 'none'.*frame-ancestors 'none'/);
  assert.match(page.headers.get("cache-control"), /no-store/);
  const tokens = await oidc.authorizationCodeGrant(world.ledger, form.post(), checks);
  assert.equal(tokens.claims().account, "40817");
  await assert.rejects(oidc.authorizationCodeGrant(world.ledger, form.post(), checks), { error: "invalid_grant" });

  const silent = await world.request({ response_mode: "form_post", prompt: "none" });
  const nobody = formOf(await world.browser().go(await oidc.buildAuthorizationUrlWithPAR(world.ledger, silent.params)));
  assert.equal(nobody.fields.iss, world.broker.issuer);
  await assert.rejects(oidc.authorizationCodeGrant(world.ledger, nobody.post(), silent.checks), { error: "login_required" });
});

test("OA-08: a mode that is not registered is refused by query, whatever it is called", async () => {
  for (const response_mode of ["form_post", "fragment", "jwt", "query.jwt", "web_message"]) {
    const { params, checks } = await world.request({ response_mode });
    const page = await world.browser().go(oidc.buildAuthorizationUrl(world.wiki, params));
    const answer = new URL(page.location);
    assert.equal(answer.hash, "");
    await assert.rejects(oidc.authorizationCodeGrant(world.wiki, answer, checks), { error: "invalid_request" }, response_mode);
  }
  const { params, checks } = await world.request({ response_mode: "query" });
  assert.ok((await oidc.authorizationCodeGrant(world.wiki, await signIn(oidc.buildAuthorizationUrl(world.wiki, params)), checks)).access_token);
});

test("OT-08: keys of both kinds authenticate at every endpoint; a wrong assertion spends nothing", async () => {
  for (const [config, alg] of [[world.ledger, "ES256"], [world.archive, "RS256"]]) {
    const tokens = await world.tokens(config);
    assert.equal(jose.decodeProtectedHeader(tokens.id_token).alg, alg);
    assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, true);
    const next = await oidc.refreshTokenGrant(config, tokens.refresh_token);
    await oidc.tokenRevocation(config, next.refresh_token);
    assert.equal((await oidc.tokenIntrospection(config, next.access_token)).active, false);
  }
  // The code stays good while others try, and it is the right client's in the end.
  const { params, checks } = await world.request();
  const answer = await signIn(oidc.buildAuthorizationUrl(world.archive, params));
  const another = await jose.generateKeyPair("RS256");
  const bent = {
    "another key": oidc.PrivateKeyJwt({ key: another.privateKey, kid: "archive-1" }),
    "an unknown key": oidc.PrivateKeyJwt({ key: another.privateKey, kid: "archive-2" }),
    "the ledger's key": oidc.PrivateKeyJwt({ key: world.keys.ledger.privateKey, kid: "ledger-1" }),
    "no key": oidc.None(),
  };
  for (const [why, authentication] of Object.entries(bent)) {
    await noClient(oidc.authorizationCodeGrant(await world.client("archive", authentication, "RS256"), answer, checks), why);
  }
  assert.equal((await oidc.authorizationCodeGrant(world.archive, answer, checks)).claims().aud, "archive");
});

test("OT-08: an assertion is for us alone, short, and used once", async () => {
  const { refresh_token } = await world.tokens(world.ledger);
  const now = Math.floor(Date.now() / 1000);
  const assertion = (claims = {}, key = world.keys.ledger.privateKey, header = { alg: "ES256", kid: "ledger-1" }) =>
    new jose.SignJWT({ iss: "ledger", sub: "ledger", aud: world.broker.issuer, iat: now, exp: now + 60, jti: randomUUID(), ...claims }).setProtectedHeader(header).sign(key);
  const ask = async (client_assertion) => world.post("introspect", {
    token: refresh_token, client_assertion, client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  });
  const once = await assertion();
  const first = await ask(once);
  assert.deepEqual([first.status, first.active, first.client_id], [200, true, "ledger"]);
  const unsigned = `${Buffer.from('{"alg":"none","kid":"ledger-1"}').toString("base64url")}.${once.split(".")[1]}.`;
  const wrong = {
    "used before": once,
    "for the token endpoint": await assertion({ aud: `${world.broker.issuer}/oauth2/token` }),
    "for us and somebody else": await assertion({ aud: [world.broker.issuer, "https://other.example"] }),
    "an hour long": await assertion({ exp: now + 3600 }),
    "over": await assertion({ iat: now - 120, exp: now - 60 }),
    "issued by another": await assertion({ iss: "archive" }),
    "without jti": await assertion({ jti: undefined }),
    "unsigned": unsigned,
    "signed with the public key as a secret": await assertion({}, Buffer.from(JSON.stringify(await jose.exportJWK(world.keys.ledger.publicKey))), { alg: "HS256", kid: "ledger-1" }),
  };
  for (const [why, text] of Object.entries(wrong)) {
    const answer = await ask(text);
    assert.deepEqual([answer.status, answer.error, answer.active], [401, "invalid_client", undefined], why);
  }
  assert.equal((await ask(await assertion())).active, true, "a new one works still");
});
