#include "insight/propensity/frame.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "insight/retention/sums.hpp"

namespace habitue::insight::propensity {
namespace {

using Fact = PropensityFact;
using knowledge::Economics;

constexpr std::size_t kKinds = 16, kTraits = 40, kTexts = 8, kChannels = 8;
constexpr std::uint64_t kPeopleLeast = 20;  // With fewer, a column tells of persons and not of people.
constexpr std::size_t kTextsMax = 500;      // A trait of more texts is a name or an address.
constexpr std::uint32_t kWindows[] = {7, 30, 90, 365};

struct TraitSeen {
  std::uint64_t numbers = 0, booleans = 0;
  std::map<std::string, std::uint64_t, std::less<>> texts;
  bool too_many = false;

  void merge(const TraitSeen& other) {
    numbers += other.numbers;
    booleans += other.booleans;
    too_many = too_many || other.too_many;
    for (const auto& [text, people] : other.texts) texts[text] += people;
    shorten();
  }
  // Whether there are too many does not depend on the order in which they come: only that they are, in all.
  void shorten() {
    if (texts.size() <= kTextsMax) return;
    too_many = true;
    texts.clear();
  }
};

struct Seen {
  std::vector<std::uint64_t> kinds;  // People by kind.
  std::map<std::string, std::uint64_t, std::less<>> channels;
  std::vector<TraitSeen> traits;
  std::uint64_t spent = 0;

