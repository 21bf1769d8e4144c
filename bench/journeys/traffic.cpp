#include "journeys/traffic.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "journey/index.hpp"

namespace habitue::bench {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

void give_up(const std::string& why) {
  std::cerr << "bench journeys: " << why << "\n";
  std::exit(1);
}

namespace {
std::vector<double> rounds_of(const std::function<void()>& work, int rounds) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times;
}
}  // namespace

double milliseconds_of(const std::function<void()>& work, int rounds) { return rounds_of(work, rounds).front(); }
double median_milliseconds_of(const std::function<void()>& work, int rounds) {
  return rounds_of(work, rounds)[static_cast<std::size_t>(rounds) / 2];
}

// The person in `m16-u8l-h6`: what stands between the dashes, in base 36; from 1.
std::uint32_t person_of(std::string_view message_id) {
  const std::size_t first = message_id.find('-') + 1;
  std::uint32_t person = 0;
  std::from_chars(message_id.data() + first, message_id.data() + message_id.size(), person, 36);
  return person + 1;
}

simulate::Options traffic(std::uint64_t events) {
  simulate::Options options;
  options.profile = "traffic";
  options.people = events / 50;
  options.events = events;
  options.order = simulate::Order::Person;
  return options;
}

void prepare(const fs::path& folder, std::uint64_t events) {
  fs::create_directories(folder);
  sure(simulate::write_parquet(traffic(events), folder / "events.parquet"));
  const auto index = journey::Index::create();
  std::vector<bool> known(events / 50 + 2);
  std::uint64_t seq = 0;
  sure(simulate::run(traffic(events), [&](std::vector<intake::Event>&& batch) -> Result<void> {
    std::vector<ledger::StoredEvent> stored;
    std::vector<journey::Assignment> assigned;
    stored.reserve(batch.size());
    for (intake::Event& event : batch) stored.push_back({EventSeq{++seq}, std::move(event), 0});
    std::vector<journey::FreshEvent> fresh;
    for (const ledger::StoredEvent& each : stored) {
      const std::uint32_t person = person_of(each.event.message_id);
      if (person >= known.size()) known.resize(person + 1);
      if (!known[person]) assigned.push_back({OriginId{person}, PersonId{person}});
      known[person] = true;
      fresh.push_back({OriginId{person}, &each});
    }
    return index->stage({fresh, assigned, {}, EventSeq{seq}});
  }));
  sure(index->publish({}));
  sure(index->save(folder / "journeys"));
}

}  // namespace habitue::bench
