import type { Answered, PropensityReport } from "../../api/model";
import { numberOf } from "../body";
import { sentenceOf } from "./said";
import type { Cell, Drawing, Pen, Table } from "../../ask/drawing";

type Outcome = keyof Pen["text"]["value"]["propensity"]["outcomes"];

export const outcomeOf = (value: unknown): Outcome => (value === "leaving" || value === "upgrading" ? value : "buying_again");

export function drawPropensity(report: Answered<PropensityReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const text = pen.text.value.propensity;
  const french = formats.language === "fr";
  const { check } = report;
  const totals = report.totals?.[side];
  const days = numberOf(report.ask.horizon_days, 90);
  const sentences =
    totals === undefined ? [text.refused, ...check.reasons.map((reason) => text.reasons[reason])] : [text.sentence[outcomeOf(report.ask.outcome)](totals.people, formats.number(totals.expected), days)];
  if (check.models.some(({ scores }) => scores !== null)) sentences.push(sentenceOf(formats, report));

  const percent = (value: number, low?: number, high?: number): Cell => ({ text: formats.percent(value), raw: value, ...(low === undefined || high === undefined ? {} : { note: formats.percentRange(low, high) }) });
  const count = (value: number): Cell => ({ text: formats.number(value), raw: value });
  // AUC and losses differ from the third digit on.
  const fine = new Intl.NumberFormat(formats.locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const score = (value: number | null | undefined, low?: number | null, high?: number | null): Cell =>
    value === null || value === undefined ? { text: "–", raw: null } : { text: fine.format(value), raw: value, ...(typeof low !== "number" || typeof high !== "number" ? {} : { note: pen.text.value.interval(fine.format(low), fine.format(high)) }) };

  const bandTitle = (low: number, high: number): string => formats.percentRange(low, high);
  const charts: Drawing["charts"] = [];
  const tables: Table[] = [];
  if (totals !== undefined && report.bands.length > 0) {
    charts.push({
      label: text.chart,
      height: 16,
      model: {
        kind: "bars",
        categories: report.bands.map(({ low, high }) => bandTitle(low, high)),
        series: [
          { name: text.people, colour: "stage-prospect", data: report.bands.map(({ totals: of }) => ({ value: of[side].people })) },
          { name: text.expectedColumn, colour: "accent", data: report.bands.map(({ totals: of }) => ({ value: of[side].expected })) },
        ],
        format: formats.number,
      },
    });
    tables.push({
      caption: text.table,
      open: true,
      columns: [{ title: text.band }, ...[text.people, text.expectedColumn].map((title) => ({ title, number: true }))],
      rows: report.bands
        .flatMap(({ low, high, totals: of }, band): Cell[][] =>
          of[side].people === 0 ? [] : [[{ text: bandTitle(low, high) }, { ...count(of[side].people), people: { band, side } }, count(of[side].expected)]],
        )
        .reverse(),
    });
  }
  if (check.tops.length > 0) {
    tables.push({
      caption: text.topsTable,
      open: true,
      columns: [{ title: text.top }, ...[text.people, text.precision, text.caught, text.lead].map((title) => ({ title, number: true }))],
      rows: check.tops.map((top) => [
        percent(top.share),
        count(top.people),
        percent(top.precision, top.precision_low, top.precision_high),
        percent(top.caught),
        top.median_days === null ? { text: "–", raw: null } : { text: pen.text.words.days(Math.round(top.median_days)), raw: top.median_days },
      ]),
    });
  }
  if (check.models.some(({ scores }) => scores !== null)) {
    tables.push({
      caption: text.modelsTable,
      open: true,
      columns: [{ title: text.method }, ...[text.auc, text.logLoss, text.calibration].map((title) => ({ title, number: true }))],
      rows: check.models.map(({ method, scores, used }) => [
        { text: text.methods[method], ...(used && totals !== undefined ? { note: text.used } : {}) },
        score(scores?.auc, scores?.auc_low, scores?.auc_high),
        score(scores?.log_loss, scores?.log_loss_low, scores?.log_loss_high),
        scores === null ? { text: "–", raw: null } : percent(scores.calibration_error),
      ]),
    });
  }
  if (check.reliability.length > 0) {
    const tenths = check.reliability.map(({ mean_told }) => formats.percent(mean_told));
    charts.push({
      label: text.reliabilityChart,
      height: 16,
      model: {
        kind: "lines",
        categories: tenths,
        series: [
          { name: pen.text.value.check.told, colour: "stage-prospect", data: check.reliability.map(({ mean_told: value }) => ({ value })) },
          { name: pen.text.value.check.came, colour: "accent", data: check.reliability.map(({ share_that_came: value, low, high }) => ({ value, low, high })) },
        ],
        format: formats.percent,
        most: 1,
      },
    });
    tables.push({
      caption: text.reliabilityTable,
      columns: [{ title: pen.text.value.check.told }, ...[pen.text.value.check.came, text.people].map((title) => ({ title, number: true }))],
      rows: check.reliability.map(({ mean_told: told, share_that_came: came, low, high, people }) => [percent(told), percent(came, low, high), count(people)]),
    });
  }
  if (check.weights.length > 0) {
    tables.push({ caption: text.weightsTable, columns: [{ title: text.what }, { title: text.weight, number: true }], rows: check.weights.map(({ what_en, what_fr, weight }) => [{ text: french ? what_fr : what_en }, { text: fine.format(weight), raw: weight }]) });
  }
  return { sentences, notes: [...(tables.length > 0 ? [`${text.auc}: ${text.aucMeaning}.`] : []), ...report.warnings], charts, tables, empty: false };
}
