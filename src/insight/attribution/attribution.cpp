#include "insight/attribution/attribution.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/attribution/learning.hpp"
#include "insight/attribution/models.hpp"
#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using namespace attribution;
using retention::on_side;

constexpr std::size_t kNumbersMax = 250'000;

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
  Read read;
  Channels channels;
  Learnt learnt;

  const std::vector<double>& learnt_by(AttributionModel model) const {
    return model == AttributionModel::Markov ? learnt.effects.effect : learnt.shapley.values.value;
  }
};
Result<Prepared> prepare(const Customers& customers, const Question& question, const AttributionSpec& spec,
                         Wanted wanted) {
  if (auto sound = check(spec); !sound) return tl::unexpected(sound.error());
  auto read = gather(customers, question, spec);
  if (!read) return tl::unexpected(read.error());
  CancellationWatch watch(question.cancellation);
  Prepared prepared{*std::move(read), {}, {}};
  prepared.channels = rank(prepared.read.gathered, spec, watch);
  if (watch.look()) return was_cancelled();
  auto learnt = learn(prepared.read.gathered, spec, prepared.channels, wanted, watch);
  if (!learnt) return tl::unexpected(learnt.error());
  prepared.learnt = *std::move(learnt);
  return prepared;
}

template <class T, class Add>
void add_to_parts(ByAudience<T>& figures, criteria::Verdict audience, const Add& add) {
  add(figures.of(audience));
  add(figures.all);
}

/// Figures of the total, slot 0, and of each value.
struct OfSlot {
  ByAudience<AttributionTotal> total;
  std::vector<AttributionChannel> channels;
};

class Figures {
 public:
  Figures(const Prepared& from, const AttributionSpec& spec, const std::vector<AttributionModel>& models)
      : from_(from), spec_(spec), models_(models), slots(from.read.values.slots()) {
    for (const AttributionModel model : models)
      weighings_.push_back(weighing_of(model, spec, from.channels.direct, from.learnt_by(model)));
    for (OfSlot& slot : slots)
      for (const ShownValue& shown : from.channels.shown) {
        AttributionChannel channel{.channel = shown, .channels = 1, .models = {}};
        if (shown.kind == ShownValue::Kind::Other) channel.channels = from.channels.others;
        for (const AttributionModel model : models) channel.models.push_back({model, {}});
        slot.channels.push_back(std::move(channel));
      }
    converted_.assign(slots.size(), 0);
    credited_.assign(slots.size() * from.channels.shown.size() * models.size(), 0);
  }

  /// Cut short when the watch stops.
  void count(CancellationWatch& watch) {
    const Gathered& gathered = from_.read.gathered;
    for_each_member(gathered, watch, [&](const Member& member, std::size_t, std::size_t first) {
      ++person_;
      if (member.open_from < member.touches_end)
        add_to_parts(slots[0].total, member.audience, [](AttributionTotal& into) { ++into.open_journeys; });
      for (std::size_t number = first; number < member.conversions_end; ++number) {
        const Conversion& conversion = gathered.conversions[number];
        if (watch.stopped(1 + conversion.last - conversion.first)) return;
        add(member, conversion, 0);
        if (slots.size() > 1) add(member, conversion, conversion.slot);
      }
    });
    for (OfSlot& slot : slots)
      for (AttributionChannel& channel : slot.channels)
        for (AttributionOfModel& model : channel.models) {
          set_shares(model.credit.inside, slot.total.inside);
          set_shares(model.credit.outside, slot.total.outside);
          set_shares(model.credit.unknown, slot.total.unknown);
          set_shares(model.credit.all, slot.total.all);
        }
  }

  /// The identities that the answer promises.
  bool add_up() const {
    for (std::size_t slot = 0; slot < slots.size(); ++slot)
      if (!adds_up(slots[slot])) return false;
    if (slots.size() == 1) return true;
    AttributionTotal sum;
    for (std::size_t slot = 1; slot < slots.size(); ++slot) {
      sum.conversions += slots[slot].total.all.conversions;
      sum.value_minor += slots[slot].total.all.value_minor;
    }
    return sum.conversions == slots[0].total.all.conversions && sum.value_minor == slots[0].total.all.value_minor;
  }

