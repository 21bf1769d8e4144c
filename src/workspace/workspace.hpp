// One company: a folder with its configuration, its ledger and its snapshot, and the engine that keeps the journeys up with
// the ledger. Everything said about its customers is asked of Customers, which always belongs to one moment of the ledger.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "base/result.hpp"
#include "config/config.hpp"
#include "identity/identity.hpp"
#include "intake/event.hpp"
#include "intake/file_import.hpp"
#include "intake/protocol.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"
#include "ledger/ledger.hpp"
#include "workspace/audit.hpp"
#include "workspace/fits.hpp"
#include "workspace/saved.hpp"
#include "workspace/team.hpp"
#include "workspace/uploads.hpp"

namespace habitue::workspace {

/// The files of a workspace's folder.
inline constexpr std::string_view kConfigFile = "habitue.toml";
inline constexpr std::string_view kLedgerFile = "ledger.duckdb";
inline constexpr std::string_view kSnapshotFolder =
    "snapshot";  ///< A cache: deleted or damaged, it is rebuilt from the ledger.
inline constexpr std::string_view kRejectedEventsFile =
    "rejected-events.ndjson";                                  ///< Events of accepted batches that could not be kept.
inline constexpr std::string_view kImportsFolder = "imports";  ///< Rejected rows, a file an import.

struct Options {
  std::size_t ledger_memory_mib = 2048;
  /// How long committed events may wait before questions see them. Less costs more rebuilding of touched journeys.
  std::uint32_t visible_ms_max = 150;
};

/// Writes the folder's configuration (the given text, checked, or a default one). Errors: Conflict when the folder holds a workspace already;
/// InvalidInput for a wrong configuration or a name that is not `[a-z0-9][a-z0-9_-]{0,62}`.
Result<void> create(const std::filesystem::path& folder, std::string_view toml);

struct ImportRequest {
  std::filesystem::path file;
  intake::Mapping mapping;
  /// Import a file whose bytes were imported before, instead of going on with it or saying that it adds nothing.
  bool again = false;
  std::string name = {};  ///< What people call a file that lies under another name.
};
struct ImportOutcome {
  std::uint32_t id = 0;
  intake::ImportReport report;
  std::uint64_t events_added = 0, events_duplicate = 0;
  std::filesystem::path rejected_rows;  ///< Empty when every row was good.
  bool resumed = false;                 ///< Went on where an interrupted import of the same bytes stopped.
  bool already_imported = false;        ///< The same bytes were imported before: nothing was done.
};

/// Two halves of one state: who the persons are, and what they did. The graph lives on while the customers are of one
/// moment: a person merged away since is found by its key under the person it became.
struct View {
  std::shared_ptr<const identity::Graph> people;
  std::shared_ptr<const knowledge::Customers> customers;
  std::uint64_t version =
      0;  ///< Of events, people and configuration together; another one whenever one of them changed.
  std::uint64_t people_version = 0;  ///< Of who is who alone.
  std::uint64_t removals =
      0;  ///< How often events were taken out (an erasure, an import undone) since the workspace was opened.
};

/// A view with the cohorts that were named, all of one version and of the view's own moment.
struct CohortView {
  View view;
  std::shared_ptr<const criteria::Cohorts> cohorts;
  std::uint64_t version = 0;  ///< SavedState::cohorts_version.
};

/// All functions are safe from any thread.
class Workspace {
 public:
  /// Opens ledger and snapshot, replays what the snapshot has not seen or, when it is missing or damaged, rebuilds it; returns when
  /// questions can be answered. Errors: NotFound when the folder is no workspace; those of Ledger::open and config::load.
  static Result<std::unique_ptr<Workspace>> open(const std::filesystem::path& folder, const Options& options = {},
                                                 const ProgressFunction& progress = {});
  /// Stops after the events at hand are indexed, and saves the snapshot.
  virtual ~Workspace() = default;

