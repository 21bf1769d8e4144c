// Files that came in by the page or the API and wait to be imported. Each lies under an id in the workspace's folder, beside a file that
// says what people call it; what they call it is never part of a path.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace habitue::workspace {

inline constexpr std::string_view kUploadsFolder = "uploads";
/// An upload that nobody looked at for so long is removed.
inline constexpr std::chrono::hours kUploadUnusedMax{24};

struct Upload {
  std::string id;
  std::string name;  ///< As it was called where it came from, without folders.
  std::uint64_t bytes = 0;
  UtcMicros uploaded_at{}, used_at{};
  std::filesystem::path file;
};

/// A file on its way in. Gone with this object unless UploadStore::keep took it. Not for several threads at once.
class IncomingFile {
 public:
  ~IncomingFile();
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;
  /// Errors: Unavailable when the disk is full.
  Result<void> write(std::string_view bytes);

 private:
  friend class UploadStore;
  IncomingFile(std::string id, std::filesystem::path path, int descriptor)
      : id_(std::move(id)), path_(std::move(path)), descriptor_(descriptor) {}
  std::string id_;
  std::filesystem::path path_;
  int descriptor_;
  std::uint64_t bytes_ = 0;
};

/// Safe from any thread.
class UploadStore {
 public:
  /// Removes what was on its way in when the process ended, and what is too old.
  explicit UploadStore(std::filesystem::path folder);

  /// `bytes`: how many are announced, 0 when they are not. Errors: Unavailable when the disk has no room for them.
  Result<std::unique_ptr<IncomingFile>> begin(std::uint64_t bytes);
  /// On disk when it returns. Of `name`, which may be a path of any system, the last part is kept. Errors: Unavailable; nothing is kept then.
  Result<Upload> keep(IncomingFile& incoming, std::string_view name);
  /// The latest first, after removing those that are too old.
  std::vector<Upload> list();
  /// Marks it as used now. Errors: NotFound.
  Result<Upload> use(std::string_view id);
  /// Errors: NotFound.
  Result<void> remove(std::string_view id);

 private:
  std::filesystem::path file_of(std::string_view id) const { return folder_ / std::string(id); }
  Result<void> write_about(const Upload& upload) const;
  Result<Upload> read_about(std::string_view id) const;
  std::filesystem::path folder_;
  std::mutex mutex_;
};

/// An error that names the file by its path, told to who knows it by its name only.
Error named(Error error, const Upload& upload);

}  // namespace habitue::workspace
