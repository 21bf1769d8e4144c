import type { ChannelFigures } from "../api/model";

/** The purest channel among those with enough people to be judged. */
export function purestChannel(channels: readonly ChannelFigures[]): ChannelFigures | null {
  return channels
    .filter((channel) => channel.verdict !== "too_few" && channel.purity.whole > 0)
    .reduce<ChannelFigures | null>((best, channel) => (best === null || channel.purity.value > best.purity.value ? channel : best), null);
}
