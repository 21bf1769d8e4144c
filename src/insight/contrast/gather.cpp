#include "insight/contrast/gather.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include <fmt/format.h>

#include "criteria/cohorts.hpp"
#include "insight/retention/acts.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight::contrast {
namespace {

using journey::Cell;
using std::chrono::microseconds;
using Who = ContrastCell::Who;

constexpr std::string_view kPageName = "name";

class Gatherer {
 public:
  static Result<Gatherer> bind(const Customers& customers, const Question& question, const ContrastSpec& spec) {
    if (auto fine = check(spec); !fine) return tl::unexpected(fine.error());
    auto lens = Lens::of(customers, question);
    if (!lens) return tl::unexpected(lens.error());
    Gatherer gatherer(customers, question, spec, *std::move(lens));
    if (auto done = gatherer.bind_acts(); !done) return tl::unexpected(done.error());
    if (auto done = gatherer.bind_groups(); !done) return tl::unexpected(done.error());
    gatherer.bind_creation();
    return gatherer;
  }

  Result<void> bind_facts(Gathered& into) {
    const journey::Snapshot& snapshot = customers_->snapshot();
    identify_ = snapshot.find_kind(journey::kIdentifyKind);
    into.left_out = left_out_;
    into.left_out_kinds.assign(snapshot.kinds().size(), 0);
    for (std::size_t kind = 0; kind < snapshot.kinds().size(); ++kind) {
      const std::string& name = snapshot.kinds()[kind];
      const bool no_act = name == journey::kIdentifyKind || name == journey::kGroupKind || name == journey::kAliasKind;
      const bool defines = std::find(left_out_.begin(), left_out_.end(), name) != left_out_.end();
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
        return std::find(left_out_.begin(), left_out_.end(), name) != left_out_.end();
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
    into.warnings.insert(into.warnings.end(), warnings_.begin(), warnings_.end());
    std::sort(into.warnings.begin(), into.warnings.end());
    into.warnings.erase(std::unique(into.warnings.begin(), into.warnings.end()), into.warnings.end());
    return {};
  }

  const Lens& lens() const { return lens_; }

  // What one pass over a journey reads again and again: no allocation in steady state.
  struct Scratch {
    std::vector<retention::Act> acts;
    std::vector<std::uint32_t> times, first;  // By kind.
    std::vector<std::uint16_t> touched;
    std::vector<Cell> traits;
    std::vector<std::uint8_t> used;
  };

  // Where somebody stands; nothing for births outside the period. `birth` and the acts in the scratch are told too.
  std::optional<Who> standing(const Person& person, Scratch& scratch, UtcMicros& birth) const {
    scratch.acts.clear();
    if (acts_) acts_->read(person, {kBeginning, kEnd}, question_->as_of, scratch.acts);
    std::size_t birth_act = SIZE_MAX;
    switch (spec_->birth) {
      case ContrastBirth::FirstEvent: birth = person.journey[0].at; break;
      case ContrastBirth::Creation:
        if (const auto created = creation(person.journey))
          birth = *created;
        else
          return Who::NeverBorn;
        break;
      case ContrastBirth::FirstOf:
        birth_act = first_birth(scratch.acts);
        if (birth_act == SIZE_MAX) return Who::NeverBorn;
        birth = scratch.acts[birth_act].at;
        break;
    }
    if (birth < question_->period.from || birth >= question_->period.to) return std::nullopt;
    const UtcMicros landmark = birth + spec_->age;
    if (landmark > question_->as_of) return Who::TooYoung;
    if (among_ && among_->evaluate(person.journey, landmark) != criteria::Verdict::Inside) return Who::NotAmong;
    return spec_->groups == ContrastGroups::Outcome ? by_outcome(scratch, birth, birth_act) : by_criteria(person);
  }

  void read(const Person& person, Part& into, Scratch& scratch) const {
    UtcMicros birth{};
    const auto who = standing(person, scratch, birth);
    if (!who) return;
    count(*who, into.standing[static_cast<std::size_t>(person.audience)]);
    if (*who != Who::First && *who != Who::Second) return;
    Taker taker{.person = person.journey.person(),
                .group = static_cast<std::uint8_t>(*who == Who::First ? 0 : 1),
                .verdict = static_cast<std::uint8_t>(person.audience),
                .steps = steps_reached(scratch, birth),
                .active_days = 0,
                .channel = {},
                .stratum = Cell::kMissingBits,
                .kinds_end = 0,
                .values_end = 0,
                .traits_end = 0};
    read_window(person, birth, taker, into, scratch);
    taker.channel = customers_->channel_of(person.journey, birth + spec_->age);
    taker.kinds_end = static_cast<std::uint32_t>(into.kinds.size());
    taker.values_end = static_cast<std::uint32_t>(into.values.size());
    taker.traits_end = static_cast<std::uint32_t>(into.traits.size());
    into.takers.push_back(taker);
  }

 private:
  static constexpr std::uint64_t kBirth = 1, kOutcome = 2;  // Bits of acts; steps come after.
  static constexpr unsigned kStepsFrom = 2;

  Gatherer(const Customers& customers, const Question& question, const ContrastSpec& spec, Lens lens)
      : customers_(&customers), question_(&question), spec_(&spec), lens_(std::move(lens)) {}

  Result<void> bind_acts() {
    const bool born = spec_->birth == ContrastBirth::FirstOf, outcome = spec_->groups == ContrastGroups::Outcome;
    if (!born && !outcome && spec_->steps.empty()) return {};
    // A place that is not asked for is taken by what no event is.
    const ActTest never = criteria::Expression(*criteria::parse("not did any event"));
    std::vector<ActTest> tests{born ? spec_->born_with : never, outcome ? spec_->outcome : never};
    for (const criteria::Expression& step : spec_->steps) tests.emplace_back(step);
    auto acts = retention::ActReader::bind(*customers_, tests);
    if (!acts) return tl::unexpected(acts.error());
    warnings_ = acts->warnings();
    acts_ = *std::move(acts);
    return {};
  }

  Result<criteria::Evaluator> evaluator_of(criteria::Expression& said) {
    if (question_->cohorts) {
      auto resolved = criteria::with_cohorts(said, *question_->cohorts);
      if (!resolved) return tl::unexpected(resolved.error());
      said = *std::move(resolved);
    }
    auto evaluator = customers_->evaluator(said);
    if (evaluator) warnings_.insert(warnings_.end(), evaluator->warnings().begin(), evaluator->warnings().end());
    return evaluator;
  }

  Result<void> bind_groups() {
    if (spec_->among) {
      criteria::Expression said = *spec_->among;
      auto evaluator = evaluator_of(said);
      if (!evaluator) return tl::unexpected(evaluator.error());
      among_ = *std::move(evaluator);
    }
    if (spec_->groups == ContrastGroups::Outcome) return {};
    for (const auto* side : {&spec_->first, &spec_->second}) {
      if (!*side) continue;
      criteria::Expression said = **side;
      auto evaluator = evaluator_of(said);
      if (!evaluator) return tl::unexpected(evaluator.error());
      (side == &spec_->first ? first_ : second_) = *std::move(evaluator);
      const criteria::Names names = criteria::names_of(said);
      left_out_.insert(left_out_.end(), names.events.begin(), names.events.end());
      left_out_.insert(left_out_.end(), names.traits.begin(), names.traits.end());
    }
    std::sort(left_out_.begin(), left_out_.end());
    left_out_.erase(std::unique(left_out_.begin(), left_out_.end()), left_out_.end());
    return {};
  }

  void bind_creation() {
    if (spec_->birth != ContrastBirth::Creation) return;
    creation_kind_ = customers_->snapshot().find_kind(journey::kIdentifyKind);
    for (const char* name : {"createdAt", "created_at"})
      if (const auto property = customers_->snapshot().find_property(name)) creations_.push_back(*property);
  }

  std::optional<UtcMicros> creation(const journey::Journey& journey) const {
    if (!creation_kind_) return std::nullopt;
    for (const journey::Event event : journey.until(question_->as_of)) {
      if (event.kind != *creation_kind_) continue;
      for (const journey::Property property : creations_) {
        const journey::Value value = property.at(event);
        if (value.type != journey::Value::Type::Number && value.type != journey::Value::Type::Text) continue;
        const auto moment = parse_moment(
            value.type == journey::Value::Type::Number ? fmt::format("{}", value.number) : std::string(value.text),
            customers_->zone());
        return moment ? std::optional(*moment) : std::nullopt;
      }
    }
    return std::nullopt;
  }

  // The act of birth; of several at its instant one that is no outcome, so that arrival does not tell which is which.
  static std::size_t first_birth(const std::vector<retention::Act>& acts) {
    std::size_t first = SIZE_MAX;
    for (std::size_t act = 0; act < acts.size(); ++act) {
      if ((acts[act].met & kBirth) == 0) continue;
      if (first != SIZE_MAX && acts[act].at != acts[first].at) break;
      if (first == SIZE_MAX || (acts[act].met & kOutcome) == 0) first = act;
    }
    return first;
  }

  Who by_outcome(const Scratch& scratch, UtcMicros birth, std::size_t birth_act) const {
    const UtcMicros landmark = birth + spec_->age;
    const UtcMicros end = (spec_->counted_from == ContrastHorizon::Landmark ? landmark : birth) + spec_->within;
    bool did = false;
    for (std::size_t act = 0; act < scratch.acts.size(); ++act) {
      if (act == birth_act || (scratch.acts[act].met & kOutcome) == 0) continue;
      if (scratch.acts[act].at <= landmark) return Who::HadBefore;
      did = did || scratch.acts[act].at <= end;
    }
    if (end > question_->as_of) return Who::NotOver;
    return did ? Who::First : Who::Second;
  }

  Who by_criteria(const Person& person) const {
    using criteria::Verdict;
    const Verdict first = first_->evaluate(person.journey, question_->as_of);
    const Verdict second = second_                     ? second_->evaluate(person.journey, question_->as_of)
                           : first == Verdict::Inside  ? Verdict::Outside
                           : first == Verdict::Outside ? Verdict::Inside
                                                       : Verdict::Unknown;
    if (first == Verdict::Unknown || second == Verdict::Unknown) return Who::CannotTell;
    if (first == Verdict::Inside) return second == Verdict::Inside ? Who::InBoth : Who::First;
    return second == Verdict::Inside ? Who::Second : Who::InNeither;
  }

  static void count(Who who, ContrastStanding& into) {
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
      case Who::NeverBorn: break;
    }
  }

