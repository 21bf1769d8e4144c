// What cohorts have in common: every pair, and the exact regions of their diagram, as an UpSet plot shows them (Lex et al.
// 2014, UpSet: visualization of intersecting sets, IEEE TVCG 20(12)).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/fold.hpp"

namespace habitue::insight {

/// Regions are made of up to this many cohorts; pairs of up to kOverlapCohortsMax.
inline constexpr std::size_t kRegionCohortsMax = 8;
inline constexpr std::size_t kOverlapCohortsMax = 32;

struct OverlapSpec {
  std::vector<std::string> cohorts;  ///< 2 to 32 names, none twice.
};
struct OverlapSize {
  std::string cohort;
  ByAudience<std::uint64_t> people;
  ByAudience<std::uint64_t> unknown;  ///< Of whom it cannot be told; in no other number.
};
struct OverlapShares {
  std::uint64_t both = 0;
  Share jaccard;    ///< Both of either (Jaccard 1912).
  Share of_first;   ///< Both of the first cohort: its containment in the second.
  Share of_second;  ///< Both of the second.
};
struct OverlapPair {
  std::string first, second;
  ByAudience<OverlapShares> figures;
};
/// The people who are in just these cohorts of those asked.
struct OverlapRegion {
  std::vector<std::string> cohorts;
  ByAudience<std::uint64_t> people;
};
struct OverlapReport {
  std::vector<OverlapSize> sizes;  ///< In the order asked.
  std::vector<OverlapPair> pairs;
  std::vector<OverlapRegion> regions;  ///< Those with people, the largest first. Together they are `any`.
  ByAudience<std::uint64_t> any;       ///< In at least one.
  std::vector<std::string> warnings;
};
/// Of the people whom the question lets in, at as_of; its period is not looked at. Errors: InvalidInput for a wrong number of
/// cohorts, one named twice, one not known.
Result<OverlapReport> ask_overlap(const Customers& customers, const Question& question, const OverlapSpec& spec);

struct OverlapCell {
  enum class Who : std::uint8_t {
    Exactly,  ///< A region: in all of `cohorts` and in no other of those asked.
    All,      ///< In all of `cohorts`: a size, what a pair has in common.
    Any,      ///< In at least one of `cohorts`.
    Unknown   ///< Of whom it cannot be told for the one of `cohorts`.
  };
  Who who = Who::Exactly;
  std::vector<std::string> cohorts;  ///< Of those asked.
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number.
Result<std::vector<PersonId>> people_of_overlap(const Customers& customers, const Question& question,
                                                const OverlapSpec& spec, const OverlapCell& cell);

}  // namespace habitue::insight
