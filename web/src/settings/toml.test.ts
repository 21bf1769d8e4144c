import { describe, expect, it } from "vitest";
import { literalFrom, literalOf, shownOf, withLiteral } from "./toml";

const file = `# The shop.
name = "Tea \\"and\\" more" # shown everywhere
currency = 'EUR'

[money]
payments = [
  "Order Completed", # the till
  "Paid [late]",
]
refunds = []

[[hypotheses]]
version = "v1"
name = "not this one"

[stages] # days
# new_days = 10
at_risk_days = 40
`;

describe("one key of a configuration", () => {
  it("is read where it stands, and only there", () => {
    expect(shownOf(literalOf(file, "", "name"))).toBe('Tea "and" more');
    expect(shownOf(literalOf(file, "", "currency"))).toBe("EUR");
    expect(shownOf(literalOf(file, "money", "payments"))).toBe("Order Completed, Paid [late]");
    expect(literalOf(file, "stages", "at_risk_days")).toBe("40");
    expect(literalOf(file, "stages", "new_days")).toBeNull();
    expect(literalOf(file, "hypotheses", "name")).toBeNull();
  });
  it("is written in its place, and everything else stays", () => {
    const changed = withLiteral(file, "money", "payments", '["Paid"]');
    expect(changed).toContain('payments = ["Paid"]\nrefunds = []');
    expect(changed).toContain("# The shop.");
    expect(literalOf(changed, "", "name")).toBe('"Tea \\"and\\" more"');
    expect(withLiteral(file, "stages", "at_risk_days", "30")).toBe(file.replace("at_risk_days = 40", "at_risk_days = 30"));
  });
  it("is added to its section, or with it", () => {
    expect(withLiteral(file, "stages", "new_days", "30")).toContain("at_risk_days = 40\nnew_days = 30");
    expect(withLiteral(file, "", "zone", '"UTC"')).toContain("currency = 'EUR'\nzone = \"UTC\"\n\n[money]");
    expect(withLiteral(file, "acquisition", "lost_after_days", "90")).toMatch(/\n\n\[acquisition\]\nlost_after_days = 90\n$/);
    expect(withLiteral("", "", "name", '"x"')).toBe('name = "x"\n');
  });
  it("is taken from what somebody typed", () => {
    expect(literalFrom(" Order Completed , Paid,", "list")).toBe('["Order Completed", "Paid"]');
    expect(literalFrom('the "shop"', "text")).toBe('"the \\"shop\\""');
    expect(literalFrom("9x", "number")).toBeNull();
  });
});
