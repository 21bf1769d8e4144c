// habitue import: what a file holds, what it would do, then doing it; and taking it back.
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "intake/file_import.hpp"
#include "server/json_of.hpp"

namespace habitue::cli {
namespace {

struct ImportOptions {
  std::filesystem::path file, mapping, save_mapping;
  std::string zone, currency, source, event_name;
  bool yes = false, dry_run = false, again = false;
};

std::filesystem::path saved_mapping(const Globals& globals, const std::string& workspace,
                                    const std::filesystem::path& file) {
  return globals.root / workspace / "mappings" / (file.filename().string() + ".json");
}

Result<std::optional<intake::Mapping>> given_mapping(const ImportOptions& options, const std::filesystem::path& saved) {
  const std::filesystem::path& from = !options.mapping.empty() ? options.mapping : saved;
  if (options.mapping.empty() && !std::filesystem::exists(saved)) return std::optional<intake::Mapping>();
  const auto text = read_file(from, 1U << 20U);
  if (!text) return tl::unexpected(text.error());
  auto mapping = intake::parse_mapping(*text);
  if (!mapping) return fail(mapping.error().kind, fmt::format("{}: {}", from.string(), mapping.error().message));
  fmt::print(stderr, "Using the mapping in {}\n", from.string());
  return std::optional(std::move(*mapping));
}

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, " · ")); }

void show(const intake::Inspection& inspection) {
  server::ReportTable columns{
      "Columns, and what each is taken for", {"column", "holds", "taken for", "missing", "why", "samples"}, {}};
  for (const intake::ColumnGuess& guess : inspection.columns)
    columns.rows.push_back({guess.name, guess.type, guess.field, fmt::format("{:.0f} %", 100 * guess.missing_share),
                            guess.reason, joined(guess.samples)});
  print_table(columns);
  server::ReportTable events{"What the first rows become", {"event", "person", "at", "properties"}, {}};
  for (std::size_t i = 0; i < std::min<std::size_t>(5, inspection.preview_events.size()); ++i) {
    const intake::Event& event = inspection.preview_events[i];
    events.rows.push_back({event.name.empty() ? "identify" : event.name,
                           event.user_id.empty() ? event.anonymous_id : event.user_id, format_moment(event.at),
                           event.properties.substr(0, 160)});
  }
  print_table(events);
  for (const intake::Warning& warning : inspection.warnings) fmt::print("Take care: {}\n", warning.text);
}

void show(const boost::json::value& report) {
  server::ReportTable table{"What it does", {"what", "how many"}, {}};
  for (const auto& [name, value] : report.as_object()) {
    if (value.is_object()) {
      for (const auto& [inner, amount] : value.as_object())
        table.rows.push_back(
            {fmt::format("{}: {}", std::string(name), std::string(inner)), boost::json::serialize(amount)});
    } else if (!value.is_array()) {
      table.rows.push_back(
          {std::string(name), value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value)});
    }
  }
  print_table(table);
  if (const auto* notes = report.as_object().if_contains("notes"); notes != nullptr && notes->is_array())
    for (const auto& note : notes->as_array()) fmt::print("Note: {}\n", std::string(note.as_string()));
}

// Reads the whole file as the import would, storing nothing.
Result<intake::ImportReport> dry_run(const std::filesystem::path& file, const intake::Mapping& mapping) {
  auto reading = intake::FileImport::open(file, mapping, {}, now());
  if (!reading) return tl::unexpected(reading.error());
  ProgressLine line;
  while (true) {
    const auto batch = (*reading)->next();
    if (!batch) return tl::unexpected(batch.error());
    line.show({"reading", batch->bytes_done, batch->bytes_total, "bytes"});
    if (batch->last) return (*reading)->report();
  }
}

Result<boost::json::value> run_import(Connection& connection, const ImportOptions& options,
                                      const intake::Mapping& mapping) {
  ProgressLine line;
  if (workspace::Workspace* workspace = connection.local()) {
    const auto outcome = workspace->import({options.file, mapping, options.again}, line.function(), nullptr);
    if (!outcome) return tl::unexpected(outcome.error());
    return boost::json::value(server::import_json(*outcome));
  }
  const auto mapping_json = parse_json(intake::write_mapping(mapping));
  const auto started = connection.send(
      "POST", "/imports",
      boost::json::serialize(boost::json::object{{"file", std::filesystem::absolute(options.file).string()},
                                                 {"mapping", *mapping_json},
                                                 {"again", options.again}}));
  if (!started) return tl::unexpected(started.error());
  const auto job = parse_json(*started)->at("job").to_number<std::uint64_t>();
  while (true) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const auto state = connection.get("/imports/jobs/" + std::to_string(job));
    if (!state) return tl::unexpected(state.error());
    auto json = parse_json(*state);
    if (!json) return tl::unexpected(json.error());
    if (json->at("state").as_string() != "running") return json;
    line.show({"importing", json->at("done").to_number<std::uint64_t>(), json->at("total").to_number<std::uint64_t>(),
               "bytes"});
  }
}

bool agreed() {
  fmt::print("Import it like this? [y/N] ");
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "o" || answer == "O" || answer == "yes" || answer == "oui";
}

