#include "insight/cohorts/overlap.hpp"
#include "insight/cohorts/parts.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "base/text.hpp"
#include "insight/cohorts/named.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using Mask = std::uint32_t;  // A bit for each cohort asked.

struct Memberships {
  Mask in = 0, unknown = 0;
};

struct Overlap {
  Lens lens;
  std::vector<criteria::Evaluator> cohorts;
  UtcMicros as_of;

  Memberships of(const Person& person) const {
    Memberships memberships;
    for (std::size_t place = 0; place < cohorts.size(); ++place) {
      const criteria::Verdict verdict = cohorts[place].evaluate(person.journey, as_of);
      if (verdict == criteria::Verdict::Inside) memberships.in |= Mask{1} << place;
      if (verdict == criteria::Verdict::Unknown) memberships.unknown |= Mask{1} << place;
    }
    return memberships;
  }
};

Result<Overlap> bind(const Customers& customers, const Question& question, const OverlapSpec& spec) {
  if (spec.cohorts.size() < 2 || spec.cohorts.size() > kOverlapCohortsMax)
    return invalid(fmt::format("/cohorts: 2 to {} cohorts are compared", kOverlapCohortsMax));
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  Overlap overlap{std::move(*lens), {}, question.as_of};
  for (std::size_t place = 0; place < spec.cohorts.size(); ++place) {
    const auto before = spec.cohorts.begin() + static_cast<std::ptrdiff_t>(place);
    if (std::find(spec.cohorts.begin(), before, *before) != before)
      return invalid(fmt::format("/cohorts/{}: \"{}\" is named twice", place, *before));
    auto evaluator = cohorts::bind_cohort(customers, question, *before);
    if (!evaluator)
      return tl::unexpected(
          Error{evaluator.error().kind, fmt::format("/cohorts/{}: {}", place, evaluator.error().message)});
    overlap.cohorts.push_back(std::move(*evaluator));
  }
  return overlap;
}

// Sums for one part of the audience.
struct Sums {
  std::array<std::uint64_t, kOverlapCohortsMax> unknown{};
  std::array<std::array<std::uint64_t, kOverlapCohortsMax>, kOverlapCohortsMax> both{};  // On the diagonal the sizes.
  std::array<std::uint64_t, std::size_t{1} << kRegionCohortsMax> regions{};
  std::uint64_t any = 0;

  void add(const Memberships& memberships, bool with_regions) {
    for (Mask rest = memberships.unknown; rest != 0; rest &= rest - 1)
      ++unknown[static_cast<std::size_t>(std::countr_zero(rest))];
    if (memberships.in == 0) return;
    ++any;
    if (with_regions) ++regions[memberships.in];
    for (Mask left = memberships.in; left != 0; left &= left - 1)
      for (Mask right = left; right != 0; right &= right - 1)
        ++both[static_cast<std::size_t>(std::countr_zero(left))][static_cast<std::size_t>(std::countr_zero(right))];
  }
  void merge(const Sums& other) {
    any += other.any;
    for (std::size_t place = 0; place < unknown.size(); ++place) {
      unknown[place] += other.unknown[place];
      for (std::size_t second = place; second < unknown.size(); ++second)
        both[place][second] += other.both[place][second];
    }
    for (std::size_t region = 0; region < regions.size(); ++region) regions[region] += other.regions[region];
  }
};

using Tally = cohorts::Tally<Sums>;
using cohorts::by_part;

