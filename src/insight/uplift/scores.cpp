#include "insight/uplift/scores.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"
#include "insight/propensity/features.hpp"
#include "insight/propensity/frame.hpp"
#include "insight/propensity/words.hpp"
#include "models/uplift/learners.hpp"

namespace habitue::insight::uplift {
namespace {

constexpr double kRareShare = 0.005;  // A column that is one number for all but so many tells of nobody.
constexpr std::size_t kFacts = 4;
constexpr double kApart = 0.2;  // Standard deviations between a third and the rest, to be told.

// The columns that tell people apart, without gaps: a missing number is the mean, and that it is missing a column of its own.
struct Design {
  std::vector<double> values;
  std::size_t columns = 0;
};

Design design_of(std::span<const double> rows, std::size_t columns, std::size_t people) {
  std::vector<std::vector<double>> kept;
  const auto keep = [&](std::vector<double> column) {
    std::map<double, std::size_t> counts;
    std::size_t most = 0;
    for (const double value : column) most = std::max(most, ++counts[value]);
    if (static_cast<double>(people - most) < kRareShare * static_cast<double>(people)) return;
    // What repeats another column adds nothing.
    if (std::find(kept.begin(), kept.end(), column) == kept.end()) kept.push_back(std::move(column));
  };
  for (std::size_t column = 0; column < columns; ++column) {
    std::vector<double> values, missing;
    double sum = 0, seen = 0;
    for (std::size_t row = 0; row < people; ++row) {
      values.push_back(rows[row * columns + column]);
      missing.push_back(std::isnan(values.back()) ? 1 : 0);
      if (std::isnan(values.back())) continue;
      sum += values.back();
      ++seen;
    }
    if (seen == 0) continue;
    for (double& value : values)
      if (std::isnan(value)) value = sum / seen;
    keep(std::move(values));
    keep(std::move(missing));
  }
  Design design;
  design.columns = kept.size();
  design.values.reserve(kept.size() * people);
  for (std::size_t row = 0; row < people; ++row)
    for (const auto& column : kept) design.values.push_back(column[row]);
  return design;
}

models::UpliftLearner learner_of(const UpliftSpec& spec) {
  switch (spec.learner) {
    case insight::UpliftLearner::TransformedOutcome:
      return [](const models::Experiment& experiment) { return models::learn_transformed_outcome(experiment); };
    case insight::UpliftLearner::HonestTrees:
      return [seed = spec.seed](const models::Experiment& experiment) {
        models::TreeOptions options;
        options.seed = seed;
        return models::learn_honest_trees(experiment, options);
      };
    case insight::UpliftLearner::TwoModels: break;
  }
  return [](const models::Experiment& experiment) { return models::learn_two_models(experiment); };
}

std::string plain(double value, bool french) {
  std::string text = std::abs(value) >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
  if (french) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

struct Apart {
  double by = 0;
  UpliftFact fact;
};
// How the people of `inside` (1 or 0 a row) differ from the rest in one column; nothing where there is too little to compare.
std::optional<Apart> apart(const Scored& scored, std::size_t column, std::span<const std::uint8_t> inside) {
  const std::size_t columns = scored.columns.size();
  double sums[2] = {}, squares[2] = {}, seen[2] = {}, raw[2] = {};
  for (std::size_t row = 0; row < inside.size(); ++row) {
    const double value = scored.rows[row * columns + column];
    if (std::isnan(value)) continue;
    sums[inside[row]] += value;
    squares[inside[row]] += value * value;
    raw[inside[row]] += propensity::unsqueezed(value);
    ++seen[inside[row]];
  }
  if (seen[0] < 30 || seen[1] < 30) return std::nullopt;
  const double first = sums[1] / seen[1], rest = sums[0] / seen[0];
  const double spread =
      std::sqrt(std::max(0.0, (squares[0] / seen[0] - rest * rest + squares[1] / seen[1] - first * first) / 2));
  if (!(spread > 1e-9)) return std::nullopt;
  Apart found;
  found.by = (first - rest) / spread;
  const PropensityColumn& of = scored.columns[column];
  const double mine = raw[1] / seen[1], others = raw[0] / seen[0];
  const auto text = [&](bool french) {
    std::string name = propensity::topic_text(propensity::topic_of(of), french);
    if (!of.value.empty())
      return fmt::format(fmt::runtime(french ? "{} {} : {:.0f} % contre {:.0f} % du reste"
                                             : "{} {}: {:.0f} % against {:.0f} % of the rest"),
                         name, of.value, mine * 100, others * 100);
    if (of.days > 0) name += french ? fmt::format(" ({} jours)", of.days) : fmt::format(" ({} days)", of.days);
    return fmt::format(fmt::runtime(french ? "{} : {} contre {} du reste" : "{}: {} against {} of the rest"), name,
                       plain(mine, french), plain(others, french));
  };
  found.fact = {text(false), text(true)};
  return found;
}

std::vector<UpliftFact> facts_of(const Scored& scored, std::span<const std::uint8_t> inside) {
  std::map<propensity::Topic, Apart> by_topic;
  for (std::size_t column = 0; column < scored.columns.size(); ++column) {
    auto found = apart(scored, column, inside);
    if (!found || std::abs(found->by) < kApart) continue;
    Apart& of = by_topic[propensity::topic_of(scored.columns[column])];
    if (std::abs(found->by) > std::abs(of.by)) of = *std::move(found);
  }
  std::vector<Apart> ranked;
  for (auto& [topic, of] : by_topic) ranked.push_back(std::move(of));
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Apart& left, const Apart& right) { return std::abs(left.by) > std::abs(right.by); });
  std::vector<UpliftFact> facts;
  for (std::size_t at = 0; at < std::min(kFacts, ranked.size()); ++at) facts.push_back(std::move(ranked[at].fact));
  return facts;
}

double incremental_at(std::span<const models::QiniPoint> curve, double share) {
  for (std::size_t at = 1; at < curve.size(); ++at) {
    if (curve[at].share < share) continue;
    const double width = curve[at].share - curve[at - 1].share;
    const double part = width > 0 ? (share - curve[at - 1].share) / width : 1;
    return curve[at - 1].incremental + part * (curve[at].incremental - curve[at - 1].incremental);
  }
  return curve.empty() ? 0 : curve.back().incremental;
}

}  // namespace

