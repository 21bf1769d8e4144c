#include "insight/growth/lives.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight::growth {
namespace {

using retention::CellCounts;

// More columns than anybody reads, and little enough to keep for each part of the audience.
constexpr std::int64_t kBucketsMax = 20'000;
constexpr std::size_t kCellsMax = 400'000;

}  // namespace

Result<Lives> Lives::bind(const Customers& customers, const Question& question, const Lens& lens,
                          const GrowthSpec& spec) {
  Lives lives(customers, question, spec);
  auto range = retention::periods_asked(lives.calendar_, customers, question, kBucketsMax);
  if (!range) return tl::unexpected(range.error());
  if (*range) lives.timeline_.emplace(lives.calendar_, (*range)->first - 1, (*range)->second);
  const journey::Snapshot& snapshot = customers.snapshot();
  lives.counts_.resize(snapshot.kinds().size(), 0);
  if (!spec.events.empty()) {
    auto kinds = snapshot.find_kinds(spec.events);
    if (!kinds) return tl::unexpected(kinds.error());
    for (const journey::EventKind kind : *kinds) lives.counts_[kind.value] = 1;
  }
  if (spec.birth == Birth::Creation) {
    lives.identify_ = snapshot.find_kind(journey::kIdentifyKind);
    for (const char* name : {"createdAt", "created_at"})
      if (const auto property = snapshot.find_property(name)) lives.creations_.push_back(*property);
  }
  if (!spec.breakdown) return lives;
  auto reader = retention::ShownValues::bind(customers, *spec.breakdown);
  if (!reader) return tl::unexpected(reader.error());
  lives.reader_ = *std::move(reader);
  if (!lives.timeline_) return lives;
  if (auto done = lives.rank_values(question, lens, spec.breakdown->limit); !done) return tl::unexpected(done.error());
  if (lives.values_.slots() * lives.timeline_->size() > kCellsMax)
    return invalid(fmt::format("{} values in {} periods are more than {}: ask for fewer values or longer periods",
                               lives.values_.slots() - 1, lives.timeline_->size() - 1, kCellsMax));
  return lives;
}

// Counts people by the values with which they are in any number of the answer.
Result<void> Lives::rank_values(const Question& question, const Lens& lens, std::size_t limit) {
  const std::int64_t origin = timeline_->first();
  auto counted = retention::fold_sums(
      *customers_, question, lens, CellCounts(question.cancellation),
      [&](CellCounts& into, const Person& person) {
        thread_local Life life;
        thread_local std::vector<std::uint64_t> of_person;
        read(person, life);
        if (life.left_out) return;
        of_person.clear();
        for (std::size_t index = 0; index < life.active.size(); ++index) {
          // Whoever was active before the periods asked for and at once again is in none of them by that.
          const bool goes_on = index + 1 < life.active.size() && life.active[index + 1] <= origin + 1;
          if (life.active[index] > origin || !goes_on) of_person.push_back(life.values[index].bits);
        }
        std::sort(of_person.begin(), of_person.end());
        of_person.erase(std::unique(of_person.begin(), of_person.end()), of_person.end());
        for (const std::uint64_t bits : of_person) ++into.of(bits);
      },
      wanted());
  if (!counted) return tl::unexpected(counted.error());
  values_ = retention::ShownValues::of(*reader_, limit, *counted, question.cancellation);
  if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
  return {};
}

// Calls `visit(at, event)` for what counts as active, in order of time; the event only where values are read from it.
template <class Visit>
void Lives::for_each_act(const Person& person, const Visit& visit) const {
  if (by_purchases_ && reader_ && !reader_->of_person()) {
    for (const knowledge::PurchaseEvent& purchase : customers_->purchase_events(person.journey, as_of_))
      visit(purchase.at, &purchase.event);
  } else if (by_purchases_) {
    for (const UtcMicros at : customers_->purchases(person.journey, as_of_))
      visit(at, static_cast<const journey::Event*>(nullptr));
  } else if (person.selected != nullptr) {
    for (std::size_t place = 0; place < person.selected->size(); ++place)
      if (const journey::Event event = (*person.selected)[place]; event.at <= as_of_) visit(event.at, &event);
  } else {
    for (const journey::Event event : person.journey.until(as_of_))
      if (counts_[event.kind.value] != 0) visit(event.at, &event);
  }
}

