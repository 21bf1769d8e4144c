import type { Answered, AttributionReport } from "../../api/model";
import { seriesColour } from "../../chart/model";
import { valueTitle, type Cell, type Drawing, type Pen } from "../../ask/drawing";

const channelsDrawn = 10;

type Model = AttributionReport["models"][number];
type Channel = AttributionReport["channels"][number];

/** The channel to which a way of counting gives most. */
export function firstChannel(report: AttributionReport, model: Model, side: Pen["side"]): Channel | null {
  const share = (channel: Channel): number => channel.models.find((of) => of.model === model)?.credit[side].share ?? 0;
  return report.channels.reduce<Channel | null>((best, channel) => (share(channel) > (best === null ? 0 : share(best)) ? channel : best), null);
}

export function drawAttribution(report: Answered<AttributionReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.questions;
  const text = words.attribution;
  const total = report.total[side];
  const modelTitle = (model: Model): string => words.modelNames[model] ?? model;
  const channelTitle = (channel: Channel): string => (channel.channel.kind === "value" ? pen.text.words.channel(channel.channel.text) : valueTitle(pen, channel.channel));
  const credit = (channel: Channel, model: Model) => channel.models.find((of) => of.model === model)?.credit[side];

  const sentences: string[] = [];
  const model = report.models[0];
  const winner = model === undefined ? null : firstChannel(report, model, side);
  if (model !== undefined && winner !== null) {
    sentences.push(text.sentence(total.conversions, channelTitle(winner), formats.percent(credit(winner, model)?.share ?? 0), modelTitle(model)));
    const winners = [...new Set(report.models.flatMap((each) => firstChannel(report, each, side) ?? []).map(channelTitle))];
    if (report.models.length > 1) sentences.push(winners.length === 1 ? text.agree : text.disagree(formats.list(winners)));
  }
  const notes: string[] = [];
  if (total.without_touch > 0) notes.push(text.direct(total.without_touch, formats.percent(total.without_touch / Math.max(1, total.conversions))));
  if (report.markov?.too_few === true || report.shapley?.too_few === true) notes.push(text.tooFew);

  const uncertain = (channel: Channel, which: Model): { low?: number; high?: number } => {
    const from = which === "markov" ? report.markov : which === "shapley" ? report.shapley : null;
    const found = side === "all" ? from?.channels.find((of) => of.channel.kind === channel.channel.kind && of.channel.text === channel.channel.text) : undefined;
    return found === undefined || found.share_low === null || found.share_high === null ? {} : { low: found.share_low, high: found.share_high };
  };
  const most = (channel: Channel): number => Math.max(0, ...report.models.map((each) => credit(channel, each)?.share ?? 0));
  const shown = report.channels.filter((channel) => most(channel) > 0).sort((one, other) => most(other) - most(one));
  const drawn = shown.slice(0, channelsDrawn);
  const money = (minor: number): string => (minor === 0 ? "–" : formats.roundMoney({ minor_units: minor, currency: report.currency }));
  return {
    sentences,
    notes: [...notes, ...report.warnings],
    charts: [
      {
        label: text.chart,
        height: 5 + drawn.length * Math.max(2, report.models.length * 0.8),
        model: {
          kind: "bars",
          lying: true,
          categories: drawn.map(channelTitle),
          series: report.models.map((each, index) => ({ name: modelTitle(each), colour: seriesColour(index), data: drawn.map((channel) => ({ value: credit(channel, each)?.share ?? 0, ...uncertain(channel, each) })) })),
          format: formats.percent,
          ...(drawn.some((channel) => most(channel) > 0.75) ? { most: 1 } : {}),
        },
      },
    ],
    tables: [
      {
        caption: text.table,
        open: true,
        columns: [{ title: text.channel }, { title: text.people, number: true }, ...report.models.map((each) => ({ title: modelTitle(each), number: true })), { title: text.money, number: true }],
        rows: shown.map((channel): Cell[] => {
          const first = report.models[0];
          const people = first === undefined ? 0 : (credit(channel, first)?.people ?? 0);
          const minor = first === undefined ? 0 : (credit(channel, first)?.value_minor ?? 0);
          return [
            { text: channelTitle(channel) },
            { text: formats.number(people), raw: people, ...(people > 0 ? { people: { channel: channel.channel, model: first, side } } : {}) },
            ...report.models.map((each): Cell => {
              const given = credit(channel, each);
              return { text: formats.percent(given?.share ?? 0), raw: given?.share ?? 0, note: formats.decimal((given?.credit_millionths ?? 0) / 1e6) };
            }),
            { text: money(minor), raw: minor },
          ];
        }),
      },
      {
        caption: text.openTable,
        columns: [{ title: text.openTable }, { title: words.people, number: true }],
        rows: [
          [{ text: text.cellOpen }, { text: formats.number(total.open_journeys), raw: total.open_journeys, ...(total.open_journeys > 0 ? { people: { open_journeys: side } } : {}) }],
        ],
      },
    ],
    empty: total.conversions === 0,
  };
}
