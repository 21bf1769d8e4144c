// What the journey index costs: memory an event, time to build, save and open, and what a steady stream of changes takes.
//
//   bench_journey_memory [EVENTS [PERSONS]]     10,000,000 events of 1,000,000 persons unless said
//
// The events are those of a web shop: 50 kinds, skewed as real traffic, about six properties each, and persons of whom a
// few do much. Seeded: two runs measure the same work.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <random>

#include <unistd.h>

#include "journey/index.hpp"
#include "report.hpp"

namespace {

using namespace habitue;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class T>
T sure(Result<T> result) {
  if (!result) {
    std::cerr << result.error().message << "\n";
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

double kilobytes_of(const char* field) {
  return std::strtod(bench::read_field("/proc/self/status", field, ':').c_str(), nullptr);
}

class Shop {
 public:
  Shop(std::uint32_t persons, std::uint64_t seed) : persons_(persons), random_(seed), known_(persons + 1) {}

  /// A change of `count` events of which one in ten happened up to a day before.
  journey::Change next(std::size_t count) {
    stored_.clear();
    fresh_.clear();
    assigned_.clear();
    for (std::size_t index = 0; index < count; ++index) add();
    for (std::size_t index = 0; index < count; ++index) fresh_.push_back({origins_[index], &stored_[index]});
    origins_.clear();
    return {fresh_, assigned_, {}, EventSeq{seq_}};
  }

 private:
  double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  std::uint32_t below(double limit) { return static_cast<std::uint32_t>(uniform() * limit); }

  void add() {
    // One event in thirty is a till receipt of nobody; the others are of persons, a few of whom do much.
    const std::uint32_t origin =
        below(30) == 0 ? 0 : 1 + static_cast<std::uint32_t>(std::pow(uniform(), 2.0) * persons_);
    if (origin != 0 && !known_[origin]) {
      known_[origin] = true;
      assigned_.push_back({OriginId{origin}, PersonId{origin}});
    }
    ledger::StoredEvent& stored = stored_.emplace_back();
    stored.seq = EventSeq{++seq_};
    intake::Event& event = stored.event;
    clock_us_ += 1 + below(2e5);
    event.at = UtcMicros{std::chrono::microseconds{clock_us_ - (below(10) == 0 ? below(8e10) : 0U)}};
    const auto kind = static_cast<std::uint32_t>(std::pow(uniform(), 3.0) * 50);
    if (kind < 20) {
      event.type = intake::EventType::Page;
      event.name = fmt::format("Page {}", kind);
      event.properties = fmt::format(R"({{"url":"https://shop.example/p/{}","title":"Product {}"}})", below(5e3), kind);
    } else if (kind < 45) {
      event.name = fmt::format("Action {}", kind);
      event.properties = fmt::format(R"({{"product_id":"sku-{}","quantity":{},"list":"{}"}})", below(5e3), 1 + below(4),
                                     kCategories[below(5)]);
    } else {
      event.name = "Order Completed";
      event.properties = fmt::format(R"({{"order_id":"order-{}","total":{:.2f},"currency":"GBP","coupon":{}}})", seq_,
                                     uniform() * 200, below(4) == 0 ? "\"SPRING\"" : "null");
    }
    event.context = fmt::format(
        R"({{"campaign":{{"source":"{}"}},"locale":"{}","ip":"10.{}.{}.1","library":{{"name":"analytics.js","version":"2.1"}}}})",
        kSources[below(6)], kLocales[below(4)], below(200), below(200));
    origins_.push_back(OriginId{origin});
  }

  static constexpr const char* kCategories[] = {"home", "search", "basket", "mail", "category"};
  static constexpr const char* kSources[] = {"google", "mail", "direct", "press", "partner", "social"};
  static constexpr const char* kLocales[] = {"en-GB", "fr-FR", "de-DE", "en-US"};

  std::uint32_t persons_;
  std::mt19937_64 random_;
  std::vector<bool> known_;
  std::uint64_t seq_ = 0;
  std::int64_t clock_us_ = 1'600'000'000'000'000;
  std::vector<ledger::StoredEvent> stored_;
  std::vector<OriginId> origins_;
  std::vector<journey::FreshEvent> fresh_;
  std::vector<journey::Assignment> assigned_;
};

double fold_seconds(const journey::Snapshot& snapshot) {
  const auto start = Clock::now();
  std::uint64_t orders = 0;
  const auto kind = snapshot.find_kind("Order Completed");
  snapshot.for_each_journey([&](journey::Journey journey) {
    UtcMicros last = kBeginning;
    for (const journey::Event& event : journey) {
      orders += event.kind == *kind && event.at - last < std::chrono::days{7} ? 1 : 0;
      last = event.at;
    }
  });
  const double taken = seconds_since(start);
  if (orders == 0) std::cerr << "no orders\n";
  return taken;
}

double property_seconds(const journey::Snapshot& snapshot) {
  const auto start = Clock::now();
  double revenue = 0;
  const auto total = snapshot.find_property("total");
  snapshot.for_each_journey([&](journey::Journey journey) {
    for (const journey::Event& event : journey) revenue += total->number(event).value_or(0);
  });
  const double taken = seconds_since(start);
  if (revenue == 0) std::cerr << "no revenue\n";
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const auto persons = static_cast<std::uint32_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000'000);
  const auto count = static_cast<double>(events);
  bench::Report report("journey_memory");
  Shop shop(persons, 42);
  auto index = journey::Index::create();

  constexpr std::size_t kChunk = 8'192;
  double staging = 0;
  for (std::size_t done = 0; done < events; done += kChunk) {
    const journey::Change change = shop.next(std::min(kChunk, events - done));
    const auto start = Clock::now();
    sure(index->stage(change));
    staging += seconds_since(start);
  }
  const double staged_kilobytes = kilobytes_of("VmRSS");
  const auto publishing = Clock::now();
  sure(index->publish());
  const double published = seconds_since(publishing);
  report.add({.name = "build: read events", .ours = count / staging, .unit = "events/s"});
  report.add({.name = "build: sort and pack", .ours = count / published, .unit = "events/s"});
  report.add({.name = "build: both", .ours = count / (staging + published), .unit = "events/s"});
  report.add({.name = "build: memory before sorting", .ours = staged_kilobytes * 1024 / count, .unit = "bytes/event"});
  report.add({.name = "build: memory at most", .ours = kilobytes_of("VmHWM") * 1024 / count, .unit = "bytes/event"});
  report.add({.name = "memory of the index",
              .ours = static_cast<double>(index->snapshot()->memory_bytes()) / count,
              .unit = "bytes/event"});

  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("journey_memory_{}", ::getpid());
  auto start = Clock::now();
  sure(index->save(file));
  report.add({.name = "save", .ours = seconds_since(start), .unit = "s"});
  report.add(
      {.name = "file", .ours = static_cast<double>(std::filesystem::file_size(file)) / count, .unit = "bytes/event"});
  index.reset();
  start = Clock::now();
  index = sure(journey::Index::open(file));
  report.add({.name = "open", .ours = seconds_since(start) * 1e3, .unit = "ms"});
  std::filesystem::remove(file);

  fold_seconds(*index->snapshot());
  report.add({.name = "fold: kinds and times", .ours = count / fold_seconds(*index->snapshot()), .unit = "events/s"});
  report.add({.name = "fold: one property", .ours = count / property_seconds(*index->snapshot()), .unit = "events/s"});

  // 10,000 events a second, a change every 200 ms: each must take much less, on one core.
  constexpr int kChanges = 300;
  std::vector<double> changes;
  std::vector<double> compactions;
  for (int change = 0; change < kChanges; ++change) {
    const journey::Change next = shop.next(2'000);
    start = Clock::now();
    sure(index->apply(next));
    changes.push_back(seconds_since(start));
    if (!index->wants_compaction()) continue;
    start = Clock::now();
    sure(index->compact());
    compactions.push_back(seconds_since(start));
  }
  const double spent = std::accumulate(changes.begin(), changes.end(), 0.0);
  const double compacting = std::accumulate(compactions.begin(), compactions.end(), 0.0);
  std::sort(changes.begin(), changes.end());
  const double arrived = kChanges * 2'000;
  report.add({.name = "changes of 2,000 events, median", .ours = changes[changes.size() / 2] * 1e3, .unit = "ms"});
  report.add({.name = "changes of 2,000 events, slowest", .ours = changes.back() * 1e3, .unit = "ms"});
  report.add({.name = "changes, as many as one core takes", .ours = arrived / spent, .unit = "events/s"});
  report.add({.name = "changes with compactions between", .ours = arrived / (spent + compacting), .unit = "events/s"});
  report.add({.name = "compactions", .ours = static_cast<double>(compactions.size()), .unit = "count"});
  if (!compactions.empty())
    report.add(
        {.name = "slowest compaction", .ours = *std::max_element(compactions.begin(), compactions.end()), .unit = "s"});
  fold_seconds(*index->snapshot());
  const double events_now = count + arrived;
  report.add({.name = "fold after changes: kinds and times",
              .ours = events_now / fold_seconds(*index->snapshot()),
              .unit = "events/s"});
  report.add({.name = "fold after changes: one property",
              .ours = events_now / property_seconds(*index->snapshot()),
              .unit = "events/s"});
  return report.finish();
}
