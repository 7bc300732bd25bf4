// A person who walks from site to site: cookies by host with their SameSite rules, redirects, refreshes and forms; no scripts.
import assert from "node:assert/strict";
import "./browser.mjs";

const entities = { amp: "&", quot: '"', lt: "<", gt: ">", "#39": "'", apos: "'" };
const plain = (text) => text.replace(/&(#x([0-9a-f]+)|#\d+|\w+);/gi, (whole, name, hex) => {
  if (hex) return String.fromCodePoint(parseInt(hex, 16));
  if (name.startsWith("#") && !(name in entities)) return String.fromCodePoint(Number(name.slice(1)));
  return entities[name] ?? whole;
});
const attribute = (tag, name) => { const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(tag); return found ? plain(found[1] ?? found[2]) : undefined; };

/** What a page says, for the words of a failure. */
export const says = (page) => `${page.url} (${page.status}): ${plain(page.html.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/g, " ")).replace(/\s+/g, " ")}`;

/** The forms of a page with what is filled in already, and each once more for every button that sends it elsewhere. */
function forms(page) {
  const to = (place) => new URL(place ?? "", page.url).href;
  const found = [...page.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, inner]) => ({
    id: attribute(` ${head}`, "id"),
    to: to(attribute(` ${head}`, "action")),
    fields: Object.fromEntries([...inner.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => [attribute(tag, "name"), attribute(tag, "value") ?? ""]).filter(([name]) => name)),
  }));
  const buttons = [...page.html.matchAll(/<button\b[^>]*>/gi)].map(([tag]) => [attribute(tag, "form"), attribute(tag, "formaction")]);
  return found.concat(buttons.flatMap(([id, place]) => (place === undefined ? [] : found.filter((form) => id !== undefined && form.id === id).map((form) => ({ ...form, to: to(place) })))));
}

/** Forms with one of these carry a message from site to site, and no person fills them in. */
const messages = ["SAMLResponse", "SAMLRequest", "id_token_hint"];

export class Walker {
  /** `until`: the origin that is not entered; what would be sent there is the answer. An application's, usually. */
  constructor(until) { this.until = until; }
  jars = new Map();
  /** Every address so far, with what was posted there. */
  steps = [];

  cookies(url, crossPost) {
    const jar = this.jars.get(new URL(url).hostname) ?? new Map();
    return [...jar].filter(([, cookie]) => !crossPost || cookie.sameSite === "none").map(([name, { value }]) => `${name}=${value}`).join("; ");
  }
  keep(url, answer) {
    const host = new URL(url).hostname;
    if (!this.jars.has(host)) this.jars.set(host, new Map());
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      const gone = /max-age=0|expires=Thu, 01[ -]Jan[ -]1970/i.test(line) || value === "" || value === "deleted";
      if (gone) this.jars.get(host).delete(name);
      else this.jars.get(host).set(name, { value, sameSite: /samesite=(\w+)/i.exec(line)?.[1].toLowerCase() ?? "lax" });
    }
  }
  /** One request, as a top-level navigation that begins at `from`. */
  async request(url, { form, from } = {}) {
    const foreign = from !== undefined && new URL(from).hostname !== new URL(url).hostname;
    const site = from === undefined ? "none" : foreign ? "cross-site" : "same-origin";
    this.steps.push({ url, form });
    const answer = await fetch(url, {
      redirect: "manual", method: form ? "POST" : "GET", body: form && new URLSearchParams(form),
      headers: { cookie: this.cookies(url, foreign && form !== undefined), accept: "text/html", "accept-language": "en", "sec-fetch-site": site, "sec-fetch-mode": "navigate", ...(form && foreign ? { origin: new URL(from).origin } : {}) },
    });
    this.keep(url, answer);
    return { url, status: answer.status, location: answer.headers.get("location"), headers: answer.headers, html: await answer.text() };
  }
  /** Goes where the page leads by itself, until it waits for somebody or the application is reached. */
  async on(page) {
    for (let steps = 0; steps < 30; steps++) {
      const refresh = /http-equiv="refresh" content="\d+;\s*url=([^"]+)"/i.exec(page.html)?.[1];
      const sends = forms(page).find((form) => messages.some((name) => name in form.fields));
      const next = page.location ?? (refresh && plain(refresh)) ?? sends?.to;
      if (next === undefined) return page;
      const url = new URL(next, page.url).href;
      const form = page.location || refresh ? undefined : sends?.fields;
      if (new URL(url).origin === this.until) return { url, form, status: 0, html: "" };
      page = await this.request(url, { from: page.url, form });
    }
    throw new Error(`no end: ${this.steps.map((step) => step.url).join("\n")}`);
  }
  async open(url) { return this.on(await this.request(url)); }
  /** Fills in the form that has all of these fields, and leads to this path when one is given, and sends it by a button. */
  async submit(page, fields, path, button = {}) {
    const fits = (form) => Object.keys(fields).every((name) => name in form.fields) && [undefined, new URL(form.to).pathname].includes(path);
    const found = forms(page).find(fits);
    assert.ok(found, `no form with ${Object.keys(fields)} ${path ?? ""}: ${says(page)}`);
    return this.on(await this.request(found.to, { from: page.url, form: { ...found.fields, ...fields, ...button } }));
  }
  /** The last form that was posted with this field. */
  posted(field) { return this.steps.findLast((step) => step.form && field in step.form); }
}
