// The example of each reverse proxy in deploy/proxy, with nothing changed but ports, the certificate's place, and the brokers behind it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { certificate, end, folderFor, freePort, listening, name, text, tool, toolEnvironment, use } from "./lib.mjs";

/** Replaces each word; one that is not there is a mistake of the test or of the example. */
function changed(example, words) {
  return Object.entries(words).reduce((all, [word, other]) => {
    assert.ok(all.includes(word), `the example has ${JSON.stringify(word)}`);
    return all.replaceAll(word, other);
  }, example);
}

/** How each proxy is started on other ports, and how it checks its own configuration. */
export const proxies = {
  nginx: {
    write(place) {
      const site = changed(text("deploy/proxy/nginx.conf").replaceAll(/^ *listen \[::\].*\n/gm, ""), {
        "listen 443": `listen 127.0.0.1:${place.secure}`, "listen 80": `listen 127.0.0.1:${place.plain}`,
        "/etc/ssl/homeward": place.folder, "/var/log/nginx/homeward.log": place.log,
        "server 127.0.0.1:8080 max_fails=1 fail_timeout=5s;": place.brokers.map((port) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=5s;`).join("\n"),
      });
      writeFileSync(path.join(place.folder, "site.conf"), site);
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${place.folder}/tmp;`).join("\n");
      writeFileSync(place.file, `daemon off;\npid ${place.folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary}\ninclude ${place.folder}/site.conf;\n}\n`);
    },
    check: (place) => ["-t", "-c", place.file],
    start: (place) => ["-c", place.file],
  },
  haproxy: {
    write(place) {
      writeFileSync(place.file, changed(text("deploy/proxy/haproxy.cfg"), {
        "bind :443": `bind 127.0.0.1:${place.secure}`, "bind :80": `bind 127.0.0.1:${place.plain}`, "/etc/ssl/homeward": place.folder,
        "  server one 127.0.0.1:8080\n": place.brokers.map((port, at) => `  server broker-${at + 1} 127.0.0.1:${port}\n`).join(""),
      }));
    },
    check: (place) => ["-c", "-f", place.file],
    start: (place) => ["-db", "-f", place.file],
  },
  caddy: {
    write(place) {
      writeFileSync(place.file, changed(text("deploy/proxy/Caddyfile"), {
        "\tadmin off\n": `\tadmin off\n\thttp_port ${place.plain}\n\thttps_port ${place.secure}\n`, [`{$HOMEWARD_NAME:${name}} {\n`]: `${name} {\n\ttls ${place.folder}/fullchain.pem ${place.folder}/privkey.pem\n`,
      }));
    },
    check: (place) => ["validate", "--adapter", "caddyfile", "--config", place.file],
    start: (place) => ["run", "--adapter", "caddyfile", "--config", place.file],
  },
};

/** Starts one in front of these brokers, named by their ports. */
export async function startProxy(test, kind, ...brokers) {
  const folder = await folderFor(test);
  mkdirSync(path.join(folder, "tmp"));
  const ca = await certificate(folder);
  const place = { folder, file: path.join(folder, "proxy.conf"), log: path.join(folder, "access.log"), brokers, secure: await freePort(), plain: await freePort() };
  const { write, check, start } = proxies[kind];
  write(place);
  // Caddy's example takes them from here.
  const environment = { ...toolEnvironment, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOMEWARD_BROKER: brokers.map((port) => `127.0.0.1:${port}`).join(" ") };
  await use(kind, ...check(place));
  const child = spawn(tool(kind), start(place), { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => { said += part; });
  test.after(() => end(child));
  for (const port of [place.secure, place.plain]) await listening(port, child);
  return { ...place, ca, child, log: () => said + (kind === "nginx" ? readFileSync(place.log, "utf8") : "") };
}
