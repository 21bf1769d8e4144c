#include "cli/behaviour_options.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <iterator>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace habitue::cli {
namespace {
namespace json = boost::json;

constexpr auto kReports =
    std::to_array<std::string_view>({"funnel", "retention", "stickiness", "frequency", "intervals", "attribution",
                                     "paths", "contrast", "second-purchase"});

// The text itself, a file's with @, or standard input's with -.
Result<json::value> read_json(const std::string& text) {
  if (text == "-") return parse_json(std::string(std::istreambuf_iterator<char>(std::cin), {}));
  if (!text.starts_with('@')) return parse_json(text);
  const auto file = read_file(text.substr(1));
  if (!file) return tl::unexpected(file.error());
  return parse_json(*file);
}

// `trait:country`, `property:plan`, or a property's name alone.
json::object breakdown_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon == std::string::npos ? 0 : colon);
  if (kind == "trait" || kind == "property") return {{"of", kind}, {"name", text.substr(colon + 1)}};
  return {{"of", "property"}, {"name", text}};
}

// Takes flags into a body and knows which were not of this question.
class Body {
 public:
  void take(const char* flag, const std::string& value, const char* field, bool belongs) {
    if (value.empty()) return;
    if (!belongs) return astray(flag);
    body_[field] = value;
  }
  void take(const char* flag, const std::optional<std::uint32_t>& value, const char* field, bool belongs) {
    if (!value) return;
    if (!belongs) return astray(flag);
    body_[field] = *value;
  }
  void put(const char* flag, const char* field, json::value value, bool belongs) {
    if (!belongs) return astray(flag);
    body_[field] = std::move(value);
  }
  Result<json::object> done(std::string_view report) && {
    if (!astray_.empty()) return invalid(fmt::format("--{} is no flag of {}", astray_, report));
    return std::move(body_);
  }

 private:
  void astray(const char* flag) {
    if (astray_.empty()) astray_ = flag;
  }
  json::object body_;
  std::string astray_;
};

json::array steps_of(const std::vector<std::string>& texts) {
  json::array steps;
  for (const std::string& text : texts) {
    // A question mark in front, as no name of an event is likely to have one.
    const bool optional = text.starts_with('?');
    json::object step{{"event", std::string(trimmed(std::string_view(text).substr(optional ? 1 : 0)))}};
    if (optional) step["optional"] = true;
    steps.push_back(std::move(step));
  }
  return steps;
}

json::array exclusions_of(const std::vector<std::string>& texts) {
  json::array exclusions;
  for (const std::string& text : texts) exclusions.push_back(json::object{{"event", text}});
  return exclusions;
}

// What is of contrasts alone.
void put_contrast(Body& body, const BehaviourOptions& options, bool belongs) {
  body.take("outcome", options.outcome, "outcome", belongs);
  body.take("within", options.within, "within", belongs);
  body.take("age", options.age, "age", belongs);
  body.take("at", options.at, "at", belongs);
  body.take("lead", options.lead, "lead", belongs);
  body.take("controls", options.controls, "controls", belongs);
  if (!options.born_with.empty()) {
    body.put("born-with", "birth", "first_of", belongs);
    if (options.born_with != "purchase") body.take("born-with", options.born_with, "born_with", belongs);
  }
  if (!options.first.empty()) body.put("first", "groups", "people", belongs);
  body.take("first", options.first, "first", belongs);
  body.take("second", options.second, "second", belongs);
  if (options.stratify == "channel") {
    body.put("stratify", "stratify", json::object{{"of", "channel"}}, belongs);
  } else if (!options.stratify.empty()) {
    json::object of = breakdown_of(options.stratify);
    of["of"] = "trait";
    body.put("stratify", "stratify", std::move(of), belongs);
  }
}

bool is_value(std::string_view report) {
  const auto reports = value_reports();
  return std::find(reports.begin(), reports.end(), report) != reports.end();
}

}  // namespace

std::vector<std::string_view> behaviour_reports() {
  std::vector<std::string_view> reports(kReports.begin(), kReports.end());
  const auto value = value_reports();
  reports.insert(reports.end(), value.begin(), value.end());
  return reports;
}

bool is_behaviour(std::string_view report) {
  return std::find(kReports.begin(), kReports.end(), report) != kReports.end() || is_value(report);
}

