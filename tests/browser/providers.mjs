// Starts the simulated identity providers as an operator would, and knows how a person signs in there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { binary } from "./demo.mjs";
import { heading } from "./world.mjs";

/** The tenant of the simulated Entra ID. */
export const TENANT = "5a1f0d2e-77aa-4c1e-9b7e-0e1d2c3b4a59";

/** `people`: `username=Given=Family=email`; `tiles`: `entity-id=reply-url`, of the simulated Entra ID; `clients`: `id=redirect-uri`, where only those may come;
 * `address`: where it listens under that very name, for a broker that asks Microsoft's own host for tokens. */
export async function startProviders({ people = [], tiles = [], clients = [], address } = {}) {
  const place = address ? ["--listen", address, "--public-url", `http://${address}`] : ["--listen", "127.0.0.1:0"];
  const words = ["simulate-idp", "--json", ...place, "--brand", "entra", ...people.flatMap((p) => ["--person", p]), ...tiles.flatMap((t) => ["--service-provider", t]), ...clients.flatMap((c) => ["--client", c])];
  const child = spawn(binary, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const { address: base, certificate } = await new Promise((yes, no) => {
    child.stdout.on("data", (text) => { said += text; if (said.includes("\n")) yes(JSON.parse(said.split("\n")[0])); });
    child.stderr.on("data", (text) => { said += text; });
    child.once("exit", (code) => no(new Error(`the providers ended with ${code}: ${said}`)));
  });
  return {
    base,
    /** Settings of a SAML connection for the register; `own` and `protocol` are more of its text. */
    saml(brand, { own = "", protocol = "", post = false } = {}) {
      const entityId = brand === "entra" ? `${base}/entra/${TENANT}/` : `${base}/${brand}/saml`;
      return `[account.connection.settings]\npreset = "${brand}"\n${own}\n[account.connection.settings.protocol.saml]\nidp_entity_id = "${entityId}"\n`
        + `sso_${post ? "post" : "redirect"} = "${base}/${brand}/saml/sso"\ncertificates = ["""\n${certificate}"""]\n${protocol}\n`;
    },
    /** The same for OpenID Connect. */
    oidc(brand, { own = "" } = {}) {
      const issuer = { entra: `${base}/entra/${TENANT}/v2.0`, okta: `${base}/okta/oauth2/default`, google: `${base}/google`, generic: `${base}/generic` }[brand];
      return `[account.connection.settings]\npreset = "${brand}"\n${own}\n[account.connection.settings.protocol.oidc]\nissuer = "${issuer}"\nclient_id = "homeward"\n`;
    },
    /** Signs in there: `be` is the name on a person's button, otherwise the name is typed over `hint`, which must have arrived. */
    async signIn(page, title, { hint, be, username, answer = "right" } = {}) {
      await page.waitForURL(`${base}/**`);
      assert.equal(await heading(page), title);
      if (hint !== undefined) assert.equal(await page.inputValue("#username"), hint, "the hint");
      if (username) await page.fill("#username", username);
      await page.selectOption("#profile", answer);
      const button = be ? page.getByRole("button", { name: be }) : page.getByRole("button", { name: "Sign in", exact: true });
      await button.click();
      await page.waitForLoadState();
      // Without scripts the answer needs its button.
      const go = page.getByRole("button", { name: "Continue", exact: true });
      if (page.url().startsWith(base) && (await go.count()) > 0) await go.click().catch(() => {});
    },
    /** Enters a code there, on the page that asks for one. */
    async verify(page, code = "123456") {
      await page.getByRole("heading", { name: /^Simulated .+ code$/ }).waitFor();
      await page.fill("#code", code);
      await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Verify", exact: true }).click()]);
      const go = page.getByRole("button", { name: "Continue", exact: true });
      if (page.url().startsWith(base) && (await go.count()) > 0) await go.click().catch(() => {});
    },
    async stop() {
      const ended = new Promise((yes) => child.once("exit", (code) => yes(code)));
      child.kill("SIGINT");
      return ended;
    },
  };
}
