import { useEffect, useState, type ReactElement } from "react";
import type { Arrival } from "../api/model";
import { Block } from "../parts/Block";
import { Failure } from "../parts/Failure";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { propertiesInWords } from "./properties";
import type { Live } from "./queries";

/** A screen reader is told how many came this often, and not at each event. */
const toldEveryMs = 10_000;

function useNowAndThen(text: string): string {
  const [told, setTold] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setTold(text), told === "" ? 0 : toldEveryMs);
    return () => clearTimeout(timer);
  }, [text, told]);
  return told;
}

function Row({ arrival }: { arrival: Arrival }): ReactElement {
  const { data } = useText();
  const formats = useFormats();
  const { type = "track", event = "", reason = "" } = arrival;
  return (
    <tr data-fate={arrival.fate}>
      <td className="arrival-time">{formats.timeOf(arrival.received_at)}</td>
      <td>
        <span className="fate" data-fate={arrival.fate}>
          {data.arrivals.fates[arrival.fate]}
        </span>
      </td>
      <th scope="row">{arrival.fate === "refused" ? reason : event === "" ? (data.arrivals.types[type] ?? type) : event}</th>
      <td className="identifier">{arrival.user_id || arrival.anonymous_id}</td>
      <td className="arrival-detail identifier">{propertiesInWords(arrival.properties)}</td>
    </tr>
  );
}

/** What comes in over the network, the latest first. */
export function ArrivalsBlock({ live, paused, onPause }: { live: Live; paused: boolean; onPause: (paused: boolean) => void }): ReactElement {
  const { data } = useText();
  const text = data.arrivals;
  const formats = useFormats();
  const [latest] = live.arrivals;
  const told = useNowAndThen(latest === undefined ? "" : text.live(live.arrivals.length, formats.timeOf(latest.received_at)));
  return (
    <Block id="arrivals" title={text.title}>
      {live.error !== null && <Failure error={live.error} />}
      {!live.known && live.error === null && <Skeleton lines={3} />}
      {live.known && (
        <div className="live-line">
          <p className="meaning">{latest === undefined ? text.waiting : paused ? text.paused : text.live(live.arrivals.length, formats.timeOf(latest.received_at))}</p>
          <button type="button" className="button" aria-pressed={paused} onClick={() => onPause(!paused)}>
            {paused ? text.resume : text.pause}
          </button>
        </div>
      )}
      <p role="status" className="visually-hidden">
        {paused ? text.paused : told}
      </p>
      {live.missed > 0 && <p className="note">{text.missed(live.missed)}</p>}
      {live.arrivals.length > 0 && (
        <ScrollTable caption={text.table} className="arrivals">
          <thead>
            <tr>
              <th scope="col">{data.preview.when}</th>
              <th scope="col">{text.fate}</th>
              <th scope="col">{data.preview.name}</th>
              <th scope="col">{data.preview.who}</th>
              <th scope="col">{data.preview.what}</th>
            </tr>
          </thead>
          <tbody>
            {live.arrivals.map((arrival) => (
              <Row key={arrival.seq} arrival={arrival} />
            ))}
          </tbody>
        </ScrollTable>
      )}
    </Block>
  );
}
