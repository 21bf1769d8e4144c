import type { ReactElement } from "react";
import { Combobox } from "../../parts/Combobox";
import { useText } from "../../text/Text";
import type { Asked, Body, Kind } from "../address";
import { changed, listOf, numberOf, objectOf, textOf } from "../body";
import { useNames } from "../../criteria/names";
import { EventCondition } from "../../criteria/EventCondition";
import { BreakdownField, DurationField, funnelBreakdown, NumberField, SelectField, TextField, wrapFunnelBreakdown } from "./fields";
import { StepsField } from "./StepsField";

interface FormProps {
  body: Body;
  onChange: (body: Body) => void;
}

/** A field whose value is left out when it is the default, so that the address stays short. */
const unless = (value: string, standard: string): string | undefined => (value === standard || value === "" ? undefined : value);

function FunnelForm({ body, onChange }: FormProps): ReactElement {
  const { questions: text } = useText();
  const set = (change: Body): void => onChange(changed(body, change));
  return (
    <>
      <StepsField body={body} onChange={onChange} />
      <DurationField label={text.window} value={body.window} otherwise="14 d" onChange={(window) => set({ window: unless(window, "14 d") })} />
      <SelectField label={text.order} value={textOf(body.order, "ordered")} options={text.orders} onChange={(order) => set({ order: unless(order, "ordered") })} />
      <SelectField label={text.trend} value={textOf(body.trend, "none")} options={text.trends} onChange={(trend) => set({ trend: unless(trend, "none") })} />
      <BreakdownField value={funnelBreakdown(body)} onChange={(by) => onChange(wrapFunnelBreakdown(body, by))} />
    </>
  );
}

function RetentionForm({ body, onChange }: FormProps): ReactElement {
  const { questions: text } = useText();
  const set = (change: Body): void => onChange(changed(body, change));
  return (
    <>
      <EventCondition label={text.start} purchase value={textOf(body.start)} onChange={(start) => set({ start: start || undefined })} />
      <EventCondition label={text.comeback} purchase value={textOf(body.comeback)} onChange={(comeback) => set({ comeback: comeback || undefined })} />
      <div className="pair">
        <SelectField label={text.period} value={textOf(body.unit, "month")} options={text.periods} onChange={(unit) => set({ unit })} />
        <NumberField label={text.columns} value={numberOf(body.columns, 12)} least={2} most={60} onChange={(columns) => set({ columns })} />
      </div>
      <SelectField label={text.counting} value={textOf(body.counting, "on")} options={text.countings} onChange={(counting) => set({ counting: unless(counting, "on") })} />
      <SelectField label={text.cohortBy} value={textOf(body.cohort_by, "first_matching")} options={text.cohortsBy} onChange={(by) => set({ cohort_by: unless(by, "first_matching") })} />
      <BreakdownField value={objectOf(body.breakdown)} onChange={(breakdown) => set({ breakdown })} />
    </>
  );
}

