#include "journey/packed.hpp"

#include "journey/vector_instructions.hpp"

namespace habitue::journey {
namespace {

void unpack_plainly(const Packed& packed, std::span<const std::uint32_t> rows, std::int64_t* numbers) {
  for (std::size_t place = 0; place < rows.size(); ++place)
    numbers[place] = static_cast<std::int64_t>(packed[rows[place]]);
}

#if defined(__x86_64__)

// Eight loads at once, each of the eight bytes that hold a number.
__attribute__((target("avx512f,avx512dq"))) void unpack_avx512(const Packed& packed,
                                                               std::span<const std::uint32_t> rows,
                                                               std::int64_t* numbers) {
  const __m512i bits = _mm512_set1_epi64(packed.bits), seven = _mm512_set1_epi64(7);
  const __m512i mask = _mm512_set1_epi64(static_cast<long long>(packed.mask));
  const __m512i unit = _mm512_set1_epi64(packed.unit), base = _mm512_set1_epi64(static_cast<long long>(packed.base));
  std::size_t place = 0;
  for (; place + 8 <= rows.size(); place += 8) {
    const __m512i row =
        _mm512_cvtepu32_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows.data() + place)));
    const __m512i bit = _mm512_mul_epu32(row, bits);
    const __m512i word = _mm512_i64gather_epi64(_mm512_srli_epi64(bit, 3), packed.bytes, 1);
    const __m512i stored = _mm512_and_si512(_mm512_srlv_epi64(word, _mm512_and_si512(bit, seven)), mask);
    _mm512_storeu_si512(numbers + place, _mm512_add_epi64(base, _mm512_mullo_epi64(stored, unit)));
  }
  unpack_plainly(packed, rows.subspan(place), numbers + place);
}

#endif

}  // namespace

void unpack(const Packed& packed, std::span<const std::uint32_t> rows, std::int64_t* numbers,
            Instructions instructions) {
#if defined(__x86_64__)
  if (std::min(instructions, best_instructions()) == Instructions::Avx512) return unpack_avx512(packed, rows, numbers);
#endif
  unpack_plainly(packed, rows, numbers);
}

}  // namespace habitue::journey
