#include <fmt/format.h>

#include "config/keys.hpp"

namespace habitue::config {
namespace {

constexpr std::size_t kWidth = 100;

// A comment of whole words, wrapped.
void add_comment(std::string& out, std::string_view text) {
  std::string line = "#";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (line.size() + 1 + end > kWidth && line != "#") {
      out += line + "\n";
      line = "#";
    }
    line += ' ';
    line += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out += line + "\n";
}

template <class Owner>
void add_keys(std::string& out, std::span<const Key<Owner>> keys, const Owner& owner, bool commented) {
  for (const Key<Owner>& key : keys) {
    if (commented) add_comment(out, key.meaning);
    const std::string value = literal_of(key, owner);
    if (!value.empty())
      out += fmt::format("{} = {}\n", key.name, value);
    else if (commented)
      out += fmt::format("# {} = {}\n", key.name, key.rules.example);
  }
}

}  // namespace

std::string write(const Business& business) {
  std::string out =
      "# habitue.toml: who is supposed to pay, which events mean what, and for whom the business works.\n\n";
  add_keys(out, kHead.keys, business, true);
  for_each_section(
      [&](const auto& section, auto member) {
        out += "\n";
        add_comment(out, section.about);
        out += fmt::format("[{}]\n", section.name);
        add_keys(out, section.keys, business.*member, true);
      },
      [&](const auto& section, auto member) {
        out += "\n";
        add_comment(out, section.about);
        if ((business.*member).empty()) {
          out += fmt::format("# [[{}]]\n", section.name);
          for (const auto& key : section.keys) {
            add_comment(out, key.meaning);
            out += fmt::format("# {} = {}\n", key.name, key.rules.example);
          }
        }
        bool first = true;
        for (const auto& item : business.*member) {
          out += fmt::format("{}[[{}]]\n", first ? "" : "\n", section.name);
          add_keys(out, section.keys, item, first);
          first = false;
        }
      });
  return out;
}

std::string write(const Hypothesis& hypothesis) {
  std::string out = fmt::format("[[{}]]\n", kHypotheses.name);
  add_keys(out, kHypotheses.keys, hypothesis, false);
  return out;
}

std::vector<std::string> differing_sections(const Business& left, const Business& right) {
  std::vector<std::string> names;
  for (const Key<Business>& key : kHead.keys)
    if (literal_of(key, left) != literal_of(key, right)) names.emplace_back(key.name);
  const auto compare = [&](const auto& section, auto member) {
    if (!(left.*member == right.*member)) names.emplace_back(section.name);
  };
  for_each_section(compare, compare);
  return names;
}

}  // namespace habitue::config
