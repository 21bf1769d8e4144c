// Makes the example workspaces in a folder of its own and serves them: node e2e/serve.mjs PORT, with HABITUE_BINARY set.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const binary = process.env.HABITUE_BINARY;
const port = process.argv[2];
if (!binary || !port) {
  console.error("usage: HABITUE_BINARY=… node e2e/serve.mjs PORT");
  process.exit(2);
}

const root = mkdtempSync(join(tmpdir(), "habitue-page-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

const demo = spawnSync(binary, ["demo", "--root", root], { stdio: ["ignore", "inherit", "inherit"] });
if (demo.status !== 0) process.exit(demo.status ?? 1);
for (const [name, business] of [["empty", "Atelier vide"]]) {
  spawnSync(binary, ["init", name, "--business", business, "--currency", "EUR", "--root", root], { stdio: "inherit" });
}

const server = spawn(binary, ["serve", "--root", root, "--listen", `127.0.0.1:${port}`], { stdio: "inherit" });
server.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => server.kill(signal));
