import { signedOut, type PeopleReport } from "../src/api/model";
import { block, expect, expectSound, openLens, test } from "./page";

test.describe("axe finds nothing, and nothing overflows", () => {
  for (const workspace of ["shop", "atelier"]) {
    test(`on the life cycle of ${workspace}`, async ({ page, words }) => {
      const { text } = await words(workspace);
      await page.goto(`/${workspace}/cycle`);
      await expect(block(page, text.cycle.flows.title).getByRole("img").locator("svg path").first()).toBeVisible();
      await openLens(page, text);
      for (const behind of await page.getByText(text.shell.tableBehind).all()) await behind.click();
      await expectSound(page);
    });
  }

  test("on the list of people", async ({ page, words }) => {
    const { text } = await words("shop");
    await page.goto("/shop/people?filter=role+%3D+client");
    await expect(page.getByRole("table", { name: text.people.table })).toBeVisible();
    await expectSound(page);
  });

  test("on criteria with a mistake and on an empty list", async ({ page, words, quiet }) => {
    quiet.allowErrors.push(/400/);
    const { text } = await words("shop");
    await page.goto("/shop/people?search=nobody-is-called-so");
    await expect(page.getByText(text.people.none)).toBeVisible();
    await page.getByRole("textbox", { name: text.people.criteria, exact: true }).fill("stge = new");
    await expect(page.locator(".caret")).toBeVisible();
    await expectSound(page);
  });

  test("on a person", async ({ page, ask, words }) => {
    const { text } = await words("atelier");
    const { people } = await ask<PeopleReport>("atelier", "/people", {}, { order: "money", limit: 1 });
    await page.goto(`/atelier/people/${people[0]!.key}`);
    await expect(block(page, text.person.timeline.title).locator(".event").first()).toBeVisible();
    await block(page, text.person.timeline.title).locator(".event summary").first().click();
    await expectSound(page);
  });

  test("where there is nothing yet, and where one has to sign in", async ({ page, words }) => {
    const { text } = await words("shop");
    await page.route("**/api/v1/workspaces", (route) => route.fulfill({ json: { workspaces: [], failures: [] } }));
    await page.goto("/");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.shell.noWorkspace.title);
    await expectSound(page);
    await page.route("**/api/v1/session", (route) => route.fulfill({ json: signedOut(true) }));
    await page.reload();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.shell.signIn.title);
    await expectSound(page);
  });
});

test("the keyboard alone goes from the first screen to a person's payments", async ({ page, words, viewport }) => {
  test.skip(viewport!.width < 600, "a phone has no keyboard");
  const { text } = await words("shop");
  await page.goto("/shop/client");
  await expect(block(page, text.client.roles.title).getByRole("link").first()).toBeVisible();

  const tabTo = async (reached: () => Promise<boolean>): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if (await reached()) return;
    }
    throw new Error("not reached by 60 presses of Tab");
  };
  const focused = (check: (element: Element) => boolean) => async (): Promise<boolean> => page.evaluate(`(${check.toString()})(document.activeElement)`);

  await page.keyboard.press("Tab");
  await expect(page.getByText(text.shell.skip)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();

  await tabTo(focused((element) => element.closest(".count-figure") !== null));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.people.title);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page.getByRole("table", { name: text.people.table })).toBeVisible();

  await tabTo(focused((element) => element.closest("table.people th[scope=row]") !== null));
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(outline, "the focus is seen").not.toBe("none");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();

  await tabTo(focused((element) => element.tagName === "SUMMARY" && element.closest(".event") !== null));
  await page.keyboard.press("Enter");
  await expect(page.locator(".event details[open]")).toHaveCount(1);
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.people.title);
});
