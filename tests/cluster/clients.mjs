// Clients of three brokers that note what they do: each request goes to a broker by chance, and whatever has no clear answer is unknown.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { ACCESS, CODE, counts, wrongs } from "./checker.mjs";
import { Visitor, issuer } from "../deploy/lib.mjs";

/** No answer, or one that leaves open whether it was done. `how`: "unsent" where nobody listened, "answered", or "open". */
export class Lost extends Error { constructor(message, how = "open") { super(message); this.how = how; } }

/** Chance that can be had again: mulberry32. */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (most) => Math.floor(next() * most), one: (all) => all[Math.floor(next() * all.length)] };
}

export const unescaped = (value) => value.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
/** The hidden fields of a page. */
export const fields = (html) => Object.fromEntries([...html.matchAll(/<input\b[^>]*\btype="hidden"[^>]*>/g)].map(([tag]) => [/\bname="([^"]*)"/.exec(tag)?.[1], unescaped(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? "")]));
export const heading = (page) => unescaped(/<h1[^>]*>(.*?)<\/h1>/s.exec(page.html)?.[1] ?? "");
export const onward = (page) => { const to = /http-equiv="refresh" content="0;\s*url=([^"]+)"/.exec(page.html)?.[1]; return to && unescaped(to); };
/** An address of ours without its origin. */
export const own = (address) => new URL(address, issuer).href.replace(issuer, "");

/** A browser or an application, at an address of its own. */
export class Client extends Visitor {
  constructor(world, more = {}) {
    const { random } = world, part = () => 1 + random.below(250);
    super({ claims: { "x-forwarded-for": `10.${part()}.${part()}.${part()}`, ...more } });
    Object.assign(this, { world, patience: 12_000 });
  }
  async go(where, form) {
    this.port = this.world.random.one(this.world.brokers).port;
    let answer;
    try { answer = await super.go(where, form); } catch (error) { throw new Lost(error.code ?? error.message, error.code === "ECONNREFUSED" ? "unsent" : "open"); }
    if (answer.status >= 500 || answer.status === 429) throw new Lost(`${answer.status}`, "answered");
    return answer;
  }
  /** Another one with the same cookies. */
  twin(more = {}) { const twin = new Client(this.world, more); twin.cookies = new Map(this.cookies); return twin; }
  ask(more = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const asked = { client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", response_type: "code", scope: "openid email offline_access", nonce: "n", state: "s",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256", ...more };
    return { verifier, page: this.go(`/oauth2/authorize?${new URLSearchParams(asked)}`) };
  }
  /** Tries a password: the way on, or nothing when it was wrong. */
  async prove(person, password) {
    const { verifier, page } = this.ask();
    const second = await this.go("/signin/username", { stage: this.stage(await page), username: person.username });
    const third = await this.go("/signin/password", { stage: this.stage(second), password });
    const on = onward(third);
    if (on === undefined) assert.match(third.html, /type="password"/, third.html);
    return on && { verifier, on };
  }
  /** Signs somebody in; gives the code and its verifier. */
  async signIn(person, password = person.password) {
    const proved = await this.prove(person, password);
    assert.ok(proved, `${person.username} is refused`);
    return this.out(proved);
  }
  async out({ verifier, on }) {
    const left = await this.go(own(on));
    assert.equal(left.status, 303, left.html);
    return { verifier, code: new URL(left.location).searchParams.get("code") };
  }
}

/** What came of a request for tokens. */
function tokens(answer) {
  const told = JSON.parse(answer.html);
  if (answer.status === 200) return { outcome: "ok", gives: told.refresh_token, access: told.access_token };
  assert.deepEqual([answer.status, told.error], [400, "invalid_grant"], answer.html);
  return { outcome: "refused", note: told.error_description };
}

