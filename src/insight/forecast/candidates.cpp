#include "insight/forecast/candidates.hpp"

#include "insight/fold_lists.hpp"
#include "models/purchases/forecast.hpp"
#include "models/purchases/regularity_mixture.hpp"

namespace habitue::insight::forecast {

using models::Leaving;

Result<std::vector<Candidate>> fit_candidates(std::span<const PurchaseRecord> customers, const Question& question) {
  models::HistoryTableBuilder builder(models::MergeBy::TimesAndGaps);
  for (const PurchaseRecord& customer : customers)
    if (auto added = builder.add(customer.history); !added) return tl::unexpected(added.error());
  const models::HistoryTable table = std::move(builder).finish();

  std::vector<Candidate> candidates;
  models::FitOptions options;
  options.threads = question.threads == 0 ? 2 : question.threads;
  if (question.cancellation != nullptr) options.stop = question.cancellation->flag();
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  const auto add = [&](const char* name, Result<models::PurchaseFit> fit) -> Result<void> {
    if (cancelled()) return was_cancelled();
    if (!fit) return tl::unexpected(fit.error());
    // Of a regularity that was chosen, which.
    const std::string chosen =
        name[std::string_view(name).size() - 1] == 'k'
            ? std::string(name, std::string_view(name).size() - 1) + std::to_string(fit->model.kinds.front().law.k)
            : name;
    candidates.push_back({chosen, *std::move(fit)});
    return {};
  };
  const auto plain = [&](Leaving leaving) {
    options.leaving = leaving;
    return models::fit_purchases(table, options);
  };
  const auto regular = [&](Leaving leaving) {
    options.leaving = leaving;
    return models::fit_regularity(table, options);
  };
  const auto mixture = [&] {
    options.leaving = Leaving::AfterAnyPurchase;
    return models::fit_regularity_mixture(table, options);
  };
  if (auto done = add("NBD", plain(Leaving::Never)); !done) return tl::unexpected(done.error());
  if (auto done = add("BG/NBD", plain(Leaving::AfterRepeatPurchase)); !done) return tl::unexpected(done.error());
  if (auto done = add("MBG/NBD", plain(Leaving::AfterAnyPurchase)); !done) return tl::unexpected(done.error());
  if (auto done = add("Pareto/NBD", plain(Leaving::AtAnyTime)); !done) return tl::unexpected(done.error());
  if (auto done = add("BG/CNBD-k", regular(Leaving::AfterRepeatPurchase)); !done) return tl::unexpected(done.error());
  if (auto done = add("MBG/CNBD-k", regular(Leaving::AfterAnyPurchase)); !done) return tl::unexpected(done.error());
  if (auto done = add("mixture of regularities", mixture()); !done) return tl::unexpected(done.error());
  return candidates;
}

Result<Expected> expected_of(const models::PurchaseModel& model, const models::PurchaseHistory& history, double weeks) {
  const auto alive = models::alive(model, history);
  const auto purchases = models::expected_purchases(model, history, weeks);
  const auto buys = models::buys_within(model, history, weeks);
  if (!alive) return tl::unexpected(alive.error());
  if (!purchases) return tl::unexpected(purchases.error());
  if (!buys) return tl::unexpected(buys.error());
  return Expected{*alive, *purchases, *buys};
}

}  // namespace habitue::insight::forecast
