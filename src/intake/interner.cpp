#include "intake/interner.hpp"

#include <algorithm>
#include <utility>

#include "base/fingerprint.hpp"

namespace habitue::intake {

Interner::Added Interner::add(std::string_view text) {
  if (entries_.size() * 2 >= slots_.size()) grow();
  const auto hash = static_cast<std::uint32_t>(fingerprint(text));
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::uint32_t index = slots_[slot] - 1;
    if (entries_[index].hash == hash && at(index) == text) return {index, false};
  }
  const auto index = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({arena_.size(), static_cast<std::uint32_t>(text.size()), hash});
  arena_.append(text);
  slots_[slot] = index + 1;
  return {index, true};
}

void Interner::grow() {
  slots_.assign(std::max<std::size_t>(64, slots_.size() * 2), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t index = 0; index < entries_.size(); ++index) {
    std::size_t slot = entries_[index].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = index + 1;
  }
}

std::size_t FingerprintCounter::slot_of(std::uint64_t fingerprint) const {
  const std::size_t mask = keys_.size() - 1;
  // The low bits pick the slot; they are as good as any others of the fingerprint.
  std::size_t slot = fingerprint & mask;
  while (keys_[slot] != 0 && keys_[slot] != fingerprint) slot = (slot + 1) & mask;
  return slot;
}

std::uint32_t FingerprintCounter::add(std::uint64_t fingerprint) {
  if (used_ * 3 >= keys_.size() * 2) grow();
  fingerprint = std::max<std::uint64_t>(fingerprint, 1);
  const std::size_t slot = slot_of(fingerprint);
  if (keys_[slot] == 0) {
    keys_[slot] = fingerprint;
    ++used_;
  }
  return counts_[slot]++;
}

bool FingerprintCounter::contains(std::uint64_t fingerprint) const {
  return used_ > 0 && keys_[slot_of(std::max<std::uint64_t>(fingerprint, 1))] != 0;
}

void FingerprintCounter::grow() {
  const std::vector<std::uint64_t> keys =
      std::exchange(keys_, std::vector<std::uint64_t>(std::max<std::size_t>(64, keys_.size() * 2), 0));
  const std::vector<std::uint32_t> counts = std::exchange(counts_, std::vector<std::uint32_t>(keys_.size(), 0));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == 0) continue;
    const std::size_t slot = slot_of(keys[i]);
    keys_[slot] = keys[i];
    counts_[slot] = counts[i];
  }
}

}  // namespace habitue::intake
