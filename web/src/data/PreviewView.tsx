import type { ReactElement } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { send } from "../api/client";
import type { ImportPreview, Upload } from "../api/model";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { Failure } from "../parts/Failure";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useSettled } from "../parts/useSettled";
import { useFormats, useText } from "../text/Text";
import { missingFields, type Mapping } from "./mapping";
import { propertiesInWords } from "./properties";

export interface PreviewViewProps {
  upload: Upload;
  mapping: Mapping;
  again: boolean;
  onAgain: (again: boolean) => void;
  busy: boolean;
  onImport: () => void;
  onGiveUp: () => void;
}

function Facts({ preview }: { preview: ImportPreview }): ReactElement {
  const { data } = useText();
  const text = data.preview;
  const formats = useFormats();
  const { report, people } = preview;
  const made = Object.values(report.events_by_name).reduce((sum, count) => sum + count, 0);
  const money = (amounts: Record<string, number>): string =>
    formats.list(
      Object.entries(amounts)
        .filter(([, minor]) => minor !== 0)
        .map(([currency, minor_units]) => formats.roundMoney({ minor_units, currency })),
    );
  const received = money(report.received_minor_units);
  return (
    <>
      <p role="status" className="sentence">
        {text.sentence(report.rows, made, people.new, people.known)}
      </p>
      <ul className="preview-facts">
        {!preview.whole && <li>{text.part}</li>}
        {people.new + people.known > 0 && (people.new === 0 || people.known === 0) && <li>{text.newcomers(people.new, people.known)}</li>}
        {report.first_at !== undefined && report.last_at !== undefined && <li>{text.dates(report.first_at, report.last_at)}</li>}
        {received !== "" && <li>{text.money(received, money(report.refunded_minor_units))}</li>}
        {report.rows_without_person > 0 && <li>{text.nobody(report.rows_without_person)}</li>}
        <li>{report.rows_rejected === 0 ? text.all : text.rejectedTitle(report.rows_rejected)}</li>
        <li>{text.silent}</li>
      </ul>
    </>
  );
}

function Rejected({ preview }: { preview: ImportPreview }): ReactElement {
  const { data } = useText();
  const text = data.preview;
  const formats = useFormats();
  const reasons = Object.entries(preview.report.rejected_by_reason).map(([reason, count]) => data.sources.each(data.reasons[reason] ?? reason, count));
  return (
    <details className="preview-part" open>
      <summary>
        {text.rejectedTitle(preview.report.rows_rejected)}: {formats.list(reasons)}
      </summary>
      <ScrollTable caption={text.rejected}>
        <thead>
          <tr>
            <th scope="col" className="number">{text.line}</th>
            <th scope="col">{text.why}</th>
            <th scope="col">{text.row}</th>
          </tr>
        </thead>
        <tbody>
          {preview.rejected.map((row, place) => (
            <tr key={place}>
              <td className="number">{formats.number(row.line)}</td>
              <td>{row.reason}</td>
              <td className="identifier">{row.raw}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </details>
  );
}

function Lands({ preview }: { preview: ImportPreview }): ReactElement {
  const { data } = useText();
  const text = data.preview;
  const formats = useFormats();
  return (
    <details className="preview-part">
      <summary>{text.lands}</summary>
      <ScrollTable caption={text.lands}>
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col">{text.who}</th>
            <th scope="col">{text.when}</th>
            <th scope="col">{text.what}</th>
          </tr>
        </thead>
        <tbody>
          {preview.events.map((event, place) => (
            <tr key={place}>
              <th scope="row">{event.event === "" ? (data.arrivals.types[event.type] ?? event.type) : event.event}</th>
              <td className="identifier">{event.user_id || event.anonymous_id || event.account_id}</td>
              <td>{formats.dayAndTimeOf(event.at)}</td>
              <td className="arrival-detail identifier">{propertiesInWords(event.properties)}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </details>
  );
}

/** What the mapping at hand would do, asked again at each change of it; the import stands below what was seen. */
export function PreviewView({ upload, mapping, again, onAgain, busy, onImport, onGiveUp }: PreviewViewProps): ReactElement {
  const { data } = useText();
  const text = data.preview;
  const { workspace } = useReading();
  const settled = useSettled(mapping, 400);
  const missing = missingFields(mapping);
  const fieldNames = (anyOf: string[]): string => anyOf.map((field) => data.mapping.fields[field] ?? field).join(" / ");
  const query = useQuery({
    enabled: missingFields(settled).length === 0,
    queryKey: ["upload-preview", workspace.id, upload.id, settled],
    retry: false,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => send<ImportPreview>("POST", workspacePath(workspace.id, `/uploads/${upload.id}/preview`), { mapping: settled }, {}, signal),
  });
  const preview = query.data;
  const before = preview?.imported_before ?? null;
  const stale = query.isPlaceholderData || settled !== mapping;
  const ready = missing.length === 0 && preview !== undefined && !query.isError && !stale && (before === null || again);
  return (
    <>
      {missing.length > 0 && <p className="field-problem" role="status">{text.missing(missing.map(fieldNames))}</p>}
      {missing.length === 0 && query.isError && (
        <>
          <p className="field-problem">{text.unreadable}</p>
          <Failure error={query.error} />
        </>
      )}
      {missing.length === 0 && !query.isError && preview === undefined && (
        <>
          <p role="status" className="meaning">
            {text.wait}
          </p>
          <Skeleton lines={4} />
        </>
      )}
      {missing.length === 0 && !query.isError && preview !== undefined && (
        <div className="preview" data-stale={stale}>
          <Facts preview={preview} />
          {preview.report.rows_rejected > 0 && <Rejected preview={preview} />}
          <Lands preview={preview} />
          {before !== null && (
            <div className="note">
              <p>{text.before(before)}</p>
              <label className="field-inline">
                <input type="checkbox" checked={again} onChange={(event) => onAgain(event.target.checked)} />
                {text.again}
              </label>
            </div>
          )}
        </div>
      )}
      <div className="import-buttons">
        <button type="button" className="button button-strong" aria-disabled={!ready || busy} onClick={() => ready && !busy && onImport()}>
          {text.import}
        </button>
        <button type="button" className="button" onClick={onGiveUp}>
          {data.file.cancel}
        </button>
      </div>
    </>
  );
}
