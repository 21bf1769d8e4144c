// The whole calendar periods that a question about money is answered for.
#pragma once

#include <optional>
#include <vector>

#include "insight/question.hpp"
#include "insight/retention/calendar.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight::value {

struct Span {
  LocalDay start;
  UtcMicros from, to;    ///< From the first moment to just before the second.
  bool complete = true;  ///< False for a period that as_of cuts.
};

/// Empty when nothing has happened in the period asked for.
class Periods {
 public:
  /// Errors: InvalidInput for more than 1,200 periods.
  static Result<Periods> of(const Customers& customers, const Question& question, Bucket bucket,
                            std::chrono::weekday week_start);
  const std::vector<Span>& spans() const { return spans_; }
  std::size_t size() const { return spans_.size(); }
  /// Nothing for moments outside of all.
  std::optional<std::size_t> index_of(UtcMicros moment) const;
  /// The period that begins at the moment. Errors: NotFound when none does.
  Result<std::size_t> index_from(UtcMicros from) const;
  /// The same of one that may be left out.
  Result<std::optional<std::size_t>> index_from(std::optional<UtcMicros> from) const;
  /// The last moment of a period that can be known: its end, or as_of where that cuts it.
  UtcMicros end_of(std::size_t index) const;

 private:
  std::vector<Span> spans_;
  std::optional<retention::Timeline> timeline_;
  UtcMicros as_of_{};
};

}  // namespace habitue::insight::value

namespace habitue::insight {

struct AmountIn {
  Currency currency;
  std::int64_t minor = 0;
};
/// What is in no sum, for the reader to know.
struct AmountsLeftOut {
  std::vector<AmountIn> without_rate;  ///< Of other currencies without a rate for their day.
  std::uint64_t costs_without_amount = 0, payments_without_margin = 0;
};
AmountsLeftOut left_out_of(const knowledge::NotAdded& not_added);
/// A sentence for each.
void add_warnings(const AmountsLeftOut& left_out, std::vector<std::string>& warnings);

}  // namespace habitue::insight
