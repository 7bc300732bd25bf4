// The example of each reverse proxy in front of three brokers: one is killed, one is stopped, one loses Redis alone, then Redis is away for all, and PostgreSQL. Whoever
// signs in meanwhile never sees a page that the proxy made.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { test } from "node:test";
import { cluster, everywhere } from "./cluster.mjs";
import { Visitor, ann, end } from "../deploy/lib.mjs";
import { proxies, startProxy } from "../deploy/proxy.mjs";

/** A way to Redis that one broker goes alone, and that can be cut. */
async function way(t, url) {
  const { port } = new URL(url), open = new Set();
  let isCut = false;
  const server = net.createServer((near) => {
    if (isCut) { near.destroy(); return; }
    const far = net.connect(port, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => {}).once("close", () => { open.delete(one); other.destroy(); });
    }
  });
  await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
  server.unref();
  const cut = (now) => { isCut = now; if (now) for (const one of open) one.destroy(); };
  t.after(() => { cut(true); server.close(); });
  return { url: `redis://127.0.0.1:${server.address().port}`, cut };
}

const authorize = `/oauth2/authorize?${new URLSearchParams({ client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", response_type: "code", scope: "openid", nonce: "n", state: "s",
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" })}`;

/** The first page, and what comes of a username: it is counted, so a broker that cannot count refuses it. */
async function asked(visitor) {
  const page = await visitor.go("/signin");
  return [page, await visitor.go("/signin/username", { stage: visitor.stage(page), username: ann.username })];
}

test("LG-09: behind each proxy nobody notices that a broker is killed, stopped or loses Redis alone; when Redis or PostgreSQL is away for all, people see the brokers' own page, and what is not counted goes on", async (t) => {
  const { brokers, counters, counts, database } = await cluster(t, { more: 'trusted_proxies = ["127.0.0.1/32"]\ndrain_seconds = 3\n' });
  const alone = await way(t, counts), [first, second, third] = brokers;
  await third.kill();
  writeFileSync(third.settings, readFileSync(third.settings, "utf8").replace(counts, alone.url));
  await third.begin();
  let visitors = 0;
  for (const kind of Object.keys(proxies)) {
    await t.test(kind, async (t) => {
      t.after(() => alone.cut(false));
      const proxy = await startProxy(t, kind, ...brokers.map((broker) => broker.port));
      const visitor = () => { visitors += 1; return new Visitor({ port: proxy.secure, from: `127.5.${visitors >> 8}.${visitors & 255}`, ca: proxy.ca }); };
      // Each has five requests, which go to one broker after the other.
      const people = async (count) => {
        for (let one = 0; one < count; one++) { const { claims, page } = await visitor().signIn(); assert.ok(claims, `${page?.status} ${page?.html}\n${proxy.log()}`); }
      };
      await people(1);
      await first.kill();
      // Caddy 2.6 asks another one for a page, and for no form: after the first page it knows.
      if (kind === "caddy") for (let one = 0; one < 3; one++) assert.equal((await visitor().go("/signin")).status, 200, proxy.log());
      await people(2);
      await first.begin();
      let isGone = false;
      const stopping = end(second.child).then(() => { isGone = true; });
      while (!isGone) await people(1);
      await stopping;
      await people(1);
      await second.begin();
      await everywhere(brokers, 200);

      alone.cut(true);
      await everywhere([third], 503);
      await everywhere(brokers, 200, { at: "/readyz" });
      let asks = 0;
      // Sometimes two requests and sometimes three, so that forms come to each of two brokers in turn, and to each of three.
      const refused = async () => {
        asks += 1;
        if (asks % 2) await visitor().go("/signin");
        return (await asked(visitor()))[1].status === 503;
      };
      if (kind === "nginx") {
        // It asks nobody whether they are ready. Those that were killed and stopped are out for five seconds, and then all take turns.
        const seen = new Set();
        for (const until = Date.now() + 20_000; seen.size < 2; seen.add(await refused())) assert.ok(Date.now() < until, `${[...seen]}\n${proxy.log()}`);
      } else {
        // After some looks the proxy has heard of it.
        for (let good = 0, until = Date.now() + 20_000; good < 6; good = await refused() ? 0 : good + 1) assert.ok(Date.now() < until, `it stays in turn\n${proxy.log()}`);
        await people(1);
      }
      alone.cut(false);
      await everywhere(brokers, 200);

      const { tokens } = await visitor().signIn(ann.password, "openid offline_access"), guest = visitor();
      const isOurs = (page) => {
        assert.deepEqual([page.status, page.headers["retry-after"]], [503, "5"], `${page.html}\n${proxy.log()}`);
        assert.match(page.html, /Sign-in is not available just now/);
      };
      // Long enough for each proxy to find none of them ready.
      const looks = async (look) => { for (let count = 0, until = Date.now() + 3_500; count < 12 || Date.now() < until; count++) await look(); };
      await counters.kill();
      await everywhere(brokers, 503);
      await looks(async () => {
        const [page, refused] = await asked(guest);
        assert.equal(page.status, 200);
        isOurs(refused);
        assert.equal((await guest.go("/oauth2/jwks")).status, 200);
      });
      assert.equal((await visitor().go("/oauth2/token", { grant_type: "refresh_token", client_id: "wiki", refresh_token: tokens.refresh_token })).status, 200);
      await counters.begin();
      await everywhere(brokers, 200);
      await database.kill();
      await everywhere(brokers, 503, { at: "/readyz" });
      await looks(async () => isOurs(await guest.go(authorize)));
      await database.begin();
      await everywhere(brokers, 200);
      await people(1);
    });
  }
});
