#include "insight/scenario/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/products/purchased_products.hpp"
#include "insight/scenario/base.hpp"
#include "insight/scenario/contracts_then.hpp"
#include "insight/scenario/learn.hpp"
#include "insight/scenario/outcome.hpp"
#include "insight/scenario/words.hpp"
#include "insight/value/periods.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using products::PurchasedProducts;
using scenario::Books;
using scenario::Contract;
using scenario::Leaving;
using scenario::SegmentBase;
using scenario::Segments;
using By = ScenarioSpec::By;

Result<void> check_spec(const ScenarioSpec& spec) {
  if (!(spec.price_change >= -0.9 && spec.price_change <= 5))
    return invalid(fmt::format("price_change is from -0.9 to 5; this is {}", spec.price_change));
  if (!(spec.margin_change >= -1 && spec.margin_change <= 1))
    return invalid(fmt::format("margin_change is from -1 to 1; this is {}", spec.margin_change));
  if (!(spec.retention_change >= -1 && spec.retention_change <= 5))
    return invalid(fmt::format("retention_change is from -1 to 5; this is {}", spec.retention_change));
  if (spec.horizon_days < 7 || spec.horizon_days > 730)
    return invalid(fmt::format("horizon_days is from 7 to 730; this is {}", spec.horizon_days));
  if (spec.values < 1 || spec.values > 60)
    return invalid(fmt::format("values is from 1 to 60; this is {}", spec.values));
  if (spec.period_days < 7 || spec.period_days > 366)
    return invalid(fmt::format("period_days is from 7 to 366; this is {}", spec.period_days));
  if (spec.felt_periods < 1 || spec.felt_periods > 24)
    return invalid(fmt::format("felt_periods is from 1 to 24; this is {}", spec.felt_periods));
  if (!(spec.likely >= 0 && spec.likely <= 1))
    return invalid(fmt::format("likely is a share from 0 to 1; this is {}", spec.likely));
  if (spec.bucket != Bucket::Week && spec.bucket != Bucket::Month)
    return invalid("bucket is week or month: prices of days are of too few sales");
  if ((spec.by == By::Trait) == spec.trait.empty())
    return invalid("segments by trait take the name of one, and no others do");
  for (const auto& one : {spec.elasticity, spec.elasticity_low, spec.elasticity_high})
    if (one && !(*one >= -20 && *one <= 5))
      return invalid(fmt::format("an elasticity is from -20 to 5; this is {}", *one));
  if (spec.elasticity_low.has_value() != spec.elasticity_high.has_value() || (spec.elasticity_low && !spec.elasticity))
    return invalid("elasticity_low and elasticity_high are given together, with an elasticity");
  if (spec.elasticity_low && !(*spec.elasticity_low <= *spec.elasticity && *spec.elasticity <= *spec.elasticity_high))
    return invalid("the elasticity is between elasticity_low and elasticity_high");
  return {};
}

// What was read of everybody: the answer and the lists of people are made of it.
struct Read {
  Lens lens;
  Economics economics;
  Segments people;
  PurchasedProducts table;
  std::vector<std::uint32_t> segment_of;  // By customer of the table.
  std::vector<std::string> names;         // Of segments: of people, or categories.
  std::vector<Contract> contracts;

  bool by_category(const ScenarioSpec& spec) const { return spec.by == By::Category; }
};

Result<Read> read(const Customers& customers, const Question& question, const ScenarioSpec& spec) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  auto people = scenario::read_segments(customers, question, *lens, spec);
  if (!people) return tl::unexpected(people.error());
  auto contracts = scenario::read_contracts(*economics, question, *lens, *people);
  if (!contracts) return tl::unexpected(contracts.error());
  PurchasedProducts table;
  // Where subscriptions are the business, what is paid is theirs, and is told of contracts.
  if (customers.business().model == config::BusinessModel::Purchases) {
    auto bought = products::read_purchased_products(*economics, question, *lens, spec.side, ProductsBy::Product);
    if (!bought) return tl::unexpected(bought.error());
    table = *std::move(bought);
  }
  Read all{*std::move(lens),     *std::move(economics), *std::move(people), std::move(table), {}, {},
           *std::move(contracts)};
  for (const PersonId person : all.table.people) all.segment_of.push_back(all.people.of.at(person.value));
  all.names = all.people.names;
  if (spec.by == By::Category) {
    all.names.clear();
    for (const products::Product& product : all.table.products) all.names.push_back(product.category);
    std::sort(all.names.begin(), all.names.end());
    all.names.erase(std::unique(all.names.begin(), all.names.end()), all.names.end());
  }
  return all;
}

