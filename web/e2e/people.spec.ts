import { readFileSync } from "node:fs";
import type { PeopleReport, Person, Timeline } from "../src/api/model";
import { block, expect, test } from "./page";

test("criteria are counted while typed, applied by Enter, and kept in the address", async ({ page, ask, words }) => {
  const { text } = await words("shop");
  const filter = "role = client and count(Order Completed) >= 2";
  const people = await ask<PeopleReport>("shop", "/people", {}, { filter });
  await page.goto("/shop/people");
  const box = page.getByRole("textbox", { name: text.people.criteria, exact: true });
  await box.fill(filter);
  await expect(page.getByText(text.people.counts(people.matched, people.unknown), { exact: true })).toBeVisible();
  await box.press("Enter");
  await expect(page.getByText(text.people.sentence(people.matched))).toBeVisible();
  expect(new URL(page.url()).searchParams.get("filter")).toBe(filter);
  await page.getByRole("button", { name: text.people.clear }).click();
  await expect(page.getByText(text.people.sentenceAll((await ask<PeopleReport>("shop", "/people")).matched))).toBeVisible();
});

test("a wrong word is pointed at, and the list waits for a right one", async ({ page, words, quiet }) => {
  quiet.allowErrors.push(/400/);
  const { text } = await words("shop");
  await page.goto("/shop/people");
  const box = page.getByRole("textbox", { name: text.people.criteria, exact: true });
  await box.fill("role = client and stge = new");
  await expect(page.getByText(text.people.errorAt(1, 19))).toBeVisible();
  await expect(page.locator(".caret")).toHaveText(`${" ".repeat(18)}^^^^`, { useInnerText: false });
  await expect(box).toHaveAttribute("aria-invalid", "true");
  await box.press("Enter");
  expect(new URL(page.url()).searchParams.get("filter")).toBeNull();
  await page.goto("/shop/people?filter=stge");
  await expect(page.getByText(text.people.mendCriteria)).toBeVisible();
});

test("a quick filter writes the criteria it stands for", async ({ page, ask, words }) => {
  const { text } = await words("shop");
  await page.goto("/shop/people");
  await page.getByRole("combobox", { name: text.people.stage, exact: true }).selectOption("dormant");
  await page.getByRole("combobox", { name: text.people.role, exact: true }).selectOption("client");
  const filter = "role = client and stage = dormant";
  await expect(page.getByRole("textbox", { name: text.people.criteria, exact: true })).toHaveValue(filter);
  const people = await ask<PeopleReport>("shop", "/people", {}, { filter });
  await expect(page.getByText(text.people.sentence(people.matched))).toBeVisible();
});

test("search finds a person by identifier", async ({ page, ask, words }) => {
  const { text } = await words("shop");
  const someone = (await ask<PeopleReport>("shop", "/people", {}, { offset: 60, limit: 1 })).people[0]!;
  const wanted = someone.identifiers[0]!.value;
  await page.goto("/shop/people");
  await page.getByRole("searchbox", { name: text.people.search, exact: true }).fill(wanted);
  await expect(page.locator(`a[href*="${someone.key}"]`)).toBeVisible();
  expect(new URL(page.url()).searchParams.get("search")).toBe(wanted);
});

test("the list turns its pages and orders by money", async ({ page, ask, words }) => {
  const { text, formats } = await words("shop");
  const second = await ask<PeopleReport>("shop", "/people", {}, { order: "money", offset: 50, limit: 50 });
  await page.goto("/shop/people");
  await page.getByRole("combobox", { name: text.people.order, exact: true }).selectOption("money");
  await page.getByRole("button", { name: text.people.next }).click();
  await expect(page).toHaveURL(/order=money&offset=50/);
  await expect(page.getByText(text.people.range(51, 50 + second.people.length, second.matched))).toBeVisible();
  await expect(page.getByRole("row").nth(1)).toContainText(formats.balances(second.people[0]!.balances));
});

