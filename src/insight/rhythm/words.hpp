// Rhythms in words, in French and in English.
#pragma once

#include <string>
#include <string_view>

#include "insight/rhythm/rhythm.hpp"

namespace habitue::insight::rhythm {

std::string check_sentence(const RhythmReport& report, std::string_view language);
std::string customer_sentence(const RhythmCustomer& customer, std::string_view language);

}  // namespace habitue::insight::rhythm