const redeem = async (world, { code, verifier }) => tokens(await new Client(world).go("/oauth2/token", { grant_type: "authorization_code", client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", code, code_verifier: verifier }));
const refresh = async (world, token) => tokens(await new Client(world).go("/oauth2/token", { grant_type: "refresh_token", client_id: "wiki", refresh_token: token }));
const revoke = async (world, token) => { assert.equal((await new Client(world).go("/oauth2/revoke", { client_id: "wiki", token })).status, 200); return { outcome: "ok" }; };
async function who(world, access) {
  const answer = await new Client(world, { authorization: `Bearer ${access}` }).go("/oauth2/userinfo");
  assert.ok([200, 401].includes(answer.status), answer.html);
  return { outcome: answer.status === 200 ? "ok" : "refused" };
}
/** Whether a browser is signed in: a code without a page, or a refusal without one. */
async function silently(browser) {
  const answer = await browser.twin().ask({ prompt: "none" }).page;
  assert.equal(answer.status, 303, answer.html);
  const said = new URL(answer.location).searchParams;
  if (said.get("code")) return { outcome: "ok" };
  if (["server_error", "temporarily_unavailable"].includes(said.get("error"))) throw new Lost(said.get("error"), "answered");
  assert.equal(said.get("error"), "login_required", answer.location);
  return { outcome: "refused" };
}
async function signOut(browser) {
  const twin = browser.twin(), asked = await twin.go("/signout");
  // A browser that has nothing to sign out of is not asked.
  const done = twin.stage(asked) ? await twin.go("/signout", { stage: twin.stage(asked) }) : asked;
  return { outcome: /You are signed out/.test(heading(done)) ? "ok" : "unknown", note: heading(done) };
}
const password = async (world, person, text) => ({ outcome: await new Client(world).prove(person, text) ? "ok" : "refused" });

/** The address of an identity provider, asked at this machine. */
export function provider(world, url, form) {
  const { pathname, search, host } = new URL(url), body = form && new URLSearchParams(form).toString();
  const headers = { host, ...(body ? { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) } : {}) };
  return new Promise((yes, no) => {
    const request = http.request({ host: "127.0.0.1", port: world.provider, path: pathname + search, method: body ? "POST" : "GET", headers, agent: false }, async (answer) => {
      let html = "";
      for await (const part of answer.setEncoding("utf8")) html += part;
      yes({ status: answer.statusCode, location: answer.headers.location, html });
    });
    request.once("error", no);
    request.end(body);
  });
}

/** What everybody does; each takes the world, notes what it sees, and says what is to be looked at once more when everything is quiet. */
export const deeds = {
  /** A code is used by three at once: one has tokens, and loses them again because the code was used twice. */
  async code(world) {
    const { verifier, code, begin } = await world.patiently(async () => { const begin = world.now(); return { begin, ...await new Client(world).signIn(world.person()) }; });
    const object = world.name("code"), grant = world.name("grant");
    world.noted({ object, kind: "once", act: "begin", lasts: CODE }, begin);
    const use = () => world.note({ object, kind: "once", act: "use" }, () => redeem(world, { code, verifier }));
    // Some are left until everything is quiet, and may be over by then.
    if (world.random.below(4) === 0) { world.quiet.push(use); return; }
    const uses = await Promise.all([use(), use(), use()]);
    const good = uses.find((one) => one.outcome === "ok");
    if (!good) { world.quiet.push(use); return; }
    world.noted({ object: grant, kind: "life", act: "begin", lasts: ACCESS });
    // Where the other two reached nobody this is the second use, as long as the code is remembered, and ends the grant like one of them.
    world.quiet.push(async () => {
      const { outcome, note, begin, end } = await use();
      if (outcome === "refused" && /used before/.test(note)) world.history.push({ object: grant, kind: "life", act: "end", outcome: "ok", begin, end });
    });
    // Whoever was refused was told that it was used before, and that everything it gave is over.
    for (const { begin, end } of uses.filter((one) => one.outcome === "refused")) world.history.push({ object: grant, kind: "life", act: "end", outcome: "ok", begin, end });
    for (const { begin, end, open } of uses.filter((one) => one.outcome === "unknown")) world.history.push({ object: grant, kind: "life", act: "end", outcome: "unknown", begin, end, open });
    const look = () => world.note({ object: grant, kind: "life", act: "use" }, () => who(world, good.access));
    await look();
    world.quiet.push(look);
  },

  /** Refresh tokens are rotated by two at once; then the newest is revoked, or an old one is used by somebody who has stolen it. */
  async refreshing(world) {
    const got = await world.patiently(() => new Client(world).signIn(world.person()));
    const first = await redeem(world, got);
    if (first.outcome !== "ok") return;
    const object = world.name("refresh"), kind = "chain";
    world.noted({ object, kind, act: "begin", lasts: ACCESS });
    const use = (from) => world.note({ object, kind, act: "use", from }, () => refresh(world, from));
    const all = [first.gives];
    let access = first.access;
    for (let turns = 0; turns < 12 && all.length < 5; turns++) {
      const uses = await Promise.all([use(all.at(-1)), use(all.at(-1))]);
      const good = uses.find((one) => one.outcome === "ok");
      if (good) { all.push(good.gives); access = good.access; }
      if (uses.some((one) => one.outcome === "refused")) break;
    }
    const look = () => world.note({ object, kind, act: "use" }, () => who(world, access));
    const end = world.random.below(3);
    if (end === 0) {
      await world.insistently({ object, kind, act: "end" }, () => revoke(world, all.at(-1)));
    } else if (end === 1 && all.length > 2) {
      const thief = await use(all[0]);
      if (thief.outcome === "refused") world.history.push({ object, kind, act: "end", outcome: "ok", begin: thief.begin, end: thief.end, note: "used again" });
    }
    await look();
    world.quiet.push(look, () => use(all.at(-1)));
  },

  /** A browser is asked whether it is signed in while somebody signs it out. */
  async session(world) {
    const browser = await world.patiently(async () => { const browser = new Client(world); await browser.signIn(world.person()); return browser; });
    const object = world.name("session"), kind = "life";
    world.noted({ object, kind, act: "begin" });
    const use = () => world.note({ object, kind, act: "use" }, () => silently(browser));
    await Promise.all([use(), use()]);
    if (world.random.below(3) > 0) {
      await Promise.all([world.insistently({ object, kind, act: "end" }, () => signOut(browser)), use(), use()]);
      await use();
    }
    world.quiet.push(use);
  },

  /** An answer of a provider is delivered by three at once. */
  async assertion(world) {
    const answered = await world.patiently(async () => {
      const browser = new Client(world), { page } = browser.ask(), username = world.member();
      const found = await browser.go("/signin/username", { stage: browser.stage(await page), username });
      const sent = await browser.go("/signin/single-sign-on", { stage: browser.stage(found), username });
      const away = onward(sent.location ? await browser.go(own(sent.location)) : sent);
      if (!away) throw new Lost(heading(sent));
      const asks = await provider(world, away);
      const post = await provider(world, new URL("/okta/signin", away).href, { ...fields(asks.html), username, profile: "right" });
      const to = /<form[^>]*action="([^"]+)"/.exec(post.html)?.[1];
      assert.ok(to && fields(post.html).SAMLResponse, post.html);
      return { browser, path: own(unescaped(to)), form: fields(post.html) };
    });
    const object = world.name("assertion"), kind = "once";
    world.noted({ object, kind, act: "begin" });
    const use = () => world.note({ object, kind, act: "use" }, async () => {
      // Another site's form: no cookies come with it.
      const answer = await new Client(world, { "sec-fetch-site": "cross-site", origin: "https://idp.example" }).go(answered.path, answered.form);
      assert.ok([303, 403].includes(answer.status), `${answer.status} ${answer.html}`);
      return { outcome: answer.status === 303 ? "ok" : "refused", note: heading(answer) };
    });
    await Promise.all([use(), use(), use()]);
    world.quiet.push(use);
  },

  /** A link of a reset is used by three at once; the new password counts, and whatever the old one had opened is over. */
  async reset(world) {
    const person = world.leaver();
    if (!person) return;
    const browser = await world.patiently(async () => { const browser = new Client(world); browser.got = await browser.signIn(person); return browser; });
    const session = world.name("session"), before = world.name("password"), after = world.name("password"), kind = "life";
    world.noted({ object: session, kind, act: "begin" });
    world.noted({ object: before, kind, act: "begin" });
    await world.patiently(async () => {
      const asking = new Client(world);
      const asked = await asking.go("/forgot/send", { stage: asking.stage(await asking.go("/forgot")), username: person.username });
      assert.equal(heading(asked), "Check your email");
    });
    const link = own(await world.mails.link(person.username));
    const object = world.name("link");
    world.noted({ object, kind: "once", act: "begin" });
    const openers = await Promise.all([1, 2, 3].map(() => world.patiently(async () => { const opener = new Client(world); await opener.go(link); return opener; })));
    const use = (opener) => world.note({ object, kind: "once", act: "use" }, async () => {
      const browser = opener.twin(), page = await browser.go("/reset", {});
      const outcome = { "Choose a new password": "ok", "That link does not work any more": "refused" }[heading(page)];
      assert.ok(outcome, `${page.status} ${page.html}`);
      return { outcome, browser, handle: fields(page.html).handle };
    });
    const uses = await Promise.all(openers.map(use));
    world.quiet.push(() => use(openers[0]));
    const good = uses.find((one) => one.outcome === "ok");
    if (good) {
      const changed = `Reiher-${world.random.below(1e6)}x`;
      const set = await world.note({ object: before, kind, act: "end" }, async () => {
        const page = await good.browser.go("/reset/password", { handle: good.handle, new: changed, repeat: changed });
        return { outcome: heading(page) === "Your password was changed" ? "ok" : "unknown", note: heading(page) };
      });
      world.history.push({ ...set, object: session }, { ...set, object: after, act: "begin" });
      const look = () => world.note({ object: after, kind, act: "use" }, () => password(world, person, changed));
      await look();
      world.quiet.push(look);
    }
    const looks = [() => world.note({ object: session, kind, act: "use" }, () => silently(browser)), () => world.note({ object: before, kind, act: "use" }, () => password(world, person, person.password))];
    await looks[0]();
    world.quiet.push(...looks);
  },
};

