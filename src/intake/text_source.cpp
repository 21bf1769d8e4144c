#include "intake/text_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>
#include <zlib.h>

namespace habitue::intake {
namespace {

constexpr std::size_t kPiece = 1U << 20U;
constexpr std::size_t kUtf8Checked = std::size_t{1} << 30;  // A gibibyte takes a tenth of a second.

// What 0x80 to 0x9F are in Windows-1252; the rest is Latin-1.
constexpr std::array<char16_t, 32> kWindows1252 = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                   0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

void append_utf8(std::string& out, char32_t code) {
  const auto push = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0U | code >> 6U);
    push(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    push(0xE0U | code >> 12U);
    push(0x80U | (code >> 6U & 0x3FU));
    push(0x80U | (code & 0x3FU));
  } else {
    push(0xF0U | code >> 18U);
    push(0x80U | (code >> 12U & 0x3FU));
    push(0x80U | (code >> 6U & 0x3FU));
    push(0x80U | (code & 0x3FU));
  }
}

bool is_gzip(std::string_view bytes) { return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

Result<MappedFile> inflated(std::string_view packed) {
  auto target = TemporaryFile::create();
  if (!target) return tl::unexpected(target.error());
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return fail(ErrorKind::Unavailable, "no memory to unpack the file");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closing(&stream, inflateEnd);
  std::string piece(kPiece, '\0');
  std::size_t fed = 0;
  // A file may be several gzip members in a row.
  for (int state = Z_OK; fed < packed.size() || stream.avail_in > 0 || state == Z_OK;) {
    if (state == Z_STREAM_END) {
      const std::string_view rest = packed.substr(fed - stream.avail_in);
      if (rest.find_first_not_of('\0') == std::string_view::npos) break;  // Padding of a tape or a disk.
      if (!is_gzip(rest) || inflateReset(&stream) != Z_OK)
        return invalid("the gzip file has something behind its end: it is damaged");
    }
    if (stream.avail_in == 0) {
      const std::size_t next = std::min(packed.size() - fed, kPiece);
      if (next == 0) return invalid("the gzip file ends in the middle: it was cut on its way");
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + fed));
      stream.avail_in = static_cast<uInt>(next);
      fed += next;
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
      return invalid(fmt::format("the gzip file is damaged near byte {}", fed - stream.avail_in));
    if (state == Z_BUF_ERROR) state = Z_OK;
    if (auto written = target->write({piece.data(), piece.size() - stream.avail_out}); !written)
      return tl::unexpected(written.error());
    if (state == Z_STREAM_END && fed == packed.size() && stream.avail_in == 0) break;
  }
  return target->map();
}

Result<MappedFile> from_windows_1252(std::string_view bytes) {
  auto target = TemporaryFile::create();
  if (!target) return tl::unexpected(target.error());
  std::string piece;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    piece.clear();
    append_windows_1252(piece, bytes.substr(at, kPiece));
    if (auto written = target->write(piece); !written) return tl::unexpected(written.error());
  }
  return target->map();
}

Result<MappedFile> from_utf16(std::string_view bytes, bool big_endian) {
  auto target = TemporaryFile::create();
  if (!target) return tl::unexpected(target.error());
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(big_endian ? first << 8U | second : second << 8U | first);
  };
  std::string piece;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code >= 0xD800 && code < 0xE000) {
      const char32_t low = at + 3 < bytes.size() ? unit(at + 2) : 0;
      if (code < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
        at += 2;
      } else {
        code = 0xFFFD;
      }
    }
    append_utf8(piece, code);
    if (piece.size() < kPiece) continue;
    if (auto written = target->write(piece); !written) return tl::unexpected(written.error());
    piece.clear();
  }
  if (auto written = target->write(piece); !written) return tl::unexpected(written.error());
  return target->map();
}

}  // namespace

void append_windows_1252(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(out, byte >= 0x80 && byte < 0xA0 ? static_cast<char32_t>(kWindows1252[byte - 0x80U]) : byte);
  }
}

