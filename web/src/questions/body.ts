// The body of a question: what it begins with, what of it is asked, and how the API and the terminal want it.

import type { Parameters } from "../api/client";
import type { Lens } from "../lens/lens";
import type { Asked, Body, Kind } from "./address";

export const textOf = (value: unknown, otherwise = ""): string => (typeof value === "string" ? value : otherwise);
export const numberOf = (value: unknown, otherwise: number): number => (typeof value === "number" && Number.isFinite(value) ? value : otherwise);
export const objectOf = (value: unknown): Body | null => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : null);
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export interface Step {
  event: string;
  optional: boolean;
}

/** The steps of a funnel as the form shows them. A condition that is no text is shown as the JSON it is. */
export function stepsOf(body: Body): Step[] {
  return listOf(body.steps).map((step) => {
    const fields = objectOf(step) ?? {};
    return { event: typeof fields.event === "object" && fields.event !== null ? JSON.stringify(fields.event) : textOf(fields.event), optional: fields.optional === true };
  });
}

/** The body with other values; `undefined` takes a field out, so that the address says no more than it must. */
export function changed(body: Body, change: Body): Body {
  return Object.fromEntries(Object.entries({ ...body, ...change }).filter(([, value]) => value !== undefined));
}

/** What a question begins with when somebody opens it for the first time. */
export function firstBody(kind: Kind, model: "purchases" | "subscription"): Body {
  switch (kind) {
    case "funnel":
      return { steps: [{ event: "" }, { event: "" }] };
    case "retention":
      return { unit: "month" };
    case "growth":
      return { bucket: "month" };
    case "paths":
      return { direction: "after" };
    case "attribution":
      return { models: ["first", "last", "linear"] };
    case "contrast":
      return model === "subscription" ? {} : { birth: "first_of", within: "180 d" };
  }
}

/** The part of a body that can be asked: steps without an event are not said yet. Null when nothing can be. */
export function askable(kind: Kind, body: Body): Body | null {
  if (kind !== "funnel") return body;
  const steps = listOf(body.steps).filter((step) => textOf(objectOf(step)?.event) !== "" || objectOf(objectOf(step)?.event) !== null);
  return steps.length === 0 ? null : { ...body, steps };
}

/** Growth is asked by the address of a GET; the people behind it by a body. */
export function growthParameters(body: Body): Parameters {
  const breakdown = objectOf(body.breakdown);
  return {
    bucket: textOf(body.bucket) || undefined,
    events: listOf(body.events).join(",") || undefined,
    birth: textOf(body.birth) || undefined,
    by: breakdown === null ? undefined : `${textOf(breakdown.of)}:${textOf(breakdown.name)}`,
  };
}

/** The body of growth from the parameters of a saved question. */
export function growthBody(parameters: Body): Body {
  const [of, ...name] = textOf(parameters.by).split(":");
  return changed(
    {},
    {
      bucket: textOf(parameters.bucket) || undefined,
      events: Array.isArray(parameters.events) ? parameters.events : textOf(parameters.events) === "" ? undefined : textOf(parameters.events).split(","),
      birth: textOf(parameters.birth) || undefined,
      breakdown: name.length === 0 ? undefined : { of, name: name.join(":") },
    },
  );
}

const shellQuoted = (text: string): string => (/^[\w./:=-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);

function flags(lens: Lens, day: string | undefined, filter: string): string[] {
  const pairs: [string, string][] = [["--as-of", day ?? ""], ["--from", lens.from], ["--to", lens.to], ["--hypothesis", lens.hypothesis], ["--audience", lens.audience === "all" ? "" : lens.audience], ["--filter", filter]];
  return pairs.filter(([, value]) => value !== "").flatMap(([flag, value]) => [flag, shellQuoted(value)]);
}

/** The same question for a terminal on the server's machine. */
export function asCommand(workspace: string, asked: Asked, lens: Lens, day: string | undefined): string {
  const own =
    asked.kind === "growth"
      ? Object.entries(growthParameters(asked.body)).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, shellQuoted(String(value))]))
      : ["--question", shellQuoted(JSON.stringify(askable(asked.kind, asked.body) ?? asked.body))];
  return ["habitue", "ask", asked.kind, "-w", shellQuoted(workspace), ...own, ...flags(lens, day, asked.filter)].join(" ");
}

/** The same question by HTTP. */
export function asRequest(origin: string, path: string, asked: Asked, parameters: Parameters): string {
  const query = new URLSearchParams(Object.entries(parameters).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]))).toString();
  const address = shellQuoted(`${origin}${path}${query === "" ? "" : `?${query}`}`);
  return asked.kind === "growth" ? `curl ${address}` : `curl ${address} -H 'X-Habitue: 1' -d ${shellQuoted(JSON.stringify(askable(asked.kind, asked.body) ?? asked.body))}`;
}
