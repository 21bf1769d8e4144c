import type { Identifier } from "../api/model";

const mostTellingFirst: readonly Identifier["kind"][] = ["email", "user", "external", "anonymous"];

/** The identifier by which a reader knows a person best, other than the name shown already. */
export function tellingIdentifier(identifiers: readonly Identifier[], name: string): Identifier | undefined {
  return mostTellingFirst.flatMap((kind) => identifiers.filter((known) => known.kind === kind && known.value !== name))[0];
}
