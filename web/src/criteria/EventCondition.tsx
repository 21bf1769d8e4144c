import { useEffect, useMemo, useState, type ReactElement } from "react";
import { Combobox, type Choice } from "../parts/Combobox";
import { useText } from "../text/Text";
import { operators, readCondition, writeCondition, type Comparison, type Condition, type Operator } from "./condition";
import { useNames, valuesOf } from "./names";
import { TextField } from "../parts/TextField";

export interface EventConditionProps {
  label: string;
  /** The text of the condition; empty for none. */
  value: string;
  /** Offers a purchase as the business counts it, which is what an empty text means then. */
  purchase?: boolean;
  onChange: (value: string) => void;
}

const noComparison: Comparison = { property: "", operator: "=", value: "" };
const complete = ({ property, value }: Comparison): boolean => property !== "" && value.trim() !== "";
export const asChoices = (names: readonly string[]): Choice[] => names.map((name) => ({ value: name, title: name }));

/** How a property or a trait is compared. */
export function OperatorField({ value, onChange }: { value: Operator; onChange: (operator: Operator) => void }): ReactElement {
  const { questions: text } = useText();
  return (
    <label className="field">
      <span className="field-label">{text.operator}</span>
      <select value={value} onChange={(event) => onChange(operators.find((known) => known === event.target.value) ?? "=")}>
        {operators.map((operator) => (
          <option key={operator} value={operator}>
            {text.operators[operator]}
          </option>
        ))}
      </select>
    </label>
  );
}

function Where({ condition, index, onChange }: { condition: Condition; index: number; onChange: (where: Comparison[]) => void }): ReactElement {
  const { questions: text } = useText();
  const names = useNames().data;
  const one = condition.where[index] ?? noComparison;
  const change = (to: Partial<Comparison>): void => onChange(condition.where.map((each, place) => (place === index ? { ...each, ...to } : each)));
  const values = valuesOf(names, one.property);
  return (
    <div className="where">
      <Combobox label={text.property} labelHidden free placeholder={text.property} value={one.property} choices={asChoices(names?.properties ?? [])} onChange={(property) => change({ property })} />
      <OperatorField value={one.operator} onChange={(operator) => change({ operator })} />
      <Combobox label={text.value} labelHidden free placeholder={text.value} value={one.value} choices={asChoices(values)} onChange={(value) => change({ value })} />
      <button type="button" className="button button-quiet icon" aria-label={text.removeWhere} onClick={() => onChange(condition.where.filter((_, place) => place !== index))}>
        ×
      </button>
    </div>
  );
}

/** Comparisons, with those that are not yet complete: these live in the form alone. */
function Wheres({ condition, onChange }: { condition: Condition; onChange: (where: Comparison[]) => void }): ReactElement | null {
  const { questions: text } = useText();
  const [draft, setDraft] = useState(condition.where);
  const said = JSON.stringify(condition.where);
  useEffect(() => {
    setDraft((now) => (JSON.stringify(now.filter(complete)) === said ? now : (JSON.parse(said) as Comparison[])));
  }, [said]);
  if (condition.event === "") return null;
  const change = (where: Comparison[]): void => {
    setDraft(where);
    if (JSON.stringify(where.filter(complete)) !== said) onChange(where.filter(complete));
  };
  return (
    <>
      {draft.map((_, index) => (
        <Where key={index} condition={{ ...condition, where: draft }} index={index} onChange={change} />
      ))}
      <button type="button" className="link-button add-where" onClick={() => change([...draft, noComparison])}>
        {text.addWhere}
      </button>
    </>
  );
}

/** One event and, where wanted, comparisons of its properties. What the form has no fields for is shown as text. */
export function EventCondition({ label, value, purchase = false, onChange }: EventConditionProps): ReactElement {
  const { questions: text } = useText();
  const names = useNames().data;
  const choices = useMemo(() => [...(purchase ? [{ value: "", title: text.purchase }] : []), ...asChoices(names?.events ?? [])], [names, purchase, text]);
  const condition = readCondition(value);
  if (condition === null) return <TextField label={`${label} (${text.writtenByHand})`} value={value} onChange={onChange} />;
  const change = (to: Partial<Condition>): void => onChange(writeCondition({ ...condition, ...to }));
  return (
    <div className="event-condition">
      <Combobox label={label} free placeholder={text.chooseEvent} value={condition.event} choices={choices} onChange={(event) => change({ event })} />
      <Wheres condition={condition} onChange={(where) => change({ where })} />
    </div>
  );
}
