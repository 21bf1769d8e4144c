// A file made ready for reading rows: unpacked, in UTF-8, Parquet turned into rows of text.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "intake/table_reader.hpp"
#include "intake/text_source.hpp"

namespace habitue::intake {

/// How the text of the file is to be read, once it is open: of a Parquet file, the text it was turned into.
struct OpenedFile {
  TextSource source;
  FileFormat format;
};

/// Opens with what `format` says about encoding and kind. Errors: as TextSource::open; InvalidInput for a damaged Parquet file.
Result<OpenedFile> open_file(const std::filesystem::path& file, const FileFormat& format);

bool looks_like_parquet(std::string_view bytes);

/// The rows of a Parquet file as CSV (UTF-8, `,`, `"`), nested values as JSON, moments as ISO 8601.
Result<TextSource> open_parquet(const std::filesystem::path& file);

}  // namespace habitue::intake
