// Three servers of Redis, of which one counts and the others follow it, and three sentinels that let another one take its place.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Part } from "./cluster.mjs";
import { freePort, run, says } from "../deploy/lib.mjs";

const NAME = "counters";

/** What a server answers; nothing when it is away. */
const asked = async (port, ...words) => (await run("redis-cli", ["-h", "127.0.0.1", "-p", String(port), ...words]).catch(() => ({ stdout: "" }))).stdout.trim();

async function until(what, isSo, patience = 60_000) {
  for (const end = Date.now() + patience; !(await isSo());) {
    if (Date.now() > end) throw new Error(`it does not come to pass that ${what}`);
    await new Promise((yes) => setTimeout(yes, 50));
  }
}

async function server(t, folder, settings, ...words) {
  const port = await freePort(), home = path.join(folder, `redis-${port}`), file = path.join(home, "redis.conf");
  mkdirSync(home);
  writeFileSync(file, `port ${port}\nbind 127.0.0.1\ndir ${home}\n${settings}`);
  const part = new Part(t, async () => {
    const child = spawn("redis-server", [file, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    await says(child, words.length ? "Sentinel ID is" : "eady to accept connections");
    return child;
  });
  await part.begin();
  return Object.assign(part, { port });
}

/** All of them, ready, and the lines by which a broker finds them. */
export async function watched(t, folder) {
  const counts = 'appendonly yes\nappendfsync always\nsave ""\nmaxmemory 256mb\nmaxmemory-policy volatile-ttl\nrepl-diskless-sync-delay 0\nmin-replicas-to-write 1\nmin-replicas-max-lag 2\n';
  const first = await server(t, folder, counts);
  const servers = [first, await server(t, folder, `${counts}replicaof 127.0.0.1 ${first.port}\n`), await server(t, folder, `${counts}replicaof 127.0.0.1 ${first.port}\n`)];
  await until("they follow", async () => (await asked(first.port, "INFO", "replication")).includes("connected_slaves:2"));
  const watch = `sentinel monitor ${NAME} 127.0.0.1 ${first.port} 2\nsentinel down-after-milliseconds ${NAME} 500\nsentinel failover-timeout ${NAME} 1500\n`;
  const sentinels = [];
  for (let number = 0; number < 3; number++) sentinels.push(await server(t, folder, watch, "--sentinel"));
  for (const { port } of sentinels) await until("the sentinels know each other and the servers", async () => (await asked(port, "INFO", "sentinel")).includes("status=ok") && (await asked(port, "INFO", "sentinel")).includes("slaves=2,sentinels=3"));
  const named = async () => {
    const said = await Promise.all(sentinels.map(({ port }) => asked(port, "SENTINEL", "get-master-addr-by-name", NAME)));
    return new Set(said).size === 1 ? servers.find(({ port }) => said[0].endsWith(`\n${port}`)) : undefined;
  };
  return {
    servers, named,
    lines: `sentinels = ${JSON.stringify(sentinels.map(({ port }) => `redis://127.0.0.1:${port}`))}\nmaster = "${NAME}"\n`,
    /** Waits until another one counts, and gives it. */
    async another(before) {
      let found;
      await until("another one counts", async () => {
        found = await named();
        return found && found !== before && (await asked(found.port, "INFO", "replication")).includes("role:master");
      });
      return found;
    },
    /** Waits until what was written at the one that counts is at both others. */
    settled: ({ port }, followers = 2) => until("it is written elsewhere", async () => {
      const said = await asked(port, "INFO", "replication"), written = /master_repl_offset:(\d+)/.exec(said)?.[1];
      return [...said.matchAll(/^slave\d+:.*offset=(\d+)/gm)].filter(([, offset]) => Number(offset) >= Number(written)).length >= followers;
    }),
    /** Waits until one that was away follows. */
    follows: ({ port }) => until("it follows", async () => /role:slave[^]*master_link_status:up/.test(await asked(port, "INFO", "replication"))),
  };
}
