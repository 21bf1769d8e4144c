// Who of the company saw whom, and who signed for what: a record for each look at a person and each signature, kept beside the ledger for
// whoever has to answer for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace habitue::workspace {

/// A programme that somebody answers for although an answer about it is red.
struct AuditSigned {
  std::string programme, reason;
  std::string plan;              ///< Fingerprint of what was planned: another plan needs another signature.
  std::vector<std::string> red;  ///< Which answers were.
};
struct AuditEntry {
  UtcMicros at;
  std::string kind;                   ///< Of who looked: "session", "key", "local" or "process".
  std::string by;                     ///< A member's id, a key's id, or the kind again.
  std::string what;                   ///< Which page: "person", "timeline", "people", "funnel/people", ...
  std::vector<std::string> people{};  ///< Keys of those who were shown.
  bool whole = false;                 ///< A list was taken whole, or a table by SQL: anybody may have been in it.
  std::optional<AuditSigned> signature{};
};
struct AuditWanted {
  std::string person{};                   ///< Key; empty: anybody.
  std::string by{};                       ///< Empty: anybody.
  std::optional<UtcMicros> from{}, to{};  ///< Not before, and before.
  bool signatures_only = false;
  std::size_t limit = 200;
};

/// Files `audit/2026-11.ndjson` in the workspace's folder, a line an entry, that only their owner can read. Safe from any thread.
class AuditLog {
 public:
  explicit AuditLog(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// On its way to the disk when it returns (a crash of the machine may lose the last seconds, one of the process nothing). Errors: Unavailable.
  Result<void> add(const AuditEntry& entry);
  /// The latest first. Lines that cannot be read are skipped: a machine that stopped in the middle of one.
  Result<std::vector<AuditEntry>> find(const AuditWanted& wanted) const;
  /// Takes the person's key out of every entry, which go on telling that somebody was looked at. Errors: Unavailable; then all files are whole.
  Result<void> forget(std::string_view person);

 private:
  Result<std::vector<std::filesystem::path>> files() const;
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
};

}  // namespace habitue::workspace
