import type { Answered, ForecastCheck, ForecastReport } from "../../api/model";
import { dayIn } from "../../lens/days";
import { numberOf } from "../body";
import { sentenceOf } from "./said";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

export type Trust = "trusted" | "cautious" | "refused";

const closeBias = 0.1;
const closeInterval = 0.1;

/** Passed is not yet close: off by more than a tenth in all, or intervals that held a tenth fewer than promised, is told with caution. */
export function trustOf(check: ForecastCheck, coverage: number): Trust {
  if (check.verdict !== "passed") return "refused";
  const off = Math.abs(check.chosen?.bias ?? 0);
  const short = check.interval_held === null ? 0 : coverage - check.interval_held;
  return off <= closeBias && short <= closeInterval ? "trusted" : "cautious";
}

/** The test by which a forecast stands or falls: what it would have said on a day in the past, beside what came. */
export function drawCheck(report: Answered<ForecastReport>, pen: Pen): Drawing {
  const { formats } = pen;
  const { value: words } = pen.text;
  const text = words.check;
  const { check } = report;
  const coverage = numberOf(report.ask.coverage, 0.8);
  const sentence = check.verdict === "not_possible" ? text.sentences.impossible : text.sentences[trustOf(check, coverage)];
  const sentences = [sentence, ...(check.verdict === "passed" ? [] : check.reasons.map((reason) => (reason === "too_short" && report.occasions !== null ? text.tooFewOccasions : text.reasons[reason]))), ...(check.origin === null ? [] : [sentenceOf(formats, report)])];
  const number = (value: number): Cell => ({ text: formats.decimal(value), raw: value });
  const percent = (value: number | null): Cell => (value === null ? { text: "–", raw: null } : { text: formats.percent(value), raw: value });
  const pair = (expected: number[], observed: number[]) => [
    { name: words.expected, colour: "stage-prospect", data: expected.map((value) => ({ value })) },
    { name: words.observed, colour: "accent", data: observed.map((value) => ({ value })) },
  ];
  const charts: Drawing["charts"] = [];
  const tables: Drawing["tables"] = [];

  const bands = check.by_frequency;
  const bandTitle = (index: number): string => {
    const past = bands[index]?.repeat_purchases ?? 0;
    return index === bands.length - 1 && bands.length > 1 ? text.orMore(past + 1) : formats.number(past + 1);
  };
  if (bands.length > 0) {
    charts.push({
      label: text.frequencyChart,
      height: 16,
      model: { kind: "bars", categories: bands.map((_, index) => bandTitle(index)), series: pair(bands.map(({ expected }) => expected), bands.map(({ observed }) => observed)), format: formats.decimal },
    });
    tables.push({
      caption: text.frequencyTable,
      columns: [{ title: text.pastPurchases }, ...[words.customersWord, words.expected, words.observed].map((title) => ({ title, number: true }))],
      rows: bands.map(({ customers, expected, observed }, index) => [{ text: bandTitle(index) }, { text: formats.number(customers), raw: customers }, number(expected), number(observed)]),
    });
  }
  const ofOccasions = check.by_occasion.length > 0;
  const by = ofOccasions ? check.by_occasion : check.by_week;
  if (by.length > 0) {
    const title = (week: number): string => formats.number(week + 1);
    // One occasion alone is no course of things: the table tells it.
    if (by.length > 1)
      charts.push({
        label: ofOccasions ? text.occasionChart : text.weekChart,
        height: 16,
        model: { kind: ofOccasions ? "bars" : "lines", categories: by.map(({ week }) => title(week)), series: pair(by.map(({ expected }) => expected), by.map(({ observed }) => observed)), format: formats.number },
      });
    tables.push({
      caption: ofOccasions ? text.occasionTable : text.weekTable,
      columns: [{ title: ofOccasions ? text.occasion : text.week }, ...[words.expected, words.observed].map((title_) => ({ title: title_, number: true }))],
      rows: by.map(({ week, expected, observed }) => [{ text: title(week) }, number(expected), number(observed)]),
    });
  }
  if (check.reliability.length > 0) {
    tables.push({
      caption: text.reliabilityTable,
      columns: [{ title: text.told }, ...[text.came, words.customersWord].map((title) => ({ title, number: true }))],
      rows: check.reliability.map(({ mean_forecast: told, share_that_bought: came, low, high, people }) => [percent(told), { ...percent(came), note: formats.percentRange(low, high) }, { text: formats.number(people), raw: people }]),
    });
  }
  if (report.models.length > 0) {
    const scores = (name: string, weight: number | null, of: ForecastCheck["chosen"]): Cell[] => [
      { text: name },
      percent(weight),
      of === null || of.bias === null ? { text: "–", raw: null } : { text: `${formats.signedPoints(of.bias)} %`.replace(" %", formats.language === "fr" ? "\u202f%" : "%"), raw: of.bias },
      of === null || of.log_score === null ? { text: "–", raw: null } : number(of.log_score),
    ];
    tables.push({
      caption: text.modelsTable,
      columns: [{ title: text.model }, ...[text.weight, text.bias, text.logScore].map((title) => ({ title, number: true }))],
      rows: [...report.models.map(({ name, weight, scores: of }) => scores(name, weight, of)), scores(text.together, null, check.chosen)],
    });
  }
  const held = check.interval_held === null || check.verdict !== "passed" ? [] : [text.held(formats.percent(check.interval_held), formats.percent(coverage))];
  return { sentences, notes: [...held, ...report.warnings], charts, tables, empty: false };
}

/** The day looked back to by the check: an earlier day of which a forecast may be asked. */
export const originOf = (check: ForecastCheck, zone: string): string | null => (check.origin === null ? null : dayIn(check.origin, zone));
