// The REST API against its own OpenAPI document: schemathesis sends what fits the document and what does not, by a token that may do everything.
// HOMEWARD_API_EXAMPLES says how many requests of a kind each endpoint gets; the usual number takes about a minute.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { ann, folderFor, root, run, startBroker, tool } from "./lib.mjs";

const examples = process.env.HOMEWARD_API_EXAMPLES ?? "12";

/** A broker, and the token of an operator with every scope that the document knows. */
async function world(t) {
  const broker = await startBroker(t, []);
  const base = `http://127.0.0.1:${broker.port}/api/v1`;
  const document = await (await fetch(`${base}/openapi.json`)).json();
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item).filter((operation) => operation.operationId));
  const scopes = new Set(operations.flatMap((operation) => operation.security.flatMap(({ token }) => token)));
  const of = [ann.username, "--account", "40817"];
  for (const role of ["operator", "administrator"]) await broker.command("admin", "create", ...of, "--role", role);
  const made = await broker.command("api-token", "create", ...of, "--name", "schemathesis", "--json", ...[...scopes].flatMap((scope) => ["--scope", scope]));
  const { token } = JSON.parse(made);
  const call = async (method, where, body) => {
    const answer = await fetch(base + where, { method, headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) }, body: body && JSON.stringify(body) });
    return { status: answer.status, value: answer.status === 204 ? undefined : await answer.json() };
  };
  return { ...broker, base, token, call, operations };
}

test("AD-04 DS-06 LH-12 schemathesis finds nothing: every answer is as the document says, nothing that does not fit is taken, and nothing breaks", { timeout: 3_600_000 }, async (t) => {
  const { base, token, call, operations } = await world(t);
  const at = "/accounts/40817";
  await call("POST", `${at}/domains`, { domain: "northwind.example" });
  const connection = (await call("POST", `${at}/connections`, { product: "other-saml" })).value.connection.id;
  const [user] = (await call("GET", `${at}/users`)).value.items;
  const folder = await folderFor(t);
  const report = path.join(folder, "report.json");
  const given = (file) => path.join(root, "tests/deploy", file);
  const parameters = ["run", `${base}/openapi.json`, "--url", base, "--header", `Authorization: Bearer ${token}`, "--max-examples", examples,
    "--seed", "7", "--generation-deterministic", "--generation-database", "none", "--report", "json", "--report-json-path", report];
  // Whatever it keeps, it keeps in a folder that is gone afterwards.
  const env = { ...process.env, SCHEMATHESIS_HOOKS: given("schemathesis_hooks.py"), PYTHONDONTWRITEBYTECODE: "1", HYPOTHESIS_STORAGE_DIRECTORY: folder };
  const options = { cwd: folder, env, maxBuffer: 256 << 20 };
  const found = await run(tool("st"), ["--no-color", "--config-file", given("schemathesis.toml"), ...parameters], options)
    .then(({ stdout }) => stdout, (failed) => assert.fail(`${failed.stdout.slice(-20_000)}${failed.stderr}`));
  assert.match(found, /No issues found/);
  const tested = Number(/Tested: +(\d+)/.exec(found)?.[1] ?? 0);
  assert.equal(tested, operations.length, "every endpoint was asked");
  assert.equal((await call("GET", `${at}/users/${user.id}`)).status, 200, "the token counts to the end");
  assert.equal((await call("GET", `${at}/connections/${connection}`)).status, 200);
});
