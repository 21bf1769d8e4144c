import { readFileSync } from "node:fs";
import type { APIRequestContext, Locator, Page } from "@playwright/test";
import type { FunnelReport, GrowthReport, PeopleReport, RetentionReport } from "../src/api/model";
import { lensParameters, readingDay, wideOpen } from "../src/lens/lens";
import { block, expect, expectSound, test } from "./page";

const steps = ["Signed Up", "Trial Started", "Payment Succeeded"];
const body = { steps: steps.map((event) => ({ event })), window: "60 d" };
const funnelAddress = `/atelier/questions?${new URLSearchParams({ ask: "funnel", body: JSON.stringify(body) })}`;

/** Posts what the page posts, read on the day on which the page reads. */
async function post<T>(request: APIRequestContext, path: string, data: unknown): Promise<T> {
  const workspace = await (await request.get("/api/v1/workspaces/atelier")).json();
  const { as_of } = lensParameters(wideOpen, readingDay(wideOpen, workspace, new Date()));
  const answer = await request.post(`/api/v1/workspaces/atelier${path}`, { data, params: as_of === undefined ? {} : { as_of: String(as_of) }, headers: { "X-Habitue": "1" } });
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
}

async function remove(request: APIRequestContext, kind: "boards" | "questions", name: string): Promise<void> {
  const known = (await (await request.get(`/api/v1/workspaces/atelier/${kind}`)).json()) as Record<string, { name: string; version: number }[]>;
  const found = known[kind]?.find((each) => each.name === name);
  if (found) await request.delete(`/api/v1/workspaces/atelier/${kind}/${encodeURIComponent(name)}`, { params: { version: found.version }, headers: { "X-Habitue": "1" } });
}

async function choose(field: Locator, page: Page, name: string): Promise<void> {
  await field.click();
  await field.fill(name.slice(0, 6));
  await page.getByRole("option", { name, exact: true }).click();
}

test("a funnel is built by clicking; its figures are the API's, and its link shows a colleague the same", async ({ page, request, words }) => {
  const { text, formats } = await words("atelier");
  const words_ = text.questions;
  await page.goto("/atelier/cycle");
  await page.getByRole("link", { name: text.shell.screens.questions, exact: true }).click();
  await page.getByRole("link", { name: new RegExp(`^${words_.kinds.funnel.question.slice(0, 12)}`) }).click();
  await expect(page.getByText(words_.incomplete)).toBeVisible();
  await choose(page.getByRole("combobox", { name: words_.step(1), exact: true }), page, steps[0]!);
  await choose(page.getByRole("combobox", { name: words_.step(2), exact: true }), page, steps[1]!);
  await page.getByRole("button", { name: words_.addStep }).click();
  await expect(page.getByRole("combobox", { name: words_.step(3), exact: true })).toBeFocused();
  await choose(page.getByRole("combobox", { name: words_.step(3), exact: true }), page, steps[2]!);
  await page.getByRole("spinbutton", { name: words_.window }).fill("60");
  await page.getByRole("spinbutton", { name: words_.window }).blur();
  await expect(page).toHaveURL(/60\+d/);

  const report = await post<FunnelReport>(request, "/funnel", body);
  const { all } = report.figures;
  const answer = block(page, words_.answer);
  await expect(answer.getByText(words_.funnel.sentence(all.entered, steps[0]!, all.converted, formats.percent(all.conversion.value), steps[2]!, formats.duration(60 * 86_400)))).toBeVisible();
  const rows = answer.getByRole("table", { name: words_.funnel.table }).getByRole("row");
  for (const [index, step] of all.steps.entries()) await expect(rows.nth(index + 1).getByRole("cell").first()).toHaveText(formats.number(step.reached));
  await expect(answer.getByRole("img", { name: words_.funnel.chart }).locator("svg text").first()).toBeVisible();

  const link = page.url();
  await page.goBack();
  await expect(page).not.toHaveURL(/60\+d/);
  await page.goForward();
  await page.goto("/atelier/questions");
  await page.goto(link);
  await expect(rows.nth(3).getByRole("cell").first()).toHaveText(formats.number(all.steps[2]!.reached));
  await expect(page.getByRole("combobox", { name: words_.step(3), exact: true })).toHaveValue(steps[2]!);
});

test("every number opens the people behind it, as many as it says", async ({ page, request, words, language, viewport }) => {
  test.skip(viewport!.width > 600 === (language === "en"), "a desk in one language, a phone in the other");
  const { text, formats } = await words("atelier");
  const report = await post<FunnelReport>(request, "/funnel", body);
  const cell = { what: "stopped", step: 1, side: "all" };
  const people = await post<PeopleReport>(request, "/funnel/people", { ask: body, cell });
  expect(people.matched).toBe(report.figures.all.steps[1]!.stopped);
  await page.goto(funnelAddress);
  const table = block(page, text.questions.answer).getByRole("table", { name: text.questions.funnel.table });
  await table.getByRole("row").nth(2).getByRole("link", { name: formats.number(people.matched), exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.ask.behind);
  await expect(page.getByText(text.ask.behindSentence(people.matched, text.questions.funnel.cell.stopped(steps[1]!)))).toBeVisible();
  await expect(page.getByRole("table", { name: text.people.table }).getByRole("row")).toHaveCount(51);
  await expectSound(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: text.people.export }).click();
  const lines = readFileSync(await (await download).path(), "utf8").trim().split("\n");
  expect(lines.length).toBe(people.matched + 1);
  await page.getByRole("link", { name: text.questions.backToAnswer }).click();
  await expect(table).toBeVisible();
});

