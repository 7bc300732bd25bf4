// Applications of every kind at a broker of their own, each seen through npm openid-client.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as jose from "jose";
import * as oidc from "openid-client";
import { ann, startApplication, startBroker } from "../browser/broker.mjs";
import { Browser } from "./browser.mjs";

const inToml = (key) => `{ ${Object.entries(key).map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", ")} }`;
const publicKey = async (pair, kid, alg) => ({ ...(await jose.exportJWK(pair.publicKey)), kid, alg, use: "sig" });

/** The API that the access tokens of `ledger` are for. */
export const resource = "https://api.example.com/ledger";

/** The call fails because the client is not proven. The library tells of the challenge of a 401; the code is in the answer. */
export async function noClient(promise, why) {
  const error = await promise.then(() => assert.fail(`accepted: ${why}`), (error) => error);
  assert.deepEqual([error.status, (await error.response?.json())?.error], [401, "invalid_client"], why);
}

/** For `assert.rejects`: no token that counts here (RFC 6750 3.1). */
export const noToken = (error) => error.status === 401 && error.cause[0].parameters.error === "invalid_token";

export async function startWorld() {
  const app = await startApplication();
  const keys = { ledger: await jose.generateKeyPair("ES256"), archive: await jose.generateKeyPair("RS256") };
  const secrets = { wiki: randomBytes(32).toString("base64url"), api: randomBytes(32).toString("base64url") };
  const callback = `${app.origin}/callback`;
  const broker = await startBroker(`
[[application]]
client_id = "ledger"
name = "Ledger"
redirect_uris = ["${callback}"]
post_logout_redirect_uris = ["${app.origin}/"]
authentication = "private_key_jwt"
jwks = { keys = [${inToml(await publicKey(keys.ledger, "ledger-1", "ES256"))}] }
require_par = true
response_modes = ["query", "form_post"]
resource = "${resource}"
backchannel_logout_uri = "${app.address}/ledger/logged-out"

[[application]]
client_id = "archive"
name = "Archive"
redirect_uris = ["${callback}"]
authentication = "private_key_jwt"
jwks_file = "archive.jwks.json"
id_token_alg = "RS256"
backchannel_logout_uri = "${app.address}/archive/logged-out"
backchannel_logout_session_required = false

[[application]]
client_id = "wiki"
name = "Wiki"
redirect_uris = ["${callback}"]
post_logout_redirect_uris = ["${app.origin}/"]
secret_file = "wiki.secret"
backchannel_logout_uri = "${app.address}/wiki/logged-out"

[[application]]
client_id = "api"
name = "Ledger's API"
redirect_uris = ["${app.origin}/unused"]
authentication = "client_secret_post"
secret_file = "api.secret"
introspects = ["ledger"]

[[application]]
client_id = "board"
name = "Board"
redirect_uris = ["${callback}"]
authentication = "none"
origins = ["${app.origin}"]
`, {
    "archive.jwks.json": JSON.stringify({ keys: [await publicKey(keys.archive, "archive-1", "RS256")] }),
    "wiki.secret": secrets.wiki,
    "api.secret": secrets.api,
  });
  const client = (id, authentication, alg = "ES256") => oidc.discovery(new URL(broker.issuer), id, { id_token_signed_response_alg: alg }, authentication,
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] });
  const world = {
    app, broker, keys, secrets, callback,
    /** One application with a way to authenticate that need not be its own. */
    client,
    ledger: await client("ledger", oidc.PrivateKeyJwt({ key: keys.ledger.privateKey, kid: "ledger-1" })),
    archive: await client("archive", oidc.PrivateKeyJwt({ key: keys.archive.privateKey, kid: "archive-1" }), "RS256"),
    wiki: await client("wiki", oidc.ClientSecretBasic(secrets.wiki)),
    api: await client("api", oidc.ClientSecretPost(secrets.api)),
    board: await client("board", oidc.None()),
    jwks: jose.createRemoteJWKSet(new URL(`${broker.issuer}/oauth2/jwks`)),
    browser: () => new Browser(broker.issuer),
    /** The parameters of an authorization request, and what the answer must fit to. */
    async request(more = {}) {
      const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState(), nonce = oidc.randomNonce();
      const params = {
        redirect_uri: callback, scope: "openid profile email offline_access", code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256", state, nonce, ...more,
      };
      return { params, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true } };
    },
    /** Signs somebody in from the start; the tokens. */
    async tokens(config, { who = ann, browser = world.browser() } = {}) {
      const { params, checks } = await world.request();
      const pushes = config.clientMetadata().client_id === "ledger";
      const url = pushes ? await oidc.buildAuthorizationUrlWithPAR(config, params) : oidc.buildAuthorizationUrl(config, params);
      return oidc.authorizationCodeGrant(config, await browser.signIn(url, who.username, who.password), checks);
    },
    /** One of the broker's endpoints without the library, for what the library would not send. */
    async post(where, form, headers = {}) {
      const answer = await fetch(`${broker.issuer}/oauth2/${where}`, { method: "POST", headers, body: new URLSearchParams(form) });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, ...(text.startsWith("{") ? JSON.parse(text) : {}) };
    },
    async stop() { await app.stop(); return broker.stop(); },
  };
  return world;
}
