// The container's files without a container engine: Dockerfile and compose file are linted, and what the image would hold is gathered and run as the
// image's user on a file system that is read only. Building the image itself is not tried here (docs/deployment.md).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Visitor, binary, end, folderFor, freePort, freePorts, issuer, register, root, run, says, text, tool, use } from "./lib.mjs";
import { impossible } from "./machine.mjs";
import { verifiesSaml } from "./walker.mjs";

const composed = async () => JSON.parse((await run(tool("python"), ["-c",
  "import json, sys; from ruamel.yaml import YAML; print(json.dumps(YAML(typ='safe').load(open(sys.argv[1]))))", path.join(root, "deploy/compose.yaml")])).stdout);

test("The Dockerfile passes its linter, and its last stage is nobody's system but ours, without root", async () => {
  await use("hadolint", "--failure-threshold", "info", "deploy/Dockerfile");
  const last = text("deploy/Dockerfile").split(/^FROM /m).at(-1);
  assert.match(last, /^scratch\n/);
  assert.match(last, /^USER 10001:10001$/m);
  assert.doesNotMatch(last, /^RUN|^ADD/m);
  const ignored = text("deploy/Dockerfile.dockerignore").split("\n");
  for (const secret of ["**/*.key", "**/*.password", "**/*.db", "/deploy/data", "/.git"]) assert.ok(ignored.includes(secret), secret);
});

test("The compose file follows its schema, takes every right away, and trusts the one address that the proxy comes from", async () => {
  await use("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml");
  const { services, networks } = await composed();
  for (const [name, service] of Object.entries(services)) {
    assert.deepEqual([name, service.read_only, service.cap_drop, service.security_opt], [name, true, ["ALL"], ["no-new-privileges:true"]]);
    assert.ok(!service.privileged && !service.network_mode && !JSON.stringify(service.volumes).includes("docker.sock"));
  }
  const { homeward, proxy } = services;
  assert.equal(homeward.user, "10001:10001");
  assert.equal(homeward.ports, undefined, "only the proxy is reached from outside");
  assert.equal(homeward.deploy, undefined, "one broker");
  assert.deepEqual(homeward.networks.filter((one) => one in proxy.networks), ["inner"], "they share one network");
  assert.equal(networks.inner.internal, true);
  assert.match(text("deploy/container/homeward.toml"), new RegExp(`^trusted_proxies = \\["${proxy.networks.inner.ipv4_address}/32"\\]$`, "m"));
  assert.deepEqual(Object.keys(proxy.environment), ["HOMEWARD_NAME", "HOMEWARD_BROKER"]);
  for (const name of Object.keys(proxy.environment)) assert.ok(text("deploy/proxy/Caddyfile").includes(`{$${name}:`), name);
});

const files = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  const place = path.join(folder, entry.name);
  return entry.isDirectory() ? files(place) : [place];
});

/** Gathers what the image holds; commands run in it as the Dockerfile says, each in a namespace of its own. */
async function gathered(t) {
  const folder = path.join(await folderFor(t), "image");
  await run(path.join(root, "deploy/container/gather"), [binary, folder]);
  const story = `set -eu; image=$1; shift
    mount --bind "$image" "$image"; mount -o remount,bind,ro "$image"
    mount -t tmpfs -o uid=10001,gid=10001,mode=0700 data "$image/var/lib/homeward"; mount -t tmpfs -o mode=1777 tmp "$image/tmp"
    while [ "$1" != -- ]; do chroot --userspec=10001:10001 "$image" $1; shift; done
    shift; chroot --userspec=10001:10001 "$image" "$@"; exit $?`;
  return {
    folder,
    /** Runs the commands `first`, then one that stays. */
    start(first, ...command) {
      // The shell is the first process of the namespace: it ends with unshare, unshare with this process, and everything else with the shell.
      const namespace = ["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"];
      const child = spawn("setpriv", [...namespace, story, "story", folder, ...first, "--", ...command], { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env.PATH } });
      t.after(() => end(child, "SIGKILL"));
      return child;
    },
  };
}

test("What the image holds signs people in: as its user, read only, and with nothing in it but the broker and its libraries", { skip: await impossible() }, async (t) => {
  const image = await gathered(t);
  const held = files(image.folder).map((file) => file.slice(image.folder.length));
  for (const file of held) assert.match(file, /^\/(usr\/bin\/homeward|usr\/lib(64)?\/.*\.so[.\d]*|etc\/(passwd|group|nsswitch\.conf|ssl\/certs\/ca-certificates\.crt)|lib|lib64)$/);
  assert.ok(held.every((file) => (statSync(path.join(image.folder, file)).mode & 0o6000) === 0), "nothing lends rights");
  assert.equal(readFileSync(path.join(image.folder, "etc/passwd"), "utf8").trim(), "homeward:x:10001:10001::/var/lib/homeward:/nonexistent");

  const port = await freePort();
  let settings = text("deploy/container/homeward.toml");
  for (const [line, other] of [['listen = "0.0.0.0:8080"', `listen = "127.0.0.1:${port}"`], ['username = "homeward"', ""], ['password_file = "/run/secrets/smtp_password"', ""]]) {
    assert.ok(settings.includes(`\n${line}\n`), line);
    settings = settings.replace(line, other);
  }
  writeFileSync(path.join(image.folder, "etc/homeward/homeward.toml"), settings);
  writeFileSync(path.join(image.folder, "etc/homeward/register.toml"), register());
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text("deploy/Dockerfile"))[1]), parameters = JSON.parse(/^CMD (.*)$/m.exec(text("deploy/Dockerfile"))[1]);
  await says(image.start([`${entry.join(" ")} apply /etc/homeward/register.toml --yes`], ...entry, ...parameters), '"listening"');
  assert.equal((await new Visitor({ port }).signIn()).claims.iss, issuer);
});

test("Both verifiers of SAML answers work with what the image holds", { skip: await impossible() }, async (t) => {
  const image = await gathered(t);
  const port = await freePorts();
  await says(image.start([], "/usr/bin/homeward", "demo", "--port", String(port), "--data", "/var/lib/homeward/demo"), "Ctrl-C stops", 180_000);
  await verifiesSaml(port);
});
