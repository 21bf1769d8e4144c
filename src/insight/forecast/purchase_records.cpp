#include "insight/forecast/purchase_records.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "insight/fold_lists.hpp"

namespace habitue::insight::forecast {
namespace {

using knowledge::Economics;
using knowledge::PurchaseEvent;

struct Lists {
  std::vector<PurchaseRecord> customers;
  std::vector<std::int32_t> days;
  std::uint64_t without_amount = 0;
  void merge(Lists& other) {
    for (PurchaseRecord& customer : other.customers) customer.days_at += days.size();
    days.insert(days.end(), other.days.begin(), other.days.end());
    std::move(other.customers.begin(), other.customers.end(), std::back_inserter(customers));
    without_amount += other.without_amount;
  }
  void reserve(std::span<const Lists> parts) {
    std::size_t size = 0, days_size = 0;
    for (const Lists& part : parts) {
      size += part.customers.size();
      days_size += part.days.size();
    }
    customers.reserve(size);
    days.reserve(days_size);
  }
};

struct DayOfPurchases {
  std::int32_t place;  // Days since 1970, or the occasion.
  LocalDay day;        // The last of it.
  std::int64_t minor = 0;
  bool known = true;
};

void add_spend(models::SpendHistory& spend, double amount) {
  ++spend.x;
  const double count = spend.x;
  spend.mean += (amount - spend.mean) / count;
  // Welford (1962).
  const double ln = std::log(amount), off = ln - spend.mean_ln;
  spend.mean_ln += off / count;
  spend.squares_ln += off * (ln - spend.mean_ln);
}

std::int32_t number_of(LocalDay day) { return static_cast<std::int32_t>(day.time_since_epoch().count()); }

class Reader {
 public:
  Reader(const Economics& economics, const PurchaseRecords& of)
      : economics_(economics),
        customers_(economics.customers()),
        occasions_(of.occasions.get()),
        cut_(of.cut),
        until_(of.until),
        cut_place_(occasions_ != nullptr ? of.occasions_over - 1 : number_of(of.cut_day)),
        units_(std::pow(10.0, economics.exchange().currency().minor_digits())) {}

  void read(Lists& lists, const Person& person) const {
    thread_local std::vector<DayOfPurchases> days;
    days_of(customers_.purchase_events(person.journey, cut_), days);
    if (days.empty()) return;
    PurchaseRecord record{.person = person.journey.person(),
                          .audience = person.audience,
                          .history = {},
                          .spend = {},
                          .later = {},
                          .later_spend = 0,
                          .last_day = days.back().day,
                          .days_at = lists.days.size()};
    record.history.x = static_cast<std::uint32_t>(days.size() - 1);
    record.history.t_x = time(days.back().place - days.front().place);
    record.history.T = time(cut_place_ - days.front().place);
    for (std::size_t at = 0; at < days.size(); ++at) {
      lists.days.push_back(days[at].place);
      if (at > 0) record.history.sum_ln_gaps += std::log(time(days[at].place - days[at - 1].place));
      lists.without_amount += days[at].known ? 0 : 1;
      if (days[at].minor > 0) add_spend(record.spend, static_cast<double>(days[at].minor) / units_);
    }
    if (until_ > cut_) {
      const std::int32_t last_known = days.back().place;
      std::int64_t later_minor = 0;
      days_of(customers_.purchase_events(person.journey, until_), days);
      for (const DayOfPurchases& later : days) {
        // A second purchase on the day of the cut is of a day that is already counted.
        if (later.place <= cut_place_ || later.place <= last_known) continue;
        const std::int32_t after = later.place - cut_place_ - 1;
        record.later.push_back(static_cast<std::uint16_t>(occasions_ != nullptr ? after : after / 7));
        later_minor += later.minor;
      }
      record.later_spend = static_cast<double>(later_minor) / units_;
    }
    lists.customers.push_back(std::move(record));
  }

 private:
  double time(std::int32_t places) const { return occasions_ != nullptr ? places : places / kDaysAWeek; }

