// A database of PostgreSQL as docs/operations.md says that it is copied and brought back: its very commands, while people sign in, and into a new database on
// which the brokers start.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { cluster, everywhere, programs, sql } from "./cluster.mjs";
import { Visitor, ann, end, run, text } from "../deploy/lib.mjs";

/** The commands of the page that begin with such a word. */
const commands = (word) => {
  const section = /^## Backup\n(.*?)^## /ms.exec(text("docs/operations.md"))[1];
  return [...section.matchAll(/^ {4}((?:pg_|create)\S+ .*)$/gm)].map(([, command]) => command).filter((command) => command.startsWith(word));
};

/** What the schema is made of: every table, function, trigger, index and generated column, as the server itself tells it. */
async function schema(environment, database) {
  const { stdout } = await run(path.join(programs, "pg_dump"), ["--schema-only", database], { env: environment, maxBuffer: 16 << 20 });
  // Newer programs write a line of chance.
  return stdout.split("\n").filter((line) => !line.startsWith("\\"));
}

test("KS-11: a database of PostgreSQL is copied while people sign in, and brought back into a new one: everything is there, the audit is whole, passwords and tokens of then count, and what came later does not", async (t) => {
  const { brokers, url, folder } = await cluster(t), [one] = brokers;
  const server = new URL(url);
  const environment = { ...process.env, PATH: `${programs}:${process.env.PATH}`, PGHOST: server.searchParams.get("host") ?? server.hostname, PGPORT: server.port || "5432", PGUSER: "homeward" };
  const shell = (command) => run("sh", ["-ec", command], { env: environment, cwd: folder });
  const visitor = () => new Visitor({ port: one.port });
  const signedIn = async () => visitor().signIn(ann.password, "openid email offline_access");
  const refresh = async (token) => { const answer = await visitor().go("/oauth2/token", { grant_type: "refresh_token", client_id: "wiki", refresh_token: token }); return { status: answer.status, ...JSON.parse(answer.html) }; };
  const verify = (...words) => one.command("audit", "verify", "--json", ...words).then(({ stdout }) => JSON.parse(stdout));

  const browser = visitor();
  const kept = await browser.signIn(ann.password, "openid email offline_access"), rotated = await signedIn();
  const before = await verify();
  const [dump] = commands("pg_dump"), [make] = commands("createdb"), [restore] = commands("pg_restore");
  await Promise.all([shell(dump), signedIn()]);
  // What comes after the copy.
  const next = await refresh(rotated.tokens.refresh_token), late = await signedIn();
  assert.equal(next.status, 200);
  const after = await verify();
  await Promise.all(brokers.map((broker) => end(broker.child)));
  const was = await schema(environment, "homeward");

  await shell(make);
  await shell(restore);
  const [, name] = /(\S+)$/.exec(make);
  assert.deepEqual(await schema(environment, name), was);
  server.pathname = `/${name}`;
  const back = server.href;
  assert.notEqual(back, url);
  await assert.rejects(sql(back, "DELETE FROM audit_record"), /the audit is append-only/);
  for (const { settings } of brokers) {
    const lines = readFileSync(settings, "utf8");
    assert.ok(lines.includes(url));
    writeFileSync(settings, lines.replace(url, back));
  }
  // Another root key opens nothing of it.
  const key = path.join(folder, "root.key"), right = readFileSync(key, "utf8");
  writeFileSync(key, `1:${Buffer.alloc(32, 9).toString("base64")}\n`);
  await assert.rejects(one.begin(), /root key/);
  writeFileSync(key, right);
  await Promise.all(brokers.map((broker) => broker.begin()));
  await everywhere(brokers, 200);

  const whole = await verify("--checkpoint", before.checkpoint);
  assert.ok(whole.whole && whole.records >= before.records, JSON.stringify([before, whole, after]));
  await assert.rejects(verify("--checkpoint", after.checkpoint), (refused) => refused.code !== 0, "a checkpoint of later says that something is missing");
  assert.match((await browser.go("/account")).html, new RegExp(ann.username), "whoever was signed in is");
  const again = await signedIn();
  assert.deepEqual([again.claims.sub, again.claims.iss], [kept.claims.sub, kept.claims.iss], "the same person to every application");
  assert.equal((await visitor().signIn("Falsch-12")).claims, undefined);
  assert.equal((await refresh(kept.tokens.refresh_token)).status, 200, "a refresh token of before goes on");
  for (const token of [next.refresh_token, late.tokens.refresh_token]) {
    const refused = await refresh(token);
    assert.deepEqual([refused.status, refused.error], [400, "invalid_grant"], "one that was given since is not known");
  }
  assert.ok((await verify()).whole);
});
