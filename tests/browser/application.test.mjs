// An application's own pages in a real browser: the answer that comes as a form, and calls from scripts.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { ann, startApplication, startBroker } from "./broker.mjs";
import { launch, press, visitor } from "./world.mjs";

let app, stranger, broker, browser;
before(async () => {
  [app, stranger] = [await startApplication(), await startApplication()];
  broker = await startBroker(`
[[application]]
client_id = "board"
name = "Board"
authentication = "none"
redirect_uris = ["${app.origin}/callback", "${app.origin}/elsewhere"]
response_modes = ["query", "form_post"]
origins = ["${app.origin}"]
`);
  browser = await launch();
});
after(async () => { await browser.close(); await app.stop(); await stranger.stop(); assert.equal(await broker.stop(), 0); });

function request(more = {}) {
  const verifier = randomBytes(32).toString("base64url"), state = randomBytes(8).toString("hex");
  const params = {
    client_id: "board", redirect_uri: `${app.origin}/callback`, response_type: "code", response_mode: "form_post", scope: "openid email", nonce: "n", state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256", ...more,
  };
  return { url: `${broker.issuer}/oauth2/authorize?${new URLSearchParams(params)}`, verifier, state };
}

/** As a script of a page, the way every application with a page of its own does it. */
const redeem = ({ issuer, origin, code, verifier }) => fetch(`${issuer}/oauth2/token`, {
  method: "POST", body: new URLSearchParams({ grant_type: "authorization_code", client_id: "board", code, redirect_uri: `${origin}/callback`, code_verifier: verifier }),
}).then(async (answer) => ({ status: answer.status, ...(await answer.json()) }), (error) => ({ blocked: String(error) }));

const signIn = async (page) => {
  await page.fill("#username", ann.username);
  await press(page, "Next");
  await page.fill("#password", ann.password);
  await page.getByRole("button", { name: "Next", exact: true }).click();
};

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const title = javaScriptEnabled ? "by itself" : "by its button";
    // OA-08
    test(`the page with the answer posts itself to the application ${title}`, async () => {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      const { url, verifier, state } = request();
      await page.goto(url);
      await signIn(page);
      if (!javaScriptEnabled) await page.getByRole("button", { name: "Continue", exact: true }).click();
      await page.waitForURL(`${app.origin}/callback`);
      const { form, headers } = await app.posted("/callback");
      assert.deepEqual([form.get("state"), form.get("iss"), headers["content-type"]], [state, broker.issuer, "application/x-www-form-urlencoded"]);
      assert.equal(headers.origin, "null", "no-referrer holds for forms too");
      assert.equal(headers.referer, undefined);
      const tokens = await redeem({ issuer: broker.issuer.replace("homeward.localhost", "127.0.0.1"), origin: app.origin, code: form.get("code"), verifier });
      assert.equal(tokens.status, 200, JSON.stringify(tokens));
      assert.equal(JSON.parse(Buffer.from(tokens.id_token.split(".")[1], "base64url")).account, "40817");
      assert.deepEqual(page.trouble, []);
      await context.close();
    });
  });
}

// OT-23, OA-08
test("scripts of the registered origin get tokens, and those of another do not; the form goes nowhere else", async () => {
  const { context, page } = await visitor(browser);
  const { url, verifier } = request({ response_mode: "query" });
  await page.goto(url);
  await signIn(page);
  await page.waitForURL(`${app.origin}/callback?**`);
  const code = new URL(page.url()).searchParams.get("code");
  const tokens = await page.evaluate(redeem, { issuer: broker.issuer, origin: app.origin, code, verifier });
  assert.equal(tokens.status, 200, JSON.stringify(tokens));
  const userinfo = ([issuer, token]) => fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })
    .then((answer) => answer.json(), (error) => ({ blocked: String(error) }));
  assert.equal((await page.evaluate(userinfo, [broker.issuer, tokens.access_token])).email, ann.username);
  const cookies = (issuer) => fetch(`${issuer}/oauth2/jwks`, { credentials: "include" }).then(() => "read", () => "blocked");
  assert.equal(await page.evaluate(cookies, broker.issuer), "blocked", "never with cookies");
  await page.goto(stranger.origin);
  assert.match((await page.evaluate(userinfo, [broker.issuer, tokens.access_token])).blocked ?? "", /TypeError/);
  assert.match((await page.evaluate(redeem, { issuer: broker.issuer, origin: app.origin, code: "any", verifier })).blocked ?? "", /TypeError/);

  // On the page with the answer, held before it posts itself: its form is turned to a stranger, and the browser refuses.
  const held = await context.newPage();
  await held.route("**/assets/**/ui.js", (route) => route.abort());
  await held.goto(request({ prompt: "none" }).url);
  const violated = held.evaluate(() => new Promise((yes) => document.addEventListener("securitypolicyviolation", (e) => yes([e.effectiveDirective, e.blockedURI]))));
  await held.evaluate((to) => { document.forms[0].action = to; document.forms[0].submit(); }, `${stranger.origin}/callback`);
  assert.deepEqual(await violated, ["form-action", `${stranger.origin}/callback`]);
  assert.equal(stranger.left("/callback"), 0);
  await context.close();
});
