#include "insight/contrast/table_numbers.hpp"

#include <algorithm>
#include <map>

namespace habitue::insight::contrast {
namespace {

using journey::Cell;
using journey::Value;
using Kind = ContrastFeature::Kind;

constexpr std::uint32_t kNone = UINT32_MAX;

double days_of(std::chrono::microseconds time) {
  return std::chrono::duration<double, std::ratio<86'400>>(time).count();
}

class Numbering {
 public:
  explicit Numbering(const NumbersAsked& asked) : asked_(asked) {}
  NumberFacts facts() && {
    if (asked_.gathered.sets)
      in_sets();
    else
      at_landmark();
    return std::move(found_);
  }

 private:
  template <class Visit>
  void for_everybody(const Visit& visit) const {
    for (const Part& part : asked_.gathered.parts) {
      if (asked_.cancellation != nullptr && asked_.cancellation->cancelled()) return;
      for (std::size_t index = 0; index < part.takers.size(); ++index) visit(part, part.takers[index], index);
    }
  }

  void at_landmark() {
    const double days = days_of(asked_.age);
    std::vector<std::array<std::uint64_t, 6>> active_days(asked_.most_active + std::size_t{1});
    // Counted by moment first, for the kinds that are facts: a map is only touched once for each of them.
    std::vector<std::uint32_t> slot_of(asked_.kinds.size(), kNone);
    std::vector<std::size_t> timed;
    for (std::size_t kind = 0; kind < asked_.kinds.size() && days > 0; ++kind) {
      if (asked_.kind_people[kind] < std::max<std::uint64_t>(asked_.support, 2)) continue;
      slot_of[kind] = static_cast<std::uint32_t>(timed.size());
      timed.push_back(kind);
    }
    std::vector<std::array<std::uint64_t, 6>> moments(timed.size() * kMoments);
    std::vector<NumberFact> of_traits(asked_.gathered.traits.size());
    for_everybody([&](const Part& part, const Taker& taker, std::size_t index) {
      ++active_days[taker.active_days][taker.verdict * 2U + taker.group];
      for (const DidKind& did : of_taker(part.kinds, part, index, &Taker::kinds_end))
        if (const std::uint32_t slot = slot_of[did.kind]; slot != kNone)
          ++moments[slot * std::size_t{kMoments} + did.first][taker.verdict * 2U + taker.group];
      for (const Valued& one : of_taker(part.traits, part, index, &Taker::traits_end))
        if (asked_.is_number[one.property] && Cell{one.cell}.type() == Value::Type::Number)
          ++of_traits[one.property].numbers[taker.verdict][Cell{one.cell}.number()][taker.group];
    });
    if (days >= 2) {
      NumberFact active{.feature = {.kind = Kind::ActiveDays}, .numbers = {}};
      for (std::size_t count = 0; count < active_days.size(); ++count)
        for (std::size_t cell = 0; cell < 6; ++cell)
          if (const std::uint64_t times = active_days[count][cell]; times > 0)
            active.numbers[cell / 2][static_cast<double>(count)][cell % 2] += times;
      keep(std::move(active));
    }
    for (std::size_t slot = 0; slot < timed.size(); ++slot) {
      NumberFact first{.feature = {.kind = Kind::DaysToFirst, .event = asked_.kinds[timed[slot]]}, .numbers = {}};
      for (std::size_t moment = 0; moment < kMoments; ++moment)
        for (std::size_t cell = 0; cell < 6; ++cell)
          if (const std::uint64_t times = moments[slot * kMoments + moment][cell]; times > 0)
            first.numbers[cell / 2][(static_cast<double>(moment) + 0.5) / kMoments * days][cell % 2] += times;
      keep(std::move(first));
    }
    for (std::size_t trait = 0; trait < of_traits.size(); ++trait) {
      of_traits[trait].feature = {.kind = Kind::TraitNumber, .property = asked_.gathered.traits[trait]};
      if (asked_.is_number[trait]) keep(std::move(of_traits[trait]));
    }
  }

  // In risk sets windows differ, and numbers are compared within a set: each row's is kept.
  void in_sets() {
    NumberFact active{.feature = {.kind = Kind::ActiveDays}, .numbers = {}};
    std::vector<NumberFact> first(asked_.kinds.size()), of_traits(asked_.gathered.traits.size());
    std::uint32_t row = 0;
    const auto put = [&](NumberFact& fact, const Taker& taker, double number) {
      ++fact.numbers[taker.verdict][number][taker.group];
      fact.of_rows.emplace_back(row, number);
    };
    for_everybody([&](const Part& part, const Taker& taker, std::size_t index) {
      const double days = days_of(taker.window);
      put(active, taker, taker.active_days);
      for (const DidKind& did : of_taker(part.kinds, part, index, &Taker::kinds_end))
        if (asked_.kind_people[did.kind] >= std::max<std::uint64_t>(asked_.support, 2))
          put(first[did.kind], taker, (static_cast<double>(did.first) + 0.5) / kMoments * days);
      for (const Valued& one : of_taker(part.traits, part, index, &Taker::traits_end))
        if (asked_.is_number[one.property] && Cell{one.cell}.type() == Value::Type::Number)
          put(of_traits[one.property], taker, Cell{one.cell}.number());
      ++row;
    });
    keep(std::move(active));
    for (std::size_t kind = 0; kind < asked_.kinds.size(); ++kind) {
      first[kind].feature = {.kind = Kind::DaysToFirst, .event = asked_.kinds[kind]};
      if (!first[kind].of_rows.empty()) keep(std::move(first[kind]));
    }
    for (std::size_t trait = 0; trait < of_traits.size(); ++trait) {
      of_traits[trait].feature = {.kind = Kind::TraitNumber, .property = asked_.gathered.traits[trait]};
      if (asked_.is_number[trait]) keep(std::move(of_traits[trait]));
    }
  }

  // A number that is the same for everybody tells nothing, and one of too few little.
  void keep(NumberFact&& fact) {
    std::uint64_t known = 0;
    std::map<double, int> different;
    for (std::uint8_t verdict = 0; verdict < 3; ++verdict) {
      if (!on_side(verdict, asked_.side)) continue;
      for (const auto& [number, counts] : fact.numbers[verdict]) {
        known += counts[0] + counts[1];
        different[number] = 1;
      }
    }
    if (known == 0) return;
    if (known < std::max<std::uint64_t>(asked_.support, 2) || different.size() < 2)
      ++found_.not_tested;
    else
      found_.facts.push_back(std::move(fact));
  }

  const NumbersAsked& asked_;
  NumberFacts found_;
};

}  // namespace

NumberFacts number_facts(const NumbersAsked& asked) { return Numbering(asked).facts(); }

}  // namespace habitue::insight::contrast
