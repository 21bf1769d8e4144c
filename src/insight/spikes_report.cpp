// Spikes of arrivals, overall and by channel, sized, with the share of the audience among those who came (AUD-11).
#include <algorithm>
#include <array>
#include <map>

#include "insight/fold.hpp"
#include "insight/reports.hpp"
#include "insight/spike_detector.hpp"
#include "insight/steps.hpp"

namespace habitue::insight {
namespace {

/// People who came on one day, by criteria::Verdict.
using Arrivals = std::array<std::uint64_t, 3>;
using Days = std::map<LocalDay, Arrivals>;

// Longer than any business keeps its journal; a stray date does not make the series endless.
constexpr std::int64_t kDaysMax = 20'000;

struct Tally {
  std::map<std::string_view, Days> channels;
  void merge(const Tally& other) {
    for (const auto& [channel, days] : other.channels)
      for (const auto& [day, arrivals] : days) {
        Arrivals& into = channels[channel][day];
        for (std::size_t verdict = 0; verdict < into.size(); ++verdict) into[verdict] += arrivals[verdict];
      }
  }
};

/// A series of whole days from `first`.
struct Series {
  std::string channel;
  LocalDay first;
  std::vector<Arrivals> days;

  std::vector<std::uint64_t> counts() const {
    std::vector<std::uint64_t> counts;
    for (const Arrivals& day : days) counts.push_back(day[0] + day[1] + day[2]);
    return counts;
  }
};

Series series_of(std::string channel, const Days& days, LocalDay first, LocalDay last) {
  Series series{std::move(channel), first, std::vector<Arrivals>(static_cast<std::size_t>((last - first).count()) + 1)};
  for (const auto& [day, arrivals] : days)
    if (day >= first && day <= last) series.days[static_cast<std::size_t>((day - first).count())] = arrivals;
  return series;
}

Spike spike_of(const Series& series, const Rise& rise) {
  Spike spike{.first = series.first + std::chrono::days{rise.first},
              .last = series.first + std::chrono::days{rise.last},
              .channel = series.channel,
              .people = rise.count,
              .expected = rise.expected,
              .inside = {}};
  std::uint64_t inside = 0, outside = 0;
  for (std::size_t day = rise.first; day <= rise.last; ++day) {
    outside += series.days[day][static_cast<std::size_t>(criteria::Verdict::Outside)];
    inside += series.days[day][static_cast<std::size_t>(criteria::Verdict::Inside)];
  }
  spike.inside = share_of(inside, inside + outside);
  return spike;
}

double excess(const Spike& spike) { return static_cast<double>(spike.people) - spike.expected; }
bool overlap(const Spike& left, const Spike& right) { return left.first <= right.last && right.first <= left.last; }

// One story is told once: a rise of the whole that one channel explains for the most part is that channel's; else the rises of
// its channels are parts of the whole's.
std::vector<Spike> told_once(std::vector<Spike> overall, std::vector<Spike> by_channel) {
  std::erase_if(overall, [&](const Spike& whole) {
    return std::any_of(by_channel.begin(), by_channel.end(),
                       [&](const Spike& part) { return overlap(whole, part) && excess(part) >= excess(whole) / 2; });
  });
  std::erase_if(by_channel, [&](const Spike& part) {
    return std::any_of(overall.begin(), overall.end(), [&](const Spike& whole) { return overlap(whole, part); });
  });
  overall.insert(overall.end(), by_channel.begin(), by_channel.end());
  std::stable_sort(overall.begin(), overall.end(),
                   [](const Spike& left, const Spike& right) { return excess(left) > excess(right); });
  return overall;
}

}  // namespace

Result<SpikesReport> ask_spikes(const Customers& customers, const Question& question) {
  auto steps = Steps::bind(customers);
  if (!steps) return tl::unexpected(steps.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const Zone& zone = customers.zone();
  // All that came before the period counts too: it is what the period is compared with.
  auto tally = fold_people(customers, question, *lens, Tally{}, [&](Tally& into, const Person& person) {
    const auto acquired = steps->acquired_at(person.journey, question.as_of);
    if (!acquired || *acquired >= question.period.to) return;
    const std::string_view channel = customers.channel_of(person.journey, question.as_of);
    ++into.channels[channel][zone.day_of(*acquired)][static_cast<std::size_t>(person.audience)];
  });
  if (!tally) return tl::unexpected(tally.error());
  if (tally->channels.empty()) return SpikesReport{};

  Days all;
  for (const auto& [channel, days] : tally->channels)
    for (const auto& [day, arrivals] : days)
      for (std::size_t verdict = 0; verdict < arrivals.size(); ++verdict) all[day][verdict] += arrivals[verdict];
  const LocalDay last = all.rbegin()->first;
  const LocalDay first = std::max(all.begin()->first, last - std::chrono::days{kDaysMax});

  const auto spikes_in = [&](const Series& series) {
    std::vector<Spike> spikes;
    for (const Rise& rise : find_rises(series.counts())) {
      Spike spike = spike_of(series, rise);
      if (zone.start_of(spike.last + std::chrono::days{1}) > question.period.from) spikes.push_back(std::move(spike));
    }
    return spikes;
  };
  std::vector<Spike> overall = spikes_in(series_of("", all, first, last));
  std::vector<Spike> by_channel;
  for (const auto& [channel, days] : tally->channels)
    for (Spike& spike : spikes_in(series_of(std::string(channel), days, first, last)))
      by_channel.push_back(std::move(spike));
  return SpikesReport{told_once(std::move(overall), std::move(by_channel))};
}

}  // namespace habitue::insight
