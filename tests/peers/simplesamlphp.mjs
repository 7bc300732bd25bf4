// SimpleSAMLphp, an identity provider that many organisations run, on PHP's own server. It lives for one test file.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "../browser/demo.mjs";
import { freePort } from "../browser/broker.mjs";

const run = promisify(execFile);
const here = path.join(import.meta.dirname, "simplesamlphp");
// tests/run unpacks the Debian package beside the tests, so that no web server comes along.
const unpacked = path.join(root, "tests/.packages/simplesamlphp");
const system = existsSync(unpacked) ? unpacked : "/";

const strict = { sign_response: true, sign_assertion: true, encrypt: false, algorithm: "rsa-sha256" };

/** A key and its certificate in PEM, made now. */
export async function selfSigned(folder, name) {
  const [key, certificate] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.pem`)];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "30", "-subj", `/CN=${name}`]);
  return readFile(certificate, "utf8");
}

/** `people`: `{ name, password, attributes: { mail: [...], ... } }`. */
export async function startSimpleSaml(people) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "homeward-saml-"));
  const file = (name) => path.join(folder, name);
  await Promise.all(["keys", "log", "data", "tmp", "sessions", "service-providers", "root"].map((name) => mkdir(file(name))));
  await symlink(path.join(system, "usr/share/simplesamlphp/www"), file("root/simplesaml"));
  const [certificate, stranger] = await Promise.all(["idp", "stranger"].map((name) => selfSigned(file("keys"), name)));
  const write = (switches) => writeFile(file("switches.json"), JSON.stringify({ ...strict, ...switches }));
  await Promise.all([write({}), writeFile(file("people.json"), JSON.stringify(people))]);
  const port = await freePort();
  const base = `http://idp.localhost:${port}/simplesaml`;
  const child = spawn("php", ["-d", "display_errors=0", "-d", "error_reporting=0", "-d", `session.save_path=${file("sessions")}`, "-S", `127.0.0.1:${port}`, "-t", file("root")], {
    stdio: ["ignore", "ignore", "pipe"],
    // With one process for all it could not answer somebody who asks while it waits for him.
    env: { ...process.env, PHP_CLI_SERVER_WORKERS: "3", SIMPLESAMLPHP_CONFIG_DIR: path.join(here, "config"), PEER_FOLDER: folder, PEER_BASE: base, PEER_ATTRIBUTE_NAMES: path.join(system, "etc/simplesamlphp/attributemap") },
    detached: true,
  });
  let said = "";
  await new Promise((yes, no) => {
    child.stderr.on("data", (text) => { said += text; if (said.includes("started")) yes(); });
    child.once("error", no);
    child.once("exit", (code) => no(new Error(`php ended with ${code}: ${said}`)));
  });
  return {
    base, certificate,
    /** A certificate that it does not sign with. */
    stranger,
    entityId: `${base}/saml2/idp/metadata.php`,
    sso: `${base}/saml2/idp/SSOService.php`,
    slo: `${base}/saml2/idp/SingleLogoutService.php`,
    /** Its own metadata, as its administrator would send it. */
    metadata: async () => (await fetch(`${base}/saml2/idp/metadata.php`)).text(),
    /** Takes over a service provider's metadata. */
    introduce: (name, xml) => writeFile(file(`service-providers/${name}.xml`), xml),
    /** What it does from now on: strict but for these switches. */
    set: write,
    /** For the words of a failure. */
    log: () => readFile(file("log/simplesamlphp.log"), "utf8").catch(() => said),
    async stop() {
      const ended = new Promise((yes) => child.once("exit", yes));
      process.kill(-child.pid, "SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
