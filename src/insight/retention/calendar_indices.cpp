#include "insight/retention/calendar.hpp"

#include <algorithm>

#include "journey/vector_instructions.hpp"

namespace habitue::insight::retention {

void Timeline::indices_of(std::span<const std::int64_t> at_us, std::int64_t* indices,
                          journey::Instructions instructions) const {
#if defined(__x86_64__)
  if (size() > 0 && std::min(instructions, journey::best_instructions()) == journey::Instructions::Avx512)
    return indices_avx512(at_us, indices);
#endif
  static_cast<void>(instructions);
  for (std::size_t place = 0; place < at_us.size(); ++place)
    indices[place] = index_of(UtcMicros{std::chrono::microseconds{at_us[place]}});
}

#if defined(__x86_64__)

// As index_of, eight at once: those outside all periods look into no table.
__attribute__((target("avx512f,avx512dq"))) void Timeline::indices_avx512(std::span<const std::int64_t> at_us,
                                                                          std::int64_t* indices) const {
  static_assert(sizeof(UtcMicros) == sizeof(std::int64_t));
  const __m512i front = _mm512_set1_epi64(bounds_.front().time_since_epoch().count());
  const __m512i back = _mm512_set1_epi64(bounds_.back().time_since_epoch().count());
  const __m512i before = _mm512_set1_epi64(kBefore), after = _mm512_set1_epi64(static_cast<long long>(size()));
  const __m128i slice_bits = _mm_cvtsi32_si128(static_cast<int>(slice_bits_));
  for (std::size_t place = 0; place < at_us.size(); place += 8) {
    const std::size_t left = at_us.size() - place;
    const auto there = static_cast<__mmask8>(left >= 8 ? 0xFFU : (1U << left) - 1);
    const __m512i at = _mm512_maskz_loadu_epi64(there, at_us.data() + place);
    const __mmask8 too_early = _mm512_mask_cmplt_epi64_mask(there, at, front);
    const __mmask8 too_late = _mm512_mask_cmpge_epi64_mask(there, at, back);
    const auto inside = static_cast<__mmask8>(there & ~(too_early | too_late));
    const __m512i slice = _mm512_srl_epi64(_mm512_sub_epi64(at, front), slice_bits);
    const __m512i index = _mm512_cvtepu32_epi64(
        _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), inside, slice, period_of_slice_.data(), 4));
    const __m512i next = _mm512_mask_i64gather_epi64(at, inside, index, bounds_.data() + 1, 8);
    const __mmask8 is_in_next = _mm512_mask_cmpge_epi64_mask(inside, at, next);
    __m512i found = _mm512_mask_add_epi64(index, is_in_next, index, _mm512_set1_epi64(1));
    found = _mm512_mask_mov_epi64(_mm512_mask_mov_epi64(found, too_early, before), too_late, after);
    _mm512_mask_storeu_epi64(indices + place, there, found);
  }
}

#endif

}  // namespace habitue::insight::retention
