// What a person does in a real browser between an application, the broker and an identity provider.
import { press, visitor } from "../browser/world.mjs";

/** Everybody's at SimpleSAMLphp. */
export const password = "password of a test";

/** A browser of its own, with scripts or without. */
export async function newcomer(browser, scripts) {
  const opened = await visitor(browser, { javaScriptEnabled: scripts });
  // oidc-provider's page wants a font of somebody else's, whom these tests do not know.
  await opened.page.route("https://fonts.googleapis.com/**", (route) => route.fulfill({ contentType: "text/css", body: "" }));
  return opened;
}

/** Types the name at the broker, and waits for the organisation's page. `byForm`: without scripts the way there waits for its button. */
export async function leave(world, page, username, { base, byForm = false }) {
  const { url, checks } = await world.request();
  await page.goto(url);
  await page.fill("#username", username);
  await press(page, "Next");
  await page.getByRole("button", { name: "Single Sign On", exact: true }).click();
  if (byForm) await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.waitForURL(`${base}/**`);
  return checks;
}

export async function atSimpleSaml(page, name, scripts) {
  await page.fill("[name=username]", name);
  await page.fill("[name=password]", password);
  await page.press("[name=password]", "Enter");
  if (!scripts) await page.getByText("Submit", { exact: true }).click();
}

export async function atOpenIdProvider(page, name) {
  await page.fill("[name=login]", name);
  await page.fill("[name=password]", "any");
  await page.press("[name=password]", "Enter");
}

/** Back at the application: who was signed in. */
export async function arrived(world, page, checks) {
  await page.waitForURL(`${world.callback}?**`);
  return world.arrived(page.url(), checks);
}

/** Goes on to an address that begins so. Where there are no scripts, each form on the way is sent by its button. */
export async function through(page, to, scripts) {
  const there = () => page.url().startsWith(to);
  for (let steps = 0; steps < 6 && !there(); steps++) {
    const button = page.locator("main button, form button, input[type=submit]").filter({ visible: true }).first();
    const left = page.waitForURL((url) => url.href.startsWith(to), { waitUntil: "commit" }).then(() => false);
    const asks = scripts ? left : button.waitFor().then(() => true);
    for (const one of [left, asks]) one.catch(() => {});
    if (await Promise.race([left, asks]) && !there()) await button.click();
    await page.waitForLoadState();
  }
  if (!there()) throw new Error(`${page.url()}: ${await page.locator("body").innerText()}`);
}

/** Whether the broker knows this browser; nobody is asked. */
export async function knows(world, page) {
  await page.goto((await world.request({ prompt: "none" })).url);
  return new URL(page.url()).searchParams.has("code");
}
