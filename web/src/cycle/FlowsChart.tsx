import { useEffect, useRef, type ReactElement } from "react";
import { SankeyChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { init, use as install, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useLocation } from "wouter";
import type { Flow } from "../api/model";
import { colourOfStage } from "../parts/colours";
import { useColours } from "../parts/useColours";
import { useFormats, useText } from "../text/Text";
import { sankeyOf } from "./sankey";

install([SankeyChart, TooltipComponent, LabelLayout, SVGRenderer]);

const stageNames = ["prospect", "trial", "new", "active", "occasional", "back", "at_risk", "dormant", "lost", "absent"];
const colourNames = [...stageNames.map(colourOfStage), "ink", "surface", "line"];

export interface FlowsChartProps {
  flows: readonly Flow[];
  stages: readonly string[];
  /** Where the people of a move are, or all who began or ended at a stage. */
  behind: (cell: { from?: string; to?: string }) => string;
}

/** Ribbons from the stages at the start to those at the end. The table beside it says the same in words. */
export function FlowsChart({ flows, stages, behind }: FlowsChartProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const { cycle, words } = useText();
  const formats = useFormats();
  const colours = useColours(colourNames);
  const [, navigate] = useLocation();
  // Where a click leads is no reason to draw again.
  const lead = useRef(behind);
  useEffect(() => {
    lead.current = behind;
  });

  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current, null, { renderer: "svg" });
    chart.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const made = chart.current;
    if (made === null) return;
    const { nodes, ribbons } = sankeyOf(flows, stages);
    const stage = (id: string): string => words.stages[id.slice(2)] ?? id.slice(2);
    const ink = colours.ink ?? "";
    made.setOption(
      {
        animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
        animationDuration: 400,
        textStyle: { fontFamily: "inherit", color: ink },
        tooltip: {
          confine: true,
          backgroundColor: colours.surface,
          borderColor: colours.line,
          textStyle: { color: ink, fontSize: 14 },
          formatter: (item: { dataType?: string; data: { source?: string; target?: string; name?: string; value?: number } }) =>
            item.dataType === "edge"
              ? cycle.flows.flow(stage(item.data.source ?? ""), stage(item.data.target ?? ""), item.data.value ?? 0)
              : stage(item.data.name ?? ""),
        },
        series: [
          {
            type: "sankey",
            left: 4,
            right: 4,
            top: 8,
            bottom: 8,
            nodeWidth: 10,
            nodeGap: 14,
            draggable: false,
            layoutIterations: 0,
            labelLayout: { moveOverlap: "shiftY" },
            emphasis: { focus: "adjacency" },
            lineStyle: { color: "source", opacity: 0.32, curveness: 0.5 },
            data: nodes.map((node) => ({
              name: node.id,
              depth: node.side,
              itemStyle: { color: colours[colourOfStage(node.stage)], borderWidth: 0 },
              label: {
                position: node.side === 0 ? "right" : "left",
                formatter: `${stage(node.id)}  ${formats.number(node.people)}`,
                color: ink,
                fontSize: 13,
              },
            })),
            links: ribbons.map(({ source, target, people }) => ({ source, target, value: people })),
          },
        ],
      },
      true,
    );
    made.off("click");
    made.on("click", (event) => {
      const data = event.data as { name?: string; source?: string; target?: string };
      if (data.source !== undefined && data.target !== undefined) navigate(lead.current({ from: data.source.slice(2), to: data.target.slice(2) }));
      else if (data.name !== undefined) navigate(lead.current(data.name.startsWith("0:") ? { from: data.name.slice(2) } : { to: data.name.slice(2) }));
    });
  }, [flows, stages, colours, words, cycle, formats, navigate]);

  return (
    <figure className="chart-figure">
      <figcaption className="chart-ends">
        <span>{cycle.flows.before}</span>
        <span>{cycle.flows.after}</span>
      </figcaption>
      <div className="chart" ref={place} role="img" aria-label={cycle.flows.chart} />
    </figure>
  );
}
