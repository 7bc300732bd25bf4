// The chart, without a cluster: Helm's own library renders it, each object is checked against the schema of its kind, and the broker reads the configuration.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { binary, certificate, folderFor, issuer, root, run, text, tool } from "./lib.mjs";

/** The least that somebody has to say. */
const least = {
  image: { repository: "registry.example.com/homeward", tag: "0.1.0" }, publicUrl: issuer, trustedProxies: ["10.42.0.0/16"],
  database: { url: "postgres://homeward@db.example.com/homeward" },
  redis: { sentinels: ["rediss://s1.example.com:26379", "rediss://s2.example.com:26379", "rediss://s3.example.com:26379"], master: "homeward" },
  mail: { host: "smtp.example.com", username: "homeward", from: "signin@example.com" }, secret: { name: "homeward" }, ingress: { className: "nginx", tlsSecret: "signin-tls" },
};

/** What Helm makes of these values: objects by kind. */
async function rendered(folder, values) {
  const file = path.join(folder, "values.json");
  writeFileSync(file, JSON.stringify(values));
  const { stdout } = await run(tool("python"), [path.join(root, "tests/deploy/helm.py"), file], { maxBuffer: 16 << 20 });
  const { objects, lint } = JSON.parse(stdout);
  assert.deepEqual([lint.errors, lint.messages.filter((one) => one.severity > 1)], [[], []]);
  return Object.fromEntries(objects.map((one) => [one.kind, one]));
}

/** Whether the broker takes the configuration, with its secrets and authorities where the pod would have them; what it says. */
async function read(folder, { ConfigMap }, secrets) {
  const at = (file) => path.join(folder, file);
  mkdirSync(at("authorities"), { recursive: true });
  writeFileSync(at("authorities/redis-ca.pem"), await certificate(folder));
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(at(name), secret, { mode: 0o600 });
  const file = ConfigMap.data["homeward.toml"].replaceAll("/run/secrets/homeward/", `${folder}/`).replaceAll("/etc/homeward/authorities/", `${folder}/authorities/`);
  writeFileSync(at("homeward.toml"), file);
  return (await run(binary, ["--config", at("homeward.toml"), "check-config"])).stdout;
}

const secrets = { "root.key": `1:${Buffer.alloc(32, 7).toString("base64")}\n`, "db.password": "db", "redis.password": "redis", "smtp.password": "smtp", "sentinel.password": "watch" };

