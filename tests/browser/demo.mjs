// Starts the demo (broker, application, mailbox, identity providers) on free ports with data of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
export const binary = process.env.HOMEWARD_BIN ?? path.join(root, "target/debug/homeward");

const listens = (port) => new Promise((yes) => {
  const server = net.createServer().once("error", () => yes(false)).once("listening", () => server.close(() => yes(true)));
  server.listen(port, "127.0.0.1");
});

/** The first of four free ports in a row. */
async function freePorts() {
  for (;;) {
    const first = 20000 + Math.floor(Math.random() * 20000);
    if ((await Promise.all([first, first + 1, first + 2, first + 3].map(listens))).every(Boolean)) return first;
  }
}

/** `again` is a demo that ended or was killed: the new one has its data and its ports. */
export async function startDemo(again) {
  const data = again?.data ?? await mkdtemp(path.join(os.tmpdir(), "homeward-"));
  const port = again?.port ?? await freePorts();
  const child = spawn(binary, ["demo", "--port", String(port), "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise((yes, no) => {
    child.stdout.on("data", (text) => { said += text; if (said.includes("Ctrl-C stops")) yes(); });
    child.stderr.on("data", (text) => { said += text; });
    child.once("exit", (code) => no(new Error(`the demo ended with ${code}: ${said}`)));
  });
  return {
    broker: `http://homeward.localhost:${port}`,
    app: `http://app.localhost:${port + 1}`,
    mail: `http://mail.localhost:${port + 2}`,
    providers: `http://idp.localhost:${port + 3}`,
    port,
    data,
    /** Ends it in the middle of whatever it does. */
    async kill() {
      const ended = new Promise((yes) => child.once("exit", yes));
      child.kill("SIGKILL");
      await ended;
    },
    async stop() {
      const ended = new Promise((yes) => child.once("exit", (code) => yes(code)));
      child.kill("SIGINT");
      const code = await ended;
      await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}
