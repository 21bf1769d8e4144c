import type { ReactElement } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Audit } from "../api/model";
import { workspacePath } from "../api/queries";
import { personAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Block, Sentence } from "../parts/Block";
import { Failure } from "../parts/Failure";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";

type Entry = Audit["entries"][number];

function Whom({ entry }: { entry: Entry }): ReactElement {
  const { settings } = useText();
  const { workspace, lens } = useReading();
  const [only] = entry.people;
  if (entry.signed !== null) return <>{settings.audit.signed(entry.signed.programme, entry.signed.reason)}</>;
  if (entry.whole) return <>{settings.audit.anybody}</>;
  if (entry.people.length === 1 && only !== undefined && only !== "erased") {
    return <Link href={personAddress(workspace.id, lens, only)}>{settings.audit.onePerson}</Link>;
  }
  return <>{only === "erased" && entry.people.length === 1 ? settings.audit.erased : settings.audit.people(entry.people.length)}</>;
}

/** Who of the company looked at whom, the latest first. */
export function AuditBlock(): ReactElement {
  const { settings } = useText();
  const text = settings.audit;
  const formats = useFormats();
  const { workspace } = useReading();
  const audit = useQuery({
    queryKey: ["audit", workspace.id],
    staleTime: 0,
    queryFn: ({ signal }) => get<Audit>(workspacePath(workspace.id, "/audit"), { limit: 100 }, signal),
  });
  if (audit.data === undefined) {
    return (
      <Block id="audit" title={text.title}>
        {audit.isError ? <Failure error={audit.error} onRetry={() => void audit.refetch()} /> : <Skeleton lines={4} />}
      </Block>
    );
  }
  const { entries } = audit.data;
  return (
    <Block id="audit" title={text.title}>
      <Sentence>{entries.length === 0 ? text.none : text.sentence(entries.length)}</Sentence>
      {entries.length > 0 && (
        <ScrollTable caption={text.table} className="audit">
          <thead>
            <tr>
              <th scope="col">{text.when}</th>
              <th scope="col">{text.who}</th>
              <th scope="col">{text.what}</th>
              <th scope="col">{text.whom}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, place) => (
              <tr key={place}>
                <td>{formats.dayAndTimeOf(entry.at)}</td>
                <td>{entry.kind === "session" ? entry.name || text.gone : entry.kind === "key" ? text.key(entry.by) : text.machine}</td>
                <td>{text.page(entry.what)}</td>
                <td>
                  <Whom entry={entry} />
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </Block>
  );
}
