import type { ReactElement } from "react";
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Arrivals } from "../api/model";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { Block, Sentence } from "../parts/Block";
import { Command } from "../parts/Command";
import { ScrollTable } from "../parts/ScrollTable";
import { useFormats, useText } from "../text/Text";

interface KeyList { keys: { id: string; name: string; scopes: string[] }[] }
type Source = Arrivals["sources"][number];

/** How a library is told where to send: shown first where nothing has come yet. */
export function SendBlock(): ReactElement {
  const { data } = useText();
  const { workspace } = useReading();
  return (
    <Block id="send" title={data.send.title}>
      <Sentence>{data.send.sentence}</Sentence>
      <h3>{data.send.address}</h3>
      <Command>{location.origin}</Command>
      <h3>{data.send.key}</h3>
      <Command>{`habitue key create --scope write --workspace ${workspace.id}`}</Command>
      <p className="meaning">{data.send.then}</p>
    </Block>
  );
}

function Row({ name, source }: { name: string; source: Source | undefined }): ReactElement {
  const { data } = useText();
  const text = data.sources;
  const formats = useFormats();
  const named = Object.entries(source?.events ?? {}).sort(([, one], [, other]) => other - one);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{source === undefined ? text.never : formats.dayAndTimeOf(source.last_at)}</td>
      <td className="number">{formats.number(source?.accepted ?? 0)}</td>
      <td className="number">{formats.number(source?.duplicate ?? 0)}</td>
      <td className="number">{formats.number(source?.refused ?? 0)}</td>
      <td>{named.slice(0, 5).map(([event, count]) => text.each(event, count)).join(", ")}</td>
    </tr>
  );
}

/** Each write key, also one that has sent nothing, with what came by it. */
export function SourcesBlock({ sources, mayDecide }: { sources: readonly Source[]; mayDecide: boolean }): ReactElement {
  const { data } = useText();
  const text = data.sources;
  const { workspace } = useReading();
  const keys = useQuery({
    queryKey: ["keys", workspace.id],
    enabled: mayDecide,
    queryFn: ({ signal }) => get<KeyList>(workspacePath(workspace.id, "/keys"), {}, signal),
  });
  const silent = (keys.data?.keys ?? []).filter(({ name, scopes }) => scopes.includes("write") && !sources.some(({ key }) => key === name));
  return (
    <Block id="sources" title={text.title}>
      <Sentence>{sources.length === 0 ? text.none : text.sentence(sources.length)}</Sentence>
      {sources.length + silent.length > 0 && (
        <ScrollTable caption={text.table} className="sources-table">
          <thead>
            <tr>
              <th scope="col">{text.source}</th>
              <th scope="col">{text.last}</th>
              <th scope="col" className="number">{text.accepted}</th>
              <th scope="col" className="number">{text.duplicate}</th>
              <th scope="col" className="number">{text.refused}</th>
              <th scope="col">{text.what}</th>
            </tr>
          </thead>
          <tbody>
            {sources.map((source, place) => (
              <Row key={place} name={source.key ?? text.noKey} source={source} />
            ))}
            {silent.map(({ id, name }) => (
              <Row key={id} name={name} source={undefined} />
            ))}
          </tbody>
        </ScrollTable>
      )}
    </Block>
  );
}
