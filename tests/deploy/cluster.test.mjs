// Three brokers as processes on one PostgreSQL and one Redis, and what happens when any of these is killed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Wanderer, cluster, everywhere } from "./cluster.mjs";
import { ann, issuer } from "./lib.mjs";

test("OT-02, LG-09: a broker is killed after every hop of a sign-in, and nobody notices; a limit is the same at every broker that is left", async (t) => {
  const { next } = await cluster(t);
  const visitor = new Wanderer(next);
  const { claims } = await visitor.signIn();
  assert.deepEqual([claims.iss, claims.account], [issuer, "40817"]);
  assert.equal(visitor.hops, 5);
  const guessing = new Wanderer(next);
  const asked = { client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", response_type: "code", scope: "openid", nonce: "n", state: "s", code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
  const first = await guessing.go(`/oauth2/authorize?${new URLSearchParams(asked)}`);
  const page = await guessing.go("/signin/username", { stage: guessing.stage(first), username: "nobody@northwind.example" });
  const told = [];
  for (let tries = 0; tries < 6; tries++) told.push((await guessing.go("/signin/password", { stage: guessing.stage(page), password: "Falsch-12" })).status);
  assert.deepEqual(told, [200, 200, 200, 200, 200, 429]);
});

test("LG-09: while Redis or PostgreSQL is killed nobody signs in, each broker says so at once, and everything goes on by itself", async (t) => {
  const { brokers, database, counters, next } = await cluster(t);
  assert.ok((await new Wanderer(next, false).signIn()).claims);
  for (const part of [counters, database]) {
    await part.kill();
    await everywhere(brokers, 503);
    const visitor = new Wanderer(next, false);
    const page = await visitor.go("/oauth2/authorize?client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example.com%2Fcallback&response_type=code&scope=openid&nonce=n&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
    const refused = page.status === 200 ? await visitor.go("/signin/username", { stage: visitor.stage(page), username: ann.username }) : page;
    assert.deepEqual([refused.status, refused.headers["retry-after"]], [503, "5"]);
    assert.match(refused.html, /Sign-in is not available just now/);
    await part.begin();
    await everywhere(brokers, 200);
    assert.ok((await new Wanderer(next, false).signIn()).claims, "it goes on");
  }
});
