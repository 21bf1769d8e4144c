import type { ReactElement } from "react";
import type { CostsReport, RecurringReport } from "../api/model";
import { useReading } from "../lens/Reading";
import { useText } from "../text/Text";
import { drawCosts } from "./draw/costs";
import { drawRecurring } from "./draw/recurring";
import { Told } from "./Told";

const byMonth = {};

/** Revenue that recurs where there are subscriptions, then margin and cost. */
export function MoneyPart(): ReactElement {
  const { value: text } = useText();
  const { workspace } = useReading();
  return (
    <div className="blocks">
      {workspace.model === "subscription" && <Told<RecurringReport> part="money" question="recurring" title={text.recurring.title} body={byMonth} draw={drawRecurring} />}
      <Told<CostsReport> part="money" question="costs" title={text.costs.title} body={byMonth} draw={drawCosts} />
    </div>
  );
}
