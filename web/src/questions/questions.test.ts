import { describe, expect, it } from "vitest";
import { wideOpen } from "../lens/lens";
import { cellAddress, questionAddress, readPlace, type Asked } from "./address";
import { asCommand, askable, asRequest, changed, firstBody, growthBody, growthParameters } from "./body";
import { readCondition, writeCondition, writeName } from "../criteria/condition";
import { readDuration, writeDuration } from "./duration";
import { isName, lensOver, savedBody } from "./saved";
import { titledSvg } from "../ask/picture";

const asked: Asked = { kind: "funnel", body: { steps: [{ event: 'Order Completed where total > 50' }, { event: "A & B" }], window: "2 h" }, filter: "role = client", name: "Été" };
const placeOf = (address: string) => readPlace(new URL(address, "http://x").searchParams);

describe("a question in the address", () => {
  it("comes back as it was written, with its lens and the cell whose people are shown", () => {
    const lens = { ...wideOpen, audience: "inside" as const };
    expect(placeOf(questionAddress("my shop", lens, asked))).toEqual({ at: "question", asked, cell: null, offset: 0 });
    expect(questionAddress("my shop", lens, asked)).toContain("/my%20shop/questions?audience=inside&ask=funnel");
    const cell = { what: "stopped", step: 1, side: "inside" };
    expect(placeOf(cellAddress("shop", wideOpen, asked, cell, 50))).toEqual({ at: "question", asked, cell, offset: 50 });
  });

  it("is said to be unreadable when it was cut short, and never taken for another question", () => {
    const address = questionAddress("shop", wideOpen, { ...asked, filter: "", name: "" });
    expect(placeOf(address.slice(0, address.length - 12)).at).toBe("unreadable");
    expect(placeOf("/shop/questions?ask=magic").at).toBe("unreadable");
    expect(placeOf("/shop/questions?ask=growth&cell=3").at).toBe("unreadable");
    expect(placeOf("/shop/questions").at).toBe("start");
    expect(placeOf("/shop/questions?board=Monday")).toEqual({ at: "board", board: "Monday" });
  });
});

describe("a condition on an event", () => {
  it.each([
    ["Order Completed", { event: "Order Completed", where: [] }],
    ["Order Completed where total > 50", { event: "Order Completed", where: [{ property: "total", operator: ">", value: "50" }] }],
    ['Order Completed where (total >= 12.5 and coupon != "NEW")', { event: "Order Completed", where: [{ property: "total", operator: ">=", value: "12.5" }, { property: "coupon", operator: "!=", value: "NEW" }] }],
    ['"signed in" where path = "/a \\"b\\""', { event: "signed in", where: [{ property: "path", operator: "=", value: '/a "b"' }] }],
    ["$page", { event: "$page", where: [] }],
  ])("is the same as text and as fields: %s", (text, fields) => {
    expect(readCondition(text)).toEqual(fields);
    expect(writeCondition(fields as Parameters<typeof writeCondition>[0])).toBe(text);
  });

  it("stays text where the form has no fields for it", () => {
    for (const text of ["A or B", "did A and did B", "A where (total > 5 or total < 1)", "A where total is missing", 'A where total > 5 and "x"']) expect(readCondition(text), text).toBeNull();
  });

  it("quotes names that could be taken for words of the language, and reads decimal commas", () => {
    expect(writeName("signed in")).toBe('"signed in"');
    expect(writeName("Signed In")).toBe("Signed In");
    expect(writeName("100 % sure")).toBe('"100 % sure"');
    expect(writeCondition({ event: "A", where: [{ property: "total", operator: ">", value: "12,5" }] })).toBe("A where total > 12.5");
    expect(writeCondition({ event: "A", where: [{ property: "total", operator: ">", value: "" }] })).toBe("A");
  });
});

