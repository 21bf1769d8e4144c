import type { ReactElement } from "react";
import { Link } from "wouter";
import type { RoleFigures, RoleName, RolesReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { both, roleIs } from "../criteria/quick";
import { peopleAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Actions, type Action } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Bar } from "../parts/Bar";
import { Block, Sentence } from "../parts/Block";
import { colourOfRole } from "../parts/colours";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { seenThrough, shareOf } from "../parts/figures";
import { rolesShown } from "./figures";

type Side = RolesReport["sides"][number];

/** The two counts that are never merged: who has paid, and who takes part. */
function TwoCounts({ figures, side, wantedAct, criterion }: { figures: RoleFigures; side: Pick<Side, "charged" | "members">; wantedAct: string; criterion: string }): ReactElement {
  const { roles: text } = useText().client;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  return (
    <div className="two-counts">
      <div className="count">
        <p className="count-label">{side.charged === "account" ? text.strictAccounts : text.strict}</p>
        <p className="count-figure">
          <Link href={peopleAddress(workspace.id, lens, { filter: both(roleIs("client"), side.members) })}>{formats.number(figures.has_paid)}</Link>
        </p>
        <p className="meaning">{side.charged === "account" ? text.strictAccountsMeaning : text.strictMeaning}</p>
      </div>
      <div className="count">
        <p className="count-label">{wantedAct === "" ? text.wideNone : text.wide(wantedAct)}</p>
        <p className="count-figure">{wantedAct === "" ? "–" : <Link href={peopleAddress(workspace.id, lens, { filter: both(criterion, side.members) })}>{formats.number(figures.took_part)}</Link>}</p>
        <p className="meaning">{wantedAct === "" ? text.wideNoneMeaning : text.wideMeaning}</p>
      </div>
    </div>
  );
}

function RolesTable({ caption, figures, members }: { caption: string; figures: RoleFigures; members: string }): ReactElement {
  const { client, words } = useText();
  const text = client.roles;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const row = (role: RoleName): ReactElement => (
    <tr key={role}>
      <th scope="row">
        <span className="row-title">{words.roles[role]}</span>
        <span className="meaning">{text.meanings[role]}</span>
      </th>
      <td className="number">
        <Link href={peopleAddress(workspace.id, lens, { filter: both(roleIs(role), members) })}>{formats.number(figures[role])}</Link>
      </td>
      <td className="bar-cell">
        <Bar share={shareOf(figures[role], figures.total)} colour={colourOfRole(role)} />
        <span className="bar-value">{formats.percent(shareOf(figures[role], figures.total))}</span>
      </td>
      <td className="number amount">{formats.balances(figures.money[role]) || "–"}</td>
    </tr>
  );
  return (
    <ScrollTable caption={caption} className="figures figures-bars">
      <thead>
        <tr>
          <th scope="col">{text.role}</th>
          <th scope="col" className="number">
            {text.count}
          </th>
          <th scope="col">{text.share}</th>
          <th scope="col" className="number">
            {text.money}
          </th>
        </tr>
      </thead>
      <tbody>{rolesShown(figures).map(row)}</tbody>
      <tfoot>
        <tr>
          <th scope="row">{text.total}</th>
          <td className="number">{formats.number(figures.total)}</td>
          <td />
          <td className="number amount">{formats.balances(figures.balances) || words.noMoney}</td>
        </tr>
      </tfoot>
    </ScrollTable>
  );
}

function Report({ report }: { report: RolesReport }): ReactElement {
  const { client, words, shell } = useText();
  const text = client.roles;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const among = words.among[lens.audience];
  const asked = report.sides.map((side) => ({ name: shell.side(side.side), charged: side.charged, members: side.members, figures: seenThrough(side.figures, lens.audience) }));
  // A side that the lens leaves nobody on says nothing; one is kept when that is so of all.
  const peopled = asked.filter(({ figures }) => figures.total > 0);
  const sides = peopled.length > 0 ? peopled : asked.slice(0, 1);
  const several = report.sides.length > 1;
  const sum = (of: (figures: RoleFigures) => number): number => sides.reduce((total, side) => total + of(side.figures), 0);
  const paid = sum((figures) => figures.has_paid);
  const prospects = sum((figures) => figures.prospect);

  // Who is on two sides is counted on each, so that several sides are told apart and never added up in words.
  const ofSide = (side: (typeof sides)[number]): string =>
    (side.charged === "account" ? text.ofAccounts : text.ofSide)(side.name, side.figures.has_paid, side.figures.parties);
  const alone = sides[0]?.charged === "account" ? text.sentenceOfAccounts : text.sentence;
  const sentence =
    paid === 0
      ? text.nobodyPaid(among, sum((figures) => figures.total))
      : several
        ? text.sentenceOfSides(among, formats.list(sides.map(ofSide)))
        : alone(among, paid, sum((figures) => figures.parties));

  const actions: Action[] = [];
  if (prospects > 0) actions.push({ text: text.doProspects(prospects), href: peopleAddress(workspace.id, lens, { filter: roleIs("prospect") }) });
  if (report.audit.paid_not_supposed > 0) {
    actions.push({
      text: text.doAudit(report.audit.paid_not_supposed),
      href: peopleAddress(workspace.id, lens, { filter: roleIs("beneficiary"), order: "money" }),
    });
  }
  if (report.nobody.payments > 0) actions.push({ text: text.doNobody });

  return (
    <>
      <Sentence>{sentence}</Sentence>
      {sides.map(({ name, charged, members, figures }) => (
        <div key={name}>
          {several && <h3 className="side-name">{name}</h3>}
          <div className="roles-figures">
            <TwoCounts figures={figures} side={{ charged, members }} wantedAct={report.wanted_act} criterion={report.wanted_act_criterion} />
            <RolesTable caption={several ? words.titled(name, text.table) : text.table} figures={figures} members={members} />
          </div>
        </div>
      ))}
      {report.nobody.payments > 0 && <p className="meaning roles-nobody">{text.nobody(report.nobody.payments, formats.balances(report.nobody.balances))}</p>}
      <Actions actions={actions} />
    </>
  );
}

export function RolesBlock(): ReactElement {
  const text = useText().client.roles;
  const query = useAnswer<RolesReport>("/roles");
  return (
    <Block id="roles" title={text.title} className="block-wide">
      <Answer query={query} waiting={<Skeleton lines={7} tall />}>
        {(report) => <Report report={report} />}
      </Answer>
    </Block>
  );
}
