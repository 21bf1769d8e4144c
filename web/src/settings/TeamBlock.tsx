import { useId, useRef, useState, type FormEvent, type ReactElement } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Invitation, Member, Team, TeamRole } from "../api/model";
import { useSession, useWorkspaces } from "../api/queries";
import { Block, Sentence } from "../parts/Block";
import { Command } from "../parts/Command";
import { Failure } from "../parts/Failure";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { TextField } from "../parts/TextField";
import { useSending } from "../parts/useSending";
import { useFormats, useText } from "../text/Text";

const teamRoles: readonly TeamRole[] = ["owner", "analyst", "reader"];
const teamKey = ["team"];

/** The code of an invitation, shown once, with where it is used. */
function Handover({ invitation }: { invitation: Invitation }): ReactElement {
  const { settings } = useText();
  const formats = useFormats();
  return (
    <div className="note" role="status">
      <p>
        <strong>{settings.team.handover(invitation.email)}</strong>
      </p>
      <Command>{`${location.origin}/join#${invitation.invitation}`}</Command>
      <p className="meaning">{settings.team.once(formats.dayOf(invitation.invitation_until))}</p>
    </div>
  );
}

function Invite({ first, onInvited }: { first: boolean; onInvited: (invitation: Invitation) => void }): ReactElement {
  const { settings, shell } = useText();
  const text = settings.team;
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<TeamRole>(first ? "owner" : "reader");
  const [only, setOnly] = useState("");
  const workspaces = useWorkspaces().data?.workspaces ?? [];
  const { busy, problem, run } = useSending();
  const told = useId();
  const invite = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (email.trim() === "") return;
    const sent = await run(async () => onInvited(await send<Invitation>("POST", "/team", { email, role, workspaces: only === "" ? [] : [only] })));
    if (sent) setEmail("");
  };
  const why = problem === null ? "" : problem.status === 409 ? text.known : problem.status === 400 ? text.noAddress : problem.detail || shell.failed.offline;
  return (
    <form className="invite" onSubmit={(event) => void invite(event)} aria-label={text.invite}>
      <TextField label={shell.signIn.email} type="email" value={email} onChange={setEmail} invalid={why !== ""} describedBy={told} />
      <label className="field">
        <span className="field-label">{text.role}</span>
        <select value={role} disabled={first} onChange={(event) => setRole(teamRoles.find((known) => known === event.target.value) ?? "reader")}>
          {teamRoles.map((known) => (
            <option key={known} value={known}>
              {settings.roles[known]}
            </option>
          ))}
        </select>
      </label>
      {workspaces.length > 1 && (
        <label className="field">
          <span className="field-label">{text.workspaces}</span>
          <select value={only} onChange={(event) => setOnly(event.target.value)}>
            <option value="">{text.all}</option>
            {workspaces.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="submit" className="button button-strong" aria-disabled={busy}>
        {text.invite}
      </button>
      <p className="meaning invite-means">{settings.may[role]}</p>
      <p id={told} className="field-problem invite-means" role="alert">
        {why}
      </p>
    </form>
  );
}

interface RowProps {
  member: Member;
  isMe: boolean;
  act: (request: () => Promise<unknown>) => Promise<boolean>;
  onInvited: (invitation: Invitation) => void;
}

function Row({ member, isMe, act, onInvited }: RowProps): ReactElement {
  const { settings } = useText();
  const text = settings.team;
  const formats = useFormats();
  const dialog = useRef<HTMLDialogElement>(null);
  const path = `/team/${member.id}`;
  const remove = async (): Promise<void> => {
    dialog.current?.close();
    await act(() => send("DELETE", path));
  };
  return (
    <tr>
      <th scope="row">
        <span className="row-title">{member.name || member.email}</span>
        <span className="meaning identifier">{isMe ? text.you : member.name === "" ? "" : member.email}</span>
      </th>
      <td>
        <select
          aria-label={text.roleOf(member.email)}
          value={member.role}
          onChange={(event) => void act(() => send("PUT", path, { role: event.target.value }))}
        >
          {teamRoles.map((known) => (
            <option key={known} value={known}>
              {settings.roles[known]}
            </option>
          ))}
        </select>
      </td>
      <td>{member.workspaces.length === 0 ? text.all : formats.list(member.workspaces)}</td>
      <td>{member.joined ? formats.dayOf(member.created_at) : text.waiting}</td>
      <td className="row-actions">
        <button
          type="button"
          className="button button-quiet"
          aria-label={`${text.again} ${member.email}`}
          onClick={() => void act(async () => onInvited(await send<Invitation>("POST", `${path}/invitation`)))}
        >
          {text.again}
        </button>
        <button type="button" className="button button-quiet" aria-label={`${text.remove} ${member.email}`} onClick={() => dialog.current?.showModal()}>
          {text.remove}
        </button>
        <dialog ref={dialog} aria-label={text.removeSure(member.email)}>
          <p>{text.removeSure(member.email)}</p>
          <p className="meaning">{text.removeMeans}</p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              {text.keep}
            </button>
            <button type="button" className="button button-strong" onClick={() => void remove()}>
              {text.remove}
            </button>
          </div>
        </dialog>
      </td>
    </tr>
  );
}

/** Who may sign in and as what. */
export function TeamBlock(): ReactElement {
  const { settings, shell } = useText();
  const text = settings.team;
  const queries = useQueryClient();
  const me = useSession().data?.member?.id;
  const team = useQuery({ queryKey: teamKey, queryFn: ({ signal }) => get<Team>("/team", {}, signal) });
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const { problem, run } = useSending();
  const act = async (request: () => Promise<unknown>): Promise<boolean> => {
    const done = await run(request);
    await queries.invalidateQueries({ queryKey: teamKey });
    return done;
  };
  const invited = (made: Invitation): void => {
    setInvitation(made);
    void queries.invalidateQueries({ queryKey: teamKey });
  };
  if (team.data === undefined) {
    return (
      <Block id="team" title={text.title}>
        {team.isError ? <Failure error={team.error} onRetry={() => void team.refetch()} /> : <Skeleton lines={4} />}
      </Block>
    );
  }
  const { members } = team.data;
  return (
    <Block id="team" title={text.title}>
      <Sentence>{members.length === 0 ? text.nobody : text.sentence(members.length, members.filter(({ joined }) => !joined).length)}</Sentence>
      {members.length > 0 && (
        <ScrollTable caption={text.table} className="team">
          <thead>
            <tr>
              <th scope="col">{text.who}</th>
              <th scope="col">{text.role}</th>
              <th scope="col">{text.workspaces}</th>
              <th scope="col">{text.since}</th>
              <th scope="col">{text.actions}</th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <Row key={member.id} member={member} isMe={member.id === me} act={act} onInvited={invited} />
            ))}
          </tbody>
        </ScrollTable>
      )}
      <p className="field-problem" role="alert">
        {problem === null ? "" : problem.status === 409 ? text.lastOwner : problem.detail || shell.failed.offline}
      </p>
      <h3>{text.inviteTitle}</h3>
      <Invite key={String(members.length === 0)} first={members.length === 0} onInvited={invited} />
      {invitation !== null && <Handover invitation={invitation} />}
    </Block>
  );
}