  virtual const std::string& id() const = 0;  ///< The folder's name.
  virtual const std::filesystem::path& folder() const = 0;
  /// What is known, as of the last indexed commit. Hold it as long as one answer takes.
  virtual View view() const = 0;
  /// The same, with what these cohorts stand for and those that they name. Names that are not known are left to
  /// criteria::with_cohorts, which says which they may have meant. Costs a pass over the members of static ones when people
  /// changed since it was last asked.
  virtual Result<CohortView> cohorts(const std::vector<std::string>& names) const = 0;
  /// Cohorts, questions and boards.
  virtual SavedStore& saved() = 0;
  virtual const SavedStore& saved() const = 0;
  /// What models have learnt.
  virtual FitStore& fits() = 0;
  /// Who saw whom.
  virtual AuditLog& audit() = 0;
  /// Files that came in and wait to be imported.
  virtual UploadStore& uploads() = 0;
  virtual ledger::Ledger& ledger() = 0;
  virtual const ledger::Ledger& ledger() const = 0;
  /// Words about how it was opened: "the snapshot could not be used (…) and was rebuilt from the ledger".
  virtual const std::vector<std::string>& notices() const = 0;

  /// Durable when it returns; seen by questions within visible_ms_max.
  virtual Result<ledger::Appended> accept(std::vector<intake::Event> events) = 0;
  /// Writes events that a protocol could not keep beside the ledger, with the reason, so that they can be mended and sent again.
  /// The file is begun anew, keeping the one before, when it passes 16 MiB.
  virtual Result<void> keep_rejected(const std::vector<intake::Rejected>& rejected) = 0;
  /// Waits until everything committed before the call is seen by view().
  virtual Result<void> settle() = 0;

  /// Reads the whole file into the ledger; goes on where an earlier run was killed.
  virtual Result<ImportOutcome> import(const ImportRequest& request, const ProgressFunction& progress,
                                       const Cancellation* cancellation) = 0;
  virtual Result<std::uint64_t> undo_import(std::uint32_t id) = 0;

  /// A configuration refused changes nothing; one accepted is written to the file and answers from then on.
  virtual Result<void> configure(std::string_view toml) = 0;
  /// The same of what `change` makes of the text that holds; nobody else changes it meanwhile. Errors: those of `change` too.
  virtual Result<void> amend_config(const std::function<Result<std::string>(std::string_view toml)>& change) = 0;
  virtual std::string config_text() const = 0;

  /// One link cut or restored: see identity. Returns the persons on both ends as they are afterwards.
  virtual Result<std::vector<PersonId>> sever(const identity::Identifier& left, const identity::Identifier& right,
                                              std::string_view by) = 0;
  virtual Result<std::vector<PersonId>> restore(const identity::Identifier& left, const identity::Identifier& right,
                                                std::string_view by) = 0;
  /// Removes a person's events and identifiers for good, those in static cohorts and in the record of who saw whom with them. Returns how many events went.
  virtual Result<std::uint64_t> erase(PersonId person) = 0;

  virtual Result<void> save_snapshot() = 0;
};

/// The folder of all workspaces of one server.
class Root {
 public:
  /// Opens every workspace in the folder, or `only` that one. One that cannot be opened does not keep the others from it: see failures().
  static Result<std::unique_ptr<Root>> open(const std::filesystem::path& folder, const Options& options = {},
                                            const ProgressFunction& progress = {}, std::string_view only = {});
  /// Names of the workspaces in a folder, opened or not, sorted.
  static std::vector<std::string> names_in(const std::filesystem::path& folder);
  const std::vector<std::unique_ptr<Workspace>>& workspaces() const { return workspaces_; }
  Workspace* find(std::string_view id) const;
  /// Folder names with what is wrong there.
  const std::vector<std::pair<std::string, Error>>& failures() const { return failures_; }
  const std::filesystem::path& folder() const { return folder_; }
  /// Who signs in.
  Team& team() const { return *team_; }

 private:
  std::unique_ptr<Team> team_;
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<Workspace>> workspaces_;
  std::vector<std::pair<std::string, Error>> failures_;
};

}  // namespace habitue::workspace
