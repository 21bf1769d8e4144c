// The sentences of describe and explain, one language each. Clauses speak of a person who is not named: "has done ...".
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "criteria/node.hpp"

namespace habitue::criteria {

class Wording {
 public:
  virtual ~Wording() = default;
  /// French for "fr", else English.
  static const Wording& of(std::string_view language);

  virtual std::string_view and_word() const = 0;
  virtual std::string_view or_word() const = 0;
  virtual std::string everyone() const = 0;
  /// A whole clause said not to hold; the clause stands in parentheses.
  virtual std::string denied(const std::string& clause) const = 0;

  virtual std::string value_test(const ValueTest& leaf, bool negated) const = 0;
  virtual std::string measure(const Measure& leaf, bool negated) const = 0;
  virtual std::string moment(const Moment& leaf, bool negated) const = 0;
  virtual std::string edge_value(const EdgeValue& leaf, bool negated) const = 0;
  virtual std::string sequence(const Sequence& leaf, bool negated) const = 0;
  virtual std::string in_cohort(const std::string& name, bool negated) const = 0;

  // What was found, for explanations. Texts without `found` are already worded.
  virtual std::string found_value(const ValueTest& leaf,
                                  std::string_view found) const = 0;  ///< Empty `found`: missing.
  virtual std::string found_count(const Measure& leaf, std::uint64_t count) const = 0;
  virtual std::string found_number(const Measure& leaf, double number, std::uint64_t events) const = 0;
  virtual std::string found_moment(const Moment& leaf, LocalDay day, std::int64_t days_ago) const = 0;
  virtual std::string found_edge_value(const EdgeValue& leaf, std::string_view found) const = 0;
  virtual std::string found_none(const Pattern& events, const Window& window) const = 0;
  virtual std::string found_sequence(bool found) const = 0;

  virtual std::string number(double value) const = 0;
  virtual std::string quoted(std::string_view text) const = 0;
  virtual std::string day(LocalDay day) const = 0;
  virtual std::string_view truth(bool value) const = 0;

 protected:
  /// `1234567.5` with the language's signs.
  static std::string grouped(double value, std::string_view thousands, std::string_view point);
  std::string literal(const Literal& value) const;
  /// A condition of a `where`.
  std::string condition(const Node& node, bool negated = false) const;
  /// "a, b or c" of parts already worded.
  static std::string listed(const std::vector<std::string>& parts, std::string_view last_joiner);
};

const Wording& english_wording();
const Wording& french_wording();

/// A leaf or a tree of them in words.
std::string describe_node(const Node& node, const Wording& wording, bool negated = false);

}  // namespace habitue::criteria
