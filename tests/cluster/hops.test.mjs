// A broker is killed after every hop of each way that has several: through a SAML and an OpenID Provider, from a forgotten password to a new one, to another
// password, through the choice of an account with the password and after it, and out. The sign-in by password is in cluster.test.mjs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { fields, heading, mails, onward, own, provider, unescaped } from "./clients.mjs";
import { Wanderer, cluster } from "./cluster.mjs";
import { ann, binary, end, freePort, issuer, register, says } from "../deploy/lib.mjs";

/** A simulated provider, and the accounts of two organisations that sign in there. */
async function organisations(t) {
  const port = await freePort(), base = `http://idp.localhost:${port}`;
  const child = spawn(binary, ["simulate-idp", "--listen", `127.0.0.1:${port}`, "--public-url", base, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => end(child, "SIGKILL"));
  const { certificate } = JSON.parse((await says(child, "\n")).split("\n")[0]);
  const account = (number, domain, settings) => `[[account]]\nnumber = "${number}"\nname = "Account ${number}"\nsso_mode = "redirect"\n[[account.domain]]\ndomain = "${domain}"\nverified = true\n`
    + `[[account.connection]]\nname = "Theirs"\nstate = "enforced"\n[account.connection.settings]\n${settings}[[account.user]]\nusername = "olga@${domain}"\n`;
  return {
    port,
    people: account("50210", "contoso.example", `preset = "okta"\n[account.connection.settings.protocol.saml]\nidp_entity_id = "${base}/okta/saml"\nsso_redirect = "${base}/okta/saml/sso"\ncertificates = ["""\n${certificate}"""]\n`)
      + account("50211", "fabrikam.example", `preset = "generic"\n[account.connection.settings.protocol.oidc]\nissuer = "${base}/generic"\nclient_id = "homeward"\n`),
  };
}

/** Goes on until the way leads elsewhere; gives where. */
async function follow(visitor, answer) {
  for (let hops = 0; hops < 8; hops++) {
    const to = answer.location ?? onward(answer);
    assert.ok(to, `${answer.status} ${answer.html}`);
    const url = new URL(to, issuer);
    if (url.origin !== issuer) return url;
    answer = await visitor.go(own(url.href));
  }
  return assert.fail("too many hops");
}

/** To the provider, and back with its answer, for the application; gives the claims that this has. */
async function throughProvider(visitor, { port }, username) {
  const verifier = randomBytes(32).toString("base64url"), back = "https://wiki.example.com/callback";
  const asked = { client_id: "wiki", redirect_uri: back, response_type: "code", scope: "openid email", nonce: "n", state: "s", code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" };
  const first = await visitor.go(`/oauth2/authorize?${new URLSearchParams(asked)}`);
  const found = await visitor.go("/signin/username", { stage: visitor.stage(first), username });
  const sent = found.location || onward(found) ? found : await visitor.go("/signin/single-sign-on", { stage: visitor.stage(found), username });
  const there = await follow(visitor, sent), asks = await provider({ provider: port }, there.href);
  const answered = await provider({ provider: port }, new URL(`/${there.pathname.split("/")[1]}/signin`, there).href, { ...fields(asks.html), username, profile: "right" });
  let answer;
  if (answered.location) {
    answer = await visitor.go(own(answered.location));
  } else {
    const to = /<form[^>]*action="([^"]+)"/.exec(answered.html)?.[1];
    assert.ok(to && fields(answered.html).SAMLResponse, answered.html);
    // Another site's form: no cookies come with it.
    const elsewhere = new Wanderer(visitor.next, visitor.killing, { claims: { "sec-fetch-site": "cross-site", origin: there.origin } });
    answer = await elsewhere.go(own(unescaped(to)), fields(answered.html));
    visitor.hops += elsewhere.hops;
  }
  const left = await follow(visitor, answer);
  const told = await visitor.go("/oauth2/token", { grant_type: "authorization_code", client_id: "wiki", redirect_uri: back, code: left.searchParams.get("code"), code_verifier: verifier });
  assert.equal(told.status, 200, `${left} ${told.html}`);
  return JSON.parse(Buffer.from(JSON.parse(told.html).id_token.split(".")[1], "base64url").toString());
}

