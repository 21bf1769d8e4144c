// Values of a JSON form, each read with its checks. The first mistake is noted with the pointer (RFC 6901) of the value
// that is wrong.
#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "criteria/checks.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {

class JsonReader {
 protected:
  bool failed() const { return failed_; }
  std::string failure() const { return fmt::format("{}: {}", pointer_.empty() ? "the whole" : pointer_, message_); }

  bool wrong(const std::string& pointer, std::string message) {
    if (!failed_) {
      pointer_ = pointer;
      message_ = std::move(message);
    }
    failed_ = true;
    return false;
  }
  NodeRef none(const std::string& pointer, std::string message) {
    return wrong(pointer, std::move(message)), NodeRef{};
  }

  bool count(const std::string& at) {
    return ++nodes_ <= kMaxNodes || wrong(at, fmt::format("more than {} tests, names and values", kMaxNodes));
  }

  bool only(const boost::json::object& object, const std::string& at, std::initializer_list<std::string_view> keys) {
    for (const auto& member : object) {
      const std::string_view key(member.key().data(), member.key().size());
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      const std::string_view nearest = nearest_word(key, std::vector<std::string_view>(keys));
      return wrong(at + "/" + escaped(key),
                   nearest.empty() ? std::string("this member has no meaning here")
                                   : fmt::format("this member has no meaning here: did you mean `{}`?", nearest));
    }
    return true;
  }

  const boost::json::value* need(const boost::json::object& object, const std::string& at, std::string_view key) {
    const boost::json::value* found = object.if_contains(key);
    if (found == nullptr) wrong(at, fmt::format("`{}` is missing", key));
    return found;
  }

  bool read_text(const boost::json::value& value, const std::string& at, std::string& out) {
    const boost::json::string* text = value.if_string();
    if (text == nullptr) return wrong(at, "expected a text");
    out.assign(text->data(), text->size());
    return true;
  }

  bool read_name(const boost::json::value& value, const std::string& at, std::string& out) {
    if (!count(at) || !read_text(value, at, out)) return false;
    const auto mistake = check_name(out);
    return !mistake || wrong(at, *mistake);
  }

  bool read_number(const boost::json::value& value, const std::string& at, double& out) {
    if (value.is_int64())
      out = static_cast<double>(value.get_int64());
    else if (value.is_uint64())
      out = static_cast<double>(value.get_uint64());
    else if (value.is_double())
      out = value.get_double();
    else
      return wrong(at, "expected a number");
    if (!std::isfinite(out)) return wrong(at, "this number is out of range");
    if (out == 0) out = 0;  // -0 is 0.
    return true;
  }

  bool read_whole(const boost::json::value& value, const std::string& at, std::uint32_t& out) {
    double number = 0;
    if (!read_number(value, at, number)) return false;
    if (number != std::floor(number) || number < 1 || number > 4e9) return wrong(at, "expected a whole number from 1");
    out = static_cast<std::uint32_t>(number);
    return true;
  }

  bool read_day(const boost::json::value& value, const std::string& at, LocalDay& out) {
    std::string text;
    if (!read_text(value, at, text)) return false;
    const auto day = parse_day(text);
    if (!day || text.size() != 10) return wrong(at, "expected a day such as \"2011-05-01\"");
    out = *day;
    return true;
  }

  static std::string escaped(std::string_view key) {
    std::string out;
    for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
  }

 private:
  bool failed_ = false;
  std::size_t nodes_ = 0;
  std::string pointer_, message_;
};

}  // namespace habitue::criteria
