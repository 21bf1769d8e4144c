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

constexpr std::uint32_t kControlsUsual =
    5;  // One more would save a thirtieth of the variance (Ury 1975, Biometrics 31, 643).
constexpr std::size_t kTriesMax = 10'000;  // Of people who may not be concerned at that age, in one set.

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
  explicit Contents(const journey::Snapshot& snapshot) {
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

// Everybody who can be in a set goes to `all`, or to the sets' left-over when they are not of the spec's side; the others are counted.
Result<void> find_exposed(const Customers& customers, const Question& question, const ContrastSpec& spec,
                          const Standings& standings, std::vector<Exposed>& all, RiskSets& sets) {
  struct Found {
    std::vector<Exposed> exposed;
    std::array<ContrastStanding, 3> standing;
  };
  std::vector<Found> found(kParts);
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
  if (!done) return done;
  for (const Found& part : found) {
    for (const Exposed& one : part.exposed)
      on_side(one.place.verdict, spec.side) ? all.push_back(one) : sets.left_over.push_back(one.place);
    for (std::size_t verdict = 0; verdict < sets.standing.size(); ++verdict)
      add(sets.standing[verdict], part.standing[verdict]);
  }
  return {};
}

bool makes_a_set(const Exposed& one) { return one.came && one.place.who != Who::NotAmong; }

// The draw: gives places to those who are in a set, numbered from 1, and answers their ages.
class Draw {
 public:
  Draw(const Customers& customers, const Question& question, const ContrastSpec& spec, const Standings& standings,
       std::vector<Exposed>& all, std::size_t places_max)
      : customers_(customers),
        question_(question),
        spec_(spec),
        standings_(standings),
        all_(all),
        pool_(all.size()),
        state_(mixed(spec.seed)) {
    const auto came = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), makes_a_set));
    controls_ = spec.controls.value_or(kControlsUsual);
    if (came == 0) return;
    if (!spec.controls) controls_ = std::clamp<std::size_t>((all.size() - came) / came, 1, kControlsUsual);
    controls_ = std::clamp<std::size_t>(places_max / came, 2, controls_ + 1) - 1;
    if (came * 2 > places_max) in_a_million_ = 500'000 * places_max / came;
  }

  Result<std::vector<microseconds>> ages(ContrastSets& told) {
    std::vector<microseconds> ages;
    std::size_t gone = 0;  // Those who are no longer there come first.
    told.controls = static_cast<std::uint32_t>(controls_);
    for (std::uint32_t index = 0; index < all_.size(); ++index) {
      if (cancelled()) return fail(ErrorKind::Conflict, "the question was cancelled");
      if (!makes_a_set(all_[index])) continue;
      const microseconds age = all_[index].through + microseconds{1};
      for (; gone < all_.size() && all_[gone].through < age; ++gone) pool_.remove(static_cast<std::uint32_t>(gone));
      const bool drawn_before = all_[index].place.set != 0;
      if (drawn_before || (in_a_million_ < 1'000'000 && lot() % 1'000'000 >= in_a_million_)) continue;
      find_others(age);
      if (beside_.empty()) continue;
      ages.push_back(age);
      if (beside_.size() < controls_) ++told.smaller;
      put(index, Who::First, age, ages.size());
      for (const std::uint32_t other : beside_) {
        put(other, Who::Second, age, ages.size());
        pool_.remove(other);
      }
    }
    return ages;
  }

 private:
  bool cancelled() const { return question_.cancellation != nullptr && question_.cancellation->cancelled(); }
  std::uint64_t lot() { return mixed(state_ += 0x9E3779B97F4A7C15U); }
  void find_others(microseconds age) {
    beside_.clear();
    const std::size_t tries = std::min(pool_.size(), kTriesMax);
    for (std::size_t tried = 0; beside_.size() < controls_ && tried < tries && !cancelled(); ++tried) {
      const std::uint32_t other = pool_.draw(lot(), tried);
      if (is_concerned(all_[other].place, age)) beside_.push_back(other);
    }
  }
  bool is_concerned(const Place& place, microseconds age) const {
    if (!spec_.among) return true;
    const auto journey = customers_.snapshot().find(place.person);
    return journey && standings_.is_among(*journey, place.birth + age - spec_.lead);
  }
  void put(std::uint32_t person, Who who, microseconds age, std::size_t set) {
    Place& place = all_[person].place;
    place.who = who;
    place.age = age;
    place.set = static_cast<std::uint32_t>(set);
  }

  const Customers& customers_;
  const Question& question_;
  const ContrastSpec& spec_;
  const Standings& standings_;
  std::vector<Exposed>& all_;
  Pool pool_;
  std::uint64_t state_;
  std::size_t controls_ = 0;
  std::uint64_t in_a_million_ = 1'000'000;  // So many sets are made: when there would be too many, by lot.
  std::vector<std::uint32_t> beside_;
};

}  // namespace

Result<RiskSets> RiskSets::of(const Customers& customers, const Question& question, const ContrastSpec& spec,
                              const Standings& standings, std::size_t places_max) {
  RiskSets sets;
  std::vector<Exposed> all;
  if (auto found = find_exposed(customers, question, spec, standings, all, sets); !found)
    return tl::unexpected(found.error());
  if (auto ordered = put_in_order(customers, question, all); !ordered) return tl::unexpected(ordered.error());
  const auto ages = Draw(customers, question, spec, standings, all, places_max).ages(sets.told);
  if (!ages) return tl::unexpected(ages.error());
  if (!ages->empty()) {
    sets.told.age_least = days(ages->front());
    sets.told.age_median = (days((*ages)[(ages->size() - 1) / 2]) + days((*ages)[ages->size() / 2])) / 2;
    sets.told.age_most = days(ages->back());
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
