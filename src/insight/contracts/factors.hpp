// What goes with contracts that last more or less.
#pragma once

#include "insight/contracts/gather.hpp"

namespace habitue::insight::contracts {

/// Of the contracts of `subscribers`, by what was known when each began. Warnings say what is left out.
Result<ContractsFactors> find_factors(const knowledge::Economics& economics, const Question& question,
                                      const ContractsSpec& spec, std::span<const Subscriber> subscribers,
                                      std::vector<std::string>& warnings);

}  // namespace habitue::insight::contracts
