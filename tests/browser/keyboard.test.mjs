// What an administrator does seldom, from the first key to the last without a mouse, with JavaScript and without: a token is ended, Activity is taken away as JSON
// lines, a role is taken away, and the sign-in page has a colour and somebody whom people ask.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { person, startBroker } from "./broker.mjs";
import { go, main, reach, tick, type, unfold } from "./hands.mjs";
import { launch, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!";
const accounts = { 4001: "js.example", 4002: "plain.example" };
let broker, browser;

before(async () => {
  const account = ([number, domain]) => `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\n${["ana", "ben"].map((name) => person({ username: `${name}@${domain}`, password: PASSWORD })).join("")}`;
  broker = await startBroker("", {}, { accounts: Object.entries(accounts).map(account).join("") });
  for (const [number, domain] of Object.entries(accounts)) {
    for (const [name, role] of [["ana", "administrator"], ["ben", "auditor"]]) {
      const made = await broker.command("admin", "create", `${name}@${domain}`, "--account", number, "--role", role);
      assert.equal(made.code, 0, made.said);
    }
  }
  browser = await launch();
});
after(async () => { await browser.close(); assert.equal(await broker.stop(), 0); });

for (const [number, javaScriptEnabled] of [["4001", true], ["4002", false]]) {
  test(`by keyboard, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async (t) => {
    const domain = accounts[number];
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    await page.goto(`${broker.issuer}/portal/${number}/api-tokens`);
    await type(page, "Username", `ana@${domain}`);
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    await page.locator("#password").focus();
    await page.keyboard.type(PASSWORD);
    await Promise.all([page.waitForURL(/\/api-tokens$/), page.keyboard.press("Enter")]);
    await page.waitForLoadState();

    await t.test("a token is made and ended", async () => {
      await unfold(page, "Make a token");
      await type(page, "What it is for", "Reports");
      await tick(page, page.locator("input[type=checkbox]").first());
      await go(page, "button", "Make the token");
      assert.match(await page.getByLabel("Token", { exact: true }).inputValue(), /^hwt_/);
      await go(page, "button", "End Reports");
      assert.equal(await page.getByRole("button", { name: "End Reports" }).count(), 0);
    });
    await t.test("Activity is taken away as JSON lines", async () => {
      await go(page, "link", "Activity");
      await reach(page, page.getByRole("button", { name: "Export as JSON lines", exact: true }));
      const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
      assert.equal(file.suggestedFilename(), `activity-${number}.jsonl`);
      const lines = (await readFile(await file.path(), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
      assert.ok(lines.some((line) => line.event === "portal.token"), "what was done a moment ago is in it");
    });
    await t.test("a role is taken away", async () => {
      await go(page, "link", "Administrators");
      await go(page, "button", `Remove Auditor, ben@${domain}`);
      assert.match(await page.getByRole("status").innerText(), /The role is taken, and the person is signed out of the portal/);
      assert.equal(await page.getByRole("button", { name: `Remove Auditor, ben@${domain}` }).count(), 0);
    });
    await t.test("the colour of the sign-in page, and whom people ask", async () => {
      await go(page, "link", "Sign-in page");
      await type(page, "Colour", "#0b5a58");
      await go(page, "button", "Save");
      assert.match(await page.getByRole("status").innerText(), /The colour is saved, and people see it from now on/);
      assert.equal(await page.inputValue("#colour"), "#0b5a58");
      await type(page, "Whom people ask about signing in", "IT desk, +1 555 0100");
      await go(page, "button", "Save whom people ask");
      assert.match(await page.getByRole("status").innerText(), /Saved: people read it from now on/);
      assert.equal(await page.inputValue("#contact"), "IT desk, +1 555 0100");
    });
    assert.deepEqual(page.trouble, []);
    await context.close();
  });
}
