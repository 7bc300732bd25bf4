// Every flow in a real browser, with JavaScript and without.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { heading, launch, newestMail, press, startDemo, visitor } from "./world.mjs";

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0, "Ctrl-C ends the demo cleanly"); });

const start = async (page) => { await page.goto(demo.app); await page.getByRole("link", { name: "Sign in" }).click(); };
const identify = async (page, name) => { await page.fill("#username", name); await press(page, "Next"); };
const password = async (page, word) => { await page.fill("#password", word); await press(page, "Next"); };
const arrived = async (page) => { await page.waitForURL(`${demo.app}/`); return page.locator("#who").innerText(); };
const newPassword = async (page, word) => { await page.fill("#new", word); await page.fill("#repeat", word); await press(page, "Next"); };

/** Signs in at a simulated provider, which answers as it is told. Without scripts a SAML answer needs its button. */
async function atProvider(page, title, username, answer) {
  await page.waitForURL(`${demo.providers}/**`);
  assert.equal(await heading(page), title);
  assert.equal(await page.inputValue("#username"), username, "the hint arrived");
  await page.selectOption("#profile", answer);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForLoadState();
  const go = page.getByRole("button", { name: "Continue", exact: true });
  if (page.url().startsWith(demo.providers) && (await go.count()) > 0) await go.click().catch(() => {});
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  const open = () => visitor(browser, { javaScriptEnabled });
  const word = javaScriptEnabled ? "Elster#12x" : "Dohle@123x";

  describe(how, { concurrency: false }, () => {
    // OB-18: the same with JavaScript and without.
    test("sign in, refresh, sign out", async () => {
      const { context, page } = await open();
      await start(page);
      assert.equal(await heading(page), "Sign in to Teamwork");
      await identify(page, "britta.simon@northwind.example");
      assert.equal(await heading(page), "Enter your password");
      assert.match(await page.locator("main").innerText(), /Northwind Dental · account 40817/);
      await password(page, "Falsch-12");
      assert.equal(await page.locator("#password").getAttribute("aria-invalid"), "true");
      assert.equal(await page.locator("#password").inputValue(), "");
      await page.locator("#password:focus").waitFor();
      if (javaScriptEnabled) assert.equal(await page.locator("#password").evaluate((i) => getComputedStyle(i).borderTopColor), "rgb(180, 35, 24)");
      assert.match(await page.title(), /^Error: /);
      await password(page, "Kranich7!");
      assert.equal(await arrived(page), "Britta Simon");
      assert.ok(!page.url().includes("code="));
      await press(page, "Refresh");
      assert.equal(await arrived(page), "Britta Simon");
      await page.goto(`${demo.app}/sign-in`);
      assert.equal(await arrived(page), "Britta Simon", "the browser's session serves");
      await press(page, "Sign out");
      await page.waitForURL(`${demo.app}/`);
      await start(page);
      assert.equal(await heading(page), "Sign in to Teamwork", "signed out everywhere");
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    test("several accounts", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "sam@consultants.example");
      assert.equal(await heading(page), "Multiple accounts located");
      await page.fill("#account", "99999");
      await press(page, "Next");
      assert.match(await page.locator(".err").innerText(), /could not find that account/);
      await page.fill("#account", "Fabrikam");
      await press(page, "Next");
      await press(page, "Enter your password");
      await password(page, "Amsel_44!");
      await arrived(page);
      assert.match(await page.locator("#userinfo").innerText(), /"account": "60333"/);
      await context.close();
    });

    test("Single Sign On and password", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "both@fabrikam.example");
      assert.equal(await heading(page), "Sign in with your organisation");
      await press(page, "Enter your password");
      await password(page, "Zaunkoenig=2");
      assert.equal(await arrived(page), "Bo Thorn");
      await context.clearCookies();
      await start(page);
      await identify(page, "dana@contoso.example");
      assert.equal(await page.getByRole("button", { name: "Enter your password" }).count(), 0, "PWD-11");
      await context.close();
    });

    // The simulated provider: a wrong answer is refused, the right one signs in; there the person is known from then on.
    test("Single Sign On by SAML, refused and accepted", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "dana@contoso.example");
      await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
      await atProvider(page, "Simulated Entra ID sign-in", "dana@contoso.example", "unsigned");
      await page.waitForURL(`${demo.broker}/**`);
      await page.getByRole("heading", { name: "We could not finish signing you in" }).waitFor();
      assert.match(await page.locator(".ref").innerText(), /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
      await context.clearCookies();
      await start(page);
      await identify(page, "dana@contoso.example");
      await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
      await atProvider(page, "Simulated Entra ID sign-in", "dana@contoso.example", "right");
      assert.equal(await arrived(page), "Dana Cole");
      await context.close();
    });

    test("Single Sign On by OpenID Connect, taken there at once", async () => {
      const { context, page } = await open();
      await start(page);
      await page.fill("#username", "kim@tailspin.example");
      await page.getByRole("button", { name: "Next", exact: true }).click();
      await atProvider(page, "Simulated identity provider sign-in", "kim@tailspin.example", "right");
      assert.equal(await arrived(page), "Kim Berg");
      await context.close();
    });

    test("both ways: Single Sign On where the password would do", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "both@fabrikam.example");
      await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
      await atProvider(page, "Simulated Okta sign-in", "both@fabrikam.example", "right");
      assert.equal(await arrived(page), "Bo Thorn");
      await context.close();
    });

    test("not you, forgotten username, language", async () => {
      const { context, page } = await open();
      await start(page);
      await page.getByText("Forgot your username?").click();
      assert.ok(await page.getByText("contact an Authorized Contact").isVisible(), "USR-12");
      await identify(page, "britta.simon@northwind.example");
      await press(page, "Not you?");
      assert.equal(await page.inputValue("#username"), "britta.simon@northwind.example");
      await press(page, "Language: English (UK)");
      await press(page, "Deutsch");
      assert.equal(await heading(page), "Bei Teamwork anmelden");
      assert.equal(await page.locator("html").getAttribute("lang"), "de");
      await page.fill("#username", "britta.simon@northwind.example");
      await press(page, "Weiter");
      await page.fill("#password", "Kranich7!");
      await press(page, "Weiter");
      assert.equal(await arrived(page), "Britta Simon", "the sign-in went on");
      await context.close();
    });

    test("forgot password by link, then by code", async () => {
      const { context, page } = await open();
      await start(page);
      await identify(page, "britta.simon@northwind.example");
      await press(page, "Forgot password?");
      assert.equal(await page.inputValue("#username"), "britta.simon@northwind.example", "3.3.7");
      await press(page, "Send email");
      assert.equal(await heading(page), "Check your email");
      const mail = await newestMail(demo, context, "Reset your password");
      const code = /Code: (\d{3} \d{3})/.exec(mail.text)[1];
      const other = await open();
      await other.page.goto(mail.link);
      assert.match(await heading(other.page), /^Reset the password for b•••••@northwind.example/);
      assert.ok(!other.page.url().includes("token"), "LR-08");
      await page.fill("#code", code);
      await press(page, "Next");
      await newPassword(page, word);
      assert.equal(await heading(page), "Your password was changed");
      await other.page.reload();
      assert.equal(await heading(other.page), "That link does not work any more");
      await press(page, "Sign in");
      await identify(page, "britta.simon@northwind.example");
      await password(page, word);
      assert.equal(await arrived(page), "Britta Simon");
      // Back to the password the other run begins with, through the application's own link.
      await page.getByRole("link", { name: "Change password" }).click();
      await page.fill("#current", word);
      await newPassword(page, "Kranich7!");
      await page.getByRole("link", { name: "Continue" }).click();
      assert.equal(await arrived(page), "Britta Simon", "B-069");
      assert.match((await newestMail(demo, context, "Your password was changed")).text, /If this was you, there is nothing to do/);
      await other.context.close();
      await context.close();
    });

    test("expired, and soon to expire", async () => {
      const { context, page } = await open();
      await start(page);
      if (javaScriptEnabled) {
        await identify(page, "old@northwind.example");
        await password(page, "Reiher-88");
        assert.equal(await heading(page), "Your password has expired");
        await page.fill("#new", "x y");
        await page.fill("#repeat", "z");
        await press(page, "Next");
        assert.ok(await page.getByRole("alert").isVisible(), "CHG-6");
        await newPassword(page, "Kuckuck-7");
        assert.equal(await arrived(page), "Olaf Berg");
      } else {
        await identify(page, "soon@northwind.example");
        await password(page, "Storch#66");
        assert.equal(await heading(page), "Your password expires in 6 days");
        await press(page, "Not now");
        assert.equal(await arrived(page), "Sonja Lind");
      }
      await context.close();
    });
  });
}

