import type { ReactElement } from "react";
import type { AssortmentReport, CrossSellReport } from "../api/model";
import { behindAddress } from "../ask/behind";
import { useReading } from "../lens/Reading";
import { Actions } from "../parts/Actions";
import { useText } from "../text/Text";
import { codesIn, limits, wayTo } from "./address";
import { assortmentBody, crossSellBody } from "./ask";
import { drawAssortment } from "./draw/assortment";
import { drawCrossSell, toPropose } from "./draw/crossSell";
import { AmountField, ChoiceField, WrittenField } from "./fields";
import { Form } from "./Form";
import { Told } from "./Told";
import { useForm } from "./useForm";

/** What is bought one after another, and which range is enough. */
export function ProductsPart(): ReactElement {
  const { value: text } = useText();
  const { workspace, lens } = useReading();
  const { form, change } = useForm();
  const pairs = crossSellBody(form, lens.audience);
  const advice = (report: CrossSellReport): ReactElement | null => {
    const pair = toPropose(report);
    if (pair === null) return null;
    const href = behindAddress(workspace.id, lens, wayTo("products"), { question: "cross-sell", body: pairs, filter: "", cell: { first: pair.first, then: pair.then, who: "not_yet" } });
    return <Actions actions={[{ text: text.crossSell.doTell(pair.people, pair.name), href }]} />;
  };
  return (
    <div className="blocks">
      <Told<CrossSellReport>
        part="products"
        question="cross-sell"
        title={text.crossSell.title}
        body={pairs}
        draw={drawCrossSell}
        after={advice}
        fields={
          <Form label={text.crossSell.title}>
            <ChoiceField label={text.crossSell.by} value={form.by === "category" ? "category" : "product"} choices={[["product", text.crossSell.bys.product], ["category", text.crossSell.bys.category]]} onChange={(by) => change({ by: by === "product" ? "" : by })} />
          </Form>
        }
      />
      <Told<AssortmentReport>
        part="products"
        question="assortment"
        title={text.assortment.title}
        body={assortmentBody(form, lens.audience)}
        draw={drawAssortment}
        fields={
          <Form label={text.assortment.title}>
            <AmountField label={`${text.assortment.share} (%)`} value={form.share} range={limits.share} onChange={(share) => change({ share })} />
            <ChoiceField label={text.assortment.keeps} value={form.keeps} choices={[["customers", text.assortment.keepsWhat.customers], ["margin", text.assortment.keepsWhat.margin]]} onChange={(keeps) => change({ keeps: keeps === "margin" ? keeps : "customers" })} />
            <WrittenField label={text.assortment.cut} hint={text.assortment.cutHint} value={form.cut.join(", ")} onChange={(cut) => change({ cut: codesIn(cut) })} />
          </Form>
        }
      />
    </div>
  );
}
