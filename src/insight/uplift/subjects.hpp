// Who was sent to which arm, when, and what they did then.
#pragma once

#include <vector>

#include "insight/fold.hpp"
#include "insight/uplift/uplift.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight::uplift {

struct Subject {
  std::uint64_t lot = 0;  ///< By what they had done before: drawn and ordered by.
  PersonId person{0};
  UtcMicros at{};  ///< When they were first sent to an arm.
  bool treated = false, to_both = false, still_open = false;
  criteria::Verdict audience = criteria::Verdict::Unknown;  ///< Just before `at`.
  double outcome = 0;
};

struct Subjects {
  std::vector<Subject> all;  ///< By lot, then by what they did.
  std::vector<std::string> warnings;
};

/// Everybody sent to an arm within the question's period and up to as_of, whom its filter held just before. Errors: as ask_uplift.
Result<Subjects> read_subjects(const knowledge::Economics& economics, const Question& question, const UpliftSpec& spec);

/// What was known of somebody before they were sent to an arm: the event itself is not.
inline UtcMicros just_before(UtcMicros at) { return at - std::chrono::microseconds{1}; }

}  // namespace habitue::insight::uplift
