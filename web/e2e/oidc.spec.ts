// Signing in with a real OpenID Connect provider, in the browser: out of the page, in there, and back.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Provider from "oidc-provider";
import { makeTexts } from "../src/text/catalogue";
import { makeFormats } from "../src/text/formats";
import { expect, expectSound, test } from "./page";

const binary = process.env.HABITUE_BINARY;

let root = "";
let server: ChildProcess | undefined;
let provider: Server | undefined;
let address = "";

const freePort = (): Promise<number> =>
  new Promise((give) => {
    const once = createServer().listen(0, "127.0.0.1", () => {
      const { port } = once.address() as AddressInfo;
      once.close(() => give(port));
    });
  });

test.skip(binary === undefined, "needs a server of its own");

test.beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "habitue-oidc-"));
  address = `http://127.0.0.1:${await freePort()}`;
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const oidc = new Provider(issuer, {
    clients: [{ client_id: "habitue", client_secret: "a secret of the test & more", redirect_uris: [`${address}/api/v1/session/provider/return`] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => Promise.resolve({ sub: id, email: `${id}@example.com`, email_verified: id !== "mallory" }) }),
    pkce: { required: () => true, methods: ["S256"] },
    cookies: { keys: ["of the test"] },
  });
  provider = oidc.listen(Number(new URL(issuer).port), "127.0.0.1");

  spawnSync(binary!, ["init", "acme", "--business", "Acme", "--currency", "EUR", "--root", root]);
  for (const [email, role] of [["ann@example.com", "owner"], ["mallory@example.com", "reader"]]) {
    spawnSync(binary!, ["team", "add", email!, "--role", role!, "--root", root]);
  }
  writeFileSync(join(root, "secret"), "a secret of the test & more\n", { mode: 0o600 });
  const options = ["--oidc-issuer", issuer, "--oidc-client", "habitue", "--oidc-secret-file", join(root, "secret"), "--oidc-name", "Example", "--public-url", address];
  server = spawn(binary!, ["serve", "--root", root, "--listen", new URL(address).host, "--require-key", ...options], { stdio: "ignore" });
  await expect.poll(async () => (await fetch(`${address}/api/v1/health`).catch(() => undefined))?.status, { timeout: 30_000 }).toBe(200);
});

test.afterAll(async () => {
  const gone = new Promise((done) => server?.once("exit", done) ?? done(undefined));
  server?.kill("SIGTERM");
  provider?.closeAllConnections();
  provider?.close();
  await gone;
  rmSync(root, { recursive: true, force: true });
});

test("who is of the team comes in by the provider, and nobody else does", async ({ page, language, quiet, browser }) => {
  // Neither of the two servers is the one that the other tests ask, and the provider's own form asks others for its fonts.
  quiet.allowErrors.push(/asks a foreign host: http:\/\/127\.0\.0\.1/, /asks a foreign host: https:\/\/fonts\./, /NAME_NOT_RESOLVED/, /40[01349]/);
  const text = makeTexts(makeFormats(language, "UTC"));
  const { signIn } = text.shell;

  const as = async (who: typeof page, name: string): Promise<void> => {
    await who.goto(`${address}/`);
    await who.getByRole("link", { name: signIn.byProvider("Example") }).click();
    await who.locator("input[name=login]").fill(name);
    await who.locator("input[name=password]").fill("anything");
    await who.locator("button[type=submit]").click();
    await who.locator("button[type=submit]").click(); // Consent.
  };
  await page.goto(`${address}/`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(signIn.title);
  await expectSound(page);
  await as(page, "ann");
  await page.waitForURL(/\/acme\//);
  await page.goto(`${address}/acme/settings`);
  await expect(page.getByText(text.settings.youAre("ann@example.com", text.settings.roles.owner))).toBeVisible();

  for (const [name, told] of [["eve", signIn.unknownAddress("Example")], ["mallory", signIn.providerRefused("Example")]] as const) {
    const context = await browser.newContext({ locale: language });
    const other = await context.newPage();
    await as(other, name);
    await expect(other.getByRole("alert").first()).toHaveText(told);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText(signIn.title);
    await context.close();
  }
});
