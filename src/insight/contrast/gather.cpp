#include "insight/contrast/gather.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "insight/contrast/risk_sets.hpp"
#include "insight/contrast/standing.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight::contrast {
namespace {

using journey::Cell;
using std::chrono::microseconds;
using Who = ContrastCell::Who;

constexpr std::string_view kPageName = "name";

// Reads windows: what somebody did from birth up to a landmark, and what is known then.
class WindowReader {
 public:
  WindowReader(const Customers& customers, const Question& question, const ContrastSpec& spec)
      : customers_(&customers), question_(&question), spec_(&spec) {}

  /// Names the facts in `into` and binds their readers.
  Result<void> bind(const Standings& standings, Gathered& into) {
    const std::vector<std::string>& left_out = standings.left_out();
    const journey::Snapshot& snapshot = customers_->snapshot();
    identify_ = snapshot.find_kind(journey::kIdentifyKind);
    into.left_out = left_out;
    into.left_out_kinds.assign(snapshot.kinds().size(), 0);
    for (std::size_t kind = 0; kind < snapshot.kinds().size(); ++kind) {
      const std::string& name = snapshot.kinds()[kind];
      const bool no_act = name == journey::kIdentifyKind || name == journey::kGroupKind || name == journey::kAliasKind;
      const bool defines = std::find(left_out.begin(), left_out.end(), name) != left_out.end();
      into.left_out_kinds[kind] = no_act || defines ? 1 : 0;
    }
    left_out_kinds_ = into.left_out_kinds;
    if (spec_->traits) {
      into.traits = *spec_->traits;
      std::sort(into.traits.begin(), into.traits.end());
      into.traits.erase(std::unique(into.traits.begin(), into.traits.end()), into.traits.end());
    } else {
      auto traits = traits_there_are(*customers_, *question_);
      if (!traits) return tl::unexpected(traits.error());
      std::erase_if(*traits, [&](const std::string& name) {
        return std::find(left_out.begin(), left_out.end(), name) != left_out.end();
      });
      if (traits->size() > kTraitsMax) {
        into.warnings.push_back(fmt::format("only the first {} of {} traits are looked at: name those that matter",
                                            kTraitsMax, traits->size()));
        traits->resize(kTraitsMax);
      }
      into.traits = *std::move(traits);
    }
    into.properties = spec_->properties;
    pages_ = {snapshot.find_kind(journey::kPageKind), snapshot.find_kind(journey::kScreenKind)};
    const std::string page_name(kPageName);
    if ((pages_[0] || pages_[1]) && snapshot.find_property(page_name) &&
        std::find(into.properties.begin(), into.properties.end(), page_name) == into.properties.end())
      into.properties.push_back(page_name);
    const auto read = [&](Breakdown::Of of, const std::vector<std::string>& names, std::vector<ValueReader>& readers) {
      for (const std::string& name : names) {
        auto reader = ValueReader::bind(*customers_, {.of = of, .name = name});
        if (!reader) return Result<void>(tl::unexpected(reader.error()));
        readers.push_back(*std::move(reader));
      }
      return Result<void>{};
    };
    if (auto done = read(Breakdown::Of::Trait, into.traits, into.trait_readers); !done) return done;
    if (auto done = read(Breakdown::Of::Property, into.properties, into.property_readers); !done) return done;
    if (spec_->stratify && spec_->stratify->of == ContrastStratify::Of::Trait) {
      auto reader = ValueReader::bind(*customers_, {.of = Breakdown::Of::Trait, .name = spec_->stratify->name});
      if (!reader) return tl::unexpected(reader.error());
      into.stratum_reader = *std::move(reader);
    }
    gathered_ = &into;
    into.warnings.insert(into.warnings.end(), standings.warnings().begin(), standings.warnings().end());
    std::sort(into.warnings.begin(), into.warnings.end());
    into.warnings.erase(std::unique(into.warnings.begin(), into.warnings.end()), into.warnings.end());
    return {};
  }

  struct Scratch {
    std::vector<std::uint32_t> times, first;  // By kind.
    std::vector<std::uint16_t> touched;
    std::vector<Cell> traits;
  };

