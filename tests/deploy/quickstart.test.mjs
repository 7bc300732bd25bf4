// deploy/quickstart hands what was typed to the demo; a folder is meant from where it was typed, and what the demo shows can be typed there, too. Nothing is installed or built: those programs are stood in for.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

const sources = realpathSync(path.resolve(import.meta.dirname, "../.."));
const quickstart = path.join(sources, "deploy/quickstart");

test("a folder that --data names is looked for where the command was typed", (t) => {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "homeward quickstart-")));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [programs, built] = [path.join(folder, "bin"), path.join(folder, "target/release")];
  for (const one of [programs, built]) mkdirSync(one, { recursive: true });
  const program = (where, text) => writeFileSync(where, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program(path.join(programs, "dpkg-query"), "printf installed");
  program(path.join(programs, "cargo"), "exit 0");
  program(path.join(built, "homeward"), `for word in "$0" "$@"; do echo "word $word"; done`);
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}`, CARGO_TARGET_DIR: path.join(folder, "target") };
  const started = (cwd, ...words) => execFileSync(quickstart, words, { cwd, env: { ...env, PWD: cwd }, encoding: "utf8" }).split("\n").filter((line) => line.startsWith("word ")).map((line) => line.slice(5));
  const handed = (...words) => started(folder, ...words).slice(1);
  assert.deepEqual(started(sources), [path.join(built, "homeward"), "demo"]);
  // From elsewhere the folder is named in full, so that the command that the demo shows finds it from there.
  assert.deepEqual(handed(), ["demo", "--data", `${sources}/deploy/data/demo`]);
  assert.deepEqual(handed("--data", "my data", "--port", "9000"), ["demo", "--data", `${folder}/my data`, "--port", "9000"]);
  assert.deepEqual(handed("--fresh", "--data=mine"), ["demo", "--fresh", `--data=${folder}/mine`]);
  assert.deepEqual(handed("--data", "/srv/mine"), ["demo", "--data", "/srv/mine"]);
  assert.deepEqual(handed("--data=/srv/mine"), ["demo", "--data=/srv/mine"]);
});
