import type { Answered, CostsReport } from "../../api/model";
import { capitalised, periodTitle, type Cell, type Drawing, type Pen, type TimeUnit } from "../../ask/drawing";

export function drawCosts(report: Answered<CostsReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const text = pen.text.value.costs;
  const unit = (typeof report.ask.bucket === "string" ? report.ask.bucket : "month") as TimeUnit;
  const total = report.total[side];
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency: report.currency });
  const noMargin = total.revenue_minor > 0 && report.not_added.payments_without_margin > 0 && total.margin_minor === 0;
  const noCost = total.cost_minor === 0;
  const sentences = [noCost ? text.sentenceNoCost(money(total.revenue_minor)) : noMargin ? text.sentenceNoMargin(money(total.revenue_minor), money(total.cost_minor)) : text.sentence(money(total.revenue_minor), money(total.margin_minor), money(total.cost_minor))];
  if (total.cover !== null && !noCost) sentences.push(text.cover(formats.decimal(total.cover)));
  const lasts = report.runway?.lasts_until ?? null;
  if (lasts !== null && side === "all") sentences.push(text.lasts(lasts));

  const periods = report.periods.filter(({ figures }) => figures[side].revenue_minor !== 0 || figures[side].cost_minor !== 0);
  const amount = (minor: number): Cell => ({ text: money(minor), raw: minor });
  const who = (people: number, cell: Record<string, unknown>): Cell => ({ text: formats.number(people), raw: people, ...(people > 0 ? { people: { ...cell, side } } : {}) });
  const series = [
    { name: text.revenue, colour: "stage-prospect", data: periods.map(({ figures, complete }) => ({ value: figures[side].revenue_minor, unfinished: !complete })) },
    ...(noMargin ? [] : [{ name: text.margin, colour: "accent", data: periods.map(({ figures, complete }) => ({ value: figures[side].margin_minor, unfinished: !complete })) }]),
    ...(noCost ? [] : [{ name: text.cost, colour: "stage-at-risk", data: periods.map(({ figures, complete }) => ({ value: figures[side].cost_minor, unfinished: !complete })) }]),
  ];
  return {
    sentences,
    notes: [...(periods.some(({ complete }) => !complete) ? [pen.text.questions.unfinishedNote] : []), ...report.warnings],
    charts: [{ label: text.chart, height: 18, model: { kind: "bars", categories: periods.map(({ start }) => periodTitle(pen, start, unit, true)), series, format: money } }],
    tables: [
      {
        caption: text.rolesTable,
        open: true,
        columns: [{ title: text.role }, { title: text.people, number: true }, { title: text.cost, number: true }],
        rows: noCost ? [] : total.roles.filter(({ cost_minor: cost }) => cost > 0).map(({ role, people, cost_minor: cost }) => [{ text: pen.text.words.roles[role] }, who(people, { role }), amount(cost)]),
      },
      {
        caption: text.resourcesTable,
        open: true,
        columns: [{ title: text.resource }, { title: text.people, number: true }, { title: text.cost, number: true }],
        rows: noCost ? [] : total.resources.filter(({ cost_minor: cost }) => cost > 0).map(({ resource, people, cost_minor: cost }) => [{ text: resource }, who(people, { resource }), amount(cost)]),
      },
      {
        caption: text.table,
        columns: [{ title: pen.text.questions.periodWord[unit] }, ...[text.revenue, text.margin, text.cost, text.coverColumn].map((title) => ({ title, number: true }))],
        rows: [...periods].reverse().map(({ start, figures }) => [
          { text: capitalised(periodTitle(pen, start, unit)), raw: start },
          amount(figures[side].revenue_minor),
          noMargin ? { text: "–", raw: null } : amount(figures[side].margin_minor),
          amount(figures[side].cost_minor),
          figures[side].cover === null ? { text: "–", raw: null } : { text: formats.decimal(figures[side].cover), raw: figures[side].cover },
        ]),
      },
    ].filter(({ rows }) => rows.length > 0),
    empty: total.revenue_minor === 0 && noCost,
  };
}
