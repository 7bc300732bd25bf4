// A Debian 12 of its own with systemd as its first process, in a folder: where a package is installed and a unit is started for real.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { debianRoot, end, folderFor, run, tool, toolEnvironment } from "./lib.mjs";

/** Why no machine can be started here; nothing when it can. */
export async function impossible() {
  if (process.getuid() !== 0) return "a machine of its own needs root";
  try { await run("unshare", ["--mount", "--pid", "--fork", "--mount-proc", "true"]); } catch { return "this environment allows no namespaces, so no machine can be started in it"; }
}

/** The processes that a process started itself. The first one of a namespace takes all others of it along when it ends. */
export function children(parent) {
  try { return readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number); } catch { return []; }
}

/** Starts one; it shares the network with its host. `files` are written before the start. */
export async function startMachine(test, files = {}) {
  const folder = path.join(await folderFor(test), "root");
  mkdirSync(folder);
  await run("tar", ["-C", folder, "-xf", debianRoot]);
  for (const [place, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, place)), { recursive: true });
    writeFileSync(path.join(folder, place), content);
  }
  // When this process is stopped half way, the machine is told to halt.
  const child = spawn("setpriv", ["--pdeathsig", "TERM", tool("systemd-nspawn"), "--quiet", "--directory", folder, "--register=no", "--keep-unit", "--resolv-conf=copy-host", "--console=pipe", "--boot"],
    { env: toolEnvironment, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => { said += part; });
  test.after(async () => {
    for (const one of children(child.pid)) process.kill(one, "SIGKILL");
    await end(child);
    await rm(folder, { recursive: true, force: true });
  });
  const leader = async () => {
    for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((yes) => setTimeout(yes, 100))) {
      assert.equal(child.exitCode, null, said);
      const [first] = children(child.pid);
      if (first) return String(first);
    }
    assert.fail(`no first process: ${said}`);
  };
  const first = await leader();
  const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LANG: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" };
  const inside = async (...command) => {
    const entered = ["--target", first, "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--", ...command];
    return (await run("nsenter", entered, { env: environment, cwd: "/", maxBuffer: 64 << 20 })).stdout;
  };
  /** The same for a command that must fail: gives what it said. */
  const refused = async (...command) => {
    try { await inside(...command); } catch (failed) { return failed.stdout + failed.stderr; }
    return assert.fail(`${command.join(" ")} did not fail`);
  };
  // systemd listens a moment after it is there; "degraded" is about units of Debian that have nothing to do in a container.
  for (const until = Date.now() + 240_000; ; await new Promise((yes) => setTimeout(yes, 200))) {
    const state = await inside("systemctl", "is-system-running").catch((failed) => failed.stdout ?? "");
    if (["running", "degraded"].includes(state.trim())) break;
    assert.ok(Date.now() < until, `systemd does not come up: ${state}${said}`);
  }
  return { folder, inside, refused };
}
