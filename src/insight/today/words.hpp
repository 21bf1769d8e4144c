// The lines of today in words, French and English.
#pragma once

#include <string>

#include "config/config.hpp"
#include "insight/today/today.hpp"

namespace habitue::insight::today {

/// What the sentences need beside the finding itself.
struct Told {
  const TodayFinding* finding;
  const TodayReport* report;
  const config::Business* business;
  const Zone* zone;
  std::uint32_t days = 7;
  bool rose = false;
  double inside_share = 0;                         ///< Of a spike.
  std::uint64_t inside = 0;                        ///< Of a polluted figure: people inside,
  double inside_expected = 0;                      ///< where so many were expected.
  std::uint64_t left = 0;                          ///< Of a cause: everybody who left in these days,
  double share_before = 0;                         ///< and this cause's share of them in the periods before.
  std::uint64_t overdue = 0;                       ///< Of customers to call: all who came into doubt in these days.
  std::optional<std::int64_t> allowed_minor = {};  ///< Of the alert.
  const TodayImport* import = nullptr;
};
/// Fills the six texts of a finding.
void tell(TodayFinding& finding, Told told);
/// The sentence above the lines.
std::string headline(const TodayReport& report, const Zone& zone, std::uint32_t days, bool french);

}  // namespace habitue::insight::today
