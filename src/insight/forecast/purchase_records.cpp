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
  LocalDay day;
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

class Reader {
 public:
  Reader(const Economics& economics, UtcMicros cut, UtcMicros until)
      : economics_(economics),
        customers_(economics.customers()),
        cut_(cut),
        until_(until),
        cut_day_(customers_.zone().day_of(cut)),
        units_(std::pow(10.0, economics.exchange().currency().minor_digits())) {}

  void read(Lists& lists, const Person& person) const {
    thread_local std::vector<DayOfPurchases> days;
    days_of(customers_.purchase_events(person.journey, cut_), days);
    if (days.empty()) return;
    PurchaseRecord record{.person = person.journey.person(),
                          .audience = person.audience,
                          .history = {},
                          .spend = {},
                          .later_weeks = {},
                          .later_spend = 0,
                          .days_at = lists.days.size()};
    record.history.x = static_cast<std::uint32_t>(days.size() - 1);
    record.history.t_x = weeks(days.back().day - days.front().day);
    record.history.T = weeks(cut_day_ - days.front().day);
    for (std::size_t at = 0; at < days.size(); ++at) {
      lists.days.push_back(static_cast<std::int32_t>(days[at].day.time_since_epoch().count()));
      if (at > 0) record.history.sum_ln_gaps += std::log(weeks(days[at].day - days[at - 1].day));
      lists.without_amount += days[at].known ? 0 : 1;
      if (days[at].minor > 0) add_spend(record.spend, static_cast<double>(days[at].minor) / units_);
    }
    if (until_ > cut_) {
      const LocalDay last_known = days.back().day;
      std::int64_t later_minor = 0;
      days_of(customers_.purchase_events(person.journey, until_), days);
      for (const DayOfPurchases& later : days) {
        // A second purchase on the day of the cut is of a day that is already counted.
        if (later.day <= cut_day_ || later.day <= last_known) continue;
        record.later_weeks.push_back(static_cast<std::uint16_t>(((later.day - cut_day_).count() - 1) / 7));
        later_minor += later.minor;
      }
      record.later_spend = static_cast<double>(later_minor) / units_;
    }
    lists.customers.push_back(std::move(record));
  }

 private:
  static double weeks(std::chrono::days days) { return static_cast<double>(days.count()) / kDaysAWeek; }

  void days_of(const std::vector<PurchaseEvent>& purchases, std::vector<DayOfPurchases>& days) const {
    days.clear();
    for (const PurchaseEvent& purchase : purchases) {
      const LocalDay day = customers_.zone().day_of(purchase.at);
      if (days.empty() || days.back().day != day) days.push_back({day});
      const auto price = economics_.price_of(purchase);
      days.back().known &= price.has_value();
      days.back().minor += price.value_or(0);
    }
  }

  const Economics& economics_;
  const Customers& customers_;
  UtcMicros cut_, until_;
  LocalDay cut_day_;
  double units_;  // Minor units in a whole one.
};

auto deeds(const PurchaseRecord& of) {
  return std::tie(of.history.x, of.history.t_x, of.history.T, of.history.sum_ln_gaps, of.spend.mean, of.later_weeks,
                  of.later_spend);
}

}  // namespace

bool PurchaseRecords::did_the_same(const PurchaseRecord& left, const PurchaseRecord& right) const {
  const auto own = days_of(left), others = days_of(right);
  return deeds(left) == deeds(right) && std::equal(own.begin(), own.end(), others.begin(), others.end());
}

Result<PurchaseRecords> read_purchase_records(const Economics& economics, const Question& question, const Lens& lens,
                                              UtcMicros cut, UtcMicros until) {
  const Customers& customers = economics.customers();
  const Reader reader(economics, cut, until);
  auto lists = fold_lists<Lists>(customers, question, lens,
                                 [&](Lists& into, const Person& person) { reader.read(into, person); });
  if (!lists) return tl::unexpected(lists.error());
  // By what they did, not by who they are: the ids of people tell of the order in which they came.
  PurchaseRecords records;
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
  records.cut = cut;
  records.cut_day = customers.zone().day_of(cut);
  records.until = until;
  records.weeks_after =
      static_cast<double>((customers.zone().day_of(until) - customers.zone().day_of(cut)).count()) / kDaysAWeek;
  records.without_amount = lists->without_amount;
  return records;
}

}  // namespace habitue::insight::forecast
