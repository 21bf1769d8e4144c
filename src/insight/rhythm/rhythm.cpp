#include "insight/rhythm/rhythm.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"
#include "insight/rhythm/records.hpp"
#include "insight/rhythm/words.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using knowledge::RhythmBook;
using knowledge::RhythmLearnt;
using rhythm::Counts;
using rhythm::kRhythmBands;
using rhythm::Origin;
using rhythm::Record;
using rhythm::Standing;
using std::chrono::days;

constexpr std::uint64_t kOrdersMin = 50, kBandOrdersMin = 30;
constexpr double kHeldLeast = 0.7, kHeldMost = 0.9, kBandLeast = 0.65, kBandMost = 0.95;
constexpr std::array<std::uint32_t, 8> kCycleEnds{7, 14, 30, 60, 90, 180, 365, 0};  // 0: or more.
constexpr std::array<std::uint32_t, kRhythmBands> kBandFrom{0, 1, 3, 6};
constexpr std::size_t kGroupsShown = 20;

Result<void> check_spec(const RhythmSpec& spec) {
  if (spec.due_days < 1 || spec.due_days > 365)
    return invalid(fmt::format("due_days is from 1 to 365; this is {}", spec.due_days));
  if (spec.limit > 10'000) return invalid(fmt::format("limit is at most 10000; this is {}", spec.limit));
  return {};
}

// Everything that an answer is made of.
struct Read {
  const RhythmBook* book = nullptr;
  std::vector<Origin> origins;
  Counts counts;
  RhythmCheck check;
  std::array<bool, kRhythmBands> told{};  // By band, whether something is said of such customers.
  LocalDay today{};

  Standing standing(const Record& record, const RhythmSpec& spec) const {
    return rhythm::standing_of(record, told, today, spec.due_days);
  }
};

void judge(Read& read, const RhythmLearnt* everybody) {
  RhythmCheck& check = read.check;
  const auto refuse = [&](RhythmReason reason) {
    check.verdict = RhythmVerdict::NotPossible;
    check.reasons.push_back(reason);
  };
  std::array<rhythm::BandCounts, kRhythmBands> bands{};
  rhythm::BandCounts whole;
  for (std::size_t origin = 0; origin < read.origins.size(); ++origin) {
    rhythm::BandCounts sum;
    for (std::size_t band = 0; band < kRhythmBands; ++band) {
      sum.merge(read.counts.origins[origin][band]);
      bands[band].merge(read.counts.origins[origin][band]);
    }
    whole.merge(sum);
    check.origins.push_back({read.origins[origin].day, read.origins[origin].until,
                             share_of(sum.orders - sum.early - sum.late, sum.orders)});
  }
  for (std::size_t band = 0; band < kRhythmBands; ++band) {
    const rhythm::BandCounts& of = bands[band];
    RhythmBand& told = check.bands.emplace_back();
    told.from_intervals = kBandFrom[band];
    if (band + 1 < kRhythmBands) told.to_intervals = kBandFrom[band + 1] - 1;
    told.orders = of.orders;
    told.early = of.early;
    told.late = of.late;
    told.held = share_of(of.orders - of.early - of.late, of.orders);
    if (of.orders >= kBandOrdersMin) told.holds = told.held.value >= kBandLeast && told.held.value <= kBandMost;
    read.told[band] = told.holds.value_or(true);
  }
  check.held = share_of(whole.orders - whole.early - whole.late, whole.orders);
  if (read.counts.records.empty()) return refuse(RhythmReason::NoCustomers);
  if (everybody == nullptr) return refuse(RhythmReason::TooFewRepeats);
  if (read.origins.empty()) return refuse(RhythmReason::TooShort);
  if (whole.orders < kOrdersMin) return refuse(RhythmReason::TooFewOrders);
  check.verdict = RhythmVerdict::Failed;
  if (check.held.value < kHeldLeast)
    check.reasons.push_back(RhythmReason::TooNarrow);
  else if (check.held.value > kHeldMost)
    check.reasons.push_back(RhythmReason::TooWide);
  else
    check.verdict = RhythmVerdict::Passed;
}

Result<Read> read_all(const Customers& customers, const Economics& economics, const Question& question,
                      const RhythmSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto book = customers.rhythms(question.cancellation);
  if (!book) return tl::unexpected(book.error());
  Read read;
  read.book = *book;
  read.today = customers.zone().day_of(question.as_of);
  read.origins = rhythm::origins_of(customers, question.as_of);
  auto counts = rhythm::count(economics, question, *lens, spec, **book, read.origins);
  if (!counts) return tl::unexpected(counts.error());
  read.counts = *std::move(counts);
  judge(read, (*book)->learnt_at(read.today, {}));
  return read;
}

RhythmOfGroup told_of(const RhythmLearnt& learnt, std::string group) {
  RhythmOfGroup of;
  of.group = std::move(group);
  of.customers = learnt.law().firsts;
  of.regularity = learnt.law().shape;
  of.cycle_days = static_cast<double>(learnt.days_to(RhythmLearnt::Point::Middle, 0, 0));
  of.own_weight_of_one = learnt.law().own_weight(1);
  of.own_weight_of_three = learnt.law().own_weight(3);
  of.own_weight_of_ten = learnt.law().own_weight(10);
  return of;
}

void tell_learnt(RhythmReport& report, const Read& read) {
  const RhythmLearnt* const everybody = read.book->learnt_at(read.today, {});
  if (everybody == nullptr) return;
  report.learnt.push_back(told_of(*everybody, {}));
  std::map<std::string_view, const RhythmLearnt*> groups;
  for (const Record& record : read.counts.records)
    if (record.rhythm && !record.rhythm->group.empty())
      groups.try_emplace(record.rhythm->group, read.book->learnt_at(read.today, record.rhythm->group));
  for (const auto& [group, learnt] : groups) {
    if (report.learnt.size() > kGroupsShown) break;
    report.learnt.push_back(told_of(*learnt, std::string(group)));
  }
}

RhythmFigures empty_figures() {
  RhythmFigures figures;
  for (std::size_t stage = 0; stage < knowledge::kStages; ++stage)
    figures.stages.push_back({.stage = static_cast<knowledge::Stage>(stage)});
  std::uint32_t from = 1;
  for (const std::uint32_t end : kCycleEnds) {
    figures.cycles.push_back({from, end == 0 ? std::nullopt : std::optional(end), 0});
    from = end + 1;
  }
  return figures;
}

ByAudience<RhythmFigures> figures_of(const Read& read, const RhythmSpec& spec) {
  const RhythmFigures none = empty_figures();
  ByAudience<RhythmFigures> figures{none, none, none, none};
  for (const Record& record : read.counts.records) {
    const Standing standing = read.standing(record, spec);
    for (RhythmFigures* into : {&figures.of(record.audience), &figures.all}) {
      ++into->customers;
      if (!standing.told) continue;
      ++into->told;
      into->overdue += standing.overdue ? 1 : 0;
      into->due += standing.due ? 1 : 0;
      RhythmOfStage& stage = into->stages[static_cast<std::size_t>(record.stage)];
      ++stage.customers;
      stage.overdue += standing.overdue ? 1 : 0;
      stage.due += standing.due ? 1 : 0;
      for (RhythmCycles& cycles : into->cycles)
        if (!cycles.to_days || record.rhythm->cycle_days <= *cycles.to_days) {
          ++cycles.customers;
          break;
        }
    }
  }
  for (RhythmFigures* of : {&figures.inside, &figures.outside, &figures.unknown, &figures.all})
    std::erase_if(of->stages, [](const RhythmOfStage& stage) { return stage.customers == 0; });
  return figures;
}

// Who spent most first.
std::vector<const Record*> overdue(const Read& read, const RhythmSpec& spec) {
  std::vector<const Record*> late;
  for (const Record& record : read.counts.records)
    if (retention::on_side(record.audience, spec.side) && read.standing(record, spec).overdue) late.push_back(&record);
  // By what they did before who they are: the ids of people tell of the order in which they came.
  const auto order = [](const Record* of) {
    return std::tuple(-of->spent_minor, of->rhythm->last, of->rhythm->until, of->days, of->person);
  };
  std::sort(late.begin(), late.end(),
            [&](const Record* left, const Record* right) { return order(left) < order(right); });
  return late;
}

std::vector<RhythmCustomer> shown(const Read& read, const RhythmSpec& spec) {
  const std::vector<const Record*> late = overdue(read, spec);
  std::vector<RhythmCustomer> customers;
  for (std::size_t at = spec.offset; at < late.size() && customers.size() < spec.limit; ++at) {
    const Record& of = *late[at];
    RhythmCustomer& one = customers.emplace_back();
    one.person = of.person;
    one.purchases = of.days;
    one.stage = of.stage;
    one.cycle_days = of.rhythm->cycle_days;
    one.own_weight = of.rhythm->own_weight;
    one.expected_from = of.rhythm->from;
    one.expected_until = of.rhythm->until;
    one.days_since_last = of.rhythm->days_since_last;
    one.lateness = of.rhythm->lateness;
    one.spent_minor = of.spent_minor;
    one.sentence_en = rhythm::customer_sentence(one, "en");
    one.sentence_fr = rhythm::customer_sentence(one, "fr");
  }
  return customers;
}

RhythmHabits habits_of(const Customers& customers, const Question& question, const Counts& counts) {
  RhythmHabits habits;
  habits.purchases = counts.purchases;
  if (counts.purchases == 0) return habits;
  const Zone& zone = customers.zone();
  const UtcMicros begun =
      std::max(question.period.from, customers.snapshot().first_event_at().value_or(question.as_of));
  const UtcMicros end = std::min(question.period.to - std::chrono::microseconds{1}, question.as_of);
  std::array<std::uint64_t, 7> weekdays{};
  std::array<std::uint64_t, 12> months{};
  std::uint64_t whole = 0;
  for (LocalDay day = zone.day_of(begun); day <= zone.day_of(end); day += days{1}, ++whole) {
    ++weekdays[std::chrono::weekday{day}.iso_encoding() - 1];
    ++months[static_cast<unsigned>(std::chrono::year_month_day{day}.month()) - 1];
  }
  const auto add = [&](std::vector<RhythmHabit>& to, std::uint32_t part, std::uint64_t purchases, double uniform) {
    to.push_back({part, purchases, static_cast<double>(purchases) / static_cast<double>(counts.purchases), uniform});
  };
  for (std::uint32_t hour = 0; hour < 24 && counts.at_midnight < counts.purchases; ++hour)
    add(habits.hours, hour, counts.hours[hour], 1.0 / 24);
  const auto uniform = [&](std::uint64_t part) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  for (std::uint32_t day = 0; day < 7; ++day)
    add(habits.weekdays, day + 1, counts.weekdays[day], uniform(weekdays[day]));
  for (std::uint32_t month = 0; month < 12; ++month)
    add(habits.months, month + 1, counts.months[month], uniform(months[month]));
  return habits;
}

}  // namespace

