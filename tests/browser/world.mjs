// Starts the demo (broker, application, mailbox) on free ports with data of its own, and a real browser in front of it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const root = path.resolve(import.meta.dirname, "../..");
const binary = process.env.HOMEWARD_BIN ?? path.join(root, "target/debug/homeward");

const listens = (port) => new Promise((yes) => {
  const server = net.createServer().once("error", () => yes(false)).once("listening", () => server.close(() => yes(true)));
  server.listen(port, "127.0.0.1");
});

/** The first of three free ports in a row. */
async function freePorts() {
  for (;;) {
    const first = 20000 + Math.floor(Math.random() * 20000);
    if ((await Promise.all([first, first + 1, first + 2].map(listens))).every(Boolean)) return first;
  }
}

export async function startDemo() {
  const data = await mkdtemp(path.join(os.tmpdir(), "homeward-"));
  const port = await freePorts();
  const child = spawn(binary, ["demo", "--port", String(port), "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise((yes, no) => {
    child.stdout.on("data", (text) => { said += text; if (said.includes("Ctrl-C stops")) yes(); });
    child.stderr.on("data", (text) => { said += text; });
    child.once("exit", (code) => no(new Error(`the demo ended with ${code}: ${said}`)));
  });
  return {
    broker: `http://homeward.localhost:${port}`,
    app: `http://app.localhost:${port + 1}`,
    mail: `http://mail.localhost:${port + 2}`,
    port,
    said: () => said,
    async stop() {
      const ended = new Promise((yes) => child.once("exit", (code) => yes(code)));
      child.kill("SIGINT");
      const code = await ended;
      await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});

/** A browser of its own: no cookies yet. Console errors and CSP violations are collected. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  page.trouble = [];
  page.on("console", (m) => { if (m.type() === "error" && !/status of (4|5)\d\d/.test(m.text())) page.trouble.push(m.text()); });
  page.on("pageerror", (e) => page.trouble.push(String(e)));
  return { context, page };
}

export const heading = (page) => page.locator("h1").innerText();

/** Clicks and waits until the next document is there. */
export async function press(page, name) {
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).click()]);
}
