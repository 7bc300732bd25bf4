// Ten thousand peers that stay connected and ask for nothing, beside a broker of its own: it and this process each need as many open files.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { after, before, test } from "node:test";
import { ann, startBroker } from "../browser/broker.mjs";
import { Browser } from "./browser.mjs";

const MANY = 10_000, AT_ONCE = 200;
const redirect_uri = "https://wiki.example/callback";

let broker;
before(async () => {
  broker = await startBroker(`[[application]]\nclient_id = "wiki"\nname = "Wiki"\nauthentication = "none"\nredirect_uris = ["${redirect_uri}"]\n`);
});
after(async () => assert.equal(await broker.stop(), 0, "an interrupt ends the broker cleanly"));

/** A connection on which one request was answered, and that says nothing from then on. */
async function idle(port) {
  const socket = net.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET /healthz HTTP/1.1\r\nhost: homeward.localhost\r\n\r\n");
  const [answer] = await once(socket, "data");
  assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
  return socket;
}

/** Signs in, and gives what the code is worth. */
async function signIn() {
  const verifier = randomBytes(32).toString("base64url");
  const asked = {
    client_id: "wiki", redirect_uri, response_type: "code", scope: "openid email", nonce: "n", state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  };
  const answer = await new Browser(broker.issuer).signIn(`${broker.issuer}/oauth2/authorize?${new URLSearchParams(asked)}`, ann.username, ann.password);
  const form = { grant_type: "authorization_code", client_id: "wiki", code: answer.searchParams.get("code"), redirect_uri, code_verifier: verifier };
  const redeemed = await fetch(`${broker.issuer}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
  return { status: redeemed.status, ...(await redeemed.json()) };
}

test("DS-01: ten thousand idle connections hold up nobody who signs in", async () => {
  const port = Number(new URL(broker.issuer).port);
  const open = new Set();
  try {
    while (open.size < MANY) {
      for (const socket of await Promise.all(Array.from({ length: AT_ONCE }, () => idle(port)))) {
        open.add(socket);
        socket.on("error", () => {}).on("close", () => open.delete(socket));
      }
    }
    const tokens = await signIn();
    assert.equal(tokens.status, 200, JSON.stringify(tokens));
    assert.equal(open.size, MANY, "every one of them was still there");
  } finally {
    for (const socket of open) socket.destroy();
  }
  assert.equal((await signIn()).status, 200, "and after they have gone");
});
