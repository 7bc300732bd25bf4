// Several people and several accounts in one browser: what is remembered, who is chosen, what Enter sends, and a second tab. With JavaScript and without.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isGood } from "./looks.mjs";
import { heading, launch, press, startDemo, visitor } from "./world.mjs";

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0); });

const main = (page) => page.locator("main").innerText();
const start = async (page) => { await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
const identify = async (page, name) => { await page.fill("#username", name); await press(page, "Next"); };
const password = async (page, word, remember = false) => {
  if (remember) await page.check("input[name=remember]");
  await page.fill("#password", word);
  await press(page, "Next");
};
const arrived = async (page) => { await page.waitForURL(`${demo.app}/`); return page.locator("#who").innerText(); };
/** The words of the button that has the focus. */
const focused = async (page) => (await page.locator("button:focus").allInnerTexts()).join();
const enter = (page) => Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
/** Signed out here and at the application; what the browser remembers stays. */
const forgetSessions = (context) => context.clearCookies({ name: /^(?!__Host-remembered$)/ });

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const open = () => visitor(browser, { javaScriptEnabled, bypassCSP: javaScriptEnabled });

    // ALL-22, MUL-2, MUL-4
    test("Enter sends the account that was typed, beside one that is remembered", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "sam@consultants.example");
      assert.equal(await page.locator("button[name=known]").count(), 0, "nothing is listed before it is remembered");
      await page.fill("#account", "40817");
      await enter(page);
      await password(page, "Specht+55", true);
      await arrived(page);
      await forgetSessions(context);
      await start(page);
      await identify(page, "sam@consultants.example");
      assert.match(await page.locator("button[name=known]").innerText(), /^Northwind Dental/);
      if (javaScriptEnabled) await isGood(page, "choose-remembered");
      await page.fill("#account", "99999");
      await enter(page);
      assert.match(await page.locator(".err").innerText(), /could not find that account/, "what was typed was sent");
      await start(page);
      await identify(page, "sam@consultants.example");
      await page.fill("#account", "60333");
      await enter(page);
      assert.match(await main(page), /Fabrikam · account 60333/);
      await start(page);
      await identify(page, "sam@consultants.example");
      await Promise.all([page.waitForEvent("load"), page.locator("button[name=known]").click()]);
      assert.match(await main(page), /Northwind Dental · account 40817/);
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    // CHO-1, CHO-2, CHO-3
    test("two people in one browser choose, and what is remembered can be removed", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "britta.simon@northwind.example");
      await password(page, "Kranich7!", true);
      await arrived(page);
      await forgetSessions(context);
      await page.goto(`${demo.broker}/account`);
      await identify(page, "olivia@voice.example");
      await password(page, "Mauersegler_6");
      await page.waitForURL(/signin$/);
      await page.goto(`${demo.broker}/oauth2/authorize?${await asked(page)}&prompt=select_account`);
      assert.equal(await heading(page), "Who is signing in?");
      const entries = await page.locator("button[name=entry]").allInnerTexts();
      assert.deepEqual(entries.map((text) => text.split("\n")[0].trim()), ["Olivia Stone", "britta.simon@northwind.example", "Use another account"], "sessions, then what is remembered, then another");
      if (javaScriptEnabled) await isGood(page, "chooser");
      assert.equal(await page.locator("button[name=remove]").count(), 1, "a session is ended by signing out");
      await press(page, "Remove britta.simon@northwind.example");
      assert.doesNotMatch(await main(page), /britta/);
      assert.equal((await context.cookies()).some((c) => c.name === "__Host-remembered"), false);
      await press(page, "Use another account");
      assert.equal(await heading(page), "Sign in to Teamwork");
      await context.close();
    });

    // CHO-2, CHG-1
    test("two people who are signed in choose whose password and whose page, by keyboard", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "britta.simon@northwind.example");
      await password(page, "Kranich7!");
      await arrived(page);
      await page.goto(`${demo.broker}/changepassword`);
      assert.equal(await heading(page), "Change password", "the only one is not asked");
      await page.goto(`${demo.broker}/oauth2/authorize?${await asked(page)}&prompt=login&account=40817`);
      await identify(page, "sam@consultants.example");
      await password(page, "Specht+55");
      // The application has taken the answer to that request before.
      await page.waitForURL(`${demo.app}/callback?**`);
      for (const [path, question, title] of [["changepassword", "Whose password do you want to change?", "Change password"], ["account", "Whose account do you want to see?", "Your account"]]) {
        await page.goto(`${demo.broker}/${path}`);
        assert.equal(await heading(page), question);
        if (javaScriptEnabled) await isGood(page, `chooser-${path}`);
        for (let tabs = 0; tabs < 20 && !/Britta/.test(await focused(page)); tabs++) await page.keyboard.press("Tab");
        await enter(page);
        assert.equal(await heading(page), title);
        assert.match(await main(page), /britta\.simon@northwind\.example/);
        assert.doesNotMatch(await main(page), /sam@consultants/);
        await page.reload();
        assert.match(await main(page), /britta\.simon@northwind\.example/, "a reload asks nothing again");
        await press(page, "Not you?");
        assert.equal(await heading(page), question);
        await press(page, "Use another account");
        assert.equal(await page.locator("form[action='/signin/username']").count(), 1);
      }
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    // SES-2
    test("a second tab goes on to its own application", async () => {
      const { context, page } = await open();
      await start(page);
      const second = await context.newPage();
      await second.goto(`${demo.broker}/oauth2/authorize?${await asked(page)}`);
      assert.equal(await heading(second), "Sign in to Teamwork");
      await identify(page, "britta.simon@northwind.example");
      await password(page, "Kranich7!");
      await arrived(page);
      await second.route("**/signin/continue?**", (route) => route.fulfill({ status: 204 }));
      if (javaScriptEnabled) {
        // Every page of a headless browser has the focus from the start: it is told that it got it.
        await second.evaluate(() => dispatchEvent(new Event("focus")));
      } else {
        await second.fill("#username", "britta.simon@northwind.example");
        await second.getByRole("button", { name: "Next", exact: true }).click();
      }
      await second.getByText("You signed in in another tab. Continuing to Teamwork.").waitFor();
      // The application answers its callback by a redirect to its page: the address with the code is asked for, and not stayed at.
      const back = second.waitForRequest((r) => r.url().startsWith(`${demo.app}/callback?code=`));
      await second.unroute("**/signin/continue?**");
      // The page goes on by itself, too, and may be quicker than the click.
      await Promise.all([back, second.getByRole("link", { name: "Continue" }).click({ noWaitAfter: true }).catch(() => {})]);
      assert.equal(await arrived(second), "Britta Simon");
      await context.close();
    });
  });
}

