// A configuration that is read again, and a broker that stops, while people sign in: no request is dropped, and a file that does not hold changes nothing.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { Visitor, ann, certificate, end, folderFor, name, run, says, startBroker } from "./lib.mjs";

/** Asks again and again over connections that stay open; counts what was answered, and keeps what was not. */
class Asking {
  constructor(port, lanes = 4) {
    Object.assign(this, { port, answered: 0, lost: [], goes: true, statuses: new Set() });
    this.done = Promise.all(Array.from({ length: lanes }, () => this.lane()));
  }
  ask(agent) {
    return new Promise((yes, no) => {
      const request = http.get({ host: "127.0.0.1", port: this.port, path: "/signin", agent, headers: { host: name } }, (answer) => {
        answer.resume();
        answer.once("end", () => yes(answer)).once("error", no);
      });
      request.once("error", no);
    });
  }
  async lane() {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (this.goes) {
      try {
        const answer = await this.ask(agent);
        this.answered += 1;
        this.statuses.add(answer.statusCode);
        // A broker that is leaving says so: a proxy asks another one then.
        if (answer.headers.connection === "close") break;
      } catch (error) { this.lost.push(error.message); break; }
    }
    agent.destroy();
  }
  /** Waits until so many more were answered. */
  async more(count = 20) {
    const until = Date.now() + 30_000, wanted = this.answered + count;
    while (this.answered < wanted && !this.lost.length) { assert.ok(Date.now() < until, "no answers"); await new Promise((yes) => setTimeout(yes, 5)); }
  }
  async stop() { this.goes = false; await this.done; assert.deepEqual(this.lost, []); assert.deepEqual([...this.statuses], [200]); }
}

const change = (settings, from, to) => {
  const before = readFileSync(settings, "utf8");
  assert.ok(before.includes(from), from);
  writeFileSync(settings, before.replace(from, to));
};

test("A configuration that is read again counts from the next request on, and drops none that is under way; what needs a restart is named", async (t) => {
  const broker = await startBroker(t, []);
  // Each word is waited for by a listener of its own.
  for (const one of [broker.child, broker.child.stderr]) one.setMaxListeners(0);
  const asking = new Asking(broker.port);
  const from = async (claimed) => {
    const visitor = new Visitor({ port: broker.port, claims: { "x-forwarded-for": claimed } });
    await visitor.signIn();
    return (await broker.audit()).find((line) => line.event === "signin.completed").network;
  };
  const reload = async (word) => { const said = says(broker.child, word); broker.child.kill("SIGHUP"); return said; };
  await asking.more();
  assert.match(await from("203.0.113.9"), /^127\.0\.0\./, "nobody is believed");
  change(broker.settings, "trusted_proxies = []", 'trusted_proxies = ["127.0.0.1/32"]');
  change(broker.settings, "workers = 0", "workers = 3");
  const said = await reload("count after a restart only");
  assert.match(said, /"set":"server\.trusted_proxies"/);
  assert.match(said, /"keys":"server\.workers"/);
  assert.match(await from("203.0.113.9"), /^203\.0\.113\./, "the proxy is believed now");
  for (let turn = 0; turn < 10; turn++) { await asking.more(5); await reload("was read again"); }

  // A file that does not hold changes nothing, and the log says what is wrong.
  const good = readFileSync(broker.settings, "utf8");
  for (const [part, other, why] of [
    ['trusted_proxies = ["127.0.0.1/32"]', 'trusted_proxies = ["10.0.0.0/64"]', "10.0.0.0/64"],
    ['trusted_proxies = ["127.0.0.1/32"]', "trusted_proxies = []\nno_such_key = 1", "no_such_key"],
    ['trusted_proxies = ["127.0.0.1/32"]', "trusted_proxies = [", "homeward.toml:"],
  ]) {
    writeFileSync(broker.settings, good.replace(part, other));
    assert.ok((await reload("was not read again")).includes(why), why);
    // For the command that reads the audit; the broker has not read it.
    writeFileSync(broker.settings, good);
    assert.match(await from("203.0.113.9"), /^203\.0\.113\./);
  }
  writeFileSync(broker.settings, good.replace('level = "info"', 'level = "debug"'));
  await reload("was read again");
  await says(broker.child, '"answered"');
  await asking.stop();
  const audited = (await broker.audit()).filter((line) => line.event === "operator.reload");
  assert.ok(audited.some((line) => line.outcome === "ok" && line.detail.includes("server.trusted_proxies") && line.detail.includes("restart: server.workers")), JSON.stringify(audited));
  assert.equal(audited.filter((line) => line.outcome === "failed").length, 3);
});

