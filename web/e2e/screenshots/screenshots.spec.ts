// Makes docs/images/NAME-LANGUAGE-THEME.png from the example workspaces. Their data end on a known day, so that pictures made
// anew differ only where the page does.

import { fileURLToPath } from "node:url";
import type { Locator, Page } from "@playwright/test";
import type { PeopleReport } from "../../src/api/model";
import { block, expect, test } from "../page";

const folder = fileURLToPath(new URL("../../../docs/images/", import.meta.url));

/** Waits until nothing is being fetched, drawn or loaded, then takes the picture of the window or of a part of it. */
async function picture(page: Page, name: string, language: string, part?: Locator, theme = "light"): Promise<void> {
  await expect(page.locator(".waiting, .skeleton, [aria-busy=true]")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  const path = `${folder}${name}-${language}-${theme}.png`;
  if (part) await part.screenshot({ path, animations: "disabled" });
  else await page.screenshot({ path, animations: "disabled" });
}

test("today", async ({ page, language }) => {
  await page.goto("/shop/today");
  await expect(page.locator(".today-line").first()).toBeVisible();
  await picture(page, "today", language);
});

test("value and audience", async ({ page, words, language }) => {
  const { text } = await words("atelier");
  await page.goto("/shop/value/map");
  await expect(page.locator("main table").first()).toBeVisible();
  await picture(page, "map", language);
  await page.goto("/atelier/audience");
  await expect(block(page, text.audience.aarrr.title).locator(".step").first()).toBeVisible();
  await picture(page, "audience", language);
});

// A file is looked at and not imported: the example stays as it is.
test("data", async ({ page, words, language }) => {
  const { text } = await words("shop");
  await page.setViewportSize({ width: 1200, height: 1150 });
  await page.goto("/shop/data");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: text.data.file.choose }).click()]);
  await chooser.setFiles(fileURLToPath(new URL("../../../examples/online_retail/online_retail_2010_2011.csv.gz", import.meta.url)));
  await expect(page.locator(".preview-facts")).toBeVisible({ timeout: 60_000 });
  await page.waitForTimeout(500);
  await picture(page, "data", language, page.locator(".file-block"));
  await page.getByRole("button", { name: text.data.file.cancel }).click();
});

test("who the client is", async ({ page, words, language }) => {
  const { text } = await words("shop");
  await page.goto("/shop/client");
  await expect(block(page, text.client.roles.title).getByRole("table")).toBeVisible();
  await picture(page, "client", language);
});

test("the life cycle", async ({ page, words, language }) => {
  const { text } = await words("shop");
  await page.goto("/shop/cycle");
  await expect(block(page, text.cycle.flows.title).locator("svg path").first()).toBeVisible();
  await picture(page, "stages", language, block(page, text.cycle.stages.title));
  await page.waitForTimeout(600); // The drawing grows for 400 ms.
  await picture(page, "moves", language, block(page, text.cycle.flows.title));
});

test("the cleaned figures", async ({ page, words, language }) => {
  const { text } = await words("atelier");
  await page.goto("/atelier/audience");
  await expect(block(page, text.audience.aarrr.title).locator(".step").first()).toBeVisible();
  await picture(page, "aarrr", language, block(page, text.audience.aarrr.title));
  await picture(page, "channels", language, block(page, text.audience.channels.title));
  await picture(page, "spikes", language, block(page, text.audience.spikes.title));
});

test("people", async ({ page, words, language }) => {
  const { text } = await words("shop");
  await page.goto(`/shop/people?filter=${encodeURIComponent("role = client and stage = at_risk and sum(total of Order Completed) > 5000")}&order=money`);
  await expect(page.getByRole("table", { name: text.people.table })).toBeVisible();
  await picture(page, "people", language);
});

test("a person", async ({ page, ask, words, language }) => {
  const { text } = await words("atelier");
  const { people } = await ask<PeopleReport>("atelier", "/people", {}, { filter: "role = client and stage = at_risk and not account exists", order: "money", limit: 1 });
  await page.setViewportSize({ width: 1200, height: 1250 });
  await page.goto(`/atelier/people/${people[0]!.key}`);
  await expect(block(page, text.person.timeline.title).locator(".event").first()).toBeVisible();
  await picture(page, "person", language);
});

test("a phone in the dark", async ({ page, words, language }) => {
  const { text } = await words("atelier");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/atelier/client?audience=inside");
  await expect(block(page, text.client.roles.title).getByRole("table").first()).toBeVisible();
  await picture(page, "phone", language, undefined, "dark");
});
