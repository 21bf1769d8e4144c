// A contrast as tables: what tells the groups apart, in figures and in words, and what that does not say.
#include <fmt/format.h>

#include "server/table_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

// Who wants more has the JSON.
constexpr std::size_t kSentencesMax = 12;  // Of facts.
constexpr std::uint64_t kChancesMax = 10;  // Facts that may be chance.

std::string signed_share(const json::value& number) { return fmt::format("{:+.4f}", number.to_number<double>()); }
std::string ratio(const json::value& number) { return fmt::format("{:.2f}", number.to_number<double>()); }
std::string chance(const json::value& number) {
  const double p = number.to_number<double>();
  return p < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", p);
}

std::string within_text(const json::value& within) {
  if (within.is_null()) return "";
  if (within.at("strata").to_number<std::uint64_t>() == 0) return "held equal itself";
  const json::value& odds = within.at("odds");
  std::string text = odds.is_null() ? "no end, p " + chance(within.at("p_value"))
                                    : fmt::format("{} [{}, {}]", ratio(odds.at("value")), ratio(odds.at("low")),
                                                  ratio(odds.at("high")));
  if (within.at("vanishes").as_bool()) text += ", vanishes";
  if (within.at("strata_differ").as_bool()) text += ", strata differ";
  return text;
}

std::string verdict_of(bool too_few, bool finding) {
  return too_few ? "too few people" : finding ? "finding" : "may be chance";
}

// One fact. What says the same as the line above it is set in.
Row row_of(const json::value& line, const std::string& name, bool stratified, bool within_other) {
  const bool number = line.at("number").is_object();
  Row row{(within_other ? "  = " : "") + text_of(line.at(name)),
          verdict_of(line.at("too_few").as_bool(), line.at("finding").as_bool())};
  if (number) {
    const json::value &of = line.at("number"), &delta = of.at("cliffs_delta");
    for (const char* group : {"first", "second"}) {
      const json::value& median = of.at(std::string(group) + "_median");
      row.push_back(fmt::format("median {}, {} people", median.is_null() ? "–" : text_of(median),
                                text_of(line.at("shares").at(group).at("part"))));
    }
    for (const char* figure : {"value", "low", "high"}) row.push_back(signed_share(delta.at(figure)));
    row.emplace_back("");
  } else {
    const json::value& shares = line.at("shares");
    for (const char* group : {"first", "second"})
      row.push_back(fmt::format("{} of {}, {}", text_of(shares.at(group).at("part")),
                                text_of(shares.at(group).at("whole")), share_text(shares.at(group))));
    for (const char* figure : {"difference", "low", "high"}) row.push_back(signed_share(shares.at(figure)));
    const json::value& odds = line.at("odds");
    row.push_back(fmt::format("{} [{}, {}]", ratio(odds.at("value")), ratio(odds.at("low")), ratio(odds.at("high"))));
  }
  row.push_back(chance(line.at("adjusted_p")));
  if (stratified) row.push_back(within_text(line.at("within")));
  return row;
}

