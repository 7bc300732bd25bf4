// A broker is killed after every hop of ways that are gone less often: a password that has to be replaced, an invitation, a code by mail while a provider is
// away, a sign-in that a provider has started, and an application that pushes its request and has its answer as a form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fields, heading, mails, own } from "./clients.mjs";
import { Wanderer, cluster } from "./cluster.mjs";
import { arrive, asking, backFrom, follow, isSignedIn, organisations } from "./ways.mjs";
import { ann, issuer, register } from "../deploy/lib.mjs";

const eve = "eve@northwind.example", nora = "nora@northwind.example", olga = "olga@contoso.example", changed = "Reiher-4711x";

/** To the page after the name, where the application leads. */
const named = async (visitor, at, username) => visitor.go("/signin/username", { stage: visitor.stage(await visitor.go(at)), username });

/** With a password; what it ends with at the application. */
async function byPassword(visitor, username, password) {
  const { at, form } = asking("wiki"), page = await named(visitor, at, username);
  return arrive(visitor, form, await visitor.go("/signin/password", { stage: visitor.stage(page), password }));
}

test("LP-12, LR-03, OA-18, SF-23: a broker is killed after every hop of the rarer ways, and nobody notices; what was used is used", { timeout: 600_000 }, async (t) => {
  const post = await mails(t), theirs = await organisations(t, { initiated: "convert" }), [, hash] = /(password_hash = "[^"]+")/.exec(register());
  const people = register() + `[[account.user]]\nusername = "${eve}"\n${hash}\nmust_change = true\n[[account.user]]\nusername = "${nora}"\ninvite = true\n`
    + `[[application]]\nclient_id = "pushing"\nname = "Pushing"\nauthentication = "none"\nrequire_par = true\nresponse_modes = ["form_post"]\nredirect_uris = ["https://pushing.example.com/callback"]\n` + theirs.people;
  const { brokers, next } = await cluster(t, { people, mail: post.port, more: "allow_http_localhost = true\n" });

  await t.test("a password that has to be replaced", async () => {
    const visitor = new Wanderer(next), { at, form } = asking("wiki"), asks = await named(visitor, at, eve);
    const page = await visitor.go("/signin/password", { stage: visitor.stage(asks), password: ann.password });
    assert.equal(heading(page), "Choose a new password", page.html);
    const replaced = { handle: fields(page.html).handle, new: changed, repeat: changed };
    const { claims, redeemed } = await arrive(visitor, form, await visitor.go("/signin/expired", replaced));
    assert.equal(claims.account, "40817");
    assert.notEqual((await visitor.go("/oauth2/token", redeemed)).status, 200, "a code works once");
    assert.equal(heading(await visitor.go("/signin/expired", { ...replaced, new: "Elster-0815x", repeat: "Elster-0815x" })), "Sign in to Wiki", "and so does a proof");
    assert.ok((await byPassword(new Wanderer(next, false), eve, changed)).claims, "nothing else was set");
  });

  await t.test("an invitation", async () => {
    const visitor = new Wanderer(next), link = own(await post.link(nora));
    assert.equal((await visitor.go(link)).location, "/invitation");
    const opened = await visitor.go("/invitation"), page = await visitor.go("/invitation", fields(opened.html));
    assert.equal(heading(page), "Choose your password", page.html);
    const set = await visitor.go("/reset/password", { handle: fields(page.html).handle, new: changed, repeat: changed });
    assert.equal(set.status, 200, set.html);
    assert.ok((await byPassword(visitor, nora, changed)).claims);
    const late = new Wanderer(next, false);
    await late.go(link);
    assert.equal(heading(await late.go("/invitation")), "That link does not work any more");
  });

  await t.test("a sign-in that a provider has started", async () => {
    const shown = JSON.parse((await brokers[0].command("connection", "show", "50210", "Theirs", "--json")).stdout);
    const consumer = Object.values(shown).find((one) => /\/acs$/.test(one));
    const elsewhere = new Wanderer(next, true, { claims: { "sec-fetch-site": "cross-site", origin: `http://idp.localhost:${theirs.port}` } });
    const told = await elsewhere.go(own(consumer), { SAMLResponse: Buffer.from("<anything/>").toString("base64") });
    assert.match(told.location, /^\/signin\/provider\//, told.html);
    const visitor = new Wanderer(next), there = await follow(visitor, told);
    assert.equal(await isSignedIn(visitor), false, "what the provider said by itself signs nobody in");
    const back = await backFrom(visitor, theirs, there, olga);
    // It leads to our own page: no application has asked.
    for (let to = back; to.location && to.location !== "/signin";) to = await visitor.go(own(new URL(to.location, issuer).href));
    assert.equal(await isSignedIn(visitor), true);
    assert.equal(elsewhere.hops + visitor.hops, 6);
  });

  await t.test("an application that pushes its request and has its answer as a form", async () => {
    const visitor = new Wanderer(next), application = new Wanderer(next), { asked, form } = asking("pushing");
    const pushed = await application.go("/oauth2/par", { ...asked, response_mode: "form_post" });
    assert.equal(pushed.status, 201, pushed.html);
    const at = `/oauth2/authorize?${new URLSearchParams({ client_id: "pushing", request_uri: JSON.parse(pushed.html).request_uri })}`;
    const asks = await named(visitor, at, ann.username);
    const proved = await visitor.go("/signin/password", { stage: visitor.stage(asks), password: ann.password });
    const posting = await visitor.go(own(/http-equiv="refresh" content="0;\s*url=([^"]+)"/.exec(proved.html)[1].replaceAll("&amp;", "&")));
    assert.match(posting.html, /action="https:\/\/pushing\.example\.com\/callback"/);
    const redeemed = form(fields(posting.html).code), given = await application.go("/oauth2/token", redeemed);
    assert.equal(given.status, 200, given.html);
    assert.notEqual((await application.go("/oauth2/token", redeemed)).status, 200, "a code works once");
    const again = await visitor.go(at);
    assert.ok(again.status === 400 && !again.location && !fields(again.html).code, `${again.status} ${again.html}`);
  });

  await t.test("a code by mail while the provider is away", async () => {
    await brokers[0].command("connection", "outage", "50210", "Theirs", "--hours", "2", "--yes");
    const visitor = new Wanderer(next), { at, form } = asking("wiki"), asks = await named(visitor, at, olga);
    let code;
    // As with a reset: this broker dies when the mail is there.
    const page = await visitor.go("/signin/code", { stage: visitor.stage(asks) }, async () => { code = await post.link(olga); });
    assert.equal(heading(page), "Check your email", page.html);
    const typed = { stage: visitor.stage(page), code };
    const { claims, redeemed } = await arrive(visitor, form, await visitor.go("/forgot/code", typed));
    assert.equal(claims.account, "50210");
    assert.notEqual((await visitor.go("/oauth2/token", redeemed)).status, 200, "a code works once");
    const other = new Wanderer(next, false);
    other.cookies = new Map([...visitor.cookies].filter(([cookie]) => !cookie.includes("session")));
    assert.equal(heading(await other.go("/forgot/code", typed)), "Check your email", "and so does the one of the mail");
    assert.equal(await isSignedIn(other), false);
  });
});
