// Signing in with a real server that asks everybody who they are: the first invitation from its own machine, then all by the page.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTexts } from "../src/text/catalogue";
import { makeFormats } from "../src/text/formats";
import { block, expect, expectSound, test } from "./page";

const binary = process.env.HABITUE_BINARY;
const password = "a quiet winter morning";

let root = "";
let server: ChildProcess | undefined;
let address = "";
let code = "";

test.skip(binary === undefined, "needs a server of its own");

test.beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "habitue-team-"));
  spawnSync(binary!, ["init", "acme", "--business", "Acme", "--currency", "EUR", "--root", root]);
  code = spawnSync(binary!, ["team", "add", "ann@example.com", "--role", "owner", "--root", root], { encoding: "utf8" }).stdout.trim();
  server = spawn(binary!, ["serve", "--root", root, "--listen", "127.0.0.1:0", "--require-key"], { stdio: "ignore" });
  // It writes where it listens.
  const where = join(root, "server.address");
  await expect.poll(() => existsSync(where), { timeout: 30_000 }).toBe(true);
  address = `http://${readFileSync(where, "utf8").trim()}`;
  await expect.poll(async () => (await fetch(`${address}/api/v1/health`).catch(() => undefined))?.status, { timeout: 30_000 }).toBe(200);
});

test.afterAll(async () => {
  const gone = new Promise((done) => server?.once("exit", done) ?? done(undefined));
  server?.kill("SIGTERM");
  await gone;
  rmSync(root, { recursive: true, force: true });
});

test("somebody invited joins, invites another, and each may what their role may", async ({ page, language, quiet, browser, viewport }) => {
  // This server is not the one that the other tests ask.
  quiet.allowErrors.push(/asks a foreign host: http:\/\/127\.0\.0\.1/, /40[0139]/);
  const text = makeTexts(makeFormats(language, "UTC"));
  await page.goto(`${address}/`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text.shell.signIn.title);
  await expectSound(page);
  await page.getByRole("link", { name: text.shell.signIn.join }).click();
  await page.getByLabel(text.shell.join.code).fill(code);
  await page.getByLabel(text.shell.join.name).fill("Ann");
  await page.getByLabel(text.shell.join.password).fill("short");
  await page.getByRole("button", { name: text.shell.join.submit }).click();
  await expect(page.getByRole("alert")).toHaveText(text.shell.join.short);
  await expectSound(page);
  await page.getByLabel(text.shell.join.password).fill(password);
  await page.getByRole("button", { name: text.shell.join.submit }).click();

  await page.waitForURL(/\/acme\//);
  await page.goto(`${address}/acme/settings`);
  await expect(page.getByText(text.settings.youAre("Ann", text.settings.roles.owner))).toBeVisible();
  const team = block(page, text.settings.team.title);
  await team.getByLabel(text.shell.signIn.email).fill("bob@example.com");
  await team.getByRole("button", { name: text.settings.team.invite, exact: true }).click();
  await expect(team.getByText(text.settings.team.handover("bob@example.com"))).toBeVisible();
  const link = (await team.locator(".command code").textContent()) ?? "";
  await expect(team.getByRole("row")).toHaveCount(3);
  await expectSound(page);
  // The last owner stays one.
  await team.getByLabel(text.settings.team.roleOf("ann@example.com")).selectOption("reader");
  await expect(team.getByRole("alert").first()).toHaveText(text.settings.team.lastOwner);

  const other = await browser.newContext({ locale: language, viewport });
  const bob = await other.newPage();
  await bob.goto(link);
  await expect(bob.getByLabel(text.shell.join.code)).not.toHaveValue("");
  await bob.getByLabel(text.shell.join.password).fill(password);
  await bob.getByRole("button", { name: text.shell.join.submit }).click();
  await bob.waitForURL(/\/acme\//);
  await bob.goto(`${address}/acme/settings`);
  await expect(bob.getByText(text.settings.youAre("bob@example.com", text.settings.roles.reader))).toBeVisible();
  await expect(block(bob, text.settings.team.title)).toHaveCount(0);
  await expect(block(bob, text.settings.password.title)).toBeVisible();

  // Out and in again, first with a wrong password.
  await bob.getByRole("button", { name: text.shell.signIn.leave }).click();
  await expect(bob.getByRole("heading", { level: 1 })).toHaveText(text.shell.signIn.title);
  await bob.getByLabel(text.shell.signIn.email).fill("bob@example.com");
  await bob.getByLabel(text.shell.signIn.password).fill("not this one at all");
  await bob.getByRole("button", { name: text.shell.signIn.submit }).first().click();
  await expect(bob.getByRole("alert").first()).toHaveText(text.shell.signIn.wrong);
  await bob.getByLabel(text.shell.signIn.password).fill(password);
  await bob.keyboard.press("Enter");
  await expect(bob.getByText(text.settings.youAre("bob@example.com", text.settings.roles.reader))).toBeVisible();

  // Taken out, the next thing that Bob asks is refused.
  await team.getByRole("button", { name: `${text.settings.team.remove} bob@example.com` }).click();
  await page.getByRole("dialog").getByRole("button", { name: text.settings.team.remove }).click();
  await expect(team.getByRole("row")).toHaveCount(2);
  await bob.reload();
  await expect(bob.getByRole("heading", { level: 1 })).toHaveText(text.shell.signIn.title);
  await other.close();
});
