#include "insight/contrast/risk_sets.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <tuple>

#include "insight/contrast/table.hpp"
#include "insight/sequences.hpp"

namespace habitue::insight::contrast {
namespace {

using std::chrono::microseconds;
using Who = ContrastCell::Who;

constexpr std::uint32_t kControlsUsual = 5;  // One more would save a thirtieth of the variance (Ury 1975).
constexpr std::size_t kTriesMax = 10'000;    // Of people who may not be concerned at that age, in one set.

struct Exposed {
  Place place;  // Its age is not set yet.
  microseconds through;
  bool came;
  std::uint64_t content = 0;  // Only where others are there as long since the same birth.
};

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a.
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3U;
  return mixed(hash);
}

// What tells journeys apart that are seen for the same time since the same birth, whatever the order in which things arrived: sums over
// events of what they say, by names and texts and never by codes.
class Contents {
 public:
  explicit Contents(const journey::Snapshot& snapshot) : snapshot_(&snapshot) {
    for (const std::string& kind : snapshot.kinds()) kinds_.push_back(hash_of(kind));
    for (const std::string& name : snapshot.property_names())
      properties_.emplace_back(hash_of(name), *snapshot.find_property(name));
  }
  std::uint64_t of(const journey::Journey& journey) const {
    std::uint64_t sum = 0;
    for (const journey::Event event : journey) {
      const auto at = static_cast<std::uint64_t>(event.at.time_since_epoch().count());
      std::uint64_t said = mixed(at) + kinds_[event.kind.value];
      for (const auto& [name, property] : properties_) {
        const journey::Value value = property.at(event);
        switch (value.type) {
          case journey::Value::Type::Missing: break;
          case journey::Value::Type::Bool: said += mixed(name + (value.boolean ? 1 : 2)); break;
          case journey::Value::Type::Number: said += mixed(name + std::bit_cast<std::uint64_t>(value.number)); break;
          case journey::Value::Type::Text: said += mixed(name + hash_of(value.text)); break;
        }
      }
      sum += mixed(said);
    }
    return sum;
  }

 private:
  const journey::Snapshot* snapshot_;
  std::vector<std::uint64_t> kinds_;
  std::vector<std::pair<std::uint64_t, journey::Property>> properties_;
};

// By how long people are there, and then by what they are: who arrived first is not asked.
Result<void> put_in_order(const Customers& customers, const Question& question, std::vector<Exposed>& all) {
  const auto time = [](const Exposed& one) { return std::tuple(one.through, one.came, one.place.birth); };
  std::sort(all.begin(), all.end(), [&](const Exposed& left, const Exposed& right) {
    return std::tuple(time(left), left.place.person) < std::tuple(time(right), right.place.person);
  });
  std::vector<std::size_t> ties;
  for (std::size_t index = 0; index < all.size(); ++index)
    if ((index > 0 && time(all[index - 1]) == time(all[index])) ||
        (index + 1 < all.size() && time(all[index + 1]) == time(all[index])))
      ties.push_back(index);
  if (ties.empty()) return {};
  const Contents contents(customers.snapshot());
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    for (std::size_t tie = ties.size() * part / kParts; tie < ties.size() * (part + 1) / kParts; ++tie) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      Exposed& one = all[ties[tie]];
      if (const auto journey = customers.snapshot().find(one.place.person)) one.content = contents.of(*journey);
    }
  });
  if (!done) return done;
  std::sort(all.begin(), all.end(), [&](const Exposed& left, const Exposed& right) {
    return std::tuple(time(left), left.content, left.place.person) <
           std::tuple(time(right), right.content, right.place.person);
  });
  return {};
}

// Who is still there and in no set; drawn from without order.
class Pool {
 public:
  explicit Pool(std::size_t people) : who_(people), where_(people) {
    for (std::size_t index = 0; index < people; ++index)
      who_[index] = where_[index] = static_cast<std::uint32_t>(index);
  }
  std::size_t size() const { return who_.size(); }
  bool holds(std::uint32_t person) const { return where_[person] != kGone; }
  void remove(std::uint32_t person) {
    if (!holds(person)) return;
    swap(where_[person], static_cast<std::uint32_t>(who_.size() - 1));
    who_.pop_back();
    where_[person] = kGone;
  }
  /// The next of a draw without replacement, of which `tried` are drawn: those lie at the end.
  std::uint32_t draw(std::uint64_t lot, std::size_t tried) {
    const std::size_t left = who_.size() - tried;
    swap(static_cast<std::uint32_t>(lot % left), static_cast<std::uint32_t>(left - 1));
    return who_[left - 1];
  }

 private:
  static constexpr std::uint32_t kGone = UINT32_MAX;
  void swap(std::uint32_t left, std::uint32_t right) {
    std::swap(who_[left], who_[right]);
    where_[who_[left]] = left;
    where_[who_[right]] = right;
  }
  std::vector<std::uint32_t> who_, where_;
};

double days(microseconds time) { return std::chrono::duration<double, std::ratio<86'400>>(time).count(); }

}  // namespace

