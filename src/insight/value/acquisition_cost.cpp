#include "insight/value/acquisition_cost.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "insight/forecast/values_to_come.hpp"
#include "insight/retention/sums.hpp"
#include "insight/value/asked.hpp"
#include "insight/value/new_clients.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using value::Acquired;
using value::NewClient;
using value::Periods;

// What one part of the audience brings to a row.
struct Part {
  std::uint64_t clients = 0;
  std::int64_t give_aways = 0, margin = 0, to_come = 0;
  std::vector<std::int64_t> margin_by_month;
  std::optional<UtcMicros> last_since;  // Of the youngest client.

  void add(const NewClient& client) {
    ++clients;
    give_aways += client.give_aways_minor;
    margin += client.margin_minor;
    to_come += client.to_come_minor;
    margin_by_month.resize(std::max(margin_by_month.size(), client.margin_by_month.size()));
    for (std::size_t month = 0; month < client.margin_by_month.size(); ++month)
      margin_by_month[month] += client.margin_by_month[month];
    last_since = std::max(last_since.value_or(client.since), client.since);
  }

  AcquisitionFigures figures(std::int64_t marketing, bool costs_are_told, bool lifetime_is_told, const Zone& zone,
                             UtcMicros as_of) const {
    AcquisitionFigures figures;
    figures.clients = clients;
    figures.give_aways_minor = give_aways;
    figures.margin_minor = margin;
    if (clients == 0) return figures;
    const std::int64_t cost = marketing + give_aways;
    const auto of_one = [&](std::int64_t sum) {
      return static_cast<std::int64_t>(std::llround(static_cast<double>(sum) / static_cast<double>(clients)));
    };
    if (costs_are_told) figures.cost_of_one_minor = of_one(cost);
    std::int64_t so_far = 0;
    for (std::size_t month = 0; month < margin_by_month.size(); ++month) {
      if (value::months_after(zone, *last_since, static_cast<std::uint32_t>(month + 1)) > as_of) break;
      so_far += margin_by_month[month];
      figures.margin_of_one_minor.push_back(of_one(so_far));
      if (costs_are_told && !figures.payback_months && so_far >= cost)
        figures.payback_months = static_cast<std::uint32_t>(month + 1);
    }
    if (cost > 0) figures.margin_to_cost = static_cast<double>(margin) / static_cast<double>(cost);
    if (!lifetime_is_told) return figures;
    figures.lifetime_minor = margin + to_come;
    if (cost > 0) figures.lifetime_to_cost = static_cast<double>(margin + to_come) / static_cast<double>(cost);
    return figures;
  }
};

// What one row gathers: a period, a channel, both, or all.
struct Row {
  std::int64_t marketing = 0;
  ByAudience<Part> parts;

  void add(const NewClient& client) {
    parts.of(client.audience).add(client);
    parts.all.add(client);
  }
  AcquisitionCost cost(bool costs_are_told, bool lifetime_is_told, const Zone& zone, UtcMicros as_of) const {
    const auto of = [&](const Part& part) {
      return part.figures(marketing, costs_are_told, lifetime_is_told, zone, as_of);
    };
    return {marketing, {of(parts.inside), of(parts.outside), of(parts.unknown), of(parts.all)}};
  }
};

struct Rows {
  Row total;
  std::vector<Row> periods;
  struct Channel {
    Row all;
    std::vector<Row> periods;
  };
  std::map<std::string_view, Channel> channels;

  explicit Rows(const Acquired& acquired, std::size_t count) : periods(count) {
    const auto each_row = [&](std::size_t period, std::string_view name, const auto& change) {
      Channel& channel = channels[name];
      channel.periods.resize(count);
      for (Row* row : {&total, &periods[period], &channel.all, &channel.periods[period]}) change(*row);
    };
    for (const value::Marketing& one : acquired.marketing)
      each_row(one.period, one.channel, [&](Row& row) { row.marketing += one.cost_minor; });
    for (const NewClient& client : acquired.clients)
      each_row(client.period, client.channel, [&](Row& row) { row.add(client); });
  }
};

