// What models have learnt of a workspace, kept: each fit a file of its own, never changed, with what it was made of beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace habitue::workspace {

inline constexpr std::string_view kFitsFolder = "fits";

/// What a fit is of. The same kind, question, moment, rules and data make the same bytes.
struct FitHead {
  std::uint64_t id = 0;  ///< From 1; given by the store, never twice in one folder.
  std::string kind;      ///< "forecast", ...
  std::string asked;     ///< The question it was made for, as JSON.
  UtcMicros as_of{};     ///< Nothing later was seen.
  UtcMicros made_at{};
  std::uint64_t up_to_seq = 0;  ///< The ledger's last event when it was made.
  std::string rules;            ///< Fingerprint of the configuration.
  std::string why;              ///< "asked", or why it was made by itself: "first", "moved", "aged", "rules".
  bool usable = false;          ///< Whether its check passed.
  std::uint64_t customers = 0, purchases = 0;  ///< It has learnt from.
  std::string fingerprint;                     ///< Of the bytes, 16 hexadecimal digits.
  std::uint64_t size_bytes = 0;
};

/// Safe from any thread.
class FitStore {
 public:
  /// So many of one kind and question are kept; the oldest go.
  static constexpr std::size_t kKeptOfOne = 24;

  /// Reads the heads of the folder, which need not be there. A file that is damaged is left where it is, and told in `notices`.
  static Result<std::unique_ptr<FitStore>> open(const std::filesystem::path& folder, std::vector<std::string>& notices);

  /// Durable when it returns; `id`, `fingerprint` and `size_bytes` are the store's to give. Errors: Unavailable when it cannot be written.
  Result<FitHead> keep(FitHead head, std::string_view bytes);
  /// All, the oldest first.
  std::vector<FitHead> all() const;
  /// Errors: NotFound.
  Result<FitHead> head(std::uint64_t id) const;
  /// The last made of the kind and question that has seen nothing after `as_of`, of these rules.
  std::optional<FitHead> latest(std::string_view kind, std::string_view asked, UtcMicros as_of,
                                std::string_view rules) const;
  /// Errors: NotFound; Corrupt when the file is not what was kept.
  Result<std::string> bytes(std::uint64_t id) const;
  /// Errors: NotFound; Unavailable.
  Result<void> remove(std::uint64_t id);
  /// Grows with each change.
  std::uint64_t version() const;

 private:
  explicit FitStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path file_of(std::uint64_t id) const;

  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, FitHead> heads_;
  std::uint64_t last_id_ = 0, version_ = 1;
};

}  // namespace habitue::workspace
