// The way to the organisation's sign-in page and back, rule by rule (SSO-1 to SSO-10), in a browser that keeps Lax cookies where they belong.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { person, startApplication, startBroker } from "./broker.mjs";
import { Client } from "./client.mjs";
import { startProviders } from "./providers.mjs";
import { heading, launch, press, visitor } from "./world.mjs";

const TITLE = { redirect: "Simulated Okta sign-in", post: "Simulated Entra ID sign-in", oidc: "Simulated identity provider sign-in" };
const FAILED = "We could not finish signing you in";

let app, providers, front, broker, browser, teamwork, board;

const account = (number, name, connection, username) =>
  `[[account]]\nnumber = "${number}"\nname = "${name}"\nsso_mode = "redirect"\ndefault_application = "teamwork"\n[[account.connection]]\nname = "Organisation"\nstate = "enforced"\n${connection}`
  + `[[account.domain]]\ndomain = "${username.split("@")[1]}"\nverified = true\n${person({ username })}`;
/** One person for each way there. */
const people = { redirect: "rosa@redirect.example", post: "paul@post.example", oidc: "olga@oidc.example", front: "fred@front.example" };

/** The first host of a provider, which takes the request and leads on to another host of the provider's with it. */
async function startFront(onward) {
  const seen = [];
  const server = createServer((request, answer) => { seen.push(`${request.method} ${request.url}`); request.resume(); answer.writeHead(307, { location: onward }).end(); });
  await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
  return { seen, origin: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((yes) => { server.close(yes); server.closeAllConnections(); }) };
}

before(async () => {
  app = await startApplication();
  providers = await startProviders();
  front = await startFront(`${providers.base}/generic/saml/sso`);
  const accounts = account("1001", "Redirect Dental", providers.saml("okta", { own: `hint = "subject"` }), people.redirect)
    + account("1002", "Post Dental", providers.saml("entra", { post: true, own: `hint = "subject"` }), people.post)
    + account("1004", "Front Dental", providers.saml("generic", { post: true, own: `hint = "subject"` }).replace(`"${providers.base}/generic/saml/sso"`, `"${front.origin}/sso"`), people.front)
    + account("1003", "Connect Dental", providers.oidc("generic"), people.oidc);
  const application = (id, name) => `[[application]]\nclient_id = "${id}"\nname = "${name}"\nauthentication = "none"\nredirect_uris = ["${app.origin}/callback/${id}"]\nstart_url = "${app.origin}/start/${id}"\n`;
  broker = await startBroker(application("teamwork", "Teamwork") + application("board", "Board"), {}, { accounts, disclosure: "open" });
  [teamwork, board] = ["teamwork", "board"].map((id) => new Client(broker.issuer, id, `${app.origin}/callback/${id}`));
  browser = await launch();
});
after(async () => { await browser.close(); await app.stop(); assert.equal(await broker.stop(), 0); await providers.stop(); await front.stop(); });

const next = (page) => page.getByRole("button", { name: "Next", exact: true }).click();
/** Types the name; gives the page that leaves as it was served: by a GET, so that back and reload send no form again. */
async function leave(page, client, username) {
  await client.open(page);
  await page.fill("#username", username);
  const served = page.waitForResponse((r) => r.url().startsWith(`${broker.issuer}/signin/leave?`)).then(async (r) => ({ status: r.status(), policy: r.headers()["content-security-policy"], html: await r.text().catch(() => "") }));
  await next(page);
  return served;
}
/** Nothing that goes to the providers gets there: the page that leaves stays, to be looked at (204: the browser stays where it is). */
const hold = (page) => page.route(`${providers.base}/**`, (route) => route.fulfill({ status: 204 }));
const formAction = (policy) => /form-action ([^;]+)/.exec(policy)[1];
/** Of another page of the broker; Node looks up no names below localhost. */
const policyOf = async (path) => (await fetch(`${broker.issuer.replace("homeward.localhost", "127.0.0.1")}${path}`)).headers.get("content-security-policy");
const refusal = async (page) => { await page.getByRole("heading", { name: FAILED }).waitFor(); return page.locator("main").innerText(); };
/** The username, once the page and what the browser itself fills in again are there; what it has in the end, if that is never this. */
async function filled(page, username) {
  await page.locator("#username").waitFor();
  await page.waitForLoadState();
  for (let tries = 0; tries < 100 && (await page.inputValue("#username")) !== username; tries++) await page.waitForTimeout(50);
  return page.inputValue("#username");
}
const go = (page, kind) => page.waitForURL(`${providers.base}/**`).then(() => page.getByRole("heading", { name: TITLE[kind] }).waitFor());

