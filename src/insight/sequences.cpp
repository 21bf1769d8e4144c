#include "insight/sequences.hpp"

#include <algorithm>

namespace habitue::insight {
namespace {

std::uint64_t hash_of(std::span<const std::uint32_t> sequence) {
  std::uint64_t hash = sequence.size();
  for (const std::uint32_t item : sequence) hash = mixed(hash + 0x9E3779B97F4A7C15U + item);
  return hash;
}

}  // namespace

std::size_t Sequences::place_of(std::span<const std::uint32_t> sequence, std::uint64_t hash) const {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t place = hash & mask;; place = (place + 1) & mask) {
    if (table_[place] == 0) return place;
    const std::size_t number = table_[place] - 1;
    if (hashes_[number] == hash && std::ranges::equal((*this)[number], sequence)) return place;
  }
}

void Sequences::grow() {
  table_.assign(table_.empty() ? 64 : 2 * table_.size(), 0);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t number = 0; number < hashes_.size(); ++number) {
    std::size_t place = hashes_[number] & mask;
    while (table_[place] != 0) place = (place + 1) & mask;
    table_[place] = static_cast<std::uint32_t>(number) + 1;
  }
}

std::uint32_t Sequences::number(std::span<const std::uint32_t> sequence) {
  if (2 * (ends_.size() + 1) > table_.size()) grow();
  const std::uint64_t hash = hash_of(sequence);
  const std::size_t place = place_of(sequence, hash);
  if (table_[place] != 0) return table_[place] - 1;
  items_.insert(items_.end(), sequence.begin(), sequence.end());
  ends_.push_back(items_.size());
  hashes_.push_back(hash);
  table_[place] = static_cast<std::uint32_t>(ends_.size());
  return table_[place] - 1;
}

std::optional<std::uint32_t> Sequences::find(std::span<const std::uint32_t> sequence) const {
  if (table_.empty()) return std::nullopt;
  const std::size_t place = place_of(sequence, hash_of(sequence));
  if (table_[place] == 0) return std::nullopt;
  return table_[place] - 1;
}

}  // namespace habitue::insight
