import type { ReactElement } from "react";
import { useText } from "../text/Text";
import { horizons } from "./address";
import { ChoiceField } from "./fields";

/** How far ahead is looked, in days; not less than `least`. */
export function HorizonField({ value, least = 0, onChange }: { value: number; least?: number; onChange: (days: number) => void }): ReactElement {
  const { value: text } = useText();
  return <ChoiceField label={text.horizon} value={String(value)} choices={horizons.filter((days) => days >= least).map((days) => [String(days), text.horizons[days] ?? String(days)])} onChange={(days) => onChange(Number(days))} />;
}
