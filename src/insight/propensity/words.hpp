// Columns, causes and verdicts of propensity in words, French and English.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "insight/propensity/propensity.hpp"

namespace habitue::insight::propensity {

/// Columns that say one thing together (events of 7 and of 30 days) are of one topic, as are all values of a trait.
using Topic = std::pair<int, std::string>;
Topic topic_of(const PropensityColumn& column);
std::string topic_text(const Topic& topic, bool french);

/// What a column says of somebody, by their row: "last purchase 12 days ago". `row` is squeezed.
std::string fact_text(std::span<const PropensityColumn> columns, std::size_t column, std::span<const double> row,
                      bool french);

std::string_view method_text(PropensityMethod method, bool french);
/// The check, the method and why.
std::string check_sentence(const PropensityCheck& check, const PropensitySpec& spec, bool french);
std::string customer_sentence(const PropensityCustomer& customer, const PropensitySpec& spec, bool french);

}  // namespace habitue::insight::propensity