describe("the body of a question", () => {
  it("is asked without the steps that have no event yet", () => {
    expect(askable("funnel", firstBody("funnel", "purchases"))).toBeNull();
    expect(askable("funnel", { steps: [{ event: "A" }, { event: "" }], window: "2 h" })).toEqual({ steps: [{ event: "A" }], window: "2 h" });
    expect(askable("growth", {})).toEqual({});
    expect(changed({ a: 1, b: 2 }, { a: undefined, c: 3 })).toEqual({ b: 2, c: 3 });
  });

  it("of growth is the same as parameters and as a body", () => {
    const body = { bucket: "week", events: ["A", "B"], breakdown: { of: "trait", name: "plan:b" } };
    expect(growthParameters(body)).toMatchObject({ bucket: "week", events: "A,B", by: "trait:plan:b" });
    expect(growthBody(growthParameters(body))).toEqual(body);
  });

  it("is told to a terminal and to HTTP so that a shell takes it whole", () => {
    const lens = { ...wideOpen, audience: "inside" as const, from: "2011-01-01" };
    const own = { ...asked, body: { steps: [{ event: "L'Achat" }] } };
    expect(asCommand("shop", own, lens, "2011-12-09")).toBe(
      `habitue ask funnel -w shop --question '{"steps":[{"event":"L'\\''Achat"}]}' --as-of 2011-12-09 --from 2011-01-01 --audience inside --filter 'role = client'`,
    );
    expect(asCommand("shop", { kind: "growth", body: { bucket: "week" }, filter: "", name: "" }, wideOpen, undefined)).toBe("habitue ask growth -w shop --bucket week");
    expect(asRequest("http://h", "/api/v1/workspaces/shop/funnel", own, { audience: "inside", filter: "" })).toMatch(/^curl 'http:\/\/h\/api\/v1\/workspaces\/shop\/funnel\?audience=inside' -H/);
  });

  it("has lengths of time in the largest unit that fits", () => {
    expect(readDuration(14 * 86_400)).toEqual({ count: 14, unit: "d" });
    expect(readDuration("90 min")).toEqual({ count: 90, unit: "min" });
    expect(readDuration(5_400)).toEqual({ count: 90, unit: "min" });
    expect(readDuration("P14D")).toBeNull();
    expect(writeDuration({ count: 2, unit: "h" })).toBe("2 h");
  });
});

describe("what is saved", () => {
  it("keeps the question and the lens, and says nothing that says nothing", () => {
    expect(savedBody(asked, { ...wideOpen, from: "2011-01-01" }, "x")).toEqual({ ask: "funnel", description: "x", lens: { from: "2011-01-01", filter: "role = client" }, body: asked.body });
    expect(savedBody({ kind: "growth", body: { bucket: "week" }, filter: "", name: "" }, wideOpen, "")).toEqual({ ask: "growth", description: "", lens: {}, parameters: { bucket: "week" } });
  });

  it("is read through the reader's lens first, then the board's, then its own", () => {
    expect(lensOver([{ audience: "inside", from: "2011-01-01" }, { audience: "outside" }], { ...wideOpen, to: "2011-06-30" })).toEqual({ ...wideOpen, audience: "outside", from: "2011-01-01", to: "2011-06-30" });
    expect(lensOver([{ audience: "inside" }], { ...wideOpen, audience: "unknown" }).audience).toBe("unknown");
  });

  it("has a name that the server takes", () => {
    for (const name of ["", "  ", "a/b", 'a"b', "é".repeat(51)]) expect(isName(name), name).toBe(false);
    expect(isName("Lundi – où s’arrête-t-on ?")).toBe(true);
  });
});

it("a picture of a chart has its title above it, and no sign of it can break out", () => {
  const svg = titledSvg('<svg width="600" height="300"><g/></svg>', "A <b>", "x & y", "#fff", "#000");
  expect(svg).toContain('width="632" height="372"');
  expect(svg).toContain("A &#60;b&#62;");
  expect(svg).toContain('<svg x="16" y="56" width="600"');
});
