#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/fold_lists.hpp"
#include "insight/propensity/learn.hpp"
#include "insight/propensity/spec.hpp"
#include "insight/propensity/words.hpp"
#include "insight/retention/sums.hpp"
#include "models/logistic_fit.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using propensity::FeatureReader;
using propensity::Law;
using propensity::Learnt;
using propensity::OutcomeReader;

constexpr double kBandEdges[] = {0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1};
constexpr std::size_t kBands = std::size(kBandEdges) - 1;
constexpr std::size_t kRowsAtOnce = 256, kCauses = 3;
constexpr double kUnit =
    1e9;  // Chances are added as whole numbers of so many parts, so that their order changes nothing.

std::size_t band_of(double chance) {
  const auto above = std::upper_bound(std::begin(kBandEdges), std::end(kBandEdges), chance);
  return std::min<std::size_t>(static_cast<std::size_t>(above - std::begin(kBandEdges)) - 1, kBands - 1);
}

struct Sum {
  std::uint64_t people = 0;
  std::uint64_t chances = 0;  // In parts of kUnit.
  void merge(const Sum& other) {
    people += other.people;
    chances += other.chances;
  }
};
PropensityTotals totals_of(const Sum& sum) { return {sum.people, static_cast<double>(sum.chances) / kUnit}; }
ByAudience<PropensityTotals> totals_of(const ByAudience<Sum>& sums) {
  return {totals_of(sums.inside), totals_of(sums.outside), totals_of(sums.unknown), totals_of(sums.all)};
}

struct Ranked {
  double chance;
  std::uint64_t lot;
  PersonId person;
  bool operator<(const Ranked& other) const {
    return chance != other.chance ? chance > other.chance : lot != other.lot ? lot < other.lot : person < other.person;
  }
};

struct Scored {
  std::vector<ByAudience<Sum>> bands = std::vector<ByAudience<Sum>>(kBands);
  std::vector<Ranked> first;
  std::optional<Error> wrong;
  std::size_t most = 0;

  void rank(const Ranked& one) {
    if (most == 0) return;
    first.push_back(one);
    if (first.size() >= 2 * most + 64) shorten();
  }
  void shorten() {
    std::sort(first.begin(), first.end());
    if (first.size() > most) first.resize(most);
  }
  void merge(const Scored& other) {
    for (std::size_t band = 0; band < kBands; ++band) merge_parts(bands[band], other.bands[band]);
    first.insert(first.end(), other.first.begin(), other.first.end());
    shorten();
    if (!wrong) wrong = other.wrong;
  }
};

// Everybody who could do it at as_of, with their chances.
class Scorer {
 public:
  static Result<Scorer> bind(const Economics& economics, const Question& question, const PropensitySpec& spec,
                             const PropensityFit& fit) {
    auto outcome = OutcomeReader::bind(economics, spec.outcome, spec.outcome_event);
    if (!outcome) return tl::unexpected(outcome.error());
    Scorer scorer(economics, question, fit, *std::move(outcome));
    scorer.learnt_ = {fit.check.used, fit.share, fit.rule, fit.model, fit.calibrator};
    if (fit.check.used == PropensityMethod::Probability) {
      auto law = Law::learn(economics, question, spec.outcome, spec.horizon_days);
      if (!law) return tl::unexpected(law.error());
      scorer.law_ = *std::move(law);
      if (scorer.law_ == nullptr)
        return fail(ErrorKind::Unavailable, "the law that the check chose cannot be learnt as of now");
    }
    return scorer;
  }

