// An application as a client of the broker: begins sign-ins in a browser and says who came back.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

/** `redirect` is registered for `id` at the broker with this issuer. */
export class Client {
  constructor(issuer, id, redirect) { Object.assign(this, { issuer, id, redirect }); }

  /** Opens the application: the browser goes to the broker. */
  async open(page, more = {}) {
    this.verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(this.verifier).digest("base64url");
    const params = { client_id: this.id, redirect_uri: this.redirect, response_type: "code", scope: "openid email profile", nonce: "n", state: "s", code_challenge: challenge, code_challenge_method: "S256", ...more };
    await page.goto(`${this.issuer}/oauth2/authorize?${new URLSearchParams(params)}`);
  }

  /** Waits until the browser is back, and redeems the code: what the ID token and userinfo say. */
  async arrived(page) {
    await page.waitForURL((url) => url.href.startsWith(`${this.redirect}?`));
    const code = new URL(page.url()).searchParams.get("code");
    const form = { grant_type: "authorization_code", client_id: this.id, code: code ?? "", redirect_uri: this.redirect, code_verifier: this.verifier };
    // Node looks up no names below localhost.
    const base = this.issuer.replace("homeward.localhost", "127.0.0.1");
    const answer = await fetch(`${base}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    const tokens = await answer.json();
    assert.equal(answer.status, 200, `${page.url()} ${JSON.stringify(tokens)}`);
    const userinfo = await fetch(`${base}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const claims = JSON.parse(Buffer.from(tokens.id_token.split(".")[1], "base64url")), more = await userinfo.json();
    assert.equal(more.sub, claims.sub);
    return { ...claims, ...more };
  }
}
