// Alert rules and dashboard against the figures of a broker that runs: every name and label in them exists, and every alert comes when it should.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Visitor, binary, end, folderFor, freePort, says, startBroker, text, use } from "./lib.mjs";

const dashboard = JSON.parse(text("deploy/monitoring/homeward.dashboard.json"));
const rules = text("deploy/monitoring/homeward.rules.yml");
const queries = [...dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr)), ...dashboard.templating.list.filter((one) => one.definition).map((one) => one.definition)];

/** Names with the labels that they have, from Prometheus' text. */
function named(figures) {
  const found = new Map();
  for (const line of figures.split("\n")) {
    const [, name, labels = ""] = /^([a-z_]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (!name) continue;
    const all = found.get(name) ?? found.set(name, new Map()).get(name);
    for (const [, label, value] of labels.matchAll(/([a-z_]+)="([^"]*)"/g)) (all.get(label) ?? all.set(label, new Set()).get(label)).add(value);
  }
  return found;
}

/** Connects an organisation whose people sign in at a provider of their own. */
async function connect(t, broker) {
  const address = "https://idp.example";
  const child = spawn(binary, ["simulate-idp", "--listen", "127.0.0.1:0", "--public-url", address, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => end(child, "SIGKILL"));
  const { certificate } = JSON.parse((await says(child, "\n")).split("\n")[0]);
  const file = path.join(await folderFor(t), "contoso.toml");
  writeFileSync(file, `[[account]]\nnumber = "50210"\nname = "Contoso"\nsso_mode = "redirect"\n[[account.domain]]\ndomain = "contoso.example"\nverified = true\n`
    + `[[account.connection]]\nname = "Okta"\nstate = "enforced"\n[account.connection.settings]\npreset = "okta"\n[account.connection.settings.protocol.saml]\n`
    + `idp_entity_id = "${address}/okta/saml"\nsso_redirect = "${address}/okta/saml/sso"\ncertificates = ["""\n${certificate}"""]\n`);
  await broker.command("apply", file, "--yes");
}

test("Every figure and label that the rules and the dashboard name is given by a broker", async (t) => {
  const metrics = await freePort();
  const broker = await startBroker(t, [], { '# listen = "127.0.0.1:9090"': `listen = "127.0.0.1:${metrics}"` });
  await connect(t, broker);
  await new Visitor({ port: broker.port }).signIn();
  await new Visitor({ port: broker.port, from: "127.0.0.2" }).signIn("Falsch#12x");
  const page = await new Visitor({ port: metrics }).go("/metrics");
  const given = named(page.html);
  assert.ok(given.get("homeward_signins_total").get("method").has("pwd"), page.html);
  const from = (all) => [...all.matchAll(/homeward_[a-z_]+/g)].map(([name]) => name);
  const used = new Set([...from(queries.join("\n")), ...from(rules.replaceAll(/^ *(summary|action):.*$/gm, ""))]);
  assert.ok(used.size >= 8);
  for (const name of used) assert.ok(given.has(name), `${name} is none of ${[...given.keys()].join(" ")}`);
  // Prometheus itself adds job and instance.
  for (const [, name, labels] of (queries.join("\n") + rules).matchAll(/(homeward_[a-z_]+)\{([^}]*)\}/g)) {
    for (const [, label] of labels.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)) assert.ok(["instance", "job"].includes(label) || given.get(name).has(label), `${name} has no label ${label}`);
  }
  const outcomes = given.get("homeward_events_total").get("outcome");
  for (const outcome of ["password.wrong", "ok"]) assert.ok(outcomes.has(outcome), outcome);
  for (const [, outcome] of (queries.join("\n") + rules).replaceAll(/homeward_trace_spans_total\{[^}]*\}/g, "").matchAll(/outcome!?="([a-z_.]+)"/g)) assert.ok(text("docs/reasons.md").includes(`| \`${outcome}\` |`), `${outcome} stands in docs/reasons.md`);
  for (const [, route] of queries.join("\n").matchAll(/route="([^"]+)"/g)) assert.ok(given.get("homeward_request_duration_seconds_count").get("route").has(route), route);
});

test("Prometheus takes rules and configuration, and each alert comes when it should and only then", async () => {
  await use("promtool", "check", "config", "deploy/monitoring/prometheus.yml");
  await use("promtool", "check", "rules", "deploy/monitoring/homeward.rules.yml");
  await use("promtool", "test", "rules", "deploy/monitoring/homeward.rules.test.yml");
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const page = text("docs/deployment.md");
  for (const alert of alerts) {
    assert.ok(text("deploy/monitoring/homeward.rules.test.yml").includes(`alertname="${alert}"`), `${alert} has a test in which it comes`);
    assert.ok(page.includes(`\`${alert}\``), `docs/deployment.md says what to do at ${alert}`);
  }
});

test("Prometheus understands every query of the dashboard, and no panel hides another", async (t) => {
  const folder = await folderFor(t);
  const written = (all) => {
    const file = path.join(folder, "queries.yml");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "queries", rules: all.map((expr, index) => ({ record: `query:${index}`, expr })) }] }));
    return file;
  };
  const asked = queries.filter((query) => !query.startsWith("label_values")).map((query) => query.replaceAll("$instance", ".*"));
  await use("promtool", "check", "rules", written(asked));
  await assert.rejects(use("promtool", "check", "rules", written([`${asked[0]})`])), /parse error/);
  const taken = new Set();
  for (const { id, title, description, gridPos: { x, y, w, h }, datasource, targets } of dashboard.panels) {
    assert.ok(title && description && targets.length && id && x + w <= 24, title);
    assert.equal(datasource.uid, "${source}", "the source is chosen, not ours");
    for (let row = y; row < y + h; row++) for (let column = x; column < x + w; column++) {
      assert.ok(!taken.has(`${row} ${column}`), `${title} overlaps`);
      taken.add(`${row} ${column}`);
    }
  }
  assert.equal(new Set(dashboard.panels.map((panel) => panel.id)).size, dashboard.panels.length);
});