  // Steps in their order, each by an event of its own; events of one instant in the order that helps the person.
  std::uint16_t steps_reached(Scratch& scratch, UtcMicros birth) const {
    const std::size_t steps = spec_->steps.size();
    if (steps == 0) return 0;
    const UtcMicros landmark = birth + spec_->age;
    const auto& acts = scratch.acts;
    std::size_t reached = 0;
    scratch.used.assign(acts.size(), 0);
    for (std::size_t first = 0; first < acts.size() && reached < steps;) {
      std::size_t last = first;
      while (last < acts.size() && acts[last].at == acts[first].at) ++last;
      if (acts[first].at >= birth && acts[first].at <= landmark) {
        for (bool went_on = true; went_on && reached < steps;) {
          std::size_t best = SIZE_MAX;
          for (std::size_t act = first; act < last; ++act) {
            const std::uint64_t met = acts[act].met >> kStepsFrom;
            if (scratch.used[act] != 0 || ((met >> reached) & 1U) == 0) continue;
            // The event that fits the fewest steps: the others may serve for those that come.
            if (best == SIZE_MAX || std::popcount(met) < std::popcount(acts[best].met >> kStepsFrom)) best = act;
          }
          went_on = best != SIZE_MAX;
          if (!went_on) break;
          scratch.used[best] = 1;
          ++reached;
        }
      }
      first = last;
    }
    return static_cast<std::uint16_t>(reached);
  }