test("the tables leave as CSV, the chart as PNG and SVG", async ({ page, request, words, language, viewport }) => {
  test.skip(viewport!.width < 600 || language === "fr", "once is enough");
  const { text } = await words("atelier");
  const report = await post<FunnelReport>(request, "/funnel", body);
  await page.goto(funnelAddress);
  await expect(page.getByRole("img", { name: text.questions.funnel.chart }).locator("svg text").first()).toBeVisible();
  const saved = async (button: string): Promise<Buffer> => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: button, exact: true }).click();
    return readFileSync(await (await download).path());
  };
  const csv = (await saved(text.ask.exportCsv)).toString("utf8");
  for (const [index, step] of report.figures.all.steps.entries()) expect(csv).toContain(`${steps[index]},${step.reached},`);
  expect((await saved(text.ask.exportSvg)).toString("utf8")).toMatch(/^<svg xmlns=[\s\S]*Trial Started[\s\S]*<\/svg>$/);
  expect((await saved(text.ask.exportPng)).subarray(1, 4).toString("latin1")).toBe("PNG");
});

test("a question is saved, put on a board, arranged there, and both are deleted", async ({ page, request, words, language, viewport }) => {
  const { text, formats } = await words("atelier");
  const words_ = text.questions;
  const run = `${language} ${viewport!.width}`;
  const [name, board] = [`Essai ${run}`, `Lundi ${run}`];
  await remove(request, "boards", board);
  await remove(request, "questions", name);
  const report = await post<FunnelReport>(request, "/funnel", body);

  await page.goto(funnelAddress);
  await page.getByRole("button", { name: words_.save, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: words_.save }).click();
  await expect(dialog.getByRole("alert")).toHaveText(words_.nameNeeded);
  await dialog.getByLabel(words_.name, { exact: true }).fill(name);
  await dialog.getByLabel(words_.onBoard).selectOption({ label: words_.otherBoard });
  await dialog.getByLabel(words_.boardName).fill(board);
  await expectSound(page);
  await dialog.getByRole("button", { name: words_.save }).click();
  await expect(page.getByText(words_.savedOnBoard(name, board))).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);

  await page.getByRole("link", { name: words_.back }).click();
  await page.getByRole("link", { name: board, exact: true }).click();
  const tile = block(page, name);
  const { all } = report.figures;
  await expect(tile.getByText(words_.funnel.sentence(all.entered, steps[0]!, all.converted, formats.percent(all.conversion.value), steps[2]!, formats.duration(60 * 86_400)))).toBeVisible();
  await expect(tile.getByRole("img").locator("svg text").first()).toBeVisible();
  await page.getByRole("button", { name: words_.edit }).click();
  await expectSound(page);

  // The question cannot go while the board has it.
  await tile.getByRole("link", { name: words_.open }).click();
  await page.getByRole("button", { name: words_.remove, exact: true }).click();
  await expect(dialog.getByText(new RegExp(board))).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await page.goBack();
  await page.getByRole("button", { name: words_.edit }).click();
  await page.getByRole("button", { name: words_.takeOff(name) }).click();
  await expect(page.getByText(words_.boardEmpty)).toBeVisible();
  await page.getByRole("button", { name: words_.remove, exact: true }).click();
  await dialog.getByRole("button", { name: words_.remove }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words_.title);
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("button", { name: words_.remove, exact: true }).click();
  await dialog.getByRole("button", { name: words_.remove }).click();
  await expect(page.getByRole("link", { name: board, exact: true })).toHaveCount(0);
  await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
});

