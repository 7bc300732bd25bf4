// The life of an installation as the operator of a package has it, on a Debian of its own with systemd: install, configure, start under the unit's
// hardening, sign in, back up, lose everything, restore, upgrade, remove.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Visitor, ann, binary, folderFor, freePort, freePorts, issuer, listening, register, root, run } from "./lib.mjs";
import { impossible, startMachine } from "./machine.mjs";
import { verifiesSaml } from "./walker.mjs";

const skip = await impossible();
const configuration = "/etc/homeward/homeward.toml", data = "/var/lib/homeward", backups = "/var/backups/homeward";

/** A machine with the package in it, and what the story needs to do there. */
async function installed(t) {
  const folder = await folderFor(t);
  const packages = [];
  for (const revision of ["1", "2"]) {
    const made = await run(path.join(root, "deploy/package"), ["--binary", binary, "--revision", revision, "--to", folder, "--compress", "none"]);
    packages.push(made.stdout.trim());
  }
  const machine = await startMachine(t, { "root/register.toml": register() });
  packages.forEach((file, index) => copyFileSync(file, path.join(machine.folder, `root/homeward-${index + 1}.deb`)));
  await machine.inside("apt-get", "update", "-q");
  const install = (which) => machine.inside("apt-get", "install", "-y", "-q", "--no-install-recommends", `/root/homeward-${which}.deb`);
  const said = await install(1);
  return { ...machine, install, said };
}

/** Changes lines of the configuration as an operator would with an editor; its owner and rights stay. */
async function edit({ inside }, lines) {
  for (const [line, other] of Object.entries(lines)) {
    await inside("grep", "-qxF", line, configuration);
    await inside("sed", "-i", `s|^${line.replaceAll("[", "\\[")}$|${other}|`, configuration);
  }
}

const property = async ({ inside }, name) => (await inside("systemctl", "show", "-P", name, "homeward.service")).trim();
const rights = async ({ inside }, place) => (await inside("stat", "-c", "%a %U:%G", place)).trim();