/** Whether a browser is signed in, as an application learns without a page. */
async function isSignedIn(visitor) {
  const asked = { client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", response_type: "code", scope: "openid", nonce: "n", state: "s", prompt: "none", code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
  const said = new URL((await visitor.go(`/oauth2/authorize?${new URLSearchParams(asked)}`)).location).searchParams;
  assert.ok(said.get("code") || said.get("error") === "login_required", said.toString());
  return said.has("code");
}

test("OT-02, LG-09: a broker is killed after every hop through a SAML and an OpenID Provider, of a reset and of signing out, and nobody notices", async (t) => {
  const post = await mails(t), theirs = await organisations(t);
  const people = register().replace(`username = "${ann.username}"\n`, `username = "${ann.username}"\nemail = "${ann.username}"\n`) + theirs.people;
  const { next } = await cluster(t, { people, mail: post.port, more: "allow_http_localhost = true\n" });

  for (const [username, account] of [["olga@contoso.example", "50210"], ["olga@fabrikam.example", "50211"]]) {
    await t.test(`through the provider of ${username}`, async () => {
      const visitor = new Wanderer(next);
      assert.equal((await throughProvider(visitor, theirs, username)).account, account);
      assert.ok(visitor.hops >= 6, `${visitor.hops} hops`);
    });
  }

  await t.test("out", async () => {
    const visitor = new Wanderer(next, false);
    assert.ok((await visitor.signIn()).claims);
    visitor.killing = true;
    assert.equal(await isSignedIn(visitor), true);
    const asked = await visitor.go("/signout");
    assert.equal(heading(await visitor.go("/signout", { stage: visitor.stage(asked) })), "You are signed out");
    assert.equal(await isSignedIn(visitor), false);
  });

  await t.test("from a forgotten password to a new one", async () => {
    const visitor = new Wanderer(next), changed = "Reiher-4711x";
    const before = new Wanderer(next, false);
    assert.ok((await before.signIn()).claims);
    let link;
    const page = await visitor.go("/forgot");
    // A broker that dies while it sends a mail may have sent it: another one tries again after five minutes. So this one dies when the mail is there.
    const asked = await visitor.go("/forgot/send", { stage: visitor.stage(page), username: ann.username }, async () => { link = await post.link(ann.username); });
    assert.equal(heading(asked), "Check your email");
    await visitor.go(own(link));
    const opened = await visitor.go("/reset", {});
    assert.equal(heading(opened), "Choose a new password", opened.html);
    const form = { handle: fields(opened.html).handle, new: changed, repeat: changed };
    assert.equal(heading(await visitor.go("/reset/password", form)), "Your password was changed");
    assert.equal(await isSignedIn(before), false, "what the old password had opened is over");
    assert.equal((await new Wanderer(next, false).signIn()).claims, undefined, "and it opens nothing");
    assert.ok((await new Wanderer(next, false).signIn(changed)).claims);
  });
});

/** The address of a sign-in at an application, and what its code is redeemed with. */
function asking(client_id) {
  const verifier = randomBytes(32).toString("base64url"), redirect_uri = `https://${client_id}.example.com/callback`;
  const asked = { client_id, redirect_uri, response_type: "code", scope: "openid email", nonce: "n", state: "s", code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" };
  return { at: `/oauth2/authorize?${new URLSearchParams(asked)}`, form: (code) => ({ grant_type: "authorization_code", client_id, redirect_uri, code, code_verifier: verifier }) };
}

/** From the page after the last proof to the application's token; gives the claims, and what it was redeemed by. */
async function arrive(visitor, form, answer) {
  const left = await follow(visitor, answer), redeemed = form(left.searchParams.get("code"));
  const told = await visitor.go("/oauth2/token", redeemed);
  assert.equal(told.status, 200, `${left} ${told.html}`);
  return { claims: JSON.parse(Buffer.from(JSON.parse(told.html).id_token.split(".")[1], "base64url").toString()), redeemed };
}

test("OT-02, LP-13: a broker is killed after every hop to another password, and of the choice of an account with the password and after it; what was used is used", async (t) => {
  const [, line] = /(password_hash = "[^"]+")/.exec(register());
  const people = register() + `[[application]]\nclient_id = "late"\nname = "Late"\nauthentication = "none"\naccount_selection = "password"\nredirect_uris = ["https://late.example.com/callback"]\n`
    + ["50210", "50211"].map((number) => `[[account]]\nnumber = "${number}"\nname = "Account ${number}"\n[[account.user]]\nusername = "mia@several.example"\n${line}\n`).join("");
  const { next } = await cluster(t, { people });

  await t.test("the account after the password", async () => {
    const visitor = new Wanderer(next), { at, form } = asking("late");
    const asks = await visitor.go("/signin/username", { stage: visitor.stage(await visitor.go(at)), username: "mia@several.example" });
    const page = await visitor.go("/signin/password", { stage: visitor.stage(asks), password: ann.password });
    assert.equal(heading(page), "Multiple accounts located", page.html);
    const choice = { handle: fields(page.html).handle, account: "50211" };
    const { claims, redeemed } = await arrive(visitor, form, await visitor.go("/signin/proven", choice));
    assert.equal(claims.account, "50211");
    assert.notEqual((await visitor.go("/oauth2/token", redeemed)).status, 200, "a code works once");
    assert.ok(visitor.hops >= 7, `${visitor.hops} hops`);
  });

  // These brokers tell nothing of a name before the password: who knows their account says it with the password.
  await t.test("the account with the password", async () => {
    const visitor = new Wanderer(next), { at, form } = asking("wiki");
    const page = await visitor.go("/signin/username", { stage: visitor.stage(await visitor.go(at)), username: "mia@several.example" });
    assert.equal(heading(page), "Enter your password", page.html);
    const { claims, redeemed } = await arrive(visitor, form, await visitor.go("/signin/password", { stage: visitor.stage(page), password: ann.password, account: "50210" }));
    assert.equal(claims.account, "50210");
    assert.notEqual((await visitor.go("/oauth2/token", redeemed)).status, 200, "a code works once");
  });

  await t.test("another password", async () => {
    const changed = "Reiher-4711x", other = new Wanderer(next, false), visitor = new Wanderer(next, false);
    assert.ok((await other.signIn()).claims && (await visitor.signIn()).claims);
    visitor.killing = true;
    const page = await visitor.go("/changepassword");
    assert.equal(heading(page), "Change password", page.html);
    const form = { stage: visitor.stage(page), current: ann.password, new: changed, repeat: changed };
    assert.equal(heading(await visitor.go("/changepassword", form)), "Your password was changed");
    assert.deepEqual([await isSignedIn(visitor), await isSignedIn(other)], [true, false], "who changed it stays, and what the old one had opened is over");
    assert.equal((await new Wanderer(next, false).signIn()).claims, undefined, "the old one opens nothing");
    assert.ok((await new Wanderer(next, false).signIn(changed)).claims);
  });
});
