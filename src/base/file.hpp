// Files read by mapping and written whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace habitue {

/// A file mapped for reading. Move-only; the bytes live as long as it does.
class MappedFile {
 public:
  /// Errors: NotFound; Unavailable when the system refuses, with its reason.
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::string_view text() const { return {static_cast<const char*>(address_), size_}; }
  std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(address_), size_}; }

 private:
  MappedFile(void* address, std::size_t size) : address_(address), size_(size) {}
  void* address_ = nullptr;
  std::size_t size_ = 0;
};

/// Reads at most `limit_bytes`. Errors: NotFound, Unavailable; InvalidInput when the file is larger.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit_bytes = std::size_t{1} << 30);

/// After a crash at any moment the file holds its old bytes or the new ones: written beside, synced, renamed.
/// Errors: Unavailable with the system's reason (a full disk, a missing right).
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace habitue
