// The one language for audiences, filters and triggers. Written by people as text, by the page as JSON, one-to-one.
//
//   trait country in ("France", "Belgium") and count(Order Completed) >= 2 in last 365 days
//
// An answer has three values: inside, outside, or unknown when a fact that decides is missing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "journey/journey.hpp"

namespace habitue::criteria {

enum class Verdict : std::uint8_t { Outside = 0, Inside = 1, Unknown = 2 };  ///< Kleene's strong three-valued logic.

struct Node;  // Defined in criteria/node.hpp, for those who build or walk expressions.

/// A checked expression; immutable, cheap to copy, safe from any thread. Default: `everyone`.
class Expression {
 public:
  Expression();
  explicit Expression(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  const Node& root() const { return *root_; }
  const std::shared_ptr<const Node>& shared_root() const { return root_; }
  friend bool operator==(const Expression& left, const Expression& right);

 private:
  std::shared_ptr<const Node> root_;
};

/// Errors: InvalidInput, pointing at the word: line, column, the line with a caret below it, and what was expected.
Result<Expression> parse(std::string_view text);

/// Where a text is wrong, for whoever shows the text in a place of its own (a form, another file).
struct Mistake {
  std::size_t offset = 0, length = 0;  ///< In bytes of the text; length 0 at its end.
  std::string message;                 ///< What is wrong and what was expected, in one line.
};
using Located = tl::expected<Expression, Mistake>;
Located parse_located(std::string_view text);
/// A condition on one event's properties alone, `total > 50 and currency = "EUR"`: the same expression as
/// `did (any event where total > 50 and currency = "EUR")`. For steps, whose events are named beside it.
Located parse_event_condition(std::string_view text);
/// The condition of an expression that parse_event_condition made; empty for any other.
std::string to_event_condition(const Expression& expression);
/// The message of `parse` for a mistake: its line and column in the text, the line, and a caret below the word.
std::string point_at(std::string_view text, const Mistake& mistake);

/// Canonical text: parse(to_text(e)) == e.
std::string to_text(const Expression& expression);
/// Errors: InvalidInput with a JSON pointer (`/all/1/count`).
Result<Expression> from_json(const boost::json::value& json);
boost::json::value to_json(const Expression& expression);
/// The expression in words for people who do not code. `language` is "fr" or "en".
std::string describe(const Expression& expression, std::string_view language);

/// What the language can ask of a customer but does not compute itself: given by modules to the right.
class Facts {
 public:
  virtual ~Facts() = default;
  /// "client", "prospect", "beneficiary" or "unknown".
  virtual std::string_view role(const journey::Journey& journey, UtcMicros as_of) const = 0;
  /// "prospect", "new", "active", "at_risk", "dormant", "back", "occasional", ...
  virtual std::string_view stage(const journey::Journey& journey, UtcMicros as_of) const = 0;
};

/// An expression bound to one snapshot: names resolved to kinds and properties. Read-only; safe from any thread.
/// Holds views of the snapshot, which must outlive it.
class Evaluator {
 public:
  /// `facts` may be null; then role and stage are unknown. An event or a property that no data has yet is no error:
  /// counts are 0 and traits are missing (`warnings` names them, with the nearest that exists). Errors: InvalidInput for a
  /// cohort that was not resolved before (with_cohorts).
  static Result<Evaluator> bind(const Expression& expression, const journey::Snapshot& snapshot, const Zone& zone,
                                const Facts* facts = nullptr);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;

  /// Reads only the events up to `as_of`.
  Verdict evaluate(const journey::Journey& journey, UtcMicros as_of) const;
  /// A single event against the expression's event part: for steps and filters, such as `event Order Completed where total > 50`.
  /// `did` without a window asks about this event; every other test is of the person and cannot be told here: unknown, so false.
  bool matches(const journey::Event& event) const;
  /// The same of several events of one segment: into `met`, of each row 1 or 0.
  void matches(const journey::Segment& segment, std::span<const std::uint32_t> rows, std::uint8_t* met) const;

  struct Reason {
    std::string part;  ///< The part of the text.
    Verdict verdict;
    std::string found;  ///< What was found: "country is France", "3 Order Completed in the last 365 days".
  };
  /// The leaves that decided, in order of the text; `found` in French when `language` is "fr", else in English.
  std::vector<Reason> explain(const journey::Journey& journey, UtcMicros as_of, std::string_view language = "en") const;
  const std::vector<std::string>& warnings() const;

  struct Bound;  // Defined in criteria/bound.hpp, for the module's own files.

 private:
  explicit Evaluator(std::unique_ptr<Bound> bound);
  std::unique_ptr<Bound> bound_;
};

/// Names that the expression reads, for completeness checks and for the purposes of use.
struct Names {
  std::vector<std::string> events, properties, traits;
  std::vector<std::string> account_traits;
  std::vector<std::string> cohorts;
  bool uses_role = false, uses_stage = false, uses_account = false;
};
Names names_of(const Expression& expression);

}  // namespace habitue::criteria
