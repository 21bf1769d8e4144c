#include "insight/rhythm/records.hpp"

#include <algorithm>

#include "insight/retention/sums.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::insight::rhythm {
namespace {

using knowledge::RhythmLearnt;
using std::chrono::days;

constexpr std::int64_t kOrigins = 3, kWindows = 5, kWindowDaysMin = 14, kWindowDaysMax = 365;

class Reader {
 public:
  Reader(const knowledge::Economics& economics, const Question& question, const RhythmSpec& spec,
         const knowledge::RhythmBook& book, const std::vector<Origin>& origins)
      : economics_(economics),
        customers_(economics.customers()),
        question_(question),
        spec_(spec),
        book_(book),
        origins_(origins),
        today_(customers_.zone().day_of(question.as_of)) {}

  void read(Counts& into, const Person& person) const {
    const std::vector<knowledge::PurchaseEvent> purchases = customers_.purchase_events(person.journey, question_.as_of);
    if (purchases.empty()) return;
    thread_local std::vector<LocalDay> days_bought;
    days_bought.clear();
    Record record;
    record.person = person.journey.person();
    record.audience = person.audience;
    for (const knowledge::PurchaseEvent& purchase : purchases) {
      const LocalDay day = customers_.zone().day_of(purchase.at);
      if (days_bought.empty() || days_bought.back() != day) days_bought.push_back(day);
      const auto price = economics_.price_of(purchase);
      record.spent_minor = knowledge::saturated_sum(record.spent_minor, price.value_or(0));
      into.without_amount += price ? 0 : 1;
      if (retention::on_side(person.audience, spec_.side)) add_habit(into, purchase.at);
    }
    record.days = static_cast<std::uint32_t>(days_bought.size());
    record.stage = customers_.stage_of(person.journey, question_.as_of).stage;
    const std::string group = customers_.rhythm_group_of(person.journey, question_.as_of);
    record.rhythm = book_.rhythm(days_bought, today_, group);
    into.records.push_back(record);
    for (std::size_t origin = 0; origin < origins_.size(); ++origin)
      check(into.origins[origin], origins_[origin], days_bought, person.journey);
  }

 private:
  void add_habit(Counts& into, UtcMicros at) const {
    if (at < question_.period.from || at >= question_.period.to) return;
    const auto wall = customers_.zone().wall_of(at);
    const auto day = std::chrono::floor<days>(wall);
    ++into.purchases;
    into.at_midnight += wall == day ? 1 : 0;
    ++into.hours[static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(wall - day).count())];
    ++into.weekdays[std::chrono::weekday{day}.iso_encoding() - 1];
    ++into.months[static_cast<unsigned>(std::chrono::year_month_day{day}.month()) - 1];
  }

  // Of each order after the origin whether it came when it was expected from the purchases before it and what was learnt up to the origin.
  void check(std::array<BandCounts, kRhythmBands>& bands, const Origin& origin, const std::vector<LocalDay>& bought,
             const journey::Journey& journey) const {
    const auto first = std::upper_bound(bought.begin(), bought.end(), origin.day);
    if (first == bought.end() || *first > origin.until || bought.size() < 2) return;
    const RhythmLearnt* const learnt = book_.learnt_at(origin.day, customers_.rhythm_group_of(journey, origin.at));
    if (learnt == nullptr) return;
    for (auto order = std::max(first, bought.begin() + 1); order != bought.end() && *order <= origin.until; ++order) {
      const auto intervals = static_cast<std::uint32_t>(order - bought.begin() - 1);
      const std::int64_t total = (*std::prev(order) - bought.front()).count();
      const std::int64_t came = (*order - *std::prev(order)).count();
      BandCounts& band = bands[knowledge::rhythm_band(intervals)];
      ++band.orders;
      band.early += came < learnt->days_to(RhythmLearnt::Point::Early, intervals, total) ? 1 : 0;
      band.late += came > learnt->days_to(RhythmLearnt::Point::Late, intervals, total) ? 1 : 0;
    }
  }

  const knowledge::Economics& economics_;
  const Customers& customers_;
  const Question& question_;
  const RhythmSpec& spec_;
  const knowledge::RhythmBook& book_;
  const std::vector<Origin>& origins_;
  LocalDay today_;
};

}  // namespace

std::vector<Origin> origins_of(const Customers& customers, UtcMicros as_of) {
  std::vector<Origin> origins;
  const auto begun = customers.snapshot().first_event_at();
  if (!begun || *begun > as_of) return origins;
  const Zone& zone = customers.zone();
  const LocalDay today = zone.day_of(as_of);
  const std::int64_t window = std::min((today - zone.day_of(*begun)).count() / kWindows, kWindowDaysMax);
  if (window < kWindowDaysMin) return origins;
  for (std::int64_t back = kOrigins; back > 0; --back) {
    const LocalDay day = today - days{back * window};
    origins.push_back({day, day + days{window}, zone.start_of(day + days{1}) - std::chrono::microseconds{1}});
  }
  return origins;
}

void BandCounts::merge(const BandCounts& other) {
  orders += other.orders;
  early += other.early;
  late += other.late;
}

Standing standing_of(const Record& record, const std::array<bool, kRhythmBands>& told, LocalDay today,
                     std::uint32_t due_days) {
  if (!record.rhythm || !told[knowledge::rhythm_band(record.rhythm->intervals)]) return {};
  const bool overdue = record.rhythm->overdue;
  return {true, overdue, !overdue && record.rhythm->middle <= today + days{due_days}};
}

void Counts::merge(const Counts& other) {
  records.insert(records.end(), other.records.begin(), other.records.end());
  for (std::size_t origin = 0; origin < origins.size(); ++origin)
    for (std::size_t band = 0; band < kRhythmBands; ++band) origins[origin][band].merge(other.origins[origin][band]);
  for (std::size_t part = 0; part < hours.size(); ++part) hours[part] += other.hours[part];
  for (std::size_t part = 0; part < weekdays.size(); ++part) weekdays[part] += other.weekdays[part];
  for (std::size_t part = 0; part < months.size(); ++part) months[part] += other.months[part];
  purchases += other.purchases;
  at_midnight += other.at_midnight;
  without_amount += other.without_amount;
}

Result<Counts> count(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                     const RhythmSpec& spec, const knowledge::RhythmBook& book, const std::vector<Origin>& origins) {
  Counts none;
  none.origins.resize(origins.size());
  const Reader reader(economics, question, spec, book, origins);
  return fold_people(economics.customers(), question, lens, none,
                     [&](Counts& into, const Person& person) { reader.read(into, person); });
}

}  // namespace habitue::insight::rhythm
