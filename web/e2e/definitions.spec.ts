// Definitions changed by the page: seen before they are saved, refused with their place, and never over somebody else's.

import type { Config, PreviewReport } from "../src/api/model";
import { block, expect, expectSound, test } from "./page";

const config = "/api/v1/workspaces/shop/config";
const headers = { "X-Habitue": "1" };

test("a definition is changed only once its effect was looked at", async ({ page, request, words, language }) => {
  const { text, formats } = await words("shop");
  const written = text.settings.definitions;
  const before = (await (await request.get(config)).json()) as Config;
  await page.goto("/shop/settings");
  const definitions = block(page, written.title);
  const field = definitions.getByRole("textbox", { name: written.fields.at_risk_days!, exact: true });
  await expect(field).toHaveValue(/^\d+$/);
  const save = definitions.getByRole("button", { name: written.save, exact: true });
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await field.fill("41");
  await expect(definitions.getByText(written.notSeen)).toBeVisible();
  await definitions.getByRole("button", { name: written.preview }).click();

  const toml = await definitions.locator(".whole-text").inputValue();
  expect(toml).toContain("at_risk_days = 41");
  const answer = await request.post(`${config}/preview?as_of=2011-12-09`, { data: { toml }, headers });
  const preview = (await answer.json()) as PreviewReport;
  await expect(definitions.getByText(language === "fr" ? preview.sentence_fr : preview.sentence_en)).toBeVisible();
  await expect(save).toHaveAttribute("aria-disabled", "false");
  const moves = preview.matrices.find(({ what }) => what === "stage")!.moves.filter(({ from, to }) => from !== to);
  const largest = moves.sort((one, other) => other.people - one.people)[0]!;
  const [from, to] = [text.words.stages[largest.from]!, text.words.stages[largest.to]!];
  await definitions.getByRole("button", { name: written.open(largest.people, from, to) }).click();
  await expect(definitions.getByText(text.ask.behindSentence(largest.people, written.move(from, to)))).toBeVisible();
  await expectSound(page);

  // What was not saved has changed nothing.
  await definitions.getByRole("button", { name: written.discard }).click();
  await expect(field).not.toHaveValue("41");
  expect(((await (await request.get(config)).json()) as Config).config_version).toBe(before.config_version);
  expect(formats.number(largest.people)).not.toBe("0");
});

test("a wrong text is refused with its line, and somebody else's change is told", async ({ page, words, quiet }) => {
  quiet.allowErrors.push(/400|412/);
  const { text } = await words("shop");
  const written = text.settings.definitions;
  await page.goto("/shop/settings");
  const definitions = block(page, written.title);
  await definitions.getByText(written.whole, { exact: true }).click();
  const whole = definitions.getByRole("textbox", { name: written.file });
  const toml = await whole.inputValue();
  await whole.fill(`${toml}\n[marjin]\nshare = 2\n`);
  await definitions.getByRole("button", { name: written.preview }).click();
  await expect(definitions.getByText(written.refused)).toBeVisible();
  await expect(definitions.locator("pre").filter({ hasText: "marjin" })).toBeVisible();
  await expect(definitions.getByRole("button", { name: written.save, exact: true })).toHaveAttribute("aria-disabled", "true");

  // The server says that the text is another by now.
  await page.route("**/config", (route) => (route.request().method() === "PUT" ? route.fulfill({ status: 412, contentType: "application/problem+json", body: JSON.stringify({ status: 412, detail: "another" }) }) : route.continue()));
  await whole.fill(`${toml}\n# a word\n`);
  await definitions.getByRole("button", { name: written.preview }).click();
  await expect(definitions.getByText(written.seen)).toBeVisible();
  await definitions.getByRole("button", { name: written.save, exact: true }).click();
  await expect(definitions.getByText(written.stale)).toBeVisible();
  await expect(whole).toHaveValue(/# a word/);
});

test("who may not change them reads them", async ({ page, words }) => {
  const { text } = await words("shop");
  const written = text.settings.definitions;
  await page.route("**/api/v1/session", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), scopes: ["read"] } });
  });
  await page.goto("/shop/settings");
  const definitions = block(page, written.title);
  await expect(definitions.getByText(written.readOnly)).toBeVisible();
  await expect(definitions.getByRole("textbox", { name: written.fields.name!, exact: true })).toHaveAttribute("readonly", "");
  await expect(definitions.getByRole("button", { name: written.save, exact: true })).toHaveCount(0);
});
