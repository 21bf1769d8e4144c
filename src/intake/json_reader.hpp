// JSON from outside, brought into one clean form: UTF-8 repaired, lone surrogates and NUL replaced by U+FFFD, of repeated
// keys the last one kept, numbers that no double can hold turned into text, white space gone. What comes out is always
// valid JSON that any reader takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace habitue::intake {

enum class JsonKind : std::uint8_t { Null, Bool, Number, Text, Object, Array };

struct JsonMember {
  std::string key;
  JsonKind kind = JsonKind::Null;
  std::string text;  ///< Text: the string itself. Everything else: compact JSON.
};

/// The members of one object in order, each key once.
struct JsonObject {
  std::vector<JsonMember> members;
  /// Empty, or which limit it broke; the members are then incomplete.
  std::string problem;
  std::string_view raw;  ///< As it came (mended); valid until the reader reads again.

  const JsonMember* find(std::string_view key) const;
};

struct JsonLimits {
  std::size_t depth = 32;         ///< Of the members' values: 1 is a flat object or array.
  std::size_t keys = 1'000;       ///< All keys together, nested ones included.
  std::size_t bytes = 1U << 20U;  ///< Of the object as it came.
};

/// A document that is an object, a list of objects, or an object with such a list inside.
struct JsonBody {
  JsonObject envelope;  ///< Members beside the list; empty when the document is the list itself.
  bool has_list = false;
  std::vector<JsonObject> items;  ///< Elements that are not objects have a `problem`.
  bool too_many = false;          ///< The list is longer than allowed; reading stopped.
};

/// Not for several threads; keep one and its buffers are reused.
class JsonReader {
 public:
  JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;
  ~JsonReader();

  /// Errors: InvalidInput with the byte offset when it is not JSON or not an object.
  Result<JsonObject> read_object(std::string_view text, const JsonLimits& limits);
  /// `list_key` names the member whose list holds the items, such as `batch`. Errors: as read_object.
  Result<JsonBody> read_body(std::string_view text, std::string_view list_key, std::size_t items_max,
                             const JsonLimits& limits);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether text is a JSON number that a double can hold, and short enough to be one.
bool is_plain_number(std::string_view text);

/// `,"key":` or `"key":` at the start of an object; for writing objects member by member.
void append_json_key(std::string& out, std::string_view key);
/// The member's value as JSON.
void append_json_value(std::string& out, const JsonMember& member);
/// All members as one compact object.
std::string write_object(const std::vector<JsonMember>& members);

}  // namespace habitue::intake
