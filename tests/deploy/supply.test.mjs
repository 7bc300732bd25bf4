// The supply chain (4.G): what stands in the lock files, under which licences, from where, and whether the bill of materials says the same.
// Advisories need the database of RustSec, which no package registry carries: docs/deployment.md says how to ask it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { binary, folderFor, root, run, text, tool, use } from "./lib.mjs";

const deny = (file, ...checks) => run(tool("cargo-deny"), ["--offline", "--locked", "--config", file, "check", ...checks],
  { cwd: root, env: { ...process.env, CARGO_NET_OFFLINE: "true" }, maxBuffer: 64 << 20 });

test("SU-01 SU-02 SU-03 Licences, forbidden crates and sources hold, and each of the three checks refuses what it should", async (t) => {
  await deny(path.join(root, ".deny.toml"), "licenses", "bans", "sources");
  const folder = await folderFor(t), policy = text(".deny.toml");
  const against = async (word, other, check) => {
    assert.ok(policy.includes(word), word);
    const file = path.join(folder, `${check}.toml`);
    writeFileSync(file, policy.replace(word, other));
    return deny(file, check).then(() => "nothing", (failed) => failed.stderr);
  };
  assert.match(await against('"MIT", ', "", "licenses"), /failed to satisfy license requirements/);
  assert.match(await against('wrappers = ["openidconnect"], ', "", "bans"), /crate 'rsa = .*' is explicitly banned/);
  assert.match(await against('"idna:<1"', '"idna:<2"', "bans"), /crate 'idna = .*' is explicitly banned/, "versions with known faults are refused by number");
  assert.match(await against('["https://github.com/rust-lang/crates.io-index"]', "[]", "sources"), /detected 'registry'|source-not-allowed/);
});

test("SU-04 Every lock file is committed, and every entry of it has a checksum and comes from the public registry", async () => {
  const { stdout } = await run("git", ["ls-files", "*Cargo.lock", "*package-lock.json"], { cwd: root });
  const locks = stdout.trim().split("\n");
  for (const lock of ["Cargo.lock", "tests/fuzz/Cargo.lock", "tests/browser/package-lock.json", "tests/peers/package-lock.json"]) assert.ok(locks.includes(lock), lock);
  await run("cargo", ["metadata", "--format-version", "1", "--locked", "--offline"], { cwd: root, maxBuffer: 64 << 20 });
  for (const lock of locks.filter((file) => file.endsWith("Cargo.lock"))) {
    const entries = text(lock).split("[[package]]").slice(1);
    assert.ok(entries.length > 10, lock);
    for (const entry of entries.filter((one) => one.includes("source ="))) {
      assert.match(entry, /source = "registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index"\nchecksum = "[0-9a-f]{64}"/, `${lock}: ${entry}`);
    }
  }
  for (const lock of locks.filter((file) => file.endsWith(".json"))) {
    for (const [name, entry] of Object.entries(JSON.parse(text(lock)).packages)) {
      if (name) assert.ok(/^sha512-/.test(entry.integrity) && (entry.resolved ?? "https://registry.npmjs.org/").startsWith("https://registry.npmjs.org/"), `${lock}: ${name}`);
    }
  }
});

test("SU-05 The bill of materials follows CycloneDX, says the same each time, and names every crate that is built in", async (t) => {
  const folder = await folderFor(t), file = path.join(folder, "sbom.cdx.json");
  const make = async () => { await run(path.join(root, "deploy/sbom"), ["--binary", binary, "--output", file]); return readFileSync(file, "utf8"); };
  const bill = await make();
  assert.equal(await make(), bill);
  const validate = (what) => run(tool("python"), ["-c", `import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())
sys.exit(repr(wrong) if wrong else 0)`, what]);
  await validate(file);
  const spoilt = path.join(folder, "spoilt.json");
  writeFileSync(spoilt, JSON.stringify({ ...JSON.parse(bill), specVersion: undefined, components: [], dependencies: [] }));
  await assert.rejects(validate(spoilt));

  const { components, dependencies, metadata } = JSON.parse(bill);
  // cargo's own words for the same question.
  const target = "x86_64-unknown-linux-gnu";
  const tree = await run("cargo", ["tree", "--locked", "--offline", "-p", "homeward-server", "-e", "normal,build", "--target", target, "--prefix", "none", "--format", "{p}"], { cwd: root, maxBuffer: 64 << 20 });
  const built = new Set([...tree.stdout.matchAll(/^(\S+) v(\S+)/gm)].map(([, name, version]) => `pkg:cargo/${name}@${version}`));
  const crates = new Set([metadata.component.purl, ...components.map((one) => one.purl).filter((purl) => purl.startsWith("pkg:cargo/"))]);
  // The tree follows the features of the target alone; the bill may name more, never less.
  assert.deepEqual([...built].filter((purl) => !crates.has(purl)), []);
  assert.ok(!crates.has([...crates].find((purl) => purl.startsWith("pkg:cargo/proptest@"))), "tests' crates are not in it");
  for (const library of ["libxml2", "libxmlsec1-openssl", "libssl3", "libc6"]) assert.ok(components.some((one) => one.purl.startsWith(`pkg:deb/debian/${library}@`)), library);
  const lock = text("Cargo.lock");
  for (const { purl, name, version, licenses, hashes } of components.filter((one) => one.purl.startsWith("pkg:cargo/") && !one.name.startsWith("homeward"))) {
    assert.ok(licenses[0].expression, purl);
    assert.ok(lock.includes(`name = "${name}"\nversion = "${version}"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${hashes[0].content}"`), purl);
  }
  const references = new Set([metadata.component, ...components].map((one) => one["bom-ref"]));
  for (const { ref, dependsOn } of dependencies) for (const one of [ref, ...dependsOn]) assert.ok(references.has(one), one);
});

test("SU-06 Pages load nothing of others: no address outside our own origin stands in a page's code", async () => {
  const { stdout } = await run("git", ["ls-files", "web/assets", "web/src"], { cwd: root });
  const files = stdout.trim().split("\n").filter((file) => /\.(js|css|svg|rs)$/.test(file));
  assert.ok(files.some((file) => file.endsWith(".css")), files.join(" "));
  for (const file of files) assert.doesNotMatch(text(file), /(?:src|href)\s*=\s*"https?:\/\/|@import\s|url\(\s*["']?https?:/, file);
});

test("SU-07 The tools of the tests are pinned, and so is what the image is built with", () => {
  const pinned = [...text("tests/lib/tools.sh").matchAll(/\b([a-z][a-z-]+(?:\[[a-z-]+\])?)==(\d[\d.]*)/g)];
  assert.ok(pinned.length >= 4);
  for (const folder of ["tests/browser", "tests/peers"]) {
    for (const [name, version] of Object.entries(JSON.parse(text(folder, "package.json")).dependencies)) assert.match(version, /^\d/, `${folder}: ${name}`);
  }
  const wanted = /^rust-version = "(.+)"$/m.exec(text("Cargo.toml"))[1];
  assert.ok(text("deploy/Dockerfile").includes(`ARG RUST=rust:${wanted}-bookworm`), "the compiler of the workspace");
  assert.match(text("deploy/Dockerfile"), /cargo build --release --locked/);
});
