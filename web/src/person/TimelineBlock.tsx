import type { ReactElement } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Timeline, TimelineEvent } from "../api/model";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { Failure } from "../parts/Failure";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { byDay } from "./days";
import { flatten, valueText } from "./values";

const pageLength = 50;

function Values({ title, values }: { title: string; values: Record<string, unknown> }): ReactElement | null {
  const { person } = useText();
  const formats = useFormats();
  const rows = flatten(values);
  if (rows.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <dl className="values">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{valueText(value, formats, person.role)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function EventItem({ event }: { event: TimelineEvent }): ReactElement {
  const { person } = useText();
  const text = person.timeline;
  const formats = useFormats();
  const source = event.source.startsWith("import") ? `${text.sources.import} ${event.source.slice("import:".length)}` : text.sources.http;
  const type = text.types[event.type] ?? event.type;
  return (
    <li className="event" data-type={event.type}>
      <details>
        <summary>
          <time dateTime={event.at}>{formats.timeOf(event.at)}</time>
          <span className="event-name">{event.name || type}</span>
          <span className="meaning">{event.name === "" ? "" : type}</span>
        </summary>
        <div className="event-details">
          <Values title={text.properties} values={event.properties} />
          <Values title={text.context} values={event.context} />
          <p className="meaning">
            {text.received(event.received_at)} · {source} · {person.traits.provenances[event.provenance] ?? event.provenance}
            {event.origin !== null && ` · ${text.origin(person.identity.kinds[event.origin.kind] ?? event.origin.kind, event.origin.value)}`}
          </p>
        </div>
      </details>
    </li>
  );
}

/** Everything that happened, newest first, up to the reading day. */
export function TimelineBlock({ person }: { person: string }): ReactElement {
  const text = useText().person.timeline;
  const formats = useFormats();
  const { workspace, parameters } = useReading();
  const query = useInfiniteQuery({
    queryKey: ["answer", workspace.id, "timeline", person, parameters.as_of],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      get<Timeline>(workspacePath(workspace.id, `/people/${person}/timeline`), { as_of: parameters.as_of, offset: pageParam, limit: pageLength }, signal),
    getNextPageParam: (page) => page.next_offset ?? undefined,
  });
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Block title={text.title} className="timeline-block">
      {query.isPending && <Skeleton lines={10} />}
      {query.isError && events.length === 0 && <Failure error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />}
      {query.isSuccess && <p className="meaning">{events.length === 0 ? text.none : text.sentence}</p>}
      <ol className="timeline">
        {byDay(events, workspace.zone).map(([day, ofDay]) => (
          <li key={`${day} ${ofDay[0]?.seq ?? ""}`}>
            <h3>{formats.day(day)}</h3>
            <ol>
              {ofDay.map((event) => (
                <EventItem key={event.seq} event={event} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
      {events.length > 0 && (
        <div className="timeline-end">
          <p className="meaning" role="status">
            {query.hasNextPage ? text.loaded(events.length, query.data?.pages[0]?.total ?? events.length) : text.end}
          </p>
          {query.hasNextPage && (
            <button type="button" className="button" aria-disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {text.more}
            </button>
          )}
        </div>
      )}
    </Block>
  );
}
