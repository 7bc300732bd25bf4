// One broker after the other is upgraded: the first with the new version brings the database further while the others still serve. The next version is not
// there yet, so its step is made by hand: every table gets a column that nobody here knows, and there is a new table.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Wanderer, cluster, everywhere, sql } from "./cluster.mjs";
import { Visitor, end } from "../deploy/lib.mjs";

/** The step that a newer version would take. */
const STEP = 9001;

/** Somebody who comes through a proxy: it knows how many requests each broker is at, and gives nothing more to one that is to be stopped. */
class Guest extends Wanderer {
  constructor(next, number) {
    super(async () => { for (;;) { const broker = await next(); if (!broker.leaves) { broker.busy = (broker.busy ?? 0) + 1; return this.at = broker; } } }, false);
    this.claims = { "x-forwarded-for": `10.1.${number >> 8}.${number & 255}` };
  }
  async go(where, form) { try { return await super.go(where, form); } finally { this.at.busy -= 1; } }
}

async function doctor(broker, what) {
  const said = await broker.command("doctor", "--json").then(({ stdout }) => stdout, ({ stdout }) => stdout);
  const found = JSON.parse(said).find((one) => Object.values(one).includes(what));
  assert.ok(found, said);
  return JSON.stringify(found);
}

test("LG-09: brokers go on beside a database that a newer version has added to, while people sign in; one from which something was taken away is served by none of them", async (t) => {
  const { brokers, next, url } = await cluster(t, { more: 'trusted_proxies = ["127.0.0.1/32"]\n' });
  let isOver = false, done = 0, sent = 0;
  const visiting = Array.from({ length: 3 }, async () => {
    while (!isOver) {
      sent += 1;
      const { claims, page } = await new Guest(next, sent).signIn();
      assert.ok(claims, page?.html);
      done += 1;
    }
  });
  const failed = Promise.all(visiting).catch((error) => { isOver = true; return error; });
  const until = async (more) => { const wanted = done + more; while (done < wanted && !isOver) await new Promise((yes) => setTimeout(yes, 20)); };
  await until(4);
  assert.match(await doctor(brokers[0], "schema"), /the newest that this version knows/);
  // A table at a time, as a migration does it.
  for (const table of await sql(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations'")) {
    await sql(url, `ALTER TABLE "${table}" ADD COLUMN of_the_next_version BIGINT`);
  }
  await sql(url, "CREATE TABLE next_version (id BIGINT PRIMARY KEY)", `INSERT INTO _sqlx_migrations(version, description, success, checksum, execution_time) VALUES (${STEP}, 'next', TRUE, '\\x00', 0)`);
  await until(8);
  for (const broker of brokers) {
    broker.leaves = true;
    while (broker.busy > 0) await new Promise((yes) => setTimeout(yes, 5));
    await end(broker.child, "SIGTERM");
    await broker.begin();
    broker.leaves = false;
    await until(4);
  }
  isOver = true;
  assert.equal(await failed.then((error) => error instanceof Error ? error.stack : "nobody"), "nobody");
  assert.equal(done, sent, "everybody was signed in");
  assert.match(await doctor(brokers[1], "schema"), new RegExp(`a newer version has brought it to step ${STEP}`));
  // The version after that takes something away that this one needs: whoever still runs says that it is not ready and ends, and nobody starts.
  const ends = brokers.map((broker) => new Promise((yes) => broker.child.once("exit", yes)));
  await sql(url, "UPDATE schema_bound SET least = 1000");
  // Whoever is asked still says that it is not ready.
  for (let status = 200; status === 200;) {
    ({ status } = await new Visitor({ port: brokers[0].port }).go("/readyz").catch((error) => ({ status: error.code })));
    assert.ok([200, 503, "ECONNREFUSED", "ECONNRESET"].includes(status), status);
  }
  assert.ok((await Promise.all(ends)).every((code) => code !== 0));
  await assert.rejects(brokers[2].begin(), /a newer version has taken something away that this one relies on/);
  assert.match(await doctor(brokers[0], "database"), /a newer version has taken something away/);
  await sql(url, "UPDATE schema_bound SET least = 1");
  for (const broker of brokers) await broker.begin();
  await everywhere(brokers, 200);
  assert.ok((await new Wanderer(next, false).signIn()).claims);
});
