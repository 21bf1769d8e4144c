import type { AarrrReport, ChannelsReport, FlowsReport, PeopleReport, PollutionReport, RolesReport, StagesReport } from "../src/api/model";
import { addDays } from "../src/lens/days";
import { flowsToShow } from "../src/cycle/figures";
import { block, expect, openLens, test } from "./page";

for (const workspace of ["shop", "atelier"]) {
  test.describe(`the screens of ${workspace}`, () => {
    test("says who the client is, with the API's figures", async ({ page, ask, words }) => {
      const { text, formats } = await words(workspace);
      const report = await ask<RolesReport>(workspace, "/roles");
      await page.goto(`/${workspace}/client`);
      const roles = block(page, text.client.roles.title);
      const bySide = report.sides.map(({ figures }) => figures.all).filter(({ total }) => total > 0);
      await expect(roles.locator(".count-figure")).toHaveText(
        bySide.flatMap((figures) => [formats.number(figures.has_paid), report.wanted_act === "" ? "–" : formats.number(figures.took_part)]),
      );
      for (const role of ["client", "prospect", "beneficiary"] as const) {
        const rows = roles.getByRole("row").filter({ hasText: text.client.roles.meanings[role] });
        await expect(rows.getByRole("link")).toHaveText(bySide.map((figures) => formats.number(figures[role])));
        await expect(rows.locator(".amount")).toHaveText(bySide.map((figures) => formats.balances(figures.money[role]) || "–"));
      }
    });

    test("shows stages and the moves between them, with the API's figures", async ({ page, ask, words }) => {
      const { text, formats } = await words(workspace);
      const stages = await ask<StagesReport>(workspace, "/stages");
      await page.goto(`/${workspace}/cycle`);
      const standing = block(page, text.cycle.stages.title);
      const counts = standing.getByRole("row").locator("td.number");
      await expect(counts).toHaveText(Object.values(stages.figures.all.stages).map((count) => formats.number(count)));

      const moves = block(page, text.cycle.flows.title);
      await expect(moves.getByRole("img").locator("svg path").first()).toBeVisible();
      const to = stages.question.as_of.slice(0, 10);
      const flows = await ask<FlowsReport>(workspace, "/flows", {}, { from: addDays(to, -90), to });
      await moves.getByText(text.shell.tableBehind).click();
      await expect(moves.getByRole("row").locator("td.number")).toHaveText(flowsToShow(flows.flows.all).map(({ people }) => formats.number(people)));
    });

    test("lays the cleaned AARRR beside the polluted one and marks the weakest step of both", async ({ page, ask, words }) => {
      const { text, formats } = await words(workspace);
      const pollution = await ask<PollutionReport>(workspace, "/pollution");
      const aarrr = await ask<AarrrReport>(workspace, "/aarrr");
      await page.goto(`/${workspace}/audience`);
      const steps = block(page, text.audience.aarrr.title);
      await expect(steps.getByText(pollution.sentence)).toBeVisible();
      for (const [index, step] of pollution.steps.entries()) {
        const item = steps.getByRole("listitem").filter({ has: page.getByText(text.words.steps[step.step] ?? step.step, { exact: true }) });
        await expect(item.locator(".rate-value strong")).toHaveText([
          formats.percent(aarrr.figures.inside.steps[index]!.of_previous.value),
          formats.percent(aarrr.figures.all.steps[index]!.of_previous.value),
        ]);
        const both = pollution.weakest_inside === step.step && pollution.weakest_overall === step.step;
        const mark = both
          ? text.audience.aarrr.weakestBoth
          : pollution.weakest_inside === step.step
            ? text.audience.aarrr.weakestInside
            : pollution.weakest_overall === step.step
              ? text.audience.aarrr.weakestOverall
              : null;
        await expect(item.locator(".mark")).toHaveText(mark === null ? [] : [mark]);
      }
    });

    test("judges channels", async ({ page, ask, words }) => {
      const { text } = await words(workspace);
      const { channels } = await ask<ChannelsReport>(workspace, "/channels");
      await page.goto(`/${workspace}/audience`);
      const table = block(page, text.audience.channels.title);
      await expect(table.getByRole("rowheader").locator(".row-title")).toHaveText(channels.map(({ channel }) => text.words.channel(channel)));
      await expect(table.getByRole("rowheader").locator("strong")).toHaveText(channels.map(({ verdict }) => text.words.channelVerdicts[verdict]));
    });
  });
}

