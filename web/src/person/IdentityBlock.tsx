import { useState, type ReactElement } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Link as PageLink } from "wouter";
import { send } from "../api/client";
import type { Identifier, Link, Person } from "../api/model";
import { Problem } from "../api/problem";
import { useSession, workspacePath } from "../api/queries";
import { personAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { Failure } from "../parts/Failure";
import { useText } from "../text/Text";

interface Decided {
  link: Link;
  severed: boolean;
  /** Keys of the people that the two identifiers belong to now. */
  people: string[];
}

interface LinkRowProps {
  link: Link;
  mayChange: boolean;
  busy: boolean;
  onDecide: (link: Link, sever: boolean) => void;
}

function LinkRow({ link, mayChange, busy, onDecide }: LinkRowProps): ReactElement {
  const text = useText().person.identity;
  const { left, right } = link;
  return (
    <li data-active={link.active}>
      <span className="link-pair">{text.link(left.value, right.value)}</span>
      <span className="meaning">
        {text.since(text.reasons[link.reason] ?? link.reason, link.at)}
        {!link.active && `, ${link.held_back === "" ? text.severed : text.heldBack(link.held_back)}`}
      </span>
      {mayChange && (link.active || link.held_back === "") && (
        <button
          type="button"
          className="button button-quiet"
          aria-disabled={busy}
          aria-label={link.active ? text.severLabel(left.value, right.value) : text.restoreLabel(left.value, right.value)}
          onClick={() => !busy && onDecide(link, link.active)}
        >
          {link.active ? text.sever : text.restore}
        </button>
      )}
    </li>
  );
}

/** The identifiers of a person, why they were taken for one person, and the way to say that they are two. */
export function IdentityBlock({ person }: { person: Person }): ReactElement {
  const { person: all, words } = useText();
  const text = all.identity;
  const { workspace, lens } = useReading();
  const mayChange = useSession().data?.scopes.includes("admin") ?? false;
  const queries = useQueryClient();
  const [decided, setDecided] = useState<Decided | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const decide = async (link: Link, sever: boolean): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const path = workspacePath(workspace.id, `/people/${person.key}/links/${sever ? "sever" : "restore"}`);
      const answer = await send<{ people: string[] }>("POST", path, { left: link.left, right: link.right } satisfies Record<string, Identifier>);
      setDecided({ link, severed: sever, people: answer.people });
      // Every figure of the workspace may have changed with the number of people.
      await queries.invalidateQueries({ queryKey: ["answer", workspace.id] });
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, {}));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Block title={text.title}>
      <dl className="answers answers-stacked">
        {person.identifiers.map(({ kind, value }) => (
          <div key={`${kind} ${value}`}>
            <dt>{text.kinds[kind] ?? kind}</dt>
            <dd className="identifier">{value}</dd>
          </div>
        ))}
        {person.account !== "" && (
          <div>
            <dt>{text.account}</dt>
            <dd className="identifier">{person.account}</dd>
          </div>
        )}
        <div>
          <dt>{text.channel}</dt>
          <dd>{words.channel(person.channel)}</dd>
        </div>
      </dl>
      {person.links.length === 0 ? (
        person.identifiers.length < 2 && <p className="meaning">{text.none}</p>
      ) : (
        <>
          <h3>{text.links}</h3>
          <ul className="links">
            {person.links.map((link) => (
              <LinkRow key={`${link.left.value} ${link.right.value} ${link.reason} ${link.at}`} link={link} mayChange={mayChange} busy={busy} onDecide={(chosen, sever) => void decide(chosen, sever)} />
            ))}
          </ul>
        </>
      )}
      <div aria-live="polite">
        {decided !== null && (
          <div className="note">
            <p>{decided.severed ? text.severDone : text.restoreDone}</p>
            <p className="note-actions">
              {decided.people
                .filter((key) => key !== person.key)
                .map((key) => (
                  <PageLink key={key} href={personAddress(workspace.id, lens, key)}>
                    {text.other}
                  </PageLink>
                ))}
              <button type="button" className="button button-quiet" aria-disabled={busy} onClick={() => void decide(decided.link, !decided.severed)}>
                {text.undo}
              </button>
            </p>
          </div>
        )}
      </div>
      {problem !== null && <Failure error={problem} />}
    </Block>
  );
}
