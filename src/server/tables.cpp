#include "server/tables.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <fmt/format.h>

#include "server/table_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

ReportTable roles(const json::object& body) {
  ReportTable table{"Who is your client?",
                    {"side", "audience", "client", "prospect", "beneficiary", "unknown", "total", "took part",
                     "charged", "parties", "has paid"},
                    {}};
  for (const json::value& side : body.at("sides").as_array())
    for (const std::string_view part : sides_of(body)) {
      const json::value& figures = side.at("figures").at(part);
      Row row{text_of(side.at("side")), std::string(part)};
      for (const char* field : {"client", "prospect", "beneficiary", "unknown", "total", "took_part"})
        row.push_back(text_of(figures.at(field)));
      row.push_back(text_of(side.at("charged")));
      for (const char* field : {"parties", "has_paid"}) row.push_back(text_of(figures.at(field)));
      table.rows.push_back(std::move(row));
    }
  return table;
}

ReportTable money_by_role(const json::object& body) {
  ReportTable table{"Their money", {"side", "audience", "role", "received", "refunded", "net"}, {}};
  for (const json::value& side : body.at("sides").as_array())
    for (const std::string_view part : sides_of(body)) {
      const json::value& figures = side.at("figures").at(part);
      const auto add = [&](std::string_view role, const json::value& balances) {
        if (balances.as_array().empty()) return;
        Row row{text_of(side.at("side")), std::string(part), std::string(role)};
        for (const char* field : {"received", "refunded", "net"}) row.push_back(money_text(balances, field));
        table.rows.push_back(std::move(row));
      };
      for (const auto& [role, balances] : figures.at("money").as_object()) add(role, balances);
      add("total", figures.at("balances"));
    }
  return table;
}

ReportTable nobody(const json::object& body) {
  const json::value& figures = body.at("nobody");
  return {"Paid by nobody we know",
          {"payments", "received", "refunded", "net"},
          {{text_of(figures.at("payments")), money_text(figures.at("balances"), "received"),
            money_text(figures.at("balances"), "refunded"), money_text(figures.at("balances"), "net")}}};
}

