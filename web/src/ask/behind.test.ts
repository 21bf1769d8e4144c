import { describe, expect, it } from "vitest";
import { wideOpen } from "../lens/lens";
import { behindAddress, readBehind } from "./behind";

const behind = { question: "stages/history", body: { every: "day" }, filter: 'trait city = "A & B"', cell: { stage: "new", day: "2011-01-01" } };
const read = (address: string) => readBehind(new URLSearchParams(address.split("?")[1]));

describe("the address of the people behind a number", () => {
  it("comes back as it was written", () => {
    expect(read(behindAddress("shop", { ...wideOpen, audience: "inside" }, "value/map", behind, 50))).toEqual({ screen: "value/map", behind, offset: 50 });
    expect(read(behindAddress("shop", wideOpen, "cycle", { ...behind, body: {}, filter: "" }))).toEqual({ screen: "cycle", behind: { ...behind, body: {}, filter: "" }, offset: 0 });
  });

  it("is not believed when it was cut short or leads elsewhere", () => {
    const address = behindAddress("shop", wideOpen, "cycle", behind);
    expect(read(address.replace(/cell=[^&]*/, "cell=%7B"))).toBeNull();
    expect(read(address.replace("of=cycle", "of=%2F%2Fevil.example"))).toBeNull();
    expect(read(address.replace("ask=stages%2Fhistory", "ask=..%2Fkeys"))).toBeNull();
  });
});
