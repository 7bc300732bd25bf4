// What a way through a sign-in has, hop by hop: an application that asks, a provider in between, and the arrival.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { fields, onward, own, provider, unescaped } from "./clients.mjs";
import { Wanderer } from "./cluster.mjs";
import { binary, end, freePort, issuer, says } from "../deploy/lib.mjs";

/** A simulated provider, and the accounts of two organisations that sign in there. */
export async function organisations(t, { initiated = "refuse" } = {}) {
  const port = await freePort(), base = `http://idp.localhost:${port}`;
  const child = spawn(binary, ["simulate-idp", "--listen", `127.0.0.1:${port}`, "--public-url", base, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => end(child, "SIGKILL"));
  const { certificate } = JSON.parse((await says(child, "\n")).split("\n")[0]);
  const account = (number, domain, settings) => `[[account]]\nnumber = "${number}"\nname = "Account ${number}"\nsso_mode = "redirect"\n[[account.domain]]\ndomain = "${domain}"\nverified = true\n`
    + `[[account.connection]]\nname = "Theirs"\nstate = "enforced"\n[account.connection.settings]\n${settings}[[account.user]]\nusername = "olga@${domain}"\n`;
  return {
    port,
    people: account("50210", "contoso.example", `preset = "okta"\nidp_initiated = "${initiated}"\n[account.connection.settings.protocol.saml]\nidp_entity_id = "${base}/okta/saml"\nsso_redirect = "${base}/okta/saml/sso"\ncertificates = ["""\n${certificate}"""]\n`)
      + account("50211", "fabrikam.example", `preset = "generic"\n[account.connection.settings.protocol.oidc]\nissuer = "${base}/generic"\nclient_id = "homeward"\n`),
  };
}

/** Goes on until the way leads elsewhere; gives where. */
export async function follow(visitor, answer) {
  for (let hops = 0; hops < 8; hops++) {
    const to = answer.location ?? onward(answer);
    assert.ok(to, `${answer.status} ${answer.html}`);
    const url = new URL(to, issuer);
    if (url.origin !== issuer) return url;
    answer = await visitor.go(own(url.href));
  }
  return assert.fail("too many hops");
}

/** What our answer is when somebody has signed in at the provider. */
export async function backFrom(visitor, { port }, there, username) {
  const asks = await provider({ provider: port }, there.href);
  const answered = await provider({ provider: port }, new URL(`/${there.pathname.split("/")[1]}/signin`, there).href, { ...fields(asks.html), username, profile: "right" });
  if (answered.location) return visitor.go(own(answered.location));
  const to = /<form[^>]*action="([^"]+)"/.exec(answered.html)?.[1];
  assert.ok(to && fields(answered.html).SAMLResponse, answered.html);
  // Another site's form: no cookies come with it.
  const elsewhere = new Wanderer(visitor.next, visitor.killing, { claims: { "sec-fetch-site": "cross-site", origin: there.origin } });
  const answer = await elsewhere.go(own(unescaped(to)), fields(answered.html));
  visitor.hops += elsewhere.hops;
  return answer;
}

/** Whether a browser is signed in, as an application learns without a page. */
export async function isSignedIn(visitor) {
  const asked = { client_id: "wiki", redirect_uri: "https://wiki.example.com/callback", response_type: "code", scope: "openid", nonce: "n", state: "s", prompt: "none", code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
  const said = new URL((await visitor.go(`/oauth2/authorize?${new URLSearchParams(asked)}`)).location).searchParams;
  assert.ok(said.get("code") || said.get("error") === "login_required", said.toString());
  return said.has("code");
}

/** The address of a sign-in at an application, and what its code is redeemed with. */
export function asking(client_id) {
  const verifier = randomBytes(32).toString("base64url"), redirect_uri = `https://${client_id}.example.com/callback`;
  const asked = { client_id, redirect_uri, response_type: "code", scope: "openid email", nonce: "n", state: "s", code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" };
  return { asked, at: `/oauth2/authorize?${new URLSearchParams(asked)}`, form: (code) => ({ grant_type: "authorization_code", client_id, redirect_uri, code, code_verifier: verifier }) };
}

/** From the page after the last proof to the application's token; gives the claims, and what it was redeemed by. */
export async function arrive(visitor, form, answer) {
  const left = await follow(visitor, answer), redeemed = form(left.searchParams.get("code"));
  const told = await visitor.go("/oauth2/token", redeemed);
  assert.equal(told.status, 200, `${left} ${told.html}`);
  return { claims: JSON.parse(Buffer.from(JSON.parse(told.html).id_token.split(".")[1], "base64url").toString()), redeemed };
}

/** To the provider, and back with its answer, for the application; gives the claims that this has. */
export async function throughProvider(visitor, theirs, username) {
  const { at, form } = asking("wiki");
  const found = await visitor.go("/signin/username", { stage: visitor.stage(await visitor.go(at)), username });
  const sent = found.location || onward(found) ? found : await visitor.go("/signin/single-sign-on", { stage: visitor.stage(found), username });
  return (await arrive(visitor, form, await backFrom(visitor, theirs, await follow(visitor, sent), username))).claims;
}