ReportTable stages(const json::object& body) {
  ReportTable table{"Stages of the life cycle", {"stage"}, {}};
  const auto parts = sides_of(body);
  for (const std::string_view part : parts) table.columns.emplace_back(part);
  const json::object& figures = body.at("figures").as_object();
  for (const auto& [stage, ignored] : figures.at("all").at("stages").as_object()) {
    static_cast<void>(ignored);
    Row row{std::string(stage)};
    for (const std::string_view part : parts) row.push_back(text_of(figures.at(part).at("stages").at(stage)));
    table.rows.push_back(std::move(row));
  }
  for (const char* line : {"repeat", "total"}) {
    Row row{line == std::string_view("repeat") ? "of the new: repeat" : "total"};
    for (const std::string_view part : parts) row.push_back(text_of(figures.at(part).at(line)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable stage_history(const json::object& body) {
  ReportTable table{"Stages over time", {"audience", "start", "complete"}, {}};
  for (const std::string_view part : sides_of(body))
    for (const json::value& point : body.at("points").as_array()) {
      const json::object& stages = point.at("figures").at(part).at("stages").as_object();
      const bool hours = body.at("bucket") == "hour";
      Row row{std::string(part), text_of(point.at(hours ? "at" : "start")), text_of(point.at("complete"))};
      for (const auto& [stage, people] : stages) {
        if (table.rows.empty()) table.columns.emplace_back(stage);
        row.push_back(text_of(people));
      }
      table.rows.push_back(std::move(row));
    }
  return table;
}

ReportTable flows(const json::object& body) {
  ReportTable table{"Flows between stages", {"audience", "from", "to", "people"}, {}};
  for (const std::string_view part : sides_of(body))
    for (const json::value& flow : body.at("flows").at(part).as_array())
      table.rows.push_back(
          {std::string(part), text_of(flow.at("from")), text_of(flow.at("to")), text_of(flow.at("people"))});
  return table;
}

ReportTable growth(const json::object& body) {
  const std::vector<std::string> told{"start",   "new",    "retained",    "resurrected",
                                      "churned", "active", "quick_ratio", "complete"};
  const json::array& values = body.at("values").as_array();
  ReportTable table{"Growth", {"audience"}, {}};
  if (!values.empty()) table.columns.emplace_back("value");
  table.columns.insert(table.columns.end(), told.begin(), told.end());
  for (const char* idle : {"dormant 1", "2 to 3", "4 to 7", "8 or more"}) table.columns.emplace_back(idle);
  const bool hours = body.at("bucket") == "hour";
  if (hours) *std::find(table.columns.begin(), table.columns.end(), "start") = "from";
  const auto add = [&](std::string_view part, const std::string& value, const json::value& periods) {
    for (const json::value& period : periods.at(part).as_array()) {
      Row row{std::string(part)};
      if (!values.empty()) row.push_back(value);
      for (const std::string& field : told) {
        row.push_back(text_of(period.at(hours && field == "start" ? "from" : field)));
        if (field == "quick_ratio" && row.back().empty()) row.back() = "no losses";
      }
      for (const auto& [idle, people] : period.at("dormant").as_object()) row.push_back(text_of(people));
      table.rows.push_back(std::move(row));
    }
  };
  for (const std::string_view part : sides_of(body)) {
    add(part, "total", body.at("periods"));
    for (const json::value& value : values) add(part, shown_value(value.at("value")), value.at("periods"));
  }
  return table;
}

ReportTable aarrr(const json::object& body) {
  ReportTable table{"AARRR", {"audience", "step", "people", "of previous", "of first", "median days"}, {}};
  for (const std::string_view part : sides_of(body))
    for (const json::value& step : body.at("figures").at(part).at("steps").as_array())
      table.rows.push_back({std::string(part), text_of(step.at("step")), text_of(step.at("people")),
                            share_text(step.at("of_previous")), share_text(step.at("of_first")),
                            text_of(step.at("median_days"))});
  return table;
}

ReportTable pollution(const json::object& body) {
  ReportTable table{std::string(body.at("sentence").as_string()),
                    {"step", "overall", "inside", "pollution", "outsiders", "one point more (all)",
                     "one point more (inside)", "weakest"},
                    {}};
  for (const json::value& step : body.at("steps").as_array()) {
    std::string weakest;
    if (body.at("weakest_overall") == step.at("step")) weakest = "overall";
    if (body.at("weakest_inside") == step.at("step")) weakest += weakest.empty() ? "inside" : ", inside";
    table.rows.push_back({text_of(step.at("step")), share_text(step.at("overall")), share_text(step.at("inside")),
                          fmt::format("{:+.4f}", step.at("pollution").to_number<double>()),
                          share_text(step.at("outsiders")), amount_text(step.at("gain_overall")),
                          amount_text(step.at("gain_inside")), weakest});
  }
  return table;
}

ReportTable channels(const json::object& body) {
  ReportTable table{
      "Channels", {"channel", "inside", "outside", "unknown", "purity", "from", "to", "verdict", "clients", "net"}, {}};
  for (const json::value& channel : body.at("channels").as_array()) {
    Row row;
    for (const char* field : {"channel", "inside", "outside", "unknown"}) row.push_back(text_of(channel.at(field)));
    row.push_back(share_text(channel.at("purity")));
    for (const char* bound : {"low", "high"})
      row.push_back(fmt::format("{:.4f}", channel.at("purity").at(bound).to_number<double>()));
    row.push_back(text_of(channel.at("verdict")));
    row.push_back(text_of(channel.at("clients")));
    row.push_back(money_text(channel.at("balances"), "net"));
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable spikes(const json::object& body) {
  ReportTable table{"Spikes", {"first day", "last day", "channel", "people", "expected", "inside"}, {}};
  for (const json::value& spike : body.at("spikes").as_array())
    table.rows.push_back({text_of(spike.at("first")), text_of(spike.at("last")), text_of(spike.at("channel")),
                          text_of(spike.at("people")), fmt::format("{:.1f}", spike.at("expected").to_number<double>()),
                          share_text(spike.at("inside"))});
  return table;
}

ReportTable people(const json::object& body) {
  ReportTable table{
      fmt::format("People: {} match, {} cannot be told", text_of(body.at("matched")), text_of(body.at("unknown"))),
      {"key", "name", "role", "stage", "purchases", "net", "last seen", "channel", "audience"},
      {}};
  for (const json::value& person : body.at("people").as_array())
    table.rows.push_back({text_of(person.at("key")), text_of(person.at("name")), text_of(person.at("role")),
                          text_of(person.at("stage")), text_of(person.at("purchases")),
                          money_text(person.at("balances"), "net"), text_of(person.at("last_seen_at")),
                          text_of(person.at("channel")), text_of(person.at("audience"))});
  return table;
}

std::vector<ReportTable> person(const json::object& body) {
  std::vector<ReportTable> tables;
  ReportTable state{text_of(body.at("name")), {"what", "is", "because"}, {}};
  for (const json::value& role : body.at("roles").as_array())
    state.rows.push_back(
        {fmt::format("role ({})", text_of(role.at("side"))), text_of(role.at("role")), text_of(role.at("reason"))});
  state.rows.push_back({"stage", text_of(body.at("stage").at("stage")), text_of(body.at("stage").at("reason"))});
  std::string found;
  for (const json::value& reason : body.at("audience_reasons").as_array()) {
    if (!found.empty()) found += "; ";
    found += text_of(reason.at("found"));
  }
  state.rows.push_back({"audience", text_of(body.at("audience")), found});
  for (const char* field : {"channel", "account", "first_seen_at", "last_seen_at", "events"})
    state.rows.push_back({field, text_of(body.at(field)), ""});
  state.rows.push_back({"net money", money_text(body.at("balances"), "net"), ""});
  tables.push_back(std::move(state));

  const json::object& value = body.at("value").as_object();
  ReportTable brings{value.at("account").is_null()
                         ? "What they bring and cost"
                         : fmt::format("What their account {} brings and costs", text_of(value.at("account"))),
                     {"what", "amount"},
                     {}};
  const auto amount = [](const json::value& money) { return money.is_null() ? "not known" : amount_text(money); };
  for (const auto& [field, label] :
       {std::pair{"revenue", "revenue"}, std::pair{"margin", "margin"}, std::pair{"cost", "cost to serve"},
        std::pair{"profit", "profit before acquisition"}, std::pair{"monthly", "recurs a month"},
        std::pair{"monthly_at_risk", "of it at risk"}})
    brings.rows.push_back({label, amount(value.at(field))});
  for (const auto& [field, label] :
       {std::pair{"booked", "given away, booked to acquisition"}, std::pair{"written_off", "given away, written off"},
        std::pair{"open", "given away, open"}})
    brings.rows.push_back({label, amount(value.at("given_away").at(field))});
  tables.push_back(std::move(brings));

  ReportTable identifiers{"Identifiers", {"kind", "value"}, {}};
  for (const json::value& each : body.at("identifiers").as_array())
    identifiers.rows.push_back({text_of(each.at("kind")), text_of(each.at("value"))});
  tables.push_back(std::move(identifiers));
  ReportTable traits{"Traits", {"name", "value", "since", "known by"}, {}};
  for (const json::value& trait : body.at("traits").as_array())
    traits.rows.push_back({text_of(trait.at("name")), text_of(trait.at("value")), text_of(trait.at("at")),
                           text_of(trait.at("provenance"))});
  tables.push_back(std::move(traits));
  ReportTable money{"Money that moved", {"event in the ledger", "at", "move", "amount", "order", "event"}, {}};
  if (const json::array& roles_of = body.at("roles").as_array(); !roles_of.empty())
    for (const json::value& move : roles_of.front().at("movements").as_array())
      money.rows.push_back({text_of(move.at("seq")), text_of(move.at("at")), text_of(move.at("move")),
                            amount_text(move.at("amount")), text_of(move.at("order_id")), text_of(move.at("event"))});
  tables.push_back(std::move(money));
  return tables;
}

std::string csv_cell(const std::string& cell) {
  // A spreadsheet runs what begins so as a formula. A negative number is no formula.
  const bool number = !cell.empty() && cell.find_first_not_of("+-.0123456789eE") == std::string::npos;
  const bool formula =
      !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos && !number;
  const std::string text = formula ? "'" + cell : cell;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void append_line(std::string& csv, const Row& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) csv += (i == 0 ? "" : ",") + csv_cell(cells[i]);
  csv += "\r\n";
}

}  // namespace

std::vector<ReportTable> tables_of(std::string_view report, const json::object& body) {
  if (report == "roles") return {roles(body), money_by_role(body), nobody(body)};
  if (report == "stages") return {stages(body)};
  if (report == "stage-history") return {stage_history(body)};
  if (report == "flows") return {flows(body)};
  if (report == "growth") return {growth(body)};
  if (report == "aarrr") return {aarrr(body)};
  if (report == "pollution") return {pollution(body)};
  if (report == "channels") return {channels(body)};
  if (report == "spikes") return {spikes(body)};
  if (report == "people") return {people(body)};
  if (report == "person") return person(body);
  return behaviour_tables(report, body);
}

std::string csv_of(const std::vector<ReportTable>& tables) {
  std::string csv;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (i > 0) csv += "\r\n";
    append_line(csv, tables[i].columns);
    csv += csv_rows_of(tables[i]);
  }
  return csv;
}

std::string csv_rows_of(const ReportTable& table) {
  std::string csv;
  for (const Row& row : table.rows) append_line(csv, row);
  return csv;
}

}  // namespace habitue::server
