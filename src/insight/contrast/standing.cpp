#include "insight/contrast/standing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "criteria/cohorts.hpp"
#include "insight/contrast/gather.hpp"

namespace habitue::insight::contrast {
namespace {

using std::chrono::microseconds;
using Who = ContrastCell::Who;

// Bits of acts; steps come after.
constexpr std::uint64_t kBirth = 1, kOutcome = 2;
constexpr unsigned kStepsFrom = 2;

// The act of birth; of several at its instant one that is no outcome, so that arrival does not tell which is which.
std::size_t first_birth(const std::vector<retention::Act>& acts) {
  std::size_t first = SIZE_MAX;
  for (std::size_t act = 0; act < acts.size(); ++act) {
    if ((acts[act].met & kBirth) == 0) continue;
    if (first != SIZE_MAX && acts[act].at != acts[first].at) break;
    if (first == SIZE_MAX || (acts[act].met & kOutcome) == 0) first = act;
  }
  return first;
}

constexpr std::uint8_t kNoStep = UINT8_MAX;

// Gives a step an event of [first, last), of which those that serve other steps may be passed on to these: the augmenting path of
// Kuhn (1955). `asked` says which were tried for this step.
bool find_act(ActScratch& scratch, std::size_t first, std::size_t last, std::uint8_t step) {
  for (std::size_t act = first; act < last; ++act) {
    if (((scratch.acts[act].met >> (kStepsFrom + step)) & 1U) == 0 || scratch.asked[act - first] != 0) continue;
    scratch.asked[act - first] = 1;
    if (scratch.step_of[act] != kNoStep && !find_act(scratch, first, last, scratch.step_of[act])) continue;
    scratch.step_of[act] = step;
    return true;
  }
  return false;
}

}  // namespace

Result<Standings> Standings::bind(const Customers& customers, const Question& question, const ContrastSpec& spec) {
  if (auto fine = check(spec); !fine) return tl::unexpected(fine.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  Standings standings(customers, question, spec, *std::move(lens));
  if (auto done = standings.bind_acts(); !done) return tl::unexpected(done.error());
  if (auto done = standings.bind_groups(); !done) return tl::unexpected(done.error());
  standings.bind_creation();
  return standings;
}

Result<void> Standings::bind_acts() {
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

Result<criteria::Evaluator> Standings::evaluator_of(criteria::Expression& said) {
  if (question_->cohorts) {
    auto resolved = criteria::with_cohorts(said, *question_->cohorts);
    if (!resolved) return tl::unexpected(resolved.error());
    said = *std::move(resolved);
  }
  auto evaluator = customers_->evaluator(said);
  if (evaluator) warnings_.insert(warnings_.end(), evaluator->warnings().begin(), evaluator->warnings().end());
  return evaluator;
}

Result<void> Standings::bind_groups() {
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

void Standings::bind_creation() {
  if (spec_->birth != ContrastBirth::Creation) return;
  creation_kind_ = customers_->snapshot().find_kind(journey::kIdentifyKind);
  for (const char* name : {"createdAt", "created_at"})
    if (const auto property = customers_->snapshot().find_property(name)) creations_.push_back(*property);
}

std::optional<UtcMicros> Standings::creation(const journey::Journey& journey) const {
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

void Standings::read_acts(const Person& person, ActScratch& scratch) const {
  scratch.acts.clear();
  if (acts_) acts_->read(person, {kBeginning, kEnd}, question_->as_of, scratch.acts);
}

bool Standings::is_among(const journey::Journey& journey, UtcMicros moment) const {
  return !among_ || among_->evaluate(journey, moment) == criteria::Verdict::Inside;
}

std::optional<Who> Standings::of(const Person& person, ActScratch& scratch, UtcMicros& birth,
                                 std::optional<Exposure>& exposure) const {
  read_acts(person, scratch);
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
  if (spec_->at == ContrastAt::Outcome) return exposed(person, scratch, birth, birth_act, exposure);
  if (!is_among(person.journey, landmark)) return Who::NotAmong;
  return spec_->groups == ContrastGroups::Outcome ? by_outcome(scratch, birth, birth_act) : by_criteria(person);
}

UtcMicros Standings::horizon(UtcMicros birth) const {
  return birth + (spec_->counted_from == ContrastHorizon::Landmark ? spec_->age : microseconds{0}) + spec_->within;
}

Who Standings::by_outcome(const ActScratch& scratch, UtcMicros birth, std::size_t birth_act) const {
  const UtcMicros landmark = birth + spec_->age, end = horizon(birth);
  bool did = false;
  for (std::size_t act = 0; act < scratch.acts.size(); ++act) {
    if (act == birth_act || (scratch.acts[act].met & kOutcome) == 0) continue;
    if (scratch.acts[act].at <= landmark) return Who::HadBefore;
    did = did || scratch.acts[act].at <= end;
  }
  if (end > question_->as_of) return Who::NotOver;
  return did ? Who::First : Who::Second;
}

// Whoever has not had the whole horizon yet is there for as long as they are seen: there is no group for whose time runs.
Who Standings::exposed(const Person& person, const ActScratch& scratch, UtcMicros birth, std::size_t birth_act,
                       std::optional<Exposure>& exposure) const {
  const UtcMicros landmark = birth + spec_->age, end = std::min(horizon(birth), question_->as_of);
  std::optional<UtcMicros> came;
  for (std::size_t act = 0; act < scratch.acts.size(); ++act) {
    if (act == birth_act || (scratch.acts[act].met & kOutcome) == 0) continue;
    if (scratch.acts[act].at <= landmark) return Who::HadBefore;
    if (scratch.acts[act].at <= end) came = scratch.acts[act].at;
    break;
  }
  exposure = Exposure{(came ? *came - microseconds{1} : end) - birth, came.has_value()};
  // Who is not concerned when they come to it may have been before, and then be beside others.
  return came && !is_among(person.journey, *came - spec_->lead) ? Who::NotAmong : Who::NotCompared;
}

Who Standings::by_criteria(const Person& person) const {
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

// Steps in their order, each by an event of its own. Of one instant as many steps are taken as its events can serve in any order: more at
// an earlier moment never leaves fewer for later.
std::uint16_t Standings::steps_reached(ActScratch& scratch, UtcMicros birth, UtcMicros landmark) const {
  const std::size_t steps = spec_->steps.size();
  if (steps == 0) return 0;
  const auto& acts = scratch.acts;
  std::size_t reached = 0;
  scratch.step_of.assign(acts.size(), kNoStep);
  for (std::size_t first = 0; first < acts.size() && reached < steps;) {
    std::size_t last = first;
    while (last < acts.size() && acts[last].at == acts[first].at) ++last;
    if (acts[first].at >= birth && acts[first].at <= landmark)
      for (bool went_on = true; went_on && reached < steps; reached += went_on ? 1 : 0) {
        scratch.asked.assign(last - first, 0);
        went_on = find_act(scratch, first, last, static_cast<std::uint8_t>(reached));
      }
    first = last;
  }
  return static_cast<std::uint16_t>(reached);
}

}  // namespace habitue::insight::contrast