Active Lives::periods_of(std::span<const std::int64_t> at_us) const {
  const std::int64_t as_of_us = as_of_.time_since_epoch().count();
  while (!at_us.empty() && at_us.back() > as_of_us) at_us = at_us.first(at_us.size() - 1);
  thread_local std::vector<std::int64_t> indices;
  if (indices.size() < at_us.size()) indices.resize(at_us.size());
  timeline_->indices_of(at_us, indices.data());
  std::size_t first = 0, last = at_us.size();
  while (first < last && indices[first] == retention::Timeline::kBefore) ++first;
  while (first < last && indices[last - 1] == static_cast<std::int64_t>(timeline_->size())) --last;
  Active active{std::span(indices).subspan(first, last - first), {}};
  if (first > 0) active.before = calendar_.number_of(UtcMicros{std::chrono::microseconds{at_us[first - 1]}});
  return active;
}

void Lives::read(const Person& person, Life& life) const {
  thread_local std::vector<std::int64_t> moments;
  std::span<const std::int64_t> at_us;
  if (person.selected != nullptr) {
    at_us = person.selected->at_us();
  } else {
    moments.clear();
    for_each_act(person,
                 [&](UtcMicros at, const journey::Event*) { moments.push_back(at.time_since_epoch().count()); });
    at_us = moments;
  }
  const Active found = periods_of(at_us);
  std::size_t count = 0;
  life.active.resize(found.periods.size() + 1);
  if (found.before) life.active[count++] = *found.before;
  // Written over when it is the same as the last: whether it is cannot be guessed.
  std::int64_t before = retention::Timeline::kBefore;
  for (const std::int64_t period : found.periods) {
    count += period != before ? 1 : 0;
    before = period;
    life.active[count - 1] = timeline_->first() + before;
  }
  life.active.resize(count);
  life.created.reset();
  life.left_out = false;
  if (birth_ == Birth::Creation) {
    if (const auto created = creation(person.journey)) life.created = calendar_.number_of(*created);
    life.left_out = !life.created;
  }
  life.values.clear();
  if (reader_ && !life.active.empty() && !life.left_out) read_values(person, life);
}

// Of the first event of each active period; of several at its instant the least as it reads: never by arrival.
void Lives::read_values(const Person& person, Life& life) const {
  if (reader_->of_person()) {
    life.values.assign(life.active.size(), reader_->of(person.journey, as_of_));
    return;
  }
  std::size_t index = 0;
  UtcMicros from = calendar_.start_of(life.active.front()), first_at = kEnd;
  for_each_act(person, [&](UtcMicros at, const journey::Event* event) {
    if (at < from && at != first_at) return;
    const journey::Cell cell = reader_->at(*event);
    if (at == first_at) {
      journey::Cell& least = life.values.back();
      if (cell != least && reader_->text(cell) < reader_->text(least)) least = cell;
      return;
    }
    if (index == life.active.size()) return;
    life.values.push_back(cell);
    first_at = at;
    ++index;
    from = index < life.active.size() ? calendar_.start_of(life.active[index]) : kEnd;
  });
}

// What the first identify call that tells a creation says, when it can be read.
std::optional<UtcMicros> Lives::creation(const journey::Journey& journey) const {
  if (!identify_) return std::nullopt;
  for (const journey::Event event : journey.until(as_of_)) {
    if (event.kind != *identify_) continue;
    for (const journey::Property property : creations_) {
      const journey::Value value = property.at(event);
      if (value.type == journey::Value::Type::Missing) continue;
      const auto moment = parse_moment(
          value.type == journey::Value::Type::Number ? fmt::format("{}", value.number) : std::string(value.text),
          customers_->zone());
      return moment ? std::optional(*moment) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace habitue::insight::growth
