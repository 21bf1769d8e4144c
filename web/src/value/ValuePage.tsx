import type { ReactElement } from "react";
import { Link, Redirect } from "wouter";
import type { ScreenProps } from "../app/screens";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { partAt, parts, wayTo, type Part } from "./address";
import { ChancesPart } from "./ChancesPart";
import { MapPart } from "./MapPart";
import { MoneyPart } from "./MoneyPart";
import { ProductsPart } from "./ProductsPart";
import { ScenarioPart } from "./ScenarioPart";
import { WorthPart } from "./WorthPart";
import "../style/value.css";

const pages: Record<Part, () => ReactElement> = { worth: WorthPart, map: MapPart, products: ProductsPart, scenario: ScenarioPart, chances: ChancesPart, money: MoneyPart };

/** What customers bring, will bring and would bring: six questions, each asked when it is opened. */
export function ValuePage({ rest }: ScreenProps): ReactElement {
  const { value: text } = useText();
  const { workspace, lens } = useReading();
  const part = partAt(rest);
  if (part === null) return <Redirect to={screenAddress(workspace.id, "value", lens)} replace />;
  const Page = pages[part];
  return (
    <>
      <PageHeading key={`heading ${part}`} title={text.parts[part].question}>
        <p className="facts">{text.parts[part].meaning}</p>
      </PageHeading>
      <nav className="value-parts" aria-label={text.nav}>
        <ul>
          {parts.map((each) => (
            <li key={each}>
              <Link href={screenAddress(workspace.id, wayTo(each), lens)} aria-current={each === part ? "page" : undefined}>
                {text.parts[each].short}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Page key={part} />
    </>
  );
}
