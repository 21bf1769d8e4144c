import type { Answered, RetentionReport } from "../../api/model";
import { seriesColour, type Datum } from "../../chart/model";
import { capitalised, intervalNote, periodTitle, valueTitle, type Cell, type Drawing, type Pen, type Table, type TimeUnit } from "../../ask/drawing";

const valuesDrawn = 6;

type Figures = RetentionReport["total"]["all"];
type Column = RetentionReport["columns"][number];

/** `3`, `4 – 6`, `7+`: which periods a column stands for. */
export const columnTitle = ({ first, last }: Column): string => (last === null ? `${first}+` : first === last ? String(first) : `${first} – ${last}`);

/** The column that the sentence speaks of: the first after the start, when it is over for somebody. */
function spokenColumn(figures: Figures): number | null {
  const found = figures.mean.findIndex(({ share }, index) => index > 0 && share !== null && share.whole > 0);
  return found < 0 ? null : found;
}

const meanLine = (figures: Figures): Datum[] => figures.mean.map(({ share }) => (share === null || share.whole === 0 ? { value: null } : { value: share.value, low: share.low, high: share.high }));

function cohortTable(report: Answered<RetentionReport>, figures: Figures, pen: Pen, unit: TimeUnit): Table {
  const { formats, side } = pen;
  const words = pen.text.questions;
  const text = words.retention;
  const cohorts = figures.cohorts.filter(({ size }) => size > 0);
  const titles = report.columns.map(columnTitle);
  const mean: Cell[] = [
    { text: text.mean },
    { text: formats.number(figures.people), raw: figures.people },
    ...figures.mean.map(({ share }, column): Cell =>
      share === null || share.whole === 0
        ? { text: "–", raw: null }
        : {
            text: formats.percent(share.value),
            raw: share.value,
            note: intervalNote(pen, share),
            ...(share.part > 0 ? { people: { column, who: "returned_of_chance", side } } : {}),
          },
    ),
  ];
  const rows = cohorts.map((cohort): Cell[] => {
    const name = periodTitle(pen, cohort.from, unit);
    return [
      { text: capitalised(name), raw: cohort.start },
      { text: formats.number(cohort.size), raw: cohort.size, people: { cohort: cohort.from, side, who: "came_back" } },
      ...cohort.cells.map((cell, column): Cell =>
        !cell.begun
          ? { text: "", raw: null }
          : {
              text: formats.percent(cell.share.value),
              raw: cell.share.value,
              share: cell.share.value,
              unfinished: !cell.complete,
              ...(cell.people > 0 ? { people: { cohort: cohort.from, column, who: "came_back", side } } : {}),
            },
      ),
    ];
  });
  return { caption: text.table, open: true, columns: [{ title: text.cohort }, { title: text.size, number: true }, ...titles.map((title) => ({ title, number: true }))], rows: [mean, ...rows] };
}

export function drawRetention(report: Answered<RetentionReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.questions;
  const text = words.retention;
  const unit = report.ask.unit as TimeUnit;
  const figures = report.total[side];
  const sentences: string[] = [];
  const column = spokenColumn(figures);
  const share = column === null ? null : (figures.mean[column]?.share ?? null);
  if (column === null || share === null) sentences.push(text.none);
  else sentences.push(text.sentence(formats.percent(share.value), report.columns[column]?.first ?? column, unit, share.part, share.whole));
  const { floor } = figures;
  if (floor.verdict === "flattens" && floor.level !== null) sentences.push(text.flattens(formats.percent(floor.level), formats.percent(floor.low ?? 0), formats.percent(floor.high ?? 1)));
  else sentences.push(floor.verdict === "still_falling" ? text.falling : text.tooFew);

  const values = report.values.filter(({ figures: of }) => of[side].people > 0).slice(0, valuesDrawn);
  const lines = values.length > 0 ? values.map(({ value, figures: of }, index) => ({ name: valueTitle(pen, value), colour: seriesColour(index), data: meanLine(of[side]) })) : [{ name: text.mean, colour: "accent", data: meanLine(figures) }];
  const tables = [cohortTable(report, figures, pen, unit)];
  if (report.values.length > 0) {
    const titles = report.columns.map(columnTitle);
    tables.push({
      caption: text.valuesTable,
      columns: [{ title: words.value }, { title: text.size, number: true }, ...titles.map((title) => ({ title, number: true }))],
      rows: report.values.map(({ value, figures: of }) => [
        { text: valueTitle(pen, value) },
        { text: formats.number(of[side].people), raw: of[side].people },
        ...of[side].mean.map(({ share: mean }, at): Cell =>
          mean === null || mean.whole === 0
            ? { text: "–", raw: null }
            : {
                text: formats.percent(mean.value),
                raw: mean.value,
                share: mean.value,
                ...(mean.part > 0 ? { people: { column: at, who: "returned_of_chance", side, value } } : {}),
              },
        ),
      ]),
    });
  }
  const unfinished = figures.cohorts.some(({ cells, size }) => size > 0 && cells.some(({ begun, complete }) => begun && !complete));
  return {
    sentences,
    notes: [...(unfinished ? [words.unfinishedNote] : []), words.bandNote, ...report.warnings],
    charts: [{ label: text.chart, height: 18, model: { kind: "lines", categories: report.columns.map((each) => text.periodNumber(unit, columnTitle(each))), series: lines, format: formats.percent, most: 1 } }],
    tables,
    empty: figures.people === 0,
  };
}
