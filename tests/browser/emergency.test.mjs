// Emergency codes from the printer to the field (B-164, LH-16): an administrator prints a sheet, and somebody types what stands on it in another
// browser, by keyboard alone, when the provider is out and no password is known.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, main, reach, type, unfold } from "./hands.mjs";
import { look } from "./looks.mjs";
import { heading, launch, startDemo, visitor } from "./world.mjs";

const ANA = { username: "ana.trujillo@contoso.example", password: "Pirol*Nest4" };
// Signs in at the provider on every other day, and has no password here.
const DANA = "dana@contoso.example";
const WRONG = /do not match\. Check both and try again/;

let demo, browser;
before(async () => { [demo, browser] = [await startDemo(), await launch()]; });
after(async () => { await browser.close(); assert.equal(await demo.stop(), 0); });

/** Types an address, a username and what is asked for next; gives the page that comes of it. */
async function typeIn(page, address, username, secret) {
  await page.goto(address);
  await reach(page, page.locator("#username"));
  await page.keyboard.type(username);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await again(page, secret);
}

/** The same on the page that is there. */
async function again(page, secret) {
  await reach(page, page.locator("#password"));
  await page.keyboard.press("Control+A");
  await page.keyboard.type(secret);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

/** The page of a user, found by name. */
async function userPage(page, name) {
  await page.goto(`${demo.broker}/portal/50210/users`);
  await type(page, "The username begins with", name);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await reach(page, page.locator("tbody th a").first());
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

/** What stands on the sheet as it comes out of the printer: the address, the username and the codes, and nothing of the screen. */
async function print(page) {
  await page.evaluate(() => { window.print = () => { document.body.dataset.printed = "yes"; }; });
  await reach(page, page.getByRole("button", { name: "Print", exact: true }));
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.body.dataset.printed), "yes", "the button prints");
  await page.emulateMedia({ media: "print" });
  const sheet = await page.locator("body").innerText();
  for (const hidden of ["Shown only now", "I have kept them", "Activity"]) assert.ok(!sheet.includes(hidden), `${hidden}: ${sheet}`);
  const codes = sheet.match(/\b[2-9A-HJ-NP-Z]{5}(?:-[2-9A-HJ-NP-Z]{5}){3}\b/g) ?? [];
  const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
  assert.equal(pages.length, 1, "one sheet of paper");
  await page.emulateMedia({ media: "screen" });
  const address = sheet.match(/https?:\/\/\S+\/portal\b/)?.[0];
  return { sheet, codes, address };
}

/** The texts of the mails of a subject, once so many are there. */
async function mailed(context, subject, count) {
  const page = await context.newPage();
  const all = page.locator("article").filter({ hasText: subject });
  for (let tries = 0; tries < 50 && (await all.count()) < count; tries++) await page.goto(demo.mail);
  const texts = await all.allInnerTexts();
  await page.close();
  assert.equal(texts.length, count, texts.join("\n"));
  return texts;
}

test("B-164, LH-16: codes are printed, and typed in by somebody who has nothing but the sheet", async () => {
  const office = await visitor(browser, { bypassCSP: true });
  const ana = office.page;
  await typeIn(ana, `${demo.broker}/portal`, ANA.username, ANA.password);
  await ana.waitForURL(/\/portal\/50210/);
  // Who repairs the account has a role.
  await ana.goto(`${demo.broker}/portal/50210/administrators`);
  await unfold(ana, "Give a role");
  await type(ana, "Username", DANA);
  await ana.getByRole("radio", { name: /^Account administrator/ }).check();
  await go(ana, "button", "Give the role");
  assert.match(await main(ana), /The role is given/);
  await userPage(ana, DANA);
  await go(ana, "button", "Give emergency access");
  await go(ana, "button", "Make codes to print");
  assert.equal(await heading(ana), "Emergency codes");
  for (const [width, height] of [[320, 720], [1280, 900]]) {
    await ana.setViewportSize({ width, height });
    await look(ana, "emergency-sheet", [width, "light"]);
  }
  const first = await print(ana);
  assert.equal(new Set(first.codes).size, 8, first.sheet);
  assert.ok(first.sheet.includes(DANA) && first.address === `${demo.broker}/portal` && first.sheet.includes("in place of the password"), first.sheet);
  await go(ana, "link", "I have kept them");
  assert.ok(!first.codes.some((code) => ana.url().includes(code)), "no code stands in an address");
  assert.match(await main(ana), /8 printed codes are left/);
  assert.ok(!(await ana.content()).includes(first.codes[0]), "shown this once");

  // Another machine; nobody has JavaScript to thank for it.
  const bunker = await visitor(browser, { javaScriptEnabled: false });
  const dana = bunker.page;
  const last = first.codes[0].at(-1), misread = first.codes[0].slice(0, -1) + (last === "2" ? "3" : "2");
  await typeIn(dana, first.address, DANA, misread);
  assert.match(await main(dana), WRONG, "one symbol that is not on the sheet");
  await again(dana, first.codes[0].toLowerCase().replaceAll("-", " "));
  await dana.waitForURL(/\/portal\/50210/);
  assert.match(await dana.locator("header.top").innerText(), /Dana Cole/);
  // Both administrators are told, and she is one of them.
  const mails = await mailed(office.context, "Emergency access was used", 2);
  for (const text of mails) {
    assert.ok(text.includes("A printed code was used; 7 are left.") && text.includes("Look at the activity") && !first.codes.some((code) => text.includes(code)), text);
  }
  assert.ok(mails.some((text) => text.includes(ANA.username)), mails.join("\n"));
  // What stands in the safe is counted where it was printed.
  await userPage(ana, DANA);
  assert.match(await main(ana), /7 printed codes are left/);

  // The same code a second time, in another browser, is as wrong as any other; the next one of the sheet opens an application.
  const third = await visitor(browser);
  await third.page.goto(demo.app);
  await third.page.getByRole("link", { name: "Sign in" }).click();
  await reach(third.page, third.page.locator("#username"));
  await third.page.keyboard.type(DANA);
  await Promise.all([third.page.waitForEvent("load"), third.page.keyboard.press("Enter")]);
  await again(third.page, first.codes[0]);
  assert.match(await main(third.page), WRONG, "each works once");
  await again(third.page, first.codes[1]);
  await third.page.waitForURL(`${demo.app}/`);
  assert.match(await third.page.locator("body").innerText(), new RegExp(DANA));
  await third.context.close();

  // A new sheet ends the one before.
  await userPage(ana, DANA);
  await go(ana, "button", "Make new codes to print");
  const second = await print(ana);
  assert.equal(new Set([...first.codes, ...second.codes]).size, 16);
  const fourth = await visitor(browser);
  await typeIn(fourth.page, second.address, DANA, first.codes[2]);
  assert.match(await main(fourth.page), WRONG, "the old sheet");
  await again(fourth.page, second.codes[7]);
  await fourth.page.waitForURL(/\/portal\/50210/);
  // On record, by name and without a code.
  await ana.goto(`${demo.broker}/portal/50210/activity`);
  const lines = await main(ana);
  for (const word of ["Emergency access changed", "Emergency codes printed", "Emergency code used"]) assert.ok(lines.includes(word), `${word}: ${lines}`);
  assert.ok(![...first.codes, ...second.codes].some((code) => lines.includes(code)));
  for (const { context, page } of [office, bunker, fourth]) {
    assert.deepEqual(page.trouble, []);
    await context.close();
  }
});
