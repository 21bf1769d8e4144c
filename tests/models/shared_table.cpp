#include "models/shared_table.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include <zlib.h>

namespace habitue::models {
namespace {

struct Close {
  void operator()(gzFile file) const { gzclose(file); }
};
using File = std::unique_ptr<std::remove_pointer_t<gzFile>, Close>;

void split(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  while (true) {
    if (!line.empty() && line.front() == '"') {
      const std::size_t end = line.find('"', 1);
      if (end != line.npos && (end + 1 == line.size() || line[end + 1] == separator)) {
        cells.push_back(line.substr(1, end - 1));
        if (end + 1 == line.size()) return;
        line.remove_prefix(end + 2);
        continue;
      }
    }
    const std::size_t end = line.find(separator);
    cells.push_back(line.substr(0, end));
    if (end == line.npos) return;
    line.remove_prefix(end + 1);
  }
}

std::string full_path(const std::string& path) {
  const std::filesystem::path source = HABITUE_SOURCE_DIR;
  if (path.starts_with("examples/")) return source / path;
  const char* given = std::getenv("HABITUE_SHARED_DATA");
  return (given != nullptr ? std::filesystem::path(given) : source / "../shared/data") / path;
}

}  // namespace

std::optional<std::vector<std::string>> read_shared(
    const std::string& path, const std::function<void(const std::vector<std::string_view>&)>& row, char separator) {
  const std::string full = full_path(path);
  if (!std::filesystem::exists(full)) return std::nullopt;
  const File file(gzopen(full.c_str(), "rb"));
  if (!file) return std::nullopt;
  std::string text;
  std::vector<char> chunk(1 << 20);
  for (int got = 0; (got = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()))) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(got));

  std::optional<std::vector<std::string>> header;
  std::vector<std::string_view> cells;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    split(line, separator, cells);
    if (header)
      row(cells);
    else
      header.emplace(cells.begin(), cells.end());
  }
  return header;
}

double number(std::string_view cell) {
  double value = 0;
  std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return value;
}

}  // namespace habitue::models
