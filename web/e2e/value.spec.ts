import type { MapReport, RecurringReport } from "../src/api/model";
import { expect, expectSound, test } from "./page";

test("the map counts what the API counts, and its numbers open their people", async ({ page, request, words }) => {
  const { text, formats } = await words("shop");
  const answer = await request.post("/api/v1/workspaces/shop/map", { params: { as_of: "2011-12-09" }, data: { from_day: "2010-12-09" }, headers: { "X-Habitue": "1" } });
  const report = (await answer.json()) as MapReport;
  const { people } = report.squares.find(({ now }) => now.people > 1)!.now;

  await page.goto("/shop/value/map");
  const count = page.locator("main table").first().getByRole("link", { name: formats.number(people), exact: true }).first();
  await expect(count).toBeVisible();
  await expectSound(page);
  await count.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.ask.behind);
  await expect(page.getByText(new RegExp(`^${formats.number(people)} `))).toBeVisible();
});

test("recurring revenue is the API's, month by month", async ({ page, request, words }) => {
  const { formats } = await words("atelier");
  const answer = await request.post("/api/v1/workspaces/atelier/recurring", { params: { as_of: "2026-06-30" }, data: {}, headers: { "X-Habitue": "1" } });
  const report = (await answer.json()) as RecurringReport;
  const last = report.periods.at(-1)!;
  await page.goto("/atelier/value/money");
  const money = formats.roundMoney({ minor_units: last.closing.all.monthly_minor, currency: report.currency });
  await expect(page.locator("main table").first().getByText(money, { exact: true }).first()).toBeVisible();
  await expectSound(page);
});

test("an answer that takes long says how far it is, and can be stopped; each part of the screen has its address", async ({ page, words, quiet }) => {
  quiet.allowErrors.push(/409/);
  const { text } = await words("shop");
  await page.goto("/shop/value/scenario");
  await page.getByRole("button", { name: text.ask.cancel, exact: true }).click();
  await expect(page.getByText(text.ask.stopped)).toBeVisible();
  await page.goto("/shop/value/products");
  await expect(page.locator("main table").first()).toBeVisible({ timeout: 40_000 });
  await expectSound(page);
});
