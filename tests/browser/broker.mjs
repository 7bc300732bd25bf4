// Starts a broker as an operator would, configuration and register included, and beside it the server of an application.
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { binary } from "./demo.mjs";

/** The people who are registered: two, so that one can be taken for the other. */
export const ann = { username: "ann@northwind.example", password: "Kranich7!" };
export const ben = { username: "ben@northwind.example", password: "Elster#12x" };

/** A port that was free a moment ago. */
export function freePort() {
  const server = net.createServer();
  return new Promise((yes) => server.listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => yes(port)); }));
}

/** A hash as another system wrote it, for the register: `{SSHA512}` base64(SHA-512(password ‖ salt) ‖ salt). */
function foreignHash(password) {
  const salt = randomBytes(8);
  return `{SSHA512}${Buffer.concat([createHash("sha512").update(password).update(salt).digest(), salt]).toString("base64")}`;
}

/** A user for the register; `more` is text for it. Without a password there is none. */
export const person = ({ username, password, more = "" }) =>
  `[[account.user]]\nusername = "${username}"\n${password ? `password_hash = "${foreignHash(password)}"\n` : ""}${more}\n`;

const northwind = () => `[[account]]\nnumber = "40817"\nname = "Northwind"\n${person(ann)}${person(ben)}\n`;

/** `applications` is text for the register; `files` are written beside it, by name. `accounts` is text for it, too, and `more` is text for the configuration. */
export async function startBroker(applications, files = {}, { accounts = northwind(), disclosure = "closed", port: wanted, more = "" } = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "homeward-"));
  const port = wanted ?? await freePort();
  const issuer = `http://homeward.localhost:${port}`;
  const settings = path.join(folder, "homeward.toml"), register = path.join(folder, "register.toml");
  await writeFile(settings, `
[server]
listen = "127.0.0.1:${port}"
public_url = "${issuer}"
allow_http_localhost = true
[store]
path = "homeward.db"
[secrets]
root_key_file = "root.key"
[mail]
host = "127.0.0.1"
port = 25
tls = "none"
from = "signin@example.com"
[signin]
disclosure = "${disclosure}"
[log]
format = "json"
${more}
`);
  const run = async (...words) => (await promisify(execFile)(binary, ["--config", settings, ...words])).stdout;
  const apply = async (text) => { await writeFile(register, text); return run("apply", register, "--yes"); };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text, { mode: 0o600 })));
  /** A command of the operator's; `input` comes on its standard input. What it prints, as JSON. */
  async function homeward(words, input = "") {
    const running = promisify(execFile)(binary, ["--config", settings, ...words, "--json"]);
    running.child.stdin.end(input);
    return JSON.parse((await running).stdout);
  }
  await apply(`${accounts}${applications}`);
  const child = spawn(binary, ["--config", settings, "serve"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise((yes, no) => {
    child.stderr.on("data", (text) => { said += text; if (said.includes('"listening"')) yes(); });
    child.once("exit", (code) => no(new Error(`the broker ended with ${code}: ${said}`)));
  });
  return {
    issuer, homeward,
    /** Runs a command of the operator beside it; gives code and what it printed. */
    command: (...words) => new Promise((yes) => execFile(binary, ["--config", settings, ...words], (error, out, err) => yes({ code: error?.code ?? 0, said: out + err }))),
    /** Runs a command and gives what it prints. */
    run,
    /** Registers another text, while the broker runs. */
    apply,
    async stop() {
      const ended = new Promise((yes) => child.once("exit", (code) => yes(code)));
      child.kill("SIGINT");
      const code = await ended;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}

/** An application's server: every GET is an empty page, and every form that is posted to it can be asked for. */
export async function startApplication() {
  const arrived = new Map(), waiting = new Map();
  const take = (where, what) => { const [first] = what.get(where)?.splice(0, 1) ?? []; return first; };
  const put = (where, what, one) => what.set(where, [...(what.get(where) ?? []), one]);
  const server = http.createServer(async (request, response) => {
    if (request.method === "POST") {
      let body = "";
      for await (const part of request) body += part;
      const where = new URL(request.url, "http://app").pathname, post = { headers: request.headers, form: new URLSearchParams(body) };
      const waits = take(where, waiting);
      if (waits) waits(post); else put(where, arrived, post);
    }
    response.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" });
    response.end("<!doctype html><title>Application</title><h1>Application</h1>");
  });
  await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
  server.unref();
  const { port } = server.address();
  return {
    /** For browsers. */
    origin: `http://app.localhost:${port}`,
    /** The same server for a broker, which looks up no names. */
    address: `http://127.0.0.1:${port}`,
    /** The next form that is posted to this path; it waits for half a minute. */
    posted(where) {
      const found = take(where, arrived);
      if (found) return Promise.resolve(found);
      return new Promise((yes, no) => {
        const late = setTimeout(() => no(new Error(`nothing was posted to ${where}`)), 30_000);
        put(where, waiting, (post) => { clearTimeout(late); yes(post); });
      });
    },
    /** What was posted to this path and not asked for. */
    left: (where) => arrived.get(where)?.length ?? 0,
    stop() { server.closeAllConnections(); return new Promise((yes) => server.close(yes)); },
  };
}