  void days_of(const std::vector<PurchaseEvent>& purchases, std::vector<DayOfPurchases>& days) const {
    days.clear();
    for (const PurchaseEvent& purchase : purchases) {
      const LocalDay day = customers_.zone().day_of(purchase.at);
      // What came before the first occasion was at none.
      const auto place = occasions_ != nullptr ? occasions_->at(day) : std::optional(number_of(day));
      if (!place) continue;
      if (days.empty() || days.back().place != *place) days.push_back({*place, day});
      days.back().day = day;
      const auto price = economics_.price_of(purchase);
      days.back().known &= price.has_value();
      days.back().minor += price.value_or(0);
    }
  }

  const Economics& economics_;
  const Customers& customers_;
  const Occasions* occasions_;
  UtcMicros cut_, until_;
  std::int32_t cut_place_;
  double units_;  // Minor units in a whole one.
};

// The last moment of the last occasion that was over, or nothing where none was.
std::optional<UtcMicros> end_of_last(const Occasions& occasions, const Zone& zone, UtcMicros at) {
  using namespace std::chrono_literals;
  const LocalDay day = zone.day_of(at + 1us) - std::chrono::days{1};
  const std::int32_t over = occasions.over_by(day);
  if (over == 0) return std::nullopt;
  return zone.start_of(occasions.last_day(over - 1) + std::chrono::days{1}) - 1us;
}

auto deeds(const PurchaseRecord& of) {
  return std::tie(of.history.x, of.history.t_x, of.history.T, of.history.sum_ln_gaps, of.spend.mean, of.later,
                  of.later_spend);
}

}  // namespace

bool PurchaseRecords::did_the_same(const PurchaseRecord& left, const PurchaseRecord& right) const {
  const auto own = days_of(left), others = days_of(right);
  return deeds(left) == deeds(right) && std::equal(own.begin(), own.end(), others.begin(), others.end());
}

Result<PurchaseRecords> read_purchase_records(const Economics& economics, const Question& question, const Lens& lens,
                                              std::shared_ptr<const Occasions> occasions, UtcMicros cut,
                                              UtcMicros until) {
  const Customers& customers = economics.customers();
  const Zone& zone = customers.zone();
  PurchaseRecords records;
  records.occasions = std::move(occasions);
  records.cut = cut;
  records.until = until;
  if (records.occasions) {
    const auto end = end_of_last(*records.occasions, zone, cut), later = end_of_last(*records.occasions, zone, until);
    if (!end) return records;
    records.cut = *end;
    records.until = *later;
    records.occasions_over = records.occasions->over_by(zone.day_of(*end));
  }
  records.cut_day = zone.day_of(records.cut);
  records.weeks_after = static_cast<double>((zone.day_of(records.until) - records.cut_day).count()) / kDaysAWeek;
  const Reader reader(economics, records);
  auto lists = fold_lists<Lists>(customers, question, lens,
                                 [&](Lists& into, const Person& person) { reader.read(into, person); });
  if (!lists) return tl::unexpected(lists.error());
  // By what they did, not by who they are: the ids of people tell of the order in which they came.
  records.days = std::move(lists->days);
  const auto before = [&](const PurchaseRecord& left, const PurchaseRecord& right) {
    const auto a = deeds(left), b = deeds(right);
    if (a != b) return a < b;
    // Gaps may be the same in another order: in a season's time those are two histories.
    const auto days = records.days_of(left), others = records.days_of(right);
    if (!std::equal(days.begin(), days.end(), others.begin(), others.end()))
      return std::lexicographical_compare(days.begin(), days.end(), others.begin(), others.end());
    return left.person < right.person;
  };
  std::sort(lists->customers.begin(), lists->customers.end(), before);
  records.customers = std::move(lists->customers);
  records.without_amount = lists->without_amount;
  return records;
}

Result<PurchaseRecords> read_records(const Economics& economics, const Question& question, const Lens& lens,
                                     const ForecastSpec& spec, UtcMicros at) {
  std::shared_ptr<const Occasions> occasions;
  if (!spec.occasions.empty()) {
    Question then = question;
    then.as_of = at;
    auto read = Occasions::read(economics.customers(), then, spec.occasions);
    if (!read) return tl::unexpected(read.error());
    occasions = *std::move(read);
  }
  return read_purchase_records(economics, question, lens, std::move(occasions), at, at);
}

}  // namespace habitue::insight::forecast
