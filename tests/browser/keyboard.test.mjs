// What an administrator does seldom, from the first key to the last without a mouse, with JavaScript and without: a token is ended, Activity is taken away as JSON
// lines, a role is taken away, a group is put into the pilot, it is on for verified domains, the steps are mailed, and the sign-in page has a colour and somebody whom people ask.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { person, startBroker } from "./broker.mjs";
import { choose, go, main, reach, tick, type, unfold } from "./hands.mjs";
import { launch, visitor } from "./world.mjs";

const PASSWORD = "Kranich7!";
const accounts = { 4001: "js.example", 4002: "plain.example" };
let broker, browser;

before(async () => {
  // On, and two of the three are of the verified domain, the third of a group.
  const connection = `[[account.connection]]\nname = "Organisation"\nstate = "enforced"\n[account.connection.settings]\npreset = "generic"\n[account.connection.settings.protocol.oidc]\nissuer = "https://idp.example"\nclient_id = "homeward"\n`;
  const account = ([number, domain]) => `[[account]]\nnumber = "${number}"\nname = "Northwind Dental"\nsso_mode = "button"\n${connection}[[account.domain]]\ndomain = "${domain}"\nverified = true\n`
    + ["ana", "ben"].map((name) => person({ username: `${name}@${domain}`, password: PASSWORD })).join("")
    + person({ username: `desk-${number}`, password: PASSWORD, more: `groups = ["sales"]` });
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
    await t.test("a group is put into the pilot, then it is on for verified domains; both are taken back", async () => {
      const said = (words) => page.getByRole("status").filter({ hasText: words }).waitFor();
      const stage = (name) => page.locator(".stages li", { hasText: name }).innerText();
      await go(page, "link", "Single Sign-On");
      assert.match(await stage("Only for the people of the pilot"), /0 of 3 people sign in at the provider/);
      assert.match(await stage("For everybody on verified domains"), /2 of 3 people sign in at the provider/);
      await unfold(page, "People of the pilot");
      await choose(page, "A group to add", "sales: 1 person, of whom the pilot moves 1");
      await go(page, "button", "Add the group");
      await said("The pilot was changed.");
      assert.match(await stage("Only for the people of the pilot"), /1 of 3 people/);
      assert.match(await stage("For everybody on verified domains"), /3 of 3 people/, "whoever is in the pilot stays in it");
      await go(page, "button", "Turn on for verified domains");
      await said("Done. You can take it back for 24 hours.");
      assert.match(await page.locator("p.meta").innerText(), /On for verified domains[\s\S]*3 people sign in there/);
      await go(page, "button", "Undo");
      await said("Taken back.");
      assert.match(await page.locator("p.meta").innerText(), /^On\s/);
      await unfold(page, "People of the pilot");
      await go(page, "button", "× Remove sales");
      await said("The pilot was changed.");
      assert.match(await stage("Only for the people of the pilot"), /0 of 3 people/);
    });
    await t.test("the steps are mailed to whoever looks after the provider; a wrong address stays in its field", async () => {
      await go(page, "link", "Email these steps");
      await choose(page, "What", "Single Sign-On: Organisation");
      await type(page, "Email address", "kim");
      await go(page, "button", "Send");
      assert.deepEqual([await page.inputValue("#email"), await page.locator("#email").getAttribute("aria-invalid")], ["kim", "true"]);
      await type(page, "Email address", "kim@outside.example");
      await go(page, "button", "Send");
      assert.match(await page.getByRole("status").innerText(), /The steps are on their way/);
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
