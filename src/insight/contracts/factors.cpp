#include "insight/contracts/factors.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "insight/forecast/for_rows.hpp"
#include "insight/propensity/features.hpp"
#include "insight/propensity/frame.hpp"
#include "insight/propensity/words.hpp"
#include "models/contracts/cox.hpp"

namespace habitue::insight::contracts {
namespace {

using Fact = PropensityFact;

constexpr std::size_t kContractsMost = 20'000, kColumnsMost = 20, kEndsOfColumn = 10;
constexpr double kRareShare = 0.02, kChangesBelow = 0.01, kNormal95 = 1.959963984540054;

double two_sided(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

// What somebody was when the contract began; how they used it since is for propensity to say.
bool is_candidate(const PropensityColumn& column) {
  switch (column.fact) {
    case Fact::Monthly:
    case Fact::Channel:
    case Fact::Trait:
    case Fact::TraitNumber:
    case Fact::DaysSinceFirst:
    case Fact::ActiveDays: return true;
    case Fact::Events: return column.days == 30;
    default: return false;
  }
}

struct Column {
  PropensityColumn of;
  std::vector<double> values;  // One a contract; no gaps.
  bool is_number = false;
};

struct Contract {
  models::Tenure tenure;
  std::vector<double> row;
};

std::vector<Column> columns_of(std::span<const PropensityColumn> all, std::span<const Contract> contracts) {
  std::vector<Column> columns;
  for (std::size_t at = 0; at < all.size(); ++at) {
    Column column{all[at], {}, all[at].value.empty()};
    double sum = 0, seen = 0;
    std::map<double, std::size_t> counts;
    std::size_t most = 0;
    for (const Contract& contract : contracts)
      if (!std::isnan(contract.row[at])) {
        sum += contract.row[at];
        ++seen;
      }
    if (seen == 0) continue;
    for (const Contract& contract : contracts) {
      column.values.push_back(std::isnan(contract.row[at]) ? sum / seen : contract.row[at]);
      most = std::max(most, ++counts[column.values.back()]);
    }
    const auto people = static_cast<double>(contracts.size());
    if (people - static_cast<double>(most) < kRareShare * people) continue;
    // Of a number that is 1 or 0 having it is the unit.
    if (column.is_number && counts.size() == 2) column.is_number = false;
    // What repeats another column, or says the opposite of it, adds nothing: of two values one is told.
    const bool told = std::any_of(columns.begin(), columns.end(), [&](const Column& other) {
      bool same = true, opposite = true;
      const double whole = other.values.front() + column.values.front();
      for (std::size_t row = 0; row < column.values.size() && (same || opposite); ++row) {
        same = same && other.values[row] == column.values[row];
        opposite = opposite && std::abs(other.values[row] + column.values[row] - whole) < 1e-12;
      }
      return same || opposite;
    });
    if (!told) columns.push_back(std::move(column));
  }
  return columns;
}

// Numbers by their standard deviation, others as having it or not.
std::vector<double> design_of(std::vector<Column>& columns, std::size_t rows) {
  for (Column& column : columns) {
    double mean = 0, squares = 0, seen = 0;
    for (const double value : column.values) {
      const double away = value - mean;
      mean += away / ++seen;
      squares += away * (value - mean);
    }
    const double spread = std::sqrt(squares / seen);
    const double high = *std::max_element(column.values.begin(), column.values.end());
    for (double& value : column.values) value = column.is_number ? (value - mean) / spread : (value == high ? 1 : 0);
  }
  std::vector<double> design;
  for (std::size_t row = 0; row < rows; ++row)
    for (const Column& column : columns) design.push_back(column.values[row]);
  return design;
}

std::string text_of(const Column& column, bool french) {
  std::string name = propensity::topic_text(propensity::topic_of(column.of), french);
  if (column.of.fact == Fact::Events) name += french ? " (30 jours)" : " (30 days)";
  if (!column.of.value.empty()) return name + (french ? " : " : ": ") + column.of.value;
  if (!column.is_number) return name + (french ? " : oui" : ": yes");
  return name + (french ? " (un écart-type de plus)" : " (one standard deviation more)");
}

}  // namespace

Result<ContractsFactors> find_factors(const knowledge::Economics& economics, const Question& question,
                                      const ContractsSpec& spec, std::span<const Subscriber> subscribers,
                                      std::vector<std::string>& warnings) {
  const Customers& customers = economics.customers();
  ContractsFactors found;
  found.verdict = std::string(models::name_of(models::FitVerdict::TooFewData));
  const auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  std::vector<std::string> ignored;
  auto all = propensity::choose_columns(economics, question, *lens, spec.leave_out, ignored);
  if (!all) return tl::unexpected(all.error());
  std::erase_if(*all, [](const PropensityColumn& column) { return !is_candidate(column); });
  const auto reader = propensity::FeatureReader::bind(economics, *all);

  std::vector<std::pair<const Subscriber*, const Spell*>> begun;
  for (const Subscriber& subscriber : subscribers)
    for (const Spell& spell : subscriber.spells) begun.emplace_back(&subscriber, &spell);
  const std::size_t step = std::max<std::size_t>(1, (begun.size() + kContractsMost - 1) / kContractsMost);
  if (step > 1)
    warnings.push_back(fmt::format("of {} contracts, one in {} is looked at for factors", begun.size(), step));
  std::vector<Contract> contracts((begun.size() + step - 1) / step);
  auto read = forecast::for_rows(question, contracts.size(), [&](std::size_t at) -> Result<void> {
    const auto& [subscriber, spell] = begun[at * step];
    contracts[at].tenure = {days_between(spell->from, spell->to.value_or(question.as_of)), spell->to.has_value()};
    contracts[at].row.resize(reader.columns());
    if (const auto journey = customers.snapshot().find(subscriber->person))
      reader.read(*journey, spell->from, contracts[at].row);
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  std::sort(contracts.begin(), contracts.end(), [](const Contract& left, const Contract& right) {
    if (left.tenure.time != right.tenure.time) return left.tenure.time < right.tenure.time;
    if (left.tenure.ended != right.tenure.ended) return left.tenure.ended < right.tenure.ended;
    for (std::size_t at = 0; at < left.row.size(); ++at) {
      const bool no_left = std::isnan(left.row[at]), no_right = std::isnan(right.row[at]);
      if (no_left != no_right) return no_left;
      if (!no_left && left.row[at] != right.row[at]) return left.row[at] < right.row[at];
    }
    return false;
  });

  std::vector<double> ends;
  for (const Contract& contract : contracts)
    if (contract.tenure.ended) ends.push_back(contract.tenure.time);
  std::vector<Column> columns = columns_of(*all, contracts);
  const std::size_t most = std::min(kColumnsMost, ends.size() / kEndsOfColumn);
  if (columns.size() > most) {
    warnings.push_back(fmt::format("{} contracts that ended can tell {} factors of {}; the first are looked at",
                                   ends.size(), most, columns.size()));
    columns.resize(most);
  }
  if (columns.empty()) return found;
  const std::vector<double> design = design_of(columns, contracts.size());
  const std::vector<std::string> names(columns.size());
  std::vector<models::Tenure> tenures;
  for (const Contract& contract : contracts) tenures.push_back(contract.tenure);
  const models::RowMatrix rows{design, columns.size()};
  const auto cox = models::fit_cox(tenures, rows, names);
  if (!cox) return tl::unexpected(cox.error());
  found.verdict = std::string(models::name_of(cox->report.verdict));
  for (const models::FitFinding finding : cox->report.findings) found.findings.emplace_back(models::name_of(finding));
  found.concordance = cox->concordance;

  // Proportional: the ratio is the same up to the median end and from there on.
  const double median = ends[ends.size() / 2];
  std::vector<models::Tenure> early, late;
  std::vector<double> late_design;
  for (std::size_t at = 0; at < tenures.size(); ++at) {
    early.push_back({std::min(tenures[at].time, median), tenures[at].ended && tenures[at].time <= median});
    if (tenures[at].time <= median) continue;
    late.push_back({tenures[at].time, tenures[at].ended, median});
    late_design.insert(late_design.end(), rows.row(at).begin(), rows.row(at).end());
  }
  const auto before = models::fit_cox(early, rows, names);
  if (!before) return tl::unexpected(before.error());
  std::optional<models::Cox> after;
  if (!late.empty()) {
    auto fit = models::fit_cox(late, {late_design, columns.size()}, names);
    if (!fit) return tl::unexpected(fit.error());
    after = *std::move(fit);
  }
  for (std::size_t column = 0; column < columns.size(); ++column) {
    const models::Estimate& of = cox->report.estimates[column];
    if (!of.standard_error) continue;
    ContractsFactor factor{text_of(columns[column], false),
                           text_of(columns[column], true),
                           std::exp(of.value),
                           std::exp(of.value - kNormal95 * *of.standard_error),
                           std::exp(of.value + kNormal95 * *of.standard_error),
                           two_sided(of.value / *of.standard_error),
                           1,
                           true};
    if (after) {
      const models::Estimate &first = before->report.estimates[column], &then = after->report.estimates[column];
      if (first.standard_error && then.standard_error)
        factor.changes_p_value =
            two_sided((first.value - then.value) / std::hypot(*first.standard_error, *then.standard_error));
      factor.proportional = factor.changes_p_value >= kChangesBelow;
    }
    found.factors.push_back(std::move(factor));
  }
  std::stable_sort(found.factors.begin(), found.factors.end(),
                   [](const auto& left, const auto& right) { return left.p_value < right.p_value; });
  return found;
}

}  // namespace habitue::insight::contracts
