// Three brokers whose guesses and limits are counted in a Redis that sentinels watch: the server that counts dies, and another one takes its place.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { own, onward } from "./clients.mjs";
import { Wanderer, cluster, everywhere } from "./cluster.mjs";
import { Visitor, ann, issuer } from "../deploy/lib.mjs";
import { watched } from "./sentinels.mjs";

/** A sign-in at the application, as far as the page that asks for the password; `code` goes on from there. */
async function begun(visitor, username) {
  const verifier = randomBytes(32).toString("base64url"), redirect_uri = "https://wiki.example.com/callback";
  const asked = { client_id: "wiki", redirect_uri, response_type: "code", scope: "openid", nonce: "n", state: "s", code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" };
  const first = await visitor.go(`/oauth2/authorize?${new URLSearchParams(asked)}`);
  const page = await visitor.go("/signin/username", { stage: visitor.stage(first), username });
  assert.equal(page.status, 200, page.html);
  const tries = (password) => visitor.go("/signin/password", { stage: visitor.stage(page), password });
  const redeems = async (answer) => {
    const { location } = await visitor.go(own(onward(answer)));
    return { grant_type: "authorization_code", client_id: "wiki", redirect_uri, code: new URL(location, issuer).searchParams.get("code"), code_verifier: verifier };
  };
  return { tries, redeems };
}

test("LG-09, OT-02: the Redis that counts dies and a sentinel lets another one take its place: brokers go on by themselves, no limit opens, and nothing is used twice", { timeout: 300_000 }, async (t) => {
  let group;
  const { brokers, next } = await cluster(t, { counting: async (folder) => { group = await watched(t, folder); return group.lines; } });
  const wandering = () => new Wanderer(next, false);
  assert.ok((await wandering().signIn()).claims);
  const redeem = async (form) => (await wandering().go("/oauth2/token", form)).status;
  let counts = await group.named();
  for (const name of ["one", "two"]) {
    // Five tries are spent; a sign-in waits for its password, one code is used and another one is not.
    const guess = await begun(wandering(), `nobody-${name}@northwind.example`);
    const told = [];
    for (let tries = 0; tries < 5; tries++) told.push((await guess.tries("Falsch-12")).status);
    assert.deepEqual(told, [200, 200, 200, 200, 200]);
    const [waits, used, kept] = [await begun(wandering(), ann.username), await begun(wandering(), ann.username), await begun(wandering(), ann.username)];
    const [spent, waiting] = [await used.redeems(await used.tries(ann.password)), await kept.redeems(await kept.tries(ann.password))];
    assert.equal(await redeem(spent), 200);
    await group.settled(counts);

    const before = counts;
    await before.kill();
    counts = await group.another(before);
    await everywhere(brokers, 200);
    for (const { port } of brokers) {
      const { claims, page } = await new Visitor({ port }).signIn();
      assert.ok(claims, `it goes on at every broker: ${page?.status} ${page?.html}`);
    }
    assert.equal((await guess.tries("Falsch-12")).status, 429, "what was spent stays spent");
    assert.equal(await redeem(await waits.redeems(await waits.tries(ann.password))), 200, "who was on the way arrives");
    assert.deepEqual([await redeem(waiting), await redeem(waiting), await redeem(spent)], [200, 400, 400], "each code once");
    // The one that was lost follows when it is back, and counts nothing by itself.
    await before.begin();
    await group.follows(before);
    await group.settled(counts);
  }
});
