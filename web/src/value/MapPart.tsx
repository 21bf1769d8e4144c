import type { ReactElement } from "react";
import type { MapReport } from "../api/model";
import { DayInput } from "../lens/DayInput";
import { addDays } from "../lens/days";
import { useReading } from "../lens/Reading";
import { useText } from "../text/Text";
import { mapBody } from "./ask";
import { drawMap } from "./draw/map";
import { Form } from "./Form";
import { Told } from "./Told";
import { useForm } from "./useForm";

/** Value by relation, and the moves between two dates. */
export function MapPart(): ReactElement {
  const { value: text } = useText();
  const { lens, day } = useReading();
  const { form, change } = useForm();
  return (
    <>
      <Form>
        <DayInput label={text.since} value={form.since === "" ? addDays(day.day, -365) : form.since} max={day.day} onChange={(since) => change({ since })} />
      </Form>
      <div className="blocks">
        <Told<MapReport> part="map" question="map" title={text.map.title} body={mapBody(form, lens.audience)} draw={drawMap} />
      </div>
    </>
  );
}
