import type { ReactElement, RefObject } from "react";
import { useReading } from "../lens/Reading";
import { saveBlob, saveFile } from "../parts/saveFile";
import { useText } from "../text/Text";
import { tablesAsCsv, type Drawing } from "./drawing";
import { asPng, titledSvg } from "./picture";

const fileName = (workspace: string, title: string): string => `${workspace}-${title}`.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase();

/** The tables as CSV, the chart as a picture. */
export function Exports({ drawing, title, picture }: { drawing: Drawing; title: string; picture: RefObject<(() => string) | null> }): ReactElement {
  const { ask: text, shell } = useText();
  const { workspace, lens, day } = useReading();
  const name = fileName(workspace.id, title);
  const svg = (): string | null => {
    const drawn = picture.current?.();
    if (drawn === undefined) return null;
    const style = getComputedStyle(document.body);
    const seen = shell.lens.inWords(shell.lens.sides[lens.audience], shell.lens.periodInWords(lens.from, lens.to), day.day, lens.hypothesis);
    return titledSvg(drawn, title, `${workspace.name}, ${seen}`, style.backgroundColor, style.color);
  };
  const png = async (): Promise<void> => {
    const drawn = svg();
    if (drawn !== null) saveBlob(`${name}.png`, await asPng(drawn));
  };
  return (
    <div className="exports" role="group" aria-label={text.export}>
      <span className="field-label" aria-hidden="true">
        {text.export}
      </span>
      <button type="button" className="button button-quiet" onClick={() => saveFile(`${name}.csv`, tablesAsCsv(drawing.tables))}>
        {text.exportCsv}
      </button>
      {drawing.charts.length > 0 && (
        <>
          <button type="button" className="button button-quiet" onClick={() => void png()}>
            {text.exportPng}
          </button>
          <button
            type="button"
            className="button button-quiet"
            onClick={() => {
              const drawn = svg();
              if (drawn !== null) saveBlob(`${name}.svg`, new Blob([drawn], { type: "image/svg+xml" }));
            }}
          >
            {text.exportSvg}
          </button>
        </>
      )}
    </div>
  );
}
