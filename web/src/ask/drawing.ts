// An answer as it is shown: sentences, charts and tables. Each question has a plain function that makes one from its report.

import type { AudienceSide } from "../api/model";
import type { ChartModel } from "../chart/model";
import { dayIn } from "../lens/days";
import type { Texts } from "../text/catalogue";
import type { Formats } from "../text/formats";

/** What the API takes and gives, as it is. */
export type Body = Record<string, unknown>;

export interface Cell {
  text: string;
  /** For the export: the number itself, not as written for people. */
  raw?: number | string | null;
  /** The people behind it: the cell by which the API names the number. */
  people?: Body;
  /** Under the number, small: its interval, what it means. */
  note?: string;
  /** 0 to 1: shades the cell. */
  share?: number;
  unfinished?: boolean;
}

export interface Table {
  caption: string;
  columns: { title: string; number?: boolean }[];
  rows: Cell[][];
  /** The table is the main figure and not hidden behind its chart. */
  open?: boolean;
  /** So many rows are shown until the reader asks for all; the export has all anyway. */
  head?: number;
}

export interface Drawing {
  /** The answer in words; the first is the one that counts. */
  sentences: string[];
  notes: string[];
  charts: { label: string; model: ChartModel; height: number }[];
  tables: Table[];
  /** Nobody answers to the question: there is nothing to draw. */
  empty: boolean;
}

/** What a drawing is written with: the reader's words, and the part of the audience that the lens looks at. */
export interface Pen {
  text: Texts;
  formats: Formats;
  zone: string;
  side: AudienceSide;
  /** The days of the lens, where words tell of them. */
  period?: { from: string; to: string };
}

export type TimeUnit = "hour" | "day" | "week" | "month";

/** The name of a period from its first moment or day: December 2011, week of 05/12/2011. */
export function periodTitle({ formats, text, zone }: Pen, start: string, unit: TimeUnit, short = false): string {
  const day = start.includes("T") ? dayIn(start, zone) : start;
  if (unit === "month") return short ? formats.shortMonth(day) : formats.month(day);
  if (unit === "hour") return `${formats.shortDay(day)} ${start.includes("T") ? formats.timeOf(start) : ""}`.trim();
  return unit === "week" && !short ? text.ask.weekOf(formats.shortDay(day)) : formats.shortDay(day);
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface Shown {
  kind: string;
  text: string;
}

/** The name of a value that people are told apart by. */
export function valueTitle({ text }: Pen, { kind, text: name }: Shown): string {
  const words = text.ask;
  if (kind === "other") return words.other;
  if (kind === "missing") return words.missing;
  if (kind === "not_reached") return words.notReached;
  if (kind === "total") return words.total;
  return name;
}

export function intervalNote({ formats }: Pen, share: { low: number; high: number; whole: number }): string {
  return share.whole === 0 ? "" : formats.percentRange(share.low, share.high);
}

const csvField = (value: string): string => (/[",;\n\r]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);

/** All tables as one file, each under its name; numbers bare, so that a spreadsheet can reckon with them. */
export function tablesAsCsv(tables: readonly Table[]): string {
  const line = (fields: string[]): string => `${fields.map(csvField).join(",")}\r\n`;
  return tables
    .map(({ caption, columns, rows }) => {
      const head = tables.length > 1 ? line([caption]) : "";
      return head + line(columns.map(({ title }) => title)) + rows.map((row) => line(row.map(({ raw, text }) => (raw === undefined ? text : raw === null ? "" : String(raw))))).join("");
    })
    .join("\r\n");
}