void add_behaviour_options(CLI::App& command, BehaviourOptions& options) {
  const std::string funnel = "Funnel", retention = "Retention",
                    others = "Stickiness, frequency, intervals, attribution, paths", contrast = "Contrast",
                    all = "Behaviour";
  command
      .add_option(
          "--step", options.steps,
          "A step: `Signed Up`, `Order Completed where total > 50`; ?Step may be skipped. contrast: where people stop")
      ->group(funnel);
  command.add_option("--order", options.order,
                     "people: last_seen, money, purchases; funnel: ordered, strict, any_order");
  command.add_option("--window", options.window, "From the first step to the last: 14 d")->group(funnel);
  command.add_option("--exclude", options.excluded, "An event that ends the attempt")->group(funnel);
  command.add_option("--entries", options.entries, "every (default) or first: which entries may start")->group(funnel);
  command.add_option("--hold", options.held, "A property that all steps have the same")->group(funnel);
  command.add_option("--attribution", options.attribution, "With --by: first, last or all")->group(funnel);
  command.add_option("--trend", options.trend, "By entry: hour, day, week or month")->group(funnel);
  command
      .add_option("--among", options.among,
                  "funnel: only events that meet this are seen; contrast: only people who match when their window ends")
      ->group(funnel);
  command.add_option("--start", options.start, "What puts people in a cohort; default a purchase")->group(retention);
  command.add_option("--return", options.comeback, "What counts as coming back; default a purchase")->group(retention);
  command.add_option("--clock", options.clock, "calendar (default), elapsed or own_cycle")->group(retention);
  command.add_option("--cohort-by", options.cohort_by, "first_matching (default), recurring or first_ever")
      ->group(retention);
  command.add_option("--counting", options.counting, "on (default) or on_or_after")->group(retention);
  command.add_option("--columns", options.columns, "How many, with column 0; default 12")->group(retention);
  command
      .add_option("--event", options.act,
                  "What is counted; of intervals where they begin, of attribution the conversion, of paths the anchor")
      ->group(others);
  command.add_option("--next-event", options.next, "intervals: where they end; second-purchase: what comes again")
      ->group(others);
  command.add_option("--lookback", options.lookback, "attribution: how long before a conversion a touch counts: 30 d")
      ->group(others);
  command.add_option("--models", options.models, "attribution: with commas: first, last, linear, markov, ...")
      ->group(others);
  command.add_option("--direction", options.direction, "paths: after (default) or before")->group(others);
  command
      .add_option("--property", options.property,
                  "paths: names events, such as path; attribution: the channel; contrast: of events, with commas")
      ->group(others);
  command
      .add_option("--outcome", options.outcome,
                  "What the first group did later, and the second did not; default a purchase")
      ->group(contrast);
  command.add_option("--within", options.within, "In which time after the window: 90 d")->group(contrast);
  command.add_option("--age", options.age, "The window from birth in which people are looked at: 14 d")
      ->group(contrast);
  command
      .add_option("--born-with", options.born_with,
                  "What life begins with, such as `Signed Up`, or `purchase`; default the first event")
      ->group(contrast);
  command
      .add_option("--at", options.at,
                  "landmark (default): all at one age; outcome: each at the age of it, beside others of that age")
      ->group(contrast);
  command.add_option("--lead", options.lead, "With --at outcome: facts are read until so long before: 7 d")
      ->group(contrast);
  command.add_option("--controls", options.controls, "With --at outcome: how many others beside each, at most")
      ->group(contrast);
  command.add_option("--first", options.first, "Groups by criteria on people instead: the first")->group(contrast);
  command.add_option("--second", options.second, "The second; default everybody else")->group(contrast);
  command.add_option("--stratify", options.stratify, "Held equal: channel or trait:NAME")->group(contrast);
  command
      .add_option("--unit", options.unit,
                  "retention, stickiness: hour, day, week or month; second-purchase: of cohorts")
      ->group(all);
  command.add_option("--occurrences", options.occurrences, "retention, stickiness: at least so often")->group(all);
  add_value_options(command, options.value);
  command
      .add_option("--by", options.by, "Told apart by trait:NAME or property:NAME; of products by product or category")
      ->group(all);
  command.add_option("--question", options.text, "The question whole, as JSON, @FILE or - (docs/questions.md)")
      ->group(all);
  command.add_option("--people", options.cell, "The people behind a number, by its cell as JSON or @FILE")->group(all);
}

