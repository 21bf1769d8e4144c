#include "journey/dictionary.hpp"

#include <algorithm>
#include <cassert>

#include "base/fingerprint.hpp"

namespace habitue::journey {

namespace {

constexpr std::uint64_t kHighHalf = 0xFFFF'FFFF'0000'0000;
constexpr std::size_t kBlockBytesFirst = 1024;
constexpr std::size_t kBlockBytesMax = std::size_t{1} << 20U;

}  // namespace

const char* Dictionary::keep(std::string_view text) {
  const auto size = static_cast<std::uint16_t>(text.size());
  const std::size_t needed = sizeof size + text.size();
  if (needed > free_bytes_) {
    // Small first, so that thousands of small dictionaries stay small.
    const std::size_t block = std::clamp(kBlockBytesFirst << std::min<std::size_t>(blocks_.size(), 10), needed,
                                         std::max(needed, kBlockBytesMax));
    blocks_.push_back(std::make_unique<char[]>(block));
    free_ = blocks_.back().get();
    free_bytes_ = block;
    bytes_ += block;
  }
  char* const at = free_;
  std::memcpy(at, &size, sizeof size);
  std::memcpy(at + sizeof size, text.data(), text.size());
  free_ += needed;
  free_bytes_ -= needed;
  return at;
}

bool Dictionary::find_mapped(std::string_view wanted, std::uint64_t hash, std::uint32_t& code) const {
  if (mapped_.count == 0) return false;
  // Bounded by the number of slots: a damaged table without a free slot must not spin.
  for (std::uint32_t probe = 0; probe <= mapped_.slot_mask; ++probe) {
    const std::uint32_t slot = mapped_.slots[(hash + probe) & mapped_.slot_mask];
    if (slot == 0) return false;
    if (text(slot - 1) == wanted) {
      code = slot - 1;
      return true;
    }
  }
  return false;
}

void Dictionary::grow_slots() {
  std::vector<std::uint64_t> old(std::max<std::size_t>(16, slots_.size() * 2));
  old.swap(slots_);
  bytes_ += (slots_.size() - old.size()) * sizeof(std::uint64_t);
  const std::size_t mask = slots_.size() - 1;
  for (const std::uint64_t slot : old) {
    if (slot == 0) continue;
    const std::uint64_t hash = fingerprint(text(static_cast<std::uint32_t>(slot) - 1));
    std::size_t at = hash & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

std::uint32_t Dictionary::intern(std::string_view wanted) { return intern(wanted, fingerprint(wanted)); }

std::uint32_t Dictionary::intern(std::string_view wanted, std::uint64_t hash) {
  assert(wanted.size() <= kTextBytesMax);
  std::uint32_t code = 0;
  if (find_mapped(wanted, hash, code)) return code;

  if (fresh_ * std::size_t{3} >= slots_.size() * 2) grow_slots();
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    // The high half spares the walk to the text for nearly every stranger.
    if (((slots_[at] ^ hash) & kHighHalf) != 0) continue;
    code = static_cast<std::uint32_t>(slots_[at]) - 1;
    if (text(code) == wanted) return code;
  }

  code = count_;
  const Place place = place_of(code - mapped_.count);
  if (chunks_[place.chunk] == nullptr) {
    const std::size_t entries = std::size_t{kFirstChunk} << place.chunk;
    chunks_[place.chunk] = std::make_unique<const char*[]>(entries);
    bytes_ += entries * sizeof(const char*);
  }
  chunks_[place.chunk][place.index] = keep(wanted);
  slots_[at] = (hash & kHighHalf) | (code + 1);
  ++count_;
  ++fresh_;
  return code;
}

}  // namespace habitue::journey
