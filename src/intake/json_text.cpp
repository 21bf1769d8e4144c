// The small rules of JSON that reading it leniently needs.
#include "intake/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/json.hpp"

namespace habitue::intake {
namespace {

constexpr std::size_t kLongestNumber = 64;
constexpr std::string_view kReplacementEscape = "\\ufffd";

std::optional<unsigned> hex4(std::string_view text, std::size_t at) {
  if (text.size() < at + 4) return std::nullopt;
  unsigned value = 0;
  const auto [end, code] = std::from_chars(text.data() + at, text.data() + at + 4, value, 16);
  if (code != std::errc{} || end != text.data() + at + 4) return std::nullopt;
  return value;
}

bool is_high(unsigned code) { return code >= 0xD800 && code < 0xDC00; }
bool is_low(unsigned code) { return code >= 0xDC00 && code < 0xE000; }

}  // namespace

// simdjson refuses a whole document for one half of a surrogate pair, which JavaScript's JSON.stringify of a cut string
// may send; and NUL ends strings in many places downstream. Nothing when there is nothing to mend.
std::optional<std::string> with_mended_escapes(std::string_view text) {
  if (text.find("\\u") == std::string_view::npos) return std::nullopt;
  std::string out;
  std::size_t copied = 0;
  const auto replace = [&](std::size_t at) {
    out.append(text, copied, at - copied).append(kReplacementEscape);
    copied = at + 6;
  };
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const auto code = at + 1 < text.size() && text[at + 1] == 'u' ? hex4(text, at + 2) : std::nullopt;
    if (!code) {
      at += 2;
      continue;
    }
    const bool pair = is_high(*code) && text.substr(at + 6, 2) == "\\u" && is_low(hex4(text, at + 8).value_or(0));
    if (!pair && (*code == 0 || is_high(*code) || is_low(*code))) replace(at);
    at += pair ? 12 : 6;
  }
  if (copied == 0) return std::nullopt;
  return out.append(text, copied);
}

std::string_view without_space_behind(std::string_view token) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

// Repeated keys are rare, so objects are written as they come and mended when two keys are equal.
void keep_last_of_equal_keys(std::string& out, std::size_t object_begin, const std::vector<JsonPiece>& pieces) {
  const auto key = [&](std::size_t i) {
    return std::string_view(out).substr(pieces[i].begin, pieces[i].key_end - pieces[i].begin);
  };
  std::vector<std::size_t> order(pieces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int compared = key(a).compare(key(b));
    return compared != 0 ? compared < 0 : a < b;
  });
  std::vector<bool> dropped(pieces.size(), false);
  bool any = false;
  for (std::size_t i = 0; i + 1 < order.size(); ++i)
    if (key(order[i]) == key(order[i + 1])) dropped[order[i]] = any = true;
  if (!any) return;
  std::string mended = "{";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (dropped[i]) continue;
    if (mended.size() > 1) mended.push_back(',');
    mended.append(out, pieces[i].begin, pieces[i].end - pieces[i].begin);
  }
  mended.push_back('}');
  out.replace(object_begin, out.size() - object_begin, mended);
}

// Whether text follows JSON's grammar of numbers, whatever its size.
bool is_number_token(std::string_view text) {
  std::size_t at = text.substr(0, 1) == "-" ? 1 : 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  const std::size_t first = at;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

// Of equal keys the last one counts, as JSON.parse has it.
void keep_last_of_equal_keys(std::vector<JsonMember>& members) {
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::tie(members[a].key, a) < std::tie(members[b].key, b); });
  std::vector<bool> dropped(members.size(), false);
  bool any = false;
  for (std::size_t i = 0; i + 1 < order.size(); ++i)
    if (members[order[i]].key == members[order[i + 1]].key) dropped[order[i]] = any = true;
  if (!any) return;
  std::vector<JsonMember> kept;
  for (std::size_t i = 0; i < members.size(); ++i)
    if (!dropped[i]) kept.push_back(std::move(members[i]));
  members = std::move(kept);
}

bool is_plain_number(std::string_view text) {
  if (text.size() > kLongestNumber || !is_number_token(text)) return false;
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  // Too small for a double is zero to everybody; too large is nothing that readers agree on.
  return code == std::errc{} && std::isfinite(value);
}

void append_json_key(std::string& out, std::string_view key) {
  if (out.back() != '{') out.push_back(',');
  append_json_string(out, key);
  out.push_back(':');
}

void append_json_value(std::string& out, const JsonMember& member) {
  if (member.kind == JsonKind::Text) {
    append_json_string(out, member.text);
  } else {
    out.append(member.text);
  }
}

std::string write_object(const std::vector<JsonMember>& members) {
  std::string out = "{";
  for (const JsonMember& member : members) {
    append_json_key(out, member.key);
    append_json_value(out, member);
  }
  out.push_back('}');
  return out;
}

}  // namespace habitue::intake
