import { describe, expect, it } from "vitest";
import { markWord } from "./caret";
import { readQuickFilter, writeQuickFilter } from "./quick";

describe("quick filters", () => {
  it.each([
    { role: "", stage: "", rest: "" },
    { role: "client", stage: "", rest: "" },
    { role: "client", stage: "at_risk", rest: "did Order Completed" },
    { role: "", stage: "new", rest: 'trait country = "France" or trait country = "Belgium"' },
    { role: "", stage: "", rest: "a or b" },
  ])("come back from the text they write: %o", (quick) => {
    expect(readQuickFilter(writeQuickFilter(quick))).toEqual(quick);
  });

  it("are recognised in canonical text with quotes", () => {
    expect(readQuickFilter('role = "client" and stage = "dormant"')).toEqual({ role: "client", stage: "dormant", rest: "" });
  });

  it("are left alone where taking them out would change the meaning", () => {
    const text = "role = client and did A or did B";
    expect(readQuickFilter(text)).toEqual({ role: "", stage: "", rest: text });
    expect(writeQuickFilter({ ...readQuickFilter(text), stage: "new" })).toBe(`stage = new and (${text})`);
  });

  it("do not see an or inside quotes or brackets", () => {
    expect(readQuickFilter('role = client and trait name = "now or never"').role).toBe("client");
    expect(readQuickFilter("role = client and (did A or did B)")).toEqual({ role: "client", stage: "", rest: "did A or did B" });
  });

  it("keep what stands in the way of other tests of role", () => {
    expect(readQuickFilter("role != client").rest).toBe("role != client");
    expect(readQuickFilter("role = client and role = prospect")).toEqual({ role: "client", stage: "", rest: "role = prospect" });
  });
});

describe("the caret", () => {
  it("stands below the word, on its line", () => {
    expect(markWord("role = client\n  and stge = new", 2, 7)).toEqual({ line: "  and stge = new", caret: "      ^^^^" });
  });

  it("stays inside the text whatever it is told", () => {
    expect(markWord("role", 9, 99)).toEqual({ line: "role", caret: "    ^" });
    expect(markWord("", 1, 1)).toEqual({ line: "", caret: "^" });
  });
});
