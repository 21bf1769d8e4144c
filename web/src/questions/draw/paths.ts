import type { Answered, PathsReport } from "../../api/model";
import { seriesColour, type Ribbons } from "../../chart/model";
import type { Body } from "../../ask/drawing";
import { textOf } from "../body";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

type Node = PathsReport["edges"][number]["from"];

/** Ribbons thinner than this part of all are noise; the table has them. */
const thinnest = 0.005;
const rowsShown = 10;

export function nodeTitle({ text }: Pen, node: Node, before: boolean): string {
  const words = text.questions.paths;
  if (node.kind === "name") return node.name;
  if (node.kind === "other") return text.ask.other;
  if (node.kind === "cut") return words.cut;
  return node.kind === "start" ? words.begun : before ? words.begun : words.ended;
}

export function drawPaths(report: Answered<PathsReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.questions;
  const text = words.paths;
  const before = report.ask.direction === "before";
  const all = report.steps[0]?.reached[side].people ?? 0;
  const session = report.ask.from === "session";
  const anchor = session ? text.begun : textOf(report.ask.anchor, words.purchase);
  const title = (node: Node): string => (node.kind === "start" ? anchor : nodeTitle(pen, node, before));
  const count = (edge: PathsReport["edges"][number]): number => edge.count[side].people;

  const firsts = report.edges.filter(({ step, from }) => step === 0 && from.kind === "start").sort((one, other) => count(other) - count(one));
  const top = firsts[0];
  const sentences: string[] = [];
  if (top !== undefined && all > 0) {
    const share = formats.percent(count(top) / all);
    if (top.to.kind === "ended") sentences.push(before ? text.startsHere(anchor, share) : text.endsHere(anchor, share));
    else sentences.push(before ? text.before(anchor, title(top.to), share) : text.after(anchor, title(top.to), share));
  }
  const arrow = before ? " ← " : " → ";
  const pathTitle = (names: readonly string[]): string => [anchor, ...names].join(arrow);
  const best = [...report.paths].sort((one, other) => other.count[side].people - one.count[side].people)[0];
  if (best !== undefined && best.count[side].people > 0) sentences.push(text.whole(pathTitle(best.names), best.count[side].people));

  const drawn = report.edges.filter((edge) => edge.to.kind !== "cut" && count(edge) > 0 && count(edge) >= all * thinnest);
  const idOf = (step: number, node: Node): string => `${step} ${node.kind} ${node.name}`;
  const names = [...new Set(drawn.map(({ to }) => title(to)))];
  const nodes = new Map<string, Ribbons["nodes"][number]>();
  const links: Ribbons["links"] = [];
  for (const edge of drawn) {
    const ends: [number, Node][] = [
      [edge.step, edge.from],
      [edge.step + 1, edge.to],
    ];
    for (const [depth, node] of ends) {
      const colour = node.kind === "start" ? "accent" : node.kind === "ended" ? "stage-absent" : seriesColour(1 + names.indexOf(title(node)));
      nodes.set(idOf(depth, node), { id: idOf(depth, node), label: title(node), depth, colour });
    }
    const [source, target] = [idOf(edge.step, edge.from), idOf(edge.step + 1, edge.to)];
    links.push({ source, target, value: count(edge), label: `${title(edge.from)}${arrow}${title(edge.to)}: ${formats.number(count(edge))}` });
  }

  const people = (number: number, cell: Body): Cell => ({ text: formats.number(number), raw: number, ...(number > 0 ? { people: { ...cell, side } } : {}) });
  const share = (number: number): Cell => ({ text: all === 0 ? "–" : formats.percent(number / all), raw: all === 0 ? null : number / all });
  const wholes = report.paths.filter((path) => path.count[side].transitions > 0);
  const others = report.other_paths[side];
  return {
    sentences,
    notes: report.warnings,
    charts: [{ label: text.chart, height: 24, model: { kind: "ribbons", nodes: [...nodes.values()], links } }],
    tables: [
      {
        caption: text.table,
        open: true,
        head: rowsShown,
        columns: [{ title: text.path }, { title: words.people, number: true }, { title: "%", number: true }, { title: text.paths, number: true }],
        rows: [
          ...wholes.map((path): Cell[] => [
            { text: pathTitle(path.names) },
            people(path.count[side].people, { names: path.names }),
            share(path.count[side].people),
            { text: formats.number(path.count[side].transitions), raw: path.count[side].transitions },
          ]),
          ...(others.transitions > 0
            ? [[{ text: text.othersRow(report.different_other_paths) }, people(others.people, {}), share(others.people), { text: formats.number(others.transitions), raw: others.transitions }]]
            : []),
        ],
      },
      {
        caption: text.edges,
        columns: [{ title: text.place, number: true }, { title: text.from }, { title: text.to }, { title: words.people, number: true }, { title: text.paths, number: true }],
        rows: report.edges
          .filter((edge) => count(edge) > 0)
          .map((edge) => [
            { text: formats.number(edge.step + 1), raw: edge.step + 1 },
            { text: title(edge.from) },
            { text: title(edge.to) },
            people(count(edge), { step: edge.step, from: edge.from, to: edge.to }),
            { text: formats.number(edge.count[side].transitions), raw: edge.count[side].transitions },
          ]),
      },
    ],
    empty: all === 0,
  };
}
