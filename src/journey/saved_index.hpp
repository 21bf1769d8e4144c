// What a saved index is made of, and its way to a file and back. The format: snapshot_file.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "journey/segment.hpp"
#include "journey/symbols.hpp"

namespace habitue::journey {

struct SavedIndex {
  std::shared_ptr<Symbols> symbols;
  std::shared_ptr<const Segment> segment;
  std::vector<std::uint32_t> person_of;  ///< By origin.
  EventSeq up_to;
};

/// The columns in place in `bytes`, which `owner` keeps alive and which begin at a multiple of 64. Everything is checked
/// before it is used: checksums for damage, and bounds all the same.
/// Errors: Corrupt with what is wrong.
Result<SavedIndex> read_saved(std::span<const std::byte> bytes, std::shared_ptr<const void> owner);

/// What to write. The names and sizes are as of one moment; the texts of codes below the sizes may be read meanwhile.
struct ToSave {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const Symbols> symbols;  ///< Kept alive only: their writer may be at work.
  std::shared_ptr<const Symbols::Published> names;
  std::vector<std::pair<const Dictionary*, std::uint32_t>> texts;  ///< By property, with how many codes to write.
  std::vector<std::uint32_t> person_of;
  EventSeq up_to;
};

/// Atomic and durable: after a crash at any moment the file is the old one or the new one.
/// Errors: Unavailable with the system's reason.
Result<void> write_saved(const ToSave& index, const std::filesystem::path& file);

}  // namespace habitue::journey