Result<RhythmReport> ask_rhythm(const Customers& customers, const Question& question, const RhythmSpec& spec) {
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  auto read = read_all(customers, *economics, question, spec);
  if (!read) return tl::unexpected(read.error());
  RhythmReport report;
  const config::Business& business = customers.business();
  report.currency = business.currency;
  if (business.model == config::BusinessModel::Purchases) report.general_days = business.stages.at_risk_days;
  report.drives = customers.rhythm_drives();
  report.rhythm_by = business.stages.rhythm_by;
  tell_learnt(report, *read);
  report.check = read->check;
  report.sentence_en = rhythm::check_sentence(report, "en");
  report.sentence_fr = rhythm::check_sentence(report, "fr");
  report.habits = habits_of(customers, question, read->counts);
  if (report.habits.purchases > 0 && report.habits.hours.empty())
    report.warnings.emplace_back("every purchase is at midnight: the data tell days, and hours say nothing");
  if (read->counts.without_amount > 0)
    report.warnings.push_back(fmt::format("{} purchase(s) tell no amount that can be added, and count as nothing spent",
                                          read->counts.without_amount));
  for (const RhythmBand& band : report.check.bands)
    if (report.check.verdict == RhythmVerdict::Passed && !band.holds.value_or(true))
      report.warnings.push_back(
          fmt::format("of customers with {} own intervals nothing is said: {:.0f} % of their later orders came within "
                      "the interval of 80 %",
                      !band.to_intervals ? fmt::format("{} or more", band.from_intervals)
                      : *band.to_intervals == band.from_intervals
                          ? fmt::format("{}", band.from_intervals)
                          : fmt::format("{} to {}", band.from_intervals, *band.to_intervals),
                      band.held.value * 100));
  if (report.check.verdict != RhythmVerdict::Passed) return report;
  report.figures = figures_of(*read, spec);
  report.customers = shown(*read, spec);
  return report;
}