/**
 * So many clients at once who do this and that until `isOver`; `done` is when all have ended, or one has seen what cannot be. `on` waits until so many things more have
 * been used, whether that was good or refused.
 */
export function atWork(t, world, seed, count) {
  const work = { isOver: false };
  // Also where the test is given up.
  t.after(() => { work.isOver = true; });
  const used = () => world.history.filter((one) => one.act === "use" && ["ok", "refused"].includes(one.outcome)).length;
  work.on = async (more) => { for (const wanted = used() + more; used() < wanted && !work.isOver;) await new Promise((yes) => setTimeout(yes, 20)); };
  work.done = Promise.all(Array.from({ length: count }, async (_, place) => {
    const own = chance(seed + 1 + place), words = Object.keys(deeds);
    while (!work.isOver) {
      try { await deeds[own.one(words)](world); } catch (error) { if (!(error instanceof Lost)) { work.isOver = true; throw error; } }
    }
  }));
  return work;
}

/** Everything is looked at once more when nothing is in the way, so that nothing stays unknown, and the history is judged; how often what was seen is given back. */
export async function inTheEnd(t, world, seed) {
  const before = world.history.length;
  for (const look of world.quiet) await look();
  assert.deepEqual(world.history.slice(before).filter((one) => ["unknown", "unsent"].includes(one.outcome)), []);
  const seen = counts(world.history);
  t.diagnostic(`${world.history.length} operations: ${JSON.stringify(seen)}`);
  assert.deepEqual(wrongs(world.history), [], `HOMEWARD_SEED=${seed}`);
  return seen;
}

