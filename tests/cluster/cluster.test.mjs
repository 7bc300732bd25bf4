// Three brokers as processes on one PostgreSQL and one Redis, and what happens when any of these is killed.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Wanderer, cluster, everywhere, redis } from "./cluster.mjs";
import { Visitor, ann, end, issuer } from "../deploy/lib.mjs";

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
    // Redis is away for all: requests are sent to them all the same, and each says by itself what it refuses.
    await everywhere(brokers, part === counters ? 200 : 503, { at: "/readyz" });
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

/** What a sign-in ends with at the application, and what it is redeemed by. */
async function signedIn(visitor) {
  const verifier = randomBytes(32).toString("base64url"), redirect = "https://wiki.example.com/callback";
  const asked = { client_id: "wiki", redirect_uri: redirect, response_type: "code", scope: "openid", nonce: "n", state: "s", code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" };
  const first = await visitor.go(`/oauth2/authorize?${new URLSearchParams(asked)}`);
  const second = await visitor.go("/signin/username", { stage: visitor.stage(first), username: ann.username });
  const third = await visitor.go("/signin/password", { stage: visitor.stage(second), password: ann.password });
  const on = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(third.html)[1].replaceAll("&amp;", "&");
  const { location } = await visitor.go(new URL(on, issuer).href.replace(issuer, ""));
  return { grant_type: "authorization_code", client_id: "wiki", redirect_uri: redirect, code: new URL(location).searchParams.get("code"), code_verifier: verifier };
}

test("DS-10: PostgreSQL that is stopped or hangs: pages, clients and /readyz are told so in time, what works once does not work twice, and everything goes on by itself", async (t) => {
  // A connection is waited for two seconds, an answer as long as is set and one more; without an end to its waits a broker would wait for ever.
  const answers = 2, inTime = 4 * (2 + answers + 1) * 1_000;
  const { brokers, database } = await cluster(t, { store: `answer_seconds = ${answers}\n` });
  const [broker, other] = brokers;
  const by = (claims) => new Visitor({ port: broker.port, claims }), cases = [];
  let log = "";
  broker.child.stderr.on("data", (part) => { log += part; });
  const timed = async (...asked) => {
    const begun = performance.now(), answer = await (asked[2] ?? by({})).go(...asked.slice(0, 2)), took = performance.now() - begun;
    assert.ok(took < inTime, `${asked[0]}: ${took} ms`);
    return answer;
  };
  const authorize = "/oauth2/authorize?client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example.com%2Fcallback&response_type=code&scope=openid&nonce=n&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
  const stages = [["it is stopped", () => database.kill(), () => database.begin()], ["it hangs", () => database.pause(), () => database.goOn()]];
  for (const [what, begin, end] of stages) {
    const redeemed = await signedIn(by({})), used = await signedIn(by({}));
    const given = await timed("/oauth2/token", used);
    assert.equal(given.status, 200, "the twin");
    const bearer = by({ authorization: `Bearer ${JSON.parse(given.html).access_token}` });
    assert.equal((await timed("/oauth2/userinfo", undefined, bearer)).status, 200, "the twin");
    await begin();
    // Whoever comes first may wait for the end of a deadline; those after it are told at once.
    for (const turn of [1, 2, 3]) {
      let page = await timed(authorize);
      // An application is remembered for a tenth of a second.
      for (const until = Date.now() + 5_000; page.status === 200 && Date.now() < until;) page = await timed(authorize);
      assert.deepEqual([page.status, page.headers["retry-after"]], [503, "5"], `${what}, ${turn}`);
      assert.match(page.html, /Sign-in is not available just now/);
      const told = await timed("/oauth2/token", redeemed);
      assert.deepEqual([told.status, JSON.parse(told.html).error, told.headers["retry-after"]], [503, "server_error", "5"], `${what}, ${turn}`);
      assert.equal((await timed("/readyz")).status, 503, `${what}, ${turn}`);
      for (const call of [told, await timed("/oauth2/userinfo", undefined, bearer), await timed("/oauth2/revoke", { client_id: "wiki", token: "x" })]) {
        assert.deepEqual([call.status, call.headers["retry-after"]], [503, "5"], `${what}, ${turn}: ${call.html}`);
        cases.push(JSON.parse(call.html).case);
      }
    }
    await end();
    await everywhere(brokers, 200);
    // It was told that nothing is known to be done: it succeeds now, or had been done, and never twice.
    const tries = [];
    for (const port of [broker.port, other.port, broker.port]) tries.push((await new Visitor({ port }).go("/oauth2/token", redeemed)).status);
    assert.equal(tries.filter((status) => status === 200).length, 1, `${what}: ${tries}`);
    assert.deepEqual([tries[0], (await timed("/oauth2/token", used)).status], [200, 400], `${what}: no commit was on its way`);
    assert.ok((await new Visitor({ port: other.port }).signIn()).claims, "it goes on");
  }
  // The number in an application's answer leads to a line of the log, which names nobody.
  const lines = log.split("\n").filter((line) => line.includes("the store failed"));
  for (const one of cases) assert.ok(one && lines.some((line) => line.includes(one)), `${one} in ${lines.join("\n")}`);
  assert.ok(!lines.some((line) => line.includes("northwind")));
});

test("A broker that names another Redis than the others is found out by the doctor on its machine, and nobody else is", { timeout: 180_000 }, async (t) => {
  const { brokers, folder } = await cluster(t);
  const [first, , last] = brokers;
  const counting = async (broker) => JSON.parse(await broker.command("doctor", "--json").then(({ stdout }) => stdout, ({ stdout }) => stdout)).find((one) => one.what === "counting");
  await end(last.child);
  // Another one leads by then, and its Redis has the mark.
  const until = Date.now() + 60_000;
  for (let found; !found?.says.includes("the broker that leads counts in this Redis");) {
    assert.ok(Date.now() < until, JSON.stringify(found));
    found = await counting(first);
  }
  const other = path.join(folder, "other"), before = readFileSync(last.settings, "utf8");
  mkdirSync(other);
  const [, elsewhere] = await redis(t, other);
  const named = /\[redis\]\nurl = "[^"]+"/;
  assert.match(before, named);
  writeFileSync(last.settings, before.replace(named, `[redis]\nurl = "${elsewhere}"`));
  await last.begin();
  const found = await counting(last);
  assert.deepEqual([found.good, /the broker that leads counts in another Redis than Redis at 127\.0\.0\.1:\d+/.test(found.says)], [false, true], found.says);
  assert.ok((await counting(first)).good);
  await end(last.child);
  writeFileSync(last.settings, before);
  await last.begin();
  assert.ok((await counting(last)).good);
});
