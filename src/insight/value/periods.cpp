#include "insight/value/periods.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/money.hpp"
#include "insight/value/asked.hpp"

namespace habitue::insight::value {
namespace {

constexpr std::int64_t kPeriodsMax = 1'200;

}  // namespace

Result<Periods> Periods::of(const Customers& customers, const Question& question, Bucket bucket,
                            std::chrono::weekday week_start) {
  const retention::Calendar calendar(bucket, week_start, customers.zone(), question.as_of);
  const auto asked = retention::periods_asked(calendar, customers, question, kPeriodsMax);
  if (!asked) return tl::unexpected(asked.error());
  Periods periods;
  periods.as_of_ = question.as_of;
  if (!*asked) return periods;
  periods.timeline_.emplace(calendar, (*asked)->first, (*asked)->second);
  for (std::size_t index = 0; index < periods.timeline_->size(); ++index)
    periods.spans_.push_back({calendar.day_of(periods.timeline_->first() + static_cast<std::int64_t>(index)),
                              periods.timeline_->from(index), periods.timeline_->to(index),
                              periods.timeline_->over(index, question.as_of)});
  return periods;
}

std::optional<std::size_t> Periods::index_of(UtcMicros moment) const {
  if (!timeline_) return std::nullopt;
  const std::int64_t index = timeline_->index_of(moment);
  if (index < 0 || index >= static_cast<std::int64_t>(size())) return std::nullopt;
  return static_cast<std::size_t>(index);
}

Result<std::size_t> Periods::index_from(UtcMicros from) const {
  const auto index = index_of(from);
  if (!index || spans_[*index].from != from)
    return fail(ErrorKind::NotFound, fmt::format("no period of the question begins at {}", format_moment(from)));
  return *index;
}

Result<std::optional<std::size_t>> Periods::index_from(std::optional<UtcMicros> from) const {
  if (!from) return std::optional<std::size_t>{};
  return index_from(*from).map([](std::size_t index) { return std::optional(index); });
}

UtcMicros Periods::end_of(std::size_t index) const {
  return std::min(spans_[index].to - std::chrono::microseconds{1}, as_of_);
}

Result<AskedOfMoney> AskedOfMoney::of(const Customers& customers, const Question& question, Bucket bucket,
                                      std::chrono::weekday week_start) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto economics = knowledge::Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  auto periods = Periods::of(customers, question, bucket, week_start);
  if (!periods) return tl::unexpected(periods.error());
  return AskedOfMoney{*std::move(lens), *std::move(economics), *std::move(periods)};
}

}  // namespace habitue::insight::value

namespace habitue::insight {

AmountsLeftOut left_out_of(const knowledge::NotAdded& not_added) {
  AmountsLeftOut left_out;
  for (const knowledge::Balance& balance : not_added.without_rate)
    left_out.without_rate.push_back({balance.currency, balance.received_minor});
  left_out.costs_without_amount = not_added.without_amount;
  left_out.payments_without_margin = not_added.without_margin;
  return left_out;
}

void add_warnings(const AmountsLeftOut& left_out, std::vector<std::string>& warnings) {
  for (const AmountIn& amount : left_out.without_rate)
    warnings.push_back(fmt::format("{} is in no sum: habitue.toml has no [[exchange_rates]] of {} for its day",
                                   format_money({amount.minor, amount.currency}), amount.currency.code()));
  if (left_out.costs_without_amount > 0)
    warnings.push_back(fmt::format(
        "{} event(s) of costs tell no amount: name its property in [[costs]] or [marketing], or give a unit_cost",
        left_out.costs_without_amount));
  if (left_out.payments_without_margin > 0)
    warnings.push_back(fmt::format(
        "the margin of {} payment(s) is not known: write `share` or `cost` in [margin]; revenue stands for it where "
        "margin is needed",
        left_out.payments_without_margin));
}

}  // namespace habitue::insight