std::uint32_t category_of(const Read& all, std::uint32_t product) {
  return static_cast<std::uint32_t>(
      std::lower_bound(all.names.begin(), all.names.end(), all.table.products[product].category) - all.names.begin());
}

Books books_of_all(const Read& all) {
  Books books;
  for (const products::Purchase& one : all.table.purchases) books.bought.push_back({one.customer, 0, one.at});
  for (const products::Moved& one : all.table.moved)
    books.money.push_back({0, one.at, one.revenue_minor, one.margin_minor});
  return books;
}

Books books_of_segments(const Read& all, const ScenarioSpec& spec) {
  Books books;
  books.segments = all.names.size();
  if (spec.by != By::Category) {
    for (const products::Purchase& one : all.table.purchases)
      books.bought.push_back({one.customer, all.segment_of[one.customer], one.at});
    for (const products::Moved& one : all.table.moved)
      books.money.push_back({all.segment_of[one.customer], one.at, one.revenue_minor, one.margin_minor});
    return books;
  }
  for (const products::Bought& one : all.table.bought)
    books.bought.push_back({one.customer, category_of(all, one.product), one.at});
  const auto place = [](const scenario::Bought& one) { return std::tuple(one.customer, one.at, one.segment); };
  std::sort(books.bought.begin(), books.bought.end(),
            [&](const auto& left, const auto& right) { return place(left) < place(right); });
  // Several products of a category in one purchase are one.
  books.bought.erase(std::unique(books.bought.begin(), books.bought.end(),
                                 [&](const auto& left, const auto& right) { return place(left) == place(right); }),
                     books.bought.end());
  for (const products::Moved& one : all.table.moved)
    if (one.product != products::kOfNoProduct)
      books.money.push_back({category_of(all, one.product), one.at, one.revenue_minor, one.margin_minor});
  return books;
}

ScenarioSegment segment_of(std::string value, const SegmentBase& base, const ScenarioElasticity& elasticity,
                           const ScenarioSpec& spec) {
  ScenarioSegment told;
  told.value = std::move(value);
  told.elasticity = elasticity;
  told.base = base.base;
  told.outcome = scenario::outcome_of(base, elasticity, spec);
  if (base.margin_share && base.base.basis != ScenarioBasis::Nothing)
    told.break_even = scenario::break_even_of(*base.margin_share, spec);
  if (base.returning) {
    told.returning = base.returning;
    told.returning->then = scenario::returning_then(base.returning->share, spec.retention_change);
  }
  return told;
}

// How contracts end, of all and of a segment: that of all where too few of its own have ended.
class ContractsThen {
 public:
  static Result<ContractsThen> of(const Read& all, const Question& question, const ScenarioSpec& spec) {
    ContractsThen then(all, question, spec);
    if (all.contracts.empty()) return then;
    if (spec.price_change != 0) {
      const auto fit = scenario::learn_rises(all.contracts, all.economics.customers().zone(), question.as_of, spec);
      if (!fit) return tl::unexpected(fit.error());
      then.rises_ = scenario::told_rises(*fit, spec);
      then.risk_ = then.rises_->risk;
    } else {
      then.risk_ = ScenarioNumber{1, 1, 1};
    }
    auto whole = Leaving::learn(all.contracts, std::nullopt, question.as_of, spec);
    if (!whole) return tl::unexpected(whole.error());
    then.whole_ = *std::move(whole);
    return then;
  }

  const std::optional<ScenarioRises>& rises() const { return rises_; }

  Result<std::optional<ScenarioSubscriptions>> tell(std::optional<std::uint32_t> segment) const {
    const auto leaving = of_segment(segment);
    if (!leaving) return tl::unexpected(leaving.error());
    if (!*leaving) return std::optional<ScenarioSubscriptions>();
    auto told = (*leaving)->tell(all_.contracts, segment, risk_, all_.economics.customers().business().margin.share);
    if (told.subscribers == 0) return std::optional<ScenarioSubscriptions>();
    return std::optional(std::move(told));
  }
  Result<std::vector<PersonId>> likely(std::optional<std::uint32_t> segment) const {
    const auto leaving = of_segment(segment);
    if (!leaving) return tl::unexpected(leaving.error());
    if (!*leaving || !risk_) return std::vector<PersonId>{};
    return (*leaving)->likely(all_.contracts, segment, risk_->value);
  }

