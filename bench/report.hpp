// What a benchmark prints and leaves behind: rows as an aligned table on stdout and as JSON with the machine they were
// measured on, so that figures of two machines are never compared by mistake.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace habitue::bench {

/// One figure. `unit` says what is counted and thereby which way is better ("rows/s", "ms", "bytes/event").
struct Row {
  std::string name;
  double ours = 0;
  std::optional<double> peer = std::nullopt;  ///< The same work by the program we compare with, in the same run.
  std::string unit;
};

struct Machine {
  std::string cpu;
  unsigned cores = 0;
  std::uint64_t memory_bytes = 0;
  std::string os;
};

/// The value after `key` and `separator` on the first line of `file` that starts with `key`; empty when there is none.
inline std::string read_field(const char* file, std::string_view key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const std::size_t at = line.find(separator);
    if (!line.starts_with(key) || at == std::string::npos) continue;
    const std::size_t first = line.find_first_not_of(" \t\"", at + 1);
    if (first == std::string::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\"") - first + 1);
  }
  return {};
}

inline Machine this_machine() {
  const std::string kilobytes = read_field("/proc/meminfo", "MemTotal", ':');
  return {.cpu = read_field("/proc/cpuinfo", "model name", ':'),
          .cores = std::thread::hardware_concurrency(),
          .memory_bytes = std::strtoull(kilobytes.c_str(), nullptr, 10) * 1024,
          .os = read_field("/etc/os-release", "PRETTY_NAME", '=')};
}

/// JSON has no infinity: a figure that is absent or not finite is null.
inline std::string number(std::optional<double> value) {
  return value && std::isfinite(*value) ? fmt::format("{}", *value) : "null";
}

inline std::string quote_json(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      quoted += c;
  }
  return quoted + '"';
}

/// Whole with its thousands apart from 10 000 on, four significant digits below: "1 234 567", "0.01235".
inline std::string shorten(double value) {
  const bool whole = value >= 10'000 || value <= -10'000;
  std::string text = whole ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
  if (whole)
    for (std::size_t at = text.size(); at > 3 && text[at - 4] != '-'; at -= 3) text.insert(at - 3, 1, ' ');
  return text;
}

/// Collects the rows of one benchmark. `finish()` prints the table and writes the JSON file.
class Report {
 public:
  explicit Report(std::string name) : name_(std::move(name)) {}

  void add(Row row) { rows_.push_back(std::move(row)); }

  /// Prints the table to stdout and writes $HABITUE_BENCH_JSON, or build/bench/NAME.json under the working directory's
  /// checkout when `./dev bench` did not say. Returns the exit code for main(): 1 when the file cannot be written.
  int finish() const {
    const Machine machine = this_machine();
    print(machine);
    const char* wanted = std::getenv("HABITUE_BENCH_JSON");
    const std::string path = wanted != nullptr ? wanted : "build/bench/" + name_ + ".json";
    std::ofstream out(path);
    out << json(machine);
    if (!out.flush()) {
      std::cerr << "bench " << name_ << ": cannot write " << path << "; run it through ./dev bench\n";
      return 1;
    }
    return 0;
  }

  std::string json(const Machine& machine) const {
    std::string text =
        fmt::format("{{\n  \"machine\": {{\"cpu\": {}, \"cores\": {}, \"memory\": {}, \"os\": {}}},\n  \"rows\": [",
                    quote_json(machine.cpu), machine.cores, machine.memory_bytes, quote_json(machine.os));
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      const Row& row = rows_[at];
      text += fmt::format("{}\n    {{\"name\": {}, \"ours\": {}, \"peer\": {}, \"unit\": {}, \"ratio\": {}}}",
                          at == 0 ? "" : ",", quote_json(row.name), number(row.ours), number(row.peer),
                          quote_json(row.unit), number(ratio(row)));
    }
    return text + "\n  ]\n}\n";
  }

 private:
  static std::optional<double> ratio(const Row& row) {
    if (!row.peer || *row.peer == 0) return std::nullopt;
    return row.ours / *row.peer;
  }

  void print(const Machine& machine) const {
    std::size_t width = 4;
    for (const Row& row : rows_) width = std::max(width, row.name.size());
    fmt::print("\n{}: {}, {} cores, {:.1f} GB, {}\n\n", name_, machine.cpu, machine.cores,
               static_cast<double>(machine.memory_bytes) / 1e9, machine.os);
    fmt::print("{:<{}}  {:>16}  {:>16}  {:>8}  {}\n", "name", width, "ours", "peer", "ratio", "unit");
    for (const Row& row : rows_) {
      const auto share = ratio(row);
      fmt::print("{:<{}}  {:>16}  {:>16}  {:>8}  {}\n", row.name, width, shorten(row.ours),
                 row.peer ? shorten(*row.peer) : "-", share ? fmt::format("{:.3g}", *share) : "-", row.unit);
    }
  }

  std::string name_;
  std::vector<Row> rows_;
};

}  // namespace habitue::bench
