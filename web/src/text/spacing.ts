// French puts a narrow no-break space before ; ! ? and a no-break space before : and inside « ». The catalogue is
// written with plain spaces, which an author sees, and this gives them their kind.

const narrow = "\u202f";
const noBreak = "\u00a0";

export function frenchSpacing(text: string): string {
  return text
    .replace(/ ([;!?%])/g, `${narrow}$1`)
    .replace(/ ([:»])/g, `${noBreak}$1`)
    .replace(/« /g, `«${noBreak}`);
}

/** The same catalogue, every text of it passed through `change`; functions keep their parameters. */
export function mapTexts<T>(texts: T, change: (text: string) => string): T {
  if (typeof texts === "string") return change(texts) as T;
  if (typeof texts === "function") {
    const make = texts as unknown as (...given: unknown[]) => unknown;
    return ((...given: unknown[]) => mapTexts(make(...given), change)) as T;
  }
  if (typeof texts === "object" && texts !== null && !Array.isArray(texts)) {
    return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, mapTexts(value, change)])) as T;
  }
  return texts;
}
