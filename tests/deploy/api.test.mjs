// The REST API against its own OpenAPI document: schemathesis sends what fits the document and what does not, by tokens that may do everything.
// HOMEWARD_API_EXAMPLES says how many requests of a kind each endpoint gets, and HOMEWARD_API_SEED which ones; the usual ones take about a minute.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { ann, folderFor, register, root, run, startBroker, tool } from "./lib.mjs";

const { HOMEWARD_API_EXAMPLES: examples = "6", HOMEWARD_API_SEED: seed = "7" } = process.env;
// One makes 3,000 calls in five minutes. Together they make more than schemathesis sends, however long it runs.
const TURNS = 8;

/** A broker, and tokens of an operator with every scope that the document knows. */
async function world(t) {
  const broker = await startBroker(t, []);
  const more = path.join(await folderFor(t), "register.toml");
  await writeFile(more, `${register()}[[account.user]]\nusername = "mia@northwind.example"\n[[account.user]]\nusername = "kim@northwind.example"\n`);
  await broker.command("apply", more, "--yes");
  const base = `http://127.0.0.1:${broker.port}/api/v1`;
  const document = await (await fetch(`${base}/openapi.json`)).json();
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item).filter((operation) => operation.operationId));
  const scopes = new Set(operations.flatMap((operation) => operation.security.flatMap(({ token }) => token)));
  const of = [ann.username, "--account", "40817"];
  for (const role of ["operator", "administrator"]) await broker.command("admin", "create", ...of, "--role", role);
  const make = async (name, scopes) => JSON.parse(await broker.command("api-token", "create", ...of, "--name", name, "--json", ...scopes.flatMap((scope) => ["--scope", scope])));
  const tokens = [];
  for (let turn = 0; turn < TURNS; turn += 1) tokens.push(await make(`schemathesis ${turn}`, [...scopes]));
  // Another one, to be ended.
  const { id: other } = await make("other", ["users:read"]);
  const call = async (method, where, body, { token } = tokens[0]) => {
    const answer = await fetch(base + where, { method, headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) }, body: body && JSON.stringify(body) });
    return { status: answer.status, value: answer.status === 204 ? undefined : await answer.json() };
  };
  return { base, tokens, other, call, operations };
}

test("AD-04 DS-06 LH-12 schemathesis finds nothing: every answer is as the document says, nothing that does not fit is taken, and nothing breaks", { timeout: 3_600_000 }, async (t) => {
  const { base, tokens, other, call, operations } = await world(t);
  const at = "/accounts/40817";
  await call("POST", `${at}/domains`, { domain: "northwind.example" });
  const begin = async (product) => (await call("POST", `${at}/connections`, { product })).value.connection.id;
  const [connection, turned] = [await begin("other-saml"), await begin("other-openid")];
  const { id: user } = (await call("GET", `${at}/users`)).value.items.find(({ username }) => username.startsWith("mia"));
  const { reference } = (await call("POST", `${at}/setup-links`, { hours: 4 })).value.link;
  const folder = await folderFor(t);
  const report = path.join(folder, "report.json");
  const given = (file) => path.join(root, "tests/deploy", file);
  const parameters = ["run", `${base}/openapi.json`, "--url", base, "--max-examples", examples,
    "--seed", seed, "--generation-database", "none", "--report", "json", "--report-json-path", report];
  // Whatever it keeps, it keeps in a folder that is gone afterwards.
  const env = { ...process.env, SCHEMATHESIS_HOOKS: given("schemathesis_hooks.py"), PYTHONDONTWRITEBYTECODE: "1", HYPOTHESIS_STORAGE_DIRECTORY: folder,
    HOMEWARD_API_TOKENS: tokens.map(({ token }) => token).join(" "), HOMEWARD_API_OWN: tokens.map(({ id }) => id).join(" "),
    HOMEWARD_API_USER: user, HOMEWARD_API_CONNECTION: connection, HOMEWARD_API_TURNED: turned, HOMEWARD_API_TOKEN: other, HOMEWARD_API_LINK: reference };
  const options = { cwd: folder, env, maxBuffer: 256 << 20 };
  const found = await run(tool("st"), ["--no-color", "--config-file", given("schemathesis.toml"), ...parameters], options)
    .then(({ stdout }) => stdout, async (failed) => {
      await writeFile(path.join(root, "tests/.run/schemathesis.log"), failed.stdout + failed.stderr);
      assert.fail(`${failed.stdout.slice(-20_000)}${failed.stderr}`);
    });
  assert.match(found, /(\d+) generated, \1 passed/);
  const tested = Number(/Tested: +(\d+)/.exec(found)?.[1] ?? 0);
  assert.equal(tested, operations.length, "every endpoint was asked");
  for (const token of tokens) assert.equal((await call("GET", `${at}/users/${user}`, undefined, token)).status, 200, "the tokens count to the end");
  assert.equal((await call("GET", `${at}/connections/${connection}`)).status, 200);
});
