// What a contrast may ask, and which traits there are to look at.
#include <algorithm>

#include <fmt/format.h>

#include "insight/contrast/gather.hpp"

namespace habitue::insight::contrast {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kStepsMax = 32, kPropertiesMax = 15, kCutsMax = 8;
constexpr microseconds kAgeMax = std::chrono::days{36'525};

}  // namespace

Result<void> check(const ContrastSpec& spec) {
  if (spec.age < microseconds{0} || spec.age > kAgeMax) return invalid("age is from 0 to 100 years");
  if (spec.within < microseconds{0} || spec.within > kAgeMax) return invalid("within is from 0 to 100 years");
  if (spec.groups == ContrastGroups::Outcome && spec.counted_from == ContrastHorizon::Birth && spec.within <= spec.age)
    return invalid("within, counted from birth, must be longer than age: the outcome is counted after the landmark");
  if (spec.groups == ContrastGroups::People && !spec.first)
    return invalid("groups of people need `first`, a criteria expression on people");
  if (spec.at == ContrastAt::Outcome) {
    if (spec.groups != ContrastGroups::Outcome) return invalid("at the age of the outcome, groups are by outcome");
    if (spec.lead <= microseconds{0} || spec.lead > spec.age)
      return invalid("lead is above 0 and at most age: facts are read before the outcome");
    if (spec.controls && (*spec.controls < 1 || *spec.controls > kControlsMax))
      return invalid(fmt::format("controls is from 1 to {}", kControlsMax));
    if (spec.odds != ContrastOdds::Corrected) return invalid("PostHog's odds are of all people at one age");
  }
  if (spec.groups == ContrastGroups::Outcome && (spec.first || spec.second))
    return invalid("`first` and `second` are of groups by people; groups by outcome have `outcome` and `within`");
  if (spec.steps.size() > kStepsMax) return invalid(fmt::format("at most {} steps", kStepsMax));
  if (spec.properties.size() > kPropertiesMax) return invalid(fmt::format("at most {} properties", kPropertiesMax));
  if (spec.traits && spec.traits->size() > kTraitsMax) return invalid(fmt::format("at most {} traits", kTraitsMax));
  if (spec.cuts.size() > kCutsMax) return invalid(fmt::format("at most {} cuts", kCutsMax));
  for (std::size_t index = 0; index < spec.cuts.size(); ++index)
    if (spec.cuts[index] < 2 || spec.cuts[index] > UINT16_MAX ||
        (index > 0 && spec.cuts[index] <= spec.cuts[index - 1]))
      return invalid("cuts rise from 2: once is what `did` says");
  if (spec.values_max < 1 || spec.values_max > 100) return invalid("values_max is from 1 to 100");
  if (spec.limit < 1 || spec.limit > 1000) return invalid("limit is from 1 to 1,000");
  if (!(spec.false_discoveries_max > 0 && spec.false_discoveries_max <= 1))
    return invalid("false_discoveries_max is above 0 and at most 1");
  if (!(spec.alike_from > 0)) return invalid("alike_from is above 0");
  return {};
}

// Which names on identify calls are traits: those that some call known at as_of bears.
Result<std::vector<std::string>> traits_there_are(const Customers& customers, const Question& question) {
  const journey::Snapshot& snapshot = customers.snapshot();
  const auto identify = snapshot.find_kind(journey::kIdentifyKind);
  if (!identify) return std::vector<std::string>{};
  std::vector<std::string> names;
  std::vector<journey::Property> properties;
  for (std::string& name : snapshot.property_names())
    if (!name.starts_with('$')) {
      properties.push_back(*snapshot.find_property(name));
      names.push_back(std::move(name));
    }
  std::vector<std::uint8_t> wanted(snapshot.kinds().size());
  wanted[identify->value] = 1;
  std::vector<std::vector<std::uint8_t>> found(kParts, std::vector<std::uint8_t>(names.size()));
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    std::vector<std::uint8_t>& here = found[part];
    // What was seen once is not looked for again: names that are no traits are few lookups a call.
    std::vector<std::size_t> left(names.size());
    for (std::size_t index = 0; index < left.size(); ++index) left[index] = index;
    snapshot.for_each_selection(part, kParts, wanted, [&](const journey::SelectionBlock& block) {
      for (const journey::SelectionBlock::Of& of : block.people) {
        const journey::Selection calls = block.selection(of);
        for (std::size_t call = 0; call < calls.size() && calls[call].at <= question.as_of; ++call)
          std::erase_if(left, [&](std::size_t index) {
            const bool there = properties[index].cell(calls[call]).type() != journey::Value::Type::Missing;
            if (there) here[index] = 1;
            return there;
          });
      }
    });
  });
  if (!done) return tl::unexpected(done.error());
  std::vector<std::string> traits;
  for (std::size_t index = 0; index < names.size(); ++index)
    if (std::any_of(found.begin(), found.end(), [&](const auto& here) { return here[index] != 0; }))
      traits.push_back(std::move(names[index]));
  std::sort(traits.begin(), traits.end());
  return traits;
}

}  // namespace habitue::insight::contrast
