#include "insight/funnel/funnel.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "insight/funnel/gather.hpp"

namespace habitue::insight {
namespace {

using namespace funnel;

std::function<std::optional<std::string>(journey::Cell)> reader_of(const Pass& pass) {
  return [&pass](journey::Cell value) { return pass.text(value); };
}

std::vector<ValueGroup> groups_of(const Pass& pass, const Gathered& gathered, const Funnel& funnel) {
  return group_by_value(pass.by_all_events() ? gathered.by_value : gathered.total, pass.counting(),
                        funnel.breakdown->by.limit, reader_of(pass));
}

/// As people wrote it, in the usual case of events alone.
std::string name_of(const FunnelStep& step) {
  constexpr std::string_view kDid = "did ";
  std::string text = step.name.empty() ? criteria::to_text(step.event) : step.name;
  if (step.name.empty() && text.starts_with(kDid) && text.find(kDid, 1) == std::string::npos)
    text.erase(0, kDid.size());
  return text;
}

std::vector<ValueGroup> trend_groups_of(const Pass& pass, const Gathered& gathered,
                                        const std::vector<ValueGroup>& groups) {
  return group_trend(groups, pass.by_all_events() ? gathered.trend_by_value : gathered.trend, pass.counting(),
                     reader_of(pass));
}

/// Figures of each bucket; sorts `records`, whose times are in `trend`.
std::vector<FunnelPoint> trend_of(const Pass& pass, std::vector<Record>& records, const Records& trend,
                                  UtcMicros as_of) {
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& left, const Record& right) { return left.bucket < right.bucket; });
  std::vector<FunnelPoint> points;
  const Counting counting = pass.counting();
  const auto& bounds = pass.bounds();
  auto first = records.begin();
  for (std::size_t bucket = 0; bucket + 1 < bounds.size(); ++bucket) {
    const auto last = std::find_if(first, records.end(), [&](const Record& one) { return one.bucket != bucket; });
    points.push_back({bounds[bucket], pass.last_moment(bounds[bucket + 1]) <= as_of,
                      count_records(std::span<const Record>(first, last), trend, counting)});
    first = last;
  }
  return points;
}

// Gives each value its trend.
void add_trends(const Pass& pass, const Gathered& gathered, const std::vector<ValueGroup>& groups, UtcMicros as_of,
                std::vector<FunnelValue>& values) {
  const Records& from = pass.by_all_events() ? gathered.trend_by_value : gathered.trend;
  std::vector<ValueGroup> of_trend = trend_groups_of(pass, gathered, groups);
  for (std::size_t index = 0; index < of_trend.size(); ++index) {
    ValueGroup& group = of_trend[index];
    if (index == values.size())
      values.push_back({group.kind, group.text, group.values, count_records({}, from, pass.counting())});
    values[index].trend = trend_of(pass, group.records, from, as_of);
  }
}

// Where the people of values are those of the total, they are in each bucket.
bool trends_add_up(const FunnelReport& report, bool by_all_events) {
  if (report.values.empty() || by_all_events) return true;
  for (std::size_t bucket = 0; bucket < report.trend.size(); ++bucket) {
    std::uint64_t entered = 0, converted = 0;
    for (const FunnelValue& value : report.values) {
      entered += value.trend[bucket].figures.all.entered;
      converted += value.trend[bucket].figures.all.converted;
    }
    const FunnelFigures& total = report.trend[bucket].figures.all;
    if (entered != total.entered || converted != total.converted) return false;
  }
  return true;
}

bool adds_up(const FunnelFigures& figures, const Counting& counting) {
  std::uint64_t ended = figures.converted;
  for (std::size_t step = 0; step < figures.steps.size(); ++step) {
    const FunnelStepFigures& one = figures.steps[step];
    ended += one.stopped + one.still_open;
    const std::uint64_t after = step + 1 < 64 ? counting.required >> (step + 1) << (step + 1) : 0;
    if ((counting.required >> step & 1) == 0 || after == 0) continue;
    const auto next = static_cast<std::size_t>(std::countr_zero(after));
    if (one.reached != one.stopped + one.still_open + figures.steps[next].reached) return false;
  }
  return ended == figures.entered;
}

bool parts_add_up(const ByAudience<FunnelFigures>& figures) {
  const auto sum = [&](auto member) {
    return figures.all.*member == figures.inside.*member + figures.outside.*member + figures.unknown.*member;
  };
  return sum(&FunnelFigures::entered) && sum(&FunnelFigures::converted) && sum(&FunnelFigures::removed);
}

}  // namespace

bool operator==(const FunnelStepFigures& left, const FunnelStepFigures& right) {
  // Shares are made of the counts.
  return left.reached == right.reached && left.stopped == right.stopped && left.still_open == right.still_open &&
         left.from_previous == right.from_previous;
}
bool operator==(const FunnelFigures& left, const FunnelFigures& right) {
  return left.steps == right.steps && left.entered == right.entered && left.converted == right.converted &&
         left.still_open == right.still_open && left.open_left_out == right.open_left_out &&
         left.removed == right.removed && left.whole == right.whole;
}

