// What the tests of deployment share: tools that were fetched for them, a broker with an operator's configuration, and a visitor who comes from an address.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export const root = path.resolve(import.meta.dirname, "../..");
export const binary = process.env.HOMEWARD_BIN ?? path.join(root, "target/debug/homeward");
export const run = promisify(execFile);

/** The name that every example in deploy/ uses. */
export const name = "signin.example.com";
export const issuer = `https://${name}`;
export const ann = { username: "ann@northwind.example", password: "Kranich7!" };

// tests/lib/tools.sh fetches them: Debian packages that are unpacked and not installed, and tools from PyPI in a folder of their own.
const fetched = path.join(root, "tests/.run");
const unpacked = path.join(fetched, "tools");
export const debianRoot = path.join(fetched, "debian.tar");
const places = {
  nginx: "usr/sbin/nginx", haproxy: "usr/sbin/haproxy", caddy: "usr/bin/caddy", promtool: "usr/bin/promtool", "systemd-nspawn": "usr/bin/systemd-nspawn",
};
const libraries = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib/x86_64-linux-gnu/systemd", "usr/lib/aarch64-linux-gnu/systemd"];

/** A tool's path. */
export function tool(wanted) {
  const found = places[wanted] ? path.join(unpacked, places[wanted]) : path.join(fetched, "venv/bin", wanted);
  assert.ok(existsSync(found), `${found} is not there: tests/run --only deploy fetches it`);
  return found;
}

/** The library by which a process has another time. */
export function faketime() {
  const found = libraries.map((folder) => path.join(unpacked, folder, "faketime/libfaketime.so.1")).find(existsSync);
  assert.ok(found, "libfaketime is not there: tests/run --only deploy fetches it");
  return found;
}

/** The environment in which unpacked tools find their libraries. */
export const toolEnvironment = { ...process.env, LD_LIBRARY_PATH: libraries.map((folder) => path.join(unpacked, folder)).join(":") };

/** Runs a tool to its end; gives what it said on both ends. Fails with it when it fails. */
export async function use(wanted, ...parameters) {
  const { stdout, stderr } = await run(tool(wanted), parameters, { cwd: root, env: toolEnvironment, maxBuffer: 64 << 20 });
  return stdout + stderr;
}

export const text = (...parts) => readFileSync(path.join(root, ...parts), "utf8");

export function freePort() {
  const server = net.createServer();
  return new Promise((yes) => server.listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => yes(port)); }));
}

/** The first of four free ports in a row, as the demo wants them. */
export async function freePorts() {
  const free = (port) => new Promise((yes) => {
    const server = net.createServer().once("error", () => yes(false)).once("listening", () => server.close(() => yes(true)));
    server.listen(port, "127.0.0.1");
  });
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await Promise.all([0, 1, 2, 3].map((more) => free(first + more)))).every(Boolean)) return first;
  }
}

/** A folder that is gone after the test. */
export async function folderFor(test) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "homeward-deploy-"));
  test.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return folder;
}

/** A certificate for our name, and its key; HAProxy takes both in one file. */
export async function certificate(folder) {
  const [chain, key] = ["fullchain.pem", "privkey.pem"].map((file) => path.join(folder, file));
  await run("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", `/CN=${name}`,
    "-addext", `subjectAltName=DNS:${name}`, "-keyout", key, "-out", chain]);
  await writeFile(path.join(folder, "signin.pem"), readFileSync(chain, "utf8") + readFileSync(key, "utf8"));
  return readFileSync(chain, "utf8");
}

/** The register of every broker here: one account, one person, one application. */
export function register() {
  const salt = randomBytes(8);
  const hash = `{SSHA512}${Buffer.concat([createHash("sha512").update(ann.password).update(salt).digest(), salt]).toString("base64")}`;
  return `[[application]]\nclient_id = "wiki"\nname = "Wiki"\nauthentication = "none"\nredirect_uris = ["https://wiki.example.com/callback"]\n
[[account]]\nnumber = "40817"\nname = "Northwind"\n[[account.user]]\nusername = "${ann.username}"\npassword_hash = "${hash}"\n`;
}

/** Waits for a process to say something; fails with what it said when it ends before. */
export function says(child, word, patience = 60_000) {
  return new Promise((yes, no) => {
    let said = "";
    const late = setTimeout(() => no(new Error(`no ${JSON.stringify(word)} in ${patience} ms: ${said}`)), patience);
    const hear = (part) => { said += part; if (said.includes(word)) { clearTimeout(late); yes(said); } };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    // When everything that it said has come, and not only its end.
    child.once("close", (code) => { clearTimeout(late); no(new Error(`ended with ${code}: ${said}`)); });
  });
}

/** Ends a process with a signal and waits until it is gone. */
export async function end(child, signal = "SIGTERM") {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise((yes) => child.once("exit", (code) => yes(code)));
  child.kill(signal);
  return gone;
}