  void merge(const Seen& other) {
    for (std::size_t at = 0; at < kinds.size(); ++at) kinds[at] += other.kinds[at];
    for (const auto& [channel, people] : other.channels) channels[channel] += people;
    for (std::size_t at = 0; at < traits.size(); ++at) traits[at].merge(other.traits[at]);
    spent += other.spent;
  }
};

// The names of a count by people, the most common first; as many as `most`, of kPeopleLeast each.
std::vector<std::string> common(const std::map<std::string, std::uint64_t, std::less<>>& counts, std::size_t most) {
  std::vector<std::pair<std::uint64_t, std::string>> ranked;
  for (const auto& [name, people] : counts)
    if (people >= kPeopleLeast && !name.empty()) ranked.emplace_back(people, name);
  std::sort(ranked.begin(), ranked.end(), [](const auto& left, const auto& right) {
    return left.first != right.first ? left.first > right.first : left.second < right.second;
  });
  if (ranked.size() > most) ranked.resize(most);
  std::vector<std::string> names;
  for (auto& [people, name] : ranked) names.push_back(std::move(name));
  return names;
}

struct Trait {
  std::string name;
  journey::Property property;
};

void add_plain(const Economics& economics, bool spent, std::vector<PropensityColumn>& columns) {
  const bool subscription = economics.customers().business().model == config::BusinessModel::Subscription;
  const auto add = [&](Fact fact, std::uint32_t days = 0) { columns.push_back({fact, days}); };
  const auto add_windows = [&](Fact fact) {
    for (const std::uint32_t days : kWindows) add(fact, days);
  };
  add(Fact::DaysSinceFirst);
  add(Fact::DaysSinceLastEvent);
  add_windows(Fact::Events);
  add(Fact::ActiveDays);
  add(Fact::Purchases);
  add_windows(Fact::Purchases);
  for (const Fact fact : {Fact::DaysSincePurchase, Fact::DaysSinceFirstPurchase, Fact::MeanGap, Fact::LastGap,
                          Fact::GapTrend, Fact::Overdue})
    add(fact);
  add(Fact::Money);
  add(Fact::Money, 90);
  add(Fact::Money, 365);
  add(Fact::MeanMoney);
  if (spent) {
    add(Fact::Costs);
    add(Fact::Costs, 30);
    add(Fact::Costs, 90);
    add(Fact::CostMoney);
  }
  if (subscription)
    for (const Fact fact : {Fact::Monthly, Fact::MonthlyGrowth, Fact::AtRisk, Fact::SubscriberDays}) add(fact);
  for (std::size_t stage = 0; stage < knowledge::kStages; ++stage)
    columns.push_back({Fact::Stage, 0, {}, std::string(name_of(static_cast<knowledge::Stage>(stage)))});
  for (std::size_t role = 0; role < knowledge::kRoles; ++role)
    columns.push_back({Fact::Role, 0, {}, std::string(name_of(static_cast<knowledge::Role>(role)))});
}

}  // namespace

Result<std::vector<PropensityColumn>> choose_columns(const Economics& economics, const Question& question,
                                                     const Lens& lens, const std::vector<std::string>& leave_out,
                                                     std::vector<std::string>& warnings) {
  const Customers& customers = economics.customers();
  const journey::Snapshot& snapshot = customers.snapshot();
  const std::set<std::string, std::less<>> left_out(leave_out.begin(), leave_out.end());
  const auto identify = snapshot.find_kind(journey::kIdentifyKind);
  std::vector<Trait> traits;
  std::vector<std::string> names = snapshot.property_names();
  std::sort(names.begin(), names.end());
  for (std::string& name : names)
    if (!name.empty() && name.front() != '$' && !left_out.contains(name))
      if (const auto property = snapshot.find_property(name)) traits.push_back({std::move(name), *property});

  Seen empty;
  empty.kinds.assign(snapshot.kinds().size(), 0);
  empty.traits.resize(identify ? traits.size() : 0);
  const auto seen = retention::fold_sums(customers, question, lens, empty, [&](Seen& into, const Person& person) {
    thread_local std::vector<std::uint8_t> has;
    thread_local std::vector<journey::Value> last;
    thread_local std::vector<knowledge::Spent> spent;
    knowledge::NotAdded not_added;
    has.assign(into.kinds.size(), 0);
    last.assign(into.traits.size(), {});
    for (const journey::Event event : person.journey.until(question.as_of)) {
      has[event.kind.value] = 1;
      if (!identify || event.kind != *identify) continue;
      for (std::size_t at = 0; at < traits.size(); ++at)
        if (const journey::Value value = traits[at].property.at(event)) last[at] = value;
    }
    for (std::size_t kind = 0; kind < has.size(); ++kind) into.kinds[kind] += has[kind];
    for (std::size_t at = 0; at < last.size(); ++at) {
      TraitSeen& trait = into.traits[at];
      switch (last[at].type) {
        case journey::Value::Type::Missing: break;
        case journey::Value::Type::Bool: ++trait.booleans; break;
        case journey::Value::Type::Number: ++trait.numbers; break;
        case journey::Value::Type::Text:
          if (journey::number_of_text(last[at].text)) {
            ++trait.numbers;
          } else if (!trait.too_many) {
            ++trait.texts[std::string(last[at].text)];
            trait.shorten();
          }
      }
    }
    ++into.channels[std::string(customers.channel_of(person.journey, question.as_of))];
    economics.spent(person.journey, question.as_of, spent, not_added);
    into.spent += spent.empty() ? 0 : 1;
  });
  if (!seen) return tl::unexpected(seen.error());

  std::vector<PropensityColumn> columns;
  add_plain(economics, seen->spent >= kPeopleLeast, columns);
  std::map<std::string, std::uint64_t, std::less<>> kinds;
  for (std::size_t kind = 0; kind < seen->kinds.size(); ++kind) {
    const std::string& name = snapshot.kinds()[kind];
    if (seen->kinds[kind] > 0 && !left_out.contains(name) && name != journey::kIdentifyKind &&
        name != journey::kAliasKind && name != journey::kGroupKind)
      kinds[name] = seen->kinds[kind];
  }
  const std::vector<std::string> chosen = common(kinds, kKinds);
  if (const std::vector<std::string> all = common(kinds, kinds.size()); all.size() > chosen.size())
    warnings.push_back(fmt::format("of {} kinds of events the {} that most people have are looked at by name",
                                   all.size(), chosen.size()));
  for (const std::string& name : chosen)
    for (const PropensityColumn& column :
         {PropensityColumn{Fact::Kind, 0, name}, PropensityColumn{Fact::Kind, 90, name},
          PropensityColumn{Fact::DaysSinceKind, 0, name}})
      columns.push_back(column);
  for (const std::string& channel : common(seen->channels, kChannels))
    columns.push_back({Fact::Channel, 0, {}, channel});
  std::size_t looked_at = 0;
  for (std::size_t at = 0; at < seen->traits.size(); ++at) {
    const TraitSeen& trait = seen->traits[at];
    const bool numbers = trait.numbers + trait.booleans >= kPeopleLeast;
    const std::vector<std::string> texts = trait.too_many ? std::vector<std::string>{} : common(trait.texts, kTexts);
    if (!numbers && texts.empty()) continue;
    if (++looked_at > kTraits) continue;
    if (numbers) columns.push_back({Fact::TraitNumber, 0, traits[at].name});
    for (const std::string& text : texts) columns.push_back({Fact::Trait, 0, traits[at].name, text});
  }
  if (looked_at > kTraits)
    warnings.push_back(fmt::format("only the first {} of {} traits are looked at: leave out those that do not matter",
                                   kTraits, looked_at));
  return columns;
}

}  // namespace habitue::insight::propensity
