import { defineConfig } from "@playwright/test";

// With HABITUE_BINARY the tests start a server of their own on the example workspaces; with HABITUE_FAKE=1 they look at the
// invented company; with neither at the server at HABITUE_URL.
const ownServer = process.env.HABITUE_BINARY !== undefined;
const fake = !ownServer && process.env.HABITUE_FAKE === "1";
const port = process.env.HABITUE_E2E_PORT ?? "4180";
const own = `http://127.0.0.1:${port}`;
const baseURL = ownServer || fake ? own : (process.env.HABITUE_URL ?? "http://127.0.0.1:8080");

const chromium = {
  executablePath: process.env.HABITUE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
};
const desk = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };

export default defineConfig({
  testDir: "e2e",
  testIgnore: "screenshots/**",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { baseURL, browserName: "chromium", launchOptions: chromium, trace: "retain-on-failure", acceptDownloads: true },
  projects: [
    { name: "desk, English, light", use: { viewport: desk, locale: "en-GB", colorScheme: "light" } },
    { name: "desk, French, dark", use: { viewport: desk, locale: "fr-FR", colorScheme: "dark" } },
    { name: "phone, French, light", use: { viewport: phone, locale: "fr-FR", colorScheme: "light", hasTouch: true } },
    { name: "phone, English, dark", use: { viewport: phone, locale: "en-GB", colorScheme: "dark", hasTouch: true } },
  ],
  ...(ownServer || fake
    ? {
        webServer: {
          command: fake ? `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort` : `node e2e/serve.mjs ${port}`,
          url: fake ? `${own}/` : `${own}/api/v1/health`,
          timeout: 300_000,
          reuseExistingServer: false,
          gracefulShutdown: { signal: "SIGTERM" as const, timeout: 10_000 },
        },
      }
    : {}),
});
