// How somebody works who touches no mouse: every control is reached by Tab, and the focus can be seen on it.
import assert from "node:assert/strict";

/** Tabs to a control. */
export async function reach(page, control) {
  const is = () => control.evaluate((e) => e === document.activeElement);
  for (let steps = 0; steps < 250 && !(await is()); steps++) await page.keyboard.press("Tab");
  assert.ok(await is(), `${control} is in the order of Tab`);
  const ring = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]; });
  assert.ok(ring[0] === "solid" && ring[1] >= 2, `ALL-13 ${control}`);
}
/** Presses a control that leads to another page; `within` is a part of it. */
export async function go(page, role, name, within = page) {
  await reach(page, within.getByRole(role, { name, exact: true }).first());
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}
/** Opens what is folded. */
export async function unfold(page, name) {
  await reach(page, page.locator("summary", { hasText: name }).first());
  await page.keyboard.press("Enter");
}
export async function type(page, label, text, within = page) {
  await reach(page, within.getByLabel(label, { exact: true }));
  await page.keyboard.press("Control+A");
  if (text) await page.keyboard.insertText(text); else await page.keyboard.press("Delete");
}
/** Chooses in a list by the first letters. */
export async function choose(page, label, text, within = page) {
  const list = within.getByLabel(label, { exact: true });
  await reach(page, list);
  await page.keyboard.type(text);
  assert.ok((await list.evaluate((e) => e.selectedOptions[0].text)).startsWith(text), `${label}: ${text}`);
}
export async function tick(page, control) {
  await reach(page, control);
  await page.keyboard.press("Space");
}
/** Chooses one of several by the arrows: Tab comes to the one that is chosen. */
export async function pick(page, control) {
  const name = await control.getAttribute("name");
  await reach(page, page.locator(`input[name="${name}"]:checked`).first());
  for (let steps = 0; steps < 6 && !(await control.isChecked()); steps++) await page.keyboard.press("ArrowDown");
  assert.ok(await control.isChecked(), `${control} is chosen`);
}
export const main = (page) => page.locator("main").innerText();
