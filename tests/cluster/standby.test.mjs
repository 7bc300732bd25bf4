// The machine of the database is lost while clients are at work: what follows it is promoted, the address leads there, and the judge of the histories finds nothing
// that was acknowledged and is gone. Where commits do not wait for the one that follows, docs/high-availability.md says what may be lost.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { atWork, inTheEnd } from "./clients.mjs";
import { everywhere, sql } from "./cluster.mjs";
import { withStandby } from "./standby.mjs";
import { begin } from "./world.mjs";

const CLIENTS = 4;

test("SF-25, OT-02, OT-11, LR-03: PostgreSQL is lost and its standby takes its place: what was acknowledged stays, and nothing works twice", { timeout: 300_000 }, async (t) => {
  const seed = Number(process.env.HOMEWARD_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`HOMEWARD_SEED=${seed}`);
  const world = await begin(t, { seed, keeping: withStandby });
  assert.deepEqual(await sql(world.url, "SELECT pg_is_in_recovery()", "SELECT inet_server_port()"), ["f", String(world.database.port)]);
  const work = atWork(t, world, seed, CLIENTS);
  let lostAt;
  const failing = async () => {
    await work.on(80);
    lostAt = world.now();
    await world.database.kill();
    // Every broker has found out.
    await everywhere(world.brokers, 503);
    const other = await world.database.promoteOther();
    assert.deepEqual(await sql(world.url, "SELECT pg_is_in_recovery()", "SELECT inet_server_port()"), ["f", String(other)]);
    await everywhere(world.brokers, 200);
    await work.on(80);
    work.isOver = true;
  };
  await Promise.all([failing(), work.done]);
  await inTheEnd(t, world, seed);
  // What was made at the one that is lost is looked at where the other one leads.
  const made = new Set(world.history.filter((one) => one.act === "begin" && one.outcome === "ok" && one.end < lostAt).map((one) => one.object));
  const stays = world.history.filter((one) => made.has(one.object) && one.act === "use" && one.outcome === "ok" && one.begin > lostAt);
  assert.ok(stays.length >= 5, `${stays.length} things of before were seen again`);
  // The records of before and after are one chain.
  assert.match((await world.brokers[0].command("audit", "verify")).stdout, /\d+ records/);
});
