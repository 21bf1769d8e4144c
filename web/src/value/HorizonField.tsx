import type { ReactElement } from "react";
import { useText } from "../text/Text";
import { horizons } from "./address";
import { ChoiceField } from "./fields";

/** How far ahead is looked, in days. */
export function HorizonField({ value, onChange }: { value: number; onChange: (days: number) => void }): ReactElement {
  const { value: text } = useText();
  return <ChoiceField label={text.horizon} value={String(value)} choices={horizons.map((days) => [String(days), text.horizons[days] ?? String(days)])} onChange={(days) => onChange(Number(days))} />;
}
