// How fast companies are invented: events a second into nothing, as events and as lines, in both orders. Nobody else invents
// the same company, so there is no peer; the figures say how long a test at a given size has to wait for its data.
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "report.hpp"
#include "simulate/simulate.hpp"

namespace {

using namespace habitue;

// HABITUE_BENCH_EVENTS asks for another size, such as 100000000.
std::uint64_t events_wanted() {
  const char* wanted = std::getenv("HABITUE_BENCH_EVENTS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 5'000'000;
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main() {
  bench::Report report("simulate");
  for (const char* profile : {"traffic", "atelier"}) {
    for (const auto& [order, order_name] :
         {std::pair{simulate::Order::Person, "by person"}, std::pair{simulate::Order::Time, "by arrival"}}) {
      for (const bool lines : {false, true}) {
        simulate::Options options;
        options.profile = profile;
        options.events = events_wanted();
        options.people = std::max<std::uint64_t>(1, *options.events / 50);
        options.order = order;
        const auto started = std::chrono::steady_clock::now();
        const auto truth =
            lines ? simulate::run_ndjson(options, [](std::string_view) -> Result<void> { return {}; })
                  : simulate::run(options, [](std::vector<intake::Event>&&) -> Result<void> { return {}; });
        if (!truth) {
          std::cerr << truth.error().message << "\n";
          return 1;
        }
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
        report.add({.name = fmt::format("{} {}, {}", profile, order_name, lines ? "NDJSON lines" : "events"),
                    .ours = static_cast<double>(truth->events) / seconds.count(),
                    .unit = "events/s"});
      }
    }
  }
  report.add({.name = "peak memory of all of these", .ours = peak_mebibytes(), .unit = "MiB"});
  return report.finish();
}