 private:
  void add(const Member& member, const Conversion& conversion, std::size_t slot) {
    OfSlot& into_slot = slots[slot];
    steps_of(from_.read.gathered, conversion, spec_, from_.channels, steps_);
    const bool is_first = converted_[slot] != person_;
    converted_[slot] = person_;
    const bool touched = has_touch(conversion);
    add_to_parts(into_slot.total, member.audience, [&](AttributionTotal& into) {
      into.people += is_first ? 1 : 0;
      ++into.conversions;
      into.value_minor += conversion.value_minor;
      into.in_other_currency += conversion.in_other_currency ? 1 : 0;
      into.without_value += !conversion.has_value && !conversion.in_other_currency ? 1 : 0;
      into.without_touch += touched ? 0 : 1;
    });
    for (std::size_t model = 0; model < weighings_.size(); ++model)
      credit(steps_, conversion.value_minor, weighings_[model],
             [&](std::uint32_t channel, std::int64_t millionths, std::int64_t value_minor) {
               const std::size_t place = (slot * from_.channels.shown.size() + channel) * weighings_.size() + model;
               const bool is_new = millionths > 0 && credited_[place] != person_;
               if (is_new) credited_[place] = person_;
               add_to_parts(into_slot.channels[channel].models[model].credit, member.audience,
                            [&](AttributionCredit& into) {
                              into.people += is_new ? 1 : 0;
                              into.credit_millionths += millionths;
                              into.value_minor += value_minor;
                            });
             });
  }

  bool has_touch(const Conversion& conversion) const {
    const auto touches =
        std::span(from_.read.gathered.touches).subspan(conversion.first, conversion.last - conversion.first);
    return std::any_of(touches.begin(), touches.end(),
                       [&](const Touch& touch) { return leads(touch, conversion, spec_); });
  }

  static void set_shares(AttributionCredit& credit, const AttributionTotal& total) {
    if (total.conversions > 0)
      credit.share = static_cast<double>(credit.credit_millionths) /
                     (static_cast<double>(total.conversions) * static_cast<double>(kWholeCredit));
    if (total.value_minor != 0)
      credit.value_share = static_cast<double>(credit.value_minor) / static_cast<double>(total.value_minor);
  }

  bool adds_up(const OfSlot& slot) const {
    for (std::size_t model = 0; model < models_.size(); ++model) {
      if (models_[model] == AttributionModel::Participation) continue;
      std::int64_t credits = 0, values = 0;
      for (const AttributionChannel& channel : slot.channels) {
        credits += channel.models[model].credit.all.credit_millionths;
        values += channel.models[model].credit.all.value_minor;
      }
      if (credits != static_cast<std::int64_t>(slot.total.all.conversions) * kWholeCredit ||
          values != slot.total.all.value_minor)
        return false;
    }
    return true;
  }

  const Prepared& from_;
  const AttributionSpec& spec_;
  const std::vector<AttributionModel>& models_;
  std::vector<Weighing> weighings_;
  std::vector<Step> steps_;
  // Numbers of people from 1, the last that was counted: by slot; by slot, channel and model.
  std::size_t person_ = 0;
  std::vector<std::size_t> converted_, credited_;

 public:
  std::vector<OfSlot> slots;
};

bool has(const std::vector<AttributionModel>& models, AttributionModel model) {
  return std::find(models.begin(), models.end(), model) != models.end();
}

// Room is found, or not asked for.
Result<void> check_size(const Prepared& prepared, std::size_t models) {
  const std::size_t values = prepared.read.values.slots(), channels = prepared.channels.shown.size();
  if (values * channels * models <= kNumbersMax) return {};
  return invalid(fmt::format("{} values of {} channels by {} models are more than {} numbers: ask for fewer",
                             values - 1, channels, models, kNumbersMax));
}

}  // namespace

