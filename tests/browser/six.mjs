// The six checks of an answer as an administrator's page shows them: which one stopped it and what it says, or that all passed.
import assert from "node:assert/strict";
import { main } from "./hands.mjs";

export const check = (page) => page.locator("ol.six > li.fail");

/** Which check failed, and everything that it says; the checks before it in the order of the code passed, those after it were not made. */
export async function stopped(page, number, { says, seen, expected, field, fix }) {
  assert.match(await main(page), new RegExp(`Stopped at check ${number} of 6`));
  assert.match(await main(page), /Nobody was signed in, and nothing was changed/);
  assert.equal(await check(page).count(), 1, "one check is open");
  assert.equal(await page.locator("ol.six > li").nth(number - 1).getAttribute("class"), "fail");
  for (let later = number; later < 6; later++) assert.equal(await page.locator("ol.six > li").nth(later).getAttribute("class"), "skip-chk", `check ${later + 1}`);
  const text = await check(page).innerText();
  for (const [what, pattern] of Object.entries({ says, field, fix })) if (pattern) assert.match(text, pattern, what);
  const values = Object.fromEntries(await check(page).locator("dl > dt").evaluateAll((all) => all.map((dt) => [dt.textContent, dt.nextElementSibling.textContent])));
  if (seen) assert.match(values["The answer says"] ?? "", seen, "what the answer says"); else assert.equal(values["The answer says"], undefined);
  if (expected) assert.match(values["Expected here"] ?? "", expected, "what was entered"); else assert.equal(values["Expected here"], undefined);
}
export async function passed(page) {
  const text = await main(page);
  assert.match(text, /Passed all 6 checks/);
  assert.equal(await page.locator("ol.six > li.pass").count(), 6);
}

/** What a button has entered is looked at beside what is there, and counts then. */
export async function takeOver(page, shows) {
  assert.match(await page.locator("#proposal").innerText(), /Nothing is changed yet/);
  assert.match(await page.locator("#proposal").innerText(), shows);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Use these values", exact: true }).click()]);
  assert.match(await main(page), /These values are in use now/);
}
