// Texts of parts of an expression, for messages and explanations.
#pragma once

#include <string>

#include "criteria/node.hpp"

namespace habitue::criteria {

std::string text_of(const Literal& literal);
/// Canonical.
std::string text_of(const Node& node);

}  // namespace habitue::criteria
