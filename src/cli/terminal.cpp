#include "cli/terminal.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace habitue::cli {
namespace {

// Columns that text takes, counting code points: close enough for names, and never too few for alignment of ASCII.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string cut_to(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  std::size_t end = 0, seen = 0;
  for (; end < text.size(); ++end) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) continue;
    if (seen == width - 1) break;
    ++seen;
  }
  return std::string(text.substr(0, end)) + "…";
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("+-.0123456789") == std::string_view::npos;
}

std::size_t terminal_columns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 120;
}

std::string amount_text(std::uint64_t amount, std::string_view unit) {
  if (unit == "bytes")
    return amount >= (1U << 20U) ? fmt::format("{:.1f} MiB", static_cast<double>(amount) / (1U << 20U))
                                 : fmt::format("{} bytes", amount);
  return fmt::format("{} {}", amount, unit);
}

}  // namespace

bool is_terminal() { return isatty(STDOUT_FILENO) == 1; }

void print_table(const server::ReportTable& table) {
  const bool colour = is_terminal();
  std::vector<std::size_t> widths;
  std::vector<bool> numeric;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    std::size_t width = width_of(table.columns[column]);
    bool all_numbers = !table.rows.empty();
    for (const auto& row : table.rows) {
      width = std::max(width, width_of(row[column]));
      all_numbers = all_numbers && (row[column].empty() || is_number(row[column]));
    }
    widths.push_back(width);
    numeric.push_back(all_numbers);
  }
  if (is_terminal()) {
    // The widest column gives way first, so that short ones stay whole.
    const auto total = [&] {
      std::size_t sum = 0;
      for (const std::size_t width : widths) sum += width + 2;
      return sum;
    };
    while (total() > terminal_columns() && *std::max_element(widths.begin(), widths.end()) > 8)
      --*std::max_element(widths.begin(), widths.end());
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const std::string cell = cut_to(cells[column], widths[column]);
      const std::string padding(widths[column] - width_of(cell), ' ');
      const bool last = column + 1 == cells.size();
      text += numeric[column] ? padding + cell : cell + (last ? std::string() : padding);
      if (!last) text += "  ";
    }
    return text;
  };
  std::string rule;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    if (column > 0) rule += "  ";
    for (std::size_t i = 0; i < widths[column]; ++i) rule += "─";
  }
  fmt::print("{}{}{}\n", colour ? "\x1b[1m" : "", table.title, colour ? "\x1b[0m" : "");
  fmt::print("{}{}{}\n{}\n", colour ? "\x1b[2m" : "", line(table.columns), colour ? "\x1b[0m" : "", rule);
  for (const auto& row : table.rows) fmt::print("{}\n", line(row));
  if (table.rows.empty()) fmt::print("(nothing)\n");
  fmt::print("\n");
}

void print_tables(const std::vector<server::ReportTable>& tables, const std::string& format) {
  if (format == "csv") {
    fmt::print("{}", server::csv_of(tables));
    return;
  }
  for (const server::ReportTable& table : tables) print_table(table);
}

void ProgressLine::show(const Progress& progress) {
  const auto moment = std::chrono::steady_clock::now();
  if (task_ != progress.task) {
    task_ = progress.task;
    began_ = moment;
    shown_ = {};
  }
  const double seconds = std::chrono::duration<double>(moment - began_).count();
  const bool looked_at = isatty(STDERR_FILENO) == 1;
  const auto pause = looked_at ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000);
  if (seconds < 1.0 || moment - shown_ < pause) return;
  shown_ = moment;
  const double rate = static_cast<double>(progress.done) / seconds;
  std::string text = fmt::format("{}: {}", progress.task, amount_text(progress.done, progress.unit));
  if (progress.total > 0)
    text += fmt::format(" of {} ({:.0f} %)", amount_text(progress.total, progress.unit),
                        100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total));
  text += fmt::format(", {}/s", amount_text(static_cast<std::uint64_t>(rate), progress.unit));
  if (progress.total > progress.done && rate > 0)
    text += fmt::format(", {:.0f} s left", static_cast<double>(progress.total - progress.done) / rate);
  if (looked_at) {
    fmt::print(stderr, "\r\x1b[K{}", text);
    drawn_ = true;
  } else {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
}

ProgressLine::~ProgressLine() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace habitue::cli
