// What a contrast says in words, for people who do not code, and what it does not say.
#pragma once

#include <string>

#include "insight/contrast/contrast.hpp"

namespace habitue::insight::contrast {

/// `Workshop Watched 3 times or more`. French when `french`.
std::string name_of(const ContrastFeature& feature, bool french);

/// Fills names, sentences and cautions of a report whose figures are made.
void put_into_words(const ContrastSpec& spec, ContrastReport& report);

}  // namespace habitue::insight::contrast
