// What the server says in words, with its days, amounts and signs as the page writes them.

import type { Formats } from "../../text/formats";
import { frenchSpacing } from "../../text/spacing";

const days = /\b\d{4}-\d{2}-\d{2}\b/g;
const amounts = /(?<![\d.,])(-?\d+)[.,](\d{2}) ([A-Z]{3})\b/g;

/** A sentence of the API: 2011-09-30 and "1706146.46 GBP" become the reader's "30 September 2011" and "£1,706,146". */
export function said(formats: Formats, sentence: string): string {
  const written = sentence
    .replace(days, (day) => formats.day(day))
    .replace(amounts, (_, units: string, cents: string, currency: string) => formats.roundMoney({ minor_units: Number(`${units}${cents}`), currency }));
  return formats.language === "fr" ? frenchSpacing(written.replaceAll("'", "’")) : written;
}

interface InBothLanguages {
  sentence_en: string;
  sentence_fr: string;
}

export const sentenceOf = (formats: Formats, report: InBothLanguages): string => said(formats, formats.language === "fr" ? report.sentence_fr : report.sentence_en);
