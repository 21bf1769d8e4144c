// Importing a large file of order lines into the ledger, beside DuckDB reading the same file into a table, in the same run
// and with the same two threads.
//
//   bench_import [ROWS [ROUNDS]]     10,000,000 rows and 2 rounds unless said; the better round of each counts
//
// The file is Online Retail over and over, each copy with invoice and customer numbers of its own: 25,900 invoices and 4,372
// customers a copy. DuckDB copies cells; the import makes orders of lines, finds what cancellations give back, and keeps events
// durably in commits of its own, with their message ids looked up.
#include <duckdb.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "intake/csv_reader.hpp"
#include "intake/file_import.hpp"
#include "ledger/ledger.hpp"
#include "report.hpp"

namespace {

using namespace habitue;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr unsigned kThreads = 2;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "bench import: " << why << "\n";
  std::exit(1);
}
template <class T>
T sure(Result<T> result) {
  if (!result) give_up(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Of all threads, in user and system mode: what the work costs whoever else is on the machine.
double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Cost {
  double wall = 0, cpu = 0;
};
template <class Work>
Cost cost_of(const Work& work) {
  const double cpu = cpu_seconds();
  const auto start = Clock::now();
  work();
  return {seconds_since(start), cpu_seconds() - cpu};
}

double megabytes_peak() {
  return std::strtod(bench::read_field("/proc/self/status", "VmHWM", ':').c_str(), nullptr) / 1024;
}

std::string unpacked(const fs::path& file) {
  gzFile packed = gzopen(file.c_str(), "rb");
  if (packed == nullptr) give_up("cannot open " + file.string());
  std::string text;
  char piece[1 << 16];
  for (int got = 0; (got = gzread(packed, piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(got));
  gzclose(packed);
  return text;
}

// `C536379` and copy 3 is `C836379`; `17850` is `47850`.
void append_shifted(std::string& out, std::string_view id, std::uint64_t shift) {
  std::size_t digits = 0;
  while (digits < id.size() && (id[digits] < '0' || id[digits] > '9')) out.push_back(id[digits++]);
  if (digits < id.size())
    out += std::to_string(std::strtoull(std::string(id.substr(digits)).c_str(), nullptr, 10) + shift);
}

fs::path make_file(const fs::path& folder, std::uint64_t rows) {
  const fs::path file = folder / fmt::format("online_retail_{}.csv", rows);
  if (fs::exists(file)) return file;
  fmt::print("writing {} rows to {}\n", rows, file.string());
  fs::create_directories(folder);
  const std::string text =
      unpacked(fs::path(HABITUE_SOURCE_DIR) / "examples/online_retail/online_retail_2010_2011.csv.gz");
  const fs::path unfinished = file.string() + ".part";
  std::ofstream out(unfinished, std::ios::binary);
  out << text.substr(0, text.find('\n') + 1);
  intake::CsvReader reader(text, {});
  intake::Row row;
  std::string piece;
  std::uint64_t written = 0;
  for (std::uint64_t copy = 0; written < rows; ++copy) {
    reader.seek(reader.begin_offset(), reader.begin_line());
    for (; written < rows && reader.next(row); ++written) {
      // Cells between the two ids are copied as they stand, quotes and all.
      const std::string_view raw = std::string_view(text).substr(row.offset, row.end - row.offset);
      append_shifted(piece, row.cells[0].text, copy * 100'000);
      const char* const from = raw.data() + row.cells[0].text.size();
      piece.append(from, static_cast<std::size_t>(row.cells[6].text.data() - from));
      append_shifted(piece, row.cells[6].text, copy * 10'000);
      piece.append(",").append(row.cells[7].text).push_back('\n');
      if (piece.size() < (1U << 20U)) continue;
      out << piece;
      piece.clear();
    }
  }
  out << piece;
  if (!out.flush()) give_up("cannot write " + unfinished.string());
  out.close();
  fs::rename(unfinished, file);
  return file;
}

void warm(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string piece(1U << 22U, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size()))) {
  }
}

// What the table costs DuckDB, in a new database; in memory when there is no path.
Cost read_by_duckdb(const fs::path& file, const fs::path& database_file) {
  fs::remove(database_file);
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(database_file.empty() ? nullptr : database_file.c_str(), &database) == DuckDBError ||
      duckdb_connect(database, &connection) == DuckDBError)
    give_up("DuckDB does not start");
  const auto run = [&](const std::string& sql) {
    duckdb_result result;
    if (duckdb_query(connection, sql.c_str(), &result) == DuckDBError) give_up(duckdb_result_error(&result));
    duckdb_destroy_result(&result);
  };
  run(fmt::format("SET threads = {}", kThreads));
  const Cost cost =
      cost_of([&] { run(fmt::format("CREATE TABLE lines AS SELECT * FROM read_csv('{}')", file.string())); });
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  fs::remove(database_file);
  return cost;
}

struct Imported {
  std::uint64_t events = 0;
  std::uint64_t ledger_bytes = 0;
  double in_ledger = 0;  // Seconds in which the ledger was waited for.
};

// From opening the file to the last commit, as `habitue import` does it.
Cost import_by_habitue(const fs::path& file, const intake::Mapping& mapping, const fs::path& ledger_file,
                       Imported& imported) {
  for (const char* suffix : {"", ".wal"}) fs::remove(ledger_file.string() + suffix);
  ledger::Options options;
  options.threads = kThreads;
  auto ledger = sure(ledger::Ledger::open(ledger_file, options));
  imported = {};
  const Cost cost = cost_of([&] {
    ledger::ImportRecord record;
    record.file_name = file.filename().string();
    record.mapping = intake::write_mapping(mapping);
    record.state = "running";
    record.started_at = now();
    record = sure(ledger->start_import(record));
    auto reading = sure(intake::FileImport::open(file, mapping, {}, now()));
    for (bool last = false; !last;) {
      auto batch = sure(reading->next());
      last = batch.last;
      const ledger::ImportCheckpoint checkpoint{record.id, batch.position, batch.rows_done,
                                                reading->report().rows_rejected, last};
      const auto waiting = Clock::now();
      imported.events += sure(ledger->append_import(std::move(batch.events), checkpoint)).added;
      imported.in_ledger += seconds_since(waiting);
    }
    sure(ledger->end_import(record.id, "finished", intake::write_report(reading->report())));
  });
  ledger.reset();
  imported.ledger_bytes = fs::file_size(ledger_file);
  fs::remove(ledger_file);
  return cost;
}

Cost read_only(const fs::path& file, const intake::Mapping& mapping) {
  return cost_of([&] {
    auto reading = sure(intake::FileImport::open(file, mapping, {}, now()));
    while (!sure(reading->next()).last) {
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 2;
  if (rows == 0 || rounds < 1) give_up("usage: bench_import [ROWS [ROUNDS]]");
  const fs::path folder = fs::path(HABITUE_SOURCE_DIR) / "build/bench-data";
  const fs::path file = make_file(folder, rows);
  auto inspection = sure(intake::inspect_file(file));
  inspection.proposed.source = "bench";
  warm(file);

  Cost peer, ours, alone;
  Imported imported;
  for (int round = 0; round < rounds; ++round) {
    const auto better = [&](Cost& best, Cost cost) { best = round == 0 || cost.wall < best.wall ? cost : best; };
    better(peer, read_by_duckdb(file, folder / "peer.duckdb"));
    better(alone, read_only(file, inspection.proposed));
    better(ours, import_by_habitue(file, inspection.proposed, folder / "ours.duckdb", imported));
    fmt::print(
        "best of {}: DuckDB {:.2f} s ({:.1f} of CPU), import {:.2f} s ({:.1f} of CPU), reading alone {:.2f} s ({:.1f} "
        "of CPU); the last import waited {:.2f} s for the ledger\n",
        round + 1, peer.wall, peer.cpu, ours.wall, ours.cpu, alone.wall, alone.cpu, imported.in_ledger);
    std::cout.flush();
  }
  const double peak = megabytes_peak();
  const Cost in_memory = read_by_duckdb(file, {});

  const auto rate = [&](double seconds) { return static_cast<double>(rows) / seconds; };
  bench::Report report("import");
  report.add({"import into the ledger, beside DuckDB's table in a file", rate(ours.wall), rate(peer.wall), "rows/s"});
  report.add({"the same by seconds of CPU", rate(ours.cpu), rate(peer.cpu), "rows/CPU s"});
  report.add(
      {"import into the ledger, beside DuckDB's table in memory", rate(ours.wall), rate(in_memory.wall), "rows/s"});
  report.add({"reading the file to events alone", rate(alone.wall), std::nullopt, "rows/s"});
  report.add(
      {"events a row", static_cast<double>(imported.events) / static_cast<double>(rows), std::nullopt, "events"});
  report.add({"ledger on disk", static_cast<double>(imported.ledger_bytes) / 1e6, std::nullopt, "MB"});
  report.add({"peak memory of the process, mapped file included", peak, std::nullopt, "MB"});
  return report.finish();
}
