// kill -9 between the steps of a sign-in: nothing that was acknowledged is lost, and no code works twice.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { startDemo } from "../browser/demo.mjs";
import { Browser } from "./browser.mjs";

let demo;
before(async () => { demo = await startDemo(); });
after(() => demo.stop());

const crash = async () => { await demo.kill(); demo = await startDemo(demo); };

async function token(form) {
  const answer = await fetch(`${demo.broker}/oauth2/token`, { method: "POST", body: new URLSearchParams({ client_id: "teamwork", ...form }) });
  return { status: answer.status, ...(await answer.json()) };
}

test("kill -9 between any two steps: the sign-in goes on, codes and refresh tokens work once", async () => {
  const verifier = randomBytes(32).toString("base64url");
  const redirect_uri = `${demo.app}/callback`;
  const url = `${demo.broker}/oauth2/authorize?${new URLSearchParams({
    client_id: "teamwork", redirect_uri, response_type: "code", scope: "openid email offline_access", nonce: "n", state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  })}`;
  const browser = new Browser(demo.broker);
  const first = await browser.go(url);
  await crash();
  const second = await browser.go(`${demo.broker}/signin/username`, { stage: browser.stage(first), username: "britta.simon@northwind.example" });
  await crash();
  const third = await browser.go(`${demo.broker}/signin/password`, { stage: browser.stage(second), password: "Kranich7!" });
  const on = /content="0; url=([^"]+)"/.exec(third.html)[1].replaceAll("&amp;", "&");
  await crash();
  const code = new URL((await browser.go(demo.broker + on)).location).searchParams.get("code");
  await crash();
  const tokens = await token({ grant_type: "authorization_code", code, redirect_uri, code_verifier: verifier });
  assert.equal(tokens.status, 200, JSON.stringify(tokens));
  await crash();
  const userinfo = await (await fetch(`${demo.broker}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).json();
  assert.equal(userinfo.email, "britta.simon@northwind.example");
  const next = await token({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
  assert.equal(next.status, 200);
  await crash();
  const again = await token({ grant_type: "authorization_code", code, redirect_uri, code_verifier: verifier });
  assert.equal(again.error, "invalid_grant", "the code worked before the crash");
  const revoked = await token({ grant_type: "refresh_token", refresh_token: next.refresh_token });
  assert.equal(revoked.error, "invalid_grant", "and its second use takes everything back");
});
