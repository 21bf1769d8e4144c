#include "identity/identifier_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/fingerprint.hpp"
#include "base/text.hpp"

namespace habitue::identity {
namespace {

constexpr char lowered(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return static_cast<signed char>(letter) >= 0; });
}

}  // namespace

IdentifierTable::IdentifierTable(std::uint64_t key_seed)
    : key_seed_(key_seed), texts_(1, '\0'), entries_(1), slots_(1024) {}

std::uint64_t IdentifierTable::key_of(IdentifierKind kind, std::string_view value) const {
  return fingerprint(value, key_seed_ + 0x9E3779B97F4A7C15ULL * (static_cast<std::uint64_t>(kind) + 1));
}

Node IdentifierTable::find(IdentifierKind kind, std::string_view value) const {
  const std::uint64_t key = key_of(kind, value);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t place = key & mask; slots_[place].node != kNone; place = (place + 1) & mask) {
    const Node node = slots_[place].node;
    if (slots_[place].tag == static_cast<std::uint32_t>(key >> 32) && this->kind(node) == kind && text(node) == value)
      return node;
  }
  return kNone;
}

Node IdentifierTable::find_key(std::uint64_t wanted) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t place = wanted & mask; slots_[place].node != kNone; place = (place + 1) & mask)
    if (slots_[place].tag == static_cast<std::uint32_t>(wanted >> 32) && key(slots_[place].node) == wanted)
      return slots_[place].node;
  return kNone;
}

void IdentifierTable::put(std::uint64_t key, Node node) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = key & mask;
  while (slots_[place].node != kNone) place = (place + 1) & mask;
  slots_[place] = {static_cast<std::uint32_t>(key >> 32), node};
}

void IdentifierTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old)
    if (slot.node != kNone) put(key(slot.node), slot.node);
}

Node IdentifierTable::add(IdentifierKind kind, std::string_view value) {
  if (++used_ * 3 > slots_.size() * 2) grow();
  const Node node = end();
  Entry& entry = entries_.emplace_back();
  entry.offset = texts_.size() & 0xFFFF'FFFF'FFFF;
  entry.length = value.size() & 0x3FFF;
  entry.kind = static_cast<std::uint64_t>(kind) & 3;
  texts_.append(value).push_back('\0');
  put(key_of(kind, value), node);
  if (!is_ascii(value)) folded_.emplace(node, folded(value));
  return node;
}

Node IdentifierTable::add_stored(IdentifierKind kind, std::string_view value) {
  if (!value.empty()) return add(kind, value);
  Entry& entry = entries_.emplace_back();
  entry.offset = texts_.size() & 0xFFFF'FFFF'FFFF;
  entry.kind = static_cast<std::uint64_t>(kind) & 3;
  texts_.push_back('\0');
  return end() - 1;
}

void IdentifierTable::wipe(Node node) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = key(node) & mask;
  while (slots_[hole].node != node) {
    if (slots_[hole].node == kNone) return;
    hole = (hole + 1) & mask;
  }
  // Those pushed past the hole move back into it, so that no probe stops short.
  for (std::size_t place = (hole + 1) & mask; slots_[place].node != kNone; place = (place + 1) & mask) {
    const std::size_t home = key(slots_[place].node) & mask;
    if (((place - home) & mask) < ((place - hole) & mask)) continue;
    slots_[hole] = slots_[place];
    hole = place;
  }
  slots_[hole] = {};
  --used_;
  folded_.erase(node);
  Entry& entry = entries_[node];
  std::fill_n(texts_.begin() + static_cast<std::ptrdiff_t>(entry.offset), entry.length, '\0');
  entry.length = 0;
}

Node IdentifierTable::node_at(std::size_t offset) const {
  const auto after = std::upper_bound(entries_.begin() + 1, entries_.end(), offset,
                                      [](std::size_t wanted, const Entry& entry) { return wanted < entry.offset; });
  return static_cast<Node>(after - entries_.begin() - 1);
}

// The texts are lowered block by block into a buffer that stays in the cache; memmem does the looking.
std::size_t IdentifierTable::find_text(std::string_view needle, std::size_t from) const {
  constexpr std::size_t kBlock = 16'384;
  std::array<char, kBlock> block;
  if (needle.size() > kBytesMax + 1) return std::string::npos;
  // The first blocks are small: when hits are close together, little is lowered for each.
  for (std::size_t size = 512; from + needle.size() <= texts_.size(); size = std::min(kBlock, size * 4)) {
    const std::size_t count = std::min(std::max(size, 2 * needle.size()), texts_.size() - from);
    const std::size_t bounded = std::min(count, kBlock);
    std::transform(texts_.begin() + static_cast<std::ptrdiff_t>(from),
                   texts_.begin() + static_cast<std::ptrdiff_t>(from + bounded), block.begin(), lowered);
    if (const void* hit = memmem(block.data(), bounded, needle.data(), needle.size()))
      return from + static_cast<std::size_t>(static_cast<const char*>(hit) - block.data());
    if (from + bounded == texts_.size()) break;
    from += bounded - (needle.size() - 1);
  }
  return std::string::npos;
}

}  // namespace habitue::identity
