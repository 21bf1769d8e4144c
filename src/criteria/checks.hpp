// What text and JSON both must obey, and the words of the language with what they mean.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "criteria/node.hpp"

namespace habitue::criteria {

inline constexpr std::array<std::pair<std::string_view, Measure::What>, 9> kMeasureWords = {
    {{"count", Measure::What::Count},
     {"days", Measure::What::Days},
     {"weeks", Measure::What::Weeks},
     {"months", Measure::What::Months},
     {"sum", Measure::What::Sum},
     {"min", Measure::What::Min},
     {"max", Measure::What::Max},
     {"mean", Measure::What::Mean},
     {"distinct", Measure::What::Distinct}}};

/// `count`, `sum`, ...
std::string_view word_of(Measure::What what);
bool takes_property(Measure::What what);

/// `=`, `in`, `starts with`, `is missing`, ...
std::string_view word_of(Operator op);
/// Of `=`, `!=`, `<`, `<=`, `>`, `>=`.
std::optional<Operator> comparison_of(std::string_view sign);
/// Of any word that word_of(Operator) gives.
std::optional<Operator> operator_of(std::string_view word);
std::string_view word_of(Edge edge);

/// `day` and `days` are the same.
std::optional<Unit> unit_of(std::string_view word);
/// Plural: `days`.
std::string_view word_of(Unit unit);
/// `1 day`, `30 days`.
std::string text_of(const Span& span);

/// At most 60 bytes of a word, for messages.
std::string shortened(std::string_view word);

// Each tells what is wrong, or nothing.
std::optional<std::string> check_name(std::string_view name);
std::optional<std::string> check_span(const Span& span);
/// The words that a role or a stage can be.
std::optional<std::string> check_word(ValueTest::Of of, std::string_view word);
std::optional<std::string> check_test(ValueTest::Of of, const Test& test);

}  // namespace habitue::criteria
