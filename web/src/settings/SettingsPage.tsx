import type { ReactElement } from "react";
import { useSession } from "../api/queries";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { AuditBlock } from "./AuditBlock";
import { DefinitionsBlock } from "./DefinitionsBlock";
import { PasswordBlock } from "./PasswordBlock";
import { TeamBlock } from "./TeamBlock";

/** What words mean, who may come in, who one is oneself, and who saw whom. */
export function SettingsPage(): ReactElement {
  const { settings: text } = useText();
  const session = useSession().data;
  const mayDecide = session?.scopes.includes("admin") ?? false;
  const ofAll = mayDecide && session?.workspaces.length === 0;
  return (
    <>
      <PageHeading title={text.title}>
        <p className="facts">{session?.member ? text.youAre(session.member.name || session.member.email, text.roles[session.member.role]) : text.thisMachine}</p>
      </PageHeading>
      <div className="settings-blocks">
        <DefinitionsBlock />
        {ofAll && <TeamBlock />}
        {session?.member && <PasswordBlock />}
        {mayDecide && <AuditBlock />}
      </div>
    </>
  );
}
