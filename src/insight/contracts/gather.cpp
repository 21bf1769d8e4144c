#include "insight/contracts/gather.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "insight/breakdown.hpp"
#include "insight/fold_lists.hpp"

namespace habitue::insight::contracts {
namespace {

struct Lists {
  std::vector<Subscriber> all;
  knowledge::RecurringDoubts doubts;
  void merge(Lists& other) {
    std::move(other.all.begin(), other.all.end(), std::back_inserter(all));
    doubts.merge(other.doubts);
  }
  void reserve(std::span<const Lists> parts) {
    std::size_t size = 0;
    for (const Lists& part : parts) size += part.all.size();
    all.reserve(size);
  }
};

// "2026-05".
std::string month_of(const Zone& zone, UtcMicros at) { return format_day(zone.day_of(at)).substr(0, 7); }

}  // namespace

bool Subscriber::runs_at(UtcMicros at) const {
  return std::any_of(spells.begin(), spells.end(), [&](const Spell& spell) { return spell.runs_at(at); });
}

Result<Subscribers> gather(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                           const ContractsSpec& spec) {
  const Customers& customers = economics.customers();
  const SpellReader spells = SpellReader::bind(economics);
  const auto recurring = knowledge::RecurringReader::bind(economics);
  std::optional<ValueReader> trait;
  if (spec.by == ContractsSpec::By::Trait) {
    auto bound = ValueReader::bind(customers, {.of = Breakdown::Of::Trait, .name = spec.trait});
    if (!bound) return tl::unexpected(bound.error());
    trait = *std::move(bound);
  }
  auto lists = fold_lists<Lists>(customers, question, lens, [&](Lists& into, const Person& person) {
    Subscriber subscriber;
    spells.read(person.journey, question.as_of, subscriber.spells);
    if (subscriber.spells.empty()) return;
    recurring.read(person.journey, question.as_of, subscriber.steps, into.doubts);
    subscriber.person = person.journey.person();
    subscriber.audience = person.audience;
    for (const Spell& spell : subscriber.spells)
      subscriber.values.push_back(trait ? trait->text(trait->of(person.journey, spell.from)).value_or("")
                                  : spec.by == ContractsSpec::By::Cohort ? month_of(customers.zone(), spell.from)
                                                                         : std::string());
    into.all.push_back(std::move(subscriber));
  });
  if (!lists) return tl::unexpected(lists.error());
  std::sort(lists->all.begin(), lists->all.end(), [](const Subscriber& left, const Subscriber& right) {
    const auto deeds = [](const Subscriber& of) {
      return std::tuple(of.spells.front().from, of.spells.size(), of.spells.back().to, of.steps.size(),
                        of.steps.empty() ? 0 : of.steps.back().monthly_minor, of.person);
    };
    return deeds(left) < deeds(right);
  });
  return Subscribers{std::move(lists->all), lists->doubts};
}

}  // namespace habitue::insight::contracts
