import { useEffect, useState, type ReactElement } from "react";
import { DayInput } from "../lens/DayInput";
import { useFormats, useText } from "../text/Text";
import { dayAt, moved, stepOf, stepsBetween, type Dates } from "./dates";

export interface TimeSliderProps {
  dates: Dates;
  /** From the first day of the data to the day on which everything is read. */
  first: string;
  last: string;
  onChange: (dates: Dates) => void;
}

/** While a slider moves nothing is asked; it has come to rest after so long. */
const restMs = 350;

/** Two dates to slide, by hand or by the arrow keys, or to type. */
export function TimeSlider({ dates, first, last, onChange }: TimeSliderProps): ReactElement {
  const text = useText().cycle.time;
  const formats = useFormats();
  const [draft, setDraft] = useState(dates);
  useEffect(() => setDraft(dates), [dates.start, dates.end]); // eslint-disable-line react-hooks/exhaustive-deps -- the days, not the object

  const changed = draft.start !== dates.start || draft.end !== dates.end;
  useEffect(() => {
    if (!changed) return;
    const timer = setTimeout(() => onChange(draft), restMs);
    return () => clearTimeout(timer);
  });

  const steps = stepsBetween(first, last);
  return (
    <fieldset className="time">
      <legend className="visually-hidden">{text.legend}</legend>
      {(["start", "end"] as const).map((which) => (
        <div className="time-row" key={which}>
          <DayInput label={text[which]} value={draft[which]} max={last} onChange={(day) => day !== "" && day <= last && onChange(moved(draft, which, day, first, last))} />
          <input
            type="range"
            min={-steps}
            max={which === "start" ? -1 : 0}
            step={1}
            value={Math.max(-steps, stepOf(draft[which], last))}
            aria-label={text.slide[which]}
            aria-valuetext={formats.day(draft[which])}
            onChange={(event) => setDraft(moved(draft, which, dayAt(Number(event.target.value), last), first, last))}
          />
        </div>
      ))}
      <p className="meaning">{text.hint}</p>
    </fieldset>
  );
}
