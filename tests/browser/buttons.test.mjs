// Buttons of the portal that change what happens to a person: each is pressed, and what it says is held against what that person meets afterwards.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isValid, lookEveryWay } from "./looks.mjs";
import { heading, launch, newestMail, press, startDemo, visitor } from "./world.mjs";

const ana = { username: "ana.trujillo@contoso.example", password: "Pirol*Nest4" };
const olivia = { username: "olivia@voice.example", password: "Mauersegler_6" };
const ops = { username: "ops@contoso.example", password: "Falke%33x" };

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0); });

const main = (page) => page.locator("main").innerText();
const said = (page) => page.getByRole("status").innerText();
const identify = async (page, who) => { await page.fill("#username", who.username); await press(page, "Next"); };

/** Signs in to the portal. */
async function enter(page, who = ana) {
  await page.goto(`${demo.broker}/portal`);
  await identify(page, who);
  await page.fill("#password", who.password);
  await Promise.all([page.waitForURL(/\/portal\/\d+/), page.getByRole("button", { name: "Next", exact: true }).click()]);
  await page.waitForLoadState();
}
/** The page of one user. */
async function of(page, name, account = 50210) {
  await page.goto(`${demo.broker}/portal/${account}/users`);
  await page.fill("#q", name);
  await press(page, "Search");
  await page.locator("tbody th a").first().click();
  await page.waitForURL(/\/users\/[0-9a-f-]+$/);
}
/** From the application, which knows nobody yet. */
const start = async (page) => { await page.context().clearCookies(); await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
/** Somebody signs in to the application by password: who the application says that is. */
async function comesIn(page, who) {
  await start(page);
  await identify(page, who);
  await page.fill("#password", who.password);
  await press(page, "Next");
  await page.waitForURL(`${demo.app}/`);
  return page.locator("#who").innerText();
}
/** Somebody signs in through the simulated provider. */
async function comesInThroughProvider(page, username) {
  await start(page);
  await identify(page, { username });
  await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
  await page.waitForURL(`${demo.providers}/**`);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForLoadState();
  // Without scripts the answer needs its button.
  const go = page.getByRole("button", { name: "Continue", exact: true });
  if (page.url().startsWith(demo.providers) && (await go.count()) > 0) await go.click().catch(() => {});
  await page.waitForURL(`${demo.app}/`);
  return page.locator("#who").innerText();
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const open = () => visitor(browser, { javaScriptEnabled });

    test("Suspend signs out at once and keeps out, Let in again lets in", async () => {
      const [admin, person] = [await open(), await open()];
      assert.equal(await comesIn(person.page, ops), "Ola Price");
      await enter(admin.page);
      await of(admin.page, ops.username);
      await press(admin.page, "Suspend");
      assert.match(await said(admin.page), /is suspended and signed out everywhere/);
      await person.page.goto(`${demo.broker}/account`);
      assert.equal(await person.page.locator("#username").count(), 1, "the session has ended");
      await start(person.page);
      await identify(person.page, ops);
      await person.page.fill("#password", ops.password);
      await press(person.page, "Next");
      assert.ok(person.page.url().startsWith(demo.broker), "the right password leads nowhere");
      assert.doesNotMatch(await main(person.page), /Signed in as/);
      await press(admin.page, "Let in again");
      assert.match(await said(admin.page), /can sign in again/);
      assert.equal(await comesIn(person.page, ops), "Ola Price");
      assert.deepEqual([...admin.page.trouble, ...person.page.trouble], []);
      await Promise.all([admin.context.close(), person.context.close()]);
    });

    test("Sign out everywhere ends the sessions of that person, and of nobody else", async () => {
      const [admin, person, other] = [await open(), await open(), await open()];
      await comesIn(person.page, ops);
      await comesIn(other.page, { username: "britta.simon@northwind.example", password: "Kranich7!" });
      await enter(admin.page);
      await of(admin.page, ops.username);
      await press(admin.page, "Sign out everywhere");
      assert.match(await said(admin.page), /signed out everywhere/);
      assert.equal(await admin.page.getByRole("button", { name: "Sign out everywhere" }).count(), 0, "there is nothing more to end");
      await person.page.goto(`${demo.broker}/account`);
      assert.equal(await person.page.locator("#username").count(), 1);
      await other.page.goto(`${demo.broker}/account`);
      assert.match(await main(other.page), /Signed in as Britta Simon/);
      assert.equal(await comesIn(person.page, ops), "Ola Price", "signing in again is free");
      await Promise.all([admin, person, other].map((one) => one.context.close()));
    });

    test("Send password email sends a link that sets a password for that very person", async () => {
      const { context, page } = await open();
      await enter(page);
      await of(page, ops.username);
      await press(page, "Send password email");
      const mail = await newestMail(demo, context, /Reset your password/);
      assert.ok(mail.link.startsWith(`${demo.broker}/`), "to us");
      assert.ok(!mail.link.includes("ops"), "no name in an address");
      const own = await open();
      await own.page.goto(mail.link);
      assert.match(await main(own.page), /^[\s\S]*Reset the password for o•••••@contoso\.example/);
      assert.equal(await comesIn(own.page, ops), "Ola Price", "opening the link changed nothing");
      await Promise.all([context, own.context].map((one) => one.close()));
    });

    test("Take the link away: asks first, signs out, and the provider links anew", async () => {
      const [admin, person] = [await open(), await open()];
      assert.equal(await comesInThroughProvider(person.page, "dana@contoso.example"), "Dana Cole");
      await enter(admin.page);
      await of(admin.page, "dana@contoso.example");
      assert.equal(await admin.page.locator("#links").count(), 1);
      await admin.page.locator("summary", { hasText: "Take the link away" }).click();
      await admin.page.check("#sure");
      await press(admin.page, "Take the link away");
      assert.match(await said(admin.page), /link is taken away/);
      assert.equal(await admin.page.locator("#links").count(), 0);
      await person.page.goto(`${demo.broker}/account`);
      assert.equal(await person.page.locator("#username").count(), 1, "signed out");
      assert.equal(await comesInThroughProvider(person.page, "dana@contoso.example"), "Dana Cole");
      await admin.page.reload();
      assert.equal(await admin.page.locator("#links").count(), 1, "linked again");
      await Promise.all([admin.context.close(), person.context.close()]);
    });

    test("B6, B8: the six checks of an answer that was taken open where it is told of: all of them with a tick", async () => {
      const [admin, person] = [await visitor(browser, { javaScriptEnabled, bypassCSP: javaScriptEnabled }), await open()];
      const looks = async (name) => {
        await isValid(await admin.page.content(), name);
        if (javaScriptEnabled) await lookEveryWay(admin.page, name);
      };
      assert.equal(await comesInThroughProvider(person.page, "dana@contoso.example"), "Dana Cole");
      await enter(admin.page);
      await of(admin.page, "dana@contoso.example");
      const opens = async (where) => {
        const line = where.filter({ hasText: "Single Sign-On answered" }).first();
        assert.equal(await line.locator("ol.six > li.pass").first().isVisible(), false, "folded");
        await line.locator("summary", { hasText: "Passed all 6 checks" }).click();
        const checks = line.locator("ol.six > li.pass");
        assert.deepEqual([await checks.count(), await checks.last().isVisible()], [6, true]);
        assert.match(await checks.last().innerText(), /That person may use Single Sign On/);
      };
      await admin.page.goto(`${admin.page.url()}/why`);
      await opens(admin.page.locator("section[aria-labelledby=attempts] ul.places > li"));
      await looks("why-passed");
      await admin.page.goto(`${demo.broker}/portal/50210/activity`);
      await opens(admin.page.locator("tbody tr"));
      await looks("activity-passed");
      assert.deepEqual([...admin.page.trouble, ...person.page.trouble], []);
      await Promise.all([admin.context.close(), person.context.close()]);
    });

    test("Put only me into the pilot puts in whoever asks, and can be taken back", async () => {
      const { context, page } = await open();
      await enter(page);
      await page.goto(`${demo.broker}/portal/50210/sign-on`);
      await page.locator("summary", { hasText: "People of the pilot" }).click();
      await press(page, "Put only me into the pilot");
      const chips = page.locator(".chips .chip");
      assert.deepEqual(await chips.locator("> span").allTextContents(), [ana.username]);
      if (!(await chips.first().isVisible())) await page.locator("summary", { hasText: "People of the pilot" }).click();
      await Promise.all([page.waitForEvent("load"), chips.getByRole("button").click()]);
      assert.equal(await chips.count(), 0);
      await context.close();
    });

    test("a saved password policy is the one that counts from then on", async () => {
      const { context, page } = await open();
      await enter(page);
      const save = async (days, history) => {
        await page.goto(`${demo.broker}/portal/50210/passwords`);
        await page.fill("#days", days);
        await page.fill("#history", history);
        await press(page, "Save");
        if (await page.getByRole("button", { name: "Save all the same" }).count()) await press(page, "Save all the same");
        assert.match(await said(page), /The policy is saved/);
        await page.goto(`${demo.broker}/portal/50210/passwords`);
        assert.deepEqual([await page.inputValue("#days"), await page.inputValue("#history")], [days, history]);
      };
      const before = [await page.goto(`${demo.broker}/portal/50210/passwords`).then(() => page.inputValue("#days")), await page.inputValue("#history")];
      await save("60", "4");
      assert.match(await page.locator("p.meta").innerText(), /60 days/);
      await page.goto(`${demo.broker}/portal/50210/activity`);
      assert.match(await page.locator("tbody tr").first().innerText(), /Password policy changed/);
      await save(...before);
      await context.close();
    });
  });
}

test("Send invitation again sends another mail, and the one before is worth nothing", async () => {
  const { context, page } = await visitor(browser);
  await enter(page, olivia);
  await page.getByRole("link", { name: "Accounts", exact: true }).click();
  await page.waitForURL(/\/accounts/);
  await press(page, "Open Northwind Dental");
  await of(page, "new@northwind.example", 40817);
  const mails = [];
  for (const _ of [1, 2]) {
    await press(page, "Send invitation again");
    assert.match(await said(page), /on its way/);
    mails.push(await newestMail(demo, context, /Set up your sign-in for Northwind Dental/));
  }
  const [first, second] = mails;
  assert.notEqual(first.link, second.link);
  const own = await visitor(browser);
  await own.page.goto(second.link);
  assert.match(await heading(own.page), /^Welcome/, "the new one opens");
  await own.context.clearCookies();
  await own.page.goto(first.link);
  assert.equal(await heading(own.page), "That link does not work any more", "the old one does not");
  await Promise.all([context, own.context].map((one) => one.close()));
});
