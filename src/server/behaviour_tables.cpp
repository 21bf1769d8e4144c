// The questions of behaviour as tables.
#include <fmt/format.h>

#include "server/table_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

// Seconds as people say them: `3.2 d`, `5.1 h`, `12 min`, `9 s`.
std::string duration_text(double seconds) {
  if (seconds >= 2 * 86'400) return fmt::format("{:.4g} d", seconds / 86'400);
  if (seconds >= 2 * 3'600) return fmt::format("{:.3g} h", seconds / 3'600);
  if (seconds >= 120) return fmt::format("{:.3g} min", seconds / 60);
  return fmt::format("{:.3g} s", seconds);
}
std::string duration_text(const json::value& seconds) { return duration_text(seconds.to_number<double>()); }

// --- funnel ---------------------------------------------------------------------------------------------------------

ReportTable funnel_steps(const json::object& body) {
  ReportTable table{
      "Funnel",
      {"audience", "step", "reached", "of first", "of previous", "stopped", "still open", "median", "quartiles"},
      {}};
  const json::array& names = body.at("steps").as_array();
  for (const std::string_view part : sides_of(body)) {
    const json::array& steps = body.at("figures").at(part).at("steps").as_array();
    for (std::size_t step = 0; step < steps.size(); ++step) {
      const json::value& figures = steps[step];
      const json::value& times = figures.at("from_previous");
      const bool timed = times.at("people").to_number<std::uint64_t>() > 0;
      table.rows.push_back(
          {std::string(part), text_of(names[step]), text_of(figures.at("reached")), share_text(figures.at("of_first")),
           share_text(figures.at("of_previous")), text_of(figures.at("stopped")), text_of(figures.at("still_open")),
           timed ? duration_text(times.at("median")) : "",
           timed ? duration_text(times.at("quartile1")) + " to " + duration_text(times.at("quartile3")) : ""});
    }
  }
  return table;
}

// One row of a funnel as a whole: of a value, of a bucket.
void add_whole(ReportTable& table, Row row, const json::value& figures) {
  const bool timed = figures.at("whole").at("people").to_number<std::uint64_t>() > 0;
  for (const char* field : {"entered", "converted"}) row.push_back(text_of(figures.at(field)));
  row.push_back(share_text(figures.at("conversion")));
  row.push_back(text_of(figures.at("still_open")));
  row.push_back(timed ? duration_text(figures.at("whole").at("median")) : "");
  table.rows.push_back(std::move(row));
}

std::vector<ReportTable> funnel(const json::object& body) {
  std::vector<ReportTable> tables{funnel_steps(body)};
  const std::string asked = text_of(body.at("question").at("audience"));
  ReportTable values{"By value", {"value", "entered", "converted", "conversion", "still open", "median"}, {}};
  for (const json::value& value : body.at("values").as_array())
    add_whole(values, {shown_value(value)}, value.at("figures").at(asked));
  add_whole(values, {"total"}, body.at("figures").at(asked));
  if (values.rows.size() > 1) tables.push_back(std::move(values));

  ReportTable trend{
      "By entry", {"start", "complete", "entered", "converted", "conversion", "still open", "median"}, {}};
  for (const json::value& point : body.at("trend").as_array())
    add_whole(trend, {text_of(point.at("start")), text_of(point.at("complete"))}, point.at("figures").at(asked));
  if (!trend.rows.empty()) tables.push_back(std::move(trend));
  ReportTable trends{"By value and entry",
                     {"value", "start", "complete", "entered", "converted", "conversion", "still open", "median"},
                     {}};
  for (const json::value& value : body.at("values").as_array())
    for (const json::value& point : value.at("trend").as_array())
      add_whole(trends, {shown_value(value), text_of(point.at("start")), text_of(point.at("complete"))},
                point.at("figures").at(asked));
  if (!trends.rows.empty()) tables.push_back(std::move(trends));

  if (asked == "all") {
    ReportTable compared{
        "Inside against outside", {"of", "inside", "outside", "difference", "from", "to", "p", "verdict"}, {}};
    const json::value& two = body.at("conversion");
    const auto number = [](const json::value& value) { return fmt::format("{:.4f}", value.to_number<double>()); };
    compared.rows.push_back({"conversion", share_text(two.at("first")), share_text(two.at("second")),
                             number(two.at("difference")), number(two.at("low")), number(two.at("high")),
                             number(two.at("p_value")),
                             two.at("too_few").as_bool()       ? "too few people"
                             : two.at("significant").as_bool() ? "not by chance"
                                                               : "may be chance"});
    tables.push_back(std::move(compared));
  }
  add_warnings(tables, body);
  return tables;
}

