import type { Answered, MapPlace, MapReport } from "../../api/model";
import { seriesColour, type Ribbons } from "../../chart/model";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

const movesShown = 12;

/** The names of the business's own classes and relations are its own; those of the product speak the reader's language. */
export const className = (pen: Pen, name: string): string => pen.text.value.map.classes[name] ?? name;
export const relationName = (pen: Pen, name: string): string => pen.text.value.map.relations[name] ?? name;

export function placeName(pen: Pen, place: MapPlace): string {
  const text = pen.text.value.map;
  return place.relation === "" && place.value_class === "" ? text.nowhere : text.place(relationName(pen, place.relation), className(pen, place.value_class));
}

interface Sum {
  people: number;
  minor: number;
}

/** Moves between relations alone: whatever the value, and without who stayed. */
export function relationMoves(report: MapReport): Map<string, Sum & { from: string; to: string }> {
  const sums = new Map<string, Sum & { from: string; to: string }>();
  for (const { from, to, people, now_minor: minor } of report.moves) {
    const key = JSON.stringify([from.relation, to.relation]);
    const sum = sums.get(key) ?? { from: from.relation, to: to.relation, people: 0, minor: 0 };
    sums.set(key, { ...sum, people: sum.people + people, minor: sum.minor + minor });
  }
  return sums;
}

function ribbons(report: MapReport, relations: readonly string[], pen: Pen): Ribbons {
  const text = pen.text.value.map;
  const moves = [...relationMoves(report).values()].filter(({ people }) => people > 0);
  const colour = (relation: string): string => (relation === "" ? "stage-absent" : seriesColour(relations.indexOf(relation)));
  const title = (relation: string): string => (relation === "" ? text.nowhere : relationName(pen, relation));
  const starts = ["", ...relations].filter((relation) => moves.some(({ from }) => from === relation));
  const ends = relations.filter((relation) => moves.some(({ to }) => to === relation));
  const total = (side: "from" | "to", relation: string): number => moves.reduce((sum, move) => sum + (move[side] === relation ? move.people : 0), 0);
  return {
    kind: "ribbons",
    nodes: [
      ...starts.map((relation) => ({ id: `from ${relation}`, label: `${title(relation)} (${pen.formats.number(total("from", relation))})`, depth: 0, colour: colour(relation) })),
      ...ends.map((relation) => ({ id: `to ${relation}`, label: `${title(relation)} (${pen.formats.number(total("to", relation))})`, depth: 1, colour: colour(relation) })),
    ],
    links: moves.map(({ from, to, people }) => ({ source: `from ${from}`, target: `to ${to}`, value: people, label: `${title(from)} → ${title(to)}: ${pen.text.words.people(people)}` })),
  };
}

export function drawMap(report: Answered<MapReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const text = pen.text.value.map;
  if (report.verdict !== "told" || report.now.people === 0) return { sentences: [text.empty], notes: report.warnings, charts: [], tables: [], empty: true };
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency: report.currency });
  const square = (relation: string, level: string) => report.squares.find(({ place }) => place.relation === relation && place.value_class === level);
  const levels = report.classes.map(({ name }) => name);
  const relations = [...report.relations, "none"].filter((relation, index, all) => all.indexOf(relation) === index && report.squares.some(({ place }) => place.relation === relation));
  const ofRelation = (relation: string, when: "before" | "now"): Sum =>
    report.squares.reduce((sum, each) => (each.place.relation === relation ? { people: sum.people + each[when].people, minor: sum.minor + each[when].money_minor } : sum), { people: 0, minor: 0 });
  const strongest = relations.reduce<string>((best, relation) => (ofRelation(relation, "now").minor > ofRelation(best, "now").minor ? relation : best), relations[0] ?? "none");

  const sentences = [text.sentence(report.now.people, report.before.people, report.from_day), text.moves(report.newcomers, report.moved, report.stayed)];
  if (relations.length > 1 && report.now.money_minor > 0) sentences.push(text.strongest(relationName(pen, strongest), formats.percent(ofRelation(strongest, "now").minor / report.now.money_minor)));

  const largest = Math.max(1, ...report.squares.map(({ now }) => now.people));
  const matrix = relations.map((relation): Cell[] => {
    const sum = ofRelation(relation, "now");
    return [
      { text: relationName(pen, relation) },
      ...levels.map((level): Cell => {
        const now = square(relation, level)?.now;
        if (now === undefined || now.people === 0) return { text: "–", raw: 0 };
        return { text: formats.number(now.people), raw: now.people, note: money(now.money_minor), share: now.people / largest, people: { now: { relation, value_class: level }, side } };
      }),
      { text: formats.number(sum.people), raw: sum.people, note: money(sum.minor) },
    ];
  });
  const totalRow: Cell[] = [
    { text: text.total },
    ...levels.map((level): Cell => {
      const people = report.squares.reduce((sum, { place, now }) => sum + (place.value_class === level ? now.people : 0), 0);
      return { text: formats.number(people), raw: people };
    }),
    { text: formats.number(report.now.people), raw: report.now.people, note: money(report.now.money_minor), people: { side } },
  ];
  const moved = report.moves.filter(({ from, to }) => from.relation !== to.relation || from.value_class !== to.value_class).sort((one, other) => other.people - one.people);
  const byMoney = [...relations].sort((one, other) => ofRelation(other, "now").minor - ofRelation(one, "now").minor);
  const limits = report.classes.flatMap(({ name, from_minor: from }) => (from === null ? [] : [text.limits(className(pen, name), money(from))]));
  return {
    sentences,
    notes: [[...(report.by_quantiles ? [text.quantiles] : []), ...limits].join(" "), ...report.warnings],
    charts: [
      {
        label: text.moneyChart,
        height: 5 + byMoney.length * 2.6,
        model: {
          kind: "bars",
          lying: true,
          categories: byMoney.map((relation) => relationName(pen, relation)),
          series: [
            { name: text.then, colour: "stage-prospect", data: byMoney.map((relation) => ({ value: ofRelation(relation, "before").minor })) },
            { name: text.now, colour: "accent", data: byMoney.map((relation) => ({ value: ofRelation(relation, "now").minor })) },
          ],
          format: money,
        },
      },
      ...(relations.length > 1 && report.before.people > 0 ? [{ label: text.movesChart, height: 8 + relations.length * 2.2, model: ribbons(report, relations, pen) }] : []),
    ],
    tables: [
      { caption: text.table, open: true, columns: [{ title: text.relation }, ...levels.map((level) => ({ title: className(pen, level), number: true })), { title: text.total, number: true }], rows: [...matrix, totalRow] },
      {
        caption: text.movesTable,
        open: true,
        head: movesShown,
        columns: [{ title: text.from }, { title: text.to }, { title: pen.text.value.customersWord, number: true }, { title: text.money, number: true }],
        rows: moved.map(({ from, to, people, now_minor: minor }) => [
          { text: placeName(pen, from) },
          { text: placeName(pen, to) },
          { text: formats.number(people), raw: people, ...(people > 0 ? { people: { before: from, now: to, side } } : {}) },
          { text: money(minor), raw: minor },
        ]),
      },
      {
        caption: text.moneyTable,
        columns: [{ title: text.relation }, ...[text.then, text.now].map((title) => ({ title, number: true }))],
        rows: byMoney.map((relation) => [
          { text: relationName(pen, relation) },
          { text: money(ofRelation(relation, "before").minor), raw: ofRelation(relation, "before").minor },
          { text: money(ofRelation(relation, "now").minor), raw: ofRelation(relation, "now").minor },
        ]),
      },
    ],
    empty: false,
  };
}
