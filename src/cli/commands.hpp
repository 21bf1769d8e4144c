// The commands, each registered by the file that carries it out. A command returns the process's exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace habitue::cli {

/// What `main` runs after the words were read: set by the command that was named.
using Action = std::function<int()>;

/// Options of all commands.
struct Globals {
  std::filesystem::path root;  ///< Folder of the workspaces.
  std::string workspace;       ///< Empty: the only one there is.
  std::string
      server;       ///< Address of a server, such as http://127.0.0.1:8080; empty: the one running on the root, if any.
  std::string key;  ///< For a server that asks for one; from HABITUE_KEY when not given.
  // What one question may take, where this process answers it.
  std::uint32_t question_seconds = 120;
  std::uint64_t question_memory_mib = 0;  ///< 0: a quarter of the machine's.
};

/// Exit codes: 0 done; 2 wrong words; 3 not found; 4 not possible in the present state; 5 not possible just now; 6 stored data damaged.
int exit_code(ErrorKind kind);
/// Prints `habitue: message` to standard error and gives the exit code.
int report(const Error& error);

void add_serve(CLI::App& app, Globals& globals, Action& action);       ///< serve
void add_workspaces(CLI::App& app, Globals& globals, Action& action);  ///< init, config, key, demo
void add_import(CLI::App& app, Globals& globals, Action& action);      ///< import (and undo, list)
void add_tail(CLI::App& app, Globals& globals, Action& action);        ///< tail
void add_ask(CLI::App& app, Globals& globals, Action& action);         ///< ask, sql
void add_saving(CLI::App& app, Globals& globals, Action& action);      ///< cohort, question, board, saved
void add_may(CLI::App& app, Globals& globals, Action& action);         ///< may
void add_gate(CLI::App& app, Globals& globals, Action& action);        ///< gate check, override, overrides
void add_fit(CLI::App& app, Globals& globals, Action& action);         ///< fit make, list, show, check, remove
void add_team(CLI::App& app, Globals& globals, Action& action);        ///< team add, invite, list, change, remove
void add_simulate(CLI::App& app, Globals& globals, Action& action);    ///< simulate
void add_doctor(CLI::App& app, Globals& globals, Action& action);      ///< doctor

/// Makes the example workspaces `shop` and `atelier` in the root where they are missing or unfinished.
int make_demo(const Globals& globals);

}  // namespace habitue::cli