// --- retention --------------------------------------------------------------------------------------------------------

std::string column_name(const json::value& column) {
  const auto first = column.at("first").to_number<std::uint64_t>();
  if (column.at("last").is_null()) return fmt::format("{}+", first);
  const auto last = column.at("last").to_number<std::uint64_t>();
  return first == last ? std::to_string(first) : fmt::format("{}-{}", first, last);
}

void add_cohorts(ReportTable& table, const std::string& part, const std::string& value, const json::value& figures) {
  for (const json::value& cohort : figures.at("cohorts").as_array()) {
    Row shares;
    for (const json::value& cell : cohort.at("cells").as_array()) {
      // A cell that is not over is no fall: it is shown with a mark.
      shares.push_back(!cell.at("begun").as_bool()      ? ""
                       : !cell.at("complete").as_bool() ? share_text(cell.at("share")) + "*"
                                                        : share_text(cell.at("share")));
    }
    Row row{part, value, text_of(cohort.at("start")), text_of(cohort.at("size"))};
    row.insert(row.end(), shares.begin(), shares.end());
    table.rows.push_back(std::move(row));
  }
  Row mean{part, value, "mean", text_of(figures.at("people"))};
  for (const json::value& point : figures.at("mean").as_array())
    mean.push_back(point.at("share").is_null() ? "" : share_text(point.at("share")));
  table.rows.push_back(std::move(mean));
}

std::vector<ReportTable> retention(const json::object& body) {
  ReportTable table{
      "Retention: share of the cohort (* not over yet, in no mean)", {"audience", "value", "cohort", "size"}, {}};
  for (const json::value& column : body.at("columns").as_array()) table.columns.push_back(column_name(column));
  ReportTable floor{"Where it goes", {"audience", "value", "verdict", "level", "from", "to"}, {}};
  const auto add = [&](std::string_view part, const std::string& value, const json::value& figures) {
    add_cohorts(table, std::string(part), value, figures);
    const json::value& end = figures.at("floor");
    floor.rows.push_back({std::string(part), value, text_of(end.at("verdict")), text_of(end.at("level")),
                          text_of(end.at("low")), text_of(end.at("high"))});
  };
  for (const std::string_view part : sides_of(body)) {
    add(part, "total", body.at("total").at(part));
    for (const json::value& value : body.at("values").as_array())
      add(part, shown_value(value.at("value")), value.at("figures").at(part));
  }
  std::vector<ReportTable> tables{std::move(table), std::move(floor)};
  add_warnings(tables, body);
  return tables;
}

// --- stickiness, frequency, intervals ------------------------------------------------------------------------------------

// Calls `add(part, value, figures)` for the total and each value, in each part that was asked for.
template <class Add>
void for_each_figures(const json::object& body, const Add& add) {
  for (const std::string_view part : sides_of(body)) {
    add(std::string(part), std::string("total"), body.at("total").at(part));
    for (const json::value& value : body.at("values").as_array())
      add(std::string(part), shown_value(value.at("value")), value.at("figures").at(part));
  }
}

std::vector<ReportTable> stickiness(const json::object& body) {
  ReportTable table{"Active in so many periods", {"audience", "value", "periods", "exactly", "at least", "share"}, {}};
  for_each_figures(body, [&](const std::string& part, const std::string& value, const json::value& figures) {
    const json::array& exact = figures.at("exact").as_array();
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const json::value& more = figures.at("at_least").at(i);
      table.rows.push_back(
          {part, value, std::to_string(i + 1), text_of(exact[i]), text_of(more.at("part")), share_text(more)});
    }
  });
  ReportTable days{
      "Active people, rolling", {"audience", "day", "1 day", "7 days", "30 days", "1 of 7", "1 of 30", "complete"}, {}};
  for (const std::string_view part : sides_of(body))
    for (const json::value& day : body.at("days").at(part).as_array())
      days.rows.push_back({std::string(part), text_of(day.at("day")), text_of(day.at("daily")),
                           text_of(day.at("weekly")), text_of(day.at("monthly")), share_text(day.at("daily_of_weekly")),
                           share_text(day.at("daily_of_monthly")), text_of(day.at("complete"))});
  std::vector<ReportTable> tables{std::move(table), std::move(days)};
  add_warnings(tables, body);
  return tables;
}

