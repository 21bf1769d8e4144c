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

// Counts one person, if the lens, the filter and the side let them in.
void look_at(Tally& tally, const journey::Journey& journey, const Customers& customers, const Lens& lens,
             UtcMicros as_of, const PeopleSearch& search) {
  if (!lens.knows(journey)) return;
  const criteria::Verdict matches = lens.filter(journey);
  if (matches == criteria::Verdict::Outside) return;
  if (search.side != AudienceSide::All && !on_side(lens.audience(journey), search.side)) return;
  if (matches == criteria::Verdict::Unknown)
    ++tally.unknown;
  else
    tally.matched.push_back({key_of(journey, customers, as_of, search.order), journey.person()});
}

Result<Tally> find_people(const Customers& customers, const Question& question, const Lens& lens,
                          const PeopleSearch& search) {
  const journey::Snapshot& snapshot = customers.snapshot();
  Tally whole;
  if (search.among) {
    // A few named people need no pass over all. Each once, however often they were found.
    std::vector<PersonId> among = *search.among;
    std::sort(among.begin(), among.end());
    among.erase(std::unique(among.begin(), among.end()), among.end());
    for (const PersonId person : among) {
      if (question.cancellation != nullptr && question.cancellation->cancelled())
        return fail(ErrorKind::Conflict, "the question was cancelled");
      if (const auto journey = snapshot.find(person)) look_at(whole, *journey, customers, lens, question.as_of, search);
    }
    return whole;
  }
  std::vector<Tally> parts(kParts);
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    snapshot.for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      look_at(parts[part], journey, customers, lens, question.as_of, search);
    });
  });
  if (!done) return tl::unexpected(done.error());
  for (const Tally& part : parts) whole.merge(part);
  return whole;
}

}  // namespace

Result<PeopleReport> ask_people(const Customers& customers, const Question& question, const PeopleSearch& search) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto found = find_people(customers, question, *lens, search);
  if (!found) return tl::unexpected(found.error());
  std::vector<Entry>& matched = found->matched;

  PeopleReport report{.matched = matched.size(), .unknown = found->unknown, .rows = {}};
  const std::size_t first = std::min(search.offset, matched.size());
  const std::size_t last = first + std::min(search.limit, matched.size() - first);
  std::partial_sort(matched.begin(), matched.begin() + static_cast<std::ptrdiff_t>(last), matched.end());
  for (std::size_t place = first; place < last; ++place) {
    const auto journey = customers.snapshot().find(matched[place].person);
    if (!journey) return broken_identity("a person of the list cannot be found again");
    report.rows.push_back(row_of(*journey, customers, *lens, question.as_of));
  }
  return report;
}

// The people are a heap, its top the first of them: the list begins at once, and nothing sorts millions in one go.
struct PeopleList::State {
  const Customers& customers;
  Lens lens;
  UtcMicros as_of;
  CancellationWatch watch;
  std::uint64_t matched = 0, unknown = 0, rows = 0;
  std::vector<Entry> left;

  static bool comes_later(const Entry& first, const Entry& second) { return second < first; }
  PersonId take() {
    std::pop_heap(left.begin(), left.end(), comes_later);
    const PersonId person = left.back().person;
    left.pop_back();
    return person;
  }
};

PeopleList::PeopleList(std::unique_ptr<State> state) : state_(std::move(state)) {}
PeopleList::PeopleList(PeopleList&&) noexcept = default;
PeopleList::~PeopleList() = default;

Result<PeopleList> PeopleList::of(const Customers& customers, const Question& question, const PeopleSearch& search) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto found = find_people(customers, question, *lens, search);
  if (!found) return tl::unexpected(found.error());
  const std::size_t matched = found->matched.size(), first = std::min(search.offset, matched);
  auto state = std::make_unique<State>(State{.customers = customers,
                                             .lens = *std::move(lens),
                                             .as_of = question.as_of,
                                             .watch = CancellationWatch(question.cancellation),
                                             .matched = matched,
                                             .unknown = found->unknown,
                                             .rows = std::min(search.limit, matched - first),
                                             .left = std::move(found->matched)});
  std::make_heap(state->left.begin(), state->left.end(), State::comes_later);
  for (std::size_t passed = 0; passed < first; ++passed) {
    if (state->watch.stopped()) return fail(ErrorKind::Conflict, "the question was cancelled");
    state->take();
  }
  return PeopleList(std::move(state));
}

std::uint64_t PeopleList::matched() const { return state_->matched; }
std::uint64_t PeopleList::unknown() const { return state_->unknown; }
std::uint64_t PeopleList::rows() const { return state_->rows; }

Result<std::optional<PersonRow>> PeopleList::next() {
  if (state_->watch.look()) return fail(ErrorKind::Conflict, "the question was cancelled");
  if (state_->rows == 0) return std::optional<PersonRow>();
  --state_->rows;
  const auto journey = state_->customers.snapshot().find(state_->take());
  if (!journey) return broken_identity("a person of the list cannot be found again");
  return row_of(*journey, state_->customers, state_->lens, state_->as_of);
}

}  // namespace habitue::insight
