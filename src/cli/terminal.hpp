// Drawing in a terminal: tables, progress, colours only where somebody looks.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "server/tables.hpp"

namespace habitue::cli {

/// A table with its title, columns aligned (numbers to the right), cut to the terminal's width.
void print_table(const server::ReportTable& table);
/// Each as above or, when the format is `csv`, all of them as CSV.
void print_tables(const std::vector<server::ReportTable>& tables, const std::string& format);
bool is_terminal();  ///< Standard output is looked at by a person.

/// Draws progress on standard error: a bar with rate and time left in a terminal, a line every ten seconds elsewhere. Nothing during the first second.
class ProgressLine {
 public:
  ~ProgressLine();  ///< Clears the line.
  void show(const Progress& progress);
  ProgressFunction function() {
    return [this](const Progress& progress) { show(progress); };
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_{};
  std::string task_;
  bool drawn_ = false;
};

}  // namespace habitue::cli
