import { describe, expect, it } from "vitest";
import type { FunnelFigures, GrowthReport } from "../../api/model";
import { chartOption } from "../../chart/option";
import { makeTexts } from "../../text/catalogue";
import { makeFormats } from "../../text/formats";
import { tablesAsCsv, type Pen } from "../../ask/drawing";
import { worstStep } from "./funnel";
import { drawGrowth, withoutQuietEnds } from "./growth";
import { columnTitle } from "./retention";

const formats = makeFormats("en", "Europe/London");
const pen: Pen = { text: makeTexts(formats), formats, zone: "Europe/London", side: "all" };
type Period = GrowthReport["periods"]["all"][number];

const period = (start: string, of: Partial<Period>): Period => ({
  start, from: `${start}T00:00:00Z`, to: `${start}T00:00:00Z`, new: 0, retained: 0, resurrected: 0, churned: 0, active: 0, quick_ratio: null,
  new_active_before: 0, dormant: { "1": 0, "2_to_3": 0, "4_to_7": 0, "8_or_more": 0 }, complete: true, ...of,
});
const report = (periods: Period[]): GrowthReport =>
  ({ bucket: "month", events: [], birth: "first_activity", periods: { all: periods, inside: [], outside: [], unknown: [] }, values: [] }) as unknown as GrowthReport;

describe("growth", () => {
  const periods = [period("2011-01-01", {}), period("2011-02-01", { active: 5, new: 5 }), period("2011-03-01", { active: 4, new: 1, retained: 3, churned: 2, quick_ratio: 0.5 }), period("2011-04-01", { active: 1, retained: 1, churned: 3, complete: false })];

  it("speaks of the last period that is over", () => {
    const { sentences } = drawGrowth(report(periods), pen);
    expect(sentences).toEqual(["March 2011: 4 active people, 1 of them new and 0 back; 2 left.", "The base lost 1 person.", "For each person who left, 0.5 came or came back."]);
  });

  it("never shows a period that is not over as a fall", () => {
    const { charts, notes } = drawGrowth(report(periods), pen);
    const model = charts[0]!.model;
    if (model.kind === "ribbons") throw new Error("not a plot");
    expect(model.series.at(-1)!.data.map(({ value }) => value)).toEqual([-0, -2, null]);
    expect(model.series[0]!.data.map(({ unfinished }) => unfinished)).toEqual([false, false, true]);
    expect(notes).toEqual([pen.text.questions.unfinishedNote]);
  });

  it("leaves out the quiet before and after", () => {
    expect(withoutQuietEnds(periods).map(({ start }) => start)).toEqual(["2011-02-01", "2011-03-01", "2011-04-01"]);
    expect(withoutQuietEnds([period("2011-01-01", {})])).toEqual([]);
    expect(drawGrowth(report([]), pen).empty).toBe(true);
  });
});

describe("a chart", () => {
  it("draws no line and no band to a point that is not over", () => {
    const option = chartOption(
      { kind: "lines", categories: ["a", "b"], series: [{ name: "s", colour: "accent", data: [{ value: 0.5, low: 0.4, high: 0.6 }, { value: 0, low: 0, high: 0.1, unfinished: true }] }], format: String },
      { accent: "#123" },
      { unfinished: "not over" },
      false,
    ) as { series: { data: unknown[]; lineStyle?: { opacity?: number } }[] };
    const [line, hollow, low, band] = option.series;
    expect(line!.data.map((point) => (point as { value: unknown }).value)).toEqual([0.5, "-"]);
    expect(hollow).toMatchObject({ data: [null, 0], lineStyle: { opacity: 0 } });
    expect(low!.data).toEqual([0.4, null]);
    expect(band!.data[1]).toBeNull();
  });
});

it("the step that loses most is told, and none where nobody stops", () => {
  const steps = (...stopped: number[]): FunnelFigures => ({ steps: stopped.map((count) => ({ stopped: count })) }) as unknown as FunnelFigures;
  expect(worstStep(steps(3, 9, 9))).toBe(1);
  expect(worstStep(steps(0, 0, 5))).toBeNull();
});

it("columns of periods are named by what they hold", () => {
  expect([{ first: 3, last: 3 }, { first: 4, last: 6 }, { first: 7, last: null }].map(columnTitle)).toEqual(["3", "4 – 6", "7+"]);
});

it("an export has bare numbers and quotes what needs it", () => {
  const csv = tablesAsCsv([{ caption: "T", columns: [{ title: "Step" }, { title: "Share" }], rows: [[{ text: 'A, "b"' }, { text: "98.5 %", raw: 0.985 }], [{ text: "B" }, { text: "–", raw: null }]] }]);
  expect(csv).toBe('Step,Share\r\n"A, ""b""",0.985\r\nB,\r\n');
});
