#include "insight/forecast/candidates.hpp"

#include <functional>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"
#include "models/purchases/forecast.hpp"
#include "models/purchases/regularity_mixture.hpp"

namespace habitue::insight::forecast {

using models::Leaving;

Result<std::vector<Candidate>> fit_candidates(std::span<const models::PurchaseHistory> customers,
                                              const Question& question) {
  models::HistoryTableBuilder builder(models::MergeBy::TimesAndGaps);
  for (const models::PurchaseHistory& customer : customers)
    if (auto added = builder.add(customer); !added) return tl::unexpected(added.error());
  const models::HistoryTable table = std::move(builder).finish();

  std::vector<Candidate> candidates;
  models::FitOptions options;
  options.threads = threads_of(question);
  if (question.cancellation != nullptr) options.stop = question.cancellation->flag();
  const auto plain = [&] { return models::fit_purchases(table, options); };
  const auto regular = [&] { return models::fit_regularity(table, options); };
  const auto mixture = [&] { return models::fit_regularity_mixture(table, options); };
  struct Kind {
    const char* name;
    Leaving leaving;
    std::uint32_t k;  // 2: the likeliest from there on, as 1 is the plain law.
    std::function<Result<models::PurchaseFit>()> fit;
  };
  const Kind kinds[kCandidates] = {{"NBD", Leaving::Never, 1, plain},
                                   {"BG/NBD", Leaving::AfterRepeatPurchase, 1, plain},
                                   {"MBG/NBD", Leaving::AfterAnyPurchase, 1, plain},
                                   {"Pareto/NBD", Leaving::AtAnyTime, 1, plain},
                                   {"BG/CNBD", Leaving::AfterRepeatPurchase, 2, regular},
                                   {"MBG/CNBD", Leaving::AfterAnyPurchase, 2, regular},
                                   {"mixture of regularities", Leaving::AfterAnyPurchase, 1, mixture}};
  for (const Kind& kind : kinds) {
    options.leaving = kind.leaving;
    options.k = kind.k;
    auto fit = kind.fit();
    if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
    if (!fit) return tl::unexpected(fit.error());
    std::string name = kind.name;
    if (kind.k > 1) name += fmt::format("-{}", fit->model.kinds.front().law.k);
    candidates.push_back({std::move(name), *std::move(fit)});
  }
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
