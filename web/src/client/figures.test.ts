import { describe, expect, it } from "vitest";
import type { RoleFigures } from "../api/model";
import { rolesShown } from "./figures";

describe("roles", () => {
  const figures: RoleFigures = { client: 1, prospect: 0, beneficiary: 0, unknown: 0, total: 1, took_part: 0, parties: 1, has_paid: 1, money: { client: [], prospect: [], beneficiary: [], unknown: [] }, balances: [] };
  it("show the unknown only when there are some", () => {
    expect(rolesShown(figures)).not.toContain("unknown");
    expect(rolesShown({ ...figures, unknown: 1 })).toContain("unknown");
  });
});
