// How each type of value is named and written. One overload for each type of Member.
#include <algorithm>

#include <fmt/format.h>

#include "config/keys.hpp"

namespace habitue::config {
namespace {

std::string text_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
          out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        else
          out += c;
    }
  }
  return out += '"';
}

// Criteria are full of double quotes, so they stand in single ones where that is possible.
std::string criteria_literal(const std::string& text) {
  const bool plain = std::all_of(
      text.begin(), text.end(), [](char c) { return c != '\'' && c != 0x7F && static_cast<unsigned char>(c) >= 0x20; });
  return plain ? "'" + text + "'" : text_literal(text);
}

std::string list_literal(const std::vector<std::string>& list) {
  std::string out = "[";
  for (const std::string& text : list) out += (out.size() > 1 ? ", " : "") + text_literal(text);
  return out + "]";
}

std::string literal(const std::string& value, const Rules&) { return text_literal(value); }
std::string literal(std::uint32_t value, const Rules&) { return fmt::format("{}", value); }
std::string literal(bool value, const Rules&) { return value ? "true" : "false"; }
std::string literal(const std::vector<std::string>& value, const Rules& rules) {
  return rules.any_event && value.empty() ? "[\"*\"]" : list_literal(value);
}
std::string literal(const criteria::Expression& value, const Rules&) {
  return criteria_literal(criteria::to_text(value));
}
std::string literal(const std::optional<criteria::Expression>& value, const Rules& rules) {
  if (!value) return {};
  return criteria_literal(rules.about_event ? criteria::to_event_condition(*value) : criteria::to_text(*value));
}
std::string literal(const std::optional<std::chrono::days>& value, const Rules&) {
  return value ? fmt::format("{}", value->count()) : std::string();
}
// The shortest text that reads back as the same number, always with a point.
std::string literal(double value, const Rules&) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}
std::string literal(const std::optional<double>& value, const Rules& rules) {
  return value ? literal(*value, rules) : std::string();
}
std::string literal(LocalDay value, const Rules&) { return format_day(value); }
std::string literal(const Currency& value, const Rules&) { return text_literal(value.code()); }
std::string literal(const Zone& value, const Rules&) { return text_literal(value.name()); }
std::string literal(BusinessModel value, const Rules&) { return text_literal(word_of(value)); }
std::string literal(Charged value, const Rules&) { return text_literal(word_of(value)); }

std::string type(const std::string&, const Rules& rules) {
  if (rules.words.empty()) return "text";
  std::string out = "one of";
  for (const std::string_view word : rules.words) out += fmt::format("{} \"{}\"", out == "one of" ? "" : ",", word);
  return out;
}
std::string type(std::uint32_t, const Rules& rules) {
  return fmt::format("whole number from {} to {}", rules.least, rules.most);
}
std::string type(bool, const Rules&) { return "true or false"; }
std::string type(const std::vector<std::string>&, const Rules& rules) {
  return rules.words.empty() ? "list of texts" : "list, each " + type(std::string(), rules);
}
std::string type(const criteria::Expression&, const Rules&) { return "criteria expression"; }
std::string type(const std::optional<criteria::Expression>&, const Rules& rules) {
  return rules.about_event ? "criteria condition on the event" : "criteria expression";
}
std::string type(const std::optional<std::chrono::days>&, const Rules& rules) {
  return fmt::format("whole number of days from {} to {}", rules.least, rules.most);
}
std::string type(double, const Rules& rules) {
  return rules.number_most >= 1e12 ? "number, not negative" : fmt::format("number from 0 to {}", rules.number_most);
}
std::string type(const std::optional<double>&, const Rules& rules) { return type(0.0, rules); }
std::string type(LocalDay, const Rules&) { return "day, such as 2011-12-09"; }
std::string type(const Currency&, const Rules&) { return "currency, such as \"EUR\""; }
std::string type(const Zone&, const Rules&) { return "time zone, such as \"Europe/Paris\""; }
std::string type(BusinessModel, const Rules&) { return "one of \"purchases\", \"subscription\""; }
std::string type(Charged, const Rules&) { return "one of \"person\", \"account\""; }

}  // namespace

template <class Owner>
std::string type_of(const Key<Owner>& key) {
  const Owner owner{};
  return std::visit([&](auto member) { return type(owner.*member, key.rules); }, key.member);
}

template <class Owner>
std::string literal_of(const Key<Owner>& key, const Owner& owner) {
  return std::visit([&](auto member) { return literal(owner.*member, key.rules); }, key.member);
}

#define HABITUE_FOR_OWNER(Owner)                       \
  template std::string type_of(const Key<Owner>& key); \
  template std::string literal_of(const Key<Owner>& key, const Owner& owner);
HABITUE_FOR_OWNER(Business)
HABITUE_FOR_OWNER(Side)
HABITUE_FOR_OWNER(MoneyRules)
HABITUE_FOR_OWNER(ExchangeRate)
HABITUE_FOR_OWNER(MarginRules)
HABITUE_FOR_OWNER(ProductRules)
HABITUE_FOR_OWNER(CostRule)
HABITUE_FOR_OWNER(MarketingRules)
HABITUE_FOR_OWNER(AcquisitionRules)
HABITUE_FOR_OWNER(DeliveryRules)
HABITUE_FOR_OWNER(Treatment)
HABITUE_FOR_OWNER(Offer)
HABITUE_FOR_OWNER(OfferAction)
HABITUE_FOR_OWNER(MapRules)
HABITUE_FOR_OWNER(ValueClass)
HABITUE_FOR_OWNER(Relation)
HABITUE_FOR_OWNER(Step)
HABITUE_FOR_OWNER(StageRules)
HABITUE_FOR_OWNER(SubscriptionRules)
HABITUE_FOR_OWNER(Hypothesis)
HABITUE_FOR_OWNER(Channels)
HABITUE_FOR_OWNER(IdentityRules)
HABITUE_FOR_OWNER(WantedAct)
#undef HABITUE_FOR_OWNER

}  // namespace habitue::config
