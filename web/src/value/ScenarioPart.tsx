import type { ReactElement } from "react";
import type { ScenarioReport } from "../api/model";
import { useReading } from "../lens/Reading";
import { useText } from "../text/Text";
import { limits } from "./address";
import { scenarioBody, segmentsAsked, usualHorizon } from "./ask";
import { assumptionsOf, drawScenario } from "./draw/scenario";
import { AmountField, ChoiceField } from "./fields";
import { Form } from "./Form";
import { HorizonField } from "./HorizonField";
import { usePen } from "./Shown";
import { Told } from "./Told";
import { useForm } from "./useForm";

/** Another price, margin or loyalty; what the answer takes for granted is part of it. */
export function ScenarioPart(): ReactElement {
  const { value } = useText();
  const text = value.scenario;
  const { lens } = useReading();
  const { form, change } = useForm();
  const pen = usePen();
  const by = segmentsAsked(form.by);
  return (
    <>
      <Form>
        <AmountField label={text.price} value={form.price} range={limits.price} onChange={(price) => change({ price })} />
        <AmountField label={text.margin} value={form.margin} range={limits.margin} onChange={(margin) => change({ margin })} />
        <AmountField label={text.retention} value={form.retention} range={limits.retention} onChange={(retention) => change({ retention })} />
        <HorizonField value={form.horizon ?? usualHorizon.scenario} onChange={(horizon) => change({ horizon: horizon === usualHorizon.scenario ? null : horizon })} />
        <ChoiceField label={text.by} value={by} choices={(["nothing", "side", "stage", "role", "category"] as const).map((each) => [each, text.bys[each]])} onChange={(chosen) => change({ by: chosen === "nothing" ? "" : chosen })} />
      </Form>
      <div className="blocks">
        <Told<ScenarioReport>
          part="scenario"
          question="scenario"
          title={text.title}
          body={scenarioBody(form, lens.audience)}
          draw={drawScenario}
          after={(report) => (
            <div className="assumptions">
              <h3>{text.assumptions}</h3>
              <ul>
                {assumptionsOf(report, pen).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </div>
          )}
        />
      </div>
    </>
  );
}
