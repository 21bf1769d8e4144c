// Numbers, money, days and plurals in the reader's language, all by Intl (CLDR). Days are days of the business's zone.

import type { Balance, Money } from "../api/model";

export type Language = "fr" | "en";
export const languages: readonly Language[] = ["fr", "en"];
const locales: Record<Language, string> = { fr: "fr-FR", en: "en-GB" };

/** Wordings by CLDR category. A category without its own wording takes `other`. */
export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

export interface Formats {
  readonly language: Language;
  readonly locale: string;
  number(value: number): string;
  /** One digit after the decimal mark at most. */
  decimal(value: number): string;
  /** 0.123 is 12.3 %. */
  percent(value: number): string;
  /** From one rate to another: 9.9–11 %. */
  percentRange(low: number, high: number): string;
  /** A difference of two rates, signed: 0.12 is +12. The unit is written beside it. */
  signedPoints(value: number): string;
  money(amount: Money): string;
  /** How many minor units are one: 100 for EUR, 1 for JPY. */
  minorPerUnit(currency: string): number;
  /** Without minor units, for figures to compare at a glance. */
  roundMoney(amount: Money): string;
  /** What stayed after refunds and chargebacks, one amount a currency. Empty when no money moved. */
  balances(balances: readonly Balance[]): string;
  /** 9 December 2011, from a day (`2011-12-09`). */
  day(day: string): string;
  shortDay(day: string): string;
  /** 6–7 February 2026, from two days; one day alone when they are the same. */
  rangeOfDays(first: string, last: string): string;
  /** The same for the days of two moments. */
  rangeOfMoments(from: string, to: string): string;
  /** The day of a moment, in the business's zone. */
  dayOf(moment: string): string;
  shortDayOf(moment: string): string;
  timeOf(moment: string): string;
  dayAndTimeOf(moment: string): string;
  /** A length of time in its largest unit: 2 hours, 14 days. */
  duration(seconds: number): string;
  /** December 2011, from a day in it. */
  month(day: string): string;
  shortMonth(day: string): string;
  list(items: readonly string[]): string;
  plural(count: number, forms: Forms): string;
}

const lengths: [unit: string, seconds: number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

export function makeFormats(language: Language, zone: string): Formats {
  const locale = locales[language];
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const points = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
  // CLDR writes "1 décembre"; French does not: the first of the month is "1er".
  const ordinal = (parts: Intl.DateTimeFormatPart[]): string => {
    const long = language === "fr" && parts.some(({ type, value }) => type === "month" && !/^\d/.test(value));
    return parts.map(({ type, value }) => (long && type === "day" && value === "1" ? "1er" : value)).join("");
  };
  const days = (options: Intl.DateTimeFormatOptions): ((day: string) => string) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
    return (day) => ordinal(format.formatToParts(new Date(`${day}T00:00:00Z`)));
  };
  const moments = (options: Intl.DateTimeFormatOptions): ((moment: string) => string) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    return (moment) => ordinal(format.formatToParts(new Date(moment)));
  };
  const ranges = (timeZone: string): ((from: Date, to: Date) => string) => {
    const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone });
    return (from, to) => ordinal(format.formatRangeToParts(from, to) as Intl.DateTimeFormatPart[]);
  };
  const utcRange = ranges("UTC");
  const zoneRange = ranges(zone);
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const rules = new Intl.PluralRules(locale);

  const currencies = new Map<string, [exact: Intl.NumberFormat, round: Intl.NumberFormat, minorPerUnit: number]>();
  const currencyOf = (code: string): [Intl.NumberFormat, Intl.NumberFormat, number] => {
    let known = currencies.get(code);
    if (known === undefined) {
      const options: Intl.NumberFormatOptions = { style: "currency", currency: code, currencyDisplay: "narrowSymbol" };
      const exact = new Intl.NumberFormat(locale, options);
      const round = new Intl.NumberFormat(locale, { ...options, maximumFractionDigits: 0, minimumFractionDigits: 0 });
      known = [exact, round, 10 ** (exact.resolvedOptions().maximumFractionDigits ?? 2)];
      currencies.set(code, known);
    }
    return known;
  };
  const money = (amount: Money): string => {
    const [exact, , minorPerUnit] = currencyOf(amount.currency);
    return exact.format(amount.minor_units / minorPerUnit);
  };
  const roundMoney = (amount: Money): string => {
    const [exact, round, minorPerUnit] = currencyOf(amount.currency);
    const units = amount.minor_units / minorPerUnit;
    return (Math.abs(units) >= 1000 ? round : exact).format(units);
  };

  return {
    language,
    locale,
    number: (value) => number.format(value),
    decimal: (value) => decimal.format(value),
    percent: (value) => percent.format(value),
    percentRange: (low, high) => percent.formatRange(low, high),
    signedPoints: (value) => points.format(value * 100),
    money,
    minorPerUnit: (currency) => currencyOf(currency)[2],
    roundMoney,
    balances: (balances) => list.format(balances.map(({ net, currency }) => roundMoney({ minor_units: net, currency }))),
    day: days({ day: "numeric", month: "long", year: "numeric" }),
    shortDay: days({ day: "2-digit", month: "2-digit", year: "numeric" }),
    rangeOfDays: (first, last) => utcRange(new Date(`${first}T00:00:00Z`), new Date(`${last}T00:00:00Z`)),
    rangeOfMoments: (from, to) => zoneRange(new Date(from), new Date(to)),
    dayOf: moments({ day: "numeric", month: "long", year: "numeric" }),
    shortDayOf: moments({ day: "2-digit", month: "2-digit", year: "numeric" }),
    timeOf: moments({ hour: "2-digit", minute: "2-digit" }),
    dayAndTimeOf: moments({ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" }),
    duration: (seconds) => {
      const [unit, length] = lengths.find(([, least]) => seconds >= least) ?? ["second", 1];
      const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: seconds / length < 10 ? 1 : 0 });
      return format.format(seconds / length);
    },
    month: days({ month: "long", year: "numeric" }),
    shortMonth: days({ month: "short", year: "2-digit" }),
    list: (items) => list.format(items),
    plural: (count, forms) => forms[rules.select(count)] ?? forms.other,
  };
}
