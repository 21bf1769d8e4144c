// Bytes of the page's first load, as a browser gets them: index.html, what it names, and the two fonts. Fails past the limit.

import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limit = 250_000;
const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1]);
const fonts = readdirSync(new URL("assets/", dist)).filter((name) => name.endsWith(".woff2")).map((name) => `assets/${name}`);

let total = 0;
for (const name of ["index.html", ...named, ...fonts]) {
  const bytes = readFileSync(new URL(name, dist));
  // Fonts are compressed already and are sent as they are.
  const sent = name.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  total += sent;
  console.log(`${String(sent).padStart(8)}  ${name}`);
}
console.log(`${String(total).padStart(8)}  first load, compressed (limit ${limit})`);
if (total > limit) process.exit(1);
