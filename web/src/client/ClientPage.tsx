import type { ReactElement } from "react";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { RolesBlock } from "./RolesBlock";
import "../style/client.css";

/** The first question of all: who is supposed to pay, and has paid. */
export function ClientPage(): ReactElement {
  const text = useText().client;
  return (
    <>
      <PageHeading title={text.title}>
        <p className="facts">{text.lead}</p>
      </PageHeading>
      <div className="blocks">
        <RolesBlock />
      </div>
    </>
  );
}
