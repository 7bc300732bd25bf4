// The example of each reverse proxy in front of one broker: a person signs in through it, and whose address
// and which scheme the broker believes is the trusted proxy's word alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import tls from "node:tls";
import { Visitor, end, issuer, startBroker } from "./lib.mjs";
import { proxies, startProxy } from "./proxy.mjs";

/** What a visitor may write into a request to be taken for somebody else, or to be led elsewhere. */
const lies = {
  "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9;proto=http;host=evil.example", "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "http", "x-real-ip": "203.0.113.9", "x-forwarded-port": "80",
};

const ofPeople = (events) => events.filter((event) => event.event.startsWith("signin.")).map((event) => [event.event, event.outcome, event.network]);

for (const kind of Object.keys(proxies)) {
  // OB-19, LG-06
  test(`Behind ${kind}, a visitor's address and scheme are what the trusted proxy saw, whatever the visitor claims`, async (t) => {
    const broker = await startBroker(t, ["127.0.0.1/32"]);
    const proxy = await startProxy(t, kind, broker.port);
    const visitor = new Visitor({ port: proxy.secure, from: "127.9.8.7", ca: proxy.ca, claims: lies });
    const { page, claims } = await visitor.signIn();
    assert.equal(claims.iss, issuer);
    assert.match(page.headers["strict-transport-security"], /max-age=63072000/);
    assert.ok(page.headers["set-cookie"].every((cookie) => cookie.startsWith("__Host-") && cookie.includes("; Secure")), "cookies for https alone");
    const metadata = await visitor.go("/.well-known/openid-configuration");
    assert.ok(!metadata.html.includes("evil.example") && !metadata.html.includes('"http://'), "no address of ours follows a header");
    await new Visitor({ port: proxy.secure, from: "127.9.8.6", ca: proxy.ca, claims: lies }).signIn("Falsch#12x");
    assert.deepEqual(ofPeople(await broker.audit()), [["signin.password", "password.wrong", "127.9.8.6"], ["signin.completed", "ok", "127.9.8.7"]]);
  });

  test(`Behind ${kind}, other names get no page, plain http leads to https, and the log of access has no query`, async (t) => {
    const broker = await startBroker(t, ["127.0.0.1/32"]);
    const proxy = await startProxy(t, kind, broker.port);
    const plain = await new Visitor({ port: proxy.plain }).go("/signin?x=1");
    assert.ok([301, 308].includes(plain.status), String(plain.status));
    assert.match(plain.location, new RegExp(`^${issuer}/signin\\?x=1$`));
    const stranger = new Promise((yes) => {
      const socket = tls.connect({ host: "127.0.0.1", port: proxy.secure, servername: "evil.example", rejectUnauthorized: false }, () => {
        socket.write("GET /signin HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
      });
      let said = "";
      socket.on("data", (part) => { said += part; }).once("close", () => yes(said)).on("error", () => yes(said));
    });
    assert.doesNotMatch(await stranger, /^HTTP\/1\.1 200/);
    const ours = new Visitor({ port: proxy.secure, ca: proxy.ca });
    assert.equal((await ours.go("/readyz?code=s3cret")).status, 200, "our own name has its pages");
    await ours.signIn();
    await end(proxy.child, kind === "nginx" ? "SIGQUIT" : kind === "haproxy" ? "SIGUSR1" : "SIGTERM");
    const log = proxy.log();
    assert.ok(log.includes("/oauth2/authorize"), log);
    assert.doesNotMatch(log, /s3cret|code_challenge|\?/);
  });
}

// OB-19, LG-06
test("A proxy that is not trusted is a visitor like any other: its own address counts, and so does a stranger's beside it", async (t) => {
  const broker = await startBroker(t, []);
  const proxy = await startProxy(t, "nginx", broker.port);
  await new Visitor({ port: proxy.secure, from: "127.9.8.7", ca: proxy.ca }).signIn();
  assert.deepEqual(ofPeople(await broker.audit()), [["signin.completed", "ok", "127.0.0.1"]]);

  const careful = await startBroker(t, ["127.0.0.1/32"]);
  await new Visitor({ port: careful.port, from: "127.9.8.8", claims: { ...lies, "x-forwarded-for": "127.9.8.7" } }).signIn();
  await new Visitor({ port: careful.port, from: "127.0.0.1", claims: { ...lies, "x-forwarded-for": "127.9.8.7" } }).signIn();
  const [believed, stranger] = ofPeople(await careful.audit());
  assert.deepEqual(stranger, ["signin.completed", "ok", "127.9.8.8"], "who goes around the proxy is who they are");
  assert.deepEqual(believed, ["signin.completed", "ok", "127.9.8.7"], "and the proxy's own word is believed");
});

test("Without any proxy, what a visitor says of scheme and host changes no address and no cookie", async (t) => {
  const broker = await startBroker(t, []);
  const honest = new Visitor({ port: broker.port }), liar = new Visitor({ port: broker.port, claims: lies });
  assert.equal((await liar.go("/.well-known/openid-configuration")).html, (await honest.go("/.well-known/openid-configuration")).html);
  const { claims, page } = await liar.signIn();
  assert.equal(claims.iss, issuer);
  assert.ok(page.headers["set-cookie"].every((cookie) => cookie.includes("; Secure")));
});
