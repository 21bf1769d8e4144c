// What every question across customers shares: the moment, the period and the audience lens.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/progress.hpp"
#include "base/time.hpp"
#include "criteria/cohorts.hpp"
#include "criteria/criteria.hpp"

namespace habitue::insight {

/// From the first moment to just before the second.
struct Period {
  UtcMicros from = kBeginning;
  UtcMicros to = kEnd;
};

/// How far a question is: a pass over all people is made in parts. Written by its workers, read by whoever shows it.
struct PassProgress {
  std::atomic<std::uint32_t> passes{0};          ///< Begun.
  std::atomic<std::uint32_t> done{0}, total{0};  ///< Parts of the last one.
};

enum class AudienceSide : std::uint8_t { All, Inside, Outside, Unknown };

/// A question is a value: it knows nothing of where it runs.
struct Question {
  UtcMicros as_of;  ///< Nothing later is seen.
  Period period;
  std::string hypothesis;                      ///< A version; empty: the one in force at as_of.
  std::optional<criteria::Expression> filter;  ///< Only people who match at as_of.
  const Cancellation* cancellation = nullptr;
  PassProgress* progress = nullptr;
  /// Worker threads; 0: as many as the machine has cores. The answer does not depend on it.
  unsigned threads = 0;
  /// What names of cohorts stand for, in questions about cohorts. A filter has its cohorts in it already.
  std::shared_ptr<const criteria::Cohorts> cohorts = nullptr;
};

/// A figure for each part of the audience; the parts add up to the whole.
template <class T>
struct ByAudience {
  T inside{}, outside{}, unknown{}, all{};
  T& of(criteria::Verdict verdict) {
    return verdict == criteria::Verdict::Inside ? inside : verdict == criteria::Verdict::Outside ? outside : unknown;
  }
  const T& of(AudienceSide side) const {
    switch (side) {
      case AudienceSide::Inside: return inside;
      case AudienceSide::Outside: return outside;
      case AudienceSide::Unknown: return unknown;
      case AudienceSide::All: break;
    }
    return all;
  }
};

/// A share with its 95 % Wilson interval (Wilson 1927, score interval without continuity correction).
struct Share {
  std::uint64_t part = 0, whole = 0;
  double value = 0, low = 0, high = 1;  ///< 0 and [0, 1] when whole is 0.
};
Share share_of(std::uint64_t part, std::uint64_t whole);

}  // namespace habitue::insight
