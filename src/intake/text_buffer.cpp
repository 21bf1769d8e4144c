#include "intake/text_buffer.hpp"

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace habitue::intake {
namespace {

char* write_escaped(char* out, unsigned char byte) {
  static constexpr char kHex[] = "0123456789abcdef";
  *out++ = '\\';
  switch (byte) {
    case '"': *out++ = '"'; return out;
    case '\\': *out++ = '\\'; return out;
    case '\n': *out++ = 'n'; return out;
    case '\r': *out++ = 'r'; return out;
    case '\t': *out++ = 't'; return out;
    default:
      std::memcpy(out, "u00", 3);
      out[3] = kHex[byte >> 4U];
      out[4] = kHex[byte & 15U];
      return out + 5;
  }
}

bool needs_escape(unsigned char byte) { return byte < 0x20 || byte == '"' || byte == '\\'; }

}  // namespace

char* write_json_string(char* out, std::string_view text) {
  *out++ = '"';
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  // Sixteen bytes at a time while none needs an escape: names of things hardly ever have one.
  const __m128i quotes = _mm_set1_epi8('"'), backslashes = _mm_set1_epi8('\\'), controls = _mm_set1_epi8(0x1F);
  while (end - at >= 16) {
    __m128i chunk;
    std::memcpy(&chunk, at, sizeof chunk);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, controls), chunk);
    const __m128i odd =
        _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(chunk, quotes), _mm_cmpeq_epi8(chunk, backslashes)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(odd));
    std::memcpy(out, at, sizeof chunk);  // json_bytes_max leaves room for the bytes that are written over.
    const int plain = mask == 0 ? 16 : std::countr_zero(mask);
    out += plain;
    at += plain;
    if (mask != 0) out = write_escaped(out, static_cast<unsigned char>(*at++));
  }
#endif
  for (; at < end; ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    if (needs_escape(byte)) {
      out = write_escaped(out, byte);
    } else {
      *out++ = *at;
    }
  }
  *out++ = '"';
  return out;
}

void append_json_string(TextBuffer& out, std::string_view text) {
  out.written_to(write_json_string(out.room(json_bytes_max(text.size())), text));
}

}  // namespace habitue::intake