test("an invited person sets the first password", async () => {
  const { context, page } = await visitor(browser);
  await page.goto(`${demo.broker}/forgot`);
  await page.fill("#username", "new@northwind.example");
  await press(page, "Send email");
  const mail = await newestMail(demo, context, "Set up your sign-in for Northwind Dental");
  await page.goto(mail.link);
  assert.match(await heading(page), /^Welcome/);
  await press(page, "Yes, go on");
  await newPassword(page, "Kuckuck-7");
  await press(page, "Sign in");
  await identify(page, "new@northwind.example");
  await password(page, "Kuckuck-7");
  await page.waitForURL(/homeward/);
  assert.equal(await heading(page), "You are signed in. Where to?");
  await context.close();
});

test("a second tab ends in no dead end (SES-2)", async () => {
  const { context, page } = await visitor(browser);
  await start(page);
  const second = await context.newPage();
  await start(second);
  await identify(page, "britta.simon@northwind.example");
  await password(page, "Kranich7!");
  await arrived(page);
  // The first tab has signed this browser in: the second asks for the username only.
  await identify(second, "britta.simon@northwind.example");
  await arrived(second);
  await context.close();
});

test("back and reload never send a form again, nor show a password form to whoever is signed in (SES-3)", async () => {
  const { context, page } = await visitor(browser);
  await start(page);
  await identify(page, "britta.simon@northwind.example");
  await page.reload();
  assert.match(page.url(), /\/signin\/back\?stage=/);
  await password(page, "Kranich7!");
  await arrived(page);
  await page.goBack({ waitUntil: "commit" });
  await page.waitForURL(`${demo.app}/`);
  assert.equal(await page.locator("#password").count(), 0);
  assert.match(await page.locator("#who").innerText(), /Britta/);
  await context.close();
});

