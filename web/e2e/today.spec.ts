import type { TodayReport } from "../src/api/model";
import { readingDay, wideOpen } from "../src/lens/lens";
import { expect, expectSound, test } from "./page";

test("a workspace opens on what matters today, with the API's words, and a line opens as many people as it says", async ({ page, request, words, language }) => {
  const { text, formats } = await words("shop");
  const { day } = readingDay(wideOpen, { last_event_at: "2011-12-09T12:50:00Z", zone: "Europe/London" }, new Date());
  const answer = await request.post("/api/v1/workspaces/shop/today", { params: { as_of: day }, data: {}, headers: { "X-Habitue": "1" } });
  const report = (await answer.json()) as TodayReport;
  expect(report.findings.length).toBeGreaterThan(0);

  await page.goto("/shop");
  await expect(page).toHaveURL(/\/shop\/today$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.today.title(day));
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(report.findings.map((finding) => (language === "fr" ? finding.sentence_fr : finding.sentence_en)));
  await expectSound(page);

  const told = report.findings.find(({ cell, people }) => cell !== null && people > 0)!;
  await page.getByRole("link", { name: text.today.people(told.people), exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.ask.behind);
  await expect(page.getByText(new RegExp(`^${formats.number(told.people)} `))).toBeVisible();
  await expectSound(page);
  await page.getByRole("link", { name: text.ask.backToScreen }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.today.title(day));
});

test("when nothing matters today says so", async ({ page, words }) => {
  const { text } = await words("shop");
  const nothing = { verdict: "nothing_matters", currency: "GBP", from: "", to: "", compared: 12, tests: 8, last_event_at: null, sentence_en: "Nothing needs you.", sentence_fr: "Rien ne vous attend.", findings: [], left_out: 0, warnings: [] };
  await page.route("**/workspaces/shop/today?*", (route) => route.fulfill({ json: nothing }));
  await page.goto("/shop/today");
  await expect(page.locator(".sentence")).toHaveText(/Nothing needs you\.|Rien ne vous attend\./);
  await expect(page.getByText(text.today.how(12, 8))).toBeVisible();
  await expect(page.getByRole("heading", { level: 2 })).toHaveCount(0);
});