std::vector<ReportTable> frequency(const json::object& body) {
  ReportTable table{"So many times in the period", {"audience", "value", "times", "people"}, {}};
  ReportTable summary{
      "In short", {"audience", "value", "people", "never", "events", "median", "quartiles", "most"}, {}};
  for_each_figures(body, [&](const std::string& part, const std::string& value, const json::value& figures) {
    for (const json::value& count : figures.at("counts").as_array())
      table.rows.push_back({part, value, text_of(count.at("times")), text_of(count.at("people"))});
    const json::value& times = figures.at("times");
    summary.rows.push_back({part, value, text_of(figures.at("people")), text_of(figures.at("never")),
                            text_of(figures.at("acts")), times.is_null() ? "" : text_of(times.at("median")),
                            times.is_null() ? "" : text_of(times.at("p25")) + " to " + text_of(times.at("p75")),
                            times.is_null() ? "" : text_of(times.at("most"))});
  });
  std::vector<ReportTable> tables{std::move(summary), std::move(table)};
  add_warnings(tables, body);
  return tables;
}

std::vector<ReportTable> intervals(const json::object& body) {
  ReportTable table{"Time from one to the next",
                    {"audience", "value", "intervals", "people", "not followed", "median", "quartiles", "longest"},
                    {}};
  for_each_figures(body, [&](const std::string& part, const std::string& value, const json::value& figures) {
    const json::value& us = figures.at("us");
    const auto time = [&](const char* which) { return duration_text(us.at(which).to_number<double>() / 1e6); };
    table.rows.push_back({part, value, text_of(figures.at("intervals")), text_of(figures.at("people")),
                          text_of(figures.at("not_followed")), us.is_null() ? "" : time("median"),
                          us.is_null() ? "" : time("p25") + " to " + time("p75"), us.is_null() ? "" : time("most")});
  });
  ReportTable bars{"How they spread", {"audience", "value", "from", "to", "intervals"}, {}};
  const double from = body.at("bins_from_us").to_number<double>() / 1e6,
               wide = body.at("bin_us").to_number<double>() / 1e6;
  for_each_figures(body, [&](const std::string& part, const std::string& value, const json::value& figures) {
    const json::array& bins = figures.at("histogram").as_array();
    for (std::size_t bin = 0; bin < bins.size(); ++bin)
      bars.rows.push_back({part, value, duration_text(from + wide * static_cast<double>(bin)),
                           duration_text(from + wide * static_cast<double>(bin + 1)), text_of(bins[bin])});
  });
  std::vector<ReportTable> tables{std::move(table), std::move(bars)};
  add_warnings(tables, body);
  return tables;
}

// --- attribution, paths ---------------------------------------------------------------------------------------------------

// Calls `add(part, value, totals, channels)` for the total and each value, in each part that was asked for.
template <class Add>
void for_each_share_out(const json::object& body, const Add& add) {
  for (const std::string_view part : sides_of(body)) {
    add(std::string(part), std::string("total"), body.at("total").at(part), body.at("channels").as_array());
    for (const json::value& value : body.at("values").as_array())
      add(std::string(part), shown_value(value.at("value")), value.at("total").at(part),
          value.at("channels").as_array());
  }
}

// What a data-driven model has learnt: its channels with a column of its own, and their shares.
ReportTable learnt(const json::value& report, const std::string& title, const char* column, const char* field) {
  const bool too_few = report.at("too_few").as_bool();
  ReportTable table{
      too_few ? title + " (too few conversions to build on)" : title, {"channel", column, "share", "from", "to"}, {}};
  for (const json::value& channel : report.at("channels").as_array())
    table.rows.push_back({shown_value(channel.at("channel")), text_of(channel.at(field)), text_of(channel.at("share")),
                          text_of(channel.at("share_low")), text_of(channel.at("share_high"))});
  return table;
}

