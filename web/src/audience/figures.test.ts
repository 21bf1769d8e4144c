import { describe, expect, it } from "vitest";
import type { ChannelFigures } from "../api/model";
import { purestChannel } from "./figures";

describe("the purest channel", () => {
  const channel = (name: string, value: number, verdict: ChannelFigures["verdict"]): ChannelFigures => ({
    channel: name, inside: 0, outside: 0, unknown: 0, verdict, clients: 0, balances: [], purity: { part: 1, whole: 10, value, low: 0, high: 1 },
  });
  it("is never one with too few people to be judged", () => {
    expect(purestChannel([channel("tiny", 1, "too_few"), channel("press", 0.2, "vain"), channel("mail", 0.9, "exclusive")])?.channel).toBe("mail");
    expect(purestChannel([channel("tiny", 1, "too_few")])).toBeNull();
  });
});
