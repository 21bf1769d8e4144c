// How rhythms are learnt of everybody. First the law of each month, then how often what it told for the next month came true.
#include <algorithm>
#include <mutex>
#include <thread>

#include "base/workers.hpp"
#include "knowledge/plain_purchases.hpp"
#include "knowledge/rhythm.hpp"

namespace habitue::knowledge {
namespace {

constexpr std::size_t kParts = 64;
constexpr std::int32_t kWindowMonths =
    12;  // Chances are mended by those of the last year, so that a season is seen whole.

using Counts = std::array<models::ChanceCounts, kRhythmBands>;
using SumsByMonth = std::map<std::string, std::map<std::int32_t, models::IntervalSums>, std::less<>>;
using CountsByMonth = std::map<std::string, std::map<std::int32_t, Counts>, std::less<>>;

template <class ByMonth, class Merge>
void merge_months(ByMonth& into, const ByMonth& from, const Merge& merge) {
  for (const auto& [group, months] : from)
    for (const auto& [month, figures] : months) merge(into[group][month], figures);
}

// The law at the end of each month of a group.
using Laws = std::map<std::int32_t, std::optional<models::IntervalLaw>>;

}  // namespace

class RhythmBuilder {
 public:
  RhythmBuilder(const journey::Snapshot& snapshot, const MoneyReader& money, const Zone& zone,
                const std::optional<RhythmTrait>& trait, const Cancellation* cancellation)
      : snapshot_(snapshot), money_(money), zone_(zone), trait_(trait), cancellation_(cancellation) {
    for (std::uint16_t kind = 0; kind < snapshot.kinds().size(); ++kind)
      wanted_.push_back(money.kinds().contains(kind) ? 1 : 0);
  }

  std::unique_ptr<const RhythmBook> build() {
    learn_laws();
    const CountsByMonth counts = count_chances();
    if (cancelled()) return nullptr;
    auto book = std::make_unique<RhythmBook>();
    for (const auto& [group, laws] : laws_) {
      const auto found = counts.find(group);
      RhythmBook::Months& months = book->groups_[group];
      for (const auto& [number, law] : laws) {
        std::unique_ptr<RhythmLearnt> learnt;
        if (law) learnt = std::make_unique<RhythmLearnt>(*law, window(found, counts, number));
        months.push_back({number, std::move(learnt)});
      }
    }
    return book;
  }

 private:
  bool cancelled() const { return cancellation_ != nullptr && cancellation_->cancelled(); }

  static Counts window(CountsByMonth::const_iterator group, const CountsByMonth& all, std::int32_t last) {
    Counts sum{};
    if (group == all.end()) return sum;
    for (const auto& [month, counts] : group->second)
      if (month <= last && month > last - kWindowMonths)
        for (std::size_t band = 0; band < kRhythmBands; ++band) sum[band].merge(counts[band]);
    return sum;
  }

  // Calls visit(figures, group, month, days) for each person and month in which a day of purchases is, with all days up to its end, as
  // known then, each once; figures are a worker's own.
  template <class Figures, class Visit, class Merge>
  Figures pass(const Visit& visit, const Merge& merge) {
    Figures whole;
    std::mutex mutex;
    std::atomic<std::size_t> next = 0;
    run_workers(std::max(1U, std::thread::hardware_concurrency()), [&](const std::atomic<bool>& failed) {
      Figures figures;
      for (std::size_t part = next++; part < kParts && !failed && !cancelled(); part = next++)
        snapshot_.for_each_selection(part, kParts, wanted_, [&](const journey::SelectionBlock& block) {
          if (!cancelled()) read(block, [&](auto&&... of) { visit(figures, of...); });
        });
      const std::lock_guard lock(mutex);
      merge(whole, figures);
    });
    return whole;
  }

  template <class Visit>
  void read(const journey::SelectionBlock& block, const Visit& visit) const {
    thread_local PlainPurchases purchases;
    thread_local std::vector<LocalDay> days;
    purchases.read(money_, block, kEnd);
    for (std::size_t index = 0; index < block.people.size(); ++index) {
      const PlainPurchases::Of& of = purchases.people()[index];
      const journey::Journey journey = block.journey(block.people[index]);
      if (!of.plain) {
        read_settled(journey, visit);
        continue;
      }
      if (of.last - of.first < 2) continue;
      days.clear();
      for (const std::int64_t at : purchases.at_us().subspan(of.first, of.last - of.first)) add_day(days, at);
      // Who only bought has the same days at the end of each month.
      for (std::size_t from = 1; from < days.size();) {
        const std::int32_t month = month_number(days[from]);
        std::size_t to = from + 1;
        while (to < days.size() && month_number(days[to]) == month) ++to;
        visit(group_of(journey, month), month, std::span<const LocalDay>(days).first(to));
        from = to;
      }
    }
  }

  void add_day(std::vector<LocalDay>& days, std::int64_t at_us) const {
    const LocalDay day = zone_.day_of(UtcMicros{std::chrono::microseconds{at_us}});
    if (days.empty() || days.back() != day) days.push_back(day);
  }

