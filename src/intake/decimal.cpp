#include "intake/decimal.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace habitue::intake {
namespace {

constexpr int kDigitsMax = 18;                               // Every number of 18 digits fits 63 bits.
constexpr int kScaleMax = 36;                                // Of a product.
constexpr Int128 kValueMax = static_cast<Int128>(1) << 120;  // Leaves room for one more addition.

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kCurrencies = {{
    {"\u20AC", "EUR"}, {"EUR", "EUR"}, {"\u00A3", "GBP"}, {"GBP", "GBP"},   {"US$", "USD"}, {"CA$", "CAD"},
    {"C$", "CAD"},     {"A$", "AUD"},  {"$", "USD"},      {"USD", "USD"},   {"CHF", "CHF"}, {"Fr.", "CHF"},
    {"\u00A5", "JPY"}, {"JPY", "JPY"}, {"CAD", "CAD"},    {"AUD", "AUD"},   {"SEK", "SEK"}, {"NOK", "NOK"},
    {"DKK", "DKK"},    {"PLN", "PLN"}, {"BRL", "BRL"},    {"euros", "EUR"},
}};
constexpr std::array<std::string_view, 5> kSpaces = {" ", "\u00A0", "\u202F", "\u2009", "\t"};
constexpr std::string_view kMinusSign = "\u2212";

bool take_front(std::string_view& text, std::string_view part) {
  if (!text.starts_with(part)) return false;
  text.remove_prefix(part.size());
  return true;
}
bool take_back(std::string_view& text, std::string_view part) {
  if (!text.ends_with(part)) return false;
  text.remove_suffix(part.size());
  return true;
}
bool take_space_front(std::string_view& text) {
  for (const std::string_view space : kSpaces)
    if (take_front(text, space)) return true;
  return false;
}
bool take_space_back(std::string_view& text) {
  for (const std::string_view space : kSpaces)
    if (take_back(text, space)) return true;
  return false;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Signs, brackets and currencies taken off; what stays is digits and marks.
struct Stripped {
  std::string_view digits;
  bool negative = false;
  std::string_view currency;
};

Stripped strip(std::string_view text) {
  Stripped stripped;
  stripped.digits = text;
  std::string_view& rest = stripped.digits;
  int signs = 0, currencies = 0;
  const auto sign = [&](std::string_view mark, bool front) {
    if (signs > 0 || !(front ? take_front(rest, mark) : take_back(rest, mark))) return false;
    ++signs;
    stripped.negative = mark != "+";
    return true;
  };
  for (bool changed = true; changed && !rest.empty();) {
    changed = take_space_front(rest) || take_space_back(rest);
    for (const std::string_view mark : {std::string_view("-"), kMinusSign, std::string_view("+")})
      changed = changed || sign(mark, true) || sign(mark, false);
    if (signs == 0 && rest.size() > 2 && rest.front() == '(' && rest.back() == ')') {
      rest = rest.substr(1, rest.size() - 2);
      stripped.negative = changed = true;
      ++signs;
    }
    if (currencies > 0) continue;
    for (const auto& [mark, code] : kCurrencies) {
      if (rest.size() == mark.size() || !(take_front(rest, mark) || take_back(rest, mark))) continue;
      stripped.currency = code;
      ++currencies;
      changed = true;
      break;
    }
  }
  return stripped;
}

// The length of a thousands mark at the front, or 0. The point is one where the comma is the decimal mark, and the other way.
std::size_t group_mark(std::string_view text, DecimalMark mark) {
  if (text.front() == (mark == DecimalMark::Comma ? '.' : ',') || text.front() == '\'') return 1;
  for (const std::string_view space : kSpaces)
    if (text.starts_with(space)) return space.size();
  if (text.starts_with("\u2019")) return 3;
  return 0;
}

struct Digits {
  std::int64_t mantissa = 0;
  int count = 0;  // Significant ones.
  bool push(char c) {
    if (mantissa == 0 && c == '0') return true;
    if (++count > kDigitsMax) return false;
    mantissa = mantissa * 10 + (c - '0');
    return true;
  }
};

std::optional<int> read_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 2) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

std::optional<Decimal> with_exponent(Digits digits, int scale, int exponent) {
  scale -= exponent;
  for (; scale < 0; ++scale)
    if (!digits.push('0')) return std::nullopt;
  // Zeros behind are no information: 1.50e-17 need not fail for them.
  for (; scale > kDigitsMax && digits.mantissa % 10 == 0; --scale) digits.mantissa /= 10;
  if (scale > kDigitsMax) return std::nullopt;
  return Decimal{digits.mantissa, static_cast<std::uint8_t>(scale)};
}

std::optional<Decimal> read_digits(std::string_view text, DecimalMark mark) {
  const char decimal_mark = mark == DecimalMark::Comma ? ',' : '.';
  Digits digits;
  std::size_t at = 0, run = 0;  // `run`: digits since the last thousands mark.
  bool grouped = false, any = false;
  std::size_t group_length = 0;
  std::string_view group_text;
  while (at < text.size()) {
    const char c = text[at];
    if (is_digit(c)) {
      if (!digits.push(c)) return std::nullopt;
      any = true;
      ++run;
      ++at;
      continue;
    }
    if (c == decimal_mark || c == 'e' || c == 'E') break;
    const std::size_t length = group_mark(text.substr(at), mark);
    // The first group has one to three digits, all others three, and one file's number has one kind of mark.
    if (length == 0 || run == 0 || run > 3 || (grouped && (run != 3 || text.substr(at, length) != group_text)))
      return std::nullopt;
    grouped = true;
    group_length = length;
    group_text = text.substr(at, group_length);
    run = 0;
    at += length;
  }
  if (grouped && run != 3) return std::nullopt;
  int scale = 0;
  if (at < text.size() && text[at] == decimal_mark) {
    for (++at; at < text.size() && is_digit(text[at]); ++at) {
      any = true;
      if (digits.count == kDigitsMax && text[at] == '0') continue;
      if (!digits.push(text[at])) return std::nullopt;
      if (++scale > 2 * kDigitsMax) return std::nullopt;
    }
  }
  if (!any) return std::nullopt;
  int exponent = 0;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    const auto read = read_exponent(text.substr(at + 1));
    if (!read) return std::nullopt;
    exponent = *read;
  }
  return with_exponent(digits, scale, exponent);
}

