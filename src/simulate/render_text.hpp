// Small texts that events are put together from.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

namespace habitue::simulate {

template <class Number>
void append_number(std::string& out, Number number, int base = 10) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number, base).ptr;
  out.append(text, end);
}

// Minor units of a currency of two digits as a decimal number: 1490 is 14.90.
inline void append_amount(std::string& out, std::uint32_t minor) {
  append_number(out, minor / 100);
  out += '.';
  out += static_cast<char>('0' + minor / 10 % 10);
  out += static_cast<char>('0' + minor % 10);
}

inline void append_user_id(std::string& out, std::uint32_t family, std::uint16_t member) {
  out += 'u';
  append_number(out, family);
  if (member == 0) return;
  out += '-';
  append_number(out, member);
}

}  // namespace habitue::simulate
