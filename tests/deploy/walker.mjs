// A browser without scripts that goes through pages of several hosts of this machine: links, forms, redirects, each host with its own cookies.
import assert from "node:assert/strict";
import http from "node:http";

const unescaped = (value) => value.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const attribute = (tag, name) => { const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag); return found && unescaped(found[1]); };

/** The forms of a page: where each goes, and what stands in it; and each once more for every button that sends it elsewhere. */
function forms(html) {
  const found = [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, head, body]) => {
    const fields = {};
    for (const [tag] of body.matchAll(/<input\b[^>]*>/g)) {
      const [name, type] = [attribute(tag, "name"), attribute(tag, "type")];
      if (name && !["checkbox", "radio", "submit"].includes(type)) fields[name] = attribute(tag, "value") ?? "";
    }
    for (const [, select, options] of body.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gs)) {
      const first = /<option\b[^>]*\sselected[^>]*>/.exec(options) ?? /<option\b[^>]*>/.exec(options);
      fields[attribute(select, "name")] = attribute(first[0], "value");
    }
    return { id: attribute(` ${head}`, "id"), action: attribute(` ${head}`, "action"), method: (attribute(` ${head}`, "method") ?? "get").toLowerCase(), fields };
  });
  const buttons = [...html.matchAll(/<button\b[^>]*>/g)].map(([tag]) => [attribute(tag, "form"), attribute(tag, "formaction")]);
  return found.concat(buttons.flatMap(([id, action]) => (action === undefined ? [] : found.filter((form) => id !== undefined && form.id === id).map((form) => ({ ...form, action })))));
}

export class Walker {
  cookies = new Map();
  /** One request; every host is this machine. */
  ask(url, fields) {
    const { host, hostname, port, pathname, search } = new URL(url);
    const own = this.cookies.get(hostname) ?? this.cookies.set(hostname, new Map()).get(hostname);
    const body = fields && new URLSearchParams(fields).toString();
    const headers = { host, cookie: [...own].map(([n, v]) => `${n}=${v}`).join("; "), ...(body ? { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) } : {}) };
    return new Promise((yes, no) => {
      const request = http.request({ host: "127.0.0.1", port, path: pathname + search, method: body === undefined ? "GET" : "POST", headers, agent: false }, async (answer) => {
        let html = "";
        for await (const part of answer.setEncoding("utf8")) html += part;
        for (const line of answer.headers["set-cookie"] ?? []) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
          if (value) own.set(name, value); else own.delete(name);
        }
        yes({ url, status: answer.statusCode, location: answer.headers.location, html });
      });
      request.once("error", no);
      request.end(body);
    });
  }
  /** Goes on while a page only leads elsewhere. */
  async go(url, fields) {
    let page = await this.ask(url, fields);
    for (let hops = 0; hops < 20; hops++) {
      const next = page.location ?? unescaped(/http-equiv="refresh" content="0;\s*url=([^"]+)"/.exec(page.html)?.[1] ?? "");
      if (!next) return page;
      page = await this.ask(new URL(next, page.url).href);
    }
    return assert.fail(`too many hops to ${page.url}`);
  }
  /** Sends the form of the page that goes to such an address, with these fields filled in. */
  submit(page, action, filled = {}) {
    const form = forms(page.html).find((one) => new URL(one.action ?? page.url, page.url).href.includes(action));
    assert.ok(form, `no form to ${action} on ${page.url}: ${page.html}`);
    return this.go(new URL(form.action ?? page.url, page.url).href, { ...form.fields, ...filled });
  }
  /** Follows the link whose text this is. */
  follow(page, words) {
    const link = [...page.html.matchAll(/<a\b([^>]*)>(.*?)<\/a>/gs)].find(([, , text]) => text.replaceAll(/<[^>]*>/g, "").trim() === words);
    assert.ok(link, `no link ${words} on ${page.url}: ${page.html}`);
    return this.go(new URL(attribute(` ${link[1]}`, "href"), page.url).href);
  }
}

/** Signs Dana in at a demo's application through the simulated SAML provider, which answers as it is told; gives the page where that ends. */
export async function throughSaml(port, answer) {
  const walker = new Walker(), at = (name, more) => `http://${name}.localhost:${port + more}`;
  const asked = await walker.follow(await walker.go(`${at("app", 1)}/`), "Sign in");
  const found = await walker.submit(asked, "/signin/username", { username: "dana@contoso.example" });
  const provider = await walker.submit(found, "/signin/single-sign-on");
  assert.ok(provider.url.startsWith(at("idp", 3)), provider.url);
  const answered = await walker.submit(provider, "/signin", { profile: answer });
  return walker.submit(answered, "/saml/");
}

/** A right answer signs Dana in, the same one signed by a key that nobody knows signs nobody in: the verifiers work where the broker runs. */
export async function verifiesSaml(port) {
  const right = await throughSaml(port, "right");
  assert.match(right.html, /<strong id="who">Dana Cole<\/strong>/);
  const wrong = await throughSaml(port, "strange-key");
  assert.ok(wrong.url.startsWith(`http://homeward.localhost:${port}/`), wrong.url);
  assert.doesNotMatch(wrong.html, /Dana Cole/);
  assert.match(wrong.html, /[0-9A-Z]{4}-[0-9A-Z]{4}/, "a case number");
}
