import type { ReactElement } from "react";
import type { Upload } from "../api/model";
import { Sentence } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { TextField } from "../parts/TextField";
import { useText } from "../text/Text";
import { dateForms, meaningOf, meanings, withMeaning, type Mapping } from "./mapping";

export interface MappingFormProps {
  inspection: Upload["inspection"];
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
}

const ofMoney = new Set(["order", "order_line"]);

/** What the file was found to hold, to be put right column by column. */
export function MappingForm({ inspection, mapping, onChange }: MappingFormProps): ReactElement {
  const { data } = useText();
  const text = data.mapping;
  const { columns, warnings } = inspection;
  // What a column lacks is said beside the preview, and goes away when it is mended.
  const told = warnings.filter(({ kind }) => kind !== "mapping");
  const isCalls = mapping.shape === "call";
  return (
    <>
      <Sentence>{text.found(inspection.rows_estimated, columns.length)}</Sentence>
      {inspection.mapping_from === "import" && <p className="meaning">{text.asLastTime}</p>}
      {told.length > 0 && (
        <ul className="note file-warnings">
          {told.map((warning, place) => (
            <li key={place}>{text.warnings[warning.kind]?.(warning.about) ?? warning.text}</li>
          ))}
        </ul>
      )}
      <div className="mapping-fields">
        <label className="field">
          <span className="field-label">{text.shape}</span>
          <select value={mapping.shape} onChange={(event) => onChange({ ...mapping, shape: event.target.value })}>
            {Object.entries(text.shapes)
              .filter(([shape]) => shape !== "call" || mapping.format.kind === "ndjson")
              .map(([shape, name]) => (
                <option key={shape} value={shape}>
                  {name}
                </option>
              ))}
          </select>
        </label>
        {mapping.fields.at !== undefined && (
          <label className="field">
            <span className="field-label">{text.dates}</span>
            <select value={mapping.date_format === "" ? "iso" : mapping.date_format} onChange={(event) => onChange({ ...mapping, date_format: event.target.value })}>
              {dateForms(mapping.date_format).map((form) => (
                <option key={form} value={form}>
                  {text.dateForms[form] ?? form}
                </option>
              ))}
            </select>
          </label>
        )}
        {ofMoney.has(mapping.shape) && mapping.fields.currency === undefined && (
          <TextField label={text.currency} value={mapping.currency} onChange={(currency) => onChange({ ...mapping, currency: currency.toUpperCase() })} />
        )}
        {mapping.shape === "event" && mapping.fields.event === undefined && (
          <TextField label={text.eventName} value={mapping.event_name} onChange={(event_name) => onChange({ ...mapping, event_name })} />
        )}
        {mapping.format.kind === "csv" && (
          <label className="field-inline decimal-comma">
            <input
              type="checkbox"
              checked={mapping.format.decimal_comma}
              onChange={(event) => onChange({ ...mapping, format: { ...mapping.format, decimal_comma: event.target.checked } })}
            />
            {text.decimalComma}
          </label>
        )}
      </div>
      {!isCalls && (
        <ScrollTable caption={text.table} className="mapping-table">
          <thead>
            <tr>
              <th scope="col">{text.column}</th>
              <th scope="col">{text.means}</th>
              <th scope="col">{text.samples}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => {
              const meaning = meaningOf(mapping, column.name);
              return (
                <tr key={column.name} data-meaning={meaning}>
                  <th scope="row" className="identifier">{column.name}</th>
                  <td>
                    <select aria-label={text.meansOf(column.name)} value={meaning} onChange={(event) => onChange(withMeaning(mapping, column.name, event.target.value, column.date_format))}>
                      {meanings.map((each) => (
                        <option key={each} value={each}>
                          {text.fields[each]}
                        </option>
                      ))}
                    </select>
                  </td>
                  <td className="samples">
                    <span className="identifier">{column.samples.slice(0, 3).join(" · ")}</span>
                    {column.missing_share > 0 && <span className="meaning"> {text.empty(column.missing_share)}</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </ScrollTable>
      )}
    </>
  );
}
