// main() of the benchmarks that do not bring their own: runs what Google Benchmark has registered and reports it in the
// house's form. A rate (items per second) is the figure when a benchmark sets one, else the real time of one iteration;
// a counter named `peer` is what the other program needed for the same work.
#include <benchmark/benchmark.h>

#include "report.hpp"

namespace {

class RowCollector : public benchmark::ConsoleReporter {
 public:
  explicit RowCollector(habitue::bench::Report& report) : report_(report) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.error_occurred) continue;
      const auto rate = run.counters.find("items_per_second");
      const auto peer = run.counters.find("peer");
      habitue::bench::Row row{.name = run.benchmark_name(),
                              .ours = run.GetAdjustedRealTime(),
                              .peer = std::nullopt,
                              .unit = benchmark::GetTimeUnitString(run.time_unit)};
      if (rate != run.counters.end()) {
        row.ours = rate->second;
        row.unit = "items/s";
      }
      if (peer != run.counters.end()) row.peer = peer->second;
      report_.add(std::move(row));
    }
  }

 private:
  habitue::bench::Report& report_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const char* name = std::getenv("HABITUE_BENCH_NAME");
  habitue::bench::Report report(name != nullptr ? name : "bench");
  RowCollector collector(report);
  benchmark::RunSpecifiedBenchmarks(&collector);
  return report.finish();
}
