// What a broker holds after many sign-ins is what it held after few: no file stays open, memory is level, nothing panicked. A day is made of these.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { Visitor, startBroker } from "./lib.mjs";

// Each round has as many sign-ins, and of everything else that ends otherwise.
const ROUND = 60;

test("DS-16: after many rounds of sign-ins, refusals and strangers a broker has as many open files and as much memory as after the first", { skip: process.platform !== "linux" && "reads /proc" }, async (t) => {
  const broker = await startBroker(t, []);
  let log = "";
  broker.child.stderr.on("data", (part) => { log += part; });
  const held = async () => {
    const files = (await readdir(`/proc/${broker.child.pid}/fd`)).length;
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${broker.child.pid}/status`, "utf8"));
    return { files, mib: Number(kib) / 1024 };
  };
  let visits = 0, who;
  const visitor = () => { visits++; return new Visitor({ port: broker.port, from: `127.${1 + (visits >> 14)}.${(visits >> 7) & 127}.${1 + (visits & 127)}` }); };
  const round = async () => {
    for (let one = 0; one < ROUND; one++) {
      const { claims } = await visitor().signIn();
      who ??= claims.sub;
      assert.ok(claims.sub && claims.sub === who, "everybody comes in");
      assert.equal((await visitor().go("/oauth2/authorize?client_id=nobody")).status, 400);
      if (one % 12 === 0) assert.equal((await visitor().signIn("Falsch#12x")).claims, undefined, "and nobody by a wrong password");
      // Somebody who goes away in the middle of the answer.
      const hasty = visitor();
      hasty.patience = 1;
      await hasty.go("/forgot").catch(() => {});
    }
    return held();
  };
  const first = await round();
  let last;
  for (const _ of [2, 3, 4]) last = await round();
  t.diagnostic(`${4 * ROUND} sign-ins: ${first.files} open files and ${first.mib.toFixed(1)} MiB after a quarter, ${last.files} and ${last.mib.toFixed(1)} MiB at the end`);
  assert.ok(last.files <= first.files + 2, `${first.files} open files, then ${last.files}`);
  assert.ok(last.mib <= 1.2 * first.mib, `${first.mib} MiB, then ${last.mib}`);
  assert.equal(broker.child.exitCode, null, "it runs");
  assert.doesNotMatch(log, /panicked/);
});
