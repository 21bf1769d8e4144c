import type { APIRequestContext } from "@playwright/test";
import type { FlowsReport, GrowthReport, PeopleReport, ReadinessReport, RhythmReport, SecondPurchaseReport, StageHistoryReport } from "../src/api/model";
import { flowsToShow } from "../src/cycle/figures";
import { lastPeriods } from "../src/cycle/growth";
import { addDays } from "../src/lens/days";
import { lensParameters, readingDay, wideOpen } from "../src/lens/lens";
import { block, expect, expectSound, test } from "./page";

/** Posts what the page posts, read on the day on which the page reads. */
async function post<T>(request: APIRequestContext, path: string, data: unknown): Promise<T> {
  const workspace = await (await request.get("/api/v1/workspaces/shop")).json();
  const { as_of } = lensParameters(wideOpen, readingDay(wideOpen, workspace, new Date()));
  const answer = await request.post(`/api/v1/workspaces/shop${path}`, { data, params: as_of === undefined ? {} : { as_of: String(as_of) }, headers: { "X-Habitue": "1" } });
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
}

test("the dates slide by the keyboard, stand in the address, and a move opens its people", async ({ page, ask, words }) => {
  const { text, formats } = await words("shop");
  await page.goto("/shop/cycle?start=2011-03-01&end=2011-06-10");
  const moves = block(page, text.cycle.flows.title);
  const end = moves.getByRole("slider", { name: text.cycle.time.slide.end });
  await expect(end).toHaveAttribute("aria-valuetext", formats.day("2011-06-10"));
  await end.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/end=2011-06-24/);
  const flows = await ask<FlowsReport>("shop", "/flows", {}, { from: "2011-03-01", to: "2011-06-24" });
  const shown = flowsToShow(flows.flows.all);
  await moves.getByText(text.shell.tableBehind).click();
  await expect(moves.getByRole("row").locator("td.number")).toHaveText(shown.map(({ people }) => formats.number(people)));
  await page.reload();
  await expect(end).toHaveAttribute("aria-valuetext", formats.day("2011-06-24"));

  await moves.getByText(text.shell.tableBehind).click();
  const first = shown[0]!;
  await moves.getByRole("row").nth(1).getByRole("link").click();
  await expect(page.getByText(text.ask.behindSentence(first.people, text.cycle.who.flow(text.words.stages[first.from]!, text.words.stages[first.to]!, formats.day("2011-03-01"), formats.day("2011-06-24"))))).toBeVisible();
});

test("history, second purchase, own pace and growth have the API's figures", async ({ page, request, ask, words }) => {
  const { text, formats } = await words("shop");
  const history = await ask<StageHistoryReport>("shop", "/stages/history", {}, { bucket: "month" });
  const second = await post<SecondPurchaseReport>(request, "/second-purchase", {});
  const rhythm = await post<RhythmReport>(request, "/rhythm", {});
  const growth = await ask<GrowthReport>("shop", "/growth");
  await page.goto("/shop/cycle");
  await block(page, text.cycle.history.title).getByText(text.shell.tableBehind).click();
  const latest = block(page, text.cycle.history.title).getByRole("row").nth(1);
  await expect(latest.getByRole("cell")).toHaveText(Object.values(history.points.at(-1)!.figures.all.stages).map((count) => formats.number(count)));

  const last = second.total.all.marks.findLast(({ share }) => share !== null)!;
  await expect(block(page, text.cycle.second.title).locator(".sentence")).toHaveText(text.cycle.second.sentence(second.total.all.people, formats.percent(last.share!.value), last.day + 1));
  const { told, overdue } = rhythm.figures!.all;
  await expect(block(page, text.cycle.rhythm.title).locator(".sentence")).toHaveText(text.cycle.rhythm.sentence(told, overdue));
  const month = lastPeriods(growth.periods.all).at(-1)!;
  await block(page, text.cycle.growth.title).locator("summary").click();
  const row = block(page, text.cycle.growth.title).getByRole("row").nth(1);
  await expect(row.getByRole("link")).toHaveText([month.new, month.resurrected, month.retained, month.churned].map((count) => formats.number(count)));
  await expectSound(page);

  await block(page, text.cycle.rhythm.title).getByRole("row").last().getByRole("link").nth(1).click();
  await expect(page.getByText(text.ask.behindSentence(overdue, text.cycle.rhythm.who.overdue))).toBeVisible();
});

test("a plan is asked, answered in three lights with words, and shared by its address", async ({ page, request, words }) => {
  const { text, formats } = await words("shop");
  const body = { segment: "count(Order Completed) >= 5", cost_of_one_minor: 250, beyond_goods: ["advice"] };
  await page.goto("/shop/cycle");
  const programme = block(page, text.cycle.readiness.title);
  const of = text.cycle.readiness;
  await programme.getByLabel(of.segment).fill(body.segment);
  await programme.getByLabel(of.cost("GBP")).fill("dear");
  await programme.getByLabel(of.beyond).fill("advice");
  await programme.getByRole("button", { name: of.ask }).click();
  await expect(programme.getByText(of.noNumber)).toBeVisible();
  await programme.getByLabel(of.cost("GBP")).fill(formats.language === "fr" ? "2,5" : "2.5");
  await programme.getByRole("button", { name: of.ask }).click();
  await expect(page).toHaveURL(/plan=/);

  const report = await post<ReadinessReport>(request, "/readiness", body);
  const said = (each: { sentence_en: string; sentence_fr: string }): string => (formats.language === "fr" ? each.sentence_fr : each.sentence_en);
  const lights = programme.getByRole("listitem");
  for (const [place, each] of [report.profit, report.offer, report.data].entries()) {
    await expect(lights.nth(place)).toContainText(of.lights[each.light], { timeout: 45_000 });
    await expect(lights.nth(place)).toContainText(said(each));
  }
  await expect(programme.getByText(said(report), { exact: true })).toBeVisible();
  await page.reload();
  await expect(programme.getByText(said(report), { exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(programme.getByLabel(of.segment)).toHaveValue(body.segment);
  await expectSound(page);
  const people = await post<PeopleReport>(request, "/readiness/people", { ask: body, cell: { who: "segment" } });
  await programme.getByRole("link", { name: formats.number(people.matched), exact: true }).first().click();
  await expect(page.getByText(text.ask.behindSentence(people.matched, of.who.segment!))).toBeVisible();
});

test("dates that the address says wrongly are the usual ones", async ({ page, ask, words }) => {
  const { text, formats } = await words("shop");
  const { question } = await ask<FlowsReport>("shop", "/flows");
  const to = question.as_of.slice(0, 10);
  await page.goto("/shop/cycle?start=2011-13-01&end=2099-01-01");
  const moves = block(page, text.cycle.flows.title);
  await expect(moves.getByRole("slider", { name: text.cycle.time.slide.start })).toHaveAttribute("aria-valuetext", formats.day(addDays(to, -90)));
});
