// A byte is found in a set of bytes by two lookups of 16 entries, which vector instructions do for 32 or 64 bytes at once
// (W. Muła, "SIMDized check which bytes are in a set", 2018).
#include "journey/kind_filter.hpp"

#include <algorithm>
#include <bit>

#include "journey/vector_instructions.hpp"

namespace habitue::journey {

KindFilter::KindFilter(std::span<const std::uint8_t> wanted, Instructions instructions)
    : instructions_(std::min(instructions, best_instructions())), wanted_(wanted.begin(), wanted.end()) {
  if (wanted_.size() < 256) wanted_.resize(256);
  for (std::uint8_t& kind : wanted_) kind = kind != 0 ? 1 : 0;
  for (std::uint32_t kind = 0; kind < 256; ++kind) {
    if (wanted_[kind] == 0) continue;
    auto& halves = kind < 128 ? low_ : high_;
    halves[kind & 15U] = static_cast<std::uint8_t>(halves[kind & 15U] | 1U << (kind >> 4U & 7U));
  }
}

std::size_t KindFilter::select(const KindColumn& kinds, std::uint32_t first, std::uint32_t last, std::uint32_t* rows,
                               std::uint64_t* marks) const {
  if (kinds.narrow != nullptr) {
    if (instructions_ == Instructions::Avx512) return select_avx512(kinds.narrow, first, last, rows, marks);
    if (instructions_ == Instructions::Avx2) return select_avx2(kinds.narrow, first, last, rows, marks);
  }
  return select_plainly(kinds, first, last, rows, marks);
}

// By adding instead of branching: which row is wanted is nothing that a processor can guess.
std::size_t KindFilter::select_plainly(const KindColumn& kinds, std::uint32_t first, std::uint32_t last,
                                       std::uint32_t* rows, std::uint64_t* marks) const {
  std::size_t count = 0;
  const auto end = static_cast<std::uint32_t>(wanted_.size());
  for (std::uint32_t begin = first; begin < last; begin += std::min(last - begin, 64U)) {
    std::uint64_t word = 0;
    for (std::uint32_t row = begin; row < last && row - begin < 64; ++row) {
      const std::uint32_t kind = kinds[row];
      const std::uint64_t is_wanted = kind < end ? wanted_[kind] : 0;
      rows[count] = row;
      count += is_wanted;
      word |= is_wanted << (row - begin);
    }
    if (marks != nullptr) *marks++ = word;
  }
  return count;
}

#if defined(__x86_64__)

__attribute__((target("avx2,bmi,bmi2,popcnt"))) std::size_t KindFilter::select_avx2(const std::uint8_t* kinds,
                                                                                    std::uint32_t first,
                                                                                    std::uint32_t last,
                                                                                    std::uint32_t* rows,
                                                                                    std::uint64_t* marks) const {
  const __m256i low = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(low_.data())));
  const __m256i high = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(high_.data())));
  const __m256i bits = _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32,
                                        64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const __m256i half = _mm256_set1_epi8(15);
  const auto wanted_of = [&](const std::uint8_t* of) __attribute__((target("avx2,bmi,bmi2,popcnt"), always_inline)) {
    const __m256i kind = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(of));
    const __m256i place = _mm256_and_si256(kind, half);
    // The top bit of a kind says which array: blending looks at nothing else.
    const __m256i set = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, place), _mm256_shuffle_epi8(high, place), kind);
    const __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(kind, 4), half));
    const __m256i is_in = _mm256_cmpeq_epi8(_mm256_and_si256(set, bit), bit);
    return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(is_in))};
  };
  std::size_t count = 0;
  std::uint32_t row = first;
  for (; last - row >= 64; row += 64) {
    const std::uint64_t word = wanted_of(kinds + row) | wanted_of(kinds + row + 32) << 32U;
    if (marks != nullptr) *marks++ = word;
    for (std::uint64_t found = word; found != 0; found &= found - 1)
      rows[count++] = row + static_cast<std::uint32_t>(std::countr_zero(found));
  }
  return count + select_plainly({kinds, nullptr}, row, last, rows + count, marks);
}

__attribute__((target("avx512f,avx512bw,bmi,bmi2,popcnt"))) std::size_t KindFilter::select_avx512(
    const std::uint8_t* kinds, std::uint32_t first, std::uint32_t last, std::uint32_t* rows,
    std::uint64_t* marks) const {
  const __m512i low = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(low_.data())));
  const __m512i high = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(high_.data())));
  const __m512i bits = _mm512_set1_epi64(static_cast<long long>(0x8040'2010'0804'0201U));
  const __m512i half = _mm512_set1_epi8(15);
  const __m512i numbers = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  std::size_t count = 0;
  for (std::uint32_t row = first; row < last; row += 64) {
    const std::uint32_t left = last - row;
    const __mmask64 there = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    const __m512i kind = _mm512_maskz_loadu_epi8(there, kinds + row);
    const __m512i place = _mm512_and_si512(kind, half);
    const __m512i set = _mm512_mask_blend_epi8(_mm512_movepi8_mask(kind), _mm512_shuffle_epi8(low, place),
                                               _mm512_shuffle_epi8(high, place));
    const __m512i bit = _mm512_shuffle_epi8(bits, _mm512_and_si512(_mm512_srli_epi16(kind, 4), half));
    std::uint64_t found = _mm512_mask_test_epi8_mask(there, set, bit);
    if (marks != nullptr) *marks++ = found;
    // Few: one by one. Many: sixteen at a time, whatever they are.
    if (std::popcount(found) <= 6) {
      for (; found != 0; found &= found - 1) rows[count++] = row + static_cast<std::uint32_t>(std::countr_zero(found));
      continue;
    }
    for (std::uint32_t quarter = 0; quarter < 64; quarter += 16) {
      const auto of_quarter = static_cast<__mmask16>(found >> quarter);
      const __m512i named = _mm512_add_epi32(numbers, _mm512_set1_epi32(static_cast<int>(row + quarter)));
      _mm512_storeu_si512(rows + count, _mm512_maskz_compress_epi32(of_quarter, named));
      count += static_cast<std::size_t>(std::popcount(static_cast<std::uint32_t>(of_quarter)));
    }
  }
  return count;
}

#else

std::size_t KindFilter::select_avx2(const std::uint8_t* kinds, std::uint32_t first, std::uint32_t last,
                                    std::uint32_t* rows, std::uint64_t* marks) const {
  return select_plainly({kinds, nullptr}, first, last, rows, marks);
}
std::size_t KindFilter::select_avx512(const std::uint8_t* kinds, std::uint32_t first, std::uint32_t last,
                                      std::uint32_t* rows, std::uint64_t* marks) const {
  return select_plainly({kinds, nullptr}, first, last, rows, marks);
}

#endif

}  // namespace habitue::journey