Result<std::vector<LateCustomer>> newly_late(const Customers& customers, const Question& question, AudienceSide side,
                                             LocalDay since) {
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  RhythmSpec spec;
  spec.side = side;
  const auto read = read_all(customers, *economics, question, spec);
  if (!read) return tl::unexpected(read.error());
  std::vector<LateCustomer> late;
  if (read->check.verdict != RhythmVerdict::Passed) return late;
  for (const Record* of : overdue(*read, spec))
    if (of->rhythm->until >= since) late.push_back({of->person, of->spent_minor});
  return late;
}

Result<std::vector<PersonId>> people_of_rhythm(const Customers& customers, const Question& question,
                                               const RhythmSpec& spec, const RhythmCell& cell) {
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto read = read_all(customers, *economics, question, spec);
  if (!read) return tl::unexpected(read.error());
  if (read->check.verdict != RhythmVerdict::Passed)
    return fail(ErrorKind::NotFound, "the answer tells no such number: its check on later orders did not pass");
  std::vector<PersonId> people;
  for (const Record& record : read->counts.records) {
    if (!retention::on_side(record.audience, cell.side)) continue;
    const Standing standing = read->standing(record, spec);
    const bool is_one = cell.who == RhythmCell::Who::Customers ? true
                        : cell.who == RhythmCell::Who::Told    ? standing.told
                        : cell.who == RhythmCell::Who::Overdue ? standing.overdue
                                                               : standing.due;
    if (!is_one) continue;
    // Stages are told of those of whom something is expected.
    if (cell.stage && (record.stage != *cell.stage || !standing.told)) continue;
    people.push_back(record.person);
  }
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
