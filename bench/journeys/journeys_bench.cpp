// Questions of behaviour on the journey index, beside DuckDB and ClickHouse answering the same from tables sorted by person
// and time, on the same events in the same run and with the same two threads; then what else the index costs (conditions.hpp).
//
//   bench_journeys [EVENTS [prepare | conditions | ours [NAME [ROUNDS]]]]
//
// 10,000,000 events of a fiftieth as many persons unless said; `prepare` only makes them; `conditions` leaves the others out,
// and so does `ours`, which measures the questions whose names begin with NAME, and the time of all processors beside.
//
// bench/journeys/run measures ClickHouse first and leaves its times in HABITUE_BENCH_PEER. Every time is the best of three,
// warm. What is answered is compared too: a question that two engines answer differently is not measured.
#include <duckdb.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <map>

#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "journeys/conditions.hpp"
#include "journeys/questions.hpp"
#include "report.hpp"

namespace {

using namespace habitue;
using namespace habitue::bench;
namespace fs = std::filesystem;

class Duck {
 public:
  Duck() {
    if (duckdb_open(nullptr, &database_) != DuckDBSuccess || duckdb_connect(database_, &connection_) != DuckDBSuccess)
      give_up("DuckDB does not open");
    run(fmt::format("SET threads = {}", kThreads));
  }
  ~Duck() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  // The first column of the first row, as a number; 0 when there is none.
  std::int64_t run(const std::string& sql) {
    duckdb_result result;
    if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess) give_up(duckdb_result_error(&result));
    const std::int64_t value = duckdb_row_count(&result) > 0 ? duckdb_value_int64(&result, 0, 0) : 0;
    duckdb_destroy_result(&result);
    return value;
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

// The same table for DuckDB and ClickHouse: sorted by person and time, names as dictionaries.
constexpr const char* kDuckTable = R"(
  CREATE TABLE events AS
  SELECT person, us, kind::ENUM_KIND AS kind, device::ENUM_DEVICE AS device, country::ENUM_COUNTRY AS country
  FROM read_events ORDER BY person, us)";

void load(Duck& duck, const fs::path& parquet) {
  duck.run(
      fmt::format("CREATE TABLE persons AS SELECT CAST(row_number() OVER () AS UINTEGER) AS person, family FROM "
                  "(SELECT DISTINCT split_part(message_id, '-', 2) AS family FROM read_parquet('{}'))",
                  parquet.string()));
  duck.run(fmt::format(R"(CREATE VIEW read_events AS SELECT person, epoch_us(occurred_at) AS us,
      coalesce(nullif(name, ''), '$identify') AS kind, properties->>'device' AS device, properties->>'country' AS country
      FROM read_parquet('{}') JOIN persons ON family = split_part(message_id, '-', 2))",
                       parquet.string()));
  for (const auto& [type, column] :
       {std::pair{"ENUM_KIND", "kind"}, std::pair{"ENUM_DEVICE", "device"}, std::pair{"ENUM_COUNTRY", "country"}})
    duck.run(fmt::format("CREATE TYPE {} AS ENUM (SELECT DISTINCT {} FROM read_events WHERE {} IS NOT NULL)", type,
                         column, column));
  duck.run(kDuckTable);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const fs::path folder = fs::path("build/bench-data") / fmt::format("journeys-{}", events);
  if (!fs::exists(folder / "journeys")) {
    std::cerr << "making " << events << " events in " << folder << " ...\n";
    prepare(folder, events);
  }
  if (argc > 2 && std::string_view(argv[2]) == "prepare") return 0;

  // Twice, as for the questions the file is in memory; what the disk takes to read it is the disk's.
  const double cold_ms = milliseconds_of([&] { sure(journey::Index::open(folder / "journeys")); }, 1);
  const double open_ms = milliseconds_of([&] { sure(journey::Index::open(folder / "journeys")); });
  const auto index = sure(journey::Index::open(folder / "journeys"));
  const auto snapshot = index->snapshot();
  const auto customers = sure(knowledge::Customers::bind(snapshot, config::Business{}));
  // The end of the day before the last: days are whole for all engines.
  const auto day = std::chrono::floor<std::chrono::days>(*snapshot->last_event_at());
  const UtcMicros end = UtcMicros{day} - std::chrono::microseconds{1};

  if (argc > 2 && std::string_view(argv[2]) == "ours") {
    const std::string_view name = argc > 3 ? argv[3] : "";
    const int rounds = argc > 4 ? std::atoi(argv[4]) : kRounds;
    for (const Asked& asked : questions(customers, end)) {
      if (!asked.name.starts_with(name)) continue;
      double ms = HUGE_VAL, processor_ms = HUGE_VAL;
      for (int round = 0; round < rounds; ++round) {
        const std::clock_t before = std::clock();
        ms = std::min(ms, milliseconds_of([&] { asked.ours(); }, 1));
        processor_ms = std::min(processor_ms, 1e3 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
      }
      fmt::print("{:44} {:8.2f} ms {:8.2f} ms of processors\n", asked.name, ms, processor_ms);
    }
    return 0;
  }

  bench::Report report("journeys");
  const auto add_conditions = [&] {
    report.add({.name = "opening the saved index, the first time", .ours = cold_ms, .unit = "ms"});
    report.add({.name = "opening the saved index", .ours = open_ms, .unit = "ms"});
    report.add({.name = "the index in memory, properties and texts included",
                .ours = static_cast<double>(snapshot->memory_bytes()) / static_cast<double>(events),
                .unit = "bytes/event"});
    measure_columns(*snapshot, report);
    report.add({.name = "reading memory, 2 threads", .ours = memory_bandwidth(), .unit = "GB/s"});
    measure_person(*customers, end, report);
    measure_threads(customers, end, report);
    measure_arriving(*index, events, end, report);
  };
  if (argc > 2 && std::string_view(argv[2]) == "conditions") {
    add_conditions();
    return report.finish();
  }

  std::map<std::string, double> clickhouse;
  std::map<std::string, std::int64_t> clickhouse_answers;
  if (const char* file = std::getenv("HABITUE_BENCH_PEER"); file != nullptr && fs::exists(file)) {
    const boost::json::value times = sure(parse_json(sure(read_file(file))));
    for (const auto& [name, measured] : times.as_object()) {
      clickhouse[std::string(name)] = measured.at("ms").to_number<double>();
      clickhouse_answers[std::string(name)] = measured.at("answer").to_number<std::int64_t>();
    }
  }

  Duck duck;
  load(duck, folder / "events.parquet");
  duck.run(fmt::format("DELETE FROM events WHERE us > {}", end.time_since_epoch().count()));

  for (const Asked& asked : questions(customers, end)) {
    std::int64_t ours = 0, theirs = 0;
    const double our_ms = milliseconds_of([&] { ours = asked.ours(); });
    const double duck_ms = milliseconds_of([&] { theirs = duck.run(asked.duck); });
    std::cerr << asked.name << ": " << ours << "\n";
    if (ours != theirs) give_up(fmt::format("{}: {} here, {} in DuckDB", asked.name, ours, theirs));
    report.add({asked.name + " (DuckDB)", our_ms, duck_ms, "ms"});
    if (const auto found = clickhouse.find(asked.name); found != clickhouse.end()) {
      if (clickhouse_answers[asked.name] != ours)
        give_up(fmt::format("{}: {} here, {} in ClickHouse", asked.name, ours, clickhouse_answers[asked.name]));
      report.add({asked.name + " (ClickHouse)", our_ms, found->second, "ms"});
    }
  }
  add_conditions();
  return report.finish();
}
