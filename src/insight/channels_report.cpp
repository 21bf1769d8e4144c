// Where people come from, and how pure each source is: inside over inside and outside, with the unknown beside it.
#include <algorithm>
#include <map>

#include "insight/fold.hpp"
#include "insight/money.hpp"
#include "insight/reports.hpp"
#include "insight/steps.hpp"

namespace habitue::insight {
namespace {

constexpr double kExclusiveFrom = 0.8, kVainUpTo = 0.3, kIntervalMax = 0.5;

struct ChannelTally {
  std::uint64_t inside = 0, outside = 0, unknown = 0, clients = 0;
  std::vector<Balance> balances;
};

struct Tally {
  std::map<std::string_view, ChannelTally> channels;
  void merge(const Tally& other) {
    for (const auto& [name, from] : other.channels) {
      ChannelTally& into = channels[name];
      into.inside += from.inside;
      into.outside += from.outside;
      into.unknown += from.unknown;
      into.clients += from.clients;
      add_to(into.balances, from.balances);
    }
  }
};

ChannelVerdict verdict_of(const Share& purity) {
  if (purity.high - purity.low > kIntervalMax) return ChannelVerdict::TooFew;
  if (purity.low >= kExclusiveFrom) return ChannelVerdict::Exclusive;
  return purity.high <= kVainUpTo ? ChannelVerdict::Vain : ChannelVerdict::Mixed;
}

}  // namespace

Result<ChannelsReport> ask_channels(const Customers& customers, const Question& question) {
  auto steps = Steps::bind(customers);
  if (!steps) return tl::unexpected(steps.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto tally = fold_people(customers, question, *lens, Tally{}, [&](Tally& into, const Person& person) {
    const auto acquired = steps->acquired_at(person.journey, question.as_of);
    if (!acquired || *acquired < question.period.from || *acquired >= question.period.to) return;
    ChannelTally& channel = into.channels[customers.channel_of(person.journey, question.as_of)];
    switch (person.audience) {
      case criteria::Verdict::Inside: ++channel.inside; break;
      case criteria::Verdict::Outside: ++channel.outside; break;
      case criteria::Verdict::Unknown: ++channel.unknown; break;
    }
    if (customers.role_of(person.journey, question.as_of) == knowledge::Role::Client) ++channel.clients;
    add_to(channel.balances, customers.balances(person.journey, question.as_of));
  });
  if (!tally) return tl::unexpected(tally.error());

  ChannelsReport report;
  for (auto& [name, channel] : tally->channels) {
    const Share purity = share_of(channel.inside, channel.inside + channel.outside);
    report.channels.push_back({.channel = std::string(name),
                               .inside = channel.inside,
                               .outside = channel.outside,
                               .unknown = channel.unknown,
                               .purity = purity,
                               .verdict = verdict_of(purity),
                               .clients = channel.clients,
                               .balances = std::move(channel.balances)});
  }
  // By name among those alike: the map has put them in that order.
  std::stable_sort(report.channels.begin(), report.channels.end(),
                   [](const ChannelFigures& left, const ChannelFigures& right) {
                     return left.inside + left.outside + left.unknown > right.inside + right.outside + right.unknown;
                   });
  return report;
}

}  // namespace habitue::insight