/** What the application asks for, as its own link has it. */
async function asked(page) {
  const link = await page.context().newPage();
  const request = link.waitForRequest((r) => r.url().startsWith(`${demo.broker}/oauth2/authorize?`));
  await link.route(`${demo.broker}/**`, (route) => route.fulfill({ status: 204 }));
  await link.goto(`${demo.app}/sign-in`).catch(() => {});
  const query = new URL((await request).url()).search.slice(1);
  await link.close();
  return query;
}

test("a tab that somebody types into stays where it is, and so does one of nobody who has signed in", async () => {
  const { context, page } = await visitor(browser);
  await start(page);
  const second = await context.newPage();
  await second.goto(page.url());
  const look = async () => {
    const said = second.waitForResponse((r) => r.url().includes("/signin/tab") && r.url().includes("ask="));
    await second.evaluate(() => dispatchEvent(new Event("focus")));
    return (await said).status();
  };
  assert.equal(await look(), 204, "nobody has signed in");
  await identify(page, "britta.simon@northwind.example");
  await password(page, "Kranich7!");
  await arrived(page);
  await second.fill("#username", "olivia@voice.example");
  let asks = 0;
  second.on("request", (r) => { if (r.url().includes("/signin/tab")) asks++; });
  await second.evaluate(() => dispatchEvent(new Event("focus")));
  assert.equal(await second.inputValue("#username"), "olivia@voice.example");
  await second.getByRole("button", { name: "Next", exact: true }).click();
  await second.locator("#password").waitFor();
  assert.equal(asks, 0, "nothing was asked while somebody typed");
  await context.close();
});

// CHG-9, B-063
test("whoever is signed in through the organisation is told where the password is kept", async () => {
  const { context, page } = await visitor(browser, { bypassCSP: true });
  await start(page);
  await identify(page, "dana@contoso.example");
  await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
  await page.waitForURL(`${demo.providers}/**`);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${demo.app}/`);
  for (const path of ["changepassword", "forgot"]) {
    await page.goto(`${demo.broker}/${path}`);
    assert.equal(await heading(page), "Your organisation keeps your password", path);
    assert.match(await main(page), /Contoso keeps your password/);
    assert.equal(await page.getByRole("link", { name: /Single Sign On/ }).count(), 1, "the way there");
    await isGood(page, `kept-elsewhere-${path}`);
  }
  // ALL-21: in another language it is the same page.
  const link = (name) => Promise.all([page.waitForEvent("load"), page.getByRole("link", { name }).click()]);
  await link(/^Language/);
  await press(page, "Deutsch");
  assert.equal(new URL(page.url()).pathname, "/forgot");
  await link(/^Sprache/);
  await press(page, "English (UK)");
  await page.getByRole("link", { name: "Reset the password of another username" }).click();
  assert.equal(await heading(page), "Reset your password");
  await context.close();
});
