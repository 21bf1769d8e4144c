// How somebody is treated: the first of config's treatments that fits their role and their stage at a moment.
#pragma once

#include <string>
#include <string_view>

#include "knowledge/customers.hpp"

namespace habitue::knowledge {

struct TreatmentVerdict {
  const config::Treatment* treatment = nullptr;  ///< Lives as long as the customers; null when none fits.
  std::string_view side;                         ///< The first that they are surely on; empty when on none.
  Role role = Role::Unknown;
  Stage stage = Stage::Prospect;
  std::string words;         ///< Why this one, in a sentence.
  std::string role_words{};  ///< Why the role and the stage are what they are.
  std::string stage_words{};
};

/// `language` is "fr" or "en"; the business's when empty.
TreatmentVerdict treatment_of(const Customers& customers, const journey::Journey& journey, UtcMicros as_of,
                              std::string_view language = {});

}  // namespace habitue::knowledge
