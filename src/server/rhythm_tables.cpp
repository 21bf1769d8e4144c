// The question of rhythm as tables.
#include <array>
#include <span>

#include <fmt/format.h>

#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string percent(const json::value& share) {
  return share.is_null() ? std::string() : fmt::format("{:.1f} %", share.to_number<double>() * 100);
}

// `3 to 5`, `6 or more`.
std::string span_text(const json::value& from, const json::value& to) {
  if (to.is_null()) return text_of(from) + " or more";
  return text_of(from) == text_of(to) ? text_of(from) : text_of(from) + " to " + text_of(to);
}

ReportTable habit_table(std::string title, const char* part, const json::value& habits,
                        std::span<const std::string_view> names) {
  ReportTable table{std::move(title), {part, "purchases", "share", "were it uniform"}, {}};
  for (const json::value& of : habits.as_array()) {
    const auto number = of.at("part").to_number<std::size_t>();
    table.rows.push_back({names.empty() ? fmt::format("{}", number) : std::string(names[number - 1]),
                          text_of(of.at("purchases")), percent(of.at("share")), percent(of.at("uniform"))});
  }
  return table;
}

}  // namespace

std::vector<ReportTable> rhythm_tables(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.contains("language") && body.at("language") == "fr";
  const char* const sentence = french ? "sentence_fr" : "sentence_en";
  const json::value& check = body.at("check");
  std::vector<ReportTable> tables{{"Each at their own rhythm", {"check"}, {{text_of(body.at(sentence))}}}};

  ReportTable learnt{"What is learnt (of all, or of those alike)",
                     {"alike by " + (text_of(body.at("rhythm_by")).empty() ? "nothing" : text_of(body.at("rhythm_by"))),
                      "bought again", "regularity", "half come within", "own weight: 1 interval", "3", "10"},
                     {}};
  for (const json::value& of : body.at("learnt").as_array())
    learnt.rows.push_back({text_of(of.at("group")).empty() ? "all" : text_of(of.at("group")),
                           text_of(of.at("customers")), ratio_text(of.at("regularity")),
                           text_of(of.at("cycle_days")) + " days", percent(of.at("own_weight_of_one")),
                           percent(of.at("own_weight_of_three")), percent(of.at("own_weight_of_ten"))});
  if (!learnt.rows.empty()) tables.push_back(std::move(learnt));

  ReportTable bands{"Later orders, by the intervals that their customers had before them",
                    {"own intervals", "orders", "within the 80 %", "too early", "too late"},
                    {}};
  for (const json::value& of : check.at("bands").as_array())
    bands.rows.push_back({span_text(of.at("from_intervals"), of.at("to_intervals")), text_of(of.at("orders")),
                          share_text(of.at("held")), text_of(of.at("early")), text_of(of.at("late"))});
  tables.push_back(std::move(bands));
  ReportTable origins{"Later orders, by the past date", {"expected on", "came until", "within the 80 %"}, {}};
  for (const json::value& of : check.at("origins").as_array())
    origins.rows.push_back({text_of(of.at("day")), text_of(of.at("until")), share_text(of.at("held"))});
  if (!origins.rows.empty()) tables.push_back(std::move(origins));

  if (const json::value& figures = body.at("figures"); !figures.is_null()) {
    ReportTable whole{"Who is overdue", {"audience", "stage", "customers", "overdue", "due soon"}, {}};
    ReportTable cycles{"How long the own cycles are", {"audience", "days", "customers"}, {}};
    for (const std::string_view side : sides_of(body)) {
      const json::value& of = figures.at(side);
      if (of.at("told") == 0 && side != "all") continue;
      whole.rows.push_back(
          {std::string(side), "all told of", text_of(of.at("told")), text_of(of.at("overdue")), text_of(of.at("due"))});
      for (const json::value& stage : of.at("stages").as_array())
        whole.rows.push_back({std::string(side), text_of(stage.at("stage")), text_of(stage.at("customers")),
                              text_of(stage.at("overdue")), text_of(stage.at("due"))});
      for (const json::value& one : of.at("cycles").as_array())
        cycles.rows.push_back(
            {std::string(side), span_text(one.at("from_days"), one.at("to_days")), text_of(one.at("customers"))});
    }
    tables.push_back(std::move(whole));
    tables.push_back(std::move(cycles));
    ReportTable customers{
        "Overdue, who spent most first",
        {"key", "days bought", "stage", "cycle", "expected from", "until", "days since", "late", "spent", "why"},
        {}};
    for (const json::value& of : body.at("customers").as_array())
      customers.rows.push_back({text_of(of.at("key")), text_of(of.at("purchases")), text_of(of.at("stage")),
                                text_of(of.at("cycle_days")), text_of(of.at("expected_from")),
                                text_of(of.at("expected_until")), text_of(of.at("days_since_last")),
                                percent(of.at("lateness")), amount(of.at("spent_minor")), text_of(of.at(sentence))});
    tables.push_back(std::move(customers));
  }
  constexpr std::array<std::string_view, 7> kDays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};
  constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
  const json::value& habits = body.at("habits");
  if (!habits.at("hours").as_array().empty())
    tables.push_back(habit_table("Hours of purchases", "hour", habits.at("hours"), {}));
  if (!habits.at("weekdays").as_array().empty()) {
    tables.push_back(habit_table("Days of purchases", "day", habits.at("weekdays"), kDays));
    tables.push_back(habit_table("Months of purchases", "month", habits.at("months"), kMonths));
  }
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
