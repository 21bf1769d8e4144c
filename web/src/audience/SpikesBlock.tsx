import type { ReactElement } from "react";
import type { SpikesReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { Actions } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Block, Sentence } from "../parts/Block";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";

/** The largest few say it; the rest is in the export. */
const shown = 6;

function Report({ report }: { report: SpikesReport }): ReactElement {
  const { audience, words } = useText();
  const text = audience.spikes;
  const formats = useFormats();
  if (report.spikes.length === 0) return <Sentence>{text.none}</Sentence>;
  return (
    <>
      <Sentence>{text.sentence(report.spikes.length)}</Sentence>
      <ul className="spikes">
        {report.spikes.slice(0, shown).map((spike) => (
          <li key={`${spike.first} ${spike.channel}`}>
            <span className="row-title">{text.when(spike.first, spike.last)}</span>
            <span>{text.size(spike.people, spike.expected)}</span>
            <span className="meaning">
              {spike.channel === "" ? text.allChannels : text.byChannel(words.channel(spike.channel))},{" "}
              {spike.inside.whole > 0 ? text.purity(formats.percent(spike.inside.value)) : text.purityUnknown}
            </span>
          </li>
        ))}
      </ul>
      <Actions actions={[{ text: text.doRead }]} />
    </>
  );
}

export function SpikesBlock(): ReactElement {
  const text = useText().audience.spikes;
  const query = useAnswer<SpikesReport>("/spikes");
  return (
    <Block id="spikes" title={text.title} className="block-wide">
      <Answer query={query} waiting={<Skeleton lines={3} />}>
        {(report) => <Report report={report} />}
      </Answer>
    </Block>
  );
}
