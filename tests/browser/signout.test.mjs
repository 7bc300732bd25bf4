// Signing out here and at the organisation, in a real browser, with JavaScript and without (SES-4, ALL-1).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, startDemo, visitor } from "./world.mjs";

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0); });

const click = (page, name) => page.getByRole("button", { name, exact: true }).click();
const arrived = async (page) => { await page.waitForURL(`${demo.app}/`); await page.waitForLoadState(); };
const who = (page) => page.locator("#who").innerText();
const main = (page) => page.locator("main").innerText();

/** Signs in at the demo's application by way of a simulated provider. */
async function signIn(page, username, offered) {
  await page.goto(`${demo.app}/sign-in`);
  await page.fill("#username", username);
  await click(page, "Next");
  if (offered) await click(page, "Single Sign On");
  await page.waitForURL(`${demo.providers}/**`);
  await click(page, "Sign in");
  await page.waitForLoadState();
  const go = page.getByRole("button", { name: "Continue", exact: true });
  if (page.url().startsWith(demo.providers) && (await go.count()) > 0) await go.click().catch(() => {});
  await arrived(page);
}

/** Whoever is signed in at the providers. */
async function there(page) {
  await page.goto(`${demo.providers}/tiles`);
  return main(page);
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", { concurrency: false }, () => {
    const open = () => visitor(browser, { javaScriptEnabled });

    test("always, by SAML: one press signs out in both places and ends at the application", async () => {
      const { context, page } = await open();
      await signIn(page, "both@fabrikam.example", true);
      assert.equal(await who(page), "Bo Thorn");
      await click(page, "Sign out");
      await arrived(page);
      assert.equal(await page.locator("#who").count(), 0);
      assert.match(await there(page), /Nobody is signed in here yet/);
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    test("always, by OpenID Connect: the ID token goes along in a form and in no address", async () => {
      const { context, page } = await open();
      await signIn(page, "kim@tailspin.example", false);
      const addresses = [];
      page.on("request", (request) => { if (request.url().startsWith(demo.providers)) addresses.push(request.url()); });
      await click(page, "Sign out");
      if (!javaScriptEnabled) {
        await page.getByRole("heading", { name: "Signing you out at Tailspin Toys, too" }).waitFor();
        assert.match(await main(page), /idp\.localhost/, "the host, to be recognised");
        await click(page, "Continue");
      }
      await arrived(page);
      assert.match(await there(page), /Nobody is signed in here yet/);
      assert.ok(addresses.some((url) => url.endsWith("/oidc/logout")) && addresses.every((url) => !url.includes("id_token_hint")), addresses.join("\n"));
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    test("offered: the page says what may be open, and a button ends it", async () => {
      const { context, page } = await open();
      await signIn(page, "dana@contoso.example", true);
      await click(page, "Sign out");
      await page.getByRole("heading", { name: "You are signed out", exact: true }).waitFor();
      assert.match(await main(page), /You may still be signed in at Contoso \(Microsoft Entra ID\)\./);
      assert.equal(await page.getByRole("link", { name: "Continue" }).count(), 1, "the way on is there and is not taken by itself");
      await click(page, "Sign out there, too");
      await arrived(page);
      assert.match(await there(page), /Nobody is signed in here yet/);
      await context.close();
    });

    test("at the provider: what is ended there has ended here", async () => {
      const { context, page } = await open();
      await signIn(page, "both@fabrikam.example", true);
      await page.goto(`${demo.broker}/account`);
      assert.match(await main(page), /Fabrikam/);
      await page.goto(`${demo.providers}/tiles`);
      await click(page, "Sign out everywhere");
      await page.getByRole("heading", { name: "Signed out everywhere" }).waitFor();
      await page.goto(`${demo.broker}/account`);
      assert.equal(await page.locator("#username").count(), 1, "asks who it is");
      await context.close();
    });
  });
}