/** A mail server that keeps the links of what it gets, or the code where there is no link, by the address that it is for. */
export async function mails(t) {
  const links = new Map(), waiting = new Map();
  const keep = (to, text) => {
    const plain = text.replace(/=\r?\n/g, "").replace(/=3D/g, "=");
    const code = /Code: (\d{3} \d{3})/.exec(plain)?.[1];
    const link = /https?:\/\/\S*\/(?:reset|invitation)\?token=[\w.-]+/.exec(plain)?.[0] ?? code;
    if (!link) return;
    links.set(to, link);
    waiting.get(to)?.(link);
  };
  const server = net.createServer((socket) => {
    let to = "", text = "", inside = false, rest = "";
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on("error", () => {});
    say("220 mail");
    socket.setEncoding("utf8").on("data", (part) => {
      rest += part;
      for (let at = rest.indexOf("\r\n"); at >= 0; at = rest.indexOf("\r\n")) {
        const line = rest.slice(0, at);
        rest = rest.slice(at + 2);
        if (inside) {
          if (line === ".") { inside = false; keep(to, text); say("250 kept"); } else text += `${line}\r\n`;
        } else if (/^DATA/i.test(line)) { inside = true; text = ""; say("354 go on"); }
        else if (/^QUIT/i.test(line)) { say("221 bye"); socket.end(); }
        else { to = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1] ?? to; say("250 well"); }
      }
    });
  });
  await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
  server.unref();
  t.after(() => server.close());
  return {
    port: server.address().port,
    /** The link that somebody was sent; waits for it. */
    link: (to, patience = 25_000) => links.get(to) ?? new Promise((yes, no) => {
      const late = setTimeout(() => no(new Lost(`no mail to ${to}`)), patience);
      waiting.set(to, (link) => { clearTimeout(late); yes(link); });
    }),
  };
}
