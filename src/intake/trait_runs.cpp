#include "intake/trait_runs.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "intake/json_reader.hpp"

namespace habitue::intake {
namespace {

// Those of `next` that `known` lacks or has otherwise; `known` takes them over. Empty when there are none.
std::string changed_members(JsonReader& reader, std::vector<JsonMember>& known, std::string_view next) {
  auto object = reader.read_object(next, {.depth = SIZE_MAX, .keys = SIZE_MAX, .bytes = SIZE_MAX});
  std::vector<JsonMember> changed;
  if (!object) return {};
  for (JsonMember& member : object->members) {
    const auto same =
        std::find_if(known.begin(), known.end(), [&](const JsonMember& other) { return other.key == member.key; });
    if (same == known.end()) {
      known.push_back(member);
    } else if (same->text == member.text && same->kind == member.kind) {
      continue;
    } else {
      *same = member;
    }
    changed.push_back(std::move(member));
  }
  return changed.empty() ? std::string() : write_object(changed);
}

}  // namespace

void TraitRuns::observe(std::string_view person, UtcMicros at, std::string_view traits) {
  if (traits.size() <= 2) return;  // "{}"
  const auto [index, is_new] = persons_.add(person);
  const std::uint32_t tuple = traits_.add(traits).index;
  const std::int64_t at_us = at.time_since_epoch().count();
  if (is_new) open_.push_back(UINT32_MAX);
  std::uint32_t& open = open_[index];
  if (open != UINT32_MAX && runs_[open].traits == tuple) {
    runs_[open].from_us = std::min(runs_[open].from_us, at_us);
    return;
  }
  open = static_cast<std::uint32_t>(runs_.size());
  runs_.push_back({index, tuple, at_us});
}

void TraitRuns::finish() {
  const auto sorted_by = [&](auto key) {
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  };
  order_.resize(runs_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  sorted_by([&](std::uint32_t i) { return std::tuple(runs_[i].person, runs_[i].from_us, i); });

  changes_.resize(runs_.size());
  JsonReader reader;
  std::vector<JsonMember> known;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const Run& run = runs_[order_[i]];
    const bool first = i == 0 || runs_[order_[i - 1]].person != run.person;
    const bool alone = first && (i + 1 == order_.size() || runs_[order_[i + 1]].person != run.person);
    if (alone) {  // Nearly everybody: nothing to compare.
      changes_[order_[i]] = traits_.at(run.traits);
      continue;
    }
    if (first) known.clear();
    changes_[order_[i]] = changed_members(reader, known, traits_.at(run.traits));
  }
  std::erase_if(order_, [&](std::uint32_t i) { return changes_[i].empty(); });
  sorted_by([&](std::uint32_t i) { return std::tuple(runs_[i].from_us, i); });
}

bool TraitRuns::next(Event& event) {
  if (given_ == order_.size()) return false;
  const std::uint32_t index = order_[given_++];
  const Run& run = runs_[index];
  const std::string_view person = persons_.at(run.person);
  const std::size_t split = person.find('\0');
  event.type = EventType::Identify;
  event.user_id = person.substr(0, split);
  event.anonymous_id = split == std::string_view::npos ? std::string_view() : person.substr(split + 1);
  event.at = UtcMicros(std::chrono::microseconds(run.from_us));
  event.properties = std::move(changes_[index]);
  return true;
}

}  // namespace habitue::intake
