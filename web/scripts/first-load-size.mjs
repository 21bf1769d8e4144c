// Bytes of the page's first load, as a browser gets them: index.html, what it names, the two fonts, and the code of the
// heaviest screen with all that this needs at once. Charts come after that and are not in it. Fails past the limit.

import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limit = 250_000;
const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1]);
const fonts = readdirSync(new URL("assets/", dist)).filter((name) => name.endsWith(".woff2")).map((name) => `assets/${name}`);

// Fonts are compressed already and are sent as they are.
function sent(name) {
  const bytes = readFileSync(new URL(name, dist));
  return name.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
}

/** A chunk, its style sheet, and every chunk that it imports before it runs. */
function closure(name, known = new Set()) {
  if (known.has(name)) return known;
  known.add(name);
  for (const [, other] of readFileSync(new URL(name, dist), "utf8").matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) closure(`assets/${other}`, known);
  return known;
}

const files = readdirSync(new URL("assets/", dist)).map((name) => `assets/${name}`);
const first = new Set(["index.html", ...named.flatMap((name) => (name.endsWith(".js") ? [...closure(name)] : [name])), ...fonts]);
const sum = (names) => [...names].reduce((total, name) => total + sent(name), 0);
for (const name of first) console.log(`${String(sent(name)).padStart(8)}  ${name}`);

let heaviest = 0;
for (const screen of files.filter((name) => /(?:Page|Screen)-[^/]+\.js$/.test(name))) {
  const stem = screen.replace(/-[^-/]+\.js$/, "-");
  const own = [...closure(screen), ...files.filter((name) => name.endsWith(".css") && name.startsWith(stem))].filter((name) => !first.has(name));
  heaviest = Math.max(heaviest, sum(own));
  console.log(`${String(sum(own)).padStart(8)}  ${screen} and what it imports`);
}
const total = sum(first) + heaviest;
console.log(`${String(total).padStart(8)}  first load, compressed (limit ${limit})`);
if (total > limit) process.exit(1);
