// Building from nothing at speed, and folding what is fresh into one segment again.
#include <algorithm>
#include <new>

#include "journey/index_state.hpp"
#include "journey/parallel.hpp"

namespace habitue::journey {

namespace {

// Staged rows wait in packed segments of this many, several times smaller than plain arrays.
constexpr std::size_t kRowsPerStagedSegment = 262'144;
// Fewer events than this are read sooner than a thread starts.
constexpr std::size_t kEventsPerThreadMin = 256;

}  // namespace

Result<void> IndexState::stage(const Change& change) try {
  const std::lock_guard lock(mutex_);
  if (parts_in_compaction_ > 0) return fail(ErrorKind::Conflict, "the journey index is being compacted");
  if (auto checked = check(change); !checked) return checked;
  assign(change.assigned);
  for (const EventSeq seq : change.removed) staged_removals_.push_back(seq.value);

  const unsigned threads = thread_count();
  while (stagers_.size() < threads) stagers_.push_back(std::make_unique<Stager>());
  const std::size_t share = std::max(kEventsPerThreadMin, (change.fresh.size() + threads - 1) / threads);
  for_each_piece((change.fresh.size() + share - 1) / share, threads, [&](std::size_t piece) {
    Stager& stager = *stagers_[piece];
    const std::size_t end = std::min(change.fresh.size(), (piece + 1) * share);
    for (std::size_t index = piece * share; index < end; ++index) {
      const FreshEvent& fresh = change.fresh[index];
      if (!is_known(fresh)) stager.reader.read(*fresh.stored, fresh.origin, stager.batch);
    }
    if (stager.batch.rows() >= kRowsPerStagedSegment) stager.sealed.push_back(stager.batch.seal(stager.symbols));
  });
  for (const FreshEvent& fresh : change.fresh) staged_up_to_ = std::max(staged_up_to_, fresh.stored->seq);
  staged_up_to_ = std::max(staged_up_to_, change.up_to);
  return {};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::Unavailable, "not enough memory to stage the journey index");
}

Result<void> IndexState::publish(const ProgressFunction& progress) try {
  const std::lock_guard one(compaction_mutex_);
  const std::lock_guard lock(mutex_);
  std::vector<Source> sources;
  for (const Part& part : parts_) {
    Source& source = sources.emplace_back(Source{part.segment, part.live_source().ranges, nullptr});
    for (RowRange& range : source.ranges)
      range.person = RowRange::kByOrigin;  // Staged assignments may have moved them.
  }
  for (const std::unique_ptr<Stager>& stager : stagers_) {
    if (stager->batch.rows() > 0) stager->sealed.push_back(stager->batch.seal(stager->symbols));
    for (std::shared_ptr<const Segment>& segment : stager->sealed) {
      const std::uint32_t rows = segment->rows();
      sources.push_back({std::move(segment), {{0, rows, RowRange::kByOrigin}}, stager->symbols});
    }
  }
  std::uint64_t total = 0;
  for (const Source& source : sources) total += source.segment->rows();
  if (progress) progress({"Sorting journeys", 0, total, "events"});

  const SeqSet removed(std::exchange(staged_removals_, {}));
  stagers_.clear();
  if (!removed.empty()) texts_stale_ = true;
  up_to_ = std::max(up_to_, staged_up_to_);
  auto built = rebuild(std::move(sources), symbols_, &removed);
  if (built && progress) progress({"Sorting journeys", total, total, "events"});
  return built;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::Unavailable, "not enough memory to build the journey index");
}

// Makes one segment of the sources, in the numbers of `target`, and shows it as all there is.
Result<void> IndexState::rebuild(std::vector<Source> sources, std::shared_ptr<Symbols> target, const SeqSet* removed) {
  auto built = build_segment(
      {.sources = sources, .person_of = person_of_, .removed = removed, .threads = thread_count()}, target);
  if (!built) return tl::unexpected(built.error());
  sources.clear();
  parts_.clear();
  parts_.push_back({*std::move(built), nullptr});
  if (target != symbols_) {
    symbols_ = std::move(target);
    reader_ = std::make_unique<EventReader>(symbols_);
  }
  count_all_kinds();
  find_extremes();
  show();
  return {};
}

bool IndexState::outgrown() const {
  std::size_t fresh = 0;
  for (std::size_t number = 1; number < parts_.size(); ++number) fresh += parts_[number].segment->rows();
  return !parts_.empty() &&
         fresh > std::max(policy_.fresh_rows_min, parts_.front().segment->rows() / policy_.fresh_share);
}

bool IndexState::wants_compaction() const {
  const std::lock_guard lock(mutex_);
  return parts_.size() > policy_.parts_max || outgrown();
}

Result<void> IndexState::compact() try {
  const std::lock_guard one(compaction_mutex_);
  std::vector<Part> before;
  std::size_t kept = 0;  // Parts that stay as they are, the oldest or none.
  {
    const std::lock_guard lock(mutex_);
    if (auto ready = check_ready(); !ready) return ready;
    if (texts_stale_) {
      // New numbers for all names and texts, so that nothing of what was removed remains. Changes wait meanwhile.
      std::vector<Source> sources;
      for (const Part& part : parts_) {
        sources.push_back(part.live_source());
        sources.back().symbols = symbols_;
      }
      auto rebuilt = rebuild(std::move(sources), std::make_shared<Symbols>(), nullptr);
      if (rebuilt) texts_stale_ = false;
      return rebuilt;
    }
    if (parts_.empty() || (parts_.size() == 1 && parts_.front().persons_dead == 0)) return {};
    kept = parts_.size() > policy_.parts_max && !outgrown() ? 1 : 0;
    before.assign(parts_.begin() + static_cast<std::ptrdiff_t>(kept), parts_.end());
    parts_in_compaction_ = parts_.size();
    changed_meanwhile_.clear();
  }

  // Beside apply: it reads what no one writes, and the symbols stay as they are.
  std::vector<Source> sources;
  sources.reserve(before.size());
  for (const Part& part : before) sources.push_back(part.live_source());
  Result<std::shared_ptr<const Segment>> built =
      fail(ErrorKind::Unavailable, "not enough memory to compact the journey index");
  try {
    built = build_segment({.sources = sources, .person_of = {}, .threads = thread_count()}, symbols_);
  } catch (const std::bad_alloc&) {
  }

  const std::lock_guard lock(mutex_);
  parts_in_compaction_ = 0;
  if (!built) return tl::unexpected(built.error());
  Part joined{*std::move(built), nullptr};
  std::vector<std::uint32_t> places;
  for (const std::uint32_t person : changed_meanwhile_)
    if (const auto place = joined.find(PersonId{person})) places.push_back(*place);
  joined.supersede(places);
  const auto first = parts_.begin() + static_cast<std::ptrdiff_t>(kept);
  *first = std::move(joined);
  parts_.erase(first + 1, first + static_cast<std::ptrdiff_t>(before.size()));
  show();
  return {};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::Unavailable, "not enough memory to compact the journey index");
}

}  // namespace habitue::journey
