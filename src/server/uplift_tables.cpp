// The question of uplift as tables.
#include <fmt/format.h>

#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

// A share as points of 100, or money in whole units.
class Level {
 public:
  explicit Level(const json::object& body) : money_(body.at("ask").at("measure") == "money") {}
  std::string operator()(const json::value& value) const {
    if (value.is_null()) return {};
    const double number = value.to_number<double>();
    return money_ ? fmt::format("{:.2f}", number) : fmt::format("{:.2f} %", number * 100);
  }
  std::string difference(const json::value& effect) const {
    if (effect.at("difference").is_null()) return {};
    const double by = money_ ? 1 : 100;
    const auto number = [&](const char* name) { return effect.at(name).to_number<double>() * by; };
    return fmt::format("{:+.2f} ({:+.2f} to {:+.2f})", number("difference"), number("low"), number("high"));
  }
  std::string between(const json::value& of, std::string_view low, std::string_view high) const {
    const double by = money_ ? 1 : 100;
    return fmt::format("{:+.2f} to {:+.2f}", of.at(low).to_number<double>() * by, of.at(high).to_number<double>() * by);
  }

 private:
  bool money_;
};

void add_effect(Row& row, const Level& level, const json::value& effect) {
  for (const char* arm : {"treated", "control"}) {
    row.push_back(text_of(effect.at(arm).at("people")));
    row.push_back(level(effect.at(arm).at("mean")));
  }
  row.push_back(level.difference(effect));
  const json::value& p = effect.at("p_value");
  row.push_back(p.is_null()                      ? std::string()
                : p.to_number<double>() < 0.0001 ? "< 0.0001"
                                                 : fmt::format("{:.4f}", p.to_number<double>()));
}

// Beside the interval of one look, the one that holds at all looks together.
std::string anytime(const Level& level, const json::value& effect) {
  return effect.at("anytime_low").is_null() ? std::string() : level.between(effect, "anytime_low", "anytime_high");
}

}  // namespace

std::vector<ReportTable> uplift_tables(const json::object& body) {
  const bool french = body.contains("language") && body.at("language") == "fr";
  const Level level(body);
  std::vector<ReportTable> tables{
      {"What the action did", {"answer"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  tables.push_back(
      {"Who was sent to an arm",
       {"treated", "others", "to both, set aside", "not over yet, set aside", "p of such arms by lot"},
       {{text_of(body.at("assigned_treated")), text_of(body.at("assigned_control")), text_of(body.at("to_both")),
         text_of(body.at("still_open")), fmt::format("{:.4f}", body.at("unequal_p_value").to_number<double>())}}});
  ReportTable effects{
      "Effect (95 %)",
      {"audience", "treated", "of them", "others", "of them", "difference", "p", "however often one looks"},
      {}};
  for (const std::string_view side : sides_of(body)) {
    Row row{std::string(side)};
    add_effect(row, level, body.at("effect").at(side));
    row.push_back(anytime(level, body.at("effect").at(side)));
    effects.rows.push_back(std::move(row));
  }
  tables.push_back(std::move(effects));
  if (const json::value& qini = body.at("qini"); !qini.is_null()) {
    ReportTable scores{"Does choosing pay (95 %)", {"measure", "value", "from", "to"}, {}};
    for (const char* name : {"qini", "auuc"}) {
      Row row{name};
      for (const char* part : {"value", "low", "high"})
        row.push_back(fmt::format("{:.5f}", body.at(name).at(part).to_number<double>()));
      scores.rows.push_back(std::move(row));
    }
    tables.push_back(std::move(scores));
  }
  ReportTable tenths{"By score, those moved most first",
                     {"tenth", "score from", "to", "treated", "of them", "others", "of them", "difference", "p"},
                     {}};
  for (const json::value& tenth : body.at("tenths").as_array()) {
    Row row{std::to_string(tenths.rows.size()), ratio_text(tenth.at("lowest")), ratio_text(tenth.at("highest"))};
    add_effect(row, level, tenth.at("effect"));
    tenths.rows.push_back(std::move(row));
  }
  if (!tenths.rows.empty()) tables.push_back(std::move(tenths));
  ReportTable facts{"Who they are", {"third", "what sets it apart"}, {}};
  for (const auto& [field, name] : {std::pair("most_moved", "moved most"), std::pair("least_moved", "moved least")})
    for (const json::value& fact : body.at(field).as_array())
      facts.rows.push_back({name, text_of(fact.at(french ? "what_fr" : "what_en"))});
  if (!facts.rows.empty()) tables.push_back(std::move(facts));
  ReportTable gains{"What treating a part adds, of a thousand people", {"treated", "the best", "by lot"}, {}};
  for (const json::value& gain : body.at("gains").as_array())
    gains.rows.push_back({fmt::format("{:.0f} %", gain.at("share").to_number<double>() * 100),
                          fmt::format("{:.2f}", gain.at("per_thousand").to_number<double>()),
                          fmt::format("{:.2f}", gain.at("chosen_by_chance").to_number<double>())});
  if (!gains.rows.empty()) tables.push_back(std::move(gains));
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
