#include "intake/opened_file.hpp"

namespace habitue::intake {
namespace {

bool is_parquet(const std::filesystem::path& file) {
  const auto mapped = MappedFile::open(file);
  return mapped && looks_like_parquet(mapped->text());
}

}  // namespace

bool looks_like_parquet(std::string_view bytes) {
  return bytes.size() >= 12 && bytes.starts_with("PAR1") && bytes.ends_with("PAR1");
}

Result<OpenedFile> open_file(const std::filesystem::path& file, const FileFormat& format) {
  if (format.kind == FileKind::Parquet) {
    // The rows that were rejected of a Parquet file come back as the CSV that they are read from.
    auto source = is_parquet(file) ? open_parquet(file) : TextSource::open(file, "utf-8");
    if (!source) return tl::unexpected(source.error());
    return OpenedFile{std::move(*source), FileFormat{}};
  }
  auto source = TextSource::open(file, format.encoding);
  if (!source) return tl::unexpected(source.error());
  return OpenedFile{std::move(*source), format};
}

}  // namespace habitue::intake
