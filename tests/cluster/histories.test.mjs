// What clients of three brokers see while brokers, Redis and PostgreSQL are killed, paused and started again, judged by checker.mjs. The order of the faults
// follows from a seed, which is said; HOMEWARD_SEED=N repeats it. HOMEWARD_FAULT_SECONDS=N has the faults for longer.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { counts, wrongs } from "./checker.mjs";
import { atWork } from "./clients.mjs";
import { everywhere } from "./cluster.mjs";
import { begin, many } from "./world.mjs";

const SECONDS = Number(process.env.HOMEWARD_FAULT_SECONDS ?? 35);
const CLIENTS = 6;

/** Each takes the parts away and gives them back; nothing that was taken is kept. */
function faults({ brokers, database, counters, random, on }) {
  const again = async (...parts) => { for (const part of parts) await part.begin(); };
  const paused = async (part) => { part.pause(); await on(random.below(20), 3_000); part.goOn(); };
  const broker = () => random.one(brokers);
  return {
    "a broker is killed": async () => { const one = broker(); await one.kill(); await on(5); await again(one); },
    "two brokers are killed at once": async () => { const two = [...brokers].sort(() => random.next() - 0.5).slice(0, 2); await Promise.all(two.map((one) => one.kill())); await on(5); await again(...two); },
    "a broker hangs": async () => paused(broker()),
    "Redis is killed": async () => { await counters.kill(); await on(0); await again(counters); },
    "Redis hangs": async () => paused(counters),
    "PostgreSQL is stopped at once": async () => { await database.kill(); await on(0); await again(database); },
    "PostgreSQL hangs": async () => paused(database),
    "PostgreSQL hangs while a broker is killed": async () => { const one = broker(); database.pause(); await one.kill(); await on(0); database.goOn(); await again(one); },
  };
}

test("SF-25, OT-02, OT-11, LR-03, OB-12: while brokers, Redis and PostgreSQL are killed, hang and come back, every code, assertion and link works once, every refresh token has one successor, and what was acknowledged stays", { timeout: 400_000 }, async (t) => {
  const seed = Number(process.env.HOMEWARD_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`HOMEWARD_SEED=${seed}`);
  const world = await begin(t, { seed }), { random } = world;
  // Goes on when so many operations have ended, or after a while in which none could.
  world.on = async (count, patience = 2_000) => {
    const wanted = world.history.length + count, until = performance.now() + patience;
    while (performance.now() < until && (count === 0 || world.history.length < wanted)) await new Promise((yes) => setTimeout(yes, 20));
  };
  const work = atWork(t, world, seed, CLIENTS);
  const all = faults(world), happened = [], until = performance.now() + SECONDS * 1_000;
  const works = () => world.history.filter((one) => one.act === "use" && one.outcome !== "unknown" && one.outcome !== "unsent").length;
  const failing = async () => {
    await world.on(40, 10_000);
    // Each of them once, however long that takes, and before any comes again.
    while (!work.isOver && (happened.length === 0 || performance.now() < until)) {
      for (const word of Object.keys(all).sort(() => random.next() - 0.5)) {
        if (work.isOver || (happened.length >= Object.keys(all).length && performance.now() > until)) break;
        happened.push(word);
        await all[word]();
        await everywhere(world.brokers, 200);
        const before = works();
        await world.on(25, 10_000);
        assert.ok(work.isOver || works() >= before + 3, `little works after ${word}`);
      }
    }
    work.isOver = true;
  };
  await Promise.all([failing(), work.done]);
  await everywhere(world.brokers, 200);
  // Everything once more, now that nothing is in the way: here nothing may stay unknown.
  const before = world.history.length;
  await Promise.all(many(CLIENTS, async (place) => { for (let at = place; at < world.quiet.length; at += CLIENTS) await world.quiet[at](); }));
  assert.deepEqual(world.history.slice(before).filter((one) => ["unknown", "unsent"].includes(one.outcome)), []);
  const seen = counts(world.history);
  t.diagnostic(`${happened.length} faults, ${world.history.length} operations: ${JSON.stringify(seen)}`);
  const why = {};
  for (const { act, object, note } of world.history.filter((one) => one.outcome === "unknown")) { const word = `${object.split(" ")[0]} ${act}: ${note}`; why[word] = (why[word] ?? 0) + 1; }
  t.diagnostic(`unknown: ${JSON.stringify(why)}`);
  assert.deepEqual(wrongs(world.history), [], `HOMEWARD_SEED=${seed}; ${happened.join(", ")}`);
  for (const word of ["code", "assertion", "link", "session", "refresh", "password"]) {
    assert.ok(seen[`${word} use ok`] >= 3 && seen[`${word} use refused`] >= 3, `too little of ${word}: ${JSON.stringify(seen)}`);
  }
  const unclear = world.history.filter((one) => ["unknown", "unsent"].includes(one.outcome));
  assert.ok(unclear.length >= 10, "the faults were felt");
  const felt = new Set(unclear.map(({ object, act }) => `${object.split(" ")[0]} ${act}`));
  assert.ok(felt.size >= 3, `by more than one kind of them: ${[...felt].join(", ")}`);
  assert.ok(unclear.length < world.history.length / 2, "and not only they");
  assert.deepEqual(Object.keys(all).filter((word) => !happened.includes(word)), []);
});