Result<Scored> score(const knowledge::Economics& economics, const Question& question, const UpliftSpec& spec,
                     std::span<const Subject> subjects) {
  const Customers& customers = economics.customers();
  Scored scored;
  Question everybody = question;
  everybody.filter.reset();
  everybody.period = {};
  const auto lens = Lens::of(customers, everybody);
  if (!lens) return tl::unexpected(lens.error());
  std::vector<std::string> warnings;
  auto columns = propensity::choose_columns(economics, everybody, *lens, spec.leave_out, warnings);
  if (!columns) return tl::unexpected(columns.error());
  scored.columns = *std::move(columns);
  const auto reader = propensity::FeatureReader::bind(economics, scored.columns);
  scored.rows.resize(subjects.size() * scored.columns.size());
  auto read = forecast::for_rows(question, subjects.size(), [&](std::size_t at) -> Result<void> {
    if (const auto journey = customers.snapshot().find(subjects[at].person))
      reader.read(*journey, just_before(subjects[at].at),
                  std::span(scored.rows).subspan(at * scored.columns.size(), scored.columns.size()));
    return {};
  });
  if (!read) return tl::unexpected(read.error());

  Design design = design_of(scored.rows, scored.columns.size(), subjects.size());
  if (design.columns == 0) {
    // Nothing tells them apart: a constant, by which nobody is moved more.
    design.columns = 1;
    design.values.assign(subjects.size(), 0.0);
  }
  std::vector<double> outcome;
  std::vector<std::uint8_t> treated;
  for (const Subject& subject : subjects) {
    outcome.push_back(subject.outcome);
    treated.push_back(subject.treated ? 1 : 0);
  }
  const auto learn = learner_of(spec);
  const models::UpliftLearner stoppable = [&](const models::Experiment& experiment) -> Result<models::UpliftScore> {
    if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
    return learn(experiment);
  };
  auto judged = models::judge_learner({{design.values, design.columns}, outcome, treated}, stoppable,
                                      {.folds = 5, .deals = 3, .replicates = 200, .seed = spec.seed});
  if (!judged) return tl::unexpected(judged.error());
  scored.judged = *std::move(judged);
  return scored;
}

Result<void> tell(UpliftReport& report, const Scored& scored, std::span<const Subject> subjects) {
  const models::UpliftReport& judged = scored.judged.report;
  report.qini = UpliftBootstrap{judged.qini.value, judged.qini.low, judged.qini.high};
  report.auuc = UpliftBootstrap{judged.auuc.value, judged.auuc.low, judged.auuc.high};
  for (const models::QiniPoint& point : judged.curve) report.curve.push_back({point.share, point.incremental});
  for (const models::UpliftGroup& group : judged.groups) {
    UpliftTenth tenth{group.lowest, group.highest, {}};
    for (std::size_t at = 0; at < subjects.size(); ++at) {
      if (scored.judged.score[at] < group.lowest || scored.judged.score[at] > group.highest) continue;
      UpliftArm& arm = subjects[at].treated ? tenth.effect.treated : tenth.effect.control;
      ++arm.people;
      arm.came += subjects[at].outcome != 0 ? 1 : 0;
      arm.mean += subjects[at].outcome;
    }
    for (UpliftArm* arm : {&tenth.effect.treated, &tenth.effect.control})
      if (arm->people > 0) arm->mean /= static_cast<double>(arm->people);
    if (group.effect) {
      tenth.effect.difference = group.effect->value;
      tenth.effect.low = group.effect->low;
      tenth.effect.high = group.effect->high;
      const double error = (group.effect->high - group.effect->low) / (2 * 1.959963984540054);
      tenth.effect.p_value = error > 0 ? std::erfc(std::abs(group.effect->value) / error / std::sqrt(2.0)) : 1.0;
    }
    report.tenths.push_back(tenth);
  }
  switch (judged.targeting) {
    case models::Targeting::ByScore: report.verdict = UpliftVerdict::ByScore; break;
    case models::Targeting::Everybody: report.verdict = UpliftVerdict::Everybody; break;
    case models::Targeting::Nobody: report.verdict = UpliftVerdict::Nobody; break;
  }
  if (report.verdict != UpliftVerdict::ByScore) return {};
  report.share_to_target = judged.share_to_target;
  const double whole = judged.curve.empty() ? 0 : judged.curve.back().incremental;
  for (int tenth = 1; tenth <= 10; ++tenth) {
    const double share = tenth / 10.0;
    report.gains.push_back({share, incremental_at(judged.curve, share) * 1000, whole * share * 1000});
  }
  std::vector<std::size_t> order(subjects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return scored.judged.score[left] > scored.judged.score[right];
  });
  const std::size_t third = order.size() / 3;
  std::vector<std::uint8_t> first(order.size()), last(order.size());
  for (std::size_t place = 0; place < third; ++place) {
    first[order[place]] = 1;
    last[order[order.size() - 1 - place]] = 1;
  }
  report.most_moved = facts_of(scored, first);
  report.least_moved = facts_of(scored, last);
  return {};
}

}  // namespace habitue::insight::uplift