// The mean margin of earlier clients' first months, as known when each period ended.
std::vector<std::optional<std::int64_t>> earlier_margins(const Acquired& acquired, const Periods& periods) {
  std::vector<std::optional<std::int64_t>> means;
  std::size_t known = 0;
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < periods.size(); ++at) {
    for (; known < acquired.matured.size() && acquired.matured[known].at <= periods.end_of(at); ++known)
      sum += acquired.matured[known].margin_minor;
    means.push_back(
        known == 0 ? std::nullopt
                   : std::optional<std::int64_t>(std::llround(static_cast<double>(sum) / static_cast<double>(known))));
  }
  return means;
}

// Mean and standard deviation of what was seen so far (Welford 1962).
struct Spread {
  std::uint32_t count = 0;
  double mean = 0, squares = 0;
  void add(double value) {
    ++count;
    const double off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  double deviation() const { return count < 2 ? 0 : std::sqrt(squares / (count - 1)); }
};

constexpr std::uint32_t kBandAfter = 3;

void judge(AcquisitionReport& report) {
  Spread spread;
  for (AcquisitionPeriod& period : report.periods) {
    const auto cost = period.cost.figures.all.cost_of_one_minor;
    if (spread.count >= kBandAfter) {
      const double reach = 2 * spread.deviation() * std::sqrt(1 + 1.0 / spread.count);
      period.expected_low_minor = std::llround(std::max(0.0, spread.mean - reach));
      period.expected_high_minor = std::llround(spread.mean + reach);
    }
    if (!cost || !period.complete) continue;
    period.exceeds = period.allowed_minor && *cost > *period.allowed_minor;
    period.unusual =
        period.expected_low_minor && (*cost < *period.expected_low_minor || *cost > *period.expected_high_minor);
    if (period.exceeds && !report.first_alert) report.first_alert = period.from;
    spread.add(static_cast<double>(*cost));
  }
  if (spread.count < 2) return;
  report.spread = AcquisitionSpread{spread.count, std::llround(spread.mean), std::llround(spread.deviation()),
                                    spread.mean > 0 ? spread.deviation() / spread.mean : 0};
}

// What is still to come of each client, where the question asks for it.
Result<std::optional<AcquisitionLifetime>> add_lifetime(const Customers& customers, const Question& question,
                                                        const AcquisitionSpec& spec, const ForecastFit* kept,
                                                        std::vector<NewClient>& clients) {
  if (spec.lifetime_days == 0) return std::optional<AcquisitionLifetime>{};
  AcquisitionLifetime lifetime{
      .verdict = LifetimeVerdict::Told,
      .days = spec.lifetime_days,
      .sentence_en = "Clients are accounts, whose purchases to come are not foretold.",
      .sentence_fr = "Les clients sont des comptes, dont les achats à venir ne sont pas prévus."};
  ForecastSpec forecast;
  forecast.horizon_days = spec.lifetime_days;
  forecast.discount_a_year = spec.discount_a_year;
  if (std::any_of(clients.begin(), clients.end(), [](const NewClient& client) { return client.is_account; })) {
    lifetime.verdict = LifetimeVerdict::Accounts;
    return std::optional(lifetime);
  }
  const auto values = forecast::values_to_come(customers, question, forecast, kept);
  if (!values) return tl::unexpected(values.error());
  lifetime.sentence_en = values->sentence_en;
  lifetime.sentence_fr = values->sentence_fr;
  if (!values->told) lifetime.verdict = LifetimeVerdict::NotChecked;
  for (NewClient& client : clients)
    if (const auto found = values->minor.find(client.person.value); found != values->minor.end())
      client.to_come_minor = found->second;
  return std::optional(lifetime);
}

}  // namespace

