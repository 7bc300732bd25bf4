// Brokers whose machines' clocks are minutes apart: they go by the database's.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { GRACE, wrongs } from "./checker.mjs";
import { Client, deeds } from "./clients.mjs";
import { binary, faketime, run, says } from "../deploy/lib.mjs";
import { begin, many } from "./world.mjs";

const FAST = 240, SLOW = -240;

/** What makes a process believe in another time. Only what people set is changed, not what only goes on. */
const shifted = (seconds) => ({ LD_PRELOAD: faketime(), FAKETIME: `${seconds > 0 ? "+" : ""}${seconds}s`, FAKETIME_DONT_FAKE_MONOTONIC: "1" });

test("SF-36, OT-02, OT-11: one broker's clock is four minutes fast and another's four minutes slow: everybody is signed in, everything works once, and nothing is over too early or too late", { timeout: 300_000 }, async (t) => {
  const world = await begin(t, { seed: 36, environment: (number) => ({ 1: shifted(FAST), 2: shifted(SLOW) })[number] ?? {} });
  const [fast, slow, right] = world.brokers;
  const at = (broker, more) => new Client({ ...world, brokers: [broker] }, more);
  const token = async (broker, form) => { const answer = await at(broker).go("/oauth2/token", { client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", ...form }); return { status: answer.status, ...JSON.parse(answer.html) }; };
  const began = Math.floor(Date.now() / 1000);
  // Each machine has its own time, and is told of it.
  for (const [broker, seconds] of [[fast, FAST], [slow, SLOW]]) {
    const seen = JSON.parse((await broker.command("doctor", "--json").then(({ stdout }) => stdout, ({ stdout }) => stdout))).find((one) => Object.values(one).includes("database clock"));
    const [, found, word] = /(\d+) seconds (ahead of|behind)/.exec(JSON.stringify(seen)) ?? assert.fail(JSON.stringify(seen));
    assert.ok(Math.abs(Number(found) - Math.abs(seconds)) <= 5, found);
    assert.equal(word, seconds > 0 ? "behind" : "ahead of");
  }
  // A command goes by the database's time as well.
  for (const [broker, word] of [[fast, "exclude"], [slow, "include"]]) {
    await broker.command("user", word, "leaver-0@northwind.example", "--account", "40817");
    const [line] = JSON.parse((await broker.command("audit", "list", "--event", "operator.user", "--limit", "1", "--json")).stdout);
    const now = Date.now() / 1000;
    assert.ok(line.outcome === "ok" && line.at >= began - 2 && line.at <= now + 2, `${JSON.stringify(line)} at ${now}`);
  }
  // What one issues the other takes, at once, and its times are true.
  for (const [here, there] of [[fast, slow], [slow, fast], [right, slow], [fast, right]]) {
    const { code, verifier } = await at(here).signIn(world.person());
    const first = await token(there, { grant_type: "authorization_code", code, code_verifier: verifier });
    assert.equal(first.status, 200, JSON.stringify(first));
    const claims = JSON.parse(Buffer.from(first.id_token.split(".")[1], "base64url").toString());
    const now = Date.now() / 1000;
    assert.ok(claims.iat >= began - 2 && claims.iat <= now + 2 && claims.exp > now && claims.auth_time <= now + 2, `${JSON.stringify(claims)} at ${now}`);
    // An answer may have been lost: the same successor at both.
    const [one, two] = [await token(here, { grant_type: "refresh_token", refresh_token: first.refresh_token }), await token(there, { grant_type: "refresh_token", refresh_token: first.refresh_token })];
    assert.deepEqual([one.status, two.refresh_token], [200, one.refresh_token], `${JSON.stringify(one)} ${JSON.stringify(two)}`);
    assert.equal((await at(here, { authorization: `Bearer ${two.access_token}` }).go("/oauth2/userinfo")).status, 200);
    world.old = [...(world.old ?? []), { token: first.refresh_token, here, there, until: performance.now() + GRACE + 2_000 }];
  }
  // Everything that works once or ends, at brokers by chance, judged as under faults.
  for (const deed of Object.values(deeds)) await Promise.all(many(3, () => deed(world)));
  while (performance.now() < Math.max(...world.old.map((one) => one.until))) await deeds.session(world);
  for (const look of world.quiet) await look();
  assert.deepEqual(wrongs(world.history), []);
  assert.deepEqual(world.history.filter((one) => one.outcome === "unknown"), []);
  // After the time for lost answers an old token is a thief's, at the slow one too.
  for (const { token: old, here, there } of world.old) {
    for (const broker of [there, here]) assert.equal((await token(broker, { grant_type: "refresh_token", refresh_token: old })).error, "invalid_grant");
  }
});

test("SF-36: a broker whose clock is an hour off does not start, and says why", { timeout: 120_000 }, async (t) => {
  const { brokers } = await begin(t, { seed: 1 });
  const child = spawn(binary, ["--config", brokers[2].settings, "serve", "--json"], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...shifted(3600) } });
  t.after(() => child.kill("SIGKILL"));
  await assert.rejects(says(child, '"listening"'), /are (59|60) minutes apart: one of them is wrong/);
  // A command neither; the doctor looks, and names it.
  const command = (...words) => run(binary, ["--config", brokers[2].settings, ...words], { env: { ...process.env, ...shifted(3600) } });
  await assert.rejects(command("user", "list", "--account", "40817"), ({ code, stderr }) => code === 1 && /are (59|60) minutes apart: one of them is wrong/.test(stderr));
  const found = JSON.parse(await command("doctor", "--json").then(({ stdout }) => stdout, ({ stdout }) => stdout));
  const of = (what) => found.find((one) => one.what === what);
  assert.ok(of("database").good && !of("database clock").good, JSON.stringify(found));
});
