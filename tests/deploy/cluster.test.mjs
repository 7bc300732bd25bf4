// Three brokers as processes on one PostgreSQL and one Redis, and what happens when any of these is killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Visitor, ann, binary, end, folderFor, freePort, issuer, register, run, says } from "./lib.mjs";

/** A process that can be killed and started again. */
class Part {
  constructor(t, start, signal = "SIGKILL") { Object.assign(this, { start, signal }); t.after(() => this.kill()); }
  /** Starts it; `ready` is kept when it answers. */
  begin() {
    this.ready = this.start().then((child) => { this.child = child; });
    // Whoever waits for it is told; at the end of a test nobody does.
    this.ready.catch(() => {});
    return this.ready;
  }
  async kill() { await this.ready?.catch(() => {}); if (this.child) await end(this.child, this.signal); }
}

async function postgres(t, folder) {
  const versions = "/usr/lib/postgresql";
  const programs = path.join(versions, readdirSync(versions).sort((a, b) => b - a)[0], "bin");
  const owner = process.getuid() === 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const as = (program, ...words) => ["setpriv", [...owner, path.join(programs, program), ...words]];
  const home = path.join(folder, "db"), data = path.join(home, "data");
  mkdirSync(home);
  if (owner.length) { const id = async (flag) => Number((await run("id", [flag, "postgres"])).stdout); chownSync(home, await id("-u"), await id("-g")); }
  await run(...as("initdb", "-D", data, "-U", "homeward", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"), { cwd: "/" });
  const part = new Part(t, async () => {
    const child = spawn(...as("postgres", "-D", data, "-k", home, "-c", "listen_addresses="), { cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
    await says(child, "ready to accept connections");
    child.stderr.resume();
    return child;
    // At once, with its own children.
  }, "SIGQUIT");
  await part.begin();
  await run(...as("createdb", "-h", home, "-U", "homeward", "homeward"), { cwd: "/" });
  return [part, `postgres://homeward@localhost/homeward?host=${home}`];
}

async function redis(t, folder) {
  const port = await freePort(), home = path.join(folder, "redis");
  mkdirSync(home);
  writeFileSync(path.join(home, "redis.conf"), `port ${port}\nbind 127.0.0.1\ndir ${home}\nappendonly yes\nappendfsync always\nsave ""\n`);
  const part = new Part(t, async () => {
    const child = spawn("redis-server", [path.join(home, "redis.conf")], { stdio: ["ignore", "pipe", "pipe"] });
    await says(child, "eady to accept connections");
    return child;
  });
  await part.begin();
  return [part, `redis://127.0.0.1:${port}`];
}

/** Everything, and a visitor whose every request goes to the next broker. */
async function cluster(t) {
  const folder = await folderFor(t);
  chmodSync(folder, 0o755);
  const [database, url] = await postgres(t, folder);
  const [counters, counts] = await redis(t, folder);
  writeFileSync(path.join(folder, "root.key"), `1:${Buffer.alloc(32, 7).toString("base64")}\n`, { mode: 0o600 });
  writeFileSync(path.join(folder, "register.toml"), register());
  const brokers = [];
  for (const number of [1, 2, 3]) {
    const port = await freePort(), settings = path.join(folder, `homeward-${number}.toml`);
    writeFileSync(settings, `[server]\nlisten = "127.0.0.1:${port}"\npublic_url = "${issuer}"\nworkers = 1\n[store]\nurl = "${url}"\n[redis]\nurl = "${counts}"\n[secrets]\nroot_key_file = "root.key"\n`
      + `[mail]\nhost = "127.0.0.1"\nport = 9\ntls = "none"\nfrom = "signin@example.com"\n`);
    if (number === 1) await run(binary, ["--config", settings, "apply", path.join(folder, "register.toml"), "--yes"]);
    const broker = new Part(t, async () => {
      const child = spawn(binary, ["--config", settings, "serve", "--json"], { stdio: ["ignore", "ignore", "pipe"] });
      await says(child, '"listening"');
      return child;
    });
    brokers.push(Object.assign(broker, { port, settings }));
  }
  await Promise.all(brokers.map((broker) => broker.begin()));
  let turn = 0;
  const next = async () => { const broker = brokers[turn++ % brokers.length]; await broker.ready; return broker; };
  return { brokers, database, counters, next };
}

/** Each request goes to the next broker, and the one that has answered is killed. */
class Wanderer extends Visitor {
  constructor(next, killing = true) { super({}); Object.assign(this, { next, killing, hops: 0 }); }
  async go(where, form) {
    const broker = await this.next();
    this.port = broker.port;
    const answer = await super.go(where, form);
    this.hops += 1;
    if (this.killing) { await broker.kill(); broker.begin(); }
    return answer;
  }
}

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
  const everywhere = async (status) => {
    for (const broker of brokers) {
      const until = Date.now() + 30_000;
      for (;;) {
        const answer = await new Visitor({ port: broker.port }).go("/readyz");
        if (answer.status === status) break;
        assert.ok(Date.now() < until, `${answer.status} in place of ${status}`);
        await new Promise((yes) => setTimeout(yes, 50));
      }
    }
  };
  assert.ok((await new Wanderer(next, false).signIn()).claims);
  for (const part of [counters, database]) {
    await part.kill();
    await everywhere(503);
    const visitor = new Wanderer(next, false);
    const page = await visitor.go("/oauth2/authorize?client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example.com%2Fcallback&response_type=code&scope=openid&nonce=n&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
    const refused = page.status === 200 ? await visitor.go("/signin/username", { stage: visitor.stage(page), username: ann.username }) : page;
    assert.deepEqual([refused.status, refused.headers["retry-after"]], [503, "5"]);
    assert.match(refused.html, /Sign-in is not available just now/);
    await part.begin();
    await everywhere(200);
    assert.ok((await new Wanderer(next, false).signIn()).claims, "it goes on");
  }
});
