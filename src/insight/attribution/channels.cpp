#include "insight/attribution/channels.hpp"

#include <algorithm>

#include "knowledge/first_touch.hpp"

namespace habitue::insight::attribution {

Channels rank(Gathered& from, const AttributionSpec& spec, CancellationWatch& watch) {
  const std::uint32_t direct = from.names.number(knowledge::kDirect);
  std::vector<std::uint64_t> people(from.names.size());
  std::vector<std::size_t> last_of(from.names.size(), SIZE_MAX);
  for_each_member(from, watch, [&](const Member& member, std::size_t, std::size_t first_conversion) {
    const auto count = [&](std::uint32_t channel) {
      if (last_of[channel] == member.touches_end + member.conversions_end) return;
      last_of[channel] = member.touches_end + member.conversions_end;  // It grows from person to person.
      ++people[channel];
    };
    std::size_t counted = 0;  // Windows overlap; each touch is looked at once.
    for (std::size_t number = first_conversion; number < member.conversions_end; ++number) {
      const Conversion& conversion = from.conversions[number];
      if (watch.stopped(conversion.last - conversion.first)) return;
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
    channels.shown.push_back({ShownValue::Kind::Value, std::string(from.names[name])});
  }
  channels.others = others.size();
  for (const std::uint32_t name : others) channels.slot_of[name] = static_cast<std::uint32_t>(channels.shown.size());
  if (!others.empty()) channels.shown.push_back({ShownValue::Kind::Other});
  channels.direct = channels.slot_of[direct];
  return channels;
}

void steps_of(const Gathered& from, const Conversion& conversion, const AttributionSpec& spec, const Channels& channels,
              std::vector<Step>& steps) {
  steps.clear();
  for (std::size_t place = conversion.first; place < conversion.last; ++place)
    if (const Touch& touch = from.touches[place]; leads(touch, conversion, spec))
      steps.push_back({channels.slot_of[touch.channel], conversion.at_us - touch.at_us});
  if (steps.empty()) steps.push_back({channels.direct, 0});
}

}  // namespace habitue::insight::attribution
