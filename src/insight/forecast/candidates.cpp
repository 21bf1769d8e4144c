#include "insight/forecast/candidates.hpp"

#include <functional>
#include <map>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"
#include "models/purchases/regularity_mixture.hpp"

namespace habitue::insight::forecast {

using models::Leaving;

namespace {

// The likeliest law of one kind, with what is known.
Result<Candidate> fit_informed(std::span<const models::PurchaseHistory> customers, const models::Covariates& known,
                               std::span<const Candidate> candidates, models::FitOptions options) {
  const Candidate* likeliest = &candidates[kLawOfSeasons];
  for (const Candidate& candidate : candidates)
    if (candidate.at_any_time().model.kinds.size() == 1 &&
        candidate.report().log_likelihood > likeliest->report().log_likelihood)
      likeliest = &candidate;
  Candidate informed{likeliest->name + " with covariates", likeliest->fit, {}, {}};
  if (known.columns == 0 || likeliest->report().verdict == models::FitVerdict::TooFewData) return informed;
  const models::PurchaseLaw& law = likeliest->at_any_time().model.kinds.front().law;
  options.leaving = law.leaving;
  options.k = law.k;
  auto fit = models::fit_with_covariates(customers, known, known, options);
  if (!fit) return tl::unexpected(fit.error());
  informed.fit = std::move(fit->base);
  informed.rate = std::move(fit->rate);
  informed.leaving = std::move(fit->leaving);
  return informed;
}

Result<std::vector<Candidate>> fit_occasions(std::span<const models::PurchaseHistory> customers,
                                             const Question& question) {
  std::vector<models::OccasionHistory> histories;
  histories.reserve(customers.size());
  for (const models::PurchaseHistory& customer : customers) histories.push_back(occasions_of(customer));
  models::OccasionFitOptions options;
  if (question.cancellation != nullptr) options.stop = question.cancellation->flag();
  std::vector<Candidate> candidates;
  for (const auto& [name, leaving] : {std::pair("beta-binomial", false), std::pair("BG/BB", true)}) {
    options.leaving = leaving;
    auto fit = models::fit_beta_bernoulli(histories, options);
    if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
    if (!fit) return tl::unexpected(fit.error());
    candidates.push_back({name, *std::move(fit), {}, {}});
  }
  return candidates;
}

}  // namespace

Result<std::vector<Candidate>> fit_candidates(std::span<const models::PurchaseHistory> customers,
                                              const models::Covariates* known, Counted counted,
                                              const Question& question) {
  if (counted == Counted::Occasions) return fit_occasions(customers, question);
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
    candidates.push_back({std::move(name), *std::move(fit), {}, {}});
  }
  if (known == nullptr) return candidates;
  auto informed = fit_informed(customers, *known, candidates, options);
  if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
  if (!informed) return tl::unexpected(informed.error());
  candidates.push_back(*std::move(informed));
  return candidates;
}

const models::FitReport& Candidate::report() const {
  return std::visit([](const auto& of) -> const models::FitReport& { return of.report; }, fit);
}

Result<Law> Candidate::law_for(std::span<const double> known) const {
  if (const auto* of_occasions = std::get_if<models::BetaBernoulliFit>(&fit)) return Law(of_occasions->model);
  if (!knows()) return Law(at_any_time().model);
  const auto own = models::law_for({.base = at_any_time(), .rate = rate, .leaving = leaving}, known, known);
  if (!own) return tl::unexpected(own.error());
  return Law(models::model_of(*own));
}

Result<std::vector<double>> purchases_of_all(const Candidate& candidate,
                                             std::span<const models::PurchaseHistory> histories,
                                             const models::Covariates& known, double weeks, unsigned threads) {
  if (!candidate.knows()) {
    const auto law = candidate.law_for({});
    if (!law) return tl::unexpected(law.error());
    return law->purchases_of_all(histories, weeks, threads);
  }
  std::vector<double> purchases(histories.size());
  // Customers of whom the same is known have one law.
  std::map<std::vector<double>, std::vector<std::size_t>> alike;
  for (std::size_t at = 0; at < histories.size(); ++at) {
    const auto row = row_of(known, at);
    alike[{row.begin(), row.end()}].push_back(at);
  }
  for (const auto& [row, places] : alike) {
    const auto law = candidate.law_for(row);
    if (!law) return tl::unexpected(law.error());
    std::vector<models::PurchaseHistory> own;
    for (const std::size_t place : places) own.push_back(histories[place]);
    const auto of_own = law->purchases_of_all(own, weeks, threads);
    if (!of_own) return tl::unexpected(of_own.error());
    for (std::size_t at = 0; at < places.size(); ++at) purchases[places[at]] = (*of_own)[at];
  }
  return purchases;
}

Result<Expected> expected_of(const Law& law, const models::PurchaseHistory& history, double weeks) {
  const auto alive = law.alive(history);
  const auto purchases = law.purchases(history, weeks);
  const auto buys = law.buys_within(history, weeks);
  if (!alive) return tl::unexpected(alive.error());
  if (!purchases) return tl::unexpected(purchases.error());
  if (!buys) return tl::unexpected(buys.error());
  return Expected{*alive, *purchases, *buys};
}

}  // namespace habitue::insight::forecast
