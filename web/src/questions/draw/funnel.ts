import type { Answered, FunnelFigures, FunnelReport } from "../../api/model";
import { seriesColour, type Datum } from "../../chart/model";
import { numberOf } from "../body";
import { intervalNote, periodTitle, valueTitle, type Cell, type Drawing, type Pen, type Table, type TimeUnit } from "../../ask/drawing";

/** More values than these cannot be told apart in a chart; the table has them all. */
const valuesDrawn = 6;

type Share = FunnelFigures["conversion"];
const datum = (share: Share, unfinished = false): Datum => (share.whole === 0 ? { value: null } : { value: share.value, low: share.low, high: share.high, unfinished });

/** The required step after which most of those who were there went no further. */
export function worstStep(figures: FunnelFigures): number | null {
  let worst: number | null = null;
  figures.steps.slice(0, -1).forEach((step, index) => {
    if (step.stopped > 0 && (worst === null || step.stopped > (figures.steps[worst]?.stopped ?? 0))) worst = index;
  });
  return worst;
}

function stepTable(report: Answered<FunnelReport>, figures: FunnelFigures, pen: Pen): Table {
  const { formats, side } = pen;
  const text = pen.text.questions.funnel;
  const share = (value: Share): Cell => (value.whole === 0 ? { text: "–", raw: null } : { text: formats.percent(value.value), raw: value.value, note: intervalNote(pen, value) });
  return {
    caption: text.table,
    open: true,
    columns: [{ title: text.step }, ...[text.reached, text.ofFirst, text.ofPrevious, text.stopped, text.stillOpen, text.median].map((title) => ({ title, number: true }))],
    rows: figures.steps.map((step, index) => {
      const name = report.steps[index] ?? "";
      const cell = (what: "reached" | "stopped" | "still_open", count: number): Cell => ({
        text: formats.number(count),
        raw: count,
        ...(count > 0 ? { people: { what, step: index, side } } : {}),
      });
      const last = index === figures.steps.length - 1;
      return [
        { text: name },
        cell("reached", step.reached),
        share(step.of_first),
        index === 0 ? { text: "–", raw: null } : share(step.of_previous),
        last ? { text: "–", raw: null } : cell("stopped", step.stopped),
        last ? { text: "–", raw: null } : cell("still_open", step.still_open),
        step.from_previous.people === 0 ? { text: "–", raw: null } : { text: formats.duration(step.from_previous.median), raw: step.from_previous.median },
      ];
    }),
  };
}

function conversionCells(figures: FunnelFigures, pen: Pen, cell: Record<string, unknown>, unfinished: boolean): Cell[] {
  const { formats, side } = pen;
  const people = (what: "reached" | "converted", count: number): Cell => ({
    text: formats.number(count),
    raw: count,
    ...(count > 0 ? { people: what === "reached" ? { what, step: 0, side, ...cell } : { what, side, ...cell } } : {}),
  });
  return [
    people("reached", figures.entered),
    people("converted", figures.converted),
    figures.conversion.whole === 0 ? { text: "–", raw: null } : { text: formats.percent(figures.conversion.value), raw: figures.conversion.value, note: intervalNote(pen, figures.conversion), unfinished },
  ];
}

function comparisonTable(report: Answered<FunnelReport>, pen: Pen): Table {
  const { formats } = pen;
  const { funnel: text } = pen.text.questions;
  const rows = report.steps.flatMap((name, index): Cell[][] => {
    const compared = report.comparison[index]?.of_first;
    if (index === 0 || compared === undefined) return [];
    const share = (value: Share): Cell => ({ text: value.whole === 0 ? "–" : formats.percent(value.value), raw: value.whole === 0 ? null : value.value });
    return [
      [
        { text: name },
        share(compared.first),
        share(compared.second),
        { text: pen.text.words.points(compared.difference), raw: compared.difference, note: pen.text.questions.interval(formats.signedPoints(compared.low), formats.signedPoints(compared.high)) },
        { text: compared.too_few ? text.tooFew : compared.significant ? text.sure : text.unsure },
      ],
    ];
  });
  const { sides } = pen.text.shell.lens;
  return {
    caption: text.comparisonTable,
    columns: [{ title: text.step }, { title: sides.inside, number: true }, { title: sides.outside, number: true }, { title: text.difference, number: true }, { title: pen.text.questions.contrast.verdict }],
    rows,
  };
}