Result<RiskSets> RiskSets::of(const Customers& customers, const Question& question, const ContrastSpec& spec,
                              const Standings& standings, std::size_t places_max) {
  struct Found {
    std::vector<Exposed> exposed;
    std::array<ContrastStanding, 3> standing;
  };
  std::vector<Found> found(kParts);
  RiskSets sets;
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    ActScratch scratch;
    Found& into = found[part];
    customers.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      const auto person = standings.lens().admit(journey);
      if (!person) return;
      UtcMicros birth{};
      std::optional<Exposure> exposure;
      const auto who = standings.of(*person, scratch, birth, exposure);
      if (!who) return;
      const auto verdict = static_cast<std::uint8_t>(person->audience);
      if (!exposure)
        count(*who, into.standing[verdict]);
      else
        into.exposed.push_back({{journey.person(), birth, {}, 0, *who, verdict}, exposure->through, exposure->came});
    });
  });
  if (!done) return tl::unexpected(done.error());

  std::vector<Exposed> all;
  for (Found& part : found) {
    for (const Exposed& one : part.exposed)
      on_side(one.place.verdict, spec.side) ? all.push_back(one) : sets.left_over.push_back(one.place);
    for (std::size_t verdict = 0; verdict < sets.standing.size(); ++verdict)
      add(sets.standing[verdict], part.standing[verdict]);
  }
  if (auto ordered = put_in_order(customers, question, all); !ordered) return tl::unexpected(ordered.error());

  const auto came = static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const Exposed& one) { return one.came && one.place.who != Who::NotAmong; }));
  std::size_t controls = spec.controls.value_or(kControlsUsual);
  if (!spec.controls && came > 0) controls = std::clamp<std::size_t>((all.size() - came) / came, 1, kControlsUsual);
  if (came > 0) controls = std::clamp<std::size_t>(places_max / came, 2, controls + 1) - 1;
  sets.told.controls = static_cast<std::uint32_t>(controls);
  // Of more sets than there may be some are left out, by lot: as many in a million.
  const std::uint64_t in_a_million = came * 2 <= places_max ? 1'000'000 : 500'000 * places_max / came;

  std::uint64_t state = mixed(spec.seed);
  const auto lot = [&] { return mixed(state += 0x9E3779B97F4A7C15U); };
  Pool pool(all.size());
  std::vector<std::uint32_t> beside;
  std::vector<microseconds> ages;
  std::size_t gone = 0;  // Those who are no longer there come first.
  for (std::uint32_t index = 0; index < all.size(); ++index) {
    if (index % 1024 == 0 && question.cancellation != nullptr && question.cancellation->cancelled())
      return fail(ErrorKind::Conflict, "the question was cancelled");
    const Exposed& one = all[index];
    if (!one.came || one.place.who == Who::NotAmong) continue;
    const microseconds age = one.through + microseconds{1};
    const bool drawn_before = one.place.set != 0;  // Sets are numbered from 1 while they are drawn.
    for (; gone < all.size() && all[gone].through < age; ++gone) pool.remove(static_cast<std::uint32_t>(gone));
    if (drawn_before || (in_a_million < 1'000'000 && lot() % 1'000'000 >= in_a_million)) continue;
    beside.clear();
    for (std::size_t tried = 0; beside.size() < controls && tried < std::min(pool.size(), kTriesMax); ++tried) {
      const std::uint32_t other = pool.draw(lot(), tried);
      const Place& place = all[other].place;
      if (spec.among) {
        const auto journey = customers.snapshot().find(place.person);
        if (!journey || !standings.is_among(*journey, place.birth + age - spec.lead)) continue;
      }
      beside.push_back(other);
    }
    if (beside.empty()) continue;
    ages.push_back(age);
    if (beside.size() < controls) ++sets.told.smaller;
    const auto put = [&](std::uint32_t person, Who who) {
      all[person].place.age = age;
      all[person].place.set = static_cast<std::uint32_t>(ages.size());
      all[person].place.who = who;
    };
    put(index, Who::First);
    for (const std::uint32_t other : beside) {
      put(other, Who::Second);
      pool.remove(other);
    }
  }
  if (!ages.empty()) {
    sets.told.age_least = days(ages.front());
    sets.told.age_median = (days(ages[(ages.size() - 1) / 2]) + days(ages[ages.size() / 2])) / 2;
    sets.told.age_most = days(ages.back());
  }
  for (const Exposed& one : all) {
    (one.place.set == 0 ? sets.left_over : sets.places).push_back(one.place);
    if (one.place.set != 0) --sets.places.back().set;
  }
  for (const auto* part : {&sets.places, &sets.left_over})
    for (const Place& place : *part) count(place.who, sets.standing[place.verdict]);
  const auto by_person = [](const Place& left, const Place& right) { return left.person < right.person; };
  std::sort(sets.places.begin(), sets.places.end(), by_person);
  std::sort(sets.left_over.begin(), sets.left_over.end(), by_person);
  return sets;
}

std::vector<PersonId> RiskSets::people(Who who, AudienceSide side) const {
  std::vector<PersonId> people;
  for (const Place& place : who == Who::First || who == Who::Second ? places : left_over)
    if (place.who == who && on_side(place.verdict, side)) people.push_back(place.person);
  return people;
}

}  // namespace habitue::insight::contrast
