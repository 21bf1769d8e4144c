// Every message id ever stored, in eight bytes an event or little more: what makes a retry harmless.
//
// A slot is 40 bits of the id's keyed fingerprint and 24 bits of the place where the event lies: its block of 2,048
// places. A fingerprint that is not here says for sure that the id is new. One that is here says "read that block and
// compare": so the answer is exact, and the reading is small because what is sent again was sent together.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/id.hpp"

namespace habitue::ledger {

/// A block of places: seq / kSeqsPerBlock.
using SeqBlock = std::uint32_t;
inline constexpr std::uint64_t kSeqsPerBlock = 2048;
inline constexpr SeqBlock block_of(EventSeq seq) { return static_cast<SeqBlock>(seq.value / kSeqsPerBlock); }
inline constexpr std::uint64_t kSeqMax = ((std::uint64_t{1} << 24) - 1) * kSeqsPerBlock;

/// One writer; not for several threads at once.
///
/// Open addressing with linear probing, homes in order of the fingerprint: growing is one pass from left to right, and
/// needs nothing but what the slots hold. Grows by a half at three quarters full: 10.7 to 16 bytes an event.
class MessageIds {
 public:
  void reserve(std::uint64_t count);
  void insert(std::uint64_t fingerprint, EventSeq seq);
  /// Takes out one entry of this fingerprint and block, if there is one.
  void erase(std::uint64_t fingerprint, EventSeq seq);
  /// Appends the blocks that may hold an event of this fingerprint.
  void find(std::uint64_t fingerprint, std::vector<SeqBlock>& blocks) const;
  /// Brings the slot nearer before a find or an insert, some dozen calls ahead.
  void prefetch(std::uint64_t fingerprint) const;

  std::uint64_t size() const { return size_; }
  std::uint64_t bytes() const { return slots_.capacity() * sizeof(std::uint64_t); }

 private:
  std::size_t home_of(std::uint64_t slot) const;
  void put(std::uint64_t slot);
  void grow(std::size_t capacity);

  std::vector<std::uint64_t> slots_;  // 0 is free. A slot is never 0: its block part is kept as block + 1.
  std::uint64_t size_ = 0;
};

}  // namespace habitue::ledger