export function drawFunnel(report: Answered<FunnelReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.questions;
  const text = words.funnel;
  const figures = report.figures[side];
  const [first = "", last = ""] = [report.steps[0], report.steps.at(-1)];
  const sentences: string[] = [];
  const notes: string[] = [];

  if (report.steps.length === 1) sentences.push(text.one(figures.entered, first));
  else sentences.push(text.sentence(figures.entered, first, figures.converted, formats.percent(figures.conversion.value), last, formats.duration(numberOf(report.ask.window, 0))));
  const worst = worstStep(figures);
  const worstFigures = worst === null ? undefined : figures.steps[worst];
  if (worst !== null && worstFigures !== undefined && worstFigures.reached > 0) {
    sentences.push(text.loses(worstFigures.stopped, report.steps[worst] ?? "", formats.percent(worstFigures.stopped / worstFigures.reached)));
  }
  if (side === "all" && report.steps.length > 1 && !report.conversion.too_few) {
    const { first: inside, second: outside, significant } = report.conversion;
    sentences.push(significant ? text.sides(formats.percent(inside.value), formats.percent(outside.value)) : text.sidesNoDifference);
  }
  if (figures.still_open > 0) notes.push(text.open(figures.still_open));

  const drawn = report.values.filter(({ figures: of }) => of[side].entered > 0).slice(0, valuesDrawn);
  const series = drawn.length > 0 ? drawn.map((value, index) => ({ name: valueTitle(pen, value), colour: seriesColour(index), data: value.figures[side].steps.map(({ of_first }) => datum(of_first)) })) : [{ name: words.people, colour: "accent", data: figures.steps.map(({ of_first }) => datum(of_first)) }];
  const charts: Drawing["charts"] = [{ label: text.chart, height: 19, model: { kind: "bars", categories: report.steps, series, format: formats.percent, most: 1 } }];
  const tables = [stepTable(report, figures, pen)];

  const unit = report.ask.trend as TimeUnit | null;
  if (report.trend.length > 0 && unit !== null) {
    charts.push({
      label: text.trendChart,
      height: 17,
      model: {
        kind: "lines",
        categories: report.trend.map(({ start }) => periodTitle(pen, start, unit, true)),
        series: [{ name: text.conversion, colour: "accent", data: report.trend.map((point) => datum(point.figures[side].conversion, !point.complete)) }],
        format: formats.percent,
      },
    });
    tables.push({
      caption: text.trendTable,
      columns: [{ title: words.periodWord[unit] }, ...[text.entered, text.converted, text.conversion].map((title) => ({ title, number: true }))],
      rows: report.trend.map((point) => [{ text: periodTitle(pen, point.start, unit) }, ...conversionCells(point.figures[side], pen, { bucket: point.start }, !point.complete)]),
    });
    if (report.trend.some(({ complete }) => !complete)) notes.push(words.unfinishedNote);
  }
  if (report.values.length > 0) {
    tables.push({
      caption: text.valuesTable,
      columns: [{ title: words.value }, ...[text.entered, text.converted, text.conversion].map((title) => ({ title, number: true }))],
      rows: report.values.map((value) => [{ text: valueTitle(pen, value) }, ...conversionCells(value.figures[side], pen, { value: { kind: value.kind, text: value.text } }, false)]),
    });
  }
  if (side === "all" && report.steps.length > 1) tables.push(comparisonTable(report, pen));
  notes.push(words.bandNote, ...report.warnings);
  return { sentences, notes, charts, tables, empty: figures.entered === 0 };
}