  // Calls `visit(figures, person, chance)` for everybody admitted who could do it.
  template <class Figures, class Visit>
  Result<Figures> fold(const Lens& lens, const Figures& empty, const Visit& visit) const {
    auto figures =
        retention::fold_parts(economics_.customers(), question_, empty, [&](Figures& into, std::size_t part) {
          std::vector<Person> people;
          const auto flush = [&] {
            if (people.empty() || into.wrong) return;
            const auto chances = chances_of(people);
            if (!chances)
              into.wrong = chances.error();
            else
              for (std::size_t at = 0; at < people.size(); ++at) visit(into, people[at], (*chances)[at]);
            people.clear();
          };
          economics_.customers().snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
            if (into.wrong || (question_.cancellation != nullptr && question_.cancellation->cancelled())) return;
            const auto person = lens.admit(journey);
            if (!person || !outcome_.could(journey, question_.as_of)) return;
            people.push_back(*person);
            if (people.size() == kRowsAtOnce) flush();
          });
          flush();
        });
    if (figures && figures->wrong) return tl::unexpected(*figures->wrong);
    return figures;
  }

  Result<std::vector<double>> chances_of(std::span<const Person> people) const {
    std::vector<double> values(people.size() * features_.columns()), chances;
    for (std::size_t at = 0; at < people.size(); ++at) {
      if (law_ != nullptr) {
        const auto chance = law_->chance(people[at].journey);
        if (!chance) return tl::unexpected(chance.error());
        chances.push_back(std::clamp(*chance, 0.0, 1.0));
      } else {
        features_.read(people[at].journey.until(question_.as_of), question_.as_of,
                       std::span(values).subspan(at * features_.columns(), features_.columns()));
      }
    }
    return propensity::foretell(learnt_, values, features_.columns(), chances);
  }

  Result<PropensityCustomer> explain(const Ranked& ranked) const {
    PropensityCustomer customer;
    customer.person = ranked.person;
    customer.probability = ranked.chance;
    const auto journey = economics_.customers().snapshot().find(ranked.person);
    if (!journey) return customer;
    std::vector<double> row(features_.columns());
    features_.read(journey->until(question_.as_of), question_.as_of, row);
    const auto add = [&](std::size_t column, std::optional<double> points) {
      customer.causes.push_back({propensity::fact_text(fit_.columns, column, row, false),
                                 propensity::fact_text(fit_.columns, column, row, true), points});
    };
    if (learnt_.method == PropensityMethod::Rule)
      add(fit_.rule.column, (ranked.chance - learnt_.share) * 100);
    else if (learnt_.method == PropensityMethod::Probability)
      add_facts_of_law(add);
    else if (learnt_.model != nullptr)
      if (auto added = add_causes(row, add); !added) return tl::unexpected(added.error());
    return customer;
  }

 private:
  Scorer(const Economics& economics, const Question& question, const PropensityFit& fit, OutcomeReader outcome)
      : economics_(economics),
        question_(question),
        fit_(fit),
        outcome_(std::move(outcome)),
        features_(FeatureReader::bind(economics, fit.columns)) {}

  // A law knows how often, how long and how lately; it does not tell how many points each makes.
  template <class Add>
  void add_facts_of_law(const Add& add) const {
    const bool contracts = fit_.outcome == PropensityOutcome::Leaving && outcome_.of_subscriptions();
    for (std::size_t column = 0; column < fit_.columns.size(); ++column) {
      const PropensityColumn& of = fit_.columns[column];
      const bool told = contracts ? of.fact == PropensityFact::SubscriberDays
                                  : (of.fact == PropensityFact::Purchases && of.days == 0) ||
                                        of.fact == PropensityFact::DaysSincePurchase ||
                                        of.fact == PropensityFact::DaysSinceFirstPurchase;
      if (told) add(column, std::nullopt);
    }
  }

  // The topics that move the chance most. The log-odds are a sum, the chance is not: the way from the level of everybody to this person is
  // shared out in proportion to what each topic adds (Aumann and Shapley 1974), so that the points of all topics add up to it.
  template <class Add>
  Result<void> add_causes(std::span<const double> row, const Add& add) const {
    const auto added = learnt_.model->contributions({row, row.size()});
    if (!added) return tl::unexpected(added.error());
    struct OfTopic {
      double by = 0, most = -1;
      std::size_t column = 0;
    };
    std::map<propensity::Topic, OfTopic> topics;
    double log_odds = added->back();
    for (std::size_t column = 0; column < row.size(); ++column) {
      OfTopic& topic = topics[propensity::topic_of(fit_.columns[column])];
      topic.by += (*added)[column];
      log_odds += (*added)[column];
      if (std::abs((*added)[column]) > topic.most) {
        topic.most = std::abs((*added)[column]);
        topic.column = column;
      }
    }
    const auto chance_at = [&](double at) { return learnt_.calibrator.at(models::expit(at)); };
    const double level = added->back(), way = log_odds - level;
    const double low = std::abs(way) < 1e-3 ? level - 1e-3 : level,
                 high = std::abs(way) < 1e-3 ? level + 1e-3 : log_odds;
    const double slope = (chance_at(high) - chance_at(low)) / (high - low) * 100;
    std::vector<std::pair<double, std::size_t>> ranked;
    for (const auto& [topic, of] : topics) ranked.emplace_back(of.by * slope, of.column);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& left, const auto& right) { return std::abs(left.first) > std::abs(right.first); });
    for (std::size_t at = 0; at < std::min(kCauses, ranked.size()); ++at)
      // Less than half a point is told as none.
      if (std::abs(ranked[at].first) >= 0.5) add(ranked[at].second, ranked[at].first);
    return {};
  }

  const Economics& economics_;
  const Question& question_;
  const PropensityFit& fit_;
  OutcomeReader outcome_;
  FeatureReader features_;
  Learnt learnt_;
  std::shared_ptr<const Law> law_;
};

Result<void> check_fit(const Question& question, const PropensitySpec& spec, const PropensityFit& fit) {
  const std::string event = spec.outcome_event ? event_test_text(*spec.outcome_event) : std::string();
  if (fit.outcome != spec.outcome || fit.horizon_days != spec.horizon_days || fit.outcome_event != event)
    return invalid("the fit is of another outcome or horizon than the question");
  if (fit.as_of > question.as_of)
    return invalid(fmt::format("the fit saw days up to {}, after the question's as_of", format_moment(fit.as_of)));
  return {};
}

}  // namespace