test("the export holds everyone who matches, not only the page", async ({ page, ask, words, isMobile }) => {
  test.skip(isMobile, "once is enough");
  const { text } = await words("shop");
  const { matched } = await ask<PeopleReport>("shop", "/people", {}, { filter: "role = client" });
  await page.goto("/shop/people?filter=role+%3D+client");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: text.people.export }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("shop-people.csv");
  const lines = readFileSync(await file.path(), "utf8").trim().split("\n");
  expect(lines.length).toBe(matched + 1);
  expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(matched + 1);
});

test("a person's role, stage and audience come with their reasons and payments", async ({ page, ask, words, language }) => {
  const { text, formats } = await words("shop");
  const row = (await ask<PeopleReport>("shop", "/people", {}, { order: "money", limit: 1 })).people[0]!;
  const person = await ask<Person>("shop", `/people/${row.key}`);
  await page.goto(`/shop/people/${row.key}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(person.name);
  const role = block(page, text.words.titled(text.person.role.title, text.words.roles[person.roles[0]!.role]));
  // In the reader's language, whatever the business's.
  expect(person.roles[0]!.reason).toMatch(language === "fr" ? /^Client.: censé payer/ : /^Client: supposed to pay/);
  await expect(role.getByText(person.roles[0]!.reason)).toBeVisible();
  const movements = person.roles[0]!.movements;
  if (movements.length > 6) await role.getByText(text.person.role.movements(movements.length)).first().click();
  await expect(role.locator("tbody tr")).toHaveCount(movements.length);
  await expect(role.locator("tbody tr").first()).toContainText(formats.shortDayOf(movements[0]!.at));
  await expect(page.getByText(person.stage.reason)).toBeVisible();
});

test("the timeline shows its oldest event in the end, and unfolds its properties", async ({ page, ask, words }) => {
  const { text } = await words("shop");
  const row = (await ask<PeopleReport>("shop", "/people", {}, { order: "purchases", limit: 1 })).people[0]!;
  const timeline = await ask<Timeline>("shop", `/people/${row.key}/timeline`, {}, { limit: 50 });
  await page.goto(`/shop/people/${row.key}`);
  const list = block(page, text.person.timeline.title);
  await expect(list.locator(".event")).toHaveCount(Math.min(50, timeline.total));
  await list.locator(".event summary").first().click();
  await expect(list.locator(".event-details").first()).toContainText(text.person.timeline.received(timeline.events[0]!.received_at));
  await expect(list.locator(".event-details").first()).toBeVisible();
  if (timeline.total > 50) {
    await list.getByRole("button", { name: text.person.timeline.more }).click();
    await expect(list.locator(".event")).toHaveCount(Math.min(100, timeline.total));
  }
});

// One person for all: severing changes the workspace, so the tests of this take turns.
test("two identifiers can be told apart and joined again", async ({ page, ask, words, viewport, language }) => {
  test.skip(viewport!.width < 600 || language === "fr", "changes the workspace: once is enough");
  const { text } = await words("atelier");
  const { people } = await ask<PeopleReport>("atelier", "/people", {}, { limit: 30 });
  let found: Person | undefined;
  for (const { key } of people) {
    const person = await ask<Person>("atelier", `/people/${key}`);
    if (person.links.some(({ active }) => active)) found = person;
    if (found) break;
  }
  test.skip(found === undefined, "nobody has two identifiers");
  const link = found!.links.find(({ active }) => active)!;
  const { severLabel, restoreLabel, severDone, restoreDone } = text.person.identity;
  await page.goto(`/atelier/people/${found!.key}`);
  await page.getByRole("button", { name: severLabel(link.left.value, link.right.value) }).first().click();
  await expect(page.getByText(severDone)).toBeVisible();
  await page.getByRole("button", { name: text.person.identity.undo }).click();
  await expect(page.getByText(restoreDone)).toBeVisible();
  await expect(page.getByRole("button", { name: severLabel(link.left.value, link.right.value) }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: restoreLabel(link.left.value, link.right.value) })).toHaveCount(0);
});

test("a person whom nobody knows is said to be unknown", async ({ page, words, quiet }) => {
  quiet.allowErrors.push(/404/);
  const { text } = await words("shop");
  await page.goto("/shop/people/00000000000000ff");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.person.gone);
});
