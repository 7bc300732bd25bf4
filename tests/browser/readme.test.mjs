// The README's section about an organisation's identity provider, word for word: its block is applied after the one before it, its commands run in their order
// beside the broker, and then a username of the domain is led to the provider.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { startBroker } from "./broker.mjs";
import { startProviders } from "./providers.mjs";
import { heading, launch, press, root, visitor } from "./world.mjs";

const text = await readFile(path.join(root, "README.md"), "utf8");
const section = (title) => text.split(`\n## ${title}\n`)[1].split("\n## ")[0];
const block = (part) => /```toml\n(.*?)```/s.exec(part)[1];
const connect = section("Connect an organisation's identity provider");
const commands = connect.split("\n").filter((line) => line.startsWith("    homeward ")).map((line) => line.split(" #")[0].trim().split(/\s+/).slice(1));

let folder, providers, broker, browser;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "homeward-"));
  providers = await startProviders();
  // Whoever was invited has no user that signs in before the invitation is accepted.
  broker = await startBroker("", {}, { accounts: block(section("Register an application")).replace("invite = true\n", "") });
  browser = await launch();
  const metadata = await fetch(`${providers.base.replace(/\/\/[^:]+:/, "//127.0.0.1:")}/okta/saml/metadata`);
  await writeFile(path.join(folder, "okta.xml"), await metadata.text());
});
after(async () => { await browser.close(); assert.equal(await broker.stop(), 0); await providers.stop(); await rm(folder, { recursive: true, force: true }); });

/** Where a username leads that is typed on the broker's own page. */
async function named(page) {
  await page.goto(`${broker.issuer}/signin`);
  await page.fill("#username", "anybody@northwind.example");
  await press(page, "Next");
  return heading(page);
}

test("the README's commands connect Okta as they stand", async () => {
  let { context, page } = await visitor(browser);
  await broker.apply(block(connect));
  assert.deepEqual(commands.map((words) => words.at(0) === "connection" ? words[1] : words.join(" ")), ["show", "metadata", "test", "state", "state", "state"]);
  assert.equal(await named(page), "Enter your password", "a draft concerns nobody");
  for (const words of commands) {
    const { code, said } = await broker.command(...words.map((word) => (word.endsWith(".xml") ? path.join(folder, word) : word)));
    assert.equal(code, 0, `${words.join(" ")}: ${said}`);
    if (words[1] !== "test") continue;
    await page.goto(/https?:\/\/\S+/.exec(said)[0]);
    await page.getByRole("button", { name: "Begin the test", exact: true }).click();
    await providers.signIn(page, "Simulated Okta sign-in", { username: "britta.simon@northwind.example" });
    await page.getByText("Passed all 6 checks").first().waitFor();
  }
  // Somebody who did not make the test, and whom the provider does not know yet.
  await context.close();
  ({ context, page } = await visitor(browser));
  assert.equal(await named(page), "Sign in with your organisation");
  await Promise.all([page.waitForURL(`${providers.base}/**`), page.getByRole("button", { name: "Single Sign On", exact: true }).click()]);
  assert.equal(await heading(page), "Simulated Okta sign-in");
  await context.close();
});
