// The pollution meter in a sentence, in English and in French.
#pragma once

#include <string>

#include "config/config.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

/// A rate of fewer people than this at the step before, or with fewer than that at the step, is not ranked nor put in words.
inline constexpr std::uint64_t kRankedPeopleMin = 30;
inline constexpr std::uint64_t kRankedReachedMin = 5;
/// Less than a point of difference, or one that chance explains (two-sided, 5 %), is said to be none.
inline constexpr double kPollutionMin = 0.01;

/// What the acquired are called: by what acquisition is in config.
enum class Acquired { SignUps, Newcomers, FirstBuyers };
Acquired acquired_noun(const config::Step& acquisition);

std::string pollution_in_english(const PollutionReport& report, Acquired noun);
std::string pollution_in_french(const PollutionReport& report, Acquired noun);

}  // namespace habitue::insight
