// From what a chart shows to what the chart library wants. Plain data in, plain data out.

import type { ChartModel, Datum, Plot, Ribbons } from "./model";

export type Colours = Record<string, string>;

const unfinishedDecal = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: -Math.PI / 4, color: "rgba(255,255,255,0.55)" };

interface RenderApi {
  value(dimension: number): number;
  coord(point: number[]): number[];
  size(lengths: number[]): number[];
  barLayout?: unknown;
}

/** The thin line of an interval over each bar, in the middle of its place among the bars of its category. */
function whiskers(plot: Plot, index: number, ink: string) {
  const data = plot.series[index]?.data ?? [];
  const count = plot.series.length;
  return {
    type: "custom",
    encode: plot.lying ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    silent: true,
    z: 5,
    tooltip: { show: false },
    data: data.flatMap((datum, place) => (datum.low === undefined || datum.high === undefined ? [] : [[place, datum.low, datum.high]])),
    renderItem: (_: unknown, api: RenderApi) => {
      const place = api.value(0);
      const at = (value: number): number[] => api.coord(plot.lying ? [value, place] : [place, value]);
      const [low, high] = [at(api.value(1)), at(api.value(2))];
      const band = Math.abs((plot.lying ? api.size([0, 1])[1] : api.size([1, 0])[0]) ?? 0) * 0.7;
      const offset = (index - (count - 1) / 2) * (band / count);
      const across = plot.lying ? 1 : 0;
      const shift = (point: number[], by: number): number[] => point.map((value, axis) => (axis === across ? value + offset + by : value));
      const line = (from: number[], to: number[]) => ({
        type: "line",
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: ink, lineWidth: 1.5 },
      });
      return { type: "group", children: [line(shift(low, 0), shift(high, 0)), line(shift(low, -4), shift(low, 4)), line(shift(high, -4), shift(high, 4))] };
    },
  };
}

/** The area between the ends of the intervals of a line: a stack of a part that is not seen and one that is. */
function band(plot: Plot, index: number, colour: string): object[] {
  const data = plot.series[index]?.data ?? [];
  if (!data.some(({ low }) => low !== undefined)) return [];
  const common = { type: "line", stack: `band ${index}`, stackStrategy: "all", silent: true, symbol: "none", lineStyle: { opacity: 0 }, tooltip: { show: false }, z: 1 };
  return [
    { ...common, data: data.map(({ low, unfinished }) => (unfinished ? null : (low ?? null))) },
    { ...common, areaStyle: { color: colour, opacity: 0.16 }, data: data.map(({ low, high, unfinished }) => (unfinished || low === undefined || high === undefined ? null : high - low)) },
  ];
}

const item = (datum: Datum, colour: string, lines: boolean) => ({
  value: (lines && datum.unfinished ? null : datum.value) ?? "-",
  itemStyle: datum.unfinished ? { color: colour, opacity: 0.75, decal: unfinishedDecal } : { color: colour },
});

