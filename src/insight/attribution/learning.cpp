#include "insight/attribution/learning.hpp"

#include <numeric>
#include <thread>

#include "insight/attribution/models.hpp"
#include "insight/fold_lists.hpp"

namespace habitue::insight::attribution {
namespace {

Journeys journeys_of(const Gathered& from, const AttributionSpec& spec, const Channels& channels,
                     CancellationWatch& watch) {
  Journeys journeys;
  Journeys::Content content;
  std::vector<Step> steps;
  // One channel several times on end is one state: the chain's conversions do not depend on how long it stays.
  const auto add = [&](std::uint32_t channel) {
    if (content.empty() || content.back() != channel) content.push_back(channel);
  };
  for_each_member(from, watch, [&](const Member& member, std::size_t, std::size_t first_conversion) {
    content.clear();
    for (std::size_t number = first_conversion; number < member.conversions_end; ++number) {
      steps_of(from, from.conversions[number], spec, channels, steps);
      if (watch.stopped(steps.size())) return;
      for (const Step& step : steps) add(step.channel);
      content.push_back(Journeys::kConverted);
    }
    for (std::size_t place = member.open_from; place < member.touches_end; ++place)
      add(channels.slot_of[from.touches[place].channel]);
    if (member.open_from < member.touches_end) content.push_back(Journeys::kNotConverted);
    if (!content.empty()) journeys.add(content);
  });
  return journeys;
}

// What one channel has in a report: its share with the interval that resampling gave.
template <class OfChannel>
void set_shares(std::vector<OfChannel>& channels, const std::vector<double>& shares, const Resampled& resampled) {
  for (std::size_t slot = 0; slot < channels.size(); ++slot) {
    channels[slot].share = shares[slot];
    if (resampled.of_channel.empty()) continue;
    channels[slot].share_low = resampled.of_channel[slot].low;
    channels[slot].share_high = resampled.of_channel[slot].high;
  }
}

// As removal effects are to one another; the last millionths as `apportion` gives them.
std::vector<std::int64_t> credits_by(const std::vector<double>& learnt, const AttributionSpec& spec,
                                     std::uint64_t conversions) {
  const Weighing weighing = weighing_of(AttributionModel::Markov, spec, 0, learnt);
  std::vector<Owed> owed;
  for (std::uint32_t slot = 0; slot < learnt.size(); ++slot) owed.push_back({slot, weighing.of_channel[slot]});
  std::vector<std::int64_t> credits;
  apportion(static_cast<std::int64_t>(conversions) * kWholeCredit, owed, credits);
  return credits;
}

double worth_of(const Learnt& learnt, const Gathered& from, const AttributionSpec& spec) {
  const auto conversions = static_cast<double>(from.conversions.size());
  if (spec.shapley == ShapleyWorth::Conversions) return conversions;
  const auto counts = learnt.sets->counts(learnt.journeys.people());
  const std::uint64_t journeys = std::accumulate(counts.journeys.begin(), counts.journeys.end(), std::uint64_t{0});
  return journeys == 0 ? 0 : conversions / static_cast<double>(journeys);
}

}  // namespace

Result<Learnt> learn(const Gathered& from, const AttributionSpec& spec, const Channels& channels, Wanted wanted,
                     CancellationWatch& watch) {
  Learnt learnt;
  if (!wanted.markov && !wanted.shapley) return learnt;
  const std::size_t count = channels.shown.size();
  learnt.journeys = journeys_of(from, spec, channels, watch);
  if (watch.look()) return was_cancelled();
  if (wanted.markov) {
    learnt.transitions = transitions_of(learnt.journeys, count);
    learnt.effects = removal_effects(learnt.transitions);
  }
  if (wanted.shapley) {
    learnt.sets.emplace(learnt.journeys, count, watch);
    if (watch.look()) return was_cancelled();
    const auto counts = learnt.sets->counts(learnt.journeys.people());
    if (spec.shapley == ShapleyWorth::Conversions)
      learnt.shapley.values.value = learnt.sets->by_conversions(counts);
    else
      learnt.shapley = learnt.sets->by_rate(counts, ChannelSets::Orders::Many, spec.seed, watch);
  }
  if (watch.look()) return was_cancelled();
  return learnt;
}

namespace {

MarkovReport shape_markov(const Learnt& learnt, const Gathered& from, const Channels& channels,
                          const AttributionSpec& spec, const Resampled& resampled) {
  MarkovReport report;
  report.conversion_probability = learnt.effects.conversion_probability;
  report.resamples = resampled.resamples;
  report.converted = from.conversions.size();
  report.not_converted = learnt.transitions.leaving(learnt.transitions.start()) - report.converted;
  report.too_few = report.converted < spec.conversions_min;
  const std::vector<std::int64_t> credits = credits_by(learnt.effects.effect, spec, report.converted);
  for (std::size_t slot = 0; slot < channels.shown.size(); ++slot) {
    RemovalEffect effect;
    effect.channel = channels.shown[slot];
    effect.effect = learnt.effects.effect[slot];
    effect.credit_millionths = credits[slot];
    report.channels.push_back(effect);
  }
  set_shares(report.channels, shares_of(learnt.effects), resampled);
  return report;
}

ShapleyReport shape_shapley(const Learnt& learnt, const Gathered& from, const Channels& channels,
                            const AttributionSpec& spec, const Resampled& resampled) {
  ShapleyReport report;
  report.of = spec.shapley;
  report.worth = worth_of(learnt, from, spec);
  report.orders = learnt.shapley.orders;
  report.resamples = resampled.resamples;
  report.too_few = from.conversions.size() < spec.conversions_min;
  const SampledValues& values = learnt.shapley.values;
  for (std::size_t slot = 0; slot < channels.shown.size(); ++slot) {
    ShapleyValue value;
    value.channel = channels.shown[slot];
    value.value = values.value[slot];
    if (!values.error.empty()) value.error = values.error[slot];
    report.channels.push_back(value);
  }
  set_shares(report.channels, shares_of(values.value), resampled);
  return report;
}

SharesOf markov_shares(const Learnt& learnt, std::size_t channels) {
  return [&learnt, channels](std::span<const std::uint64_t> people, std::uint64_t) {
    const RemovalEffects effects = removal_effects(transitions_of(learnt.journeys, channels, people));
    return effects.conversion_probability > 0 ? std::optional(shares_of(effects)) : std::nullopt;
  };
}

SharesOf shapley_shares(const Learnt& learnt, const AttributionSpec& spec, const Cancellation* cancellation) {
  return [&learnt, &spec, cancellation](std::span<const std::uint64_t> people,
                                        std::uint64_t number) -> std::optional<std::vector<double>> {
    const auto counts = learnt.sets->counts(people);
    if (std::accumulate(counts.converted.begin(), counts.converted.end(), std::uint64_t{0}) == 0) return std::nullopt;
    if (spec.shapley == ShapleyWorth::Conversions) return shares_of(learnt.sets->by_conversions(counts));
    CancellationWatch watch(cancellation);
    return shares_of(
        learnt.sets->by_rate(counts, ChannelSets::Orders::Few, mixed(spec.seed + number), watch).values.value);
  };
}

}  // namespace

Result<Lessons> shape_lessons(const Learnt& learnt, const Gathered& from, const Channels& channels,
                              const Question& question, const AttributionSpec& spec, Wanted wanted) {
  Lessons lessons;
  std::vector<SharesOf> models;
  if (wanted.markov) models.push_back(markov_shares(learnt, channels.shown.size()));
  if (wanted.shapley) models.push_back(shapley_shares(learnt, spec, question.cancellation));
  if (models.empty()) return lessons;
  const Resampling asked{.resamples = spec.resamples,
                         .seed = spec.seed,
                         .threads = question.threads > 0 ? question.threads : std::thread::hardware_concurrency(),
                         .cancellation = question.cancellation,
                         .progress = question.progress};
  const auto resampled = resample(learnt.journeys, channels.shown.size(), asked, models);
  if (!resampled) return tl::unexpected(resampled.error());
  if (wanted.markov) lessons.markov = shape_markov(learnt, from, channels, spec, resampled->front());
  if (wanted.shapley) lessons.shapley = shape_shapley(learnt, from, channels, spec, resampled->back());
  return lessons;
}

}  // namespace habitue::insight::attribution