test("A package on a fresh Debian: installed, started under its hardening, backed up, lost, restored, upgraded, removed", { skip, timeout: 600_000 }, async (t) => {
  const machine = await installed(t);
  const { inside, refused, install } = machine;
  const port = await freePort();
  const ready = () => listening(port, { exitCode: null });
  const completed = async () => JSON.parse(await inside("homewardctl", "audit", "list", "--event", "signin.completed", "--json")).length;

  await t.test("the package makes a user without a shell and folders for it alone, and starts nothing that is not configured", async () => {
    assert.match(await inside("getent", "passwd", "homeward"), /:\/var\/lib\/homeward:\/usr\/sbin\/nologin$/m);
    assert.match(machine.said, /edit \/etc\/homeward\/homeward\.toml/);
    assert.equal(await rights(machine, data), "700 homeward:homeward");
    assert.equal(await rights(machine, backups), "700 homeward:homeward");
    assert.equal(await rights(machine, configuration), "640 root:homeward");
    assert.equal(await property(machine, "ActiveState"), "inactive");
    assert.equal((await refused("systemctl", "is-enabled", "homeward.service")).trim(), "disabled");
    await inside("systemd-analyze", "verify", "--man=no", "homeward.service", "homeward-backup.service", "homeward-backup.timer");
    assert.equal(await inside("dpkg", "--verify", "homeward"), "", "every file is as the package has it");
  });

  await t.test("a configuration that does not hold stops the start, and the journal says what to mend", async () => {
    await refused("systemctl", "start", "homeward.service");
    assert.match(await inside("journalctl", "-u", "homeward", "--no-pager"), /smtp\.password/);
    await edit(machine, { 'listen = "127.0.0.1:8080"': `listen = "127.0.0.1:${port}"`, 'username = "homeward"': "", 'password_file = "/var/lib/homeward/smtp.password"': "" });
    await inside("homewardctl", "check-config");
    await inside("systemctl", "reset-failed", "homeward.service");
    await inside("install", "-o", "homeward", "-m", "0600", "/root/register.toml", "/var/lib/homeward/register.toml");
    await inside("homewardctl", "apply", "/var/lib/homeward/register.toml", "--yes");
    await inside("systemctl", "enable", "--now", "homeward.service", "homeward-backup.timer");
    await ready();
  });

  await t.test("the doctor finds nothing but what this machine cannot have, and the next backup has its hour", async () => {
    const said = await inside("homewardctl", "doctor", "--json").catch((failed) => failed.stdout);
    const bad = JSON.parse(said).filter((finding) => !finding.good).map((finding) => finding.what);
    assert.deepEqual(bad, ["address", "mail server"], said);
    assert.match(await inside("systemctl", "list-timers", "--no-pager", "homeward-backup.timer"), /02:[345]\d:\d\d .*homeward-backup\.service/);
    await inside("chmod", "0644", `${data}/root.key`);
    const loose = await inside("homewardctl", "doctor", "--json").catch((failed) => failed.stdout + failed.stderr);
    await inside("chmod", "0600", `${data}/root.key`);
    assert.match(loose, /chmod 600/, "it would say so");
  });

  const subject = (await new Visitor({ port }).signIn()).claims.sub;
  await t.test("a person signs in at a process that has no right it does not need", async () => {
    assert.match(subject, /^[0-9a-f-]{36}$/);
    const status = await inside("cat", `/proc/${await property(machine, "MainPID")}/status`);
    const uid = (await inside("id", "-u", "homeward")).trim();
    for (const line of [`Uid:\t${uid}\t${uid}\t${uid}\t${uid}`, "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"]) {
      assert.ok(status.includes(line), `${line}\n${status}`);
    }
    const limits = await inside("cat", `/proc/${await property(machine, "MainPID")}/limits`);
    assert.match(limits, /^Max core file size +0 +0/m);
    for (const file of ["root.key", "homeward.db"]) assert.equal(await rights(machine, `${data}/${file}`), "600 homeward:homeward");
    assert.doesNotMatch(await inside("journalctl", "-u", "homeward", "--no-pager"), new RegExp(`${ann.password}|${ann.username}`), "the journal names nobody");
  });

  await t.test("both verifiers of SAML answers work under the unit's hardening", async () => {
    const first = await freePorts();
    const unit = "/etc/systemd/system/homeward-demo.service", demo = `/usr/bin/homeward demo --port ${first} --data ${data}/demo`;
    await inside("sh", "-c", `sed -e '/^ExecStartPre=/d' -e 's|^ExecStart=.*|ExecStart=${demo}|' /lib/systemd/system/homeward.service > ${unit}`);
    await inside("systemctl", "daemon-reload");
    await inside("systemctl", "start", "homeward-demo.service");
    const journal = () => inside("journalctl", "-u", "homeward-demo", "--no-pager");
    for (const until = Date.now() + 120_000; !(await journal()).includes("Ctrl-C stops"); ) assert.ok(Date.now() < until, `the demo does not come up: ${await journal()}`);
    await verifiesSaml(first);
    await inside("systemctl", "stop", "homeward-demo.service");
    await inside("rm", "-r", unit, `${data}/demo`);
  });

  await t.test("killed, it is back by itself", async () => {
    const before = await property(machine, "MainPID");
    await inside("systemctl", "kill", "--signal=SIGKILL", "homeward.service");
    for (const until = Date.now() + 30_000; [before, "0"].includes(await property(machine, "MainPID")); ) assert.ok(Date.now() < until, "no new process");
    await ready();
    assert.equal((await new Visitor({ port }).signIn()).claims.sub, subject);
  });

  await t.test("while the database is away it is started again for as long as that takes, the nightly backup is passed over, and then it is there by itself", async () => {
    const file = `path = "${data}/homeward.db"`, elsewhere = 'url = "postgres://homeward@localhost/homeward?host=/run/postgresql"';
    await edit(machine, { [file]: elsewhere });
    const before = Number(await property(machine, "NRestarts"));
    await inside("systemctl", "kill", "--signal=SIGKILL", "homeward.service");
    const there = await inside("ls", backups);
    await inside("systemctl", "start", "homeward-backup.service");
    assert.equal((await inside("systemctl", "show", "-P", "ActiveState", "homeward-backup.service")).trim(), "inactive", "nothing has failed");
    assert.match(await inside("journalctl", "-u", "homeward-backup", "--no-pager"), /the database is PostgreSQL's, and pg_dump copies it/);
    assert.equal(await inside("ls", backups), there);
    // systemd gives up after five by itself.
    for (const until = Date.now() + 120_000; Number(await property(machine, "NRestarts")) < before + 7; await new Promise((yes) => setTimeout(yes, 100))) {
      assert.ok(Date.now() < until, `it is not started again: ${await inside("systemctl", "status", "homeward.service").catch((failed) => failed.stdout)}`);
    }
    await edit(machine, { [elsewhere]: file });
    await ready();
    assert.equal((await new Visitor({ port }).signIn()).claims.sub, subject);
  });

  // KS-11
  await t.test("the nightly backup and a copy of the root key bring back an installation that lost everything", async () => {
    await inside("sh", "-c", `for n in $(seq 10 29); do touch ${backups}/homeward-2020-01-\${n}T020000Z.db; done; touch ${backups}/homeward-by-hand.db`);
    const there = await completed();
    await inside("systemctl", "start", "homeward-backup.service");
    const files = (await inside("ls", "-1", backups)).trim().split("\n").sort();
    assert.equal(files.length, 15, "the newest fourteen, and what was made by hand");
    const newest = `${backups}/${files.filter((file) => /^homeward-\d/.test(file)).at(-1)}`;
    assert.equal(await rights(machine, newest), "600 homeward:homeward");
    await inside("cp", "--preserve=all", `${data}/root.key`, "/root/root.key");

    await new Visitor({ port }).signIn();
    assert.equal(await completed(), there + 1, "after the backup somebody signed in");
    assert.match(await refused("homewardctl", "restore", newest, "--yes"), /stop the broker first/);
    await inside("systemctl", "stop", "homeward.service");
    await inside("find", data, "-mindepth", "1", "-delete");
    assert.match(await refused("homewardctl", "restore", newest, "--yes"), /copy of the root key/);
    await inside("cp", "--preserve=all", "/root/root.key", `${data}/root.key`);
    await inside("homewardctl", "restore", newest, "--yes");
    assert.equal(await rights(machine, `${data}/homeward.db`), "600 homeward:homeward");
    assert.equal(await completed(), there, "what was there at the backup, and nothing later");
    await inside("systemctl", "start", "homeward.service");
    await ready();
    const again = await new Visitor({ port }).signIn();
    assert.deepEqual([again.claims.sub, again.claims.iss], [subject, issuer], "the same person to every application");
    assert.match(await inside("homewardctl", "audit", "verify"), /./);
  });

  await t.test("an upgrade keeps the operator's configuration and starts the new binary", async () => {
    const before = await property(machine, "MainPID");
    await install(2);
    assert.match(await inside("dpkg-query", "-W", "homeward"), /-2\n$/);
    assert.notEqual(await property(machine, "MainPID"), before);
    await inside("grep", "-qxF", `listen = "127.0.0.1:${port}"`, configuration);
    assert.equal(await rights(machine, configuration), "640 root:homeward");
    await ready();
    assert.equal((await new Visitor({ port }).signIn()).claims.sub, subject);
  });

  await t.test("a stop finishes what is under way, and a removal leaves people's data", async () => {
    await inside("systemctl", "stop", "homeward.service");
    assert.deepEqual([await property(machine, "Result"), await property(machine, "ExecMainStatus")], ["success", "0"]);
    await inside("systemctl", "start", "homeward.service");
    await inside("apt-get", "purge", "-y", "-q", "homeward");
    await refused("test", "-e", "/usr/bin/homeward");
    await refused("test", "-e", configuration);
    for (const file of ["root.key", "homeward.db"]) assert.equal(await rights(machine, `${data}/${file}`), "600 homeward:homeward");
    await refused("pgrep", "-u", "homeward");
  });
});
