// Files for one test, gone after it; and an import of one, read to its end.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "intake/file_import.hpp"

namespace habitue::intake::testing {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "habitue-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Imported {
  std::vector<Event> events;
  std::vector<RejectedRow> rejected;
  std::vector<std::string> positions;
  std::vector<std::size_t> events_before;  ///< How many events were given when the position was.
  ImportReport report;
};

inline const UtcMicros kReceived = *parse_moment("2026-03-01T12:00:00Z", Zone::utc());

inline Imported import_all(const std::filesystem::path& file, const Mapping& mapping,
                           const std::string& position = {}) {
  Imported imported;
  auto reading = FileImport::open(file, mapping, position, kReceived);
  EXPECT_TRUE(reading) << (reading ? "" : reading.error().message);
  while (reading) {
    auto batch = (*reading)->next();
    EXPECT_TRUE(batch) << (batch ? "" : batch.error().message);
    if (!batch) break;
    for (Event& event : batch->events) imported.events.push_back(std::move(event));
    for (RejectedRow& row : batch->rejected) imported.rejected.push_back(std::move(row));
    imported.positions.push_back(batch->position);
    imported.events_before.push_back(imported.events.size());
    if (!batch->last) continue;
    imported.report = (*reading)->report();
    break;
  }
  return imported;
}

/// Inspects and imports with the mapping that was proposed, `change`d.
template <class Change>
Imported import_as_proposed(const std::filesystem::path& file, Change change) {
  auto inspection = inspect_file(file);
  EXPECT_TRUE(inspection) << (inspection ? "" : inspection.error().message);
  if (!inspection) return {};
  change(inspection->proposed);
  return import_all(file, inspection->proposed);
}
inline Imported import_as_proposed(const std::filesystem::path& file) {
  return import_as_proposed(file, [](Mapping&) {});
}

inline std::filesystem::path online_retail() {
  return std::filesystem::path(HABITUE_SOURCE_DIR) / "examples/online_retail/online_retail_2010_2011.csv.gz";
}

inline bool same(const Event& a, const Event& b) {
  return a.message_id == b.message_id && a.type == b.type && a.name == b.name && a.at == b.at &&
         a.user_id == b.user_id && a.anonymous_id == b.anonymous_id && a.group_id == b.group_id &&
         a.properties == b.properties && a.context == b.context;
}

}  // namespace habitue::intake::testing
