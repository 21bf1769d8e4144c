#include "models/uplift/targeting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/folds.hpp"

namespace habitue::models {
namespace {

// People by score, highest first; `last` marks the end of each run of equal scores.
struct Ranked {
  std::vector<double> outcome;
  std::vector<std::uint8_t> treated, last;
  std::vector<std::size_t> row;
};
Ranked ranked(const Experiment& experiment, std::span<const double> score) {
  Ranked people;
  people.row.resize(score.size());
  std::iota(people.row.begin(), people.row.end(), std::size_t{0});
  std::stable_sort(people.row.begin(), people.row.end(),
                   [&](std::size_t left, std::size_t right) { return score[left] > score[right]; });
  for (std::size_t place = 0; place < score.size(); ++place) {
    const std::size_t row = people.row[place];
    people.outcome.push_back(experiment.outcome[row]);
    people.treated.push_back(experiment.treated[row]);
    people.last.push_back(place + 1 == score.size() || score[people.row[place + 1]] != score[row]);
  }
  return people;
}

struct Areas {
  double auuc = 0, qini = 0;
};
// `weight(place)` people stand at each place; `at_point(share, incremental)` sees the end of each run, both over all people.
template <class Weight, class AtPoint>
Areas walk(const Ranked& people, Weight&& weight, AtPoint&& at_point) {
  double count[2] = {0, 0}, sum[2] = {0, 0}, area = 0, before_people = 0, before = 0;
  for (std::size_t place = 0; place < people.outcome.size(); ++place) {
    const double copies = weight(place);
    const std::uint8_t arm = people.treated[place];
    count[arm] += copies;
    sum[arm] += copies * people.outcome[place];
    if (people.last[place] == 0) continue;
    const double reached = count[0] + count[1];
    const double incremental = sum[1] - (count[0] > 0 ? sum[0] * count[1] / count[0] : 0);
    area += (reached - before_people) * (incremental + before) / 2;
    at_point(reached, incremental);
    before_people = reached;
    before = incremental;
  }
  if (before_people == 0) return {};
  const double auuc = area / (before_people * before_people);
  return {auuc, auuc - before / before_people / 2};
}

// How many times somebody is drawn in a resample: Poisson with mean 1, as resampling of many is. 32 bits decide.
double copies(std::uint32_t bits) {
  static constexpr std::array<double, 9> kUpTo{0.36787944117144233, 0.73575888234288467, 0.91969860292860584,
                                               0.98101184312384626, 0.99634015317265634, 0.99940581518241833,
                                               0.99991675885071198, 0.99998975080332540, 0.99999887479740206};
  const double unit = (bits + 0.5) * 0x1p-32;
  double drawn = 0;
  for (const double limit : kUpTo) {
    if (unit < limit) break;
    ++drawn;
  }
  return drawn;
}

// Areas are near normal long before their percentiles can be told from a few hundred resamples.
Bootstrapped summarised(double value, const std::vector<double>& resampled) {
  const double times = static_cast<double>(resampled.size());
  const double mean = std::accumulate(resampled.begin(), resampled.end(), 0.0) / times;
  double squares = 0;
  for (const double one : resampled) squares += (one - mean) * (one - mean);
  const double error = std::sqrt(squares / (times - 1)), half = 1.959963984540054 * error;
  return {value, error, value - half, value + half};
}

std::vector<UpliftGroup> grouped(const Ranked& people, std::span<const double> score) {
  std::vector<UpliftGroup> groups;
  const std::size_t all = people.row.size();
  std::vector<double> outcome, column;
  std::vector<std::uint8_t> treated;
  for (std::size_t tenth = 0, first = 0; tenth < 10 && first < all; ++tenth) {
    std::size_t end = std::max(first, (tenth + 1) * all / 10);
    while (end > first && end < all && people.last[end - 1] == 0) ++end;
    if (end == first) continue;
    const auto from = static_cast<std::ptrdiff_t>(first), to = static_cast<std::ptrdiff_t>(end);
    outcome.assign(people.outcome.begin() + from, people.outcome.begin() + to);
    treated.assign(people.treated.begin() + from, people.treated.begin() + to);
    column.assign(end - first, 0.0);
    UpliftGroup group{score[people.row[end - 1]], score[people.row[first]], std::nullopt};
    if (const auto effect = average_effect(Experiment{{column, 1}, outcome, treated})) group.effect = *effect;
    groups.push_back(group);
    first = end;
  }
  return groups;
}

// Adds the variance over the deals to that over the people.
void widen(Bootstrapped& area, const std::vector<Areas>& by_deal, double Areas::*which) {
  const double deals = static_cast<double>(by_deal.size());
  double mean = 0, squares = 0;
  for (const Areas& one : by_deal) mean += one.*which / deals;
  for (const Areas& one : by_deal) squares += (one.*which - mean) * (one.*which - mean) / (deals - 1);
  const double error = std::sqrt(area.standard_error * area.standard_error + squares), half = 1.959963984540054 * error;
  area = {area.value, error, area.value - half, area.value + half};
}

void decide(UpliftReport& report) {
  if (report.qini.low > 0) {
    report.targeting = Targeting::ByScore;
    return;
  }
  report.share_to_target.reset();
  report.targeting = report.average.low > 0 ? Targeting::Everybody : Targeting::Nobody;
}

}  // namespace

Result<UpliftReport> judge_uplift(const Experiment& experiment, std::span<const double> score, std::uint32_t replicates,
                                  std::uint64_t seed) {
  const auto average = average_effect(experiment);
  if (!average) return tl::unexpected(average.error());
  if (score.size() != experiment.size() ||
      !std::all_of(score.begin(), score.end(), [](double value) { return std::isfinite(value); }))
    return invalid("each person has one finite score");
  if (replicates < 100 || replicates > 10'000) return invalid("100 to 10,000 resamples can be drawn");

  UpliftReport report;
  report.average = *average;
  const Ranked people = ranked(experiment, score);
  const double all = static_cast<double>(experiment.size());
  report.curve.push_back({0, 0});
  double highest = 0, best_share = 0;
  const Areas plain = walk(
      people, [](std::size_t) { return 1.0; },
      [&](double reached, double incremental) {
        const QiniPoint point{reached / all, incremental / all};
        if (point.incremental > highest) {
          highest = point.incremental;
          best_share = point.share;
        }
        if (point.share - report.curve.back().share >= 1.0 / 200 || reached == all) report.curve.push_back(point);
      });

  std::vector<double> qini, auuc;
  for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
    const std::uint64_t stream = bits_at(seed, replicate);
    const Areas areas = walk(
        people,
        [&](std::size_t place) { return copies(static_cast<std::uint32_t>(bits_at(stream, people.row[place]) >> 32)); },
        [](double, double) {});
    qini.push_back(areas.qini);
    auuc.push_back(areas.auuc);
  }
  report.qini = summarised(plain.qini, qini);
  report.auuc = summarised(plain.auuc, auuc);
  report.groups = grouped(people, score);
  report.share_to_target = best_share;
  decide(report);
  return report;
}

Result<JudgedLearner> judge_learner(const Experiment& experiment, const UpliftLearner& learner,
                                    const LearnerJudging& how) {
  if (how.deals < 2 || how.deals > 100) return invalid("2 to 100 deals can be made");
  JudgedLearner judged;
  judged.score.assign(experiment.size(), 0.0);
  std::vector<Areas> by_deal;
  for (std::uint32_t deal = 0; deal < how.deals; ++deal) {
    const auto scores = cross_fitted_uplift(experiment, learner, how.folds, bits_at(how.seed, deal));
    if (!scores) return tl::unexpected(scores.error());
    by_deal.push_back(walk(
        ranked(experiment, *scores), [](std::size_t) { return 1.0; }, [](double, double) {}));
    for (std::size_t row = 0; row < scores->size(); ++row) judged.score[row] += (*scores)[row] / how.deals;
  }
  auto report = judge_uplift(experiment, judged.score, how.replicates, how.seed);
  if (!report) return tl::unexpected(report.error());
  widen(report->qini, by_deal, &Areas::qini);
  widen(report->auuc, by_deal, &Areas::auuc);
  decide(*report);
  judged.report = std::move(*report);
  return judged;
}

}  // namespace habitue::models
