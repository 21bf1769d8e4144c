#include "cli/value_options.hpp"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/text.hpp"

namespace habitue::cli {
namespace {

struct Report {
  std::string_view name;
  bool bucket = false;
  bool counted_by = false;
};
constexpr auto kReports = std::to_array<Report>({
    {"costs", true},
    {"give-aways", true},
    {"acquisition", true},
    {"recurring", true},
    {"forecast"},
    {"contracts", true},
    {"uplift"},
    {"propensity"},
    {"assortment"},
    {"map"},
    {"aida"},
    {"scenario", true},
    {"equity"},
    {.name = "cross-sell", .counted_by = true},
    {.name = "products", .counted_by = true},
    {"rhythm"},
    {"readiness"},
    {"today"},
});

enum class Kind : std::uint8_t { Text, Count, Number, Names };
struct Flag {
  const char* flag;
  const char* field;
  Kind kind;
  std::vector<std::string_view> reports;
  const char* help;
};
// One row a flag: of which questions it is, and what it says in their body. Names are a list with commas.
const std::vector<Flag>& flags() {
  static const std::vector<Flag> all{
      {"horizon-days",
       "horizon_days",
       Kind::Count,
       {"contracts", "propensity", "forecast", "equity", "scenario"},
       "how far ahead; default 365, of propensity and contracts 90"},
      {"discount",
       "discount_a_year",
       Kind::Number,
       {"contracts", "forecast", "equity", "acquisition", "readiness"},
       "a year, such as 0.1, the default"},
      {"customers",
       "limit",
       Kind::Count,
       {"propensity", "forecast", "equity", "rhythm"},
       "how many are shown; default 20"},
      {"lifetime-days",
       "lifetime_days",
       Kind::Count,
       {"acquisition"},
       "beside the value still to come over so many days; default without"},
      {"covariates",
       "covariates",
       Kind::Names,
       {"forecast"},
       "what was known at the first purchase, with commas: channel, trait NAME, purchase NAME"},
      {"seasons",
       "seasons",
       Kind::Text,
       {"forecast"},
       "when_better, the default: used where the past is foretold better with them; or left_out"},
      {"occasions",
       "occasions",
       Kind::Text,
       {"forecast", "equity"},
       "where customers can buy once an occasion: week, month, quarter, year, or the events that begin one"},
      {"foretell", "outcome", Kind::Text, {"propensity"}, "buying_again (default), leaving or upgrading"},
      {"upgrade", "outcome_event", Kind::Text, {"propensity"}, "a condition on one event that counts as upgrading"},
      {"leave-out",
       "leave_out",
       Kind::Names,
       {"contracts", "uplift", "propensity"},
       "events and traits that are not looked at, with commas"},
      {"treated",
       "treated",
       Kind::Text,
       {"uplift"},
       "the event that sends somebody to the treated: `Sent where arm = \"mail\"`"},
      {"control", "control", Kind::Text, {"uplift"}, "the event that sends somebody to the others"},
      {"result", "outcome", Kind::Text, {"uplift"}, "a condition on one event; default a purchase"},
      {"measure", "measure", Kind::Text, {"uplift"}, "happens (default) or money"},
      {"within-days", "within_days", Kind::Count, {"uplift"}, "after being sent to an arm; default 14"},
      {"planned-people",
       "planned_people",
       Kind::Count,
       {"uplift"},
       "that the experiment was planned for; default 10000"},
      {"treated-share", "treated_share", Kind::Number, {"uplift"}, "that the lot should have treated; default 0.5"},
      {"learner", "learner", Kind::Text, {"uplift"}, "two_models (default), transformed_outcome or honest_trees"},
      {"curves", "by", Kind::Text, {"contracts"}, "nothing (default), cohort or trait"},
      {"trait",
       "trait",
       Kind::Text,
       {"contracts", "scenario"},
       "whose values have a curve or a segment each, with --curves or --segments trait"},
      {"period-days",
       "period_days",
       Kind::Count,
       {"contracts", "scenario", "today"},
       "of a renewal; default 30; of today the last days, default 7"},
      {"ahead", "ahead", Kind::Count, {"contracts"}, "periods projected beyond the longest contract; default 12"},
      {"products", "limit", Kind::Count, {"products", "assortment"}, "how many are shown; default 50"},
      {"keep", "share", Kind::Number, {"assortment"}, "the share of customers that the range has to keep; default 0.9"},
      {"of", "keeps", Kind::Text, {"assortment"}, "customers, the default, or margin: what the share is of"},
      {"always", "always", Kind::Names, {"assortment"}, "codes that stay, with commas"},
      {"cut", "cut", Kind::Names, {"assortment"}, "codes to drop, with commas: whom it would touch"},
      {"pairs", "limit", Kind::Count, {"cross-sell"}, "how many are shown of each list; default 30"},
      {"buyers", "buyers_least", Kind::Count, {"cross-sell"}, "how many of either product a pair needs; default 20"},
      {"from-day", "from_day", Kind::Text, {"map"}, "the earlier day; default a year before"},
      {"offer", "offer", Kind::Text, {"aida"}, "one alone, by its name in the configuration; default each"},
      {"price",
       "price_change",
       Kind::Number,
       {"scenario"},
       "change of all prices: 0.05, the default, is a twentieth more"},
      {"margin", "margin_change", Kind::Number, {"scenario"}, "points of today's price left more of a unit: 0.02"},
      {"leaving",
       "retention_change",
       Kind::Number,
       {"scenario"},
       "change of the chance to leave: -0.1 is a tenth fewer"},
      {"segments", "by", Kind::Text, {"scenario"}, "nothing (default), side, stage, role, trait or category"},
      {"elasticity", "elasticity", Kind::Number, {"scenario"}, "given rather than learnt: -1.5"},
      {"elasticity-low", "elasticity_low", Kind::Number, {"scenario"}, "its 95 % limits"},
      {"elasticity-high", "elasticity_high", Kind::Number, {"scenario"}, "its 95 % limits"},
      {"base", "base", Kind::Text, {"scenario"}, "forecast (default) or last_period: what a scenario is compared with"},
      {"felt-periods", "felt_periods", Kind::Count, {"scenario"}, "renewals for which a rise is felt; default 3"},
      {"seed", "seed", Kind::Count, {"scenario"}, "of the draws behind intervals; default 1"},
      {"segment", "segment", Kind::Text, {"readiness"}, "for whom: a criteria expression; default whoever has bought"},
      {"cost-of-one",
       "cost_of_one_minor",
       Kind::Count,
       {"readiness"},
       "of the programme, a person and year, in minor units: 500 is 5.00 EUR"},
      {"set-up", "set_up_minor", Kind::Count, {"readiness"}, "once, in minor units"},
      {"lift", "lift", Kind::Number, {"readiness"}, "of margin that is expected: 0.05 is a twentieth more"},
      {"lift-source", "lift_source", Kind::Text, {"readiness"}, "where that is known from"},
      {"years", "horizon_years", Kind::Count, {"readiness"}, "within which it has to pay back; default 5"},
      {"beyond",
       "beyond_goods",
       Kind::Names,
       {"readiness"},
       "what is offered beyond goods and discount codes, with commas"},
      {"reachable", "reachable", Kind::Text, {"readiness"}, "who can be reached; default by an email or phone trait"},
      {"consent", "consent", Kind::Text, {"readiness"}, "who agreed to be written to; default not asked"},
      {"due-days", "due_days", Kind::Count, {"rhythm"}, "who is expected within so many days is due; default 30"},
  };
  return all;
}

}  // namespace

boost::json::array names_of(std::string_view list) {
  boost::json::array names;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (const std::string_view name = trimmed(list.substr(0, end)); !name.empty()) names.emplace_back(name);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

bool ValueFlag::belongs_to(std::string_view report) const {
  return std::find(reports.begin(), reports.end(), report) != reports.end();
}

std::vector<std::string_view> value_reports() {
  std::vector<std::string_view> names;
  for (const Report& report : kReports) names.push_back(report.name);
  return names;
}

bool has_bucket(std::string_view report) {
  return std::any_of(kReports.begin(), kReports.end(),
                     [&](const Report& each) { return each.name == report && each.bucket; });
}

bool is_counted_by(std::string_view report) {
  return std::any_of(kReports.begin(), kReports.end(),
                     [&](const Report& each) { return each.name == report && each.counted_by; });
}

void add_value_options(CLI::App& command, ValueOptions& options) {
  for (const Flag& flag : flags()) {
    std::string of;
    for (const std::string_view report : flag.reports) of += (of.empty() ? "" : ", ") + std::string(report);
    const std::string name = std::string("--") + flag.flag, help = of + ": " + flag.help;
    CLI::Option* added = nullptr;
    if (flag.kind == Kind::Count)
      added = command.add_option_function<std::uint32_t>(
          name, [&options, flag](const std::uint32_t& value) { options.counts[flag.flag] = value; }, help);
    else if (flag.kind == Kind::Number)
      added = command.add_option_function<double>(
          name, [&options, flag](const double& value) { options.numbers[flag.flag] = value; }, help);
    else
      added = command.add_option_function<std::string>(
          name, [&options, flag](const std::string& value) { options.texts[flag.flag] = value; }, help);
    added->group("Money and what to expect");
  }
}

std::vector<ValueFlag> value_flags(const ValueOptions& options) {
  std::vector<ValueFlag> given;
  for (const Flag& flag : flags()) {
    boost::json::value value;
    if (const auto text = options.texts.find(flag.flag); text != options.texts.end())
      value = flag.kind == Kind::Names ? boost::json::value(names_of(text->second)) : boost::json::value(text->second);
    if (const auto count = options.counts.find(flag.flag); count != options.counts.end()) value = count->second;
    if (const auto number = options.numbers.find(flag.flag); number != options.numbers.end()) value = number->second;
    if (!value.is_null()) given.push_back({flag.flag, flag.field, std::move(value), flag.reports});
  }
  return given;
}

}  // namespace habitue::cli