/** Starts a broker from the example configuration, with these lines of it changed; `meanwhile` is what is done to the process while it starts. */
export async function startBroker(test, trusted, more = {}, meanwhile = async () => {}) {
  const folder = await folderFor(test);
  const port = await freePort();
  const settings = path.join(folder, "homeward.toml");
  let example = text("deploy/homeward.example.toml");
  const lines = {
    'listen = "127.0.0.1:8080"': `listen = "127.0.0.1:${port}"`, "trusted_proxies = []": `trusted_proxies = ${JSON.stringify(trusted)}`,
    'username = "homeward"': "", 'password_file = "data/smtp.password"': "", ...more,
  };
  for (const [line, other] of Object.entries(lines)) {
    assert.ok(example.includes(`\n${line}\n`), `deploy/homeward.example.toml has the line ${line}`);
    example = example.replace(`\n${line}\n`, `\n${other}\n`);
  }
  await writeFile(settings, example);
  await writeFile(path.join(folder, "register.toml"), register());
  const command = async (...parameters) => (await run(binary, ["--config", settings, ...parameters])).stdout;
  await command("apply", path.join(folder, "register.toml"), "--yes");
  const child = spawn(binary, ["--config", settings, "serve", "--json"], { stdio: ["ignore", "ignore", "pipe"] });
  test.after(() => end(child));
  await Promise.all([says(child, '"listening"'), meanwhile(child, settings)]);
  return {
    port, command, child, settings,
    /** Events of the audit, newest first. */
    audit: async () => JSON.parse(await command("audit", "list", "--json")),
  };
}

/** Somebody with a browser that runs no scripts, who comes from an address of this machine and may claim things. */
export class Visitor {
  cookies = new Map();
  /** `ca` is the certificate to trust; without it the broker is asked directly, without TLS. */
  constructor({ port, from = "127.0.0.1", ca, claims = {} }) { Object.assign(this, { port, from, ca, claims }); }
  go(where, form) {
    const body = form && new URLSearchParams(form).toString();
    const headers = {
      host: name, cookie: [...this.cookies].map(([n, v]) => `${n}=${v}`).join("; "),
      ...(form ? { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body), "sec-fetch-site": "same-origin" } : {}),
      ...this.claims,
    };
    const options = { host: "127.0.0.1", port: this.port, path: where, method: form ? "POST" : "GET", localAddress: this.from, headers, agent: false };
    const protocol = this.ca ? https : http;
    return new Promise((yes, no) => {
      const request = protocol.request({ ...options, ca: this.ca, servername: name }, async (answer) => {
        let html = "";
        // An answer may break off in its middle.
        try { for await (const part of answer.setEncoding("utf8")) html += part; } catch (error) { return no(error); }
        for (const line of answer.headers["set-cookie"] ?? []) {
          const [, cookie, value] = /^([^=]+)=([^;]*)/.exec(line);
          if (value) this.cookies.set(cookie, value); else this.cookies.delete(cookie);
        }
        yes({ status: answer.statusCode, headers: answer.headers, location: answer.headers.location, html });
      });
      // Whoever has no patience goes away without an answer.
      if (this.patience) request.setTimeout(this.patience, () => request.destroy(new Error("no answer in time")));
      request.once("error", no);
      request.end(body);
    });
  }
  stage = (page) => /name="stage" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
  /** Signs in at the application and gives the claims of its ID token, and all its tokens. */
  async signIn(password = ann.password, scope = "openid email") {
    const verifier = randomBytes(32).toString("base64url");
    const asked = { client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", response_type: "code", scope, nonce: "n", state: "s",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" };
    const first = await this.go(`/oauth2/authorize?${new URLSearchParams(asked)}`);
    assert.equal(first.status, 200, first.html);
    const second = await this.go("/signin/username", { stage: this.stage(first), username: ann.username });
    const third = await this.go("/signin/password", { stage: this.stage(second), password });
    const on = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(third.html)?.[1];
    if (!on) return { page: third };
    const left = await this.go(new URL(on.replaceAll("&amp;", "&"), issuer).href.replace(issuer, ""));
    assert.ok(left.location, `${left.status} ${left.html}`);
    const { searchParams } = new URL(left.location);
    const answer = await this.go("/oauth2/token", { grant_type: "authorization_code", client_id: "wiki", redirect_uri: asked.redirect_uri, code: searchParams.get("code"), code_verifier: verifier });
    assert.equal(answer.status, 200, answer.html);
    const tokens = JSON.parse(answer.html);
    return { page: third, tokens, claims: JSON.parse(Buffer.from(tokens.id_token.split(".")[1], "base64url").toString()) };
  }
}

/** Connects until somebody listens at the port; fails when the process ends before, or after half a minute. */
export async function listening(port, child) {
  const until = Date.now() + 30_000;
  for (;;) {
    const open = await new Promise((yes) => {
      const socket = net.connect(port, "127.0.0.1").once("connect", () => { socket.destroy(); yes(true); }).once("error", () => yes(false));
    });
    if (open) return;
    assert.ok(child.exitCode === null && Date.now() < until, `nothing listens at port ${port}`);
    await new Promise((yes) => setTimeout(yes, 50));
  }
}
