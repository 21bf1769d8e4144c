#!/usr/bin/env node
// Writes docs/api.md from src/server/openapi.json, or with --check says whether it is as it would be written.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const target = join(root, "docs", "api.md");
const api = JSON.parse(readFileSync(join(root, "src", "server", "openapi.json"), "utf8"));

/** The name of a schema, or its shape in one line. */
function shape(schema) {
  if (!schema || Object.keys(schema).length === 0) return "any";
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.oneOf) return `${shape(schema.oneOf[0])} or null`;
  if (schema.allOf) return schema.allOf.map(shape).join(" and ");
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(", ");
  const types = [schema.type].flat();
  const nullable = types.includes("null") ? " or null" : "";
  if (types.includes("array")) return `list of ${shape(schema.items)}${nullable}`;
  if (schema.properties) return `{ ${Object.entries(schema.properties).map(([name, inner]) => `${name}: ${shape(inner)}`).join(", ")} }`;
  if (types.includes("object")) return schema.additionalProperties?.type ? `object of ${shape(schema.additionalProperties)}` : "object";
  const kinds = types.filter((type) => type !== "null").join(" or ");
  return (schema.format ?? kinds) + nullable;
}

const parameterOf = (parameter) => (parameter.$ref ? api.components.parameters[parameter.$ref.split("/").pop()] : parameter);
const cell = (text) => String(text ?? "").replaceAll("|", "\\|");

const lines = [
  "# HTTP API",
  "",
  "Written by `tools/docs/api-reference.mjs` from `src/server/openapi.json`, which a running server also gives at",
  "`/api/v1/openapi.json`. The server's tests hold that text to be true.",
  "",
  api.info.description,
  "",
  "Errors are problem details (RFC 9457): `type`, `title`, `status`, and a `detail` that says what is wrong, where, and how",
  "to mend it. A key goes in `Authorization: Bearer KEY`; make one with `habitue key create`. While the server listens on",
  "loopback only, requests from this machine need no key to read; those that change something need the header `X-Habitue: 1`.",
  "",
];
for (const tag of api.tags) {
  lines.push(`## ${tag.description}`, "");
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods)) {
      if (!operation.tags.includes(tag.name)) continue;
      lines.push(`### ${method.toUpperCase()} ${path}`, "", `${operation.summary}. ${operation.description ?? "Open to all."}`, "");
      const parameters = (operation.parameters ?? []).map(parameterOf);
      if (parameters.length > 0) {
        lines.push("| parameter | in | what it says |", "| --- | --- | --- |");
        for (const parameter of parameters)
          lines.push(`| \`${parameter.name}\` | ${parameter.in} | ${cell(parameter.description)} ${parameter.schema?.enum ? cell(shape(parameter.schema)) : ""} |`);
        lines.push("");
      }
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
        lines.push(`Body: ${shape(schema)}${type === "application/json" ? "" : ` as \`${type}\``}`, "");
      for (const [status, response] of Object.entries(operation.responses)) {
        if (status === "default") continue;
        const content = Object.entries(response.content ?? {}).map(([type, { schema }]) => `${shape(schema)} as \`${type}\``);
        lines.push(`Answers ${status}: ${content.join(", or ")}`, "");
      }
    }
}
lines.push("## Shapes", "");
for (const [name, schema] of Object.entries(api.components.schemas)) {
  lines.push(`### ${name}`, "");
  if (schema.description) lines.push(schema.description, "");
  for (const part of schema.allOf ?? [schema]) {
    if (part.$ref) {
      lines.push(`All of ${shape(part)}, and:`, "");
      continue;
    }
    lines.push("| field | holds |", "| --- | --- |");
    for (const [field, inner] of Object.entries(part.properties ?? {}))
      lines.push(`| \`${field}\`${part.required?.includes(field) ? "" : " (may be absent)"} | ${cell(inner.description ? `${shape(inner)}: ${inner.description}` : shape(inner))} |`);
    lines.push("");
  }
}
const text = `${lines.map((line) => line.trimEnd()).join("\n").trimEnd()}\n`;

if (process.argv.includes("--check")) {
  let present = "";
  try {
    present = readFileSync(target, "utf8");
  } catch {
    // Said below.
  }
  if (present !== text) {
    console.error("docs/api.md is not what src/server/openapi.json gives: run node tools/docs/api-reference.mjs");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
