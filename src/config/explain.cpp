#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/keys.hpp"

namespace habitue::config {
namespace {

// The order of the steps and the name of the version that stand when a list is not written.
std::string list_default(std::string_view name) {
  const Business business;
  if (name == kSides.name) return "one side, `customers`, of everyone";
  if (name == kHypotheses.name) return "one version, `v1`, for everyone";
  if (name == kOffers.name) return "none";
  if (name == kActions.name) return "message, conversion, delivery, each of its kind";
  std::string names;
  for (const Step& step : default_steps(business)) names += (names.empty() ? "" : ", ") + step.name;
  return names;
}

template <class Owner>
void add_keys(std::vector<Explanation>& out, const Section<Owner>& section, bool in_list) {
  const Owner owner{};
  for (const Key<Owner>& key : section.keys) {
    std::string value = key.rules.required ? "must be written" : literal_of(key, owner);
    if (value.empty()) value = "none";
    if (in_list && !key.rules.required && std::holds_alternative<std::string Owner::*>(key.member) && value == "\"\"")
      value = "empty";
    out.push_back({section.name.empty() ? std::string(key.name) : fmt::format("{}.{}", section.name, key.name),
                   type_of(key), std::move(value), std::string(key.meaning)});
  }
}

}  // namespace

std::vector<Explanation> explain_all() {
  std::vector<Explanation> all;
  add_keys(all, kHead, false);
  for_each_section([&](const auto& section, auto) { add_keys(all, section, false); },
                   [&](const auto& section, auto) {
                     all.push_back({std::string(section.name), "list of tables", list_default(section.name),
                                    std::string(section.about)});
                     add_keys(all, section, true);
                   });
  return all;
}

Result<Explanation> explain(std::string_view key) {
  const std::vector<Explanation> all = explain_all();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Explanation& one) { return one.key == key; });
  if (found != all.end()) return *found;
  // Somebody who remembers the last word only, or slips in it, is helped too.
  std::vector<std::string_view> names;
  for (const Explanation& one : all) {
    const std::size_t point = one.key.find('.');
    if (point != std::string::npos && std::string_view(one.key).substr(point + 1) == key)
      return fail(ErrorKind::NotFound, fmt::format("there is no key '{}': did you mean '{}'?", key, one.key));
    names.push_back(one.key);
  }
  const std::string_view nearest = nearest_word(key, names);
  return fail(ErrorKind::NotFound, nearest.empty()
                                       ? fmt::format("there is no key '{}': `habitue config show` prints all", key)
                                       : fmt::format("there is no key '{}': did you mean '{}'?", key, nearest));
}

}  // namespace habitue::config
