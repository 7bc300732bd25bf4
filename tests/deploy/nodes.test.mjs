// Several brokers in containers, without a container engine: the compose file is linted, and its settings are read by the broker and by Redis themselves.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { binary, end, folderFor, root, run, says, text, tool, use } from "./lib.mjs";

const composed = async () => JSON.parse((await run(tool("python"), ["-c",
  "import json, sys; from ruamel.yaml import YAML; print(json.dumps(YAML(typ='safe').load(open(sys.argv[1]))))", path.join(root, "deploy/compose.nodes.yaml")])).stdout);

test("The compose file of three brokers follows its schema, takes every right away, and keeps database and Redis off every network", async () => {
  await use("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.nodes.yaml");
  const { services, networks, volumes } = await composed();
  const brokers = Object.keys(services).filter((name) => name.startsWith("homeward-"));
  assert.equal(brokers.length, 3);
  for (const [name, service] of Object.entries(services)) {
    assert.deepEqual([name, service.read_only, service.cap_drop, service.security_opt], [name, true, ["ALL"], ["no-new-privileges:true"]]);
    assert.ok(!service.privileged && !JSON.stringify(service.volumes).includes("docker.sock"));
    assert.equal(service.ports === undefined, name !== "proxy", "only the proxy is reached from outside");
  }
  for (const name of brokers) {
    assert.deepEqual(services[name], services[brokers[0]], "each is like the others");
    assert.deepEqual(services[name].networks.filter((one) => one in services.proxy.networks), ["inner"], "they share one network with the proxy");
    assert.ok(services.proxy.environment.HOMEWARD_BROKER.split(" ").includes(`${name}:8080`));
  }
  for (const name of ["postgres", "redis"]) assert.equal(services[name].network_mode, "none");
  const { driver_opts: socket } = volumes["redis-socket"];
  assert.deepEqual([socket.type, ...socket.o.split(",").filter((one) => /^[ug]id=/.test(one)).map((one) => one.slice(4))], ["tmpfs", ...services.redis.user.split(":")], "the folder of the socket belongs to Redis' user");
  assert.equal(networks.inner.internal, true);
  assert.match(text("deploy/container/homeward.nodes.toml"), new RegExp(`^trusted_proxies = \\["${services.proxy.networks.inner.ipv4_address}/32"\\]$`, "m"));
});

test("The broker reads the settings of several, and Redis its own: whoever has no name gets nothing, and the broker's has its few rights", async (t) => {
  const folder = await folderFor(t);
  const at = (file) => path.join(folder, file);
  const secrets = { root_key: `1:${Buffer.alloc(32, 7).toString("base64")}\n`, smtp_password: "smtp", db_password: "db", redis_password: "canary" };
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(at(name), secret, { mode: 0o600 });
  const settings = text("deploy/container/homeward.nodes.toml").replaceAll("/run/secrets/", `${folder}/`).replace("/run/redis/redis.sock", at("redis.sock"));
  writeFileSync(at("homeward.toml"), settings);
  const { stdout } = await run(binary, ["--config", at("homeward.toml"), "check-config"]);
  assert.match(stdout, /PostgreSQL database homeward at \/run\/postgresql/);
  assert.ok(stdout.includes(`Redis at ${at("redis.sock")}`), stdout);
  await assert.rejects(run(binary, ["--config", at("homeward.toml"), "doctor"]), (refused) => /✕ redis .*does not answer/.test(refused.stdout));

  writeFileSync(at("redis_acl"), text("deploy/container/redis.acl").replace("PASSWORD", "canary"));
  mkdirSync(at("data"));
  const conf = text("deploy/container/redis.conf").replace("/run/redis/redis.sock", at("redis.sock")).replace("/run/secrets/redis_acl", at("redis_acl")).replace("dir /data", `dir ${at("data")}`);
  writeFileSync(at("redis.conf"), conf);
  const server = spawn("redis-server", [at("redis.conf")], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => end(server, "SIGKILL"));
  await says(server, "eady to accept connections");
  const asked = async (...words) => (await run("redis-cli", ["-s", at("redis.sock"), ...words])).stdout.trim();
  assert.match(await asked("ping"), /^NOAUTH/, "as the compose file's look at it expects");
  assert.match(await asked("--no-auth-warning", "--user", "homeward", "--pass", "canary", "set", "theirs", "1"), /^NOPERM/);
  await assert.rejects(run(binary, ["--config", at("homeward.toml"), "doctor"]), (refused) => /✓ redis .*answers; what it counts outlives its restart; 256 MiB at most/.test(refused.stdout));
});
