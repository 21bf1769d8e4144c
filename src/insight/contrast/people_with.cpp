// Who is behind a number of a contrast: read from what was gathered, and not from the table that was counted.
#include <algorithm>

#include <fmt/format.h>

#include "insight/contrast/table.hpp"

namespace habitue::insight::contrast {
namespace {

using journey::Cell;
using journey::Value;
using Kind = ContrastFeature::Kind;

// Whether somebody has a fact, read from what was gathered and not from the table.
class HasFact {
 public:
  static Result<HasFact> bind(const Customers& customers, const Gathered& gathered, const ContrastFeature& feature) {
    HasFact has(gathered, feature);
    const std::span<const std::string> kinds = customers.snapshot().kinds();
    const auto index_of = [](const auto& names, const std::string& name) {
      return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    has.kind_ = index_of(kinds, feature.event);
    if (!feature.event.empty() && has.kind_ == kinds.size()) return no_such("event", feature.event);
    if (feature.kind == Kind::WithValue) {
      has.property_ = index_of(gathered.properties, feature.property);
      if (has.property_ == gathered.properties.size()) return no_such("property", feature.property);
    }
    if (feature.kind == Kind::Trait || feature.kind == Kind::TraitNumber) {
      has.property_ = index_of(gathered.traits, feature.property);
      if (has.property_ == gathered.traits.size()) return no_such("trait", feature.property);
    }
    return has;
  }

  bool operator()(const Part& part, std::size_t index) const {
    switch (feature_->kind) {
      case Kind::Did:
      case Kind::DaysToFirst: return times(part, index) > 0;
      case Kind::AtLeast: return times(part, index) >= feature_->times;
      case Kind::Channel: return part.takers[index].channel == feature_->value.text;
      case Kind::ActiveDays: return true;
      case Kind::WithValue:
        for (const Valued& one : of_taker(part.values, part, index, &Taker::values_end))
          if (one.property == property_ && one.kind == kind_ &&
              gathered_->property_readers[property_].text(Cell{one.cell}) == feature_->value.text)
            return true;
        return false;
      case Kind::Trait:
      case Kind::TraitNumber: break;
    }
    const bool missing = feature_->value.kind == ShownValue::Kind::Missing;
    for (const Valued& one : of_taker(part.traits, part, index, &Taker::traits_end)) {
      if (one.property != property_) continue;
      if (feature_->kind == Kind::TraitNumber) return Cell{one.cell}.type() == Value::Type::Number;
      return !missing && gathered_->trait_readers[property_].text(Cell{one.cell}) == feature_->value.text;
    }
    return feature_->kind == Kind::Trait && missing;
  }

 private:
  HasFact(const Gathered& gathered, const ContrastFeature& feature) : gathered_(&gathered), feature_(&feature) {}
  static tl::unexpected<Error> no_such(const char* what, const std::string& name) {
    return fail(ErrorKind::NotFound, fmt::format("this contrast has no {} \"{}\"", what, name));
  }
  std::uint32_t times(const Part& part, std::size_t index) const {
    for (const DidKind& did : of_taker(part.kinds, part, index, &Taker::kinds_end))
      if (did.kind == kind_) return did.times;
    return 0;
  }
  const Gathered* gathered_;
  const ContrastFeature* feature_;
  std::size_t kind_ = 0, property_ = 0;
};

}  // namespace

Result<std::vector<PersonId>> people_with(const Customers& customers, const Gathered& gathered,
                                          const ContrastFeature& feature, std::uint8_t group, bool has,
                                          AudienceSide side) {
  const auto fact = HasFact::bind(customers, gathered, feature);
  if (!fact) return tl::unexpected(fact.error());
  std::vector<PersonId> people;
  for_each_taker(gathered, [&](const Part& part, const Taker& taker, std::size_t index) {
    if (taker.group == group && on_side(taker.verdict, side) && (*fact)(part, index) == has)
      people.push_back(taker.person);
  });
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight::contrast
