// The Debian package as a file: what is in it, whose, with which rights; and its units before anything runs them.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { binary, root, run } from "./lib.mjs";

let folder, file, unpacked;
const make = async (to) => (await run(path.join(root, "deploy/package"), ["--binary", binary, "--to", to, "--compress", "none"])).stdout.trim();
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "homeward-deploy-"));
  file = await make(path.join(folder, "one"));
  unpacked = path.join(folder, "unpacked");
  await run("dpkg-deb", ["-R", file, unpacked]);
});
after(() => rm(folder, { recursive: true, force: true }));

test("The package holds what belongs into it, all of it root's, nothing that others can write or that lends rights", async () => {
  const lines = (await run("dpkg-deb", ["-c", file])).stdout.trim().split("\n").map((line) => /^(\S+) (\S+) +\d+ \S+ \S+ \.(\S*)$/.exec(line));
  const places = new Map(lines.map(([, mode, owner, place]) => [place, { mode, owner }]));
  for (const [place, { mode, owner }] of places) {
    assert.equal(owner, "root/root", place);
    assert.match(mode, /^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--)$/, place);
    assert.match(place, /^\/($|usr\/|etc\/|lib\/)/, place);
  }
  const programs = [...places].filter(([, { mode }]) => mode === "-rwxr-xr-x").map(([place]) => place).sort();
  assert.deepEqual(programs, ["/usr/bin/homeward", "/usr/lib/homeward/backup", "/usr/sbin/homewardctl"]);
  for (const place of ["/lib/systemd/system/homeward.service", "/lib/systemd/system/homeward-backup.service", "/lib/systemd/system/homeward-backup.timer",
    "/usr/share/doc/homeward/deployment.md", "/usr/share/doc/homeward/sbom.cdx.json", "/usr/share/doc/homeward/copyright", "/usr/share/doc/homeward/examples/nginx.conf"]) {
    assert.ok(places.has(place), place);
  }
  assert.equal(readFileSync(path.join(unpacked, "DEBIAN/conffiles"), "utf8"), "/etc/homeward/homeward.toml\n");
  for (const script of ["DEBIAN/postinst", "DEBIAN/prerm", "DEBIAN/postrm", "usr/sbin/homewardctl", "usr/lib/homeward/backup"]) await run("sh", ["-n", path.join(unpacked, script)]);
});

/** The anchors of a page: its headings, as they are named in an address. */
const anchors = (page) => [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));

test("Every page that its pages link to is in it, with the heading that the link names", () => {
  const documents = path.join(unpacked, "usr/share/doc/homeward");
  const pages = readdirSync(documents, { recursive: true }).filter((file) => file.endsWith(".md"));
  let links = 0;
  for (const page of pages) {
    for (const [, link] of readFileSync(path.join(documents, page), "utf8").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(link)) continue;
      const [file, anchor] = link.split("#"), target = file ? path.join(documents, path.dirname(page), file) : path.join(documents, page);
      assert.ok(target.startsWith(documents) && existsSync(target), `${page} links to ${link}`);
      if (anchor) assert.ok(anchors(readFileSync(target, "utf8")).includes(anchor), `${page} links to ${link}, and there is no such heading`);
      links += 1;
    }
  }
  assert.ok(links > 60, `${links} links`);
  for (const unit of readdirSync(path.join(unpacked, "lib/systemd/system"))) {
    for (const [, file] of readFileSync(path.join(unpacked, "lib/systemd/system", unit), "utf8").matchAll(/^Documentation=file:\/\/(.*)$/gm)) assert.ok(existsSync(path.join(unpacked, file)), `${unit}: ${file}`);
  }
});

test("It depends on every library that the binary loads", async () => {
  const depends = (await run("dpkg-deb", ["-f", file, "Depends"])).stdout;
  for (const library of ["libc6 (>= ", "libssl3 (>= ", "libxml2 (>= ", "libxmlsec1-openssl (>= ", "adduser", "ca-certificates"]) assert.ok(depends.includes(library), `${library}: ${depends}`);
});

test("Its configuration is the example with the places of a Debian system, and every key of it is known", async () => {
  const settings = readFileSync(path.join(unpacked, "etc/homeward/homeward.toml"), "utf8");
  const example = readFileSync(path.join(root, "deploy/homeward.example.toml"), "utf8").split("\n");
  const different = settings.split("\n").filter((line, index) => line !== example[index]);
  assert.deepEqual(different, ['path = "/var/lib/homeward/homeward.db"', 'root_key_file = "/var/lib/homeward/root.key"', 'password_file = "/var/lib/homeward/smtp.password"']);
  const check = run(binary, ["--config", path.join(unpacked, "etc/homeward/homeward.toml"), "check-config", "--json"]).catch((failed) => failed);
  const findings = JSON.parse((await check).stdout);
  assert.deepEqual(findings.filter((finding) => !finding.good).map((finding) => finding.what), ["mail"], "only the mail server's password is missing");
});

test("The same binary and commit give the same package, to the byte", async () => {
  const again = await make(path.join(folder, "two"));
  assert.ok(readFileSync(file).equals(readFileSync(again)));
});

const units = ["homeward.service", "homeward-backup.service", "homeward-backup.timer"];
test("systemd finds nothing wrong with the units", async () => {
  const place = path.join(folder, "units");
  mkdirSync(place);
  // Here the programs are not where the package puts them.
  for (const unit of units) {
    const content = readFileSync(path.join(unpacked, "lib/systemd/system", unit), "utf8");
    writeFileSync(path.join(place, unit), content.replaceAll(/^(Exec(?:Start(?:Pre)?|Reload|Condition)=)\/usr/gm, `$1${unpacked}/usr`));
  }
  const { stdout, stderr } = await run("systemd-analyze", ["verify", "--man=no", ...units.map((unit) => path.join(place, unit))]);
  assert.equal(stdout + stderr, "");
  writeFileSync(path.join(place, "wrong.service"), `${readFileSync(path.join(place, "homeward.service"), "utf8")}\n[Service]\nProtectEverything=yes\n`);
  const wrong = await run("systemd-analyze", ["verify", "--man=no", path.join(place, "wrong.service")]).catch((failed) => failed);
  assert.match(wrong.stdout + wrong.stderr, /Unknown key .*ProtectEverything/, "it would say so");
});

test("systemd rates the exposure of both services as low", async () => {
  for (const [unit, most] of [["homeward.service", 15], ["homeward-backup.service", 10]]) {
    const rate = (threshold, place) => run("systemd-analyze", ["security", "--offline=true", "--no-pager", `--threshold=${threshold}`, place]);
    const place = path.join(unpacked, "lib/systemd/system", unit);
    await rate(most, place);
    await assert.rejects(rate(1, place), "a threshold that nothing meets is not met");
  }
});
