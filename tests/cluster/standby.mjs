// A PostgreSQL with one that follows it, and an address that leads to whichever of them can be written, as a cluster manager moves it.
import net from "node:net";
import path from "node:path";
import { as, at, postgres, server, sql } from "./cluster.mjs";
import { freePort, run } from "../deploy/lib.mjs";

/** An address of this machine that leads to a port, and to another one when that is said: then every connection to the one before is cut. */
async function leading(t, port) {
  let to = port;
  const open = new Set();
  const listening = net.createServer((from) => {
    const on = net.connect(to, "127.0.0.1");
    for (const [one, other] of [[from, on], [on, from]]) {
      open.add(one);
      one.on("error", () => {}).on("close", () => { open.delete(one); other.destroy(); }).pipe(other);
    }
  });
  await new Promise((yes) => listening.listen(0, "127.0.0.1", yes));
  t.after(() => { listening.close(); for (const one of open) one.destroy(); });
  return { port: listening.address().port, lead: (other) => { to = other; for (const one of open) one.destroy(); } };
}

/**
 * To keep everything in (`keeping` of a cluster). The one that follows has applied what is acknowledged. The part that is given back can, besides what every part can,
 * `promoteOther`: the other one takes its place and follows nobody, and its port is given back.
 */
export async function withStandby(t, folder) {
  const [first, url, { home, port }] = await postgres(t, folder, "synchronous_commit=remote_apply");
  const data = path.join(home, "standby"), other = await freePort();
  await run(...as("pg_basebackup", "-D", data, "-h", "127.0.0.1", "-p", String(port), "-U", "homeward", "-X", "stream", "-c", "fast", "-R", "--no-sync"), { cwd: "/" });
  await server(t, home, data, other);
  await sql(url, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()");
  const state = async () => (await sql(url, "SELECT sync_state FROM pg_stat_replication")).join();
  for (let looks = 0; (await state()) !== "sync"; looks++) {
    if (looks > 200) throw new Error(`the second server does not follow: ${await state()}`);
    await new Promise((yes) => setTimeout(yes, 50));
  }
  const address = await leading(t, port);
  const database = Object.assign(first, {
    port,
    async promoteOther() {
      await run(...as("pg_ctl", "-D", data, "-w", "promote"), { cwd: "/" });
      address.lead(other);
      return other;
    },
  });
  return [database, at(address.port)];
}
