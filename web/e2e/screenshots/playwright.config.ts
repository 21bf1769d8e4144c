import { defineConfig } from "@playwright/test";
import base from "../../playwright.config";

// The pictures of the user guide, in both languages: npm run screenshots, with HABITUE_BINARY or HABITUE_URL as for the tests.
const project = (language: string) => ({
  name: language,
  use: {
    locale: language === "fr" ? "fr-FR" : "en-GB",
    colorScheme: "light" as const,
    viewport: { width: 1200, height: 800 },
    deviceScaleFactor: 1.5,
    launchOptions: {
      ...base.use?.launchOptions,
      args: [...(base.use?.launchOptions?.args ?? []), `--lang=${language === "fr" ? "fr" : "en-GB"}`],
      env: { ...process.env, LANGUAGE: language } as Record<string, string>,
    },
  },
});

export default defineConfig({
  ...base,
  testDir: ".",
  testIgnore: [],
  outputDir: "../../test-results",
  workers: 1,
  timeout: 120_000,
  projects: [project("en"), project("fr")],
  ...(base.webServer === undefined || Array.isArray(base.webServer) ? {} : { webServer: { ...base.webServer, cwd: "../.." } }),
});
