#include "workspace/workspace.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/json.hpp"
#include "workspace/engine.hpp"
#include "workspace/importing.hpp"

namespace habitue::workspace {
namespace {

bool is_workspace_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 63 && plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

// The cohorts of one state: static ones as the people of one view.
class ResolvedCohorts final : public criteria::Cohorts {
 public:
  ResolvedCohorts(std::shared_ptr<const SavedState> state,
                  std::map<std::string, std::shared_ptr<const criteria::PersonSet>, std::less<>> people)
      : state_(std::move(state)), people_(std::move(people)) {}
  std::optional<criteria::Cohort> find(std::string_view name) const override {
    const SavedThing* thing = state_->find(SavedKind::Cohort, name);
    if (thing == nullptr) return std::nullopt;
    const auto people = people_.find(name);
    return criteria::Cohort{thing->live, people == people_.end() ? nullptr : people->second};
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& [name, thing] : state_->all(SavedKind::Cohort)) names.push_back(name);
    return names;
  }

 private:
  std::shared_ptr<const SavedState> state_;
  std::map<std::string, std::shared_ptr<const criteria::PersonSet>, std::less<>> people_;
};

// Every key that finds this person.
KeyList all_keys_of(const identity::Graph& people, PersonId person) {
  KeyList keys;
  for (const identity::Identifier& identifier : people.identifiers_of(person))
    if (const auto key = people.key_of(identifier)) keys.push_back(*key);
  return keys;
}

class OpenWorkspace final : public Workspace {
 public:
  OpenWorkspace(std::filesystem::path folder, std::unique_ptr<ledger::Ledger> ledger)
      : folder_(std::move(folder)), id_(folder_.filename().string()), ledger_(std::move(ledger)) {}

  ~OpenWorkspace() override {
    if (!engine_) return;
    // Writers first: what they have acknowledged is queued when the ledger no longer calls the engine.
    static_cast<void>(engine_->settle());
    static_cast<void>(engine_->save());
    ledger_->observe({});
    engine_.reset();
  }

  Result<void> start(config::Business business, const Options& options, const ProgressFunction& progress) {
    auto saved = SavedStore::open(*ledger_);
    if (!saved) return tl::unexpected(saved.error());
    saved_ = std::move(*saved);
    auto fits = FitStore::open(folder_ / kFitsFolder, notices_);
    if (!fits) return tl::unexpected(fits.error());
    fits_ = std::move(*fits);
    auto engine = Engine::start(*ledger_, folder_ / kSnapshotFolder, std::move(business), options.visible_ms_max,
                                progress, notices_);
    if (!engine) return tl::unexpected(engine.error());
    engine_ = std::move(*engine);
    ledger_->observe([raw = engine_.get()](std::span<const ledger::StoredEvent> events) { raw->committed(events); });
    return {};
  }

  const std::string& id() const override { return id_; }
  const std::filesystem::path& folder() const override { return folder_; }
  View view() const override { return engine_->view(); }
  Result<CohortView> cohorts(const std::vector<std::string>& names) const override;
  SavedStore& saved() override { return *saved_; }
  const SavedStore& saved() const override { return *saved_; }
  FitStore& fits() override { return *fits_; }
  AuditLog& audit() override { return audit_; }
  UploadStore& uploads() override { return uploads_; }
  ledger::Ledger& ledger() override { return *ledger_; }
  const ledger::Ledger& ledger() const override { return *ledger_; }
  const std::vector<std::string>& notices() const override { return notices_; }

  Result<ledger::Appended> accept(std::vector<intake::Event> events) override {
    return ledger_->append(std::move(events));
  }
  Result<void> settle() override { return engine_->settle(); }

  Result<void> keep_rejected(const std::vector<intake::Rejected>& rejected) override {
    constexpr std::uintmax_t kBytesMax = 16U << 20U;
    std::string lines;
    for (const intake::Rejected& each : rejected) {
      lines += fmt::format("{{\"rejected_at\":\"{}\",\"reason\":", format_moment(now()));
      append_json_string(lines, each.reason);
      lines += ",\"event\":";
      append_json_string(lines, each.raw);
      lines += "}\n";
    }
    const std::lock_guard lock(rejected_mutex_);
    const std::filesystem::path file = folder_ / kRejectedEventsFile;
    std::error_code code;
    if (const auto size = std::filesystem::file_size(file, code); !code && size > kBytesMax)
      std::filesystem::rename(file, folder_ / (std::string(kRejectedEventsFile) + ".1"), code);
    std::ofstream out(file, std::ios::app | std::ios::binary);
    out << lines << std::flush;
    return out ? Result<void>() : fail(ErrorKind::Unavailable, fmt::format("cannot write {}", file.string()));
  }