std::string guess_encoding(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return "utf-8";
  if (bytes.starts_with("\xFF\xFE")) return "utf-16le";
  if (bytes.starts_with("\xFE\xFF")) return "utf-16be";
  // Without a mark, UTF-16 of western text has a zero in every other byte.
  const std::string_view head = bytes.substr(0, 4096);
  std::size_t zeros[2] = {0, 0};
  for (std::size_t at = 0; at < head.size(); ++at)
    if (head[at] == '\0') ++zeros[at % 2];
  if (head.size() >= 8 && zeros[1] * 3 > head.size() && zeros[0] * 20 < head.size()) return "utf-16le";
  if (head.size() >= 8 && zeros[0] * 3 > head.size() && zeros[1] * 20 < head.size()) return "utf-16be";

  // A character may be cut at the end of what is checked: step back to a line's end.
  std::string_view checked = bytes.substr(0, kUtf8Checked);
  if (checked.size() < bytes.size()) checked = checked.substr(0, checked.rfind('\n') + 1);
  if (simdjson::validate_utf8(checked.data(), checked.size())) return "utf-8";
  // A UTF-8 file with a few bad bytes (rows glued together from another system) has far more good sequences than bad
  // ones; Windows-1252 has practically no good ones.
  std::size_t good = 0, bad = 0;
  for (std::size_t at = 0; at < checked.size() && good + bad < 100'000; ++at) {
    const auto byte = static_cast<unsigned char>(checked[at]);
    if (byte < 0x80) continue;
    const std::size_t follow = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC2 ? 1 : 0;
    std::size_t seen = 0;
    while (seen < follow && at + seen + 1 < checked.size() &&
           (static_cast<unsigned char>(checked[at + seen + 1]) & 0xC0U) == 0x80U)
      ++seen;
    ++(follow > 0 && seen == follow ? good : bad);
    at += seen;
  }
  return good > 4 * bad ? "utf-8" : "windows-1252";
}

TextSource::TextSource(MappedFile file, std::string encoding, std::uint64_t file_bytes)
    : file_(std::move(file)), encoding_(std::move(encoding)), file_bytes_(file_bytes), text_(file_.text()) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
}

Result<TextSource> TextSource::open(const std::filesystem::path& file, std::string_view encoding) {
  auto mapped = MappedFile::open(file);
  if (!mapped) return tl::unexpected(mapped.error());
  const std::uint64_t file_bytes = mapped->text().size();
  if (is_gzip(mapped->text())) mapped = inflated(mapped->text());
  if (!mapped) return tl::unexpected(Error{mapped.error().kind, file.string() + ": " + mapped.error().message});

  // A mark says UTF-8 whatever was agreed before: the rows that were rejected come back so.
  const bool told = !encoding.empty() && !mapped->text().starts_with("\xEF\xBB\xBF");
  std::string chosen = told ? std::string(encoding) : guess_encoding(mapped->text());
  if (chosen == "windows-1252") {
    mapped = from_windows_1252(mapped->text());
  } else if (chosen == "utf-16le" || chosen == "utf-16be") {
    mapped = from_utf16(mapped->text(), chosen == "utf-16be");
  } else if (chosen != "utf-8") {
    return invalid(
        fmt::format("unknown encoding '{}': use utf-8, windows-1252, utf-16le or utf-16be", chosen.substr(0, 64)));
  }
  if (!mapped) return tl::unexpected(mapped.error());
  return TextSource(std::move(*mapped), std::move(chosen), file_bytes);
}

Result<TextSource> TextSource::of_temporary(TemporaryFile& file, std::uint64_t file_bytes) {
  auto mapped = file.map();
  if (!mapped) return tl::unexpected(mapped.error());
  return TextSource(std::move(*mapped), "utf-8", file_bytes);
}

Result<TemporaryFile> TemporaryFile::create() {
  std::error_code code;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(code);
  if (code)
    return fail(ErrorKind::Unavailable, fmt::format("no folder for temporary files: {}: set TMPDIR", code.message()));
  std::string pattern = (folder / "habitue-import-XXXXXX").string();
  const int descriptor = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor < 0)
    return fail(ErrorKind::Unavailable, fmt::format("cannot write in {}: {}: set TMPDIR to a folder with room",
                                                    folder.string(), std::generic_category().message(errno)));
  return TemporaryFile(pattern, descriptor);
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), descriptor_(std::exchange(other.descriptor_, -1)) {}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

Result<void> TemporaryFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return fail(ErrorKind::Unavailable,
                  fmt::format("cannot write {}: {}: set TMPDIR to a folder with room for the unpacked file",
                              path_.string(), std::generic_category().message(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<MappedFile> TemporaryFile::map() { return MappedFile::open(path_); }

}  // namespace habitue::intake
