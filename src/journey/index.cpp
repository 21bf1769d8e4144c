#include "journey/index.hpp"

#include <algorithm>
#include <new>

#include "journey/index_state.hpp"
#include "journey/parallel.hpp"

namespace habitue::journey {

namespace {

void sort_unique(std::vector<std::uint32_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::uint64_t rows_in(const std::vector<Source>& sources) {
  std::uint64_t rows = 0;
  for (const Source& source : sources)
    for (const RowRange& range : source.ranges) rows += range.last - range.first;
  return rows;
}

}  // namespace

std::unique_ptr<Index> Index::create() { return std::make_unique<IndexState>(); }

IndexState::IndexState(const JoiningPolicy& policy)
    : policy_(policy), reader_(std::make_unique<EventReader>(symbols_)) {
  show();
}

IndexState::IndexState(SavedIndex saved)
    : symbols_(std::move(saved.symbols)),
      reader_(std::make_unique<EventReader>(symbols_)),
      person_of_(std::move(saved.person_of)),
      up_to_(saved.up_to) {
  parts_.push_back({std::move(saved.segment), nullptr});
  count_all_kinds();
  find_extremes();
  show();
}

std::shared_ptr<const Snapshot> IndexState::snapshot() const {
  const std::lock_guard lock(shown_mutex_);
  return shown_;
}

void IndexState::show() {
  const auto moment = [](std::optional<std::int64_t> us) {
    return us ? std::optional(UtcMicros{std::chrono::microseconds{*us}}) : std::nullopt;
  };
  auto next = std::make_shared<const IndexSnapshot>(SnapshotContents{.parts = parts_,
                                                                     .names = symbols_->published(),
                                                                     .kind_counts = kind_counts_,
                                                                     .up_to = up_to_,
                                                                     .first_at = moment(first_us_),
                                                                     .last_at = moment(last_us_),
                                                                     .text_bytes = symbols_->memory_bytes()});
  {
    const std::lock_guard lock(shown_mutex_);
    shown_.swap(next);
  }
  // The old one, if nobody holds it any more, is freed here, outside the lock.
}

Result<void> IndexState::check_ready() const {
  if (half_changed_)
    return fail(ErrorKind::Unavailable, "the journey index ran out of memory amid a change: rebuild it");
  if (!stagers_.empty()) return fail(ErrorKind::Conflict, "staged events wait for publish");
  return {};
}

// Everything that could be wrong is found before anything changes.
Result<void> IndexState::check(const Change& change) const {
  std::vector<std::uint32_t> named;
  for (const Assignment& assignment : change.assigned) {
    if (assignment.person.value == kUnassigned) return invalid("person 4294967295 is not a person");
    if (assignment.origin == kNoOrigin && assignment.person != kNobody)
      return invalid("origin 0 names nobody and cannot be assigned to a person");
    named.push_back(assignment.origin.value);
  }
  sort_unique(named);
  for (const FreshEvent& fresh : change.fresh) {
    const std::uint32_t origin = fresh.origin.value;
    if (origin == kNoOrigin.value || (origin < person_of_.size() && person_of_[origin] != kUnassigned)) continue;
    if (!std::binary_search(named.begin(), named.end(), origin))
      return invalid("event " + std::to_string(fresh.stored->seq.value) + " is of origin " + std::to_string(origin) +
                     ", which is assigned to no person");
  }
  return {};
}

void IndexState::assign(std::span<const Assignment> assigned) {
  for (const Assignment& assignment : assigned) {
    if (assignment.origin.value >= person_of_.size())
      person_of_.resize(std::max(assignment.origin.value + std::size_t{1}, person_of_.size() * 3 / 2), kUnassigned);
    person_of_[assignment.origin.value] = assignment.person.value;
  }
}

bool IndexState::is_known(const FreshEvent& fresh) const { return fresh.stored->seq <= up_to_; }

// Adds the persons whose live journeys hold removed events, and takes those off the counts.
void IndexState::find_removed(const SeqSet& removed, std::vector<std::uint32_t>& persons) {
  bool extreme = false;
  for (const Part& part : parts_) {
    const Segment& segment = *part.segment;
    const std::uint32_t* const starts = segment.columns().first_rows;
    for (std::uint32_t row = 0; row < segment.rows(); ++row) {
      if (!removed.contains(segment.seq(row))) continue;
      const auto after = std::upper_bound(starts, starts + segment.persons() + 1, row);
      const auto place = static_cast<std::uint32_t>(after - starts) - 1;
      if (!part.live(place)) continue;
      persons.push_back(segment.person(place).value);
      --kind_counts_[segment.kind(row).value];
      const std::int64_t at_us = segment.columns().us(row);
      extreme |= at_us == first_us_ || at_us == last_us_;
      texts_stale_ = true;
    }
  }
  if (extreme) first_us_.reset();  // Found again once the rows are gone.
}

// Takes the live journeys of the persons out of the parts. Persons ascend.
std::vector<Source> IndexState::take_journeys(const std::vector<std::uint32_t>& persons) {
  std::vector<Source> sources;
  for (std::size_t number = parts_.size(); number-- > 0;) {
    Part& part = parts_[number];
    Source source{part.segment, {}, nullptr};
    std::vector<std::uint32_t> places;
    for (const std::uint32_t person : persons) {
      const auto place = part.find(PersonId{person});
      if (!place) continue;
      places.push_back(*place);
      source.ranges.push_back(
          {part.segment->first_row(*place), part.segment->first_row(*place + 1), RowRange::kByOrigin});
    }
    if (places.empty()) continue;
    part.supersede(places);
    sources.push_back(std::move(source));
  }
  if (parts_in_compaction_ > 0) changed_meanwhile_.insert(changed_meanwhile_.end(), persons.begin(), persons.end());
  return sources;
}

void IndexState::absorb_small_parts(std::vector<Source>& sources) {
  std::uint64_t rows = rows_in(sources);
  while (parts_.size() > parts_in_compaction_ &&
         parts_.back().rows_live() <= std::min(policy_.absorb_factor * rows, policy_.absorb_rows_max)) {
    rows += parts_.back().rows_live();
    if (parts_.back().rows_live() > 0) sources.push_back(parts_.back().live_source());
    parts_.pop_back();
  }
}

Result<void> IndexState::apply(const Change& change) try {
  const std::lock_guard lock(mutex_);
  if (auto ready = check_ready(); !ready) return ready;
  if (auto checked = check(change); !checked) return checked;
  half_changed_ = true;

  std::vector<std::uint32_t> persons;  // Whose journeys are to be rebuilt.
  for (const Assignment& assignment : change.assigned) {
    const std::uint32_t origin = assignment.origin.value;
    if (origin >= person_of_.size() || person_of_[origin] == kUnassigned) continue;
    if (person_of_[origin] == assignment.person.value) continue;
    persons.push_back(person_of_[origin]);
    persons.push_back(assignment.person.value);
  }
  const SeqSet removed([&] {
    std::vector<std::uint64_t> seqs;
    for (const EventSeq seq : change.removed) seqs.push_back(seq.value);
    return seqs;
  }());
  if (!removed.empty()) find_removed(removed, persons);
  assign(change.assigned);

  Batch batch;
  for (const FreshEvent& fresh : change.fresh) {
    const ledger::StoredEvent& stored = *fresh.stored;
    if (is_known(fresh) || removed.contains(stored.seq)) continue;
    reader_->read(stored, fresh.origin, batch);
    const std::int64_t at_us = stored.event.at.time_since_epoch().count();
    if (first_us_ || parts_.empty()) first_us_ = std::min(first_us_.value_or(at_us), at_us);
    last_us_ = std::max(last_us_.value_or(at_us), at_us);
    // An event of nobody makes a journey of its own, joined by who asks for it: rebuilding nobody's whole journey at
    // each change would cost as much as all the anonymous events there are.
    const std::uint32_t person = fresh.origin == kNoOrigin ? kNobody.value : person_of_[fresh.origin.value];
    if (person != kNobody.value) persons.push_back(person);
  }
  for (const FreshEvent& fresh : change.fresh) up_to_ = std::max(up_to_, fresh.stored->seq);
  up_to_ = std::max(up_to_, change.up_to);
  sort_unique(persons);

  std::vector<Source> sources = take_journeys(persons);
  if (batch.rows() > 0) {
    const auto rows = static_cast<std::uint32_t>(batch.rows());
    sources.push_back({batch.seal(symbols_), {{0, rows, RowRange::kByOrigin}}, nullptr});
    const Segment& fresh = *sources.back().segment;
    kind_counts_.resize(symbols_->kinds().texts.size());
    for (std::uint32_t row = 0; row < rows; ++row) ++kind_counts_[fresh.kind(row).value];
  }
  if (!sources.empty()) {
    absorb_small_parts(sources);
    auto built = build_segment({.sources = sources, .person_of = person_of_, .removed = &removed}, symbols_);
    if (!built) return tl::unexpected(built.error());
    if ((*built)->rows() > 0) parts_.push_back({*std::move(built), nullptr});
  }
  if (!first_us_) find_extremes();
  show();
  half_changed_ = false;
  return {};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::Unavailable, "not enough memory for the journey index");
}

// Calls visit(part, from, to) for places among the persons of a part, all of them live, on several threads.
template <class Visit>
void IndexState::for_each_live_run(const Visit& visit) const {
  constexpr std::uint32_t kPersonsPerPiece = 16'384;
  for (const Part& part : parts_) {
    const std::uint32_t persons = part.segment->persons();
    for_each_piece((persons + kPersonsPerPiece - 1) / kPersonsPerPiece, thread_count(), [&](std::size_t piece) {
      const auto begin = static_cast<std::uint32_t>(piece * kPersonsPerPiece);
      const std::uint32_t end = std::min(persons, begin + kPersonsPerPiece);
      for (std::uint32_t from = begin; from < end;) {
        std::uint32_t to = from;
        while (to < end && part.live(to)) ++to;
        if (to > from) visit(part, from, to);
        from = to + 1;
      }
    });
  }
}

void IndexState::count_all_kinds() {
  kind_counts_.assign(symbols_->kinds().texts.size(), 0);
  std::mutex mutex;
  for_each_live_run([&](const Part& part, std::uint32_t from, std::uint32_t to) {
    const KindColumn& kinds = part.segment->columns().kinds;
    std::vector<std::uint64_t> counts(kind_counts_.size());
    const std::uint32_t last = part.segment->first_row(to);
    for (std::uint32_t row = part.segment->first_row(from); row < last; ++row) ++counts[kinds[row]];
    const std::lock_guard lock(mutex);
    for (std::size_t kind = 0; kind < counts.size(); ++kind) kind_counts_[kind] += counts[kind];
  });
}

void IndexState::find_extremes() {
  first_us_.reset();
  last_us_.reset();
  std::mutex mutex;
  for_each_live_run([&](const Part& part, std::uint32_t from, std::uint32_t to) {
    const SegmentColumns& columns = part.segment->columns();
    std::int64_t first = INT64_MAX, last = INT64_MIN;
    for (std::uint32_t person = from; person < to; ++person) {
      first = std::min(first, columns.us(columns.first_rows[person]));
      last = std::max(last, columns.us(columns.first_rows[person + 1] - 1));
    }
    const std::lock_guard lock(mutex);
    first_us_ = std::min(first_us_.value_or(first), first);
    last_us_ = std::max(last_us_.value_or(last), last);
  });
}

}  // namespace habitue::journey
