// Questions of behaviour on the journey index, beside DuckDB and ClickHouse answering the same from tables sorted by person
// and time, on the same events in the same run and with the same two threads.
//
//   bench_journeys [EVENTS [prepare | ours [NAME [ROUNDS]]]]
//
// 10,000,000 events of a fiftieth as many persons unless said; `prepare` only makes them; `ours` leaves the others out and
// measures the questions whose names begin with NAME, and the time of all processors beside.
//
// bench/journeys/run measures ClickHouse first and leaves its times in HABITUE_BENCH_PEER. Every time is the best of three,
// warm. What is answered is compared too: a question that two engines answer differently is not measured.
#include <duckdb.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>

#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "insight/event_matcher.hpp"
#include "insight/funnel/funnel.hpp"
#include "insight/growth/growth.hpp"
#include "insight/retention/retention.hpp"
#include "journey/index.hpp"
#include "report.hpp"
#include "simulate/simulate.hpp"

namespace {

using namespace habitue;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr unsigned kThreads = 2;
constexpr int kRounds = 3;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "bench journeys: " << why << "\n";
  std::exit(1);
}
template <class T>
T sure(Result<T> result) {
  if (!result) give_up(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double milliseconds_of(const std::function<void()>& work, int rounds = kRounds) {
  double best = 1e300;
  for (int round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  return best;
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

struct Asked {
  std::string name;
  std::function<std::int64_t()> ours;  // What is compared: one number that the whole answer goes into.
  std::string duck;
};

const insight::PeopleSearch kNobodyListed{insight::AudienceSide::All, insight::PeopleOrder::LastSeen, 0, 0, {}};
constexpr std::string_view kWeek = "604800000000";

// Steps by windows: the latest entry before each event, and the entry of the chain that reached the step before.
std::string duck_funnel(const std::string& where) {
  return fmt::format(R"(
    WITH steps AS (SELECT person, us, kind FROM events
        WHERE kind IN ('Product Viewed', 'Product Added', 'Order Completed'){1}),
      one AS (SELECT *, max(CASE WHEN kind = 'Product Viewed' THEN us END) OVER way AS entry FROM steps
        WINDOW way AS (PARTITION BY person ORDER BY us RANGE UNBOUNDED PRECEDING)),
      two AS (SELECT *, max(CASE WHEN kind = 'Product Added' AND us - entry <= {0} THEN entry END) OVER way AS second FROM one
        WINDOW way AS (PARTITION BY person ORDER BY us RANGE UNBOUNDED PRECEDING))
    SELECT count(DISTINCT person) FROM two WHERE kind = 'Order Completed' AND us - second <= {0})",
                     kWeek, where);
}

insight::Funnel funnel_of(std::string_view where) {
  insight::Funnel funnel;
  for (const char* step : {"Product Viewed", "Product Added", "Order Completed"})
    funnel.steps.push_back({.event = sure(insight::parse_event_test(fmt::format("{}{}", step, where)))});
  funnel.window = std::chrono::days{7};
  return funnel;
}

std::vector<Asked> questions(const std::shared_ptr<const knowledge::Customers>& customers, UtcMicros end) {
  insight::Question question;
  question.as_of = end;
  question.threads = kThreads;
  const auto converted = [customers, question](const insight::Funnel& funnel) {
    return static_cast<std::int64_t>(sure(insight::ask_funnel(*customers, question, funnel)).figures.all.converted);
  };
  insight::Funnel broken_down = funnel_of(" where device = \"mobile\"");
  broken_down.breakdown = insight::FunnelBreakdown{.by = {insight::Breakdown::Of::Property, "country", 20}};

  insight::RetentionSpec retention;
  retention.start = retention.comeback = sure(insight::parse_event_test("Session Started"));
  retention.unit = insight::Bucket::Week;
  retention.columns = 12;

  std::vector<Asked> asked;
  asked.push_back({"funnel of 3 steps, 7 days", [=] { return converted(funnel_of("")); }, duck_funnel("")});
  asked.push_back({"the same, a filter and a breakdown of 20", [=] { return converted(broken_down); },
                   duck_funnel(" AND device = 'mobile'")});
  asked.push_back({"weekly retention, 12 columns",
                   [=] {
                     const auto report = sure(insight::ask_retention(*customers, question, retention));
                     std::uint64_t people = 0;
                     for (const auto& cohort : report.total.all.cohorts)
                       for (const auto& cell : cohort.cells) people += cell.people;
                     return static_cast<std::int64_t>(people);
                   },
                   R"(
      WITH weeks AS (SELECT DISTINCT person, date_trunc('week', make_timestamp(us)) AS week FROM events
          WHERE kind = 'Session Started'),
        born AS (SELECT person, min(week) AS birth FROM weeks GROUP BY person)
      SELECT count(*) FROM weeks JOIN born USING (person) WHERE week < birth + INTERVAL 84 DAY)"});
  asked.push_back({"growth by day over the period",
                   [=] {
                     const auto report =
                         sure(insight::ask_growth(*customers, question, insight::Bucket::Day, {"Session Started"}));
                     std::uint64_t retained = 0;
                     for (const auto& period : report.periods.all) retained += period.retained;
                     return static_cast<std::int64_t>(retained);
                   },
                   R"(
      WITH days AS (SELECT DISTINCT person, us // 86400000000 AS day FROM events WHERE kind = 'Session Started'),
        steps AS (SELECT day, lag(day) OVER (PARTITION BY person ORDER BY day) AS before FROM days),
        counted AS (SELECT day, count(*) FILTER (before IS NULL) AS fresh, count(*) FILTER (before = day - 1) AS retained,
          count(*) FILTER (before < day - 1) AS resurrected FROM steps GROUP BY day)
      SELECT sum(retained) FROM counted)"});
  const criteria::Expression audience =
      sure(criteria::parse("count(Product Viewed) >= 3 in last 30 days and did Order Completed in last 90 days and not "
                           "did Order Refunded in "
                           "last 365 days"));
  insight::Question filtered = question;
  filtered.filter = audience;
  asked.push_back({"an audience of three conditions",
                   [=] {
                     return static_cast<std::int64_t>(
                         sure(insight::ask_people(*customers, filtered, kNobodyListed)).matched);
                   },
                   fmt::format(R"(
      SELECT count(*) FROM (SELECT person FROM events GROUP BY person
        HAVING count(*) FILTER (kind = 'Product Viewed' AND us >= {0} - 30 * 86400000000) >= 3
          AND count(*) FILTER (kind = 'Order Completed' AND us >= {0} - 90 * 86400000000) >= 1
          AND count(*) FILTER (kind = 'Order Refunded' AND us >= {0} - 365 * 86400000000) = 0))",
                               end.time_since_epoch().count() + 1)});
  return asked;
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
      const std::clock_t before = std::clock();
      const double ms = milliseconds_of([&] { asked.ours(); }, rounds);
      const double processor_ms = 1e3 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / rounds;
      fmt::print("{:44} {:8.2f} ms {:8.2f} ms of processors\n", asked.name, ms, processor_ms);
    }
    return 0;
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

  bench::Report report("journeys");
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
  report.add({.name = "journeys",
              .ours = static_cast<double>(snapshot->memory_bytes()) / static_cast<double>(events),
              .unit = "bytes/event"});
  return report.finish();
}