// What nearly every cell is: digits, perhaps a point and a minus. Nothing means "look closer", not "no number".
std::optional<Decimal> read_plain(std::string_view text, char decimal_mark) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
  std::int64_t mantissa = 0;
  std::size_t mark_at = text.size();
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      mantissa = mantissa * 10 + (c - '0');
    } else if (c == decimal_mark && mark_at == text.size() && at > 0) {
      mark_at = at;
    } else {
      return std::nullopt;
    }
  }
  const std::size_t scale = mark_at == text.size() ? 0 : text.size() - mark_at - 1;
  return Decimal{negative ? -mantissa : mantissa, static_cast<std::uint8_t>(scale)};
}

void append_scaled(std::string& out, Int128 value, int scale) {
  if (value < 0) {
    out.push_back('-');
    value = -value;
  }
  for (; scale > 0 && value % 10 == 0; --scale) value /= 10;
  std::array<char, 48> digits;
  std::size_t at = digits.size();
  int written = 0;
  while (value > 0 || written <= scale) {
    if (written == scale && scale > 0) digits[--at] = '.';
    digits[--at] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
    ++written;
  }
  out.append(digits.data() + at, digits.size() - at);
}

}  // namespace

bool equal(Decimal left, Decimal right) {
  if (left.scale > right.scale) std::swap(left, right);
  Int128 scaled = left.mantissa;
  for (int scale = left.scale; scale < right.scale; ++scale) scaled *= 10;
  return scaled == right.mantissa;
}

std::optional<Decimal> parse_decimal(std::string_view text, DecimalMark mark) {
  if (const auto plain = read_plain(text, mark == DecimalMark::Comma ? ',' : '.')) return plain;
  const Stripped stripped = strip(text);
  auto value = stripped.digits.empty() ? std::nullopt : read_digits(stripped.digits, mark);
  if (value && stripped.negative) value->mantissa = -value->mantissa;
  return value;
}

std::string_view currency_beside(std::string_view text) {
  const Stripped stripped = strip(text);
  return !stripped.digits.empty() && is_digit(stripped.digits.front()) ? stripped.currency : std::string_view();
}

void ExactSum::add_scaled(Int128 value, int scale) {
  for (; scale < scale_ && exact_; ++scale) {
    value *= 10;
    exact_ = value < kValueMax && value > -kValueMax;
  }
  for (; scale_ < scale && exact_; ++scale_) {
    value_ *= 10;
    exact_ = value_ < kValueMax && value_ > -kValueMax;
  }
  if (!exact_) return;
  value_ += value;
  exact_ = value_ < kValueMax && value_ > -kValueMax;
}

void ExactSum::add_product(Decimal left, Decimal right) {
  Int128 product = static_cast<Int128>(left.mantissa) * right.mantissa;
  int scale = left.scale + right.scale;
  for (; scale > kScaleMax / 2 && product % 10 == 0; --scale) product /= 10;
  if (scale > kScaleMax || product >= kValueMax || product <= -kValueMax) exact_ = false;
  if (exact_) add_scaled(product, scale);
}

void ExactSum::append_to(std::string& out) const { append_scaled(out, value_, scale_); }

std::optional<std::int64_t> ExactSum::minor_units(const Currency& currency) const {
  if (!exact_) return std::nullopt;
  Int128 value = value_;
  int scale = scale_;
  for (; scale < currency.minor_digits(); ++scale) {
    value *= 10;
    if (value >= kValueMax || value <= -kValueMax) return std::nullopt;
  }
  Int128 divisor = 1;
  for (; scale > currency.minor_digits(); --scale) divisor *= 10;
  const Int128 half = divisor / 2;
  value = (value + (value < 0 ? -half : half)) / divisor;
  if (value > INT64_MAX || value < INT64_MIN) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

char* write_decimal(char* out, Decimal value) {
  auto rest = static_cast<std::uint64_t>(value.mantissa);
  if (value.mantissa < 0) {
    *out++ = '-';
    rest = ~rest + 1;
  }
  unsigned scale = value.scale;
  for (; scale > 0 && rest % 10 == 0; --scale) rest /= 10;
  std::array<char, kDecimalBytes> digits;
  std::size_t at = digits.size();
  for (unsigned written = 0; rest > 0 || written <= scale; ++written) {
    if (written == scale && scale > 0) digits[--at] = '.';
    digits[--at] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  std::memcpy(out, digits.data() + at, digits.size() - at);
  return out + (digits.size() - at);
}

void append_decimal(std::string& out, Decimal value) {
  std::array<char, kDecimalBytes> text;
  out.append(text.data(), static_cast<std::size_t>(write_decimal(text.data(), value) - text.data()));
}

}  // namespace habitue::intake