test("a number opens the people behind it, as many as it says", async ({ page, ask, words }) => {
  const { text, formats } = await words("shop");
  const stages = await ask<StagesReport>("shop", "/stages");
  const people = await ask<PeopleReport>("shop", "/people", {}, { filter: "stage = at_risk" });
  expect(people.matched).toBe(stages.figures.all.stages.at_risk);
  await page.goto("/shop/cycle");
  const row = block(page, text.cycle.stages.title).getByRole("row").filter({ has: page.getByText(text.words.stages.at_risk!, { exact: true }) });
  await row.getByRole("link").click();
  await expect(page).toHaveURL(/\/shop\/people\?filter=stage/);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page.getByText(text.people.sentence(people.matched))).toBeVisible();
  await expect(page.getByRole("link", { name: formats.number(people.matched), exact: true })).toHaveCount(0);
});

test("where there are several sides a number opens the people of its own side", async ({ page, ask, words }) => {
  const { text } = await words("atelier");
  const report = await ask<RolesReport>("atelier", "/roles");
  await page.goto("/atelier/client");
  const counts = block(page, text.client.roles.title).locator(".count-figure a");
  await expect(counts).toHaveCount(2 * report.sides.length);
  const addresses = await counts.evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
  for (const [place, side] of report.sides.entries()) {
    await page.goto(addresses[2 * place + 1]!);
    await expect(page.getByText(text.people.sentence(side.figures.all.took_part))).toBeVisible();
  }
});

test("the lens is in the address, changes every figure, and goes back", async ({ page, ask, words }) => {
  const { text, formats } = await words("atelier");
  const report = await ask<RolesReport>("atelier", "/roles", { audience: "inside" });
  const figures = report.sides[0]!.figures;
  await page.goto("/atelier/client");
  const paid = block(page, text.client.roles.title).locator(".count-figure").first();
  await expect(paid).toHaveText(formats.number(figures.all.has_paid));

  await openLens(page, text);
  await page.getByRole("radio", { name: text.shell.lens.sides.inside, exact: true }).check();
  await expect(page).toHaveURL(/audience=inside/);
  await expect(paid).toHaveText(formats.number(figures.inside.has_paid));

  await page.reload();
  await expect(paid).toHaveText(formats.number(figures.inside.has_paid));
  await page.goBack();
  await expect(paid).toHaveText(formats.number(figures.all.has_paid));
  await page.goForward();
  await expect(page).toHaveURL(/audience=inside/);
  await page.getByRole("link", { name: text.shell.screens.people, exact: true }).click();
  await expect(page).toHaveURL(/people\?audience=inside/);
});

test("data that ended long ago are read on their last day, and the page says so", async ({ page, words }) => {
  const { text } = await words("shop");
  await page.goto("/shop/cycle");
  await expect(page.getByText(text.shell.lens.endOfData({ day: "2011-12-09", endOfData: true }))).toBeVisible();
  await page.getByRole("button", { name: text.shell.lens.readToday }).click();
  await expect(page).toHaveURL(/as_of=20\d\d-/);
  await expect(page.getByText(text.shell.lens.endOfData({ day: "2011-12-09", endOfData: true }))).toHaveCount(0);
});

test("another workspace opens with its own figures", async ({ page, ask, words }) => {
  const { formats } = await words("atelier");
  const { text } = await words("shop");
  const report = await ask<RolesReport>("atelier", "/roles");
  await page.goto("/shop/client?audience=inside");
  await page.getByRole("combobox", { name: text.shell.workspace, exact: true }).selectOption("atelier");
  await expect(page).toHaveURL(/\/atelier\/today$/);
  await page.getByRole("link", { name: text.shell.screens.client, exact: true }).click();
  await expect(block(page, text.client.roles.title).locator(".count-figure").first()).toHaveText(formats.number(report.sides[0]!.figures.all.has_paid));
});
