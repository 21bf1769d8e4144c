#include "insight/contracts/spells.hpp"

#include <algorithm>

#include "knowledge/event_amount.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::insight::contracts {
namespace {

constexpr std::uint8_t kBegins = 1, kEnds = 2;

}  // namespace

SpellReader SpellReader::bind(const knowledge::Economics& economics) {
  const journey::Snapshot& snapshot = economics.customers().snapshot();
  const config::SubscriptionRules& rules = economics.customers().business().subscription;
  SpellReader reader;
  reader.flags_.assign(snapshot.kinds().size(), 0);
  const auto mark = [&](const std::vector<std::string>& names, std::uint8_t flag) {
    for (const std::string& name : names)
      if (const auto kind = snapshot.find_kind(name)) reader.flags_[kind->value] |= flag;
  };
  mark(rules.started, kBegins);
  mark(rules.renewed, kBegins);
  mark(rules.ended, kEnds);
  reader.filter_ = journey::KindFilter(reader.flags_);
  reader.id_ = knowledge::properties_of(snapshot, rules.subscription_id);
  return reader;
}

void SpellReader::read(const journey::Journey& journey, UtcMicros as_of, std::vector<Spell>& spells) const {
  thread_local std::vector<std::uint32_t> rows;
  thread_local std::vector<knowledge::Reference> running;
  spells.clear();
  running.clear();
  journey.until(as_of).visit_kinds(filter_, rows, [&](const journey::Event& event) {
    knowledge::Reference id;
    for (const journey::Property& property : id_)
      if (!id) id = knowledge::Reference::of(property.at(event));
    const bool ran = !running.empty();
    const auto found = std::find(running.begin(), running.end(), id);
    if ((flags_[event.kind.value] & kBegins) != 0) {
      if (found == running.end()) running.push_back(id);
    } else if (found != running.end()) {
      running.erase(found);
    } else if (!id) {
      // An end that names no subscription is of all that run.
      running.clear();
    }
    if (!ran && !running.empty()) {
      if (!spells.empty() && spells.back().to == event.at)
        spells.back().to.reset();
      else
        spells.push_back({event.at});
    } else if (ran && running.empty()) {
      spells.back().to = event.at;
    }
    return true;
  });
  // Begun and ended in one moment: it never ran.
  std::erase_if(spells, [](const Spell& spell) { return spell.to == spell.from; });
}

}  // namespace habitue::insight::contracts
