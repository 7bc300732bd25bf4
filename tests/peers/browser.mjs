// A browser without JavaScript: cookies and forms, nothing else.
import assert from "node:assert/strict";
import dns from "node:dns";

// Names under .localhost are this machine (RFC 6761 6.3); not every resolver knows.
const lookup = dns.lookup;
dns.lookup = (name, options, done) => {
  if (!String(name).endsWith(".localhost")) return lookup(name, options, done);
  if (typeof options === "function") return options(null, "127.0.0.1", 4);
  return options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
};

export class Browser {
  /** `broker` is the broker's address. */
  constructor(broker) { this.broker = broker; }
  cookies = new Map();
  async go(url, form) {
    const answer = await fetch(url, {
      redirect: "manual",
      method: form ? "POST" : "GET",
      headers: { cookie: [...this.cookies].map(([n, v]) => `${n}=${v}`).join("; "), ...(form ? { "sec-fetch-site": "same-origin" } : {}) },
      body: form && new URLSearchParams(form),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value) this.cookies.set(name, value); else this.cookies.delete(name);
    }
    return { status: answer.status, location: answer.headers.get("location"), headers: answer.headers, html: await answer.text() };
  }
  stage = (page) => /name="stage" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
  /** The answer to the application: a redirect, or the page with its form. */
  async answer(url, username, password) {
    const first = await this.go(url);
    const second = await this.go(`${this.broker}/signin/username`, { stage: this.stage(first), username });
    const third = await this.go(`${this.broker}/signin/password`, { stage: this.stage(second), password });
    const on = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(third.html)?.[1];
    assert.ok(on, third.html);
    return this.go(this.broker + on.replaceAll("&amp;", "&"));
  }
  async signIn(url, username, password) {
    return new URL((await this.answer(url, username, password)).location);
  }
}