std::vector<ReportTable> attribution(const json::object& body) {
  ReportTable table{"Who is owed the conversions",
                    {"audience", "by", "model", "channel", "people", "conversions", "share", "value", "share of value"},
                    {}};
  ReportTable total{
      "In all", {"audience", "by", "people", "conversions", "value", "without a touch", "touched, not converted"}, {}};
  const std::string currency = text_of(body.at("currency"));
  const auto money = [&](const json::value& figures) {
    return amount_text(json::object{{"minor_units", figures.at("value_minor")}, {"currency", currency}});
  };
  for_each_share_out(body, [&](const std::string& part, const std::string& value, const json::value& all,
                               const json::array& channels) {
    total.rows.push_back({part, value, text_of(all.at("people")), text_of(all.at("conversions")), money(all),
                          text_of(all.at("without_touch")), text_of(all.at("open_journeys"))});
    for (std::size_t model = 0; model < body.at("models").as_array().size(); ++model)
      for (const json::value& channel : channels) {
        const json::value& credit = channel.at("models").at(model).at("credit").at(part);
        table.rows.push_back({part, value, text_of(body.at("models").at(model)), shown_value(channel.at("channel")),
                              text_of(credit.at("people")),
                              fmt::format("{:.2f}", credit.at("credit_millionths").to_number<double>() / 1e6),
                              fmt::format("{:.4f}", credit.at("share").to_number<double>()), money(credit),
                              fmt::format("{:.4f}", credit.at("value_share").to_number<double>())});
      }
  });
  std::vector<ReportTable> tables{std::move(total), std::move(table)};
  if (body.at("markov").is_object())
    tables.push_back(learnt(body.at("markov"), "What is lost without a channel", "removal effect", "effect"));
  if (body.at("shapley").is_object())
    tables.push_back(learnt(body.at("shapley"), "What a channel adds to the others", "Shapley value", "value"));
  add_warnings(tables, body);
  return tables;
}

std::string node_text(const json::value& node) {
  const std::string kind = text_of(node.at("kind"));
  return kind == "name" ? text_of(node.at("name")) : "(" + kind + ")";
}

std::vector<ReportTable> paths(const json::object& body) {
  const std::string asked = text_of(body.at("question").at("audience"));
  const auto count = [&](Row row, const json::value& parts) {
    row.push_back(text_of(parts.at(asked).at("people")));
    row.push_back(text_of(parts.at(asked).at("transitions")));
    return row;
  };
  ReportTable edges{"From step to step", {"value", "step", "from", "to", "people", "paths"}, {}};
  ReportTable whole{"Whole paths", {"value", "path", "people", "paths"}, {}};
  const auto add = [&](const std::string& value, const json::object& figures) {
    for (const json::value& edge : figures.at("edges").as_array())
      edges.rows.push_back(count(
          {value, text_of(edge.at("step")), node_text(edge.at("from")), node_text(edge.at("to"))}, edge.at("count")));
    for (const json::value& path : figures.at("paths").as_array()) {
      std::string names;
      for (const json::value& name : path.at("names").as_array()) names += (names.empty() ? "" : " > ") + text_of(name);
      whole.rows.push_back(count({value, names}, path.at("count")));
    }
    if (figures.at("different_other_paths").to_number<std::uint64_t>() > 0)
      whole.rows.push_back(count({value, fmt::format("({} others)", text_of(figures.at("different_other_paths")))},
                                 figures.at("other_paths")));
  };
  add("total", body);
  for (const json::value& value : body.at("values").as_array()) add(shown_value(value.at("value")), value.get_object());
  std::vector<ReportTable> tables{std::move(edges), std::move(whole)};
  add_warnings(tables, body);
  return tables;
}

}  // namespace

std::vector<ReportTable> behaviour_tables(std::string_view report, const json::object& body) {
  if (report == "funnel") return funnel(body);
  if (report == "retention") return retention(body);
  if (report == "stickiness") return stickiness(body);
  if (report == "frequency") return frequency(body);
  if (report == "intervals") return intervals(body);
  if (report == "attribution") return attribution(body);
  if (report == "paths") return paths(body);
  if (report == "contrast") return contrast_tables(body);
  if (report == "second-purchase") return second_purchase_tables(body);
  if (auto tables = delivery_tables(report, body); !tables.empty()) return tables;
  if (auto tables = value_tables(report, body); !tables.empty()) return tables;
  return cohort_tables(report, body);
}

}  // namespace habitue::server