 private:
  ContractsThen(const Read& all, const Question& question, const ScenarioSpec& spec)
      : all_(all), as_of_(question.as_of), spec_(spec) {}
  Result<std::optional<Leaving>> of_segment(std::optional<std::uint32_t> segment) const {
    if (!segment || !whole_) return whole_;
    auto own = Leaving::learn(all_.contracts, segment, as_of_, spec_);
    if (!own) return tl::unexpected(own.error());
    return *own ? *std::move(own) : whole_;
  }

  const Read& all_;
  UtcMicros as_of_;
  const ScenarioSpec& spec_;
  std::optional<ScenarioRises> rises_;
  std::optional<ScenarioNumber> risk_;  // Nothing: it is not known.
  std::optional<Leaving> whole_;
};

Result<void> tell_purchases(ScenarioReport& report, const Read& all, const Question& question, const ScenarioSpec& spec,
                            const ForecastFit* kept) {
  const Customers& customers = all.economics.customers();
  // One segment is all: it is not learnt twice.
  const std::size_t segments = spec.by == By::Nothing ? 0 : all.names.size();
  scenario::PricePanel panel;
  if (!spec.elasticity && spec.price_change != 0) {
    auto found =
        scenario::read_price_panel(customers, question, spec, all.table, all.segment_of, all.people.names.size());
    if (!found) return tl::unexpected(found.error());
    panel = *std::move(found);
    if (panel.rarely_sold > 0)
      report.warnings.push_back(fmt::format(
          "{} product(s) are sold too rarely for their prices to be learnt from: nothing in over a quarter of their "
          "periods, or of too few",
          panel.rarely_sold));
    if (panel.odd_prices > 0)
      report.warnings.push_back(
          fmt::format("{} line(s) over half as dear again as the product usually is, or under two thirds, are of "
                      "another list of prices or mistakes, and left out",
                      panel.odd_prices));
  }
  const auto elasticities = scenario::learn_elasticities(panel, segments, spec);
  if (!elasticities) return tl::unexpected(elasticities.error());
  report.common_elasticity = elasticities->common;
  report.spread = elasticities->spread;
  if (products::is_cancelled(question)) return was_cancelled();

  std::vector<SegmentBase> whole = scenario::bases_of_last_period(books_of_all(all), question.as_of, spec);
  std::vector<SegmentBase> parts;
  if (segments > 0) parts = scenario::bases_of_last_period(books_of_segments(all, spec), question.as_of, spec);
  if (spec.base == ScenarioSpec::Base::Forecast && !all.table.purchases.empty()) {
    const auto forecast = scenario::read_forecast(all.economics, question, all.lens, spec, kept);
    if (!forecast) return tl::unexpected(forecast.error());
    report.forecast_en = forecast->sentence_en;
    report.forecast_fr = forecast->sentence_fr;
    if (forecast->told) {
      std::unordered_map<std::uint32_t, std::uint32_t> one;
      for (const auto& [person, segment] : all.people.of) one.emplace(person, 0);
      scenario::take_forecast(whole, *forecast, one);
      if (segments > 0 && spec.by != By::Category) scenario::take_forecast(parts, *forecast, all.people.of);
    }
  }
  report.margin_is_revenue = !whole.front().margin_share && whole.front().base.basis != ScenarioBasis::Nothing;
  if (report.margin_is_revenue)
    report.warnings.push_back("the margin of no purchase is known, so none is told: see [margin]");
  else if (whole.front().revenue_without_margin > 0)
    report.warnings.push_back("the margin of some revenue is not known: it is taken for that of the rest");
  report.all = segment_of("", whole.front(), elasticities->all, spec);
  for (std::size_t at = 0; at < segments; ++at)
    report.segments.push_back(segment_of(all.names[at], parts[at], elasticities->segments[at], spec));
  return {};
}

Result<void> tell_contracts(ScenarioReport& report, const Read& all, const Question& question,
                            const ScenarioSpec& spec) {
  const auto then = ContractsThen::of(all, question, spec);
  if (!then) return tl::unexpected(then.error());
  auto told = then->tell(std::nullopt);
  if (!told) return tl::unexpected(told.error());
  report.all.subscriptions = *std::move(told);
  if (report.all.subscriptions) report.rises = then->rises();
  if (spec.by == By::Category) return {};
  for (std::size_t at = 0; at < report.segments.size(); ++at) {
    if (products::is_cancelled(question)) return was_cancelled();
    auto one = then->tell(static_cast<std::uint32_t>(at));
    if (!one) return tl::unexpected(one.error());
    report.segments[at].subscriptions = *std::move(one);
  }
  return {};
}

