// Values as bytes and back, to the last bit: of what is learnt and kept. Numbers are little-endian; a list is its length and its
// elements; a struct is what `fields(archive, value)` names, in that order.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace habitue::insight {

/// A struct that writes and reads itself: `template <class A> void fields(A& archive, T& value) { archive(value.a, value.b); }` in its namespace.
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
    if constexpr (std::is_same_v<T, double>)
      value = std::bit_cast<double>(raw(8));
    else if constexpr (std::is_enum_v<T>)
      value = static_cast<T>(raw(1));
    else if constexpr (std::is_integral_v<T>)
      value = static_cast<T>(raw(sizeof(T)));
    else
      fields(*this, value);
  }
  void get(std::string& text) {
    const std::size_t size = length();
    text = std::string(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
  }
  template <class T>
  void get(std::vector<T>& list) {
    list.resize(length());
    for (T& each : list) get(each);
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& list) {
    for (T& each : list) get(each);
  }
  template <class T>
  void get(std::optional<T>& value) {
    value.reset();
    if (raw(1) == 0) return;
    T held{};
    get(held);
    value = std::move(held);
  }
  template <class K, class V>
  void get(std::map<K, V>& values) {
    values.clear();
    for (std::size_t left = length(); left > 0; --left) {
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