function plotOption(plot: Plot, colours: Colours, unfinished: string, narrow: boolean) {
  const ink = colours.ink ?? "";
  const soft = colours["ink-soft"] ?? "";
  const lines = plot.kind === "lines";
  const names = {
    type: "category",
    data: plot.categories,
    inverse: plot.lying ?? false,
    boundaryGap: !lines,
    axisLine: { lineStyle: { color: colours["line-strong"] } },
    axisTick: { show: false },
    axisLabel: { color: ink, fontSize: 12, hideOverlap: true, ...(plot.lying ? { width: narrow ? 110 : 220, overflow: "truncate" } : { interval: plot.kind === "bars" && plot.categories.length <= 8 ? 0 : "auto", width: Math.max(56, 640 / Math.max(1, plot.categories.length)), overflow: "break" }) },
  };
  const values = {
    type: "value",
    ...(plot.most === undefined ? {} : { max: plot.most, interval: plot.most / 4 }),
    splitNumber: narrow && plot.lying ? 2 : 4,
    axisLabel: { color: soft, fontSize: 12, formatter: plot.format },
    splitLine: { lineStyle: { color: colours.line } },
  };
  // Points that are not over yet are hollow and stand alone: a line down to them would look like a fall.
  const hollow = plot.series.flatMap((series): object[] =>
    lines && series.data.some(({ unfinished }) => unfinished)
      ? [
          {
            type: "line",
            name: series.name,
            color: colours[series.colour],
            symbol: "circle",
            symbolSize: 9,
            lineStyle: { opacity: 0 },
            itemStyle: { color: colours.surface, borderColor: colours[series.colour], borderWidth: 2 },
            data: series.data.map(({ value, unfinished }) => (unfinished ? value : null)),
            z: 4,
          },
        ]
      : [],
  );
  const intervals = plot.series.flatMap((series, index): object[] => (lines ? band(plot, index, colours[series.colour] ?? "") : plot.stacked ? [] : [whiskers(plot, index, ink)]));
  return {
    grid: { left: 8, right: 16, top: plot.series.length > 1 ? 40 : 24, bottom: 8, containLabel: true },
    legend: { show: plot.series.length > 1, type: "scroll", top: 0, left: 0, icon: "roundRect", itemWidth: 14, textStyle: { color: ink, fontSize: 13 }, data: plot.series.map(({ name }) => name) },
    tooltip: {
      trigger: lines || plot.stacked ? "axis" : "item",
      formatter: (given: unknown) => {
        const points = (Array.isArray(given) ? given : [given]) as { seriesName: string; dataIndex: number; seriesType: string; name: string }[];
        const shown = new Map<string, string>();
        for (const point of points) {
          const datum = plot.series.find(({ name }) => name === point.seriesName)?.data[point.dataIndex];
          if (datum === undefined || datum.value === null || point.seriesType === "custom") continue;
          const interval = datum.low === undefined || datum.high === undefined ? "" : ` [${plot.format(datum.low)} – ${plot.format(datum.high)}]`;
          shown.set(point.seriesName, `${point.seriesName}: ${plot.format(Math.abs(datum.value))}${interval}${datum.unfinished ? ` (${unfinished})` : ""}`);
        }
        return [points[0]?.name ?? "", ...shown.values()].map(escaped).join("<br>");
      },
    },
    xAxis: plot.lying ? values : names,
    yAxis: plot.lying ? names : values,
    series: [
      ...plot.series.map((series) => {
        const colour = colours[series.colour] ?? "";
        // Beside bars that go both ways a number would stand on the line of its interval.
        const label = !lines && !plot.stacked && plot.series.length === 1 && plot.categories.length <= 12 && series.data.every(({ value }) => (value ?? 0) >= 0);
        return {
          type: lines ? "line" : "bar",
          name: series.name,
          color: colour,
          ...(plot.stacked ? { stack: "all" } : {}),
          ...(lines ? { symbol: "circle", symbolSize: 8, lineStyle: { width: 2.5, color: colour }, connectNulls: false } : { barCategoryGap: "30%", barGap: "0%", barMaxWidth: 72 }),
          ...(label
            ? {
                label: {
                  show: true,
                  position: plot.lying ? "insideLeft" : "insideBottom",
                  color: colours.ink,
                  backgroundColor: colours.surface,
                  borderRadius: 4,
                  padding: [2, 5],
                  fontSize: 12,
                  fontWeight: 600,
                  formatter: ({ value }: { value: unknown }) => (typeof value === "number" ? plot.format(value) : ""),
                },
              }
            : {}),
          data: series.data.map((datum) => item(datum, colour, lines)),
          z: 3,
        };
      }),
      ...hollow,
      ...intervals,
    ],
  };
}

function ribbonsOption({ nodes, links }: Ribbons, colours: Colours, narrow: boolean) {
  const ink = colours.ink ?? "";
  const deepest = Math.max(0, ...nodes.map(({ depth }) => depth));
  return {
    tooltip: {
      formatter: (given: unknown) => {
        const { data } = given as { data: { title?: string } };
        return escaped(data.title ?? "");
      },
    },
    series: [
      {
        type: "sankey",
        left: 4,
        right: narrow ? 4 : 130,
        top: 8,
        bottom: 8,
        nodeWidth: 10,
        nodeGap: 12,
        draggable: false,
        layoutIterations: 16,
        labelLayout: { moveOverlap: "shiftY", hideOverlap: true },
        emphasis: { focus: "adjacency" },
        lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
        data: nodes.map(({ id, label, depth, colour }) => ({
          name: id,
          depth,
          title: label,
          itemStyle: { color: colours[colour], borderWidth: 0 },
          label: { formatter: label, color: ink, fontSize: 12, width: narrow ? 64 : 112, overflow: "break", position: narrow && depth === deepest ? "left" : "right" },
        })),
        links: links.map(({ source, target, value, label }) => ({ source, target, value, title: label })),
      },
    ],
  };
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

export function chartOption(model: ChartModel, colours: Colours, words: { unfinished: string }, narrow: boolean) {
  const own = model.kind === "ribbons" ? ribbonsOption(model, colours, narrow) : plotOption(model, colours, words.unfinished, narrow);
  return {
    ...own,
    textStyle: { fontFamily: "'Figtree Variable', system-ui, sans-serif", color: colours.ink },
    animationDuration: 300,
    tooltip: { ...own.tooltip, confine: true, backgroundColor: colours.surface, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: 14 } },
  };
}
