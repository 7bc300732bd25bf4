// A world of three brokers for clients that note what they see: its people, a simulated provider, a mail server, and the history.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Lost, chance, mails } from "./clients.mjs";
import { cluster } from "./cluster.mjs";
import { binary, end, freePort, says } from "../deploy/lib.mjs";

const MEMBERS = 40, PEOPLE = 40, LEAVERS = 60;

const password = "Kranich7!";
const salt = randomBytes(8);
const hash = `{SSHA512}${Buffer.concat([createHash("sha512").update(password).update(salt).digest(), salt]).toString("base64")}`;
const user = (username) => `[[account.user]]\nusername = "${username}"\nemail = "${username}"\npassword_hash = "${hash}"\n`;
export const many = (count, make) => Array.from({ length: count }, (_, number) => make(number));

/** People with a password, people who lose it once, and people of an organisation. */
const people = `[[application]]\nclient_id = "wiki"\nname = "Wiki"\nauthentication = "none"\nredirect_uris = ["https://wiki.example.com/callback"]\n
[[account]]\nnumber = "40817"\nname = "Northwind"\n${many(PEOPLE, (n) => user(`person-${n}@northwind.example`)).join("")}${many(LEAVERS, (n) => user(`leaver-${n}@northwind.example`)).join("")}
[[account]]\nnumber = "50210"\nname = "Contoso"\nsso_mode = "redirect"\n[[account.domain]]\ndomain = "contoso.example"\nverified = true\n[[account.connection]]\nname = "Okta"\nstate = "enforced"\n
${many(MEMBERS, (n) => `[[account.user]]\nusername = "member-${n}@contoso.example"\n`).join("")}`;

/** A simulated provider, and what the installation is told of it. */
async function introduce(t, world) {
  world.provider = await freePort();
  const base = "https://idp.example";
  const child = spawn(binary, ["simulate-idp", "--listen", `127.0.0.1:${world.provider}`, "--public-url", base, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => end(child, "SIGKILL"));
  await says(child, '"address"');
  const metadata = path.join(world.folder, "okta.xml");
  writeFileSync(metadata, await (await fetch(`http://127.0.0.1:${world.provider}/okta/saml/metadata`)).text());
  await world.brokers[0].command("connection", "metadata", "50210", "Okta", metadata, "--preset", "okta", "--yes");
}

/** Where clients note what they see. */
function noting(world) {
  const begun = performance.now(), now = () => performance.now() - begun;
  const named = new Map();
  const turns = { person: 0, leaver: 0, member: 0 };
  return Object.assign(world, {
    history: [], quiet: [], now,
    name: (what) => { named.set(what, (named.get(what) ?? 0) + 1); return `${what} ${named.get(what)}`; },
    /** What is known without asking. */
    noted: (one, begin = now()) => world.history.push({ ...one, outcome: "ok", begin, end: now() }),
    async note(one, work) {
      const begin = now();
      let seen;
      try { seen = await work(); } catch (error) {
        if (!(error instanceof Lost)) throw error;
        seen = { outcome: error.how === "unsent" ? "unsent" : "unknown", open: error.how === "open", note: error.message };
      }
      const done = { ...one, ...seen, begin, end: now() };
      world.history.push(done);
      return done;
    },
    /** Again and again until there is an answer (and the one that is wanted). */
    async patiently(work, isGood = () => true) {
      const until = now() + 45_000;
      for (;;) {
        try {
          const done = await work();
          if (isGood(done)) return done;
          if (now() > until) throw new Lost(`no good answer in time: ${JSON.stringify(done)}`);
        } catch (error) { if (!(error instanceof Lost) || now() > until) throw error; }
        await new Promise((yes) => setTimeout(yes, 50));
      }
    },
    /** The same as one operation, from the first try to the good answer; where none comes it may have been done by any of them. */
    insistently: (one, work) => world.note(one, async () => {
      let isOpen = false;
      const tried = async () => { try { return await work(); } catch (error) { isOpen ||= error instanceof Lost && error.how === "open"; throw error; } };
      try { return await world.patiently(tried, (done) => done.outcome === "ok"); } catch (error) {
        if (!(error instanceof Lost)) throw error;
        throw new Lost(error.message, isOpen ? "open" : "answered");
      }
    }),
    person: () => ({ username: `person-${turns.person++ % PEOPLE}@northwind.example`, password }),
    leaver: () => (turns.leaver < LEAVERS ? { username: `leaver-${turns.leaver++}@northwind.example`, password } : undefined),
    member: () => `member-${turns.member++ % MEMBERS}@contoso.example`,
  });
}

/** Everything, ready; `seed` is where chance begins, `environment` what a broker has in its environment and `program` what it runs, by its number; `keeping` starts PostgreSQL. */
export async function begin(t, { seed, environment, program, keeping } = {}) {
  const post = await mails(t);
  const parts = await cluster(t, { people, mail: post.port, more: 'trusted_proxies = ["127.0.0.1/32"]\n', environment, program, keeping });
  const world = noting({ ...parts, random: chance(seed), mails: post });
  await introduce(t, world);
  return world;
}
