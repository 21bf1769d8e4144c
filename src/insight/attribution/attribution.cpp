#include "insight/attribution/attribution.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/attribution/channels.hpp"
#include "insight/attribution/gather.hpp"
#include "insight/attribution/markov.hpp"
#include "insight/attribution/models.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using namespace attribution;
using retention::on_side;

Journeys journeys_of(const Gathered& from, const AttributionSpec& spec, const Channels& channels) {
  Journeys journeys;
  Journeys::Content content;
  std::vector<Step> steps;
  // One channel several times on end is one state: the chain's conversions do not depend on how long it stays.
  const auto add = [&](std::uint32_t channel) {
    if (content.empty() || content.back() != channel) content.push_back(channel);
  };
  for_each_member(from, [&](const Member& member, std::size_t, std::size_t first_conversion) {
    content.clear();
    for (std::size_t number = first_conversion; number < member.conversions_end; ++number) {
      steps_of(from, from.conversions[number], spec, channels, steps);
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

// Calls `visit(channel, credit_millionths, value_minor)` for every channel of the conversion.
template <class Visit>
void credit(const std::vector<Step>& steps, std::int64_t value_minor, const Weighing& weighing, const Visit& visit) {
  thread_local std::vector<Owed> owed;
  thread_local std::vector<std::int64_t> credits, values;
  weigh(steps, weighing, owed);
  if (weighing.model == AttributionModel::Participation) {
    for (const Owed& one : owed) visit(one.channel, kWholeCredit, value_minor);
    return;
  }
  apportion(kWholeCredit, owed, credits);
  apportion(value_minor, owed, values);
  for (std::size_t place = 0; place < owed.size(); ++place) visit(owed[place].channel, credits[place], values[place]);
}

struct Prepared {
  Gathered gathered;
  std::vector<std::string> warnings;
  Channels channels;
  Journeys journeys;
  Transitions transitions{0};
  RemovalEffects effects;
};
Result<Prepared> prepare(const Customers& customers, const Question& question, const AttributionSpec& spec,
                         bool wants_chain) {
  if (auto sound = check(spec); !sound) return tl::unexpected(sound.error());
  auto read = gather(customers, question, spec);
  if (!read) return tl::unexpected(read.error());
  Prepared prepared;
  prepared.gathered = std::move(read->gathered);
  prepared.warnings = std::move(read->warnings);
  prepared.channels = rank(prepared.gathered, spec);
  if (!wants_chain) return prepared;
  prepared.journeys = journeys_of(prepared.gathered, spec, prepared.channels);
  prepared.transitions = prepared.journeys.transitions(prepared.channels.shown.size());
  prepared.effects = removal_effects(prepared.transitions);
  return prepared;
}

Result<MarkovReport> shape_markov(const Prepared& from, const Question& question, const AttributionSpec& spec) {
  const std::size_t count = from.channels.shown.size();
  auto resampled = resample(from.journeys, count, spec.resamples, spec.seed, question.cancellation);
  if (!resampled) return tl::unexpected(resampled.error());
  MarkovReport report;
  report.conversion_probability = from.effects.conversion_probability;
  report.resamples = resampled->resamples;
  report.converted = from.gathered.conversions.size();
  report.not_converted = from.transitions.leaving(from.transitions.start()) - report.converted;
  report.too_few = report.converted < spec.conversions_min;
  const std::vector<double> shares = shares_of(from.effects);
  const std::vector<std::uint64_t> weights = effect_weights(from.effects);
  std::vector<Owed> owed;
  for (std::uint32_t slot = 0; slot < count; ++slot) owed.push_back({slot, weights[slot]});
  std::vector<std::int64_t> credits;
  apportion(static_cast<std::int64_t>(report.converted) * kWholeCredit, owed, credits);
  for (std::size_t slot = 0; slot < count; ++slot) {
    RemovalEffect effect{.channel = from.channels.shown[slot],
                         .effect = from.effects.effect[slot],
                         .share = shares[slot],
                         .share_low = std::nullopt,
                         .share_high = std::nullopt,
                         .credit_millionths = credits[slot]};
    if (!resampled->of_channel.empty()) {
      effect.share_low = resampled->of_channel[slot].low;
      effect.share_high = resampled->of_channel[slot].high;
    }
    report.channels.push_back(effect);
  }
  return report;
}

template <class T, class Add>
void add_to_parts(ByAudience<T>& figures, criteria::Verdict audience, const Add& add) {
  add(figures.of(audience));
  add(figures.all);
}

ByAudience<AttributionTotal> total_of(const Gathered& from, const AttributionSpec& spec) {
  ByAudience<AttributionTotal> total;
  for_each_member(from, [&](const Member& member, std::size_t, std::size_t first) {
    add_to_parts(total, member.audience, [&](AttributionTotal& into) {
      into.people += member.conversions_end > first ? 1 : 0;
      into.open_journeys += member.open_from < member.touches_end ? 1 : 0;
      for (std::size_t number = first; number < member.conversions_end; ++number) {
        const Conversion& conversion = from.conversions[number];
        ++into.conversions;
        into.value_minor += conversion.value_minor;
        into.in_other_currency += conversion.in_other_currency ? 1 : 0;
        into.without_value += !conversion.has_value && !conversion.in_other_currency ? 1 : 0;
        const auto touches = std::span(from.touches).subspan(conversion.first, conversion.last - conversion.first);
        into.without_touch += std::none_of(touches.begin(), touches.end(),
                                           [&](const Touch& touch) { return leads(touch, conversion, spec); })
                                  ? 1
                                  : 0;
      }
    });
  });
  return total;
}

void set_shares(AttributionCredit& credit, const AttributionTotal& total) {
  if (total.conversions > 0)
    credit.share = static_cast<double>(credit.credit_millionths) /
                   (static_cast<double>(total.conversions) * static_cast<double>(kWholeCredit));
  if (total.value_minor != 0)
    credit.value_share = static_cast<double>(credit.value_minor) / static_cast<double>(total.value_minor);
}

// The identity that the answer promises: checked at each run.
bool adds_up(const AttributionReport& report) {
  for (std::size_t model = 0; model < report.models.size(); ++model) {
    if (report.models[model] == AttributionModel::Participation) continue;
    std::int64_t credits = 0, values = 0;
    for (const AttributionChannel& channel : report.channels) {
      credits += channel.models[model].credit.all.credit_millionths;
      values += channel.models[model].credit.all.value_minor;
    }
    if (credits != static_cast<std::int64_t>(report.total.all.conversions) * kWholeCredit ||
        values != report.total.all.value_minor)
      return false;
  }
  return true;
}

}  // namespace

Result<AttributionReport> ask_attribution(const Customers& customers, const Question& question,
                                          const AttributionSpec& spec) {
  AttributionReport report;
  report.models = models_of(spec);
  report.currency = customers.business().currency;
  const bool wants_chain =
      std::find(report.models.begin(), report.models.end(), AttributionModel::Markov) != report.models.end();
  auto prepared = prepare(customers, question, spec, wants_chain);
  if (!prepared) return tl::unexpected(prepared.error());
  const Gathered& from = prepared->gathered;
  const Channels& channels = prepared->channels;
  report.warnings = prepared->warnings;
  report.total = total_of(from, spec);
  for (const ShownValue& shown : channels.shown) {
    AttributionChannel channel{.channel = shown, .channels = 1, .models = {}};
    if (shown.kind == ShownValue::Kind::Other) channel.channels = channels.others;
    for (const AttributionModel model : report.models) channel.models.push_back({model, {}});
    report.channels.push_back(std::move(channel));
  }
  std::vector<Weighing> weighings;
  const std::vector<std::uint64_t> effects = effect_weights(prepared->effects);
  for (const AttributionModel model : report.models)
    weighings.push_back(weighing_of(model, spec, channels.direct, effects));

  std::vector<Step> steps;
  // By channel and model: the last person counted there.
  std::vector<std::size_t> counted(channels.shown.size() * weighings.size(), SIZE_MAX);
  std::size_t number_of_person = 0;
  for_each_member(from, [&](const Member& member, std::size_t, std::size_t first) {
    ++number_of_person;
    if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
    for (std::size_t number = first; number < member.conversions_end; ++number) {
      const Conversion& conversion = from.conversions[number];
      steps_of(from, conversion, spec, channels, steps);
      for (std::size_t model = 0; model < weighings.size(); ++model)
        credit(steps, conversion.value_minor, weighings[model],
               [&](std::uint32_t channel, std::int64_t millionths, std::int64_t value_minor) {
                 std::size_t& last = counted[channel * weighings.size() + model];
                 const bool is_new = millionths > 0 && last != number_of_person;
                 if (is_new) last = number_of_person;
                 add_to_parts(report.channels[channel].models[model].credit, member.audience,
                              [&](AttributionCredit& into) {
                                into.people += is_new ? 1 : 0;
                                into.credit_millionths += millionths;
                                into.value_minor += value_minor;
                              });
               });
    }
  });
  if (question.cancellation != nullptr && question.cancellation->cancelled())
    return fail(ErrorKind::Conflict, "the question was cancelled");
  for (AttributionChannel& channel : report.channels)
    for (AttributionOfModel& model : channel.models) {
      set_shares(model.credit.inside, report.total.inside);
      set_shares(model.credit.outside, report.total.outside);
      set_shares(model.credit.unknown, report.total.unknown);
      set_shares(model.credit.all, report.total.all);
    }
  if (!adds_up(report)) return broken_identity("the credits of channels do not add up to the conversions");
  if (wants_chain && report.total.all.conversions > 0) {
    auto markov = shape_markov(*prepared, question, spec);
    if (!markov) return tl::unexpected(markov.error());
    report.markov = *std::move(markov);
  }
  return report;
}

Result<std::vector<PersonId>> people_of_attribution(const Customers& customers, const Question& question,
                                                    const AttributionSpec& spec, const AttributionCell& cell) {
  const bool everybody = cell.channel.kind == ShownValue::Kind::Total;
  auto prepared = prepare(customers, question, spec, !everybody && cell.model == AttributionModel::Markov);
  if (!prepared) return tl::unexpected(prepared.error());
  const Gathered& from = prepared->gathered;
  const Channels& channels = prepared->channels;
  const auto shown = std::find(channels.shown.begin(), channels.shown.end(), cell.channel);
  if (!everybody && shown == channels.shown.end())
    return fail(ErrorKind::NotFound, fmt::format("the answer shows no channel \"{}\"", cell.channel.text));
  const auto slot = static_cast<std::uint32_t>(shown - channels.shown.begin());
  const Weighing weighing = weighing_of(cell.model, spec, channels.direct, effect_weights(prepared->effects));
  std::vector<PersonId> people;
  std::vector<Step> steps;
  for_each_member(from, [&](const Member& member, std::size_t, std::size_t first) {
    if (!on_side(member.audience, cell.side)) return;
    bool credited = everybody && member.conversions_end > first;
    for (std::size_t number = first; number < member.conversions_end && !credited; ++number) {
      steps_of(from, from.conversions[number], spec, channels, steps);
      credit(steps, 0, weighing, [&](std::uint32_t channel, std::int64_t millionths, std::int64_t) {
        credited = credited || (channel == slot && millionths > 0);
      });
    }
    if (credited) people.push_back(member.person);
  });
  std::sort(people.begin(), people.end());
  return people;
}

Result<std::vector<PersonId>> people_of_open_journeys(const Customers& customers, const Question& question,
                                                      const AttributionSpec& spec, AudienceSide side) {
  auto prepared = prepare(customers, question, spec, false);
  if (!prepared) return tl::unexpected(prepared.error());
  std::vector<PersonId> people;
  for (const Member& member : prepared->gathered.people)
    if (on_side(member.audience, side) && member.open_from < member.touches_end) people.push_back(member.person);
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
