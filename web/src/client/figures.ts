import type { RoleFigures } from "../api/model";

/** Roles that the table shows: always the three that product and law know, the unknown only when there are some. */
export function rolesShown(figures: RoleFigures): ("client" | "prospect" | "beneficiary" | "unknown")[] {
  return figures.unknown > 0 ? ["client", "prospect", "beneficiary", "unknown"] : ["client", "prospect", "beneficiary"];
}