  template <class Visit>
  void read_settled(const journey::Journey& journey, const Visit& visit) const {
    thread_local std::vector<std::uint32_t> rows;
    thread_local std::vector<MoneyLine> lines;
    thread_local Settlement settlement;
    thread_local std::vector<LocalDay> days;
    lines.clear();
    journey.visit_kinds(money_.kinds(), rows, [&](const journey::Event& event) {
      lines.push_back(money_.read(event));
      return true;
    });
    for (std::size_t known = 0; known < lines.size();) {
      const std::int32_t month = month_number(zone_.day_of(lines[known].at));
      while (known < lines.size() && month_number(zone_.day_of(lines[known].at)) == month) ++known;
      settlement.clear();
      for (const MoneyLine& line : std::span(lines).first(known)) settlement.add(line);
      settlement.settle();
      days.clear();
      for (const Purchase& purchase : settlement.purchases()) add_day(days, purchase.at.time_since_epoch().count());
      if (days.size() > 1 && month_number(days.back()) == month)
        visit(group_of(journey, month), month, std::span<const LocalDay>(days));
    }
  }

  std::string group_of(const journey::Journey& journey, std::int32_t month) const {
    if (!trait_) return {};
    const std::chrono::year_month next =
        std::chrono::year_month{std::chrono::year{month / 12},
                                std::chrono::month{static_cast<unsigned>(month % 12) + 1}} +
        std::chrono::months{1};
    const UtcMicros end = zone_.start_of(LocalDay{next / std::chrono::day{1}});
    return trait_->value(journey.until(end - std::chrono::microseconds{1}));
  }

  void learn_laws() {
    const auto sums = pass<SumsByMonth>(
        [](SumsByMonth& into, const std::string& group, std::int32_t month, std::span<const LocalDay> days) {
          const auto add = [&](models::IntervalSums& to) {
            const std::int64_t first = (days[1] - days[0]).count();
            if (month_number(days[1]) == month) to.add_first(first);
            if (days.size() > 2 && month_number(days[2]) == month) to.add_pair(first, (days[2] - days[1]).count());
          };
          add(into[{}][month]);
          if (!group.empty()) add(into[group][month]);
        },
        [](SumsByMonth& into, const SumsByMonth& from) {
          merge_months(into, from, [](models::IntervalSums& to, const models::IntervalSums& of) { to.merge(of); });
        });
    for (const auto& [group, months] : sums) {
      models::IntervalSums so_far;
      for (const auto& [month, figures] : months) {
        so_far.merge(figures);
        laws_[group][month] = models::IntervalLaw::learn(so_far);
      }
      // A group of which too little is ever known is as everybody.
      if (!group.empty() && !laws_[group].rbegin()->second) laws_.erase(group);
    }
  }

  const models::IntervalLaw* law_before(const std::string& group, std::int32_t month) const {
    const auto laws = laws_.find(group);
    if (laws == laws_.end()) return nullptr;
    const auto after = laws->second.lower_bound(month);
    if (after == laws->second.begin()) return nullptr;
    const auto& law = std::prev(after)->second;
    return law ? &*law : nullptr;
  }

  CountsByMonth count_chances() {
    return pass<CountsByMonth>(
        [this](CountsByMonth& into, const std::string& group, std::int32_t month, std::span<const LocalDay> days) {
          const auto add = [&](const std::string& of) {
            const models::IntervalLaw* const law = law_before(of, month);
            if (law == nullptr) return;
            Counts& counts = into[of][month];
            for (std::size_t at = days.size() - 1; at > 0 && month_number(days[at]) == month; --at) {
              const auto intervals = static_cast<std::uint32_t>(at - 1);
              const auto total = static_cast<double>((days[at - 1] - days[0]).count());
              const auto came = static_cast<double>((days[at] - days[at - 1]).count());
              counts[rhythm_band(intervals)].add(law->chance(intervals, total, came));
            }
          };
          add({});
          if (!group.empty()) add(group);
        },
        [](CountsByMonth& into, const CountsByMonth& from) {
          merge_months(into, from, [](Counts& to, const Counts& of) {
            for (std::size_t band = 0; band < kRhythmBands; ++band) to[band].merge(of[band]);
          });
        });
  }

  const journey::Snapshot& snapshot_;
  const MoneyReader& money_;
  const Zone& zone_;
  const std::optional<RhythmTrait>& trait_;
  const Cancellation* cancellation_;
  std::vector<std::uint8_t> wanted_;
  std::map<std::string, Laws, std::less<>> laws_;
};

std::unique_ptr<const RhythmBook> RhythmBook::build(const journey::Snapshot& snapshot, const MoneyReader& money,
                                                    const Zone& zone, const std::optional<RhythmTrait>& trait,
                                                    const Cancellation* cancellation) {
  return RhythmBuilder(snapshot, money, zone, trait, cancellation).build();
}

}  // namespace habitue::knowledge
