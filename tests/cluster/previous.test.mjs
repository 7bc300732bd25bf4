// From the version before to this one: one broker after the other is upgraded while clients sign in, refresh, sign out, reset passwords and are brought by a
// provider, each request at a broker by chance, so that every page and token of the one version comes to the other. HOMEWARD_PREVIOUS names the program of the
// version before; without it there is only the step that rolling.test.mjs makes by hand.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { wrongs } from "./checker.mjs";
import { atWork, deeds, inTheEnd } from "./clients.mjs";
import { everywhere } from "./cluster.mjs";
import { begin } from "./world.mjs";
import { binary, end } from "../deploy/lib.mjs";

const previous = process.env.HOMEWARD_PREVIOUS;
const CLIENTS = 4;

test("LG-09, OT-11, LR-03: while brokers go from the version before to this one, one after the other, nobody is refused wrongly and nothing works twice", { skip: !previous && "HOMEWARD_PREVIOUS names no program of the version before", timeout: 400_000 }, async (t) => {
  assert.ok(existsSync(previous), `${previous} is not there`);
  const seed = Number(process.env.HOMEWARD_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`HOMEWARD_SEED=${seed}`);
  const versions = [previous, previous, previous];
  const world = await begin(t, { seed, program: (number) => versions[number - 1] });
  const work = atWork(t, world, seed, CLIENTS);
  const upgrading = async () => {
    await work.on(40);
    for (const [place, broker] of world.brokers.entries()) {
      await end(broker.child, "SIGTERM");
      versions[place] = binary;
      await broker.begin();
      await everywhere(world.brokers, 200);
      await work.on(40);
    }
    work.isOver = true;
  };
  await Promise.all([upgrading(), work.done]);
  const seen = await inTheEnd(t, world, seed);
  for (const word of ["code", "assertion", "link", "session", "refresh", "password"]) {
    assert.ok(seen[`${word} use ok`] >= 3 && seen[`${word} use refused`] >= 3, `too little of ${word}: ${JSON.stringify(seen)}`);
  }
  // A way back: a broker of the version before still serves beside a database that this one has brought further.
  const [broker] = world.brokers;
  await end(broker.child, "SIGTERM");
  versions[0] = previous;
  await broker.begin();
  await everywhere(world.brokers, 200);
  const back = world.history.length;
  for (const deed of Object.values(deeds)) await deed(world);
  assert.deepEqual(wrongs(world.history), [], `HOMEWARD_SEED=${seed}, back`);
  assert.ok(world.history.slice(back).some((one) => one.act === "use" && one.outcome === "ok"));
});