/** Signs in there; the form that the provider's page posts is caught on its way, and the browser stays where it is. */
async function caught(page) {
  const where = `${broker.issuer}/saml/**`;
  const form = new Promise((yes) => page.route(where, (route) => {
    yes({ to: route.request().url(), form: new URLSearchParams(route.request().postData()) });
    return route.fulfill({ status: 204 });
  }));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const found = await form;
  await page.unroute(where);
  return found;
}
/** Posts such a form from a page of the application: from another site, as the provider does. */
async function post(page, { to, form }) {
  await page.goto(app.origin);
  await page.evaluate(([to, fields]) => {
    const form = document.body.appendChild(Object.assign(document.createElement("form"), { method: "post", action: to }));
    for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { name, value }));
    form.submit();
  }, [to, [...form]]);
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const start = () => visitor(browser, { javaScriptEnabled });

    for (const kind of ["redirect", "oidc"]) {
      test(`SSO-1, SSO-2: ${kind}: a page of ours that leaves by itself, with a link that anybody can use`, async () => {
        const { context, page } = await start();
        await hold(page);
        const served = await leave(page, teamwork, people[kind]);
        assert.equal(served.status, 200, "SSO-1");
        assert.match(served.html, /<meta http-equiv="refresh" content="0; url=http:\/\/idp\.localhost/, "SSO-1");
        assert.equal(formAction(served.policy), "'self'", "SSO-2: no form of this page goes elsewhere");
        await page.getByRole("heading", { name: /^Taking you to (Redirect|Connect) Dental’s sign-in page$/ }).waitFor();
        const link = page.getByRole("link", { name: "Continue" });
        assert.ok(await link.isVisible(), "SSO-1");
        assert.ok((await link.getAttribute("href")).startsWith(providers.base));
        assert.match(await page.locator("main").innerText(), /idp\.localhost/, "the host is named");
        await context.close();
      });
    }

    // SB-10: the provider's form comes from another site, without the cookies that Chromium keeps back there, and the person is signed in.
    test("SSO-1, SSO-2, SSO-3: post: a form with a visible button; its page alone lets a form go elsewhere", async () => {
      const { context, page } = await start();
      const served = await leave(page, teamwork, people.post);
      assert.equal(served.status, 200, "SSO-1");
      assert.equal(formAction(served.policy), `'self' ${new URL(providers.base).origin} https: http:`, "SSO-2: where that provider leads on; http is a developer's");
      assert.equal(served.policy.replace(/; form-action .*/, ""), (await policyOf("/signin")).replace(/; form-action .*/, ""), "SSO-2: as strict as elsewhere in everything else");
      for (const path of ["/signin", "/forgot", "/help"]) assert.equal(formAction(await policyOf(path)), "'self'", `SSO-2 ${path}`);
      if (!javaScriptEnabled) {
        const button = page.getByRole("button", { name: "Continue", exact: true });
        assert.ok(await button.isVisible(), "SSO-3");
        await button.click();
      }
      await go(page, "post");
      await providers.signIn(page, TITLE.post, { hint: people.post });
      assert.equal((await teamwork.arrived(page)).email, people.post, "SSO-3");
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    test("SSO-2: post: a provider that leads on to another origin of its own is reached, and the person comes back", async () => {
      const { context, page } = await start();
      await leave(page, teamwork, people.front);
      if (!javaScriptEnabled) await page.getByRole("button", { name: "Continue", exact: true }).click();
      await go(page, "oidc");
      // The broker itself looks there from time to time, too, by GET.
      assert.deepEqual(front.seen.splice(0).filter((request) => request.startsWith("POST")), ["POST /sso"]);
      await providers.signIn(page, TITLE.oidc, { hint: people.front });
      assert.equal((await teamwork.arrived(page)).email, people.front);
      assert.deepEqual(page.trouble, []);
      await context.close();
    });

    for (const kind of ["redirect", "post", "oidc"]) {
      test(`SSO-5: ${kind}: the return works with Lax cookies, although a form comes from another site`, async () => {
        const { context, page } = await start();
        await leave(page, teamwork, people[kind]);
        if (kind === "post" && !javaScriptEnabled) await page.getByRole("button", { name: "Continue", exact: true }).click();
        await go(page, kind);
        await providers.signIn(page, TITLE[kind], { hint: people[kind] });
        assert.equal((await teamwork.arrived(page)).email, people[kind]);
        const cookies = (await context.cookies(broker.issuer)).map((c) => [c.name, c.sameSite]);
        assert.ok(cookies.length > 1 && cookies.every(([, sameSite]) => sameSite === "Lax"), JSON.stringify(cookies));
        await context.close();
      });
    }
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`SSO-4: back from the provider there is the username page, filled, and no loop, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    for (const kind of ["redirect", "post", "oidc"]) {
      const { context, page } = await visitor(browser, { javaScriptEnabled });
      const away = async () => {
        if (kind === "post" && !javaScriptEnabled) await page.getByRole("button", { name: "Continue", exact: true }).click();
        await go(page, kind);
      };
      await leave(page, teamwork, people[kind]);
      await away();
      await page.goBack({ waitUntil: "commit" });
      assert.equal(await filled(page, people[kind]), people[kind], `SSO-4 ${kind}`);
      assert.ok(page.url().startsWith(broker.issuer));
      // A reload sends no form again. A button that was pressed has left the page that left in the history, and its address is the username
      // page by now; a page that leaves by itself leaves nothing, and there is the application's own request.
      await page.reload();
      await page.locator("#username").waitFor();
      if (kind === "post" && !javaScriptEnabled) assert.equal(await filled(page, people[kind]), people[kind], "a reload");
      else await page.fill("#username", people[kind]);
      await next(page);
      await away();
      await context.close();
    }
  });
}

test("SSO-6: the same answer twice: the second signs nobody in and says so", async () => {
  const { context, page } = await visitor(browser);
  await leave(page, teamwork, people.redirect);
  await go(page, "redirect");
  const answer = await caught(page);
  await post(page, answer);
  assert.equal((await teamwork.arrived(page)).email, people.redirect);
  await context.clearCookies();
  const second = page.waitForResponse((r) => r.url() === answer.to);
  await post(page, answer);
  assert.equal((await second).status(), 403);
  assert.match(await refusal(page), /This sign-in was already used/);
  assert.ok(!(await context.cookies(broker.issuer)).some((c) => c.name === "__Host-session"), "nobody is signed in");
  await context.close();
});

test("SSO-7: a sign-in that the provider starts: the page offers to sign in from the application, and begins at that provider", async () => {
  const { context, page } = await visitor(browser);
  await leave(page, teamwork, people.redirect);
  await go(page, "redirect");
  const { form, to } = await caught(page);
  form.delete("RelayState");
  // Nobody is signed in there any more, so that the sign-in that follows is seen.
  await context.clearCookies();
  await post(page, { to, form });
  assert.match(await refusal(page), /Redirect Dental started this sign-in itself, and that is switched off\. Sign in from Teamwork instead/);
  assert.ok(!(await context.cookies(broker.issuer)).some((c) => c.name === "__Host-session"), "the answer signs nobody in");
  await press(page, "Try again");
  await providers.signIn(page, TITLE.redirect, { username: people.redirect });
  // The tile opens the default application: there it is the same person, without another sign-in.
  await page.waitForURL(`${app.origin}/start/teamwork`);
  await teamwork.open(page);
  assert.equal((await teamwork.arrived(page)).email, people.redirect, "who was signed in, at which application");
  await context.close();
});

test("SSO-7: an answer of no connection begins at our own page", async () => {
  const { context, page } = await visitor(browser);
  await leave(page, teamwork, people.redirect);
  await go(page, "redirect");
  const { form, to } = await caught(page);
  form.delete("RelayState");
  await post(page, { to: to.replace(/[0-9a-f]{12}\/acs$/, "000000000000/acs"), form });
  await refusal(page);
  await press(page, "Try again");
  assert.equal(await heading(page), "Sign in");
  await context.close();
});

test("SSO-8: what the provider said is quoted", async () => {
  for (const kind of ["redirect", "oidc"]) {
    const { context, page } = await visitor(browser);
    await leave(page, teamwork, people[kind]);
    await providers.signIn(page, TITLE[kind], { answer: "denied" });
    const said = await refusal(page);
    assert.match(said, /What your organisation’s sign-in said:/, kind);
    assert.match(await page.locator("q").innerText(), kind === "oidc" ? /access_denied/ : /RequestDenied/, kind);
    await context.close();
  }
});

test("SSO-9: a session that ends meanwhile does no harm, and RelayState alone decides nothing", async () => {
  const { context, page } = await visitor(browser);
  await leave(page, teamwork, people.redirect);
  await providers.signIn(page, TITLE.redirect, { hint: people.redirect });
  await teamwork.arrived(page);
  // A fresh proof is asked for; while the person is there, the session here ends.
  await board.open(page, { prompt: "login" });
  await page.fill("#username", people.redirect);
  await next(page);
  await go(page, "redirect");
  await broker.run("session", "end", people.redirect, "--account", "1001", "--all");
  await providers.signIn(page, TITLE.redirect, { hint: people.redirect });
  assert.equal((await board.arrived(page)).email, people.redirect, "it completes");
  // The answer to one sign-in under the handle of another.
  const other = await visitor(browser);
  const forms = [];
  for (const [who, client] of [[page, teamwork], [other.page, board]]) {
    await who.context().clearCookies();
    await leave(who, client, people.redirect);
    await go(who, "redirect");
    forms.push(await caught(who));
  }
  const [first, second] = forms;
  const crossed = new URLSearchParams(first.form);
  crossed.set("RelayState", second.form.get("RelayState"));
  await post(page, { to: first.to, form: crossed });
  assert.match(await refusal(page), /was meant for another request/);
  // With its own handle it still leads to its own application.
  await post(page, first);
  assert.equal((await teamwork.arrived(page)).email, people.redirect);
  await other.context.close();
  await context.close();
});

test("SSO-9: without the browser's cookies nobody is signed in, and the page leads on", async () => {
  const { context, page } = await visitor(browser);
  await leave(page, teamwork, people.redirect);
  await go(page, "redirect");
  await context.clearCookies({ domain: "homeward.localhost" });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  assert.match(await refusal(page), /sso\.return_over/);
  assert.ok(!(await context.cookies(broker.issuer)).some((c) => c.name === "__Host-session"));
  assert.ok(await page.getByRole("button", { name: "Use another account" }).isVisible());
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await page.locator("#username").waitFor();
  await context.close();
});

test("SSO-10: every failure page says what happened, what to do, and what to send to the administrator", async () => {
  const answers = { "strange-key": /not signed with a certificate we know/, ahead: /too old or not valid yet/, "wrong-audience": /meant for another request/, denied: /answered, but said no/ };
  // Only what was looked at has passed: a signature is checked before whom the answer is meant for.
  const passed = { "strange-key": 1, ahead: 2, "wrong-audience": 1, denied: 0 };
  for (const [answer, sentence] of Object.entries(answers)) {
    const { context, page } = await visitor(browser);
    await leave(page, teamwork, people.redirect);
    await providers.signIn(page, TITLE.redirect, { answer });
    const said = await refusal(page);
    assert.match(said, sentence, `what happened: ${answer}`);
    assert.match(said, /What to send to your administrator|send your administrator what stands below/);
    assert.equal(await page.locator(".checks > li").count(), 6, "the six checks");
    assert.equal(await page.locator(".checks > li[data-met=yes]").count(), passed[answer], answer);
    assert.equal(await page.locator(".checks > li[data-met=no] strong").count(), 1, "the first that failed is open");
    // Addresses and times may be seen by anybody; certificates, names and requests by administrators only.
    assert.equal(await page.locator(".pair dd").count(), ["wrong-audience", "ahead"].includes(answer) ? 2 : 0, answer);
    assert.ok(!said.includes(people.redirect), "nobody's name");
    assert.match(await page.locator(".ref").innerText(), /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/, "the reference");
    assert.match(said, /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC/, "the time");
    assert.match(said, /Check \d of 6/);
    assert.match(said, /account 1001/);
    const record = JSON.parse(await broker.run("--json", "audit", "list", "--case", await page.locator(".ref").innerText()));
    assert.equal(JSON.stringify(record).includes("signin.answer_refused"), true, "the reference finds the record");
    assert.ok(!/BEGIN CERTIFICATE|urn:oasis:names:tc:SAML:1\.1:nameid/.test(said), "no certificate, no claim");
    assert.ok(await page.getByRole("button", { name: "Use another account" }).isVisible());
    // There the person is known by now, and the next answer comes without a question.
    await page.getByRole("button", { name: "Try again", exact: true }).click();
    assert.equal((await teamwork.arrived(page)).email, people.redirect, "“Try again” goes on with the same sign-in");
    await context.close();
  }
  const { context, page } = await visitor(browser);
  await leave(page, teamwork, people.redirect);
  await providers.signIn(page, TITLE.redirect, { answer: "denied" });
  await refusal(page);
  await press(page, "Use another account");
  assert.equal(await heading(page), "Sign in to Teamwork");
  assert.equal(await page.inputValue("#username"), "");
  await context.close();
});
