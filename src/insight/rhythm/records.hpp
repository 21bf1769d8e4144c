// What the question of rhythm counts of each person, in one pass. Whole numbers alone: no order of people changes them.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "insight/fold.hpp"
#include "insight/rhythm/rhythm.hpp"
#include "knowledge/economics.hpp"
#include "knowledge/rhythm.hpp"

namespace habitue::insight::rhythm {

using knowledge::kRhythmBands;

/// The past dates of the check, the earliest first. None when too little time has passed.
struct Origin {
  LocalDay day, until;
  UtcMicros at;  ///< The last moment of the day.
};
std::vector<Origin> origins_of(const Customers& customers, UtcMicros as_of);

struct BandCounts {
  std::uint64_t orders = 0, early = 0, late = 0;
  void merge(const BandCounts& other);
};

/// One customer as of the question.
struct Record {
  PersonId person{0};
  criteria::Verdict audience;
  std::uint32_t days = 0;  ///< Of purchases.
  std::int64_t spent_minor = 0;
  knowledge::Stage stage = knowledge::Stage::Prospect;
  std::optional<knowledge::Rhythm> rhythm;
};
/// Where a customer stands: told of, and then overdue or due or neither.
struct Standing {
  bool told = false, overdue = false, due = false;
};
Standing standing_of(const Record& record, const std::array<bool, kRhythmBands>& told, LocalDay today,
                     std::uint32_t due_days);

struct Counts {
  std::vector<Record> records;
  std::vector<std::array<BandCounts, kRhythmBands>> origins;
  std::array<std::uint64_t, 24> hours{};
  std::array<std::uint64_t, 7> weekdays{};  ///< From Monday.
  std::array<std::uint64_t, 12> months{};
  std::uint64_t purchases = 0, at_midnight = 0;
  std::uint64_t without_amount = 0;
  void merge(const Counts& other);
};

/// One pass over all people whom the lens admits. Errors: Conflict when cancelled.
Result<Counts> count(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                     const RhythmSpec& spec, const knowledge::RhythmBook& book, const std::vector<Origin>& origins);

}  // namespace habitue::insight::rhythm