// LP-15: the fields take filled-in passwords, and can be shown; fields.test.mjs pastes.
test("script adds the eye, the live list, and one submit", async () => {
  const { context, page } = await visitor(browser);
  await start(page);
  await identify(page, "britta.simon@northwind.example");
  const eye = page.getByRole("button", { name: "Show password" });
  await page.fill("#password", "Kranich7!");
  await eye.click();
  assert.equal(await page.locator("#password").getAttribute("type"), "text");
  assert.equal(await eye.getAttribute("aria-pressed"), "true");
  assert.equal(await page.evaluate(() => document.activeElement.id), "password");
  let posts = 0;
  page.on("request", (r) => { if (r.method() === "POST") posts++; });
  await Promise.all([page.waitForURL(`${demo.app}/`), page.getByRole("button", { name: "Next" }).dblclick()]);
  assert.equal(posts, 1, "ALL-23");
  await page.getByRole("link", { name: "Change password" }).click();
  await page.fill("#new", "abc");
  assert.equal(await page.locator("#rules li[data-met=yes]").count(), 1);
  await page.fill("#new", "Kuckuck-7");
  assert.equal(await page.locator("#rules li[data-met=yes]").count(), 4, "CHG-4");
  assert.ok(["Fair", "Good", "Strong"].includes(await page.locator("#strength").innerText()), "CHG-5");
  const { context: bare, page: off } = await visitor(browser, { javaScriptEnabled: false });
  await start(off);
  await identify(off, "britta.simon@northwind.example");
  assert.equal(await off.getByRole("button", { name: "Show password" }).count(), 0, "PWD-6");
  await bare.close();
  await context.close();
});
