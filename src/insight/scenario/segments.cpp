#include "insight/scenario/segments.hpp"

#include <algorithm>

#include "insight/breakdown.hpp"
#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight::scenario {
namespace {

struct Lists {
  std::vector<std::pair<PersonId, std::string>> people;
  void merge(Lists& other) { std::move(other.people.begin(), other.people.end(), std::back_inserter(people)); }
  void reserve(std::span<const Lists> parts) {
    std::size_t size = 0;
    for (const Lists& part : parts) size += part.people.size();
    people.reserve(size);
  }
};

std::string side_name(criteria::Verdict verdict) {
  switch (verdict) {
    case criteria::Verdict::Inside: return "inside";
    case criteria::Verdict::Outside: return "outside";
    case criteria::Verdict::Unknown: break;
  }
  return "unknown";
}

}  // namespace

Result<Segments> read_segments(const Customers& customers, const Question& question, const Lens& lens,
                               const ScenarioSpec& spec) {
  using By = ScenarioSpec::By;
  std::optional<ValueReader> trait;
  if (spec.by == By::Trait) {
    auto bound = ValueReader::bind(customers, {.of = Breakdown::Of::Trait, .name = spec.trait});
    if (!bound) return tl::unexpected(bound.error());
    trait = *std::move(bound);
  }
  const auto name_of = [&](const Person& person) -> std::string {
    switch (spec.by) {
      case By::Side: return side_name(person.audience);
      case By::Stage: return std::string(knowledge::name_of(customers.stage_of(person.journey, question.as_of).stage));
      case By::Role: return std::string(knowledge::name_of(customers.role_of(person.journey, question.as_of)));
      case By::Trait: return trait->text(trait->of(person.journey, question.as_of)).value_or("");
      case By::Nothing:
      case By::Category: break;
    }
    return {};
  };
  auto lists = fold_lists<Lists>(customers, question, lens, [&](Lists& into, const Person& person) {
    if (retention::on_side(person.audience, spec.side))
      into.people.emplace_back(person.journey.person(), name_of(person));
  });
  if (!lists) return tl::unexpected(lists.error());
  Segments segments;
  for (const auto& [person, name] : lists->people) segments.names.push_back(name);
  std::sort(segments.names.begin(), segments.names.end());
  segments.names.erase(std::unique(segments.names.begin(), segments.names.end()), segments.names.end());
  segments.of.reserve(lists->people.size());
  for (const auto& [person, name] : lists->people)
    segments.of.emplace(
        person.value, static_cast<std::uint32_t>(std::lower_bound(segments.names.begin(), segments.names.end(), name) -
                                                 segments.names.begin()));
  return segments;
}

}  // namespace habitue::insight::scenario
