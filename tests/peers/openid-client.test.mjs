// A real application: npm openid-client, a certified relying party, signs in through the broker; it refuses what is not right.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import * as oidc from "openid-client";
import { startDemo } from "../browser/demo.mjs";
import { Browser } from "./browser.mjs";

let demo, config;
before(async () => {
  demo = await startDemo();
  config = await oidc.discovery(new URL(demo.broker), "teamwork", { id_token_signed_response_alg: "ES256" }, oidc.None(), { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] });
});
after(() => demo.stop());

async function request(more = {}) {
  const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState(), nonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${demo.app}/callback`, scope: "openid profile email groups offline_access", code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256", state, nonce, ...more,
  });
  return { url, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true } };
}

test("discovery, code flow, userinfo: the library accepts every part, and it is the right person", async () => {
  const browser = new Browser(demo.broker);
  const { url, checks } = await request();
  const answer = await browser.signIn(url, "britta.simon@northwind.example", "Kranich7!");
  const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
  const claims = tokens.claims();
  assert.equal(claims.account, "40817");
  assert.deepEqual(claims.amr, ["pwd"]);
  const hash = createHash("sha256").update(tokens.access_token).digest().subarray(0, 16).toString("base64url");
  assert.equal(claims.at_hash, hash);
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(userinfo.email, "britta.simon@northwind.example");
  assert.equal(userinfo.name, "Britta Simon");
  await assert.rejects(oidc.authorizationCodeGrant(config, answer, checks), { error: "invalid_grant" }, "OT-01: a code works once");
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, claims.sub), "and takes back what it gave");
});

test("a mixed-up answer is refused by the library: state, nonce, issuer", async () => {
  const browser = new Browser(demo.broker);
  const { url, checks } = await request();
  const answer = await browser.signIn(url, "britta.simon@northwind.example", "Kranich7!");
  for (const [name, value] of [["state", "other"], ["iss", "https://evil.example"]]) {
    const bent = new URL(answer);
    bent.searchParams.set(name, value);
    await assert.rejects(oidc.authorizationCodeGrant(config, bent, checks), name);
  }
  await assert.rejects(oidc.authorizationCodeGrant(config, answer, { ...checks, expectedNonce: "other" }), "nonce");
});

test("refresh rotates; an old token within ten seconds gives the same successor", async () => {
  const browser = new Browser(demo.broker);
  const { url, checks } = await request();
  const tokens = await oidc.authorizationCodeGrant(config, await browser.signIn(url, "britta.simon@northwind.example", "Kranich7!"), checks);
  const next = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  assert.equal(next.claims().sub, tokens.claims().sub);
  const again = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(again.refresh_token, next.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(config, `${next.refresh_token}x`), { error: "invalid_grant" });
});

test("prompt=none, max_age and sign-out", async () => {
  const browser = new Browser(demo.broker);
  const silent = async () => {
    const { url, checks } = await request({ prompt: "none" });
    return { answer: new URL((await browser.go(url)).location), checks };
  };
  const nobody = await silent();
  await assert.rejects(oidc.authorizationCodeGrant(config, nobody.answer, nobody.checks), { error: "login_required" });
  const { url, checks } = await request({ max_age: "600" });
  const tokens = await oidc.authorizationCodeGrant(config, await browser.signIn(url, "britta.simon@northwind.example", "Kranich7!"), { ...checks, maxAge: 600 });
  const known = await silent();
  const silently = await oidc.authorizationCodeGrant(config, known.answer, known.checks);
  assert.equal(silently.claims().sub, tokens.claims().sub);
  const out = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: `${demo.app}/`, state: "bye" });
  const page = await browser.go(out);
  assert.match(page.html, new RegExp(`0; url=${demo.app}/\\?state=bye`));
  const gone = await silent();
  await assert.rejects(oidc.authorizationCodeGrant(config, gone.answer, gone.checks), { error: "login_required" });
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), { error: "invalid_grant" });
});
