import type { Answered, UpliftReport } from "../../api/model";
import { sentenceOf } from "./said";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

const arms = ["treated", "control"] as const;

export function drawUplift(report: Answered<UpliftReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const text = pen.text.value.uplift;
  const effect = report.effect[side];
  const { difference, low, high } = effect;
  const told = difference !== null && low !== null && high !== null;
  const rows = arms.map((arm): Cell[] => {
    const { people, came, mean } = effect[arm];
    return [
      { text: text.arms[arm] },
      { text: formats.number(people), raw: people, ...(people > 0 ? { people: { who: arm, side } } : {}) },
      { text: formats.number(came), raw: came, ...(came > 0 ? { people: { who: arm, came: true, side } } : {}) },
      { text: formats.percent(mean), raw: mean },
    ];
  });
  const both: Cell[] = told ? [{ text: text.effect }, { text: "" }, { text: "" }, { text: formats.signedPoints(difference), raw: difference, note: pen.text.value.interval(formats.signedPoints(low), formats.signedPoints(high)) }] : [];
  return {
    sentences: [sentenceOf(formats, report)],
    notes: report.warnings,
    charts: told ? [{ label: text.chart, height: 7, model: { kind: "bars", lying: true, categories: [text.effect], series: [{ name: text.effect, colour: "accent", data: [{ value: difference, low, high }] }], format: formats.signedPoints } }] : [],
    tables: [
      {
        caption: text.table,
        open: true,
        columns: [{ title: text.arm }, ...[text.people, text.did, pen.text.value.share].map((title) => ({ title, number: true }))],
        rows: told ? [...rows, both] : rows,
      },
    ],
    empty: false,
  };
}
