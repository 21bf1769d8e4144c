#include "insight/paths/naming.hpp"

#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue::insight::paths {

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t at = 0, in = 0, star = std::string_view::npos, taken = 0;
  while (in < text.size()) {
    // A star comes first: text may hold one as well.
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = in;
    } else if (at < pattern.size() && pattern[at] == text[in]) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      // The last star takes one character more; no earlier one has to, as it could only take from this one.
      at = star + 1;
      in = ++taken;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

Result<Namer> Namer::bind(const Customers& customers, const PathsSpec& spec) {
  Namer namer;
  const journey::Snapshot& snapshot = customers.snapshot();
  namer.snapshot_ = &snapshot;
  namer.rules_ = &spec.rules;
  if (spec.property) {
    namer.property_ = snapshot.find_property(*spec.property);
    if (!namer.property_) {
      const std::vector<std::string> names = snapshot.property_names();
      const std::string_view nearest = nearest_word(*spec.property, {names.begin(), names.end()});
      return fail(ErrorKind::NotFound,
                  fmt::format("no event has a property \"{}\"{}", *spec.property,
                              nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
    }
  }
  if (!spec.excluded.empty()) {
    auto excluded = EventMatcher::bind(customers, spec.excluded);
    if (!excluded) return tl::unexpected(excluded.error());
    namer.warnings_ = excluded->warnings();
    namer.excluded_ = *std::move(excluded);
  }
  namer.is_no_act_.resize(snapshot.kinds().size());
  for (const std::string_view name : {journey::kIdentifyKind, journey::kGroupKind, journey::kAliasKind})
    if (const auto kind = snapshot.find_kind(name)) namer.is_no_act_[kind->value] = true;
  return namer;
}

std::optional<std::uint32_t> Namer::name(const journey::Event& event, Names& names) const {
  if (is_no_act_[event.kind.value] || (excluded_ && (*excluded_)(event) != 0)) return std::nullopt;
  std::uint32_t number = Names::kLeftOut;
  const journey::Cell cell = property_ ? property_->cell(event) : journey::Cell::missing();
  if (cell.type() != journey::Value::Type::Missing) {
    if (const auto known = names.number_of_cell.find(cell.bits)) {
      number = *known;
    } else {
      const journey::Value value = snapshot_->value_of(*property_, cell);
      const std::string text = value.type == journey::Value::Type::Text     ? std::string(value.text)
                               : value.type == journey::Value::Type::Number ? fmt::format("{}", value.number)
                               : value.boolean                              ? "true"
                                                                            : "false";
      number = cleaned(text, names);
      names.number_of_cell.add(cell.bits, number);
    }
  } else {
    if (names.number_of_kind.empty()) names.number_of_kind.resize(snapshot_->kinds().size());
    auto& known = names.number_of_kind[event.kind.value];
    if (!known) known = cleaned(snapshot_->kinds()[event.kind.value], names);
    number = *known;
  }
  if (number == Names::kLeftOut) return std::nullopt;
  return number;
}

std::uint32_t Namer::cleaned(const std::string& text, Names& names) const {
  for (const PathsRule& rule : *rules_)
    if (fits(rule.pattern, text)) return rule.name.empty() ? Names::kLeftOut : names.texts.number(rule.name);
  return names.texts.number(text);
}

}  // namespace habitue::insight::paths
