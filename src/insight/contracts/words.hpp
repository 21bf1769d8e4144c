// The answer to a question of contracts in words, French and English.
#pragma once

#include <string>

#include "insight/contracts/contracts.hpp"

namespace habitue::insight::contracts {

std::string sentence(const ContractsReport& report, const ContractsSpec& spec, bool french);

}  // namespace habitue::insight::contracts
