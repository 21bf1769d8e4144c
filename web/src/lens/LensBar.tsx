import { useId, useState, type ReactElement } from "react";
import { useFormats, useText } from "../text/Text";
import { addDays, dayIn } from "./days";
import { DayInput } from "./DayInput";
import { audienceSides, wideOpen } from "./lens";
import { periodDays, periodName, periodNames, type PeriodName } from "./periods";
import { useChangeLens, useReading } from "./Reading";

/** How the figures of every screen are read: for whom, under which hypothesis, over which period, on which day. */
export function LensBar(): ReactElement {
  const { lens: text } = useText().shell;
  const formats = useFormats();
  const { workspace, lens, day } = useReading();
  const change = useChangeLens();
  const [open, setOpen] = useState(false);
  const panel = useId();
  const today = dayIn(new Date(), workspace.zone);
  const period = periodName(lens, day.day);

  const choosePeriod = (name: PeriodName): void =>
    change(name === "own" ? { from: lens.from || addDays(day.day, -179), to: lens.to || day.day } : periodDays(name, day.day));
  const words = text.inWords(text.sides[lens.audience], text.periodInWords(lens.from, lens.to), day.day, lens.hypothesis);

  return (
    <section className="lens" aria-label={text.title}>
      <div className="lens-inner">
        <div className="lens-summary">
          <p>{words}</p>
          <button type="button" className="button button-quiet" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
            {open ? text.close : text.edit}
          </button>
        </div>
        <div className="lens-panel" id={panel} data-open={open}>
          <fieldset className="segments">
            <legend className="field-label">{text.audience}</legend>
            <div className="segments-row">
              {audienceSides.map((side) => (
                <label key={side} className="segment" data-side={side}>
                  <input type="radio" name="audience" value={side} checked={lens.audience === side} onChange={() => change({ audience: side })} />
                  <span>{text.sides[side]}</span>
                </label>
              ))}
            </div>
          </fieldset>
          {workspace.hypotheses.length > 1 && (
            <label className="field">
              <span className="field-label">{text.hypothesis}</span>
              <select value={lens.hypothesis} onChange={(event) => change({ hypothesis: event.target.value })}>
                <option value="">{text.hypothesisInForce}</option>
                {workspace.hypotheses.map((hypothesis) => (
                  <option key={hypothesis.version} value={hypothesis.version}>
                    {text.hypothesisOption(hypothesis.version, hypothesis.from)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label className="field">
            <span className="field-label">{text.period}</span>
            <select value={period} onChange={(event) => choosePeriod(event.target.value as PeriodName)}>
              {periodNames.map((name) => (
                <option key={name} value={name}>
                  {text.periods[name]}
                </option>
              ))}
            </select>
          </label>
          {period === "own" && (
            <div className="field-pair">
              <DayInput label={text.from} value={lens.from} max={lens.to || today} onChange={(from) => change({ from })} />
              <DayInput label={text.to} value={lens.to} max={today} onChange={(to) => change({ to })} />
            </div>
          )}
          <DayInput label={text.asOf} value={day.day} max={today} onChange={(asOf) => change({ asOf })} />
          {(lens.audience !== "all" || lens.hypothesis !== "" || lens.from !== "" || lens.to !== "" || lens.asOf !== "") && (
            <button type="button" className="button button-quiet lens-reset" onClick={() => change(wideOpen)}>
              {text.reset}
            </button>
          )}
        </div>
        {day.endOfData && (
          <p className="lens-note">
            {text.endOfData(day)}{" "}
            <button type="button" className="link-button" onClick={() => change({ asOf: today })}>
              {text.readToday}
            </button>
          </p>
        )}
        <p className="print-only">{formats.dayAndTimeOf(new Date().toISOString())}</p>
      </div>
    </section>
  );
}
