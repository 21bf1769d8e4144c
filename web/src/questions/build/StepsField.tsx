import { useEffect, useRef, useState, type ReactElement } from "react";
import { useText } from "../../text/Text";
import type { Body } from "../address";
import { changed, listOf, objectOf, stepsOf } from "../body";
import { EventCondition } from "../../criteria/EventCondition";

const stepsMost = 64;

/** The steps of a funnel: added, removed, and moved by buttons, which the keyboard reaches as the pointer does. */
export function StepsField({ body, onChange }: { body: Body; onChange: (body: Body) => void }): ReactElement {
  const { questions: text } = useText();
  const steps = stepsOf(body);
  const rows = useRef<HTMLOListElement>(null);
  const [news, setNews] = useState("");
  /** Where the focus goes once the moved or new step is drawn in its place. */
  const [focus, setFocus] = useState<{ step: number; what: string } | null>(null);
  useEffect(() => {
    if (focus === null) return;
    const row = rows.current?.children[focus.step];
    const wanted = row?.querySelector<HTMLElement>(`[data-focus="${focus.what}"]:not([disabled])`) ?? row?.querySelector<HTMLElement>("input");
    wanted?.focus();
    setFocus(null);
  }, [focus, steps.length]);

  const write = (next: unknown[]): void => onChange(changed(body, { steps: next }));
  const raw = listOf(body.steps).map((step) => objectOf(step) ?? {});
  const change = (index: number, to: Body): void => write(raw.map((step, place) => (place === index ? changed(step, to) : step)));
  const move = (from: number, to: number, what: string): void => {
    const next = [...raw];
    const [moved] = next.splice(from, 1);
    if (moved === undefined) return;
    next.splice(to, 0, moved);
    write(next);
    setNews(text.stepMoved(to + 1));
    setFocus({ step: to, what });
  };
  return (
    <fieldset className="steps-field">
      <legend className="field-label">{text.steps}</legend>
      <ol ref={rows}>
        {steps.map((step, index) => (
          <li key={index} className="step-field">
            <EventCondition label={text.step(index + 1)} value={step.event} onChange={(event) => change(index, { event })} />
            <div className="step-tools">
              {index > 0 && (
                <label className="check">
                  <input type="checkbox" checked={step.optional} onChange={(event) => change(index, { optional: event.target.checked ? true : undefined })} />
                  <span>{text.optional}</span>
                </label>
              )}
              <span className="step-moves">
                <button type="button" className="button button-quiet icon" data-focus="up" aria-label={text.stepUp(index + 1)} disabled={index === 0} onClick={() => move(index, index - 1, "up")}>
                  ↑
                </button>
                <button type="button" className="button button-quiet icon" data-focus="down" aria-label={text.stepDown(index + 1)} disabled={index === steps.length - 1} onClick={() => move(index, index + 1, "down")}>
                  ↓
                </button>
                <button
                  type="button"
                  className="button button-quiet icon"
                  aria-label={text.removeStep(index + 1)}
                  disabled={steps.length === 1}
                  onClick={() => {
                    write(raw.filter((_, place) => place !== index));
                    setFocus({ step: Math.max(0, index - 1), what: "event" });
                  }}
                >
                  ×
                </button>
              </span>
            </div>
          </li>
        ))}
      </ol>
      {steps.length < stepsMost && (
        <button
          type="button"
          className="button"
          onClick={() => {
            write([...raw, { event: "" }]);
            setFocus({ step: raw.length, what: "event" });
          }}
        >
          {text.addStep}
        </button>
      )}
      <span className="visually-hidden" role="status">
        {news}
      </span>
    </fieldset>
  );
}