Result<AttributionReport> ask_attribution(const Customers& customers, const Question& question,
                                          const AttributionSpec& spec) {
  AttributionReport report;
  report.models = models_of(spec);
  report.currency = customers.business().currency;
  const Wanted wanted{.markov = has(report.models, AttributionModel::Markov),
                      .shapley = has(report.models, AttributionModel::Shapley)};
  auto prepared = prepare(customers, question, spec, wanted);
  if (!prepared) return tl::unexpected(prepared.error());
  if (auto sound = check_size(*prepared, report.models.size()); !sound) return tl::unexpected(sound.error());
  report.warnings = prepared->read.warnings;
  CancellationWatch watch(question.cancellation);
  Figures figures(*prepared, spec, report.models);
  figures.count(watch);
  if (watch.look()) return was_cancelled();
  if (!figures.add_up()) return broken_identity("the credits of channels do not add up to the conversions");
  report.total = figures.slots[0].total;
  report.channels = std::move(figures.slots[0].channels);
  for (std::size_t slot = 1; slot < figures.slots.size(); ++slot)
    report.values.push_back(
        {prepared->read.values.shown(slot), figures.slots[slot].total, std::move(figures.slots[slot].channels)});
  if (report.total.all.conversions == 0) return report;
  auto lessons = shape_lessons(prepared->learnt, prepared->read.gathered, prepared->channels, question, spec, wanted);
  if (!lessons) return tl::unexpected(lessons.error());
  report.markov = std::move(lessons->markov);
  report.shapley = std::move(lessons->shapley);
  return report;
}

Result<std::vector<PersonId>> people_of_attribution(const Customers& customers, const Question& question,
                                                    const AttributionSpec& spec, const AttributionCell& cell) {
  const bool everybody = cell.channel.kind == ShownValue::Kind::Total;
  const Wanted wanted{.markov = !everybody && cell.model == AttributionModel::Markov,
                      .shapley = !everybody && cell.model == AttributionModel::Shapley};
  auto prepared = prepare(customers, question, spec, wanted);
  if (!prepared) return tl::unexpected(prepared.error());
  const Gathered& from = prepared->read.gathered;
  const Channels& channels = prepared->channels;
  const auto shown = std::find(channels.shown.begin(), channels.shown.end(), cell.channel);
  if (!everybody && shown == channels.shown.end())
    return fail(ErrorKind::NotFound, fmt::format("the answer shows no channel \"{}\"", cell.channel.text));
  const auto value = prepared->read.values.slot(cell.value);
  if (!value) return tl::unexpected(value.error());
  const auto slot = static_cast<std::uint32_t>(shown - channels.shown.begin());
  const Weighing weighing = weighing_of(cell.model, spec, channels.direct, prepared->learnt_by(cell.model));
  std::vector<PersonId> people;
  std::vector<Step> steps;
  CancellationWatch watch(question.cancellation);
  for_each_member(from, watch, [&](const Member& member, std::size_t, std::size_t first) {
    if (!on_side(member.audience, cell.side)) return;
    bool credited = false;
    for (std::size_t number = first; number < member.conversions_end && !credited; ++number) {
      const Conversion& conversion = from.conversions[number];
      if (watch.stopped(1 + conversion.last - conversion.first)) return;
      if (*value != 0 && conversion.slot != *value) continue;
      credited = everybody;
      if (everybody) break;
      steps_of(from, conversion, spec, channels, steps);
      credit(steps, 0, weighing, [&](std::uint32_t channel, std::int64_t millionths, std::int64_t) {
        credited = credited || (channel == slot && millionths > 0);
      });
    }
    if (credited) people.push_back(member.person);
  });
  if (watch.look()) return was_cancelled();
  std::sort(people.begin(), people.end());
  return people;
}

Result<std::vector<PersonId>> people_of_open_journeys(const Customers& customers, const Question& question,
                                                      const AttributionSpec& spec, AudienceSide side) {
  auto prepared = prepare(customers, question, spec, {});
  if (!prepared) return tl::unexpected(prepared.error());
  std::vector<PersonId> people;
  for (const Member& member : prepared->read.gathered.people)
    if (on_side(member.audience, side) && member.open_from < member.touches_end) people.push_back(member.person);
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
