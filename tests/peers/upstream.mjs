// A broker between an application and the identity providers of several organisations; everybody on a host name of their own.
import assert from "node:assert/strict";
import * as oidc from "openid-client";
import { startApplication, startBroker } from "../browser/broker.mjs";
import { Walker, says } from "./walker.mjs";

/** An account of the register with one connection that is on. `settings` is the text of `[account.connection.settings]`. */
export function account({ number, name, domain, users = [], more = "", settings }) {
  const user = (one) => `[[account.user]]\nusername = "${one}"\n`;
  return `[[account]]\nnumber = "${number}"\nname = "${name}"\nsso_mode = "redirect"\n${more}\n[[account.domain]]\ndomain = "${domain}"\nverified = true\n
[[account.connection]]\nname = "${name}"\nstate = "enforced"\n[account.connection.settings]\n${settings}\n${users.map(user).join("")}`;
}

/** `accounts`: what `account` made. */
export async function startUpstream(accounts) {
  const app = await startApplication();
  const callback = `${app.origin}/callback`;
  const broker = await startBroker(`${accounts.join("\n")}
[[application]]
client_id = "portal"
name = "Portal"
authentication = "none"
redirect_uris = ["${callback}"]
post_logout_redirect_uris = ["${app.origin}/"]
start_url = "${app.origin}/start"
`);
  const config = await oidc.discovery(new URL(broker.issuer), "portal", { id_token_signed_response_alg: "ES256" }, oidc.None(), { execute: [oidc.allowInsecureRequests] });
  const world = {
    app, broker, callback,
    walker: () => new Walker(app.origin),
    /** What an operator sees of a connection: the addresses that its provider needs. */
    connection: (number, name) => broker.homeward(["connection", "show", number, name]),
    async request(more = {}) {
      const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState(), nonce = oidc.randomNonce();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: callback, scope: "openid profile email groups", state, nonce, ...more,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
      });
      return { url: url.href, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true } };
    },
    /** From the application to wherever the typed name leads. */
    async leave(walker, username, more) {
      const { url, checks } = await world.request(more);
      const page = await walker.submit(await walker.open(url), { username });
      return { page: await walker.submit(page, {}, "/signin/single-sign-on"), checks };
    },
    /** Who was signed in, as the application is told: from the address that came back. */
    async arrived(url, checks) {
      const tokens = await oidc.authorizationCodeGrant(config, new URL(url), checks);
      const claims = tokens.claims();
      return { claims, idToken: tokens.id_token, person: await oidc.fetchUserInfo(config, tokens.access_token, claims.sub) };
    },
    /** Whether the broker knows this browser; nobody is asked. */
    async knows(walker) {
      const { url } = await walker.open((await world.request({ prompt: "none" })).url);
      assert.ok(url.startsWith(callback), url);
      return new URL(url).searchParams.has("code");
    },
    /** Signs out as the application does, and walks as far as it leads. */
    signOut: (walker, idToken) => walker.open(`${broker.issuer}/oauth2/logout?${new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${app.origin}/`, state: "over" })}`),
    /** The page says no: with this code, and a case number under which the operator finds the same. Nobody is signed in. */
    async refused(walker, page, code, event = "signin.answer_refused") {
      assert.equal(page.status, 403, says(page));
      assert.equal(/class="(?:[^"]* )?code"[^>]*>([^<]+)</.exec(page.html)?.[1], code, says(page));
      const number = /class="ref">([^<]+)</.exec(page.html)[1];
      const [record] = (await broker.homeward(["audit", "list", "--case", number]));
      assert.deepEqual([record.outcome, record.event], [code, event]);
      assert.equal(await world.knows(walker), false);
    },
    async stop() { await app.stop(); return broker.stop(); },
  };
  return world;
}