test("The chart renders with the least that is said: three brokers that may do nothing, behind a policy and an ingress, with secrets by reference alone", async (t) => {
  const folder = await folderFor(t);
  const all = await rendered(folder, least);
  assert.deepEqual(Object.keys(all).sort(), ["ConfigMap", "Deployment", "Ingress", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount"], "and no Secret");
  const { replicas, strategy, template: { spec, metadata } } = all.Deployment.spec;
  assert.deepEqual([replicas, strategy.rollingUpdate, all.PodDisruptionBudget.spec.minAvailable], [3, { maxUnavailable: 0, maxSurge: 1 }, 2]);
  assert.deepEqual([spec.securityContext.runAsNonRoot, spec.securityContext.runAsUser, spec.securityContext.seccompProfile.type, spec.automountServiceAccountToken], [true, 10001, "RuntimeDefault", false]);
  const [broker] = spec.containers;
  assert.deepEqual(broker.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
  assert.deepEqual([broker.livenessProbe.httpGet.path, broker.readinessProbe.httpGet.path, broker.env, spec.terminationGracePeriodSeconds], ["/healthz", "/readyz", undefined, 45]);
  const secret = spec.volumes.find((one) => one.name === "secrets").secret;
  assert.deepEqual([secret.secretName, secret.defaultMode], ["homeward", 0o400]);
  assert.match(text("deploy/Dockerfile"), /^USER 10001:10001$/m, "the image's user is the pod's");
  assert.deepEqual(all.Service.spec.selector, all.Deployment.spec.selector.matchLabels);
  for (const [label, value] of Object.entries(all.Service.spec.selector)) assert.equal(metadata.labels[label], value);
  const { ingress, egress, podSelector, policyTypes } = all.NetworkPolicy.spec;
  assert.deepEqual([policyTypes, podSelector.matchLabels], [["Ingress", "Egress"], all.Service.spec.selector]);
  assert.ok(ingress.every((rule) => rule.from.length > 0), "nobody is let in whom nobody named");
  assert.deepEqual(egress[1].to.map((one) => one.ipBlock), [{ cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] }, { cidr: "::/0", except: ["fe80::/10", "fd00:ec2::254/128"] }]);
  assert.deepEqual(all.Ingress.spec.rules[0].host, "signin.example.com");
  assert.deepEqual(all.Ingress.spec.tls, [{ hosts: ["signin.example.com"], secretName: "signin-tls" }]);
  const said = await read(folder, all, secrets);
  for (const part of ["PostgreSQL database homeward at db.example.com", "Redis homeward, watched by the sentinels at s1.example.com:26379", "signin.example.com"]) assert.ok(said.includes(part), `${part}: ${said}`);
});

test("Everything that can be said reaches the broker as it was said, and another configuration starts the brokers anew", async (t) => {
  const folder = await folderFor(t);
  const strange = 'Sign "in" \\ <&> ü';
  const values = {
    ...least, replicas: 5, drainSeconds: 30, workers: 4, image: { repository: "r", digest: `sha256:${"a".repeat(64)}`, pullSecrets: [{ name: "pull" }] },
    redis: { cluster: ["rediss://a.example.com", "rediss://b.example.com:7000"], username: "homeward" },
    mail: { ...least.mail, port: 465, tls: "required", replyTo: "help@example.com" }, authorities: { configMap: "authorities", redis: "redis-ca.pem" },
    config: `[signin]\nproduct = ${JSON.stringify(strange)}\n[keys]\nrotate_days = 30\n`, probes: { ready: "/healthz" },
    podAnnotations: { "prometheus.io/scrape": "true" }, nodeSelector: { disk: "fast" }, tolerations: [{ key: "signin", operator: "Exists" }],
  };
  const all = await rendered(folder, values);
  const { spec, metadata } = all.Deployment.spec.template;
  assert.deepEqual([spec.containers[0].image, spec.imagePullSecrets, spec.nodeSelector, spec.terminationGracePeriodSeconds], [`r@sha256:${"a".repeat(64)}`, [{ name: "pull" }], { disk: "fast" }, 60]);
  const file = all.ConfigMap.data["homeward.toml"];
  for (const line of ["drain_seconds = 30", "port = 465", 'reply_to = "help@example.com"', 'username = "homeward"', `product = ${JSON.stringify(strange)}`]) assert.ok(file.split("\n").includes(line), `${line} in ${file}`);
  assert.ok((await read(folder, all, secrets)).includes("Redis Cluster with nodes at a.example.com:6379, b.example.com:7000"));
  const other = await rendered(folder, { ...values, workers: 3 });
  assert.notEqual(other.Deployment.spec.template.metadata.annotations["checksum/config"], metadata.annotations["checksum/config"]);
  const watched = await rendered(folder, { ...least, secret: { name: "homeward", sentinelPassword: "sentinel.password" }, redis: { ...least.redis, sentinelUsername: "homeward" } });
  await read(folder, watched, secrets);
  const alone = await rendered(folder, { ...least, replicas: 1, redis: {}, ingress: { enabled: false }, networkPolicy: { enabled: false } });
  assert.deepEqual(Object.keys(alone).sort(), ["ConfigMap", "Deployment", "Service", "ServiceAccount"]);
  assert.deepEqual(alone.Deployment.spec.strategy, { type: "Recreate" }, "one that counts by itself serves alone");
  assert.ok(!(await read(folder, alone, secrets)).includes("Redis"));
});

test("What would not hold is refused before anything is made of it", async (t) => {
  const folder = await folderFor(t);
  const without = (key) => Object.fromEntries(Object.entries(least).filter(([name]) => name !== key));
  for (const [values, why] of [
    [without("publicUrl"), /publicUrl/], [without("database"), /database/], [without("secret"), /secret/], [without("mail"), /mail/],
    [{ ...least, publicUrl: "http://signin.example.com" }, /publicUrl/],
    [{ ...least, database: { url: "postgres://homeward:canary@db.example.com/homeward" } }, /database/],
    [{ ...least, trustedProxies: ["everybody"] }, /trustedProxies/],
    [{ ...least, replica: 3 }, /replica/],
    [{ ...least, redis: {} }, /several brokers count together in Redis/],
    [{ ...least, ingress: { enabled: true } }, /ingress\.tlsSecret/],
    [{ ...least, networkPolicy: { enabled: true, from: [] } }, /networkPolicy\.from/],
    [{ ...least, image: { repository: "r" } }, /image\.tag or image\.digest/],
    [{ ...least, drainSeconds: 600 }, /drainSeconds/],
  ]) {
    await assert.rejects(rendered(folder, values), (refused) => why.test(refused.stderr), String(why));
  }
});