Result<json::object> behaviour_body(std::string_view report, const std::string& bucket,
                                    const BehaviourOptions& options) {
  Body body;
  const bool funnel = report == "funnel", retention = report == "retention", sticky = report == "stickiness",
             intervals = report == "intervals", contrast = report == "contrast", whole = !options.text.empty();
  if (!options.steps.empty())
    body.put("step", "steps",
             contrast ? json::array(options.steps.begin(), options.steps.end()) : steps_of(options.steps),
             (funnel || contrast) && !whole);
  if (!options.excluded.empty()) body.put("exclude", "exclusions", exclusions_of(options.excluded), funnel && !whole);
  body.take("order", options.order, "order", funnel && !whole);
  body.take("window", options.window, "window", funnel && !whole);
  body.take("entries", options.entries, "entries", funnel && !whole);
  body.take("hold", options.held, "held_property", funnel && !whole);
  body.take("trend", options.trend, "trend", funnel && !whole);
  body.take("among", options.among, "among", (funnel || contrast) && !whole);
  body.take("start", options.start, "start", retention && !whole);
  body.take("return", options.comeback, "comeback", retention && !whole);
  body.take("clock", options.clock, "clock", retention && !whole);
  body.take("cohort-by", options.cohort_by, "cohort_by", retention && !whole);
  body.take("counting", options.counting, "counting", retention && !whole);
  body.take("columns", options.columns, "columns", retention && !whole);
  body.take("unit", options.unit, report == "second-purchase" ? "cohort" : "unit",
            (retention || sticky || report == "second-purchase") && !whole);
  body.take("occurrences", options.occurrences, "occurrences_min", (retention || sticky) && !whole);
  const bool again = report == "second-purchase";
  const char* const act = intervals                 ? "from"
                          : again                   ? "first"
                          : report == "attribution" ? "conversion"
                          : report == "paths"       ? "anchor"
                                                    : "act";
  const bool value = is_value(report);
  body.take("event", options.act, act, !funnel && !retention && !contrast && !value && !whole);
  body.take("next-event", options.next, again ? "second" : "to", (intervals || again) && !whole);
  body.take("bucket", bucket, "bucket", has_bucket(report) && !whole);
  for (const ValueFlag& flag : value_flags(options.value))
    body.put(flag.flag.c_str(), flag.field.c_str(), flag.value, flag.belongs_to(report) && !whole);
  const bool attribution = report == "attribution", paths = report == "paths";
  body.take("lookback", options.lookback, "lookback", attribution && !whole);
  if (!options.models.empty()) body.put("models", "models", names_of(options.models), attribution && !whole);
  body.take("direction", options.direction, "direction", paths && !whole);
  if (contrast && !options.property.empty())
    body.put("property", "properties", names_of(options.property), !whole);
  else
    body.take("property", options.property, attribution ? "channel" : "property", (attribution || paths) && !whole);
  put_contrast(body, options, contrast && !whole);
  if (!options.by.empty() && is_counted_by(report)) {
    body.put("by", "by", json::value(options.by), !whole);
  } else if (!options.by.empty()) {
    json::object breakdown = breakdown_of(options.by);
    if (funnel) breakdown = {{"by", std::move(breakdown)}};
    if (funnel && !options.attribution.empty()) breakdown["attribution"] = options.attribution;
    body.put("by", "breakdown", std::move(breakdown), !whole && !contrast && !value);
  } else if (!options.attribution.empty()) {
    return invalid("--attribution says from where --by takes its value: give --by too");
  }
  auto ask = std::move(body).done(whole ? std::string(report) + " beside --question" : std::string(report));
  if (!ask) return ask;
  if (whole) {
    auto text = read_json(options.text);
    if (!text) return tl::unexpected(text.error());
    if (!text->is_object()) return invalid("--question must be a JSON object");
    *ask = std::move(text->get_object());
  }
  if (options.cell.empty()) return ask;
  auto cell = read_json(options.cell);
  if (!cell) return tl::unexpected(cell.error());
  return json::object{{"ask", *std::move(ask)}, {"cell", *std::move(cell)}};
}

Result<json::object> people_body(std::string_view report, const std::string& bucket, const std::string& events,
                                 const std::string& birth, const BehaviourOptions& options) {
  if (report != "growth" && report != "stage-history" && report != "flows")
    return invalid(fmt::format("--people is no flag of {}", report));
  auto cell = read_json(options.cell);
  if (!cell) return tl::unexpected(cell.error());
  Body body;
  const bool growth = report == "growth";
  body.take("bucket", bucket, "bucket", growth || report == "stage-history");
  if (!events.empty()) body.put("events", "events", names_of(events), growth);
  body.take("birth", birth, "birth", growth);
  if (!options.by.empty()) body.put("by", "breakdown", breakdown_of(options.by), growth);
  auto ask = std::move(body).done(report);
  if (!ask) return ask;
  return json::object{{"ask", *std::move(ask)}, {"cell", *std::move(cell)}};
}

}  // namespace habitue::cli