Result<FunnelReport> ask_funnel(const Customers& customers, const Question& question, const Funnel& funnel) {
  auto pass = Pass::bind(customers, question, funnel);
  if (!pass) return tl::unexpected(pass.error());
  const Counting counting = pass->counting();
  FunnelReport report;
  report.warnings = pass->warnings();
  for (const FunnelStep& step : funnel.steps) report.steps.push_back(name_of(step));
  std::optional<Gathered> gathered;
  auto counted = pass->count();
  if (!counted) return tl::unexpected(counted.error());
  if (*counted) {
    report.figures = std::move((*counted)->all);
    report.values = std::move((*counted)->values);
  } else {
    auto records = pass->run();
    if (!records) return tl::unexpected(records.error());
    gathered = *std::move(records);
    report.figures = count_records(gathered->total.records, gathered->total, counting);
  }
  if (!adds_up(report.figures.all, counting) || !parts_add_up(report.figures))
    return broken_identity("a funnel's steps do not add up");
  if (funnel.breakdown && gathered) {
    const Records& from = pass->by_all_events() ? gathered->by_value : gathered->total;
    const std::vector<ValueGroup> groups = groups_of(*pass, *gathered, funnel);
    for (const ValueGroup& group : groups)
      report.values.push_back({group.kind, group.text, group.values, count_records(group.records, from, counting)});
    if (funnel.trend) add_trends(*pass, *gathered, groups, question.as_of, report.values);
  }
  if (funnel.trend) {
    report.trend = trend_of(*pass, gathered->trend.records, gathered->trend, question.as_of);
    if (!trends_add_up(report, pass->by_all_events()))
      return broken_identity("the trends of a funnel's values do not add up");
  }
  const FunnelFigures& inside = report.figures.inside;
  const FunnelFigures& outside = report.figures.outside;
  for (std::size_t step = 0; step < funnel.steps.size(); ++step)
    report.comparison.push_back({compare_shares(inside.steps[step].of_first, outside.steps[step].of_first),
                                 compare_shares(inside.steps[step].of_previous, outside.steps[step].of_previous)});
  report.conversion = compare_shares(inside.conversion, outside.conversion);
  return report;
}

Result<std::vector<PersonId>> people_of_funnel(const Customers& customers, const Question& question,
                                               const Funnel& funnel, const FunnelCell& cell) {
  if (cell.step >= funnel.steps.size())
    return fail(ErrorKind::NotFound,
                fmt::format("the funnel has no step {}: it has {}", cell.step + 1, funnel.steps.size()));
  if (cell.value && !funnel.breakdown)
    return fail(ErrorKind::NotFound, "the funnel has no breakdown, and so no values");
  if (cell.bucket && !funnel.trend) return fail(ErrorKind::NotFound, "the funnel has no trend, and so no buckets");
  // What the number does not need is not computed again.
  Funnel asked = funnel;
  if (!cell.value) asked.breakdown.reset();
  if (!cell.bucket) asked.trend.reset();
  auto pass = Pass::bind(customers, question, asked);
  if (!pass) return tl::unexpected(pass.error());
  auto gathered = pass->run();
  if (!gathered) return tl::unexpected(gathered.error());

  const Counting counting = pass->counting();
  std::vector<PersonId> people;
  const auto list = [&](const std::vector<Record>& records, const Records& from, std::optional<std::uint32_t> bucket) {
    for (const Record& record : records)
      if ((!bucket || record.bucket == *bucket) && is_counted(record, from, counting, cell))
        people.push_back(record.person);
  };
  std::optional<std::uint32_t> bucket;
  if (cell.bucket) {
    const auto& bounds = pass->bounds();
    const auto found = std::find(bounds.begin(), bounds.end(), *cell.bucket);
    if (found == bounds.end() || found + 1 == bounds.end())
      return fail(ErrorKind::NotFound, fmt::format("no bucket of the trend begins at {}", format_moment(*cell.bucket)));
    bucket = static_cast<std::uint32_t>(found - bounds.begin());
  }
  if (cell.value) {
    auto groups = groups_of(*pass, *gathered, asked);
    if (bucket) groups = trend_groups_of(*pass, *gathered, groups);
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const ValueGroup& one) {
      return one.kind == cell.value->kind && (one.kind != FunnelValueKind::Value || one.text == cell.value->text);
    });
    // The report shows these when a trend has them, with nobody in the table.
    if (group == groups.end() && cell.value->kind != FunnelValueKind::Value && funnel.trend) return people;
    if (group == groups.end())
      return fail(ErrorKind::NotFound, fmt::format("the breakdown shows no such value: \"{}\"", cell.value->text));
    const bool by_all = pass->by_all_events();
    list(group->records,
         bucket   ? (by_all ? gathered->trend_by_value : gathered->trend)
         : by_all ? gathered->by_value
                  : gathered->total,
         bucket);
  } else {
    const Records& from = bucket ? gathered->trend : gathered->total;
    list(from.records, from, bucket);
  }
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
