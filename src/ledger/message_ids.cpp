#include "ledger/message_ids.hpp"

#include <algorithm>

namespace habitue::ledger {
namespace {

constexpr int kBlockBits = 24;
constexpr std::uint64_t kBlockMask = (std::uint64_t{1} << kBlockBits) - 1;
constexpr std::size_t kCapacityMin = 1024;

constexpr std::uint64_t slot_of(std::uint64_t fingerprint, EventSeq seq) {
  return (fingerprint & ~kBlockMask) | ((block_of(seq) + 1) & kBlockMask);
}

}  // namespace

std::size_t MessageIds::home_of(std::uint64_t slot) const {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>((Wide{slot & ~kBlockMask} * slots_.size()) >> 64);
}

void MessageIds::put(std::uint64_t slot) {
  std::size_t place = home_of(slot);
  while (slots_[place] != 0) place = place + 1 == slots_.size() ? 0 : place + 1;
  slots_[place] = slot;
}

void MessageIds::grow(std::size_t capacity) {
  std::vector<std::uint64_t> old(capacity, 0);
  old.swap(slots_);
  for (const std::uint64_t slot : old)
    if (slot != 0) put(slot);
}

void MessageIds::reserve(std::uint64_t count) {
  const std::size_t capacity = std::max(kCapacityMin, static_cast<std::size_t>(count + count / 2));
  if (capacity > slots_.size()) grow(capacity);
}

void MessageIds::insert(std::uint64_t fingerprint, EventSeq seq) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow(std::max(kCapacityMin, slots_.size() + slots_.size() / 2));
  put(slot_of(fingerprint, seq));
  ++size_;
}

void MessageIds::find(std::uint64_t fingerprint, std::vector<SeqBlock>& blocks) const {
  if (slots_.empty()) return;
  const std::uint64_t wanted = fingerprint & ~kBlockMask;
  for (std::size_t place = home_of(fingerprint); slots_[place] != 0; place = place + 1 == slots_.size() ? 0 : place + 1)
    if ((slots_[place] & ~kBlockMask) == wanted)
      blocks.push_back(static_cast<SeqBlock>((slots_[place] & kBlockMask) - 1));
}

void MessageIds::prefetch(std::uint64_t fingerprint) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(fingerprint)]);
}

void MessageIds::erase(std::uint64_t fingerprint, EventSeq seq) {
  if (slots_.empty()) return;
  const std::size_t capacity = slots_.size();
  const auto after = [&](std::size_t place) { return place + 1 == capacity ? 0 : place + 1; };
  const std::uint64_t wanted = slot_of(fingerprint, seq);
  std::size_t hole = home_of(wanted);
  while (slots_[hole] != wanted) {
    if (slots_[hole] == 0) return;
    hole = after(hole);
  }
  // Whoever was pushed past the hole moves back into it, so that a probe never stops short of what it looks for.
  for (std::size_t place = after(hole); slots_[place] != 0; place = after(place)) {
    const std::size_t home = home_of(slots_[place]);
    const bool home_is_between = hole < place ? home > hole && home <= place : home > hole || home <= place;
    if (home_is_between) continue;
    slots_[hole] = slots_[place];
    hole = place;
  }
  slots_[hole] = 0;
  --size_;
}

}  // namespace habitue::ledger
