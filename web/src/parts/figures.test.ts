import { describe, expect, it } from "vitest";
import { shareOf } from "./figures";

describe("shares", () => {
  it("are 0 and never NaN when there is nobody", () => {
    expect(shareOf(0, 0)).toBe(0);
    expect(shareOf(1, 4)).toBe(0.25);
  });
});