OverlapReport report_of(const OverlapSpec& spec, const ByAudience<Sums>& parts) {
  OverlapReport report;
  const std::size_t count = spec.cohorts.size();
  for (std::size_t place = 0; place < count; ++place)
    report.sizes.push_back({spec.cohorts[place],
                            by_part(parts, [&](const Sums& sums) { return sums.both[place][place]; }),
                            by_part(parts, [&](const Sums& sums) { return sums.unknown[place]; })});
  for (std::size_t first = 0; first < count; ++first)
    for (std::size_t second = first + 1; second < count; ++second)
      report.pairs.push_back(
          {spec.cohorts[first], spec.cohorts[second], by_part(parts, [&](const Sums& sums) {
             const std::uint64_t both = sums.both[first][second];
             const std::uint64_t one = sums.both[first][first], other = sums.both[second][second];
             return OverlapShares{both, share_of(both, one + other - both), share_of(both, one), share_of(both, other)};
           })});
  report.any = by_part(parts, [](const Sums& sums) { return sums.any; });
  if (count > kRegionCohortsMax) {
    report.warnings.push_back(fmt::format("regions are counted of up to {} cohorts", kRegionCohortsMax));
    return report;
  }
  for (Mask region = 1; region < (Mask{1} << count); ++region) {
    if (parts.all.regions[region] == 0) continue;
    std::vector<std::string> names;
    for (Mask rest = region; rest != 0; rest &= rest - 1)
      names.push_back(spec.cohorts[static_cast<std::size_t>(std::countr_zero(rest))]);
    report.regions.push_back(
        {std::move(names), by_part(parts, [&](const Sums& sums) { return sums.regions[region]; })});
  }
  std::stable_sort(
      report.regions.begin(), report.regions.end(), [](const OverlapRegion& left, const OverlapRegion& right) {
        return left.people.all != right.people.all ? left.people.all > right.people.all : left.cohorts < right.cohorts;
      });
  return report;
}

}  // namespace

Result<OverlapReport> ask_overlap(const Customers& customers, const Question& question, const OverlapSpec& spec) {
  auto overlap = bind(customers, question, spec);
  if (!overlap) return tl::unexpected(overlap.error());
  const bool with_regions = spec.cohorts.size() <= kRegionCohortsMax;
  auto tally =
      retention::fold_sums(customers, question, overlap->lens, Tally{}, [&](Tally& into, const Person& person) {
        into.parts.of(person.audience).add(overlap->of(person), with_regions);
      });
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts);
  std::uint64_t in_regions = 0;
  for (const std::uint64_t people : tally->parts.all.regions) in_regions += people;
  if (with_regions && in_regions != tally->parts.all.any)
    return broken_identity("the regions of the cohorts do not add up to those who are in any");
  OverlapReport report = report_of(spec, tally->parts);
  for (const criteria::Evaluator& cohort : overlap->cohorts)
    for (const std::string& warning : cohort.warnings())
      if (std::find(report.warnings.begin(), report.warnings.end(), warning) == report.warnings.end())
        report.warnings.push_back(warning);
  return report;
}

Result<std::vector<PersonId>> people_of_overlap(const Customers& customers, const Question& question,
                                                const OverlapSpec& spec, const OverlapCell& cell) {
  auto overlap = bind(customers, question, spec);
  if (!overlap) return tl::unexpected(overlap.error());
  Mask wanted = 0;
  for (std::size_t place = 0; place < cell.cohorts.size(); ++place) {
    const auto found = std::find(spec.cohorts.begin(), spec.cohorts.end(), cell.cohorts[place]);
    if (found == spec.cohorts.end())
      return invalid(fmt::format("/cohorts/{}: \"{}\" is none of the cohorts asked", place, cell.cohorts[place]));
    wanted |= Mask{1} << (found - spec.cohorts.begin());
  }
  if (wanted == 0) return invalid("/cohorts: one or more of the cohorts asked");
  if (cell.who == OverlapCell::Who::Unknown && std::popcount(wanted) != 1)
    return invalid("/cohorts: one cohort, of those who cannot be told");
  return retention::people_who(customers, question, overlap->lens, cell.side, [&](const Person& person) {
    const Memberships memberships = overlap->of(person);
    switch (cell.who) {
      case OverlapCell::Who::Exactly: return memberships.in == wanted;
      case OverlapCell::Who::All: return (memberships.in & wanted) == wanted;
      case OverlapCell::Who::Any: return (memberships.in & wanted) != 0;
      case OverlapCell::Who::Unknown: break;
    }
    return (memberships.unknown & wanted) != 0;
  });
}

}  // namespace habitue::insight
