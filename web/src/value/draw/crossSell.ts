import type { Answered, CrossSellReport } from "../../api/model";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

const drawn = 10;
const shown = 12;

type Pair = CrossSellReport["pairs"][number];

const nameOf = ({ id, name }: { id: string; name: string }): string => (name === "" ? id : name);

export function drawCrossSell(report: Answered<CrossSellReport>, pen: Pen): Drawing {
  const { formats } = pen;
  const text = pen.text.value.crossSell;
  const { check, pairs } = report;
  const best = pairs[0];
  const sentences = best === undefined ? [text.none] : [text.sentence(nameOf(best.first), nameOf(best.then), formats.decimal(best.lift)), text.found(report.pairs_found, report.tests)];
  if (check.verdict === "not_possible") sentences.push(text.cannotCheck);
  else if (check.verdict === "passed") sentences.push(text.beats(formats.percent(check.recommended), formats.percent(check.popular), formats.signedPoints(check.difference_low), formats.signedPoints(check.difference_high)));
  else sentences.push(text.beatsNot(formats.percent(check.recommended), formats.percent(check.popular)));

  const days = (count: number): string => pen.text.words.days(Math.round(count));
  const percent = (value: number): Cell => ({ text: formats.percent(value), raw: value });
  const times = (value: number): Cell => ({ text: formats.decimal(value), raw: value });
  const row = (pair: Pair): Cell[] => {
    const cell = { first: pair.first.id, then: pair.then.id };
    return [
      { text: nameOf(pair.first), raw: pair.first.id },
      { text: nameOf(pair.then), raw: pair.then.id },
      { text: formats.number(pair.customers), raw: pair.customers, people: { ...cell, who: "followed" } },
      { text: formats.number(pair.not_yet), raw: pair.not_yet, ...(pair.not_yet > 0 ? { people: { ...cell, who: "not_yet" } } : {}) },
      times(pair.lift),
      percent(pair.support),
      percent(pair.confidence),
      { text: days(pair.delay_median_days), raw: pair.delay_median_days, note: text.delayRange(days(pair.delay_p25_days), days(pair.delay_p75_days)) },
    ];
  };
  const strongest = pairs.slice(0, drawn);
  const tables: Drawing["tables"] = [];
  if (pairs.length > 0) {
    tables.push({
      caption: text.table,
      open: true,
      head: shown,
      columns: [{ title: text.first }, { title: text.then }, ...[text.customers, text.notYet, text.lift, text.support, text.confidence, text.delay].map((title) => ({ title, number: true }))],
      rows: pairs.map(row),
    });
  }
  if (report.basket_pairs.length > 0) {
    tables.push({
      caption: text.basketTable,
      columns: [{ title: text.first }, { title: text.then }, ...[text.baskets, text.lift, text.support].map((title) => ({ title, number: true }))],
      rows: report.basket_pairs.map(({ first, second, baskets, lift, support }) => [{ text: nameOf(first), raw: first.id }, { text: nameOf(second), raw: second.id }, { text: formats.number(baskets), raw: baskets }, times(lift), percent(support)]),
    });
  }
  return {
    sentences,
    notes: report.warnings,
    charts:
      strongest.length === 0
        ? []
        : [
            {
              label: text.chart,
              height: 4 + strongest.length * 1.9,
              model: { kind: "bars", lying: true, categories: strongest.map(({ first, then }) => `${nameOf(first)} → ${nameOf(then)}`), series: [{ name: text.lift, colour: "accent", data: strongest.map(({ lift }) => ({ value: lift })) }], format: formats.decimal },
            },
          ],
    tables,
    empty: false,
  };
}

/** What can be done with the strongest pair: whom to tell. Null where the pairs do not beat the best sellers. */
export function toPropose(report: CrossSellReport): { first: string; then: string; name: string; people: number } | null {
  const best = report.pairs.find(({ not_yet: people }) => people > 0);
  return report.check.verdict !== "passed" || best === undefined ? null : { first: best.first.id, then: best.then.id, name: nameOf(best.then), people: best.not_yet };
}
