#include "insight/attribution/attribution.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "insight/attribution/credit.hpp"
#include "insight/attribution/gather.hpp"
#include "insight/attribution/markov.hpp"
#include "insight/retention/sums.hpp"
#include "knowledge/first_touch.hpp"

namespace habitue::insight {
namespace {

using namespace attribution;
using retention::on_side;

constexpr std::size_t kChannelsMax = 200;
constexpr std::uint32_t kResamplesMax = 10'000, kWeightMax = 1'000'000;
constexpr std::chrono::microseconds kLongest = std::chrono::days{36'525};
constexpr double kEffectUnits = 1099511627776.0;  // Of a removal effect of 1, as a weight.

Result<void> check_weights(std::string_view what, const AttributionWeights& weights) {
  const std::uint32_t most = std::max({weights.first, weights.middle, weights.last});
  if (most > 0 && most <= kWeightMax) return {};
  return invalid(fmt::format("the weights of {} are 0 to {}, and not all 0; these are {}, {} and {}", what, kWeightMax,
                             weights.first, weights.middle, weights.last));
}

Result<void> check(const AttributionSpec& spec) {
  if (auto sound = check_weights("position", spec.position); !sound) return sound;
  if (auto sound = check_weights("the custom model", spec.custom); !sound) return sound;
  if (spec.lookback < std::chrono::microseconds{0} || spec.lookback > kLongest)
    return invalid("attribution looks back 0 to 36,525 days");
  if (spec.half_life <= std::chrono::microseconds{0} || spec.half_life > kLongest)
    return invalid("a half-life is more than nothing and at most 36,525 days");
  if (spec.limit < 1 || spec.limit > kChannelsMax)
    return invalid(fmt::format("attribution shows 1 to {} channels, not {}", kChannelsMax, spec.limit));
  if (spec.resamples > kResamplesMax)
    return invalid(fmt::format("an interval rests on at most {} resamples, not {}", kResamplesMax, spec.resamples));
  if (std::set(spec.models.begin(), spec.models.end()).size() != spec.models.size())
    return invalid("a model of attribution is asked for twice");
  return {};
}

std::vector<AttributionModel> models_of(const AttributionSpec& spec) {
  if (!spec.models.empty()) return spec.models;
  std::vector<AttributionModel> all;
  for (std::size_t model = 0; model < kAttributionModels; ++model) all.push_back(static_cast<AttributionModel>(model));
  return all;
}

/// The channels that are shown: a slot for every name.
struct Channels {
  std::vector<ShownValue> shown;
  std::vector<std::uint32_t> slot_of;  ///< By number of name.
  std::uint32_t direct = 0;
  std::uint64_t others = 0;  ///< Names in "other".
};

template <class Visit>
void for_each_member(const Gathered& from, const Visit& visit) {
  std::size_t touches = 0, conversions = 0;
  for (const Member& member : from.people) {
    visit(member, touches, conversions);
    touches = member.touches_end;
    conversions = member.conversions_end;
  }
}

// By people with a touch that some journey of theirs holds, then by name. Direct is never in "other".
Channels rank(Gathered& from, const AttributionSpec& spec) {
  const std::uint32_t direct = from.number(knowledge::kDirect);
  std::vector<std::uint64_t> people(from.names.size());
  std::vector<std::size_t> last_of(from.names.size(), SIZE_MAX);
  for_each_member(from, [&](const Member& member, std::size_t, std::size_t first_conversion) {
    const auto count = [&](std::uint32_t channel) {
      if (last_of[channel] == member.touches_end + member.conversions_end) return;
      last_of[channel] = member.touches_end + member.conversions_end;  // It grows from person to person.
      ++people[channel];
    };
    std::size_t counted = 0;  // Windows overlap; each touch is looked at once.
    for (std::size_t number = first_conversion; number < member.conversions_end; ++number) {
      const Conversion& conversion = from.conversions[number];
      bool led = false;
      for (std::size_t place = conversion.first; place < conversion.last; ++place) {
        if (!leads(from.touches[place], conversion, spec)) continue;
        led = true;
        if (place >= counted) count(from.touches[place].channel);
      }
      if (spec.own_touch == AttributionOwnTouch::Counts) counted = conversion.last;
      if (!led) count(direct);
    }
    for (std::size_t place = member.open_from; place < member.touches_end; ++place) count(from.touches[place].channel);
  });
  std::vector<std::uint32_t> order;
  for (std::uint32_t name = 0; name < from.names.size(); ++name)
    if (people[name] > 0) order.push_back(name);
  std::sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
    return people[left] != people[right] ? people[left] > people[right] : from.names[left] < from.names[right];
  });
  Channels channels;
  channels.slot_of.assign(from.names.size(), UINT32_MAX);
  std::vector<std::uint32_t> others;
  std::size_t named = 0;
  for (const std::uint32_t name : order) {
    if (name != direct && named == spec.limit) {
      others.push_back(name);
      continue;
    }
    if (name != direct) ++named;
    channels.slot_of[name] = static_cast<std::uint32_t>(channels.shown.size());
    channels.shown.push_back({ShownValue::Kind::Value, from.names[name]});
  }
  channels.others = others.size();
  for (const std::uint32_t name : others) channels.slot_of[name] = static_cast<std::uint32_t>(channels.shown.size());
  if (!others.empty()) channels.shown.push_back({ShownValue::Kind::Other});
  channels.direct = channels.slot_of[direct];
  return channels;
}

// The touches of a conversion; direct when there is none.
void steps_of(const Gathered& from, const Conversion& conversion, const AttributionSpec& spec, const Channels& channels,
              std::vector<Step>& steps) {
  steps.clear();
  for (std::size_t place = conversion.first; place < conversion.last; ++place)
    if (const Touch& touch = from.touches[place]; leads(touch, conversion, spec))
      steps.push_back({channels.slot_of[touch.channel], conversion.at_us - touch.at_us});
  if (steps.empty()) steps.push_back({channels.direct, 0});
}

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

std::vector<std::uint64_t> effect_weights(const RemovalEffects& effects) {
  std::vector<std::uint64_t> weights;
  for (const double effect : effects.effect)
    weights.push_back(static_cast<std::uint64_t>(std::llround(effect * kEffectUnits)));
  return weights;
}

Weighing weighing_of(AttributionModel model, const AttributionSpec& spec, std::uint32_t direct,
                     const std::vector<std::uint64_t>& effects) {
  Weighing weighing;
  weighing.model = model;
  weighing.half_life_us = spec.half_life.count();
  weighing.direct = direct;
  if (model == AttributionModel::Position) weighing.weights = spec.position;
  if (model == AttributionModel::Custom) weighing.weights = spec.custom;
  if (model == AttributionModel::J) weighing.weights = {20, 20, 60};
  if (model == AttributionModel::InverseJ) weighing.weights = {60, 20, 20};
  if (model == AttributionModel::Markov) weighing.of_channel = effects;
  return weighing;
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