ReportTable standing(const json::object& body) {
  ReportTable table{"Who is compared",
                    {"audience", "born", "first group", "second group", "too young", "not concerned", "had it before",
                     "time not over", "in both", "in neither", "cannot tell"},
                    {}};
  for (const std::string_view part : sides_of(body)) {
    Row row{std::string(part)};
    for (const char* field : {"born", "first", "second", "too_young", "not_among", "had_before", "not_over", "in_both",
                              "in_neither", "cannot_tell"})
      row.push_back(text_of(body.at("people").at(part).at(field)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable steps(const json::object& body, bool stratified) {
  ReportTable table{"Where people are stuck",
                    {"before step", "verdict", "reached the one before", "stuck", "share stuck", "first group if stuck",
                     "if they went on", "difference", "from", "to", "adjusted p"},
                    {}};
  if (stratified) table.columns.emplace_back("within strata");
  const json::value& blocked = body.at("blocked_step");
  for (std::size_t index = 0; index < body.at("steps").as_array().size(); ++index) {
    const json::value &step = body.at("steps").at(index), &outcome = step.at("outcome");
    const bool most = !blocked.is_null() && blocked.to_number<std::size_t>() == index;
    Row row{text_of(step.at("step")),
            most ? "blocks most" : verdict_of(outcome.at("too_few").as_bool(), step.at("finding").as_bool()),
            text_of(step.at("reached_before")),
            text_of(step.at("stuck")),
            share_text(step.at("stuck_share")),
            share_text(outcome.at("first")),
            share_text(outcome.at("second"))};
    for (const char* figure : {"difference", "low", "high"}) row.push_back(signed_share(outcome.at(figure)));
    row.push_back(chance(step.at("adjusted_p")));
    if (stratified) row.push_back(within_text(step.at("within")));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string share_with_interval(const json::value& share) {
  if (share.is_null()) return "";
  return fmt::format("{:.4f} [{:.4f}, {:.4f}]", share.at("value").to_number<double>(),
                     share.at("low").to_number<double>(), share.at("high").to_number<double>());
}

std::string window_text(const json::value& best) {
  if (best.is_null()) return "too few";
  const json::value& rate = best.at("per_thousand");
  return fmt::format("days {} to {}: {} [{}, {}] a day of 1,000 who wait, usually {}", text_of(best.at("first_day")),
                     text_of(best.at("last_day")), ratio(rate.at("value")), ratio(rate.at("low")),
                     ratio(rate.at("high")), ratio(best.at("usual_per_thousand")));
}

}  // namespace

std::vector<ReportTable> second_purchase_tables(const json::object& body) {
  ReportTable total{
      "Who buys again", {"audience", "first-time buyers", "bought again", "half have by day", "best window"}, {}};
  ReportTable curve{"Have bought again by the end of", {"audience"}, {}};
  ReportTable cohorts{"By first purchase", {"first purchase", "first-time buyers", "bought again"}, {}};
  const json::array& marks = body.at("total").at("all").at("marks").as_array();
  for (const json::value& mark : marks) {
    const std::string name = fmt::format("{} days", mark.at("day").to_number<std::uint64_t>() + 1);
    curve.columns.push_back(name);
    cohorts.columns.push_back(name);
  }
  cohorts.columns.emplace_back("best window");
  const auto add_marks = [](Row row, const json::value& figures) {
    for (const json::value& mark : figures.at("marks").as_array()) row.push_back(share_with_interval(mark.at("share")));
    return row;
  };
  for (const std::string_view part : sides_of(body)) {
    const json::value& figures = body.at("total").at(part);
    const json::value& half = figures.at("half_day");
    total.rows.push_back({std::string(part), text_of(figures.at("people")), text_of(figures.at("again")),
                          half.is_null() ? "not seen" : text_of(half), window_text(figures.at("best"))});
    curve.rows.push_back(add_marks({std::string(part)}, figures));
  }
  const std::string asked = text_of(body.at("question").at("audience"));
  for (const json::value& cohort : body.at("cohorts").as_array()) {
    const json::value& of = cohort.at("figures").at(asked);
    if (of.at("people").to_number<std::uint64_t>() == 0) continue;
    Row row = add_marks({text_of(cohort.at("start")), text_of(of.at("people")), text_of(of.at("again"))}, of);
    row.push_back(window_text(of.at("best")));
    cohorts.rows.push_back(std::move(row));
  }
  std::vector<ReportTable> tables{std::move(total), std::move(curve)};
  if (!cohorts.rows.empty()) tables.push_back(std::move(cohorts));
  ReportTable warnings{"To be looked at", {"warning"}, {}};
  for (const json::value& warning : body.at("warnings").as_array()) warnings.rows.push_back({text_of(warning)});
  if (!warnings.rows.empty()) tables.push_back(std::move(warnings));
  return tables;
}

std::vector<ReportTable> contrast_tables(const json::object& body) {
  const std::string language = text_of(body.at("language"));
  const std::string name = "name_" + language, sentence = "sentence_" + language;
  const bool stratified = !body.at("ask").at("stratify").is_null();
  const json::value& ask = body.at("ask");
  const bool by_outcome = text_of(ask.at("groups")) == "outcome";
  const std::string outcome = ask.at("outcome").is_null() ? "buying" : text_of(ask.at("outcome"));
  ReportTable facts{
      by_outcome ? "What goes with the outcome: " + outcome : "What goes with being in the first group",
      {"fact", "verdict", "first group", "second group", "difference", "from", "to", "odds ratio [95 %]", "adjusted p"},
      {}};
  if (stratified) facts.columns.emplace_back("odds ratio within strata [95 %]");
  ReportTable words{"In words", {"finding"}, {}};
  std::uint64_t chances = 0;
  auto more = body.at("more_groups").to_number<std::uint64_t>();
  for (const json::value& group : body.at("groups").as_array()) {
    const bool finding = group.at("line").at("finding").as_bool();
    if (!finding && ++chances > kChancesMax) {
      ++more;
      continue;
    }
    facts.rows.push_back(row_of(group.at("line"), name, stratified, false));
    for (const json::value& alike : group.at("alike").as_array())
      facts.rows.push_back(row_of(alike.at("line"), name, stratified, true));
    if (finding && words.rows.size() < kSentencesMax) words.rows.push_back({text_of(group.at("line").at(sentence))});
  }
  if (more > 0) facts.title += fmt::format(" ({} more are not shown)", more);
  for (const json::value& step : body.at("steps").as_array())
    if (step.at("finding").as_bool()) words.rows.push_back({text_of(step.at(sentence))});
  ReportTable cautions{"What this says, and what it does not", {"caution"}, {}};
  for (const json::value& caution : body.at("cautions_" + language).as_array())
    cautions.rows.push_back({text_of(caution)});

  std::vector<ReportTable> tables{standing(body), std::move(facts)};
  if (!body.at("steps").as_array().empty()) tables.push_back(steps(body, stratified));
  if (!words.rows.empty()) tables.push_back(std::move(words));
  tables.push_back(std::move(cautions));
  ReportTable warnings{"To be looked at", {"warning"}, {}};
  for (const json::value& warning : body.at("warnings").as_array()) warnings.rows.push_back({text_of(warning)});
  if (!warnings.rows.empty()) tables.push_back(std::move(warnings));
  return tables;
}

}  // namespace habitue::server
