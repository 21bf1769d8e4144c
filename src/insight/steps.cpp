#include "insight/steps.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::insight {

Result<Steps> Steps::bind(const knowledge::Customers& customers) {
  const std::vector<config::Step>& configured = customers.business().steps;
  if (configured.empty())
    return invalid("habitue.toml defines no step: write at least one `[[steps]]` with its events");
  if (configured.size() > kStepsMax)
    return invalid(fmt::format("habitue.toml defines {} steps; at most {} are counted", configured.size(), kStepsMax));

  const journey::Snapshot& snapshot = customers.snapshot();
  const std::size_t kind_count = snapshot.kinds().size();
  Steps steps;
  steps.customers_ = &customers;
  std::vector<std::uint8_t> wanted(kind_count);
  steps.purchases_.assign(kind_count, 0);
  for (const config::Step& one : configured) {
    Step step;
    step.name = one.name;
    step.any_event = one.events.empty();
    step.occurrence = std::max(1U, one.occurrence);
    step.within = one.within;
    step.optional = one.optional;
    step.kinds.assign(kind_count, step.any_event ? 1 : 0);
    for (const std::string& name : one.events)
      if (const auto kind = snapshot.find_kind(name)) step.kinds[kind->value] = 1;
    if (one.where) {
      auto where = customers.evaluator(*one.where);
      if (!where) return tl::unexpected(where.error());
      step.where = std::make_shared<const criteria::Evaluator>(std::move(*where));
    }
    steps.steps_.push_back(std::move(step));
  }
  for (std::size_t index = steps.acquired_by_first_event() ? 1 : 0; index < steps.size(); ++index)
    for (std::size_t kind = 0; kind < kind_count; ++kind) wanted[kind] |= steps.steps_[index].kinds[kind];
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    const journey::EventKind id{static_cast<std::uint16_t>(kind)};
    steps.purchases_[kind] = wanted[kind] != 0 && customers.is_purchase(id) ? 1 : 0;
  }
  steps.filter_ = journey::KindFilter(wanted);
  return steps;
}

const std::vector<Steps::Hit> Steps::kNoHits{};

std::size_t Steps::previous(std::size_t step) const {
  do --step;
  while (step > 0 && steps_[step].optional);
  return step;
}

bool Steps::acquired_by_first_event() const {
  const Step& first = steps_.front();
  return first.any_event && !first.where && first.occurrence == 1;
}

const std::vector<Steps::Hit>& Steps::hits_of(const journey::Journey& journey, UtcMicros as_of) const {
  thread_local std::vector<Hit> hits;
  hits.clear();
  bool has_purchase = false;
  thread_local std::vector<std::uint32_t> rows;
  journey.until(as_of).visit_kinds(filter_, rows, [&](const journey::Event& event) {
    const bool purchase = purchases_[event.kind.value] != 0;
    has_purchase = has_purchase || purchase;
    hits.push_back({event.at, event, purchase ? Hit::Of::EventOfPurchase : Hit::Of::Event});
    return true;
  });
  if (!has_purchase) return hits;
  // A purchase that was given back does not count, and one that was said twice counts once.
  const auto events = static_cast<std::ptrdiff_t>(hits.size());
  for (const knowledge::PurchaseEvent& purchase : customers_->purchase_events(journey, as_of))
    if (purchases_[purchase.event.kind.value] != 0) hits.push_back({purchase.at, purchase.event, Hit::Of::Purchase});
  std::inplace_merge(hits.begin(), hits.begin() + events, hits.end(),
                     [](const Hit& left, const Hit& right) { return left.at < right.at; });
  return hits;
}

bool Steps::is_about(const Step& step, const Hit& hit) {
  if (step.any_event ? hit.of == Hit::Of::Purchase : hit.of == Hit::Of::EventOfPurchase) return false;
  return step.kinds[hit.event.kind.value] != 0 && (!step.where || step.where->matches(hit.event));
}

std::optional<UtcMicros> Steps::nth(const Step& step, const std::vector<Hit>& hits, UtcMicros from) {
  std::uint32_t seen = 0;
  for (const Hit& hit : hits)
    if (hit.at >= from && is_about(step, hit) && ++seen == step.occurrence) return hit.at;
  return std::nullopt;
}

std::optional<UtcMicros> Steps::acquired_at(const journey::Journey& journey, UtcMicros as_of,
                                            const std::vector<Hit>& hits) const {
  if (!acquired_by_first_event()) return nth(steps_.front(), hits, kBeginning);
  return journey.empty() || journey[0].at > as_of ? std::nullopt : std::optional(journey[0].at);
}

std::optional<UtcMicros> Steps::acquired_at(const journey::Journey& journey, UtcMicros as_of) const {
  return acquired_at(journey, as_of, acquired_by_first_event() ? kNoHits : hits_of(journey, as_of));
}

const std::vector<std::optional<UtcMicros>>& Steps::reached(const journey::Journey& journey, UtcMicros as_of,
                                                            const Period& period) const {
  thread_local std::vector<std::optional<UtcMicros>> moments;
  moments.clear();
  const auto entered = [&](const std::optional<UtcMicros>& at) { return at && *at >= period.from && *at < period.to; };
  // Most people did not come in the period: where the first event tells, the others need not be read.
  if (acquired_by_first_event() && !entered(acquired_at(journey, as_of, kNoHits))) return moments;
  const std::vector<Hit>& hits = hits_of(journey, as_of);
  const auto acquired = acquired_at(journey, as_of, hits);
  if (!entered(acquired)) return moments;
  moments.push_back(acquired);
  bool open = true;  // Every earlier step that is not optional is reached.
  for (std::size_t index = 1; index < steps_.size(); ++index) {
    const Step& step = steps_[index];
    std::optional<UtcMicros> at = open ? nth(step, hits, *acquired) : std::nullopt;
    if (at && step.within && *at - *acquired > *step.within) at.reset();
    moments.push_back(at);
    if (!step.optional) open = at.has_value();
  }
  return moments;
}

}  // namespace habitue::insight
