// Which columns the table of people has: chosen by what was known at a moment of the past, so that nothing later, not even that an
// event exists, shapes what is learnt.
#pragma once

#include <vector>

#include "insight/fold.hpp"
#include "insight/propensity/propensity.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight::propensity {

/// `lens` is of `question`, whose as_of is the moment. Kinds of events, traits and channels are taken by how many people have them.
/// Warnings tell what is not looked at. Errors: Conflict when cancelled.
Result<std::vector<PropensityColumn>> choose_columns(const knowledge::Economics& economics, const Question& question,
                                                     const Lens& lens, const std::vector<std::string>& leave_out,
                                                     std::vector<std::string>& warnings);

}  // namespace habitue::insight::propensity