  /// Adds what is known of somebody at the landmark, and what they did from birth to it, to the part and to the taker, whose window
  /// and birth are given; and the taker.
  void read(const journey::Journey& journey, UtcMicros birth, Taker taker, Part& into, Scratch& scratch) const {
    const UtcMicros landmark = birth + taker.window;
    const std::size_t traits = gathered_->trait_readers.size(), values_from = into.values.size();
    scratch.times.resize(left_out_kinds_.size());
    scratch.first.resize(left_out_kinds_.size());
    scratch.touched.clear();
    scratch.traits.assign(traits, Cell::missing());
    Cell stratum = Cell::missing();
    std::int64_t day = -1;
    for (const journey::Event event : journey.until(landmark)) {
      if (identify_ && event.kind == *identify_) {
        for (std::size_t trait = 0; trait < traits; ++trait)
          if (const Cell cell = gathered_->trait_readers[trait].at(event); cell.type() != journey::Value::Type::Missing)
            scratch.traits[trait] = cell;
        if (gathered_->stratum_reader)
          if (const Cell cell = gathered_->stratum_reader->at(event); cell.type() != journey::Value::Type::Missing)
            stratum = cell;
      }
      if (event.at < birth) continue;
      const microseconds age = event.at - birth;
      if (const std::int64_t today = age / std::chrono::hours{24}; today != day) {
        day = today;
        if (taker.active_days < UINT16_MAX) ++taker.active_days;
      }
      const std::uint16_t kind = event.kind.value;
      if (left_out_kinds_[kind] != 0) continue;
      if (scratch.times[kind]++ == 0) {
        scratch.touched.push_back(kind);
        scratch.first[kind] = moment_of(age, taker.window);
      }
      const std::size_t properties = event.kind == pages_[0] || event.kind == pages_[1]
                                         ? gathered_->property_readers.size()
                                         : spec_->properties.size();
      for (std::size_t index = 0; index < properties; ++index)
        if (const Cell cell = gathered_->property_readers[index].at(event);
            cell.type() != journey::Value::Type::Missing)
          into.values.push_back({static_cast<std::uint16_t>(index), kind, cell.bits});
    }
    for (const std::uint16_t kind : scratch.touched) {
      into.kinds.push_back({.kind = kind,
                            .times = static_cast<std::uint16_t>(std::min(scratch.times[kind], 65'535U)),
                            .first = static_cast<std::uint16_t>(scratch.first[kind])});
      scratch.times[kind] = 0;
    }
    const auto of_person = into.values.begin() + static_cast<std::ptrdiff_t>(values_from);
    const auto place = [](const Valued& one) { return std::tuple(one.property, one.kind, one.cell); };
    std::sort(of_person, into.values.end(),
              [&](const Valued& left, const Valued& right) { return place(left) < place(right); });
    into.values.erase(std::unique(of_person, into.values.end(),
                                  [&](const Valued& left, const Valued& right) { return place(left) == place(right); }),
                      into.values.end());
    for (std::size_t trait = 0; trait < traits; ++trait)
      if (scratch.traits[trait].type() != journey::Value::Type::Missing)
        into.traits.push_back({static_cast<std::uint16_t>(trait), 0, scratch.traits[trait].bits});
    taker.stratum = stratum.bits;
    taker.channel = customers_->channel_of(journey, landmark);
    taker.kinds_end = static_cast<std::uint32_t>(into.kinds.size());
    taker.values_end = static_cast<std::uint32_t>(into.values.size());
    taker.traits_end = static_cast<std::uint32_t>(into.traits.size());
    into.takers.push_back(taker);
  }

 private:
  static std::uint32_t moment_of(microseconds age, microseconds window) {
    if (window == microseconds{0}) return 0;
    const double part = static_cast<double>(age.count()) / static_cast<double>(window.count());
    return std::min(kMoments - 1, static_cast<std::uint32_t>(part * kMoments));
  }

  const Customers* customers_;
  const Question* question_;
  const ContrastSpec* spec_;
  std::vector<std::uint8_t> left_out_kinds_;
  std::optional<journey::EventKind> identify_;
  std::array<std::optional<journey::EventKind>, 2> pages_;  // Of pages and of screens.
  const Gathered* gathered_ = nullptr;
};

Taker taker_of(PersonId person, std::uint8_t group, std::uint8_t verdict, std::uint16_t steps, microseconds window,
               std::uint32_t set) {
  return {.person = person,
          .group = group,
          .verdict = verdict,
          .steps = steps,
          .active_days = 0,
          .window = window,
          .set = set,
          .channel = {},
          .stratum = Cell::kMissingBits,
          .kinds_end = 0,
          .values_end = 0,
          .traits_end = 0};
}

// All at one age: one pass, in which who takes part is read at once.
Result<void> gather_at_landmark(const Customers& customers, const Question& question, const ContrastSpec& spec,
                                const Standings& standings, const WindowReader& reader, Gathered& gathered) {
  return for_each_part(customers, question, [&](std::size_t part) {
    ActScratch acts;
    WindowReader::Scratch scratch;
    Part& into = gathered.parts[part];
    customers.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      const auto person = standings.lens().admit(journey);
      if (!person) return;
      UtcMicros birth{};
      std::optional<Exposure> exposure;
      const auto who = standings.of(*person, acts, birth, exposure);
      if (!who) return;
      const auto verdict = static_cast<std::uint8_t>(person->audience);
      count(*who, into.standing[verdict]);
      if (*who != Who::First && *who != Who::Second) return;
      const std::uint16_t steps = standings.steps_reached(acts, birth, birth + spec.age);
      reader.read(journey, birth, taker_of(journey.person(), *who == Who::First ? 0 : 1, verdict, steps, spec.age, 0),
                  into, scratch);
    });
  });
}

// Each set at an age of its own: a pass to see who is there for how long, the draw, and the windows of those who were drawn.
Result<void> gather_risk_sets(const Customers& customers, const Question& question, const ContrastSpec& spec,
                              const Standings& standings, const WindowReader& reader, Gathered& gathered) {
  auto sets = RiskSets::of(customers, question, spec, standings);
  if (!sets) return tl::unexpected(sets.error());
  gathered.sets = sets->told;
  gathered.parts.front().standing = sets->standing;
  const std::vector<Place>& places = sets->places;
  return for_each_part(customers, question, [&](std::size_t part) {
    ActScratch acts;
    WindowReader::Scratch scratch;
    Part& into = gathered.parts[part];
    for (std::size_t index = places.size() * part / kParts; index < places.size() * (part + 1) / kParts; ++index) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      const Place& place = places[index];
      const auto journey = customers.snapshot().find(place.person);
      if (!journey) continue;
      const microseconds window = place.age - spec.lead;
      standings.read_acts({*journey, static_cast<criteria::Verdict>(place.verdict)}, acts);
      const std::uint16_t steps = standings.steps_reached(acts, place.birth, place.birth + window);
      reader.read(*journey, place.birth,
                  taker_of(place.person, place.who == Who::First ? 0 : 1, place.verdict, steps, window, place.set),
                  into, scratch);
    }
  });
}

}  // namespace

