import type { Answered, ContrastLine, ContrastReport } from "../../api/model";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

const linesDrawn = 12;
const rowsShown = 15;
const leftOutShown = ["too_young", "had_before", "not_over", "never_born", "not_among", "cannot_tell"] as const;

export function drawContrast(report: Answered<ContrastReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.questions;
  const text = words.contrast;
  const french = formats.language === "fr";
  const name = (line: ContrastLine): string => (french ? line.name_fr : line.name_en);
  const standing = report.people[side];
  const lines = report.groups.map(({ line }) => line);
  const best = lines.find(({ finding }) => finding);

  const sentences = best === undefined ? [text.none(report.tested)] : [french ? best.sentence_fr : best.sentence_en, text.found(report.findings, report.tested)];
  sentences.push(text.counts(standing.first, standing.second));

  const group = (line: ContrastLine, who: "first" | "second"): Cell => {
    const share = line.shares[who];
    if (line.number !== null) return { text: "–", raw: null };
    const count = line.counts[side][who === "first" ? "first_with" : "second_with"];
    return {
      text: formats.percent(share.value),
      raw: share.value,
      note: `${formats.number(count)} / ${formats.number(share.whole)}`,
      ...(count > 0 ? { people: { who, feature: line.feature, has: true, side } } : {}),
    };
  };
  const verdict = (line: ContrastLine): string =>
    line.within?.vanishes === true ? text.vanishes : line.finding ? text.finding : line.too_few ? text.tooFew : text.notFinding;
  const rowOf = (line: ContrastLine): Cell[] => [
    { text: name(line), ...(line.number === null ? {} : { note: text.medians(formats.decimal(line.number.first_median ?? 0), formats.decimal(line.number.second_median ?? 0)) }) },
    group(line, "first"),
    group(line, "second"),
    line.number === null
      ? { text: text.points(formats.signedPoints(line.shares.difference)), raw: line.shares.difference, note: words.interval(formats.signedPoints(line.shares.low), formats.signedPoints(line.shares.high)) }
      : { text: formats.signedPoints(line.number.cliffs_delta.value), raw: line.number.cliffs_delta.value },
    { text: verdict(line) },
  ];
  const drawn = lines.filter((line) => line.number === null && line.finding).slice(0, linesDrawn);
  return {
    sentences,
    notes: [...(french ? report.cautions_fr : report.cautions_en), ...report.warnings],
    charts:
      drawn.length === 0
        ? []
        : [
            {
              label: text.chart,
              height: 4 + drawn.length * 1.9,
              model: {
                kind: "bars",
                lying: true,
                categories: drawn.map(name),
                series: [{ name: text.difference, colour: "accent", data: drawn.map(({ shares }) => ({ value: shares.difference, low: shares.low, high: shares.high })) }],
                format: formats.signedPoints,
              },
            },
          ],
    tables: [
      {
        caption: text.table,
        open: true,
        head: rowsShown,
        columns: [{ title: text.fact }, { title: text.first, number: true }, { title: text.second, number: true }, { title: text.difference, number: true }, { title: text.verdict }],
        rows: lines.map(rowOf),
      },
      {
        caption: text.leftOut,
        columns: [{ title: text.leftOut }, { title: words.people, number: true }],
        rows: leftOutShown.flatMap((who): Cell[][] =>
          standing[who] === 0 ? [] : [[{ text: text.reasons[who] }, { text: formats.number(standing[who]), raw: standing[who], people: { who, side } }]],
        ),
      },
    ].filter(({ rows }) => rows.length > 0),
    empty: standing.first + standing.second === 0,
  };
}
