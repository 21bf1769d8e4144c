import { useState, type CSSProperties, type ReactElement } from "react";
import { Link } from "wouter";
import { ScrollTable } from "../parts/ScrollTable";
import { useText } from "../text/Text";
import type { Body, Cell, Table } from "./drawing";

export interface FiguresTableProps {
  table: Table;
  /** Where the people behind a number are. */
  behind: (cell: Body) => string;
}

function Content({ cell, behind }: { cell: Cell; behind: FiguresTableProps["behind"] }): ReactElement {
  const { ask: text } = useText();
  return (
    <>
      {cell.people === undefined ? cell.text : <Link href={behind(cell.people)}>{cell.text}</Link>}
      {cell.unfinished && (
        <>
          <span className="unfinished-mark" aria-hidden="true" />
          <span className="visually-hidden"> ({text.unfinished})</span>
        </>
      )}
      {cell.note !== undefined && cell.note !== "" && <span className="meaning cell-note">{cell.note}</span>}
    </>
  );
}

/** Figures with what they mean; those that count people lead to them. */
export function FiguresTable({ table, behind }: FiguresTableProps): ReactElement {
  const { ask: text } = useText();
  const [all, setAll] = useState(false);
  const rows = all || table.head === undefined || table.rows.length <= table.head + 2 ? table.rows : table.rows.slice(0, table.head);
  return (
    <>
      <ScrollTable caption={table.caption} className="figures answer-table">
        <thead>
          <tr>
            {table.columns.map(({ title, number }, column) => (
              <th key={column} scope="col" className={number ? "number" : ""}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={column} scope="row">
                    <Content cell={cell} behind={behind} />
                  </th>
                ) : (
                  <td
                    key={column}
                    className={[table.columns[column]?.number ? "number" : "", cell.share === undefined ? "" : "shaded", cell.unfinished ? "unfinished" : ""].join(" ").trim() || undefined}
                    style={cell.share === undefined ? undefined : ({ "--share": cell.share } as CSSProperties)}
                  >
                    <Content cell={cell} behind={behind} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      {rows.length < table.rows.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {text.showAll(table.rows.length)}
        </button>
      )}
    </>
  );
}
