import { signedOut } from "../src/api/model";
import { block, expect, test } from "./page";

test("a question that fails says why, and can be asked again", async ({ page, words, quiet }) => {
  quiet.allowErrors.push(/500/);
  const { text } = await words("shop");
  let broken = true;
  await page.route("**/workspaces/shop/stages?*", (route) =>
    broken
      ? route.fulfill({ status: 500, contentType: "application/problem+json", json: { type: "/problems/corrupt", title: "corrupt", status: 500, detail: "The journey file is damaged." } })
      : route.continue(),
  );
  await page.goto("/shop/cycle");
  const stages = block(page, text.cycle.stages.title);
  await expect(stages.getByRole("alert")).toContainText("The journey file is damaged.");
  await expect(block(page, text.cycle.flows.title).getByRole("img").first()).toBeVisible();
  broken = false;
  await stages.getByRole("button", { name: text.shell.failed.retry }).click();
  await expect(stages.getByRole("table")).toBeVisible();
});

test("without a right key the page asks for one, and goes on where it was", async ({ page, words, quiet }) => {
  quiet.allowErrors.push(/401/);
  const { text } = await words("shop");
  let access = "none";
  const refusal = { status: 401, contentType: "application/problem+json", json: { type: "/problems/unauthorized", title: "unauthorized", status: 401, detail: "A key is needed." } };
  await page.route("**/api/v1/session", async (route) => {
    if (route.request().method() === "POST") {
      if (!route.request().postData()?.includes("right-key")) return route.fulfill(refusal);
      access = "session";
    }
    return route.fulfill({ json: { ...signedOut(false), access, scopes: access === "none" ? [] : ["read"] } });
  });
  await page.goto("/shop/people?audience=inside");
  await page.getByLabel(text.shell.signIn.key).fill("wrong-key");
  await page.getByRole("button", { name: text.shell.signIn.submit }).click();
  await expect(page.getByRole("alert")).toHaveText(text.shell.signIn.wrongKey);
  await page.getByLabel(text.shell.signIn.key).fill("right-key");
  await page.getByRole("button", { name: text.shell.signIn.submit }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.people.title);
  await expect(page).toHaveURL(/audience=inside/);
});

test("an empty workspace tells the command that fills it", async ({ page, words }) => {
  const { text } = await words("empty");
  await page.goto("/empty/cycle");
  await expect(page.getByText("habitue import orders.csv --workspace empty")).toBeVisible();
  await expect(page.getByText(text.shell.emptyWorkspace.then)).toBeVisible();
});

test("an address that leads nowhere says so", async ({ page, words, quiet }) => {
  quiet.allowErrors.push(/404/);
  const { text } = await words("shop");
  await page.goto("/shop/nothing/here");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.shell.notFoundTitle);
  await page.goto("/no-such-workspace/cycle");
  await expect(page.getByRole("alert")).toContainText("no-such-workspace");
});

test("language and theme are chosen, kept, and can be asked for in the address", async ({ page, words }) => {
  const { text } = await words("shop");
  await page.goto("/shop/people?lang=en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("People");
  await page.locator(".page-settings select").first().selectOption("fr");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Personnes");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");

  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.locator(".page-settings select").last().selectOption("dark");
  const dark = await ground();
  await page.locator(".page-settings select").last().selectOption("light");
  expect(await ground()).not.toBe(dark);
  await page.goto("/shop/people");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Personnes");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  expect(text.shell.themes.light).not.toBe("");
});

test("on paper a screen is a report, with its lens in words and its tables open", async ({ page, words }) => {
  const { text } = await words("shop");
  await page.goto("/shop/audience?audience=inside");
  await expect(block(page, text.audience.aarrr.title).locator(".step").first()).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation", { name: text.shell.navigation })).toBeHidden();
  await expect(page.locator(".lens-summary p")).toContainText(text.shell.lens.sides.inside);
  await expect(block(page, text.audience.aarrr.title).getByRole("table")).toBeVisible();
});