test("A password of the mail server and a certificate that are written anew count after a reload, and connections that are open go on", async (t) => {
  const folder = await folderFor(t);
  const ca = await certificate(folder);
  const [chain, key] = ["fullchain.pem", "privkey.pem"].map((file) => path.join(folder, file));
  const tls = `[server.tls]\ncertificate = "${chain}"\nkey = "${key}"\n\n[server.limits]`;
  const broker = await startBroker(t, [], { "[server.limits]": tls });
  const visitor = new Visitor({ port: broker.port, ca });
  assert.equal((await visitor.go("/signin")).status, 200);
  const renewed = await certificate(folder);
  const said = says(broker.child, "was read again");
  broker.child.kill("SIGHUP");
  await said;
  assert.equal((await new Visitor({ port: broker.port, ca: renewed }).go("/signin")).status, 200);
  await assert.rejects(visitor.go("/signin"), "whoever trusts the one before is not taken in");
  // A key that is half written stops the whole reload, trusted proxies included.
  writeFileSync(key, "-----BEGIN PRIVATE KEY-----\n");
  change(broker.settings, 'level = "info"', 'level = "debug"');
  const refused = says(broker.child, "was not read again");
  broker.child.kill("SIGHUP");
  assert.ok((await refused).includes("privkey.pem"));
  assert.equal((await new Visitor({ port: broker.port, ca: renewed }).go("/signin")).status, 200);
});

test("A reload that is asked for while a broker starts neither ends it nor is lost", async (t) => {
  const pipe = path.join(await folderFor(t), "smtp.password");
  await run("mkfifo", ["-m", "600", pipe]);
  // Whoever reads the password waits until somebody writes it; and whoever writes it, until somebody reads.
  const write = async (before = async () => {}) => { const end = await open(pipe, "w"); await before(); await end.writeFile("secret\n"); await end.close(); };
  let again;
  const broker = await startBroker(t, [], { 'username = "homeward"': 'username = "homeward"', 'password_file = "data/smtp.password"': `password_file = "${pipe}"` }, async (child, settings) => {
    again = says(child, "was read again");
    await write(async () => { change(settings, 'level = "info"', 'level = "debug"'); child.kill("SIGHUP"); });
  });
  await write();
  assert.match(await again, /"set":"log\.level"/);
  assert.equal((await new Visitor({ port: broker.port }).go("/signin")).status, 200);
  const audited = (await broker.audit()).filter((line) => line.event === "operator.reload");
  assert.deepEqual(audited.map((line) => line.outcome), ["ok"]);
});

test("A broker whose server has ended by itself waits for no proxy, and says that it did not stop as asked", { timeout: 120_000 }, async (t) => {
  const broker = await startBroker(t, [], { "drain_seconds = 0": "drain_seconds = 60" });
  const began = performance.now();
  const gone = new Promise((yes) => broker.child.once("exit", yes));
  const said = says(broker.child, "the server ended by itself");
  const file = path.join(path.dirname(broker.settings), "data/homeward.db");
  // What the broker relies on is taken away.
  await run("python3", ["-c", "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('UPDATE schema_bound SET least = 1000'); db.commit()", file]);
  assert.match(await said, /a newer version has taken something away/);
  assert.equal(await gone, 1);
  assert.ok(performance.now() - began < 50_000, "it did not wait for the sixty seconds in which a proxy would notice");
});

test("A broker that is told to stop says so first, ends each connection with an answer, and finishes what is under way", async (t) => {
  const broker = await startBroker(t, [], { "drain_seconds = 0": "drain_seconds = 2" });
  const asking = new Asking(broker.port);
  await asking.more();
  // A form of which half has arrived when the broker is told to stop.
  const visitor = new Visitor({ port: broker.port });
  const first = await visitor.go("/signin");
  const form = new URLSearchParams({ stage: visitor.stage(first), username: ann.username }).toString();
  const cookie = [...visitor.cookies].map(([n, v]) => `${n}=${v}`).join("; ");
  const slow = net.connect(broker.port, "127.0.0.1");
  let answer = "";
  slow.on("data", (part) => { answer += part; });
  const ended = new Promise((yes, no) => slow.once("close", yes).once("error", no));
  slow.write(`POST /signin/username HTTP/1.1\r\nhost: ${name}\r\ncookie: ${cookie}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.length}\r\n\r\n${form.slice(0, 20)}`);
  const stopping = says(broker.child, '"stopping');
  const gone = new Promise((yes) => broker.child.once("exit", yes));
  broker.child.kill("SIGTERM");
  await stopping;
  // Whoever comes now is still answered, and a look by the proxy says that it is leaving.
  assert.equal((await new Visitor({ port: broker.port }).go("/readyz")).status, 503);
  const late = await new Visitor({ port: broker.port }).go("/signin");
  assert.deepEqual([late.status, late.headers.connection], [200, "close"]);
  await asking.done;
  assert.deepEqual(asking.lost, []);
  assert.deepEqual([...asking.statuses], [200]);
  slow.write(form.slice(20));
  await ended;
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.match(answer.toLowerCase(), /\r\nconnection: close\r\n/);
  assert.equal(await gone, 0);
  await end(broker.child);
});
