// Where JSON is written fast: room is asked for once a row and then filled without looking.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace habitue::intake {

class TextBuffer {
 public:
  /// At least `bytes` of room behind what is written.
  char* room(std::size_t bytes) {
    if (size_ + bytes > capacity_) grow(bytes);
    return bytes_.get() + size_;
  }
  /// What was written into the room ends here.
  void written_to(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }

  void append(std::string_view text) {
    if (text.empty()) return;  // Its data may be null, which memcpy does not allow.
    char* out = room(text.size());
    std::memcpy(out, text.data(), text.size());
    size_ += text.size();
  }
  void append(char c) {
    *room(1) = c;
    ++size_;
  }
  /// Takes back the last byte.
  void drop_last() { --size_; }
  char last() const { return bytes_[size_ - 1]; }
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  void grow(std::size_t bytes) {
    const std::size_t larger = (size_ + bytes) * 2;
    std::unique_ptr<char[]> moved(new char[larger]);  // Not zeroed: it is written before it is read.
    if (size_ > 0) std::memcpy(moved.get(), bytes_.get(), size_);
    bytes_ = std::move(moved);
    capacity_ = larger;
  }
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// The most bytes that a text takes as a JSON string.
constexpr std::size_t json_bytes_max(std::size_t text_bytes) { return 6 * text_bytes + 2; }
/// Writes valid UTF-8 as a JSON string with its quotes; the room must be json_bytes_max(). Returns the end.
char* write_json_string(char* out, std::string_view text);
/// The same at the end of a buffer.
void append_json_string(TextBuffer& out, std::string_view text);

}  // namespace habitue::intake
