// What is learnt, as bytes and back to the last bit. A kept fit is
//
//   4  four letters that say of which kind
//   1  the version of its layout
//   8  length of the payload, u64
//   8  XXH3 of the payload, u64
//   .. payload: fields in the order in which they are named. Numbers are little-endian; enumerators and truths one byte, a text its length and its
//      bytes, a list its length and its elements, what may be missing 0 or 1 and what it holds, a day days since 1970, a moment
//      microseconds since.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace habitue::insight {

/// A payload with its header. `magic` has four letters.
std::string wrapped_fit(std::string_view magic, std::uint8_t version, std::string_view payload);
/// Errors: Corrupt when the bytes are of another kind or version, or damaged.
Result<std::string_view> unwrapped_fit(std::string_view magic, std::uint8_t version, std::string_view bytes);

/// A struct names its fields beside itself: `template <class A> void fields(A& archive, T& value) { archive(value.a, value.b); }`, and an
/// enumeration its last: `constexpr E last_of(E) { return E::Last; }`.
class FitWriter {
 public:
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  std::string bytes() && { return std::move(bytes_); }

 private:
  void raw(std::uint64_t value, std::size_t size) {
    for (std::size_t byte = 0; byte < size; ++byte) bytes_.push_back(static_cast<char>((value >> (8 * byte)) & 0xFFU));
  }
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, double>)
      raw(std::bit_cast<std::uint64_t>(value), 8);
    else if constexpr (std::is_enum_v<T>)
      raw(static_cast<std::uint64_t>(value), 1);
    else if constexpr (std::is_integral_v<T>)
      raw(static_cast<std::uint64_t>(value), sizeof(T));
    else
      fields(*this, const_cast<T&>(value));  // It only reads.
  }
  void put(const LocalDay& day) { put(std::int64_t{day.time_since_epoch().count()}); }
  void put(const UtcMicros& at) { put(std::int64_t{at.time_since_epoch().count()}); }
  void put(const std::string& text) {
    raw(text.size(), 8);
    bytes_ += text;
  }
  template <class T>
  void put(const std::vector<T>& list) {
    raw(list.size(), 8);
    for (const T& each : list) put(each);
  }
  template <class T, std::size_t N>
  void put(const std::array<T, N>& list) {
    for (const T& each : list) put(each);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    raw(value.has_value() ? 1 : 0, 1);
    if (value) put(*value);
  }
  template <class K, class V>
  void put(const std::map<K, V>& values) {
    raw(values.size(), 8);
    for (const auto& entry : values) {
      put(entry.first);
      put(entry.second);
    }
  }
  template <class... T>
  void put(const std::variant<T...>& value) {
    raw(value.index(), 1);
    std::visit([this](const auto& held) { this->put(held); }, value);
  }
  std::string bytes_;
};

/// After bytes that are cut or say what cannot be, everything read is empty and is_good() false.
class FitReader {
 public:
  explicit FitReader(std::string_view bytes) : bytes_(bytes) {}
  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  /// Everything was there, and nothing is left.
  bool is_whole() const { return good_ && bytes_.empty(); }

 private:
  std::uint64_t raw(std::size_t size) {
    if (bytes_.size() < size) {
      good_ = false;
      bytes_ = {};
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t byte = size; byte-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes_[byte]);
    bytes_.remove_prefix(size);
    return value;
  }
  // Each element takes a byte at least: a length that is damaged asks for no memory.
  std::size_t length() {
    const std::uint64_t size = raw(8);
    if (size <= bytes_.size()) return static_cast<std::size_t>(size);
    good_ = false;
    bytes_ = {};
    return 0;
  }
  template <class T>
  void get(T& value) {
    if constexpr (std::is_same_v<T, double>) {
      value = std::bit_cast<double>(raw(8));
      if (!std::isfinite(value)) good_ = false;
    } else if constexpr (std::is_same_v<T, bool>) {
      const std::uint64_t number = raw(1);
      good_ = good_ && number <= 1;
      value = good_ && number == 1;
    } else if constexpr (std::is_enum_v<T>) {
      const std::uint64_t number = raw(1);
      good_ = good_ && number <= static_cast<std::uint64_t>(last_of(T{}));
      value = static_cast<T>(good_ ? number : 0);
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(raw(sizeof(T)));
    } else {
      fields(*this, value);
    }
  }
  void get(LocalDay& day) {
    std::int64_t days = 0;
    get(days);
    if (days < -4'000'000 || days > 4'000'000) good_ = false;
    day = LocalDay{std::chrono::days{good_ ? static_cast<int>(days) : 0}};
  }
  void get(UtcMicros& at) {
    std::int64_t micros = 0;
    get(micros);
    at = UtcMicros{std::chrono::microseconds{micros}};
    if (at < kBeginning || at > kEnd) good_ = false;
  }
  void get(std::string& text) {
    const std::size_t size = length();
    text = std::string(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
  }
  template <class T>
  void get(std::vector<T>& list) {
    list.clear();
    for (std::size_t left = length(); left > 0 && good_; --left) get(list.emplace_back());
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& list) {
    for (T& each : list) get(each);
  }
  template <class T>
  void get(std::optional<T>& value) {
    value.reset();
    bool there = false;
    get(there);
    if (!there) return;
    T held{};
    get(held);
    value = std::move(held);
  }
  template <class K, class V>
  void get(std::map<K, V>& values) {
    values.clear();
    for (std::size_t left = length(); left > 0 && good_; --left) {
      K key{};
      get(key);
      get(values[key]);
    }
  }
  template <class... T>
  void get(std::variant<T...>& value) {
    alternative<0>(value, raw(1));
  }
  template <std::size_t At, class... T>
  void alternative(std::variant<T...>& value, std::uint64_t index) {
    if constexpr (At == sizeof...(T)) {
      good_ = false;
    } else if (index == At) {
      get(value.template emplace<At>());
    } else {
      alternative<At + 1>(value, index);
    }
  }
  std::string_view bytes_;
  bool good_ = true;
};

}  // namespace habitue::insight
