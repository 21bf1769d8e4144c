#include "workspace/audit.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"

namespace habitue::workspace {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& list) { return json::array(list.begin(), list.end()); }

std::string line_of(const AuditEntry& entry) {
  json::object line{{"at", format_moment(entry.at)}, {"kind", entry.kind}, {"by", entry.by}, {"what", entry.what}};
  if (entry.whole)
    line["whole"] = true;
  else
    line["people"] = texts(entry.people);
  if (const auto& of = entry.signature)
    line["signed"] =
        json::object{{"programme", of->programme}, {"reason", of->reason}, {"plan", of->plan}, {"red", texts(of->red)}};
  return json::serialize(line) + "\n";
}

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
  std::vector<std::string> list;
  if (const json::value* value = object.if_contains(key); value != nullptr && value->is_array())
    for (const json::value& each : value->as_array())
      if (each.is_string()) list.emplace_back(each.as_string());
  return list;
}

std::optional<AuditEntry> read_line(std::string_view line) {
  const auto parsed = parse_json(line);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const json::object& object = parsed->as_object();
  const auto at = parse_moment(text_in(object, "at"), Zone::utc());
  if (!at) return std::nullopt;
  AuditEntry entry{*at, text_in(object, "kind"), text_in(object, "by"), text_in(object, "what")};
  entry.people = texts_of(object, "people");
  if (const json::value* of = object.if_contains("signed"); of != nullptr && of->is_object()) {
    const json::object& told = of->as_object();
    entry.signature =
        AuditSigned{text_in(told, "programme"), text_in(told, "reason"), text_in(told, "plan"), texts_of(told, "red")};
  }
  if (const json::value* whole = object.if_contains("whole"); whole != nullptr && whole->is_bool())
    entry.whole = whole->as_bool();
  return entry;
}

template <class Each>
void for_each_line(std::string_view text, const Each& each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Result<void> AuditLog::add(const AuditEntry& entry) {
  const std::string line = line_of(entry);
  const auto refuse = [&] {
    return fail(ErrorKind::Unavailable,
                fmt::format("who looks at whom cannot be recorded, so nobody is shown: {}", std::strerror(errno)));
  };
  const std::lock_guard lock(mutex_);
  std::error_code ignored;
  std::filesystem::create_directories(folder_, ignored);
  const std::filesystem::path file = folder_ / (format_moment(entry.at).substr(0, 7) + ".ndjson");
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse();
  const off_t before = ::lseek(descriptor, 0, SEEK_END);
  const ssize_t written = ::write(descriptor, line.data(), line.size());
  const int why = errno;
  // Half a line would spoil the next.
  if (written > 0 && written != static_cast<ssize_t>(line.size()) && ::ftruncate(descriptor, before) != 0)
    spdlog::error("half a line is left in {}", file.string());
  ::close(descriptor);
  errno = written < 0 ? why : ENOSPC;
  if (written != static_cast<ssize_t>(line.size())) return refuse();
  return {};
}

Result<std::vector<std::filesystem::path>> AuditLog::files() const {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  for (const auto& each : std::filesystem::directory_iterator(folder_, code))
    if (each.path().extension() == ".ndjson") files.push_back(each.path());
  std::sort(files.rbegin(), files.rend());
  return files;
}

Result<std::vector<AuditEntry>> AuditLog::find(const AuditWanted& wanted) const {
  const std::lock_guard lock(mutex_);
  const auto all = files();
  if (!all) return tl::unexpected(all.error());
  std::vector<AuditEntry> found;
  for (const std::filesystem::path& file : *all) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected(text.error());
    std::vector<AuditEntry> of_month;
    for_each_line(*text, [&](std::string_view line) {
      // A list that was taken whole may have shown anybody.
      if (!wanted.person.empty() && line.find(wanted.person) == std::string_view::npos &&
          line.find(R"("whole":true)") == std::string_view::npos)
        return;
      if (wanted.signatures_only && line.find(R"("signed":)") == std::string_view::npos) return;
      auto entry = read_line(line);
      if (!entry || (wanted.signatures_only && !entry->signature) || (!wanted.by.empty() && entry->by != wanted.by) ||
          (wanted.from && entry->at < *wanted.from) || (wanted.to && entry->at >= *wanted.to))
        return;
      if (!wanted.person.empty() && !entry->whole &&
          std::find(entry->people.begin(), entry->people.end(), wanted.person) == entry->people.end())
        return;
      of_month.push_back(*std::move(entry));
    });
    std::stable_sort(of_month.begin(), of_month.end(),
                     [](const AuditEntry& left, const AuditEntry& right) { return left.at < right.at; });
    found.insert(found.end(), std::make_move_iterator(of_month.rbegin()), std::make_move_iterator(of_month.rend()));
    if (found.size() >= wanted.limit) break;
  }
  if (found.size() > wanted.limit) found.resize(wanted.limit);
  return found;
}

Result<void> AuditLog::forget(std::string_view person) {
  const std::lock_guard lock(mutex_);
  const auto all = files();
  if (!all) return tl::unexpected(all.error());
  for (const std::filesystem::path& file : *all) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected(text.error());
    if (text->find(person) == std::string::npos) continue;
    std::string rewritten;
    for_each_line(*text, [&](std::string_view line) {
      auto entry = line.find(person) == std::string_view::npos ? std::nullopt : read_line(line);
      if (!entry) {
        rewritten.append(line).push_back('\n');
        return;
      }
      std::replace(entry->people.begin(), entry->people.end(), std::string(person), std::string("erased"));
      rewritten += line_of(*entry);
    });
    if (auto written = write_file_atomically(file, rewritten); !written) return written;
  }
  return {};
}

}  // namespace habitue::workspace