void count(Who who, ContrastStanding& into) {
  if (who == Who::NeverBorn) {
    ++into.never_born;
    return;
  }
  ++into.born;
  switch (who) {
    case Who::First: ++into.first; break;
    case Who::Second: ++into.second; break;
    case Who::TooYoung: ++into.too_young; break;
    case Who::NotAmong: ++into.not_among; break;
    case Who::HadBefore: ++into.had_before; break;
    case Who::NotOver: ++into.not_over; break;
    case Who::InBoth: ++into.in_both; break;
    case Who::InNeither: ++into.in_neither; break;
    case Who::CannotTell: ++into.cannot_tell; break;
    case Who::NotCompared: ++into.not_compared; break;
    case Who::NeverBorn: break;
  }
}

void add(ContrastStanding& into, const ContrastStanding& from) {
  into.born += from.born;
  into.first += from.first;
  into.second += from.second;
  into.too_young += from.too_young;
  into.not_among += from.not_among;
  into.had_before += from.had_before;
  into.not_over += from.not_over;
  into.in_both += from.in_both;
  into.in_neither += from.in_neither;
  into.cannot_tell += from.cannot_tell;
  into.not_compared += from.not_compared;
  into.never_born += from.never_born;
}

Result<Gathered> gather(const Customers& customers, const Question& question, const ContrastSpec& spec) {
  const auto standings = Standings::bind(customers, question, spec);
  if (!standings) return tl::unexpected(standings.error());
  Gathered gathered;
  WindowReader reader(customers, question, spec);
  if (auto done = reader.bind(*standings, gathered); !done) return tl::unexpected(done.error());
  gathered.parts.resize(kParts);
  auto done = (spec.at == ContrastAt::Outcome ? gather_risk_sets : gather_at_landmark)(customers, question, spec,
                                                                                       *standings, reader, gathered);
  if (!done) return tl::unexpected(done.error());
  return gathered;
}

Result<std::vector<PersonId>> people_standing(const Customers& customers, const Question& question,
                                              const ContrastSpec& spec, ContrastCell::Who who, AudienceSide side) {
  const auto standings = Standings::bind(customers, question, spec);
  if (!standings) return tl::unexpected(standings.error());
  if (spec.at == ContrastAt::Outcome &&
      (who == Who::First || who == Who::Second || who == Who::NotCompared || who == Who::NotAmong)) {
    const auto sets = RiskSets::of(customers, question, spec, *standings);
    if (!sets) return tl::unexpected(sets.error());
    return sets->people(who, side);
  }
  return retention::people_who(customers, question, standings->lens(), side, [&](const Person& person) {
    thread_local ActScratch scratch;
    UtcMicros birth{};
    std::optional<Exposure> exposure;
    return standings->of(person, scratch, birth, exposure) == who;
  });
}

}  // namespace habitue::insight::contrast
