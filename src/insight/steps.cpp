#include "insight/steps.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::insight {

Result<Steps> Steps::bind(const knowledge::Customers& customers) {
  const std::vector<config::Step>& configured = customers.business().steps;
  if (configured.empty()) return invalid("habitue.toml defines no step: write at least one `[[steps]]` with its events");
  if (configured.size() > kStepsMax)
    return invalid(fmt::format("habitue.toml defines {} steps; at most {} are counted", configured.size(), kStepsMax));

  const journey::Snapshot& snapshot = customers.snapshot();
  const std::size_t kind_count = snapshot.kinds().size();
  Steps steps;
  steps.customers_ = &customers;
  steps.kinds_.assign(kind_count, 0);
  steps.purchases_.assign(kind_count, 0);
  for (const config::Step& one : configured) {
    Step step{.name = one.name, .kinds = {}, .where = {}, .occurrence = std::max(1U, one.occurrence), .within = one.within, .optional = one.optional};
    step.kinds.assign(kind_count, one.events.empty() ? 1 : 0);
    for (const std::string& name : one.events)
      if (const auto kind = snapshot.find_kind(name)) step.kinds[kind->value] = 1;
    if (one.where) {
      auto where = customers.evaluator(*one.where);
      if (!where) return tl::unexpected(where.error());
      step.where = std::make_shared<const criteria::Evaluator>(std::move(*where));
    }
    for (std::size_t kind = 0; kind < kind_count; ++kind) steps.kinds_[kind] |= step.kinds[kind];
    steps.steps_.push_back(std::move(step));
  }
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if (steps.kinds_[kind] == 0 || !customers.is_purchase(journey::EventKind{static_cast<std::uint16_t>(kind)})) continue;
    steps.purchases_[kind] = 1;
    steps.any_purchase_ = true;
  }
  return steps;
}

std::size_t Steps::previous(std::size_t step) const {
  do --step;
  while (step > 0 && steps_[step].optional);
  return step;
}

const std::vector<Steps::Hit>& Steps::hits_of(const journey::Journey& journey, UtcMicros as_of) const {
  thread_local std::vector<Hit> hits;
  hits.clear();
  bool has_purchase = false;
  for (const journey::Event event : journey.until(as_of)) {
    if (kinds_[event.kind.value] == 0) continue;
    if (any_purchase_ && purchases_[event.kind.value] != 0)
      has_purchase = true;
    else
      hits.push_back({event.at, event});
  }
  if (!has_purchase) return hits;
  // A purchase that was given back does not count, and one that was said twice counts once.
  const std::size_t others = hits.size();
  for (const knowledge::PurchaseEvent& purchase : customers_->purchase_events(journey, as_of))
    if (purchases_[purchase.event.kind.value] != 0) hits.push_back({purchase.at, purchase.event});
  std::inplace_merge(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(others), hits.end(),
                     [](const Hit& left, const Hit& right) { return left.at < right.at; });
  return hits;
}

std::optional<UtcMicros> Steps::nth(const Step& step, const std::vector<Hit>& hits, UtcMicros from) {
  std::uint32_t seen = 0;
  for (const Hit& hit : hits) {
    if (hit.at < from || step.kinds[hit.event.kind.value] == 0) continue;
    if (step.where && !step.where->matches(hit.event)) continue;
    if (++seen == step.occurrence) return hit.at;
  }
  return std::nullopt;
}

std::optional<UtcMicros> Steps::acquired_at(const journey::Journey& journey, UtcMicros as_of) const {
  return nth(steps_.front(), hits_of(journey, as_of), kBeginning);
}

const std::vector<std::optional<UtcMicros>>& Steps::reached(const journey::Journey& journey, UtcMicros as_of,
                                                            const Period& period) const {
  thread_local std::vector<std::optional<UtcMicros>> moments;
  moments.clear();
  const std::vector<Hit>& hits = hits_of(journey, as_of);
  const auto acquired = nth(steps_.front(), hits, kBeginning);
  if (!acquired || *acquired < period.from || *acquired >= period.to) return moments;
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
