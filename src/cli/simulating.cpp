// habitue simulate: an invented company whose truth is known, as a file or straight into a workspace.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "simulate/simulate.hpp"

namespace habitue::cli {
namespace {

struct SimulateOptions {
  simulate::Options simulation;
  std::optional<std::uint64_t> events;
  std::string from, to, order = "time", format = "ndjson";
  std::filesystem::path out, truth, company;
};

Result<simulate::Options> read_options(const SimulateOptions& options) {
  simulate::Options simulation = options.simulation;
  simulation.events = options.events;
  for (const auto& [text, day] : {std::pair{&options.from, &simulation.from}, std::pair{&options.to, &simulation.to}}) {
    if (text->empty()) continue;
    const auto parsed = parse_day(*text);
    if (!parsed) return tl::unexpected(parsed.error());
    *day = *parsed;
  }
  simulation.order = options.order == "person" ? simulate::Order::Person : simulate::Order::Time;
  if (!options.company.empty()) {
    const auto text = read_file(options.company, 1U << 20U);
    if (!text) return tl::unexpected(text.error());
    auto company = simulate::parse_company(*text);
    if (!company) return tl::unexpected(company.error());
    simulation.company = std::move(*company);
  }
  return simulation;
}

Result<simulate::Truth> into_workspace(const Globals& globals, const simulate::Options& simulation,
                                       const ProgressFunction& progress) {
  auto connection = Connection::open(globals);
  if (!connection) return tl::unexpected(connection.error());
  workspace::Workspace* workspace = (*connection)->local();
  if (workspace == nullptr)
    return fail(ErrorKind::Conflict,
                "a server holds this workspace: stop it first, or write a file with --format ndjson and import that");
  return simulate::run(
      simulation,
      [&](std::vector<intake::Event>&& events) {
        const auto kept = workspace->accept(std::move(events));
        return kept ? Result<void>() : tl::unexpected(kept.error());
      },
      progress);
}

int simulate_company(const Globals& globals, const SimulateOptions& options) {
  const auto simulation = read_options(options);
  if (!simulation) return report(simulation.error());
  ProgressLine line;
  const auto truth = options.format == "workspace" ? into_workspace(globals, *simulation, line.function())
                     : options.format == "parquet" ? simulate::write_parquet(*simulation, options.out, line.function())
                                                   : simulate::write_ndjson(*simulation, options.out, line.function());
  if (!truth) return report(truth.error());
  if (!options.truth.empty())
    if (auto written = write_file_atomically(options.truth, simulate::write_truth(*truth)); !written)
      return report(written.error());
  return 0;
}

}  // namespace

void add_simulate(CLI::App& app, Globals& globals, Action& action) {
  auto options = std::make_shared<SimulateOptions>();
  CLI::App* command = app.add_subcommand("simulate", "Invent a company whose truth is known");
  command
      ->add_option("--profile", options->simulation.profile,
                   "atelier: a subscription business; traffic: plain load for benchmarks")
      ->check(CLI::IsMember({"atelier", "traffic"}))
      ->capture_default_str();
  command->add_option("--seed", options->simulation.seed, "The same seed gives the same bytes")->capture_default_str();
  command->add_option("--people", options->simulation.people, "Who come by themselves")->capture_default_str();
  command->add_option("--events", options->events, "About so many events (traffic: exactly)");
  command->add_option("--from", options->from, "First day");
  command->add_option("--to", options->to, "The day after the last");
  command->add_option("--threads", options->simulation.threads, "0: all cores; the result is the same")
      ->capture_default_str();
  command->add_option("--order", options->order, "time: as they arrive; person: one person after the other")
      ->check(CLI::IsMember({"time", "person"}))
      ->capture_default_str();
  command->add_option("--company", options->company, "A file of the company's parameters");
  command->add_option("--format", options->format, "ndjson, parquet, or workspace to store them straight")
      ->check(CLI::IsMember({"ndjson", "parquet", "workspace"}))
      ->capture_default_str();
  command->add_option("--out", options->out, "The file to write");
  command->add_option("--truth", options->truth, "Write here what was planted, as JSON");
  command->add_option("--truth-people", options->simulation.people_file,
                      "Write here what is true of each person, one JSON object a line");
  command->callback([&globals, &action, options] {
    if (options->format != "workspace" && options->out.empty())
      throw CLI::ValidationError("simulate", "name the file to write with --out");
    action = [&globals, options] { return simulate_company(globals, *options); };
  });
}

}  // namespace habitue::cli
