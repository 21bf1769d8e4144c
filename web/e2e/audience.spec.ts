import type { ChannelsReport, CriteriaCheck, Workspace } from "../src/api/model";
import { workspacePath } from "../src/api/queries";
import { hypothesisRead } from "../src/audience/hypotheses";
import { reachOf } from "../src/audience/plan";
import { block, expect, expectSound, test } from "./page";

test("each version tells whom it takes in, and what changes from one to the next", async ({ page, ask, request, words }) => {
  const { text, formats } = await words("shop");
  const workspace = await ask<Workspace>("shop", "");
  await page.goto("/shop/audience");
  const versions = block(page, text.audience.hypotheses.title);
  const count = async (criteria: string): Promise<CriteriaCheck> => (await (await request.post("/api/v1/workspaces/shop/criteria/check?as_of=2011-12-09", { data: { text: criteria }, headers: { "X-Habitue": "1" } })).json()) as CriteriaCheck;
  for (const { version, audience } of workspace.hypotheses) {
    const { inside, outside, unknown } = await count(audience);
    const row = versions.getByRole("row").filter({ has: page.getByRole("link", { name: version, exact: true }) });
    await expect(row.locator("td.number")).toHaveText([inside, outside, unknown].map((each) => formats.number(each)));
  }
  const [first, second] = workspace.hypotheses.slice(-2);
  const more = await count(`not (${first!.audience}) and (${second!.audience})`);
  const fewer = await count(`(${first!.audience}) and not (${second!.audience})`);
  await expect(versions.getByText(text.audience.hypotheses.compared(first!.version, second!.version, more.inside, fewer.inside))).toBeVisible();
});

test("an audience is built by clicking, counted, and written as criteria", async ({ page, request, words, quiet }) => {
  quiet.allowErrors.push(/400/);
  const { text, formats } = await words("shop");
  await page.goto("/shop/audience");
  const build = block(page, text.audience.build.title);
  await build.getByRole("combobox", { name: text.audience.build.about }).selectOption("role");
  await build.getByRole("combobox", { name: text.audience.build.kinds.role }).selectOption("client");
  await build.getByRole("button", { name: text.audience.build.addClause }).click();
  await build.getByRole("combobox", { name: text.audience.build.about }).nth(1).selectOption("stage");
  await build.getByRole("combobox", { name: text.audience.build.kinds.stage }).selectOption("at_risk");
  const criteria = "role = client and stage = at_risk";
  await expect(build.getByText(criteria, { exact: true })).toBeVisible();
  const answer = await request.post("/api/v1" + workspacePath("shop", "/criteria/check?as_of=2011-12-09"), { data: { text: criteria }, headers: { "X-Habitue": "1" } });
  const { inside, outside } = (await answer.json()) as CriteriaCheck;
  await expect(build.locator(".count-inside strong")).toHaveText(formats.number(inside));
  await expect(build.locator(".count-outside strong")).toHaveText(formats.number(outside));
  await expect(build.locator(".count-inside").getByRole("link")).toHaveAttribute("href", /filter=role/);
  await expectSound(page);

  await build.getByRole("button", { name: text.audience.build.byWriting }).click();
  const box = build.getByRole("textbox", { name: text.people.criteria });
  await expect(box).toHaveValue(criteria);
  await box.fill("role = client and stge = new");
  await expect(build.getByText(text.people.errorAt(1, 19))).toBeVisible();
  await expect(build.locator(".caret")).toHaveText(`${" ".repeat(18)}^^^^`, { useInnerText: false });
  await expect(build.getByRole("form")).toHaveCount(0);
});

test("an action has a verdict before it is launched, and none without an audience reached", async ({ page, ask, words }) => {
  const { text, formats } = await words("atelier");
  const workspace = await ask<Workspace>("atelier", "");
  test.skip(hypothesisRead(workspace.hypotheses, "", "2100-01-01")?.audience === "everyone", "the atelier aims at nobody");
  const { channels } = await ask<ChannelsReport>("atelier", "/channels");
  await page.goto("/atelier/audience");
  const plan = block(page, text.audience.plan.title);
  await expect(plan.getByText(text.audience.plan.noVerdict)).toBeVisible();
  for (const channel of [channels[0]!, channels.at(-1)!]) {
    const box = plan.getByRole("checkbox", { name: text.words.channel(channel.channel) }).first();
    await box.check();
    const reach = reachOf([channel], 1_000);
    await expect(plan.getByText(text.audience.plan.verdicts[reach.verdict])).toBeVisible();
    await expect(plan.locator(".counts strong").first()).toHaveText(formats.number(Math.round(reach.inside)));
    await box.uncheck();
  }
});
