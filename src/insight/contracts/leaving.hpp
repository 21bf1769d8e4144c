// Who leaves within the horizon, by the age of the contract, told only when the past bears it out.
#pragma once

#include "insight/contracts/gather.hpp"

namespace habitue::insight::contracts {

/// Fills the hazards, the check and, where it passed, what is told of leaving. Hazards are learnt from `chosen` and told of everybody.
/// The check learns from what was known a horizon before as_of, foretells, and counts who of `chosen` left since.
Result<void> tell_leaving(ContractsReport& report, std::span<const Subscriber> chosen,
                          std::span<const Subscriber> everybody, UtcMicros as_of, const Zone& zone,
                          const ContractsSpec& spec);

/// The contract that runs at the moment; null when none does.
const Spell* running_at(const Subscriber& subscriber, UtcMicros at);

}  // namespace habitue::insight::contracts
