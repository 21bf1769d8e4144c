// The people themselves: who matches, in an order, a page at a time.
#include <algorithm>

#include "insight/fold.hpp"
#include "insight/money.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {
namespace {

/// Enough to put a person in order; the row itself is made for the page alone.
struct Entry {
  std::int64_t key;
  PersonId person;
  // Greatest first; among those alike the older person, so that pages never overlap.
  friend bool operator<(const Entry& left, const Entry& right) {
    return left.key != right.key ? left.key > right.key : left.person < right.person;
  }
};

struct Tally {
  std::uint64_t unknown = 0;
  std::vector<Entry> matched;
  void merge(const Tally& other) {
    unknown += other.unknown;
    matched.insert(matched.end(), other.matched.begin(), other.matched.end());
  }
};

std::int64_t key_of(const journey::Journey& journey, const Customers& customers, UtcMicros as_of, PeopleOrder order) {
  switch (order) {
    case PeopleOrder::LastSeen: {
      const journey::Journey known = journey.until(as_of);
      return known[known.size() - 1].at.time_since_epoch().count();
    }
    case PeopleOrder::NetMoney: return net_in(customers.balances(journey, as_of), customers.business().currency);
    case PeopleOrder::Purchases: return customers.stage_of(journey, as_of).purchases;
  }
  return 0;
}

bool on_side(criteria::Verdict verdict, AudienceSide side) {
  switch (side) {
    case AudienceSide::All: return true;
    case AudienceSide::Inside: return verdict == criteria::Verdict::Inside;
    case AudienceSide::Outside: return verdict == criteria::Verdict::Outside;
    case AudienceSide::Unknown: return verdict == criteria::Verdict::Unknown;
  }
  return false;
}

PersonRow row_of(const journey::Journey& journey, const Customers& customers, const Lens& lens, UtcMicros as_of) {
  const knowledge::StageVerdict stage = customers.stage_of(journey, as_of);
  const journey::Journey known = journey.until(as_of);
  return {.person = journey.person(),
          .role = customers.role_of(journey, as_of),
          .stage = stage.stage,
          .balances = customers.balances(journey, as_of),
          .purchases = stage.purchases,
          .last_seen_at = known[known.size() - 1].at,
          .channel = customers.channel_of(journey, as_of),
          .audience = lens.audience(journey)};
}

}  // namespace

Result<PeopleReport> ask_people(const Customers& customers, const Question& question, AudienceSide side, PeopleOrder order,
                                std::size_t offset, std::size_t limit) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  std::vector<Tally> parts(kParts);
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    Tally& tally = parts[part];
    customers.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      if (!lens->knows(journey)) return;
      const criteria::Verdict matches = lens->filter(journey);
      if (matches == criteria::Verdict::Outside) return;
      if (side != AudienceSide::All && !on_side(lens->audience(journey), side)) return;
      if (matches == criteria::Verdict::Unknown)
        ++tally.unknown;
      else
        tally.matched.push_back({key_of(journey, customers, question.as_of, order), journey.person()});
    });
  });
  if (!done) return tl::unexpected(done.error());
  Tally whole;
  for (const Tally& part : parts) whole.merge(part);

  PeopleReport report{.matched = whole.matched.size(), .unknown = whole.unknown, .rows = {}};
  const std::size_t first = std::min(offset, whole.matched.size());
  const std::size_t last = first + std::min(limit, whole.matched.size() - first);
  const auto entries = whole.matched.begin();
  std::partial_sort(entries, entries + static_cast<std::ptrdiff_t>(last), whole.matched.end());
  for (std::size_t place = first; place < last; ++place) {
    const auto journey = customers.snapshot().find(whole.matched[place].person);
    if (!journey) return broken_identity("a person of the list cannot be found again");
    report.rows.push_back(row_of(*journey, customers, *lens, question.as_of));
  }
  return report;
}

}  // namespace habitue::insight
