// The `habitue` command: words to options, then one action.
#include <cstdlib>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

int main(int count, char** words) {
  using namespace habitue::cli;
  CLI::App app{"Habitué: who your customers really are, what they are worth, what they need now.", "habitue"};
  app.set_version_flag("--version", std::string("habitue ") + HABITUE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();

  Globals globals;
  const char* root = std::getenv("HABITUE_ROOT");
  globals.root = root != nullptr ? root : ".habitue";
  const char* key = std::getenv("HABITUE_KEY");
  if (key != nullptr) globals.key = key;
  app.add_option("--root", globals.root, "Folder of the workspaces")->envname("HABITUE_ROOT")->capture_default_str();
  app.add_option("-w,--workspace", globals.workspace, "Which workspace, when there are several");
  app.add_option("--server", globals.server, "Ask the server at this address instead of the one running on the root");
  app.add_option("--question-seconds", globals.question_seconds, "A question that takes longer is given up")
      ->check(CLI::Range(1U, 86'400U))
      ->capture_default_str();
  app.add_option("--question-memory-mib", globals.question_memory_mib,
                 "A question that needs more memory is given up; default a quarter of the machine's")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 30U));

  Action action;
  add_serve(app, globals, action);
  add_team(app, globals, action);
  add_workspaces(app, globals, action);
  add_import(app, globals, action);
  add_tail(app, globals, action);
  add_ask(app, globals, action);
  add_saving(app, globals, action);
  add_gate(app, globals, action);
  add_may(app, globals, action);
  add_fit(app, globals, action);
  add_simulate(app, globals, action);
  add_doctor(app, globals, action);

  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : exit_code(habitue::ErrorKind::InvalidInput);
  }
  try {
    return action ? action() : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "habitue: {}\n", error.what());
    return exit_code(habitue::ErrorKind::Unavailable);
  }
}
