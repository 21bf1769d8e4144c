// habitue demo: the two example companies, made once. A demo that was interrupted is finished by the next run.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "simulate/simulate.hpp"
#include "workspace/workspace.hpp"

namespace habitue::cli {
namespace {

constexpr std::string_view kDone = "demo_finished";

// Beside a built binary in its checkout, or where a package puts them.
Result<std::filesystem::path> examples_folder() {
  if (const char* given = std::getenv("HABITUE_EXAMPLES")) return std::filesystem::path(given);
  std::error_code code;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", code);
  for (const char* from : {"../../../examples", "../share/habitue/examples"}) {
    const auto folder = (binary.parent_path() / from).lexically_normal();
    if (std::filesystem::exists(folder / "online_retail", code)) return folder;
  }
  return fail(ErrorKind::NotFound,
              "the examples are not beside the program; set HABITUE_EXAMPLES to the folder that holds them");
}

Result<std::unique_ptr<workspace::Workspace>> open_example(const std::filesystem::path& folder,
                                                           const std::filesystem::path& config) {
  if (!std::filesystem::exists(folder / workspace::kConfigFile)) {
    const auto toml = read_file(config, 1U << 20U);
    if (!toml) return tl::unexpected(toml.error());
    if (auto made = workspace::create(folder, *toml); !made) return tl::unexpected(made.error());
  }
  ProgressLine line;
  return workspace::Workspace::open(folder, {}, line.function());
}

Result<bool> finished(workspace::Workspace& workspace) {
  return workspace.ledger().setting(std::string(kDone)).map([](const auto& value) { return value.has_value(); });
}

Result<void> fill_shop(workspace::Workspace& workspace, const std::filesystem::path& examples) {
  const auto file = examples / "online_retail" / "online_retail_2010_2011.csv.gz";
  const auto mapping_text = read_file(examples / "online_retail" / "mapping.json", 1U << 20U);
  if (!mapping_text) return tl::unexpected(mapping_text.error());
  auto mapping = intake::parse_mapping(*mapping_text);
  if (!mapping) return tl::unexpected(mapping.error());
  ProgressLine line;
  const auto outcome = workspace.import({file, std::move(*mapping), false}, line.function(), nullptr);
  return outcome ? Result<void>() : tl::unexpected(outcome.error());
}

Result<void> fill_atelier(workspace::Workspace& workspace) {
  simulate::Options options;
  ProgressLine line;
  // The same seed gives the same message ids: what an interrupted demo stored is not stored twice.
  const auto truth = simulate::run(
      options,
      [&](std::vector<intake::Event>&& events) {
        const auto kept = workspace.accept(std::move(events));
        return kept ? Result<void>() : tl::unexpected(kept.error());
      },
      line.function());
  if (!truth) return tl::unexpected(truth.error());
  if (auto settled = workspace.settle(); !settled) return settled;
  return write_file_atomically(workspace.folder() / "truth.json", simulate::write_truth(*truth));
}

}  // namespace

int make_demo(const Globals& globals) {
  if (!running_server(globals.root).empty()) return 0;  // It holds them already.
  const auto examples = examples_folder();
  if (!examples) return report(examples.error());
  using Fill = Result<void> (*)(workspace::Workspace&, const std::filesystem::path&);
  constexpr Fill kFillAtelier = [](workspace::Workspace& workspace, const std::filesystem::path&) {
    return fill_atelier(workspace);
  };
  for (const auto& [name, what, fill] : {std::tuple{"shop", "real orders of a UK online retailer", Fill{fill_shop}},
                                         std::tuple{"atelier", "a simulated subscription business", kFillAtelier}}) {
    const std::filesystem::path folder = globals.root / name;
    // Looked at before opening: a finished example must not cost the start of a server a second.
    if (std::filesystem::exists(folder / kDone)) continue;
    fmt::print("Making workspace '{}': {} …\n", name, what);
    std::fflush(stdout);
    auto opened = open_example(folder, *examples / name / workspace::kConfigFile);
    if (!opened) return report(opened.error());
    const auto done = finished(**opened);
    if (!done) return report(done.error());
    if (!*done) {
      if (auto filled = fill(**opened, *examples); !filled) return report(filled.error());
      if (auto put = (*opened)->ledger().put_setting(std::string(kDone), "true"); !put) return report(put.error());
    }
    if (auto saved = (*opened)->save_snapshot(); !saved) return report(saved.error());
    if (auto marked = write_file_atomically(folder / kDone, ""); !marked) return report(marked.error());
    const workspace::View view = (*opened)->view();
    fmt::print("  {} events of {} people.\n", view.customers->snapshot().event_count(),
               view.customers->snapshot().person_count());
  }
  return 0;
}

}  // namespace habitue::cli