Result<AcquisitionReport> ask_acquisition(const Customers& customers, const Question& question,
                                          const AcquisitionSpec& spec, const ForecastFit* kept) {
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;
  const config::AcquisitionRules& rules = customers.business().acquisition;
  auto acquired = value::read_acquired(economics, question, lens, periods, rules.payback_months);
  if (!acquired) return tl::unexpected(acquired.error());
  const auto lifetime = add_lifetime(customers, question, spec, kept, acquired->clients);
  if (!lifetime) return tl::unexpected(lifetime.error());
  const bool lifetime_is_told = *lifetime && (*lifetime)->verdict == LifetimeVerdict::Told;

  const Rows rows(*acquired, periods.size());
  const Zone& zone = customers.zone();
  // Without any cost told a client would seem to cost nothing.
  const bool costs_are_told = !acquired->marketing.empty() || rows.total.parts.all.give_aways > 0;
  const auto cost_of = [&](const Row& row) { return row.cost(costs_are_told, lifetime_is_told, zone, question.as_of); };
  AcquisitionReport report;
  report.currency = customers.business().currency;
  report.payback_months = rules.payback_months;
  report.margin_is_revenue = !acquired->margin_is_known;
  report.lifetime = *lifetime;
  std::vector<std::optional<std::int64_t>> allowed;
  if (rules.cost_max) {
    allowed.assign(periods.size(), economics.exchange().minor_of(*rules.cost_max));
  } else {
    report.allowed = AcquisitionReport::Allowed::EarlierClients;
    allowed = earlier_margins(*acquired, periods);
  }
  for (std::size_t at = 0; at < periods.size(); ++at) {
    const value::Span& span = periods.spans()[at];
    AcquisitionPeriod& period = report.periods.emplace_back();
    period.start = span.start;
    period.from = span.from;
    period.to = span.to;
    period.complete = span.complete;
    period.cost = cost_of(rows.periods[at]);
    period.allowed_minor = allowed[at];
  }
  judge(report);
  report.total = cost_of(rows.total);
  std::int64_t marketing = 0;
  std::uint64_t clients = 0;
  for (const auto& [name, channel] : rows.channels) {
    AcquisitionChannel& of = report.channels.emplace_back();
    of.channel = name;
    of.cost = cost_of(channel.all);
    for (const Row& row : channel.periods) of.periods.push_back(cost_of(row));
    marketing += of.cost.marketing_minor;
    clients += of.cost.figures.all.clients;
  }
  if (marketing != report.total.marketing_minor || clients != report.total.figures.all.clients)
    return broken_identity("the channels of acquisition do not add up");
  std::stable_sort(report.channels.begin(), report.channels.end(), [](const auto& left, const auto& right) {
    return left.cost.figures.all.clients > right.cost.figures.all.clients;
  });
  report.not_added = left_out_of(acquired->not_added);
  add_warnings(report.not_added, report.warnings);
  if (report.total.marketing_minor == 0)
    report.warnings.push_back(
        "no marketing was told of in the period: send events with an amount, a channel and a day, and name them in "
        "[marketing] of habitue.toml");
  return report;
}

Result<std::vector<PersonId>> people_of_acquisition(const Customers& customers, const Question& question,
                                                    const AcquisitionSpec& spec, const AcquisitionCell& cell) {
  const auto asked = value::AskedOfMoney::of(customers, question, spec.bucket, spec.week_start);
  if (!asked) return tl::unexpected(asked.error());
  const Lens& lens = asked->lens;
  const Economics& economics = asked->economics;
  const Periods& periods = asked->periods;
  const auto asked_period = periods.index_from(cell.period);
  if (!asked_period) return tl::unexpected(asked_period.error());
  const std::optional<std::size_t> period = *asked_period;
  const auto acquired = value::read_acquired(economics, question, lens, periods, 1);
  if (!acquired) return tl::unexpected(acquired.error());
  std::vector<PersonId> people;
  for (const NewClient& client : acquired->clients) {
    if (period && client.period != *period) continue;
    if (cell.channel && client.channel != *cell.channel) continue;
    if (retention::on_side(client.audience, cell.side)) people.push_back(client.person);
  }
  return people;
}

}  // namespace habitue::insight
