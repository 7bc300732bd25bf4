// npm oidc-provider, a certified OpenID Provider, as an organisation's own: on its own host name, in the process of the test.
import { generateKeyPairSync } from "node:crypto";
import http from "node:http";
import { Provider } from "oidc-provider";

const key = (type, options, alg) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), use: "sig", alg, kid: alg });

/** `people`: the unchanging name, which is typed there, → further claims. Any password is right. */
export async function startOpenIdProvider(people, { byForm = false } = {}) {
  let answer = (_, response) => { response.statusCode = 503; response.end(); };
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url.split("?")[0]}`);
    // A browser keeps a cookie for forms of other sites only where it is Secure, on this machine without TLS as well; oidc-provider says so with TLS alone.
    const write = response.setHeader.bind(response), secure = (line) => (/samesite=none/i.test(line) && !/; secure/i.test(line) ? `${line}; secure` : line);
    response.setHeader = (name, value) => write(name, name.toLowerCase() === "set-cookie" ? [value].flat().map(secure) : value);
    answer(request, response);
  });
  await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
  const issuer = `http://idp.localhost:${server.address().port}`;
  const jwks = { keys: [key("rsa", { modulusLength: 2048 }, "RS256"), key("ec", { namedCurve: "P-256" }, "ES256")] };

  function provider(clients) {
    const op = new Provider(issuer, {
      clients, jwks,
      findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "given_name", "family_name", "preferred_username"], groups: ["groups", "roles"] },
      // Sign-out by form is a must of RP-Initiated Logout 1.0, and off here unless it is said; it needs a cookie that goes with forms of other sites.
      enableHttpPostMethods: byForm,
      cookies: { keys: ["a key for one test"], long: { sameSite: byForm ? "none" : "lax" } },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
      fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
      // Consent is given without asking: the tests are about signing in.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope("openid email profile groups");
        await grant.save();
        return grant;
      },
    });
    op.on("server_error", (_, error) => console.error(error));
    return op.callback();
  }
  // Its documents are there from the start: a broker that finds none does not ask again at once.
  answer = provider([]);
  return {
    issuer,
    /** Takes these clients over, and forgets every session. */
    introduce(clients) { answer = provider(clients); },
    /** How often a path was asked for. */
    asked: (line) => asked.filter((one) => one === line).length,
    async stop() { server.closeAllConnections(); await new Promise((yes) => server.close(yes)); },
  };
}
