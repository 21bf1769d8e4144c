// habitue doctor: what is wrong with an installation or a workspace, and how to mend it.
#include <fmt/format.h>
#include <sys/resource.h>
#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "config/config.hpp"
#include "identity/identity.hpp"
#include "ledger/ledger.hpp"
#include "server/page_assets.hpp"

namespace habitue::cli {
namespace {

constexpr std::uintmax_t kDiskFreeWanted = std::uintmax_t{1} << 30U;

class Findings {
 public:
  void good(std::string_view what) { fmt::print("  ok     {}\n", what); }
  void bad(std::string_view what, std::string_view mend) {
    ++wrong_;
    fmt::print("  WRONG  {}\n         {}\n", what, mend);
  }
  void warn(std::string_view what, std::string_view mend) { fmt::print("  care   {}\n         {}\n", what, mend); }
  int wrong() const { return wrong_; }

 private:
  int wrong_ = 0;
};

void examine_machine(const Globals& globals, Findings& findings) {
  fmt::print("Machine\n");
  if (const auto zone = Zone::find("Europe/Paris")) {
    findings.good("time zones are installed");
  } else {
    findings.bad("the time zone database is missing", "Install it: apt-get install tzdata");
  }
  std::error_code code;
  std::filesystem::path existing = std::filesystem::absolute(globals.root);
  while (!std::filesystem::exists(existing, code) && existing.has_relative_path()) existing = existing.parent_path();
  const auto space = std::filesystem::space(existing, code);
  if (code) {
    findings.bad(fmt::format("{} cannot be read: {}", existing.string(), code.message()),
                 "Choose another folder with --root.");
  } else if (space.available < kDiskFreeWanted) {
    findings.bad(fmt::format("only {} MiB are free for {}", space.available >> 20U, globals.root.string()),
                 "Make room: events are refused when the disk is full.");
  } else {
    findings.good(fmt::format("{} GiB are free for {}", space.available >> 30U, globals.root.string()));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1024)
    findings.warn(fmt::format("only {} files may be open at once", limit.rlim_cur),
                  "Raise it for many connections: ulimit -n 4096");
  if (server::page_assets().empty())
    findings.warn("this build holds no page", "Build with ./dev build to have it; the API works without.");
  else
    findings.good(fmt::format("the page is built in ({} files)", server::page_assets().size()));
}

void examine_workspace(const std::filesystem::path& folder, Findings& findings) {
  fmt::print("Workspace {}\n", folder.filename().string());
  const auto business = config::load(folder / workspace::kConfigFile);
  if (!business) {
    findings.bad(business.error().message, "Mend the line and check it with: habitue config check");
    return;
  }
  findings.good("the configuration is right");
  std::error_code code;
  const auto rights = std::filesystem::status(folder, code).permissions();
  if (!code && (rights & std::filesystem::perms::others_all) != std::filesystem::perms::none)
    findings.warn("others on this machine may read the folder", fmt::format("Close it: chmod 700 {}", folder.string()));
  ProgressLine line;
  auto opened = workspace::Workspace::open(folder, {}, line.function());
  if (!opened) {
    const char* mend = opened.error().kind == ErrorKind::Corrupt ? "Put the last backup of ledger.duckdb in its place."
                                                                 : "See the message; then run doctor again.";
    findings.bad(opened.error().message, mend);
    return;
  }
  for (const std::string& notice : (*opened)->notices()) findings.warn(notice, "It is mended: nothing to do.");
  const auto view = (*opened)->view();
  const auto& snapshot = view.customers->snapshot();
  findings.good(fmt::format("{} events of {} people, up to event {}", snapshot.event_count(), snapshot.person_count(),
                            snapshot.up_to().value));
  // Decisions over links are in the ledger and in no journey.
  const auto counted = (*opened)->ledger().query(
      fmt::format("select count(*) from events where name is null or name not in ('{}', '{}')", identity::kLinkSevered,
                  identity::kLinkRestored),
      1);
  const std::string in_journeys = std::to_string(snapshot.event_count());
  if (!counted) {
    findings.bad(counted.error().message, "Put the last backup of ledger.duckdb in its place.");
  } else if (counted->rows.front().front() != in_journeys) {
    findings.bad(fmt::format("the journeys hold {} events and the ledger {}", in_journeys,
                             counted->rows.front().front().value_or("?")),
                 fmt::format("Delete {}: it is a cache, and is built again at the next start.",
                             (folder / workspace::kSnapshotFolder).string()));
  }
  for (const std::string& event : business->money.payments)
    if (snapshot.find_kind(event)) {
      findings.good(fmt::format("payments arrive as '{}'", event));
      return;
    }
  if (snapshot.event_count() > 0)
    findings.warn("no payment event of the configuration has arrived, so nobody is a client",
                  "Name yours in [money] payments; see: habitue config explain money.payments");
}

int doctor(const Globals& globals) {
  Findings findings;
  examine_machine(globals, findings);
  if (const std::string address = running_server(globals.root); !address.empty()) {
    fmt::print("Server\n");
    findings.good(
        fmt::format("answers at {}; its workspaces are examined by it: stop it to examine their files", address));
    return findings.wrong() == 0 ? 0 : 1;
  }
  auto names = workspace::Root::names_in(globals.root);
  if (!globals.workspace.empty()) names = {globals.workspace};
  if (names.empty())
    findings.warn(fmt::format("there is no workspace in {}", globals.root.string()),
                  "Make one: habitue init NAME, or habitue demo");
  for (const std::string& name : names) examine_workspace(globals.root / name, findings);
  fmt::print("{}\n",
             findings.wrong() == 0 ? "Nothing is wrong." : fmt::format("{} thing(s) to mend.", findings.wrong()));
  return findings.wrong() == 0 ? 0 : 1;
}

}  // namespace

void add_doctor(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* command =
      app.add_subcommand("doctor", "Say what is wrong with the installation or a workspace, and how to mend it");
  command->callback([&globals, &action] { action = [&globals] { return doctor(globals); }; });
}

}  // namespace habitue::cli