int import(const Globals& globals, const ImportOptions& options) {
  auto connection = [&] {
    ProgressLine line;
    return Connection::open(globals, line.function());
  }();
  if (!connection) return report(connection.error());
  const std::filesystem::path saved = saved_mapping(globals, (*connection)->workspace(), options.file);
  auto mapping = given_mapping(options, saved);
  if (!mapping) return report(mapping.error());
  const auto inspection = intake::inspect_file(options.file, *mapping);
  if (!inspection) return report(inspection.error());
  intake::Mapping chosen = *mapping ? **mapping : inspection->proposed;
  if (!*mapping) {
    // Dates and amounts that do not say otherwise are the business's own.
    const auto about = (*connection)->get("");
    if (!about) return report(about.error());
    const auto business = parse_json(*about);
    chosen.zone = business->at("zone").as_string();
    if (chosen.currency.empty() && business->at("currency").as_string() != "XXX")
      chosen.currency = business->at("currency").as_string();
  }
  if (!options.zone.empty()) chosen.zone = options.zone;
  if (!options.currency.empty()) chosen.currency = options.currency;
  if (!options.source.empty()) chosen.source = options.source;
  if (!options.event_name.empty()) chosen.event_name = options.event_name;

  const std::filesystem::path keep = options.save_mapping.empty() ? saved : options.save_mapping;
  const bool asks = !options.yes && !options.dry_run;
  if (asks || options.dry_run) show(*inspection);
  if (options.dry_run) {
    const auto made = dry_run(options.file, chosen);
    if (!made) return report(made.error());
    show(*parse_json(intake::write_report(*made)));
    fmt::print("Nothing was stored.\n");
    return 0;
  }
  std::error_code code;
  std::filesystem::create_directories(keep.parent_path(), code);
  if (auto written = write_file_atomically(keep, intake::write_mapping(chosen)); !written)
    return report(written.error());
  if (asks) {
    fmt::print(
        "The mapping is kept in {}: edit it there and run the command again to change it.\nSee what it would do with "
        "--dry-run.\n",
        keep.string());
    if (isatty(STDIN_FILENO) == 0) {
      fmt::print("Nothing was stored. Say --yes to import.\n");
      return 0;
    }
    if (!agreed()) return 0;
  }
  const auto outcome = run_import(**connection, options, chosen);
  if (!outcome) return report(outcome.error());
  if (outcome->at("already_imported").as_bool()) {
    fmt::print("These very bytes were imported before (import {}): nothing to add. Use --again to read them anyway.\n",
               outcome->at("id").to_number<std::uint64_t>());
    return 0;
  }
  show(outcome->at("report"));
  fmt::print("Import {}{}: {} events added, {} were there already.\n", outcome->at("id").to_number<std::uint64_t>(),
             outcome->at("resumed").as_bool() ? " (went on where it was interrupted)" : "",
             outcome->at("events_added").to_number<std::uint64_t>(),
             outcome->at("events_duplicate").to_number<std::uint64_t>());
  if (const std::string_view rejected = outcome->at("rejected_rows_file").as_string(); !rejected.empty())
    fmt::print("Rows that could not be read are in {}, each with its reason: mend them there and import that file.\n",
               rejected);
  fmt::print("To take it back: habitue import undo {} --workspace {}\n", outcome->at("id").to_number<std::uint64_t>(),
             (*connection)->workspace());
  return 0;
}

int list(const Globals& globals) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto answer = (*connection)->get("/imports");
  if (!answer) return report(answer.error());
  server::ReportTable table{"Imports", {"id", "file", "state", "rows", "rejected", "events", "started at"}, {}};
  for (const auto& each : parse_json(*answer)->at("imports").as_array())
    table.rows.push_back({boost::json::serialize(each.at("id")), std::string(each.at("file").as_string()),
                          std::string(each.at("state").as_string()), boost::json::serialize(each.at("rows_done")),
                          boost::json::serialize(each.at("rows_rejected")),
                          boost::json::serialize(each.at("events_added")),
                          std::string(each.at("started_at").as_string())});
  print_table(table);
  return 0;
}

int undo(const Globals& globals, std::uint32_t id) {
  auto connection = Connection::open(globals);
  if (!connection) return report(connection.error());
  const auto answer = (*connection)->send("POST", fmt::format("/imports/{}/undo", id), {});
  if (!answer) return report(answer.error());
  fmt::print("Import {} is undone: {} events removed.\n", id,
             parse_json(*answer)->at("events_removed").to_number<std::uint64_t>());
  return 0;
}

}  // namespace

void add_import(CLI::App& app, Globals& globals, Action& action) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand(
      "import", "Import a CSV, NDJSON or Parquet file; `import list` and `import undo ID` for what was imported");
  command->add_option("file", options->file, "The file, also gzipped");
  command->add_option("--mapping", options->mapping,
                      "What each column means, as JSON; default: the saved one, else a proposal");
  command->add_option("--save-mapping", options->save_mapping,
                      "Where the mapping is kept; default: in the workspace, under the file's name");
  command->add_option("--zone", options->zone, "IANA zone of dates that carry none");
  command->add_option("--currency", options->currency, "Of amounts that name none");
  command->add_option("--source", options->source,
                      "Name of where the file comes from; files of one source share their orders' ids");
  command->add_option("--event", options->event_name, "The event's name when no column gives it");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->add_flag("--dry-run", options->dry_run, "Show what it would do, and store nothing");
  command->add_flag("--again", options->again, "Import bytes that were imported before");
  command->callback([&globals, &action, options, command] {
    if (!command->get_subcommands().empty()) return;
    if (options->file.empty()) throw CLI::ValidationError("import", "name the file: habitue import FILE");
    action = [&globals, options] { return import(globals, *options); };
  });
  CLI::App* list_command = command->add_subcommand("list", "What was imported");
  list_command->callback([&globals, &action] { action = [&globals] { return list(globals); }; });
  auto id = std::make_shared<std::uint32_t>(0);
  CLI::App* undo_command = command->add_subcommand("undo", "Take the events of an import out again");
  undo_command->add_option("id", *id, "As list shows it")->required();
  undo_command->callback([&globals, &action, id] { action = [&globals, id] { return undo(globals, *id); }; });
}

}  // namespace habitue::cli
