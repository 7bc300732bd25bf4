// Three brokers as processes on one PostgreSQL and one Redis, each of which can be killed, paused and started again.
import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Visitor, binary, end, folderFor, freePort, issuer, register, run, says } from "../deploy/lib.mjs";

/** A process that can be killed, paused and started again. */
export class Part {
  constructor(t, start, signal = "SIGKILL") { Object.assign(this, { start, signal }); t.after(() => this.kill()); }
  /** Starts it; `ready` is kept when it answers. */
  begin() {
    this.ready = this.start().then((child) => { this.child = child; });
    // Whoever waits for it is told; at the end of a test nobody does.
    this.ready.catch(() => {});
    return this.ready;
  }
  async kill() {
    await this.ready?.catch(() => {});
    if (this.child) { const ended = end(this.child, this.signal); this.goOn(); await ended; }
  }
  /** It and its own children: a server of PostgreSQL is one process for each connection. */
  send(signal) {
    const { pid } = this.child;
    const send = (id) => { try { process.kill(id, signal); } catch (error) { if (error.code !== "ESRCH") throw error; } };
    send(pid);
    for (const id of childrenOf(pid)) send(id);
  }
  /** It stays where it is and answers nobody. */
  pause() { if (this.child.exitCode === null && this.child.signalCode === null) this.send("SIGSTOP"); }
  /** It goes on. */
  goOn() { if (this.child.exitCode === null && this.child.signalCode === null) this.send("SIGCONT"); }
}

const childrenOf = (pid) => readdirSync("/proc").filter((id) => /^\d+$/.test(id)).filter((id) => {
  try { return Number(readFileSync(`/proc/${id}/stat`, "utf8").split(") ").at(-1).split(" ")[1]) === pid; } catch { return false; }
}).map(Number);

const versions = "/usr/lib/postgresql";
export const programs = path.join(versions, readdirSync(versions).sort((a, b) => b - a)[0], "bin");

/** What a statement says, line by line. */
export const sql = async (url, ...statements) => (await run(path.join(programs, "psql"), [url, "-XAtq", "-v", "ON_ERROR_STOP=1", ...statements.flatMap((one) => ["-c", one])])).stdout.split("\n").filter(Boolean);

const owner = process.getuid() === 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
/** A program of PostgreSQL, run by its own user: never root. */
export const as = (program, ...words) => ["setpriv", [...owner, path.join(programs, program), ...words]];

/** A server over a folder of data; `more` are settings. */
export async function server(t, home, data, port, ...more) {
  const part = new Part(t, async () => {
    const child = spawn(...as("postgres", "-D", data, "-k", home, "-c", "listen_addresses=127.0.0.1", "-c", `port=${port}`, ...more.flatMap((one) => ["-c", one])), { cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
    await says(child, "database system is ready to accept");
    child.stderr.resume();
    return child;
    // At once, with its own children.
  }, "SIGQUIT");
  await part.begin();
  return part;
}

/** By TCP, as from another machine: a server that is stopped refuses there, and is no file that is missing. */
export const at = (port) => `postgres://homeward@127.0.0.1:${port}/homeward`;

export async function postgres(t, folder, ...more) {
  const home = path.join(folder, "db"), data = path.join(home, "data"), port = await freePort();
  mkdirSync(home);
  if (owner.length) { const id = async (flag) => Number((await run("id", [flag, "postgres"])).stdout); chownSync(home, await id("-u"), await id("-g")); }
  await run(...as("initdb", "-D", data, "-U", "homeward", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"), { cwd: "/" });
  const part = await server(t, home, data, port, ...more);
  await run(...as("createdb", "-h", home, "-p", port, "-U", "homeward", "homeward"), { cwd: "/" });
  return [part, at(port), { home, port }];
}

export async function redis(t, folder) {
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

/** Everything, and a visitor whose every request goes to the next broker. `people` is the register, `mail` the port of a mail server; `more` goes into `[server]`, `store` into `[store]`;
 * `keeping` starts another PostgreSQL than the one, and `counting` another Redis, and gives the lines of `[redis]`; `program` is what a broker runs, by its number, asked at each start. */
export async function cluster(t, { people = register(), mail = 9, more = "", store = "", environment = () => ({}), keeping = postgres, counting, program = () => binary } = {}) {
  const folder = await folderFor(t);
  chmodSync(folder, 0o755);
  const [database, url] = await keeping(t, folder);
  const [counters, counts] = counting ? [] : await redis(t, folder);
  const counted = counting ? await counting(folder) : `url = "${counts}"\n`;
  writeFileSync(path.join(folder, "root.key"), `1:${Buffer.alloc(32, 7).toString("base64")}\n`, { mode: 0o600 });
  writeFileSync(path.join(folder, "register.toml"), people);
  const brokers = [];
  for (const number of [1, 2, 3]) {
    const port = await freePort(), settings = path.join(folder, `homeward-${number}.toml`);
    writeFileSync(settings, `[server]\nlisten = "127.0.0.1:${port}"\npublic_url = "${issuer}"\nworkers = 1\n${more}[store]\nurl = "${url}"\n${store}[redis]\n${counted}[secrets]\nroot_key_file = "root.key"\n`
      + `[mail]\nhost = "127.0.0.1"\nport = ${mail}\ntls = "none"\nfrom = "signin@example.com"\n`);
    if (number === 1) await run(program(number), ["--config", settings, "apply", path.join(folder, "register.toml"), "--yes"]);
    const broker = new Part(t, async () => {
      const child = spawn(program(number), ["--config", settings, "serve", "--json"], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...environment(number) } });
      await says(child, '"listening"');
      return child;
    });
    brokers.push(Object.assign(broker, { port, settings, command: (...words) => run(program(number), ["--config", settings, ...words], { env: { ...process.env, ...environment(number) } }) }));
  }
  await Promise.all(brokers.map((broker) => broker.begin()));
  let turn = 0;
  const next = async () => { const broker = brokers[turn++ % brokers.length]; await broker.ready; return broker; };
  return { brokers, database, counters, next, url, counts, folder };
}

/** Each request goes to the next broker, and the one that has answered is killed, after `before` if something has to happen first. */
export class Wanderer extends Visitor {
  constructor(next, killing = true, more = {}) { super(more); Object.assign(this, { next, killing, hops: 0 }); }
  async go(where, form, before = async () => {}) {
    const broker = await this.next();
    this.port = broker.port;
    const answer = await super.go(where, form);
    this.hops += 1;
    if (this.killing) { await before(); await broker.kill(); broker.begin(); }
    return answer;
  }
}

/** Waits until every broker says of itself that it is so: whether it can do everything, or what another address says. */
export async function everywhere(brokers, status, { at = "/readyz/counters", patience = 30_000 } = {}) {
  for (const broker of brokers) {
    const until = Date.now() + patience;
    for (;;) {
      const answer = await new Visitor({ port: broker.port }).go(at).catch((error) => ({ status: error.code }));
      if (answer.status === status) break;
      if (Date.now() > until) throw new Error(`${answer.status} in place of ${status}`);
      await new Promise((yes) => setTimeout(yes, 50));
    }
  }
}