  // What is known at the landmark, and what was done from birth to it.
  void read_window(const Person& person, UtcMicros birth, Taker& taker, Part& into, Scratch& scratch) const {
    const std::size_t traits = gathered_->trait_readers.size(), values_from = into.values.size();
    scratch.times.resize(left_out_kinds_.size());
    scratch.first.resize(left_out_kinds_.size());
    scratch.touched.clear();
    scratch.traits.assign(traits, Cell::missing());
    Cell stratum = Cell::missing();
    std::int64_t day = -1;
    for (const journey::Event event : person.journey.until(birth + spec_->age)) {
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
        scratch.first[kind] = moment_of(age);
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
  }

  std::uint32_t moment_of(microseconds age) const {
    if (spec_->age == microseconds{0}) return 0;
    const double part = static_cast<double>(age.count()) / static_cast<double>(spec_->age.count());
    return std::min(kMoments - 1, static_cast<std::uint32_t>(part * kMoments));
  }

  const Customers* customers_;
  const Question* question_;
  const ContrastSpec* spec_;
  Lens lens_;
  std::optional<retention::ActReader> acts_;
  std::optional<criteria::Evaluator> first_, second_, among_;
  std::vector<std::string> left_out_, warnings_;
  std::vector<std::uint8_t> left_out_kinds_;
  std::optional<journey::EventKind> identify_, creation_kind_;
  std::array<std::optional<journey::EventKind>, 2> pages_;  // Of pages and of screens.
  std::vector<journey::Property> creations_;
  const Gathered* gathered_ = nullptr;
};

}  // namespace

Result<Gathered> gather(const Customers& customers, const Question& question, const ContrastSpec& spec) {
  auto gatherer = Gatherer::bind(customers, question, spec);
  if (!gatherer) return tl::unexpected(gatherer.error());
  Gathered gathered;
  if (auto done = gatherer->bind_facts(gathered); !done) return tl::unexpected(done.error());
  gathered.parts.resize(kParts);
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    Gatherer::Scratch scratch;
    Part& into = gathered.parts[part];
    customers.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      if (const auto person = gatherer->lens().admit(journey)) gatherer->read(*person, into, scratch);
    });
  });
  if (!done) return tl::unexpected(done.error());
  return gathered;
}

Result<std::vector<PersonId>> people_standing(const Customers& customers, const Question& question,
                                              const ContrastSpec& spec, ContrastCell::Who who, AudienceSide side) {
  const auto gatherer = Gatherer::bind(customers, question, spec);
  if (!gatherer) return tl::unexpected(gatherer.error());
  return retention::people_who(customers, question, gatherer->lens(), side, [&](const Person& person) {
    thread_local Gatherer::Scratch scratch;
    UtcMicros birth{};
    return gatherer->standing(person, scratch, birth) == who;
  });
}

}  // namespace habitue::insight::contrast
