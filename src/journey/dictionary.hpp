// The texts of one property, each kept once and known by a code. Grows only, so that a code means the same text for ever.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace habitue::journey {

/// The longest text that the index keeps; longer ones are cut at a character's border. The ledger keeps all.
inline constexpr std::size_t kTextBytesMax = 1024;

/// A dictionary inside a mapped file, read in place. A text is a length of two bytes, then its bytes.
struct MappedDictionary {
  std::uint32_t count = 0;
  const char* blob = nullptr;
  const std::uint64_t* bases = nullptr;    ///< One per 65,536 codes: where in the blob their texts begin.
  const std::uint32_t* offsets = nullptr;  ///< One per code, from its base.
  const std::uint32_t* slots = nullptr;    ///< Open addressing by fingerprint: code + 1, or 0.
  std::uint32_t slot_mask = 0;             ///< Number of slots less one; slots are a power of two.
};

/// One writer interns; any thread reads texts of the codes that it was given through a published segment: what a reader
/// touches is never written again, and publication itself is the fence.
class Dictionary {
 public:
  Dictionary() = default;
  explicit Dictionary(const MappedDictionary& mapped) : mapped_(mapped), count_(mapped.count) {}
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  std::string_view text(std::uint32_t code) const {
    if (code < mapped_.count) return sized(mapped_.blob + mapped_.bases[code >> 16U] + mapped_.offsets[code]);
    const Place place = place_of(code - mapped_.count);
    return sized(chunks_[place.chunk][place.index]);
  }

  /// The code of a text of at most kTextBytesMax bytes, new or known. The writer's.
  std::uint32_t intern(std::string_view text);
  /// The same of a text whose fingerprint is known.
  std::uint32_t intern(std::string_view text, std::uint64_t hash);
  /// Asks the processor for what intern will read of a text of this fingerprint, step by step: each of the three reads what the one
  /// before asked for. Of many texts that are interned together, all of a step go before the next. The writer's.
  void expect_slot(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void expect_place(std::uint64_t hash) const {
    if (const char* const* const place = likely_place(hash); place != nullptr) __builtin_prefetch(place);
  }
  void expect_text(std::uint64_t hash) const {
    if (const char* const* const place = likely_place(hash); place != nullptr) __builtin_prefetch(*place);
  }
  std::uint32_t size() const { return count_; }        ///< The writer's.
  std::size_t memory_bytes() const { return bytes_; }  ///< Without the mapped part. The writer's.

 private:
  struct Place {
    std::size_t chunk, index;
  };
  static constexpr std::uint32_t kFirstChunk = 64;

  static std::string_view sized(const char* at) {
    std::uint16_t size = 0;
    std::memcpy(&size, at, sizeof size);
    return {at + sizeof size, size};
  }
  // Chunk k holds 64 << k codes, so that a fixed array of chunks suffices and no reader sees one move.
  static Place place_of(std::uint32_t code) {
    const auto chunk = static_cast<std::size_t>(std::bit_width((code / kFirstChunk + 1U) / 2));
    return {chunk, code - kFirstChunk * ((std::size_t{1} << chunk) - 1)};
  }
  /// Where the text of this fingerprint is, if it is here: by the halves of fingerprints alone.
  const char* const* likely_place(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
      if ((slots_[at] ^ hash) >> 32U != 0) continue;
      const Place place = place_of(static_cast<std::uint32_t>(slots_[at]) - 1 - mapped_.count);
      return &chunks_[place.chunk][place.index];
    }
    return nullptr;
  }
  const char* keep(std::string_view text);
  bool find_mapped(std::string_view text, std::uint64_t hash, std::uint32_t& code) const;
  void grow_slots();

  MappedDictionary mapped_;
  std::array<std::unique_ptr<const char*[]>, 27> chunks_;
  std::uint32_t count_ = 0;
  std::vector<std::uint64_t> slots_;  // High half of the fingerprint, then code + 1 in the low half; 0 is free.
  std::uint32_t fresh_ = 0;           // Codes in slots_.
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t free_bytes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace habitue::journey
