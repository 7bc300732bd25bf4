// A broker is killed after every hop of each way that has several: through a SAML and an OpenID Provider, from a forgotten password to a new one, to another
// password, through the choice of an account with the password and after it, and out. The sign-in by password is in cluster.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fields, heading, mails, own } from "./clients.mjs";
import { Wanderer, cluster } from "./cluster.mjs";
import { arrive, asking, isSignedIn, organisations, throughProvider } from "./ways.mjs";
import { ann, register } from "../deploy/lib.mjs";

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