// Those of most people first, the others not at all.
void choose(ScenarioReport& report, const ScenarioSpec& spec) {
  const auto people = [](const ScenarioSegment& of) {
    return of.base.customers + (of.subscriptions ? of.subscriptions->subscribers : 0);
  };
  std::erase_if(report.segments, [&](const ScenarioSegment& of) { return people(of) == 0; });
  std::stable_sort(report.segments.begin(), report.segments.end(),
                   [&](const auto& left, const auto& right) { return people(left) > people(right); });
  if (report.segments.size() > spec.values) {
    report.warnings.push_back(
        fmt::format("the {} segments of most customers are shown, of {}", spec.values, report.segments.size()));
    report.segments.resize(spec.values);
  }
}

}  // namespace

Result<ScenarioReport> ask_scenario(const Customers& customers, const Question& question, const ScenarioSpec& spec,
                                    const ForecastFit* kept) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto all = read(customers, question, spec);
  if (!all) return tl::unexpected(all.error());
  ScenarioReport report;
  report.currency = all->economics.exchange().currency();
  report.seed = spec.seed;
  if (auto told = tell_purchases(report, *all, question, spec, kept); !told) return tl::unexpected(told.error());
  if (auto told = tell_contracts(report, *all, question, spec); !told) return tl::unexpected(told.error());
  choose(report, spec);
  const auto drawn = [](const ScenarioSegment& of) {
    return of.outcome && of.outcome->purchases.low != of.outcome->purchases.high;
  };
  if (drawn(report.all) || std::any_of(report.segments.begin(), report.segments.end(), drawn))
    report.draws = scenario::kDraws;
  if (report.all.subscriptions && report.all.base.basis != ScenarioBasis::Nothing)
    report.warnings.push_back("renewals may be in the purchases too: the two parts are not to be added");
  for (ScenarioSegment& segment : report.segments) {
    segment.sentence_en = scenario::sentence(segment, report, spec, false);
    segment.sentence_fr = scenario::sentence(segment, report, spec, true);
  }
  report.all.sentence_en = report.sentence_en = scenario::sentence(report.all, report, spec, false);
  report.all.sentence_fr = report.sentence_fr = scenario::sentence(report.all, report, spec, true);
  report.assumptions_en = scenario::assumptions(report, spec, false);
  report.assumptions_fr = scenario::assumptions(report, spec, true);
  add_warnings(left_out_of(all->table.not_added), report.warnings);
  return report;
}

Result<std::vector<PersonId>> people_of_scenario(const Customers& customers, const Question& question,
                                                 const ScenarioSpec& spec, const ScenarioCell& cell) {
  using Who = ScenarioCell::Who;
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto all = read(customers, question, spec);
  if (!all) return tl::unexpected(all.error());
  std::optional<std::uint32_t> segment;
  if (cell.value) {
    const auto found = std::lower_bound(all->names.begin(), all->names.end(), *cell.value);
    if (spec.by == By::Nothing || found == all->names.end() || *found != *cell.value)
      return fail(ErrorKind::NotFound, fmt::format("there is no segment \"{}\"", *cell.value));
    segment = static_cast<std::uint32_t>(found - all->names.begin());
  }
  if (cell.who == Who::Customers) {
    std::vector<std::uint32_t> found;
    const Books books = segment ? books_of_segments(*all, spec) : books_of_all(*all);
    for (const scenario::Bought& one : books.bought)
      if (!segment || one.segment == *segment) found.push_back(one.customer);
    return products::people_of_numbers(all->table, std::move(found));
  }
  if (segment && spec.by == By::Category) return invalid("subscribers are of no category");
  std::vector<PersonId> people;
  if (cell.who == Who::Subscribers) {
    for (const Contract& contract : all->contracts)
      if ((!segment || contract.segment == *segment) &&
          std::any_of(contract.spells.begin(), contract.spells.end(),
                      [&](const contracts::Spell& spell) { return spell.runs_at(question.as_of); }))
        people.push_back(contract.person);
  } else {
    const auto then = ContractsThen::of(*all, question, spec);
    if (!then) return tl::unexpected(then.error());
    auto likely = then->likely(segment);
    if (!likely) return tl::unexpected(likely.error());
    people = *std::move(likely);
  }
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