Result<PropensityReport> score_propensity(const Customers& customers, const Question& question,
                                          const PropensitySpec& spec, const PropensityFit& fit) {
  if (auto sound = propensity::check_spec(spec); !sound) return tl::unexpected(sound.error());
  if (auto same = check_fit(question, spec, fit); !same) return tl::unexpected(same.error());
  const auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  PropensityReport report = report_of(fit);
  if (fit.check.verdict != PropensityVerdict::Passed) return report;

  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto scorer = Scorer::bind(*economics, question, spec, fit);
  if (!scorer) return tl::unexpected(scorer.error());
  const std::vector<std::uint64_t> kinds = propensity::names_of_kinds(customers.snapshot());
  Scored empty;
  empty.most = std::size_t{spec.offset} + spec.limit;
  auto scored = scorer->fold(*lens, empty, [&](Scored& into, const Person& person, double chance) {
    Sum& sum = into.bands[band_of(chance)].of(person.audience);
    ++sum.people;
    sum.chances += static_cast<std::uint64_t>(std::llround(std::clamp(chance, 0.0, 1.0) * kUnit));
    if (retention::on_side(person.audience, spec.side))
      into.rank({chance, propensity::lot_of(person.journey, {&question.as_of, 1}, spec.seed, kinds),
                 person.journey.person()});
  });
  if (!scored) return tl::unexpected(scored.error());
  scored->shorten();

  ByAudience<Sum> whole;
  for (std::size_t band = 0; band < kBands; ++band) {
    add_up(scored->bands[band]);
    merge_parts(whole, scored->bands[band]);
    report.bands.push_back({kBandEdges[band], kBandEdges[band + 1], totals_of(scored->bands[band])});
  }
  add_up(whole);
  report.totals = totals_of(whole);
  for (std::size_t at = spec.offset; at < scored->first.size(); ++at) {
    auto customer = scorer->explain(scored->first[at]);
    if (!customer) return tl::unexpected(customer.error());
    customer->sentence_en = propensity::customer_sentence(*customer, spec, false);
    customer->sentence_fr = propensity::customer_sentence(*customer, spec, true);
    report.customers.push_back(*std::move(customer));
  }
  return report;
}

PropensityReport report_of(const PropensityFit& fit) {
  PropensitySpec spec;
  spec.outcome = fit.outcome;
  spec.horizon_days = fit.horizon_days;
  PropensityReport report;
  report.check = fit.check;
  report.fitted_as_of = fit.as_of;
  report.warnings = fit.warnings;
  report.sentence_en = propensity::check_sentence(fit.check, spec, false);
  report.sentence_fr = propensity::check_sentence(fit.check, spec, true);
  return report;
}

Result<PropensityReport> ask_propensity(const Customers& customers, const Question& question,
                                        const PropensitySpec& spec) {
  const auto fit = fit_propensity(customers, question, spec);
  if (!fit) return tl::unexpected(fit.error());
  return score_propensity(customers, question, spec, *fit);
}

Result<std::vector<PersonId>> people_of_propensity(const Customers& customers, const Question& question,
                                                   const PropensitySpec& spec, const PropensityCell& cell,
                                                   const PropensityFit* kept) {
  if (cell.band && *cell.band >= kBands)
    return fail(ErrorKind::NotFound, fmt::format("bands are from 0 to {}; this is {}", kBands - 1, *cell.band));
  PropensityFit made;
  if (kept == nullptr) {
    auto fitted = fit_propensity(customers, question, spec);
    if (!fitted) return tl::unexpected(fitted.error());
    made = *std::move(fitted);
  } else if (auto same = check_fit(question, spec, *kept); !same) {
    return tl::unexpected(same.error());
  }
  const PropensityFit* const fit = kept != nullptr ? kept : &made;
  if (fit->check.verdict != PropensityVerdict::Passed)
    return fail(ErrorKind::NotFound, propensity::check_sentence(fit->check, spec, false));
  const auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto scorer = Scorer::bind(*economics, question, spec, *fit);
  if (!scorer) return tl::unexpected(scorer.error());
  struct Found {
    std::vector<PersonId> people;
    std::optional<Error> wrong;
    void merge(const Found& other) {
      people.insert(people.end(), other.people.begin(), other.people.end());
      if (!wrong) wrong = other.wrong;
    }
  };
  auto found = scorer->fold(*lens, Found{}, [&](Found& into, const Person& person, double chance) {
    if (retention::on_side(person.audience, cell.side) && (!cell.band || band_of(chance) == *cell.band))
      into.people.push_back(person.journey.person());
  });
  if (!found) return tl::unexpected(found.error());
  std::sort(found->people.begin(), found->people.end());
  return std::move(found->people);
}

}  // namespace habitue::insight
