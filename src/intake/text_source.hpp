// A file of any supported encoding and packing as one UTF-8 text in memory's reach: mapped as it stands where it can be,
// else through a temporary file that nobody sees and that vanishes with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace habitue::intake {

/// A file that is gone when it is closed, being written in order and then mapped.
class TemporaryFile {
 public:
  static Result<TemporaryFile> create();
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();
  const std::filesystem::path& path() const { return path_; }
  Result<void> write(std::string_view bytes);
  Result<MappedFile> map();

 private:
  TemporaryFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::filesystem::path path_;
  int descriptor_;
};

/// Without its byte order mark. Not every byte need be valid UTF-8: readers of rows mend what is not.
class TextSource {
 public:
  /// `encoding` as in FileFormat, or empty to tell by the contents. Errors: NotFound; InvalidInput for broken gzip or an
  /// unknown encoding; Unavailable when there is no room for the temporary file (its folder is that of TMPDIR).
  static Result<TextSource> open(const std::filesystem::path& file, std::string_view encoding);

  /// What was written into a temporary file, as UTF-8.
  static Result<TextSource> of_temporary(TemporaryFile& file, std::uint64_t file_bytes);

  std::string_view text() const { return text_; }
  const std::string& encoding() const { return encoding_; }  ///< As it was read.
  std::uint64_t file_bytes() const { return file_bytes_; }   ///< Of the file itself, packed if it is.

 private:
  TextSource(MappedFile file, std::string encoding, std::uint64_t file_bytes);
  MappedFile file_;
  std::string encoding_;
  std::uint64_t file_bytes_;
  std::string_view text_;
};

/// "utf-8", "windows-1252", "utf-16le" or "utf-16be", by the byte order mark or by what the bytes can be.
std::string guess_encoding(std::string_view bytes);
/// One piece of Windows-1252 as UTF-8; the five bytes it does not define become U+FFFD.
void append_windows_1252(std::string& out, std::string_view bytes);

}  // namespace habitue::intake
