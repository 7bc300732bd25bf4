// OB-08: after signing out the browser's back button shows nothing of whoever was signed in. The shell of the tests keeps no whole page in memory for that
// button, as windows do; what keeps these pages out of such a store is `no-store`, which is asserted, and what is asked for anew leads to a sign-in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { heading, launch, press, startDemo, visitor } from "./world.mjs";

const ana = { username: "ana.trujillo@contoso.example", password: "Pirol*Nest4" };
/** Pages of somebody who is signed in, and something of theirs on each. */
const OWN = { "/account": /Signed in as Ana/, "/portal/50210/users": /@contoso\.example/ };

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0); });

const all = (page) => page.locator("body").innerText();

for (const javaScriptEnabled of [true, false]) {
  for (const [path, theirs] of Object.entries(OWN)) {
    test(`OB-08: back to ${path} after signing out, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      await page.goto(`${demo.broker}/portal`);
      await page.fill("#username", ana.username);
      await press(page, "Next");
      await page.fill("#password", ana.password);
      await Promise.all([page.waitForURL(/\/portal\/\d+/), page.getByRole("button", { name: "Next", exact: true }).click()]);
      const own = await page.goto(`${demo.broker}${path}`);
      assert.match(own.headers()["cache-control"], /no-store/);
      assert.match(await all(page), theirs);
      await page.goto(`${demo.broker}/help`);
      await page.goBack();
      assert.match(await all(page), theirs, "whoever is still signed in comes back to the page");
      await page.goto(`${demo.broker}/signout`);
      await press(page, "Sign out");
      assert.equal(await heading(page), "You are signed out");
      // Back, as far as that page: it is asked for anew, and leads to a sign-in.
      let isAskedAnew = false;
      page.on("request", (request) => { isAskedAnew ||= request.isNavigationRequest() && request.url() === `${demo.broker}${path}`; });
      for (let steps = 0; steps < 4 && !isAskedAnew; steps++) {
        await page.goBack();
        assert.doesNotMatch(await all(page), theirs, page.url());
      }
      assert.ok(isAskedAnew, "it was in the history");
      assert.match(await heading(page), /^Sign in/);
      assert.deepEqual(page.trouble, []);
      await context.close();
    });
  }
}
