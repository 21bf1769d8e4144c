// What the tests share: the reader's language, the API's answers, and the few ways in which a phone differs from a desk.

import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type APIRequestContext, type Page } from "@playwright/test";
import type { Workspace } from "../src/api/model";
import { makeTexts, type Texts } from "../src/text/catalogue";
import { makeFormats, type Formats, type Language } from "../src/text/formats";
import { lensParameters, readingDay, wideOpen, type Lens } from "../src/lens/lens";

interface Fixtures {
  language: Language;
  /** Asks the API what the page asks, through a lens. */
  ask: <T>(workspace: string, path: string, lens?: Partial<Lens>, extra?: Record<string, string | number>) => Promise<T>;
  words: (workspace: string) => Promise<{ text: Texts; formats: Formats }>;
  /** Fails the test when the page logs an error, breaks, or asks anything of another host. */
  quiet: { allowErrors: RegExp[] };
}

async function workspaceOf(request: APIRequestContext, id: string): Promise<Workspace> {
  const answer = await request.get(`/api/v1/workspaces/${id}`);
  expect(answer.ok(), `workspace ${id}`).toBe(true);
  return (await answer.json()) as Workspace;
}

export const test = base.extend<Fixtures>({
  language: async ({ locale }, give) => give(locale?.startsWith("fr") ? "fr" : "en"),
  ask: async ({ request, language }, give) => {
    await give(async <T>(id: string, path: string, change: Partial<Lens> = {}, extra: Record<string, string | number> = {}) => {
      const lens = { ...wideOpen, ...change };
      const parameters: Record<string, string | number | undefined> = { ...lensParameters(lens, readingDay(lens, await workspaceOf(request, id), new Date())), lang: language, ...extra };
      const known = Object.entries(parameters).filter((pair): pair is [string, string | number] => pair[1] !== undefined && pair[1] !== "");
      const answer = await request.get(`/api/v1/workspaces/${id}${path}`, { params: Object.fromEntries(known) });
      expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
      return (await answer.json()) as T;
    });
  },
  words: async ({ request, language }, give) => {
    await give(async (id) => {
      const formats = makeFormats(language, (await workspaceOf(request, id)).zone);
      return { formats, text: makeTexts(formats) };
    });
  },
  quiet: [
    async ({ page, baseURL }, give) => {
      const allowed = { allowErrors: [] as RegExp[] };
      const wrong: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") wrong.push(message.text());
      });
      page.on("pageerror", (error) => wrong.push(error.message));
      page.on("request", (request) => {
        const url = new URL(request.url());
        if (url.protocol !== "data:" && url.protocol !== "blob:" && url.origin !== baseURL) wrong.push(`asks a foreign host: ${request.url()}`);
      });
      await give(allowed);
      expect(wrong.filter((line) => !allowed.allowErrors.some((pattern) => pattern.test(line)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** On a phone the lens is folded away behind its sentence. */
export async function openLens(page: Page, text: Texts): Promise<void> {
  const edit = page.getByRole("button", { name: text.shell.lens.edit, exact: true });
  if (await edit.isVisible()) await edit.click();
}

/** A block of a screen, by the question that heads it. */
export const block = (page: Page, title: string) => page.getByRole("region", { name: title, exact: true });

/** Nothing is still coming, nothing overflows, and axe finds nothing. */
export async function expectSound(page: Page): Promise<void> {
  await expect(page.locator(".waiting, .skeleton")).toHaveCount(0);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, "the page scrolls sideways").toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
}