  Result<ImportOutcome> import(const ImportRequest& request, const ProgressFunction& progress,
                               const Cancellation* cancellation) override {
    // One at a time: a second import of the same bytes must find what the first has written.
    const std::lock_guard lock(import_mutex_);
    auto outcome = import_file(*ledger_, folder_ / kImportsFolder, request, progress, cancellation);
    if (!outcome) return outcome;
    if (auto settled = engine_->settle(); !settled) return tl::unexpected(settled.error());
    if (auto saved = engine_->save(); !saved) return tl::unexpected(saved.error());
    return outcome;
  }

  Result<std::uint64_t> undo_import(std::uint32_t id) override {
    const std::lock_guard lock(import_mutex_);
    return engine_->rebuild_after([&] { return ledger_->undo_import(id); });
  }

  Result<void> configure(std::string_view toml) override {
    return amend_config([&](std::string_view) { return Result<std::string>(toml); });
  }

  Result<void> amend_config(const std::function<Result<std::string>(std::string_view)>& change) override {
    const std::lock_guard lock(config_mutex_);
    const auto present = read_file(folder_ / kConfigFile);
    const auto toml = change(present ? std::string_view(*present) : std::string_view());
    if (!toml) return tl::unexpected(toml.error());
    auto business = config::parse(*toml);
    if (!business) return tl::unexpected(business.error());
    if (auto changed = engine_->configure(std::move(*business)); !changed) return changed;
    return write_file_atomically(folder_ / kConfigFile, *toml);
  }

  std::string config_text() const override {
    const std::lock_guard lock(config_mutex_);
    return read_file(folder_ / kConfigFile).value_or("");
  }

  Result<std::vector<PersonId>> sever(const identity::Identifier& left, const identity::Identifier& right,
                                      std::string_view by) override {
    return decide(view().people->sever(left, right, by, now()), left, right);
  }
  Result<std::vector<PersonId>> restore(const identity::Identifier& left, const identity::Identifier& right,
                                        std::string_view by) override {
    return decide(view().people->restore(left, right, by, now()), left, right);
  }

  Result<std::uint64_t> erase(PersonId person) override {
    // What was acknowledged of this person before the call must go too, so it must have been indexed.
    if (auto settled = engine_->settle(); !settled) return tl::unexpected(settled.error());
    const View seen = view();
    const auto journey = seen.customers->snapshot().find(person);
    if (!journey) return fail(ErrorKind::NotFound, "there is no such person");
    std::vector<EventSeq> seqs;
    for (const journey::Event& event : *journey) seqs.push_back(seen.customers->snapshot().seq_of(event));
    saved_->begin_erasure();
    auto erased = engine_->rebuild_after([&]() -> Result<std::uint64_t> {
      const KeyList keys = all_keys_of(*view().people, person);
      auto gone = ledger_->erase(seqs, keys);
      if (gone) saved_->forget(keys);
      for (const PersonKey key : keys)
        if (auto forgotten = audit_.forget(fmt::format("{:016x}", key.value)); !forgotten && gone)
          return tl::unexpected(forgotten.error());
      return gone;
    });
    saved_->end_erasure();
    return erased;
  }

  Result<void> save_snapshot() override { return engine_->save(); }

 private:
  Result<std::vector<PersonId>> decide(Result<intake::Event> decision, const identity::Identifier& left,
                                       const identity::Identifier& right) {
    if (!decision) return tl::unexpected(decision.error());
    std::vector<intake::Event> events;
    events.push_back(std::move(*decision));
    if (auto kept = ledger_->append(std::move(events)); !kept) return tl::unexpected(kept.error());
    if (auto settled = engine_->settle(); !settled) return tl::unexpected(settled.error());
    std::vector<PersonId> people;
    for (const identity::Identifier* end : {&left, &right})
      if (const auto person = view().people->find(*end);
          person && std::find(people.begin(), people.end(), *person) == people.end())
        people.push_back(*person);
    return people;
  }

