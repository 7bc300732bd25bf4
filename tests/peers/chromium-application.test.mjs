// An application with a key of its own in a real browser: a pushed request, the answer by form, a refresh, and a sign-out that it hears of.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as jose from "jose";
import * as oidc from "openid-client";
import { ann } from "../browser/broker.mjs";
import { launch, press, visitor } from "../browser/world.mjs";
import { startWorld } from "./applications.mjs";

let world, browser;
before(async () => { [world, browser] = [await startWorld(), await launch()]; });
after(async () => { await browser?.close(); assert.equal(await world?.stop(), 0); });

for (const javaScriptEnabled of [true, false]) {
  test(`openid-client in a browser ${javaScriptEnabled ? "with" : "without"} JavaScript: pushed, posted back, proved by a key, and told of the sign-out`, async () => {
    const { context, page } = await visitor(browser, { javaScriptEnabled });
    const { params, checks } = await world.request({ response_mode: "form_post" });
    await page.goto((await oidc.buildAuthorizationUrlWithPAR(world.ledger, params)).href);
    await page.fill("#username", ann.username);
    await press(page, "Next");
    await page.fill("#password", ann.password);
    await page.getByRole("button", { name: "Next", exact: true }).click();
    if (!javaScriptEnabled) await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.waitForURL(world.callback);
    const body = (await world.app.posted("/callback")).form.toString();
    const tokens = await oidc.authorizationCodeGrant(world.ledger, new Request(world.callback, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body }), checks);
    const next = await oidc.refreshTokenGrant(world.ledger, tokens.refresh_token);
    assert.equal((await oidc.tokenIntrospection(world.ledger, next.refresh_token)).active, true);
    await page.goto(oidc.buildEndSessionUrl(world.ledger, { id_token_hint: tokens.id_token, post_logout_redirect_uri: `${world.app.origin}/` }).href);
    await page.waitForURL((url) => url.origin === world.app.origin);
    const told = jose.decodeJwt((await world.app.posted("/ledger/logged-out")).form.get("logout_token"));
    assert.deepEqual([told.sid, told.sub], [tokens.claims().sid, tokens.claims().sub]);
    assert.deepEqual(await oidc.tokenIntrospection(world.ledger, next.refresh_token), { active: false });
    assert.deepEqual(page.trouble, []);
    await context.close();
  });
}
