import type { ReactElement } from "react";
import type { ChannelFigures, ChannelsReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { Actions, type Action } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Bar } from "../parts/Bar";
import { Block, Sentence } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { purestChannel } from "./figures";

function Row({ channel }: { channel: ChannelFigures }): ReactElement {
  const { audience, words } = useText();
  const text = audience.channels;
  const formats = useFormats();
  const { purity } = channel;
  return (
    <tr>
      <th scope="row">
        <span className="row-title">{words.channel(channel.channel)}</span>
        <span className="meaning">
          <strong>{words.channelVerdicts[channel.verdict]}</strong>, {text.verdictMeanings[channel.verdict]}
        </span>
      </th>
      <td className="bar-cell">
        {purity.whole > 0 && (
          <>
            <Bar share={purity.value} colour={channel.verdict === "too_few" ? "audience-unknown" : "audience-inside"} low={purity.low} high={purity.high} />
            <span className="bar-value">
              {formats.percent(purity.value)}
              <span className="visually-hidden">, {text.interval(formats.percent(purity.low), formats.percent(purity.high))}</span>
            </span>
          </>
        )}
      </td>
      <td className="number">{formats.number(channel.inside)}</td>
      <td className="number">{formats.number(channel.outside)}</td>
      <td className="number">{formats.number(channel.unknown)}</td>
      <td className="number">{formats.number(channel.clients)}</td>
      <td className="number">{formats.balances(channel.balances) || "–"}</td>
    </tr>
  );
}

function Report({ report }: { report: ChannelsReport }): ReactElement {
  const { audience, words } = useText();
  const text = audience.channels;
  const formats = useFormats();
  const best = purestChannel(report.channels);
  const named = (verdict: ChannelFigures["verdict"]): string =>
    formats.list(report.channels.filter((channel) => channel.verdict === verdict).slice(0, 3).map(({ channel }) => words.channel(channel)));

  const actions: Action[] = [];
  if (named("exclusive") !== "" && report.channels.length > 1) actions.push({ text: text.doExclusive(named("exclusive")) });
  if (named("vain") !== "") actions.push({ text: text.doVain(named("vain")) });

  return (
    <>
      <Sentence>{best === null ? text.sentenceNone : text.sentence(words.channel(best.channel), formats.percent(best.purity.value))}</Sentence>
      {report.channels.length > 0 && (
        <>
          <p className="meaning">{text.meaning}</p>
          <ScrollTable caption={text.table} className="figures figures-many">
            <thead>
              <tr>
                <th scope="col">{text.channel}</th>
                <th scope="col">{text.purity}</th>
                <th scope="col" className="number">
                  {text.inside}
                </th>
                <th scope="col" className="number">
                  {text.outside}
                </th>
                <th scope="col" className="number">
                  {text.unknown}
                </th>
                <th scope="col" className="number">
                  {text.clients}
                </th>
                <th scope="col" className="number">
                  {text.money}
                </th>
              </tr>
            </thead>
            <tbody>
              {report.channels.map((channel) => (
                <Row key={channel.channel} channel={channel} />
              ))}
            </tbody>
          </ScrollTable>
        </>
      )}
      <Actions actions={actions} />
    </>
  );
}

export function ChannelsBlock(): ReactElement {
  const text = useText().audience.channels;
  const query = useAnswer<ChannelsReport>("/channels");
  return (
    <Block id="channels" title={text.title} className="block-wide">
      <Answer query={query} waiting={<Skeleton lines={6} tall />}>
        {(report) => <Report report={report} />}
      </Answer>
    </Block>
  );
}
