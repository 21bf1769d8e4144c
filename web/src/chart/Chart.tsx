import { useEffect, useRef, type ReactElement, type RefObject } from "react";
import { BarChart, CustomChart, LineChart, SankeyChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { init, use as install, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useColours } from "../parts/useColours";
import { useText } from "../text/Text";
import { seriesColours, type ChartModel } from "./model";
import { chartOption } from "./option";

install([BarChart, LineChart, CustomChart, SankeyChart, GridComponent, LegendComponent, TooltipComponent, LabelLayout, SVGRenderer]);

const colourNames = [...seriesColours, "ink", "ink-soft", "surface", "line", "line-strong", "audience-inside", "audience-outside", "stage-dormant", "stage-back", "stage-active", "stage-absent"];
const narrowAt = 520;

export interface ChartProps {
  model: ChartModel;
  /** What the chart shows, for who does not see it; its table says the rest. */
  label: string;
  /** In rem. */
  height: number;
  /** Given the chart as an SVG text when it is asked for. */
  picture?: RefObject<(() => string) | null>;
}

/** Draws what it is given, in the colours of the page; the numbers stand in a table beside it. */
export function Chart({ model, label, height, picture }: ChartProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const colours = useColours(colourNames);
  const { ask: text } = useText();
  const shown = useRef({ model, colours, text });
  shown.current = { model, colours, text };

  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current, null, { renderer: "svg" });
    chart.current = made;
    const draw = (): void => {
      const { model: now, colours: in_, text: words } = shown.current;
      made.setOption({ animation: false, ...chartOption(now, in_, { unfinished: words.unfinished }, made.getWidth() < narrowAt) }, true);
    };
    draw();
    const watch = new ResizeObserver(() => {
      made.resize();
      draw();
    });
    watch.observe(place.current);
    if (picture) picture.current = () => made.renderToSVGString({ useViewBox: false });
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
      if (picture) picture.current = null;
    };
  }, [picture]);

  useEffect(() => {
    const made = chart.current;
    made?.setOption({ animation: false, ...chartOption(model, colours, { unfinished: text.unfinished }, made.getWidth() < narrowAt) }, true);
  }, [model, colours, text]);

  return (
    <figure className="chart-figure">
      <figcaption className="chart-caption">{label}</figcaption>
      <div className="plot" style={{ blockSize: `${height}rem` }} ref={place} role="img" aria-label={label} />
    </figure>
  );
}
