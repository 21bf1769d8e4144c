// The one implementation of Index: its state and the steps that change it. index.cpp applies changes, bulk_build.cpp
// builds from nothing and compacts, snapshot_write.cpp and snapshot_read.cpp are its file.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "journey/event_reader.hpp"
#include "journey/index.hpp"
#include "journey/saved_index.hpp"
#include "journey/segment_builder.hpp"
#include "journey/snapshot.hpp"

namespace habitue::journey {

/// Reads staged events for one thread, into segments with symbols of its own, so that threads share nothing.
struct Stager {
  std::shared_ptr<Symbols> symbols = std::make_shared<Symbols>();
  EventReader reader{symbols};
  Batch batch;
  std::vector<std::shared_ptr<const Segment>> sealed;
};

/// When parts are joined. Reading costs little by the part; joining costs rewriting, so it is put off until it pays.
struct JoiningPolicy {
  /// A part is rewritten along with a change when it is at most this many times as large: every event is then rewritten a
  /// number of times that grows with the logarithm of what is fresh, and parts stay few.
  std::uint64_t absorb_factor = 2;
  /// But no larger than this, so that no change takes more than some tenths of a second: larger parts are joined by
  /// compact(), beside the changes.
  std::uint64_t absorb_rows_max = 400'000;
  /// What is fresh is folded into the oldest part once it has this many rows and is this share of it: every event of the
  /// oldest part is rewritten then.
  std::size_t fresh_rows_min = 200'000;
  std::size_t fresh_share = 4;
  /// Until then fresh parts are joined among themselves when there are more than this many in all.
  std::size_t parts_max = 8;
};

class IndexState final : public Index {
 public:
  explicit IndexState(const JoiningPolicy& policy = {});
  explicit IndexState(SavedIndex saved);

  Result<void> apply(const Change& change) override;
  Result<void> stage(const Change& change) override;
  Result<void> publish(const ProgressFunction& progress) override;
  std::shared_ptr<const Snapshot> snapshot() const override;
  bool wants_compaction() const override;
  Result<void> compact() override;
  Result<void> save(const std::filesystem::path& file) const override;

 private:
  // All below are called with mutex_ held, but for those that say otherwise.
  Result<void> check_ready() const;
  Result<void> check(const Change& change) const;
  void assign(std::span<const Assignment> assigned);
  bool is_known(const FreshEvent& fresh) const;
  void find_removed(const SeqSet& removed, std::vector<std::uint32_t>& persons);
  std::vector<Source> take_journeys(const std::vector<std::uint32_t>& persons);
  void absorb_small_parts(std::vector<Source>& sources);
  bool outgrown() const;
  Result<void> rebuild(std::vector<Source> sources, std::shared_ptr<Symbols> target, const SeqSet* removed);
  template <class Visit>
  void for_each_live_run(const Visit& visit) const;
  void count_all_kinds();
  void find_extremes();
  void show();

  const JoiningPolicy policy_;
  mutable std::mutex mutex_;             // The writer's state.
  mutable std::mutex compaction_mutex_;  // One compaction at a time; taken before mutex_.
  mutable std::mutex shown_mutex_;       // Only shown_; taken last.
  std::shared_ptr<const IndexSnapshot> shown_;

  std::shared_ptr<Symbols> symbols_ = std::make_shared<Symbols>();
  std::unique_ptr<EventReader> reader_;
  std::vector<Part> parts_;
  std::vector<std::uint32_t> person_of_;  // By origin.
  std::vector<std::uint64_t> kind_counts_;
  EventSeq up_to_;
  std::optional<std::int64_t> first_us_, last_us_;
  // Texts of removed events may still be in the dictionaries: the next compaction makes new ones.
  bool texts_stale_ = false;

  // Set while a change is made. Still set afterwards, memory ran out half-way: what is shown is right, but old.
  bool half_changed_ = false;

  // While a compaction runs beside: the parts below this number are being joined and stay as they are, and the
  // journeys that changed meanwhile are noted.
  std::size_t parts_in_compaction_ = 0;
  std::vector<std::uint32_t> changed_meanwhile_;

  std::vector<std::unique_ptr<Stager>> stagers_;  // Empty unless something is staged.
  std::vector<std::uint64_t> staged_removals_;
  EventSeq staged_up_to_;
};

}  // namespace habitue::journey
