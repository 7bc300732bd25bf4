// A person's own name and e-mail address, and a username that an administrator changes: with JavaScript and without, and by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { heading, launch, newestMail, press, startDemo, visitor } from "./world.mjs";

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0); });

const britta = { username: "britta.simon@northwind.example", password: "Kranich7!" };
const ana = { username: "ana.trujillo@contoso.example", password: "Pirol*Nest4" };

async function signIn(page, who) {
  await page.goto(`${demo.broker}/account`);
  await page.fill("#username", who.username);
  await press(page, "Next");
  await page.fill("#password", who.password);
  await press(page, "Next");
  await page.waitForURL(/signin$/);
  await page.goto(`${demo.broker}/account`);
}

/** The code in a mail. */
const code = (mail) => /Code: (\d{3} \d{3})/.exec(mail.text)[1];

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("B-038, LR-15: an email address is changed by code, and taken back by the link at the old one", async () => {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      const to = `britta-${javaScriptEnabled}@northwind.example`;
      await signIn(page, britta);
      await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Change Email" }).click()]);
      assert.equal(await heading(page), "Your email address");
      await page.fill("#email", to);
      await press(page, "Send the code");
      assert.match(await page.locator("main").innerText(), new RegExp(`We sent a code to ${to}`));
      await page.fill("#code", "x");
      await press(page, "Use this address");
      assert.match(await page.locator(".err").innerText(), /That code is wrong/);
      await page.fill("#code", code(await newestMail(demo, context, "Your code for this email address")));
      await press(page, "Use this address");
      assert.equal(await heading(page), "Your account");
      assert.match(await page.getByRole("status").innerText(), /Your new email address counts from now on/);
      assert.match(await page.locator("main").innerText(), new RegExp(to));
      const mail = await newestMail(demo, context, "Your email address was changed");
      const other = await visitor(browser, { javaScriptEnabled });
      await other.page.goto(mail.link);
      assert.equal(await heading(other.page), "Take the change back?");
      assert.ok(!other.page.url().includes("token"), "LR-08");
      await page.goto(`${demo.broker}/account`);
      assert.equal(await heading(page), "Your account", "LR-07: nothing has happened yet");
      await press(other.page, "Yes, take it back");
      assert.equal(await heading(other.page), "Your email address is as it was before");
      await page.reload();
      assert.equal(await heading(page), "Sign in", "everybody is signed out");
      await other.page.goto(mail.link);
      assert.equal(await heading(other.page), "That link does not work any more");
      await signIn(page, britta);
      assert.ok(!(await page.locator("main").innerText()).includes(to));
      // Whoever knows the password alone changes the address no more; a new one by mail opens it again.
      await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Change Email" }).click()]);
      assert.match(await page.locator("main").innerText(), /set a new password by mail/);
      assert.equal(await page.locator("#email").count(), 0);
      await page.goto(`${demo.broker}/forgot`);
      await page.fill("#username", britta.username);
      await press(page, "Send email");
      await page.fill("#code", code(await newestMail(demo, context, "Reset your password")));
      await press(page, "Next");
      britta.password = `Reiher-99${javaScriptEnabled ? "x" : "y"}`;
      await page.fill("#new", britta.password);
      await page.fill("#repeat", britta.password);
      await press(page, "Next");
      assert.equal(await heading(page), "Your password was changed");
      await signIn(page, britta);
      await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Change Email" }).click()]);
      await page.locator("#email").waitFor();
      assert.deepEqual([...page.trouble, ...other.page.trouble], []);
      await Promise.all([context.close(), other.context.close()]);
    });

    test("B-038: an administrator changes a username; a wrong one stays in the field", async () => {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      const to = javaScriptEnabled ? "operations@contoso.example" : "ops@contoso.example";
      const from = javaScriptEnabled ? "ops@contoso.example" : "operations@contoso.example";
      await page.goto(`${demo.broker}/portal/50210/users`);
      await page.fill("#username", ana.username);
      await press(page, "Next");
      await page.fill("#password", ana.password);
      await Promise.all([page.waitForURL(/\/portal\/50210/), page.getByRole("button", { name: "Next", exact: true }).click()]);
      await page.fill("#q", from);
      await press(page, "Search");
      await page.locator("tbody th a").first().click();
      await page.waitForURL(/\/users\/[0-9a-f-]+$/);
      await page.fill("#username", ana.username);
      await press(page, "Change the username");
      assert.match(await page.locator(".err").innerText(), /has this username already/);
      assert.equal(await page.inputValue("#username"), ana.username);
      assert.ok(!page.url().includes("ana"), "names stand in no address");
      await page.fill("#username", to);
      await press(page, "Change the username");
      assert.match(await page.getByRole("status").innerText(), /The username is changed/);
      assert.equal((await heading(page)).replaceAll("\u200b", ""), to);
      const mail = await newestMail(demo, context, "Your username was changed");
      assert.ok(mail.text.includes(`It was ${from}, and it is ${to} from now on.`), mail.text);
      assert.deepEqual(page.trouble, []);
      await context.close();
    });
  });
}

test("the keyboard is enough: from the account page to another name, and the focus can be seen", async () => {
  const { context, page } = await visitor(browser);
  await signIn(page, britta);
  const tab = async (until) => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press("Tab");
      const found = await page.evaluate(() => {
        const at = document.activeElement, style = getComputedStyle(at);
        return { text: (at.innerText || at.id || "").trim(), seen: style.outlineStyle !== "none" || style.boxShadow !== "none" };
      });
      if (until(found)) { assert.ok(found.seen, `the focus on ${found.text}`); return; }
    }
    throw new Error("not reached");
  };
  await tab((at) => /^Change\s+Name$/.test(at.text));
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await tab((at) => at.text === "given");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Birgit");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.match(await page.getByRole("status").innerText(), /Your name is saved/);
  assert.match(await page.locator("main").innerText(), /Birgit Simon/);
  assert.deepEqual(page.trouble, []);
  await context.close();
});