test("the keyboard alone builds a funnel, moves a step, and opens its people", async ({ page, words, viewport }) => {
  test.skip(viewport!.width < 600, "a phone has no keyboard");
  const { text } = await words("atelier");
  const words_ = text.questions;
  await page.goto("/atelier/questions");
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? "");
  const tabTo = async (wanted: string): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await focused()).startsWith(wanted)) return;
    }
    throw new Error(`“${wanted}” is not reached by 60 presses of Tab`);
  };
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await tabTo(words_.kinds.funnel.question);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: words_.step(1), exact: true })).toBeVisible();
  await tabTo(words_.step(1));
  await page.keyboard.type("Trial St");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: words_.step(1), exact: true })).toHaveValue("Trial Started");
  await tabTo(words_.step(2));
  await page.keyboard.type("Signed");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: words_.step(2), exact: true })).toHaveValue("Signed Up");
  await tabTo(words_.stepUp(2));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: words_.step(1), exact: true })).toHaveValue("Signed Up");
  await expect(page.getByText(words_.stepMoved(1))).toBeAttached();
  await expect(page.getByRole("table", { name: words_.funnel.table }).getByRole("row")).toHaveCount(3);
  await page.getByRole("table", { name: words_.funnel.table }).locator("..").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.ask.behind);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("retention and growth say the API's figures", async ({ page, request, ask, words, language, viewport }) => {
  test.skip(viewport!.width > 600 === (language === "fr"), "a desk in one language, a phone in the other");
  const { text, formats } = await words("atelier");
  const words_ = text.questions;
  const retention = await post<RetentionReport>(request, "/retention", { unit: "month" });
  await page.goto(`/atelier/questions?${new URLSearchParams({ ask: "retention", body: '{"unit":"month"}' })}`);
  const first = retention.total.all.mean[1]!.share!;
  await expect(page.getByText(words_.retention.sentence(formats.percent(first.value), 1, "month", first.part, first.whole))).toBeVisible();

  const growth = await ask<GrowthReport>("atelier", "/growth", {}, { bucket: "month" });
  const last = growth.periods.all.findLast(({ complete, active, churned }) => complete && active + churned > 0)!;
  await page.goto("/atelier/questions?ask=growth");
  const row = page.getByRole("table", { name: words_.growth.table }).getByRole("row").filter({ hasText: new RegExp(formats.month(last.start), "i") });
  await expect(row.getByRole("cell").first()).toHaveText(formats.number(last.active));
});

test("axe finds nothing on an answer, and nothing overflows", async ({ page, words, language, viewport }) => {
  const { text } = await words("atelier");
  // Each question in one of the four looks, so that all look at all within the time.
  const looks: Record<string, [string, object][]> = {
    "en 1280": [["retention", { unit: "month" }]],
    "fr 1280": [["paths", { anchor: "Signed Up" }], ["growth", {}]],
    "fr 360": [["contrast", { birth: "first_of", born_with: "Signed Up", outcome: "Payment Succeeded" }]],
    "en 360": [["attribution", { models: ["first", "last"] }], ["retention", { unit: "week" }]],
  };
  for (const [kind, asked] of looks[`${language} ${viewport!.width}`] ?? []) {
    await page.goto(`/atelier/questions?${new URLSearchParams({ ask: kind, body: JSON.stringify(asked) })}`);
    await expect(block(page, text.questions.answer).locator(".sentence")).toBeVisible();
    await expectSound(page);
  }
});

test("a long question says how far it is and can be stopped; a wrong one says where", async ({ page, words, quiet, language, viewport }) => {
  test.skip(viewport!.width > 600 === (language === "fr"), "a desk in one language, a phone in the other");
  quiet.allowErrors.push(/400|409/);
  const { text } = await words("atelier");
  const words_ = text.questions;
  let stopped = false;
  let name = "";
  await page.route("**/workspaces/atelier/funnel?*", async (route) => {
    name = route.request().headers()["x-habitue-question"] ?? "";
    while (!stopped) await new Promise((next) => setTimeout(next, 50));
    await route.fulfill({ status: 409, contentType: "application/problem+json", json: { type: "/problems/conflict", title: "stopped", status: 409, detail: "The question was stopped." } });
  });
  await page.route("**/workspaces/atelier/running**", async (route) => {
    if (route.request().method() === "DELETE") stopped = route.request().url().endsWith(`/${name}`);
    await route.fulfill({ json: route.request().method() === "DELETE" ? { stopped: name } : { running: [{ id: name, question: "funnel", started_at: "2026-01-01T00:00:00Z", seconds: 2, pass: 1, done: 3, total: 8, bytes: 1 }] } });
  });
  await page.goto(funnelAddress);
  await expect(page.getByText(text.ask.running).first()).toBeVisible();
  await page.getByRole("button", { name: text.ask.cancel }).click();
  await expect(page.getByRole("alert")).toContainText(text.ask.stopped);
  await page.unroute("**/workspaces/atelier/funnel?*");
  await page.goto(`/atelier/questions?${new URLSearchParams({ ask: "funnel", body: '{"steps":[{"event":"Signed Up where"}]}' })}`);
  await expect(page.getByRole("alert")).toContainText("/steps/0/event");
  await page.goto("/atelier/questions?ask=funnel&body=%7B%22steps");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words_.unreadable);
});

test("who may only read is told so, and saves nothing", async ({ page, words, language, viewport }) => {
  test.skip(viewport!.width > 600 === (language === "en"), "a desk in one language, a phone in the other");
  const { text } = await words("atelier");
  await page.route("**/api/v1/session", (route) => route.fulfill({ json: { access: "key", scopes: ["read"], workspaces: [], member: null, has_team: false } }));
  await page.goto("/atelier/questions?ask=growth");
  await expect(page.getByText(text.questions.mayNot)).toBeVisible();
  await page.getByRole("button", { name: text.questions.save, exact: true }).click({ force: true });
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
