import type { Answered, ContractsReport } from "../../api/model";
import { numberOf } from "../body";
import { capitalised, periodTitle, type Cell, type Drawing, type Pen, type TimeUnit } from "../../ask/drawing";

const certain = 0.05;

export function drawContracts(report: Answered<ContractsReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const { value: words } = pen.text;
  const text = words.contracts;
  const { all } = report;
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency: report.currency });
  const days = (count: number): string => pen.text.words.days(Math.round(count));
  if (all.contracts === 0) return { sentences: [text.none], notes: report.warnings, charts: [], tables: [], empty: true };

  const sentences = [all.median_days === null ? text.sentenceNoMedian(all.contracts, all.ended) : text.sentence(all.contracts, all.ended, days(all.median_days))];
  const worth = report.worth?.[side];
  sentences.push(worth === undefined ? [text.notProjected, ...report.projection.reasons.map((reason) => capitalised(text.reasons[reason] ?? reason))].join(" ") : text.worth(worth.people, days(worth.days_left), money(worth.value_minor)));
  const leaving = report.leaving?.[side];
  const check = report.leaving_check;
  if (leaving !== undefined) sentences.push(text.leaving(leaving.people, formats.number(leaving.expected), numberOf(report.ask.horizon_days, 90)));
  else sentences.push([text.leavingRefused, ...check.reasons.map((reason) => text.reasons[reason] ?? reason)].join(" "));
  if (check.checked_on !== null && leaving !== undefined) sentences.push(text.leavingCheck(formats.number(check.foretold), formats.number(check.came), check.checked_on));

  const period = numberOf(report.ask.period_days, 30);
  const counted = new Map(all.points.map((point) => [Math.round(point.days / period), point]));
  const ages = [...new Set([...counted.keys(), ...report.projection.points.map((point) => point.period)])].sort((one, other) => one - other);
  const projected = new Map(report.projection.points.map((point) => [point.period, point.projected]));
  const survival = ages.map((age) => {
    const point = counted.get(age);
    return point === undefined ? { value: null } : { value: point.survival, low: point.low, high: point.high };
  });
  const charts: Drawing["charts"] = [
    {
      label: text.survivalChart,
      height: 18,
      model: {
        kind: "lines",
        categories: ages.map((age) => days(age * period)),
        series: [
          { name: text.counted, colour: "accent", data: survival },
          ...(report.projection.verdict === "passed" ? [{ name: text.projected, colour: "stage-at-risk", data: ages.map((age) => ({ value: projected.get(age) ?? null })) }] : []),
        ],
        format: formats.percent,
        most: 1,
      },
    },
  ];
  const unit = (typeof report.ask.bucket === "string" ? report.ask.bucket : "month") as TimeUnit;
  const periods = report.periods.filter(({ churn }) => churn[side].opening + churn[side].begun > 0);
  const share = (value: number | null): Cell => (value === null ? { text: "–", raw: null } : { text: formats.percent(value), raw: value });
  charts.push({
    label: text.churnChart,
    height: 15,
    model: {
      kind: "bars",
      categories: periods.map(({ start }) => periodTitle(pen, start, unit, true)),
      series: [{ name: text.peopleShare, colour: "stage-at-risk", data: periods.map(({ churn, complete }) => ({ value: churn[side].people_share, unfinished: !complete })) }],
      format: formats.percent,
    },
  });
  const tables: Drawing["tables"] = [
    {
      caption: text.churnTable,
      open: true,
      head: 6,
      columns: [{ title: pen.text.questions.periodWord[unit] }, ...[text.opening, text.begun, text.left, text.closing, text.peopleShare, text.moneyShare].map((title) => ({ title, number: true }))],
      rows: [...periods].reverse().map(({ start, from, churn, complete }) => {
        const of = churn[side];
        const people = (count: number, who: string): Cell => ({ text: formats.number(count), raw: count, ...(count > 0 ? { people: { who, period: from, side } } : {}) });
        return [
          { text: capitalised(periodTitle(pen, start, unit)), raw: start, ...(complete ? {} : { note: pen.text.ask.unfinished }) },
          people(of.opening, "opening"),
          people(of.begun, "begun"),
          people(of.left, "left"),
          { text: formats.number(of.closing), raw: of.closing },
          share(of.people_share),
          share(of.money_share),
        ];
      }),
    },
    {
      caption: text.survivalTable,
      columns: [{ title: text.age }, ...[text.atRisk, text.survival, text.projected].map((title) => ({ title, number: true }))],
      rows: ages.map((age) => {
        const point = counted.get(age);
        return [
          { text: days(age * period), raw: age * period },
          point === undefined ? { text: "–", raw: null } : { text: formats.number(point.at_risk), raw: point.at_risk },
          point === undefined ? { text: "–", raw: null } : { ...share(point.survival), note: formats.percentRange(point.low, point.high) },
          share(projected.get(age) ?? null),
        ];
      }),
    },
  ];
  if (report.factors.factors.length > 0) {
    tables.push({
      caption: text.factorsTable,
      columns: [{ title: text.factor }, { title: text.ratio, number: true }, { title: text.verdict }],
      rows: report.factors.factors.map(({ what_en, what_fr, hazard_ratio: ratio, low, high, p_value: p }) => [
        { text: formats.language === "fr" ? what_fr : what_en },
        { text: formats.decimal(ratio), raw: ratio, note: words.interval(formats.decimal(low), formats.decimal(high)) },
        { text: p < certain ? text.sure : text.unsure },
      ]),
    });
  }
  return { sentences, notes: [report.margin_is_revenue ? words.forecast.isRevenue : words.forecast.isMargin, ...report.warnings], charts, tables, empty: false };
}