  const std::filesystem::path folder_;
  const std::string id_;
  std::vector<std::string> notices_;
  mutable std::mutex config_mutex_;
  std::mutex import_mutex_;
  std::mutex rejected_mutex_;
  // The ledger outlives the engine, which reads it, and stops calling it first (see the destructor).
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<SavedStore> saved_;
  std::unique_ptr<FitStore> fits_;
  AuditLog audit_{folder_ / "audit"};
  UploadStore uploads_{folder_ / kUploadsFolder};
  std::unique_ptr<Engine> engine_;
};

Result<CohortView> OpenWorkspace::cohorts(const std::vector<std::string>& names) const {
  const std::shared_ptr<const SavedState> state = saved_->state();
  // Those named, those that they name, and so on.
  std::vector<std::string> wanted = names;
  std::vector<std::string> fixed;
  std::vector<std::shared_ptr<const KeyList>> lists;
  for (std::size_t place = 0; place < wanted.size(); ++place) {
    const SavedThing* thing = state->find(SavedKind::Cohort, wanted[place]);
    if (thing == nullptr) continue;
    if (!thing->broken.empty())
      return invalid(fmt::format("the cohort \"{}\" cannot be read: {}", thing->name, thing->broken));
    if (thing->members) {
      fixed.push_back(thing->name);
      lists.push_back(thing->members);
    }
    for (const std::string& next : thing->cohorts)
      if (std::find(wanted.begin(), wanted.end(), next) == wanted.end()) wanted.push_back(next);
  }
  auto [seen, sets] = engine_->resolve(lists);
  std::map<std::string, std::shared_ptr<const criteria::PersonSet>, std::less<>> people;
  for (std::size_t place = 0; place < fixed.size(); ++place) people.emplace(fixed[place], sets[place]);
  return CohortView{std::move(seen), std::make_shared<const ResolvedCohorts>(state, std::move(people)),
                    state->cohorts_version()};
}

}  // namespace

Result<void> create(const std::filesystem::path& folder, std::string_view toml) {
  const std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal();
  const std::string name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
  if (!is_workspace_name(name))
    return invalid(fmt::format("'{}' cannot name a workspace: use small letters, digits, - and _, at most 63", name));
  if (std::filesystem::exists(whole / kConfigFile))
    return fail(ErrorKind::Conflict, fmt::format("{} holds a workspace already", whole.string()));
  const std::string text = toml.empty() ? config::write(config::Business{}) : std::string(toml);
  if (auto business = config::parse(text); !business) return tl::unexpected(business.error());
  std::error_code code;
  std::filesystem::create_directories(whole, code);
  if (code) return fail(ErrorKind::Unavailable, fmt::format("cannot make {}: {}", whole.string(), code.message()));
  std::filesystem::permissions(whole, std::filesystem::perms::owner_all, code);  // What is in it is about people.
  return write_file_atomically(whole / kConfigFile, text);
}

Result<std::unique_ptr<Workspace>> Workspace::open(const std::filesystem::path& folder, const Options& options,
                                                   const ProgressFunction& progress) {
  const std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal();
  if (!std::filesystem::exists(whole / kConfigFile))
    return fail(ErrorKind::NotFound, fmt::format("{} is no workspace: it has no {}. Make one with: habitue init {}",
                                                 whole.string(), kConfigFile, whole.string()));
  auto business = config::load(whole / kConfigFile);
  if (!business) return tl::unexpected(business.error());
  ledger::Options ledger_options;
  ledger_options.memory_limit_mib = options.ledger_memory_mib;
  auto ledger = ledger::Ledger::open(whole / kLedgerFile, ledger_options);
  if (!ledger) return tl::unexpected(ledger.error());
  auto opened = std::make_unique<OpenWorkspace>(whole, std::move(*ledger));
  if (auto started = opened->start(std::move(*business), options, progress); !started)
    return tl::unexpected(started.error());
  return opened;
}

std::vector<std::string> Root::names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code))
    if (entry.is_directory(code) && std::filesystem::exists(entry.path() / kConfigFile, code))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::unique_ptr<Root>> Root::open(const std::filesystem::path& folder, const Options& options,
                                         const ProgressFunction& progress, std::string_view only) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return fail(ErrorKind::Unavailable, fmt::format("cannot make {}: {}", folder.string(), code.message()));
  auto root = std::make_unique<Root>();
  root->folder_ = std::filesystem::absolute(folder).lexically_normal();
  auto team = Team::open(root->folder_);
  if (!team) return tl::unexpected(team.error());
  root->team_ = std::move(*team);
  for (const std::string& name : names_in(root->folder_)) {
    if (!only.empty() && name != only) continue;
    auto opened = Workspace::open(root->folder_ / name, options, progress);
    if (opened) {
      root->workspaces_.push_back(std::move(*opened));
    } else {
      root->failures_.emplace_back(name, opened.error());
    }
  }
  return root;
}

Workspace* Root::find(std::string_view id) const {
  const auto found =
      std::find_if(workspaces_.begin(), workspaces_.end(), [&](const auto& each) { return each->id() == id; });
  return found == workspaces_.end() ? nullptr : found->get();
}

}  // namespace habitue::workspace
