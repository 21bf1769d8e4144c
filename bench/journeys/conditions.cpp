#include "journeys/conditions.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <numeric>
#include <random>
#include <stop_token>
#include <thread>

namespace habitue::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::shared_ptr<const knowledge::Customers> bound(const std::shared_ptr<const journey::Snapshot>& snapshot) {
  return sure(knowledge::Customers::bind(snapshot, config::Business{}));
}

// Events of the same people by another seed, given to the index at an even pace, as the engine of a workspace does.
class Arrivals {
 public:
  static constexpr std::size_t kPerSecond = 20'000, kPerChange = 1'000;

  Arrivals(journey::Index& index, std::uint64_t events) : index_(index), customers_(bound(index.snapshot())) {
    simulate::Options options = traffic(events);
    options.seed += 1;
    options.events = std::max<std::uint64_t>(options.people, 600'000);
    options.people = std::min<std::uint64_t>(options.people, 600'000);
    options.order = simulate::Order::Time;
    std::uint64_t seq = index.snapshot()->up_to().value;
    sure(simulate::run(options, [&](std::vector<intake::Event>&& batch) -> Result<void> {
      for (intake::Event& event : batch) stored_.push_back({EventSeq{++seq}, std::move(event), 0});
      return {};
    }));
  }

  std::shared_ptr<const knowledge::Customers> customers() const {
    const std::lock_guard lock(mutex_);
    return customers_;
  }
  std::size_t given() const { return given_; }

  void run(const std::stop_token& stop) {
    auto next = Clock::now();
    while (!stop.stop_requested() && given_ + kPerChange <= stored_.size()) {
      std::vector<journey::FreshEvent> fresh;
      for (std::size_t place = given_; place < given_ + kPerChange; ++place)
        fresh.push_back({OriginId{person_of(stored_[place].event.message_id)}, &stored_[place]});
      sure(index_.apply({fresh, {}, {}, fresh.back().stored->seq}));
      if (index_.wants_compaction()) sure(index_.compact());
      auto customers = bound(index_.snapshot());
      {
        const std::lock_guard lock(mutex_);
        customers_.swap(customers);
      }
      given_ += kPerChange;
      next += std::chrono::microseconds{1'000'000 * kPerChange / kPerSecond};
      std::this_thread::sleep_until(next);
    }
  }

 private:
  journey::Index& index_;
  std::vector<ledger::StoredEvent> stored_;
  std::atomic<std::size_t> given_{0};
  mutable std::mutex mutex_;
  std::shared_ptr<const knowledge::Customers> customers_;
};

constexpr const char* kCriteria[] = {
    "count(Product Viewed) >= 3 in last 30 days",    "did Order Completed in last 90 days",
    "not did Order Refunded in last 365 days",       "sum(total of Order Completed) > 100",
    "did Session Started where device = \"mobile\"", "days(Session Started) >= 2",
    "did Search Performed in last 7 days",           "count(Page Viewed) > 20",
    "last(Order Completed) in last 180 days",        "did Email Clicked",
};

}  // namespace

void measure_threads(const std::shared_ptr<const knowledge::Customers>& customers, UtcMicros end, Report& report) {
  const std::vector<Asked> one = questions(customers, end, 1), two = questions(customers, end, 2);
  for (std::size_t place = 0; place < one.size(); ++place)
    report.add({one[place].name + ", 2 threads (peer: 1)", milliseconds_of([&] { two[place].ours(); }),
                milliseconds_of([&] { one[place].ours(); }), "ms"});
}

void measure_arriving(journey::Index& index, std::uint64_t events, UtcMicros end, Report& report) {
  constexpr int kMany = 9;
  std::vector<double> still;
  const auto before = questions(bound(index.snapshot()), end);
  for (const Asked& asked : before) still.push_back(median_milliseconds_of([&] { asked.ours(); }, kMany));

  Arrivals arrivals(index, events);
  const std::jthread writer([&](const std::stop_token& stop) { arrivals.run(stop); });
  const auto start = Clock::now();
  std::this_thread::sleep_for(std::chrono::seconds{2});
  for (std::size_t place = 0; place < before.size(); ++place) {
    std::vector<double> times;
    for (int round = 0; round < kMany; ++round) {
      const auto asked = questions(arrivals.customers(), end);
      times.push_back(milliseconds_of([&] { asked[place].ours(); }, 1));
    }
    std::sort(times.begin(), times.end());
    report.add({before[place].name + ", as events arrive (peer: still)", times[kMany / 2], still[place], "ms"});
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  report.add({.name = "events that arrived meanwhile",
              .ours = static_cast<double>(arrivals.given()) / seconds,
              .unit = "events/s"});
}

void measure_person(const knowledge::Customers& customers, UtcMicros end, Report& report) {
  std::vector<criteria::Evaluator> criteria;
  for (const char* text : kCriteria) criteria.push_back(sure(customers.evaluator(sure(criteria::parse(text)))));
  std::mt19937_64 random(1);
  const auto people = customers.snapshot().person_count();
  std::vector<double> times;
  std::size_t seen = 0;
  for (int round = 0; round < 40'000; ++round) {
    const PersonId person{static_cast<std::uint32_t>(1 + random() % people)};
    const auto start = Clock::now();
    const auto journey = customers.snapshot().find(person);
    if (!journey) continue;
    seen += static_cast<std::size_t>(customers.role_of(*journey, end)) +
            static_cast<std::size_t>(customers.stage_of(*journey, end).stage);
    for (const criteria::Evaluator& one : criteria)
      seen += one.evaluate(*journey, end) == criteria::Verdict::Inside ? 1 : 0;
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  if (times.empty() || seen == 0) give_up("nobody was found");
  std::sort(times.begin(), times.end());
  report.add(
      {.name = "one person's role, stage and ten criteria, median", .ours = times[times.size() / 2], .unit = "us"});
  report.add({.name = "one person's role, stage and ten criteria, 99th percentile",
              .ours = times[times.size() * 99 / 100],
              .unit = "us"});
}

double memory_bandwidth() {
  constexpr std::size_t kWords = std::size_t{1} << 27U;  // 1 GiB: more than caches keep.
  std::vector<std::uint64_t> memory(kWords, 1);
  std::atomic<std::uint64_t> sum{0};
  const double ms = milliseconds_of(
      [&] {
        const auto half = [&](std::size_t first) {
          sum += std::accumulate(memory.begin() + static_cast<std::ptrdiff_t>(first),
                                 memory.begin() + static_cast<std::ptrdiff_t>(first + kWords / 2), std::uint64_t{0});
        };
        std::jthread other([&] { half(0); });
        half(kWords / 2);
      },
      5);
  if (sum == 0) give_up("memory was not read");
  return static_cast<double>(kWords * sizeof(std::uint64_t)) / 1e6 / ms;
}

void measure_columns(const journey::Snapshot& snapshot, Report& report) {
  const journey::Segment* segment = nullptr;
  snapshot.for_each_journey(0, 1, [&](const journey::Journey& journey) {
    const journey::Segment* const of = journey[0].segment;
    if (segment == nullptr || of->rows() > segment->rows()) segment = of;
  });
  if (segment == nullptr) give_up("there are no journeys");
  const journey::SegmentColumns& columns = segment->columns();
  const auto rows = static_cast<double>(columns.rows);
  const std::size_t blocks = journey::OriginColumn::blocks_of(columns.rows);
  const auto row = [&](const char* name, double bytes) {
    report.add({.name = name, .ours = bytes / rows, .unit = "bytes/event"});
    return bytes / rows;
  };
  double hot = row("column of times", rows * columns.at_us.bits / 8);
  hot += row("column of kinds", rows * (columns.kinds.wide != nullptr ? 2 : 1));
  hot += row("column of places in the ledger", rows * columns.seqs.bits / 8);
  hot += row("column of origins", rows + 4.0 * static_cast<double>(blocks + columns.origins.starts[blocks]));
  hot += row("people", 8.0 * columns.persons);
  report.add({.name = "hot columns together", .ours = hot, .unit = "bytes/event"});
}

}  // namespace habitue::bench