function EventsField({ body, onChange }: FormProps): ReactElement {
  const { questions: text } = useText();
  const names = useNames().data;
  const chosen = listOf(body.events).filter((event) => typeof event === "string");
  const write = (events: string[]): void => onChange(changed(body, { events: events.length === 0 ? undefined : events }));
  const left = (names?.events ?? []).filter((name) => !chosen.includes(name)).map((name) => ({ value: name, title: name }));
  return (
    <div className="events-field">
      <Combobox
        label={text.activeBy}
        placeholder={chosen.length === 0 ? text.purchase : text.addEvent}
        value=""
        choices={left}
        onChange={(event) => write([...chosen, event])}
      />
      {chosen.length > 0 && (
        <ul className="chips">
          {chosen.map((event) => (
            <li key={event} className="chip">
              {event}
              <button type="button" className="chip-remove" aria-label={text.removeEvent(event)} onClick={() => write(chosen.filter((each) => each !== event))}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function GrowthForm({ body, onChange }: FormProps): ReactElement {
  const { questions: text } = useText();
  const set = (change: Body): void => onChange(changed(body, change));
  return (
    <>
      <EventsField body={body} onChange={onChange} />
      <SelectField label={text.period} value={textOf(body.bucket, "month")} options={text.periods} onChange={(bucket) => set({ bucket })} />
      <SelectField label={text.birth} value={textOf(body.birth, "first_activity")} options={text.births} onChange={(birth) => set({ birth: unless(birth, "first_activity") })} />
      <BreakdownField value={objectOf(body.breakdown)} onChange={(breakdown) => set({ breakdown })} />
    </>
  );
}

function PathsForm({ body, onChange }: FormProps): ReactElement {
  const { questions: text } = useText();
  const set = (change: Body): void => onChange(changed(body, change));
  return (
    <>
      <EventCondition label={text.anchor} purchase value={textOf(body.anchor)} onChange={(anchor) => set({ anchor: anchor || undefined })} />
      <SelectField label={text.direction} value={textOf(body.direction, "after")} options={text.directions} onChange={(direction) => set({ direction })} />
      <NumberField label={text.pathSteps} value={numberOf(body.steps, 5)} least={1} most={10} onChange={(steps) => set({ steps })} />
      <label className="check">
        <input type="checkbox" checked={body.property === "path"} onChange={(event) => set({ property: event.target.checked ? "path" : undefined })} />
        <span>{text.pathProperty}</span>
      </label>
    </>
  );
}

const modelsOffered = ["first", "last", "last_non_direct", "linear", "position", "time_decay", "markov", "shapley"];

function AttributionForm({ body, onChange }: FormProps): ReactElement {
  const { questions: text } = useText();
  const set = (change: Body): void => onChange(changed(body, change));
  const models = listOf(body.models).filter((model) => typeof model === "string");
  return (
    <>
      <EventCondition label={text.conversion} purchase value={textOf(body.conversion)} onChange={(conversion) => set({ conversion: conversion || undefined })} />
      <DurationField label={text.lookback} value={body.lookback} otherwise="30 d" onChange={(lookback) => set({ lookback: unless(lookback, "30 d") })} />
      <fieldset className="checks">
        <legend className="field-label">{text.models}</legend>
        {modelsOffered.map((model) => (
          <label key={model} className="check">
            <input
              type="checkbox"
              checked={models.includes(model)}
              disabled={models.length === 1 && models.includes(model)}
              onChange={(event) => set({ models: event.target.checked ? modelsOffered.filter((each) => each === model || models.includes(each)) : models.filter((each) => each !== model) })}
            />
            <span>{text.modelNames[model]}</span>
          </label>
        ))}
      </fieldset>
    </>
  );
}

function ContrastForm({ body, onChange }: FormProps): ReactElement {
  const { questions: text } = useText();
  const set = (change: Body): void => onChange(changed(body, change));
  const stratify = objectOf(body.stratify);
  const held = stratify?.of === "channel" || stratify?.of === "trait" ? stratify.of : "none";
  const names = useNames().data;
  return (
    <>
      <EventCondition label={text.outcome} purchase value={textOf(body.outcome)} onChange={(outcome) => set({ outcome: outcome || undefined })} />
      <DurationField label={text.within} value={body.within} otherwise="90 d" onChange={(within) => set({ within: unless(within, "90 d") })} />
      <SelectField label={text.bornWith} value={textOf(body.birth, "first_event")} options={text.bornWiths} onChange={(birth) => set({ birth: unless(birth, "first_event"), ...(birth === "first_of" ? {} : { born_with: undefined }) })} />
      {body.birth === "first_of" && <EventCondition label={text.event} purchase value={textOf(body.born_with)} onChange={(born) => set({ born_with: born || undefined })} />}
      <DurationField label={text.age} value={body.age} otherwise="14 d" onChange={(age) => set({ age: unless(age, "14 d") })} />
      <SelectField
        label={text.stratify}
        value={held}
        options={text.stratifies}
        onChange={(of) => set({ stratify: of === "none" ? undefined : of === "channel" ? { of } : { of, name: textOf(stratify?.name) || names?.properties[0] || "country" } })}
      />
      {held === "trait" && (
        <Combobox label={text.breakdownName} free value={textOf(stratify?.name)} choices={(names?.properties ?? []).map((each) => ({ value: each, title: each }))} onChange={(name) => set({ stratify: { of: "trait", name } })} />
      )}
    </>
  );
}

const forms: Record<Kind, (props: FormProps) => ReactElement> = {
  funnel: FunnelForm,
  retention: RetentionForm,
  growth: GrowthForm,
  paths: PathsForm,
  attribution: AttributionForm,
  contrast: ContrastForm,
};

/** The form of a question. Each change is a new question, in the address: "back" takes it away again. */
export function Builder({ asked, onChange }: { asked: Asked; onChange: (asked: Asked) => void }): ReactElement {
  const { questions: text } = useText();
  const Form = forms[asked.kind];
  return (
    <form className="builder" onSubmit={(event) => event.preventDefault()} aria-label={text.build}>
      <Form key={asked.kind} body={asked.body} onChange={(body) => onChange({ ...asked, body })} />
      <TextField label={text.onlyPeople} hint={text.onlyPeopleHint} value={asked.filter} onChange={(filter) => onChange({ ...asked, filter })} />
    </form>
  );
}
