#include "workspace/engine.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/fingerprint.hpp"
#include "base/json.hpp"

namespace habitue::workspace {
namespace {

constexpr std::string_view kManifestFile = "manifest.json";
constexpr std::string_view kPeopleFile = "people.bin";
constexpr std::string_view kJourneysFile = "journeys.bin";
constexpr std::size_t kQueuedEventsMax = 400'000;
constexpr std::size_t kIndexedAtOnceMax = 100'000;
constexpr std::string_view kLedgerIdSetting = "ledger_id";

identity::Rules identity_rules(const config::IdentityRules& rules, const ledger::Ledger& ledger) {
  identity::Rules made;
  // Persons' keys stand in addresses: without the ledger's secret they cannot be guessed from an email.
  made.key_seed = ledger.secret_seed();
  made.merge_on_email = rules.merge_on_email;
  made.users_per_email_max = rules.users_per_email_max;
  made.users_per_device_max = rules.users_per_device_max;
  made.ignored_values.insert(made.ignored_values.end(), rules.ignored_values.begin(), rules.ignored_values.end());
  return made;
}

std::string rules_text(const config::IdentityRules& rules) {
  return fmt::format("{} {} {} {}", rules.merge_on_email, rules.users_per_email_max, rules.users_per_device_max,
                     fmt::join(rules.ignored_values, "\n"));
}

// Names the ledger, so that a snapshot left beside another ledger's file is not taken for its own.
Result<std::string> ledger_id(ledger::Ledger& ledger) {
  auto known = ledger.setting(std::string(kLedgerIdSetting));
  if (!known) return tl::unexpected(known.error());
  if (*known) return **known;
  if (sodium_init() < 0) return fail(ErrorKind::Unavailable, "the system gives no random numbers");
  const std::string made = fmt::format("\"{:08x}{:08x}{:08x}{:08x}\"", randombytes_random(), randombytes_random(),
                                       randombytes_random(), randombytes_random());
  if (auto put = ledger.put_setting(std::string(kLedgerIdSetting), made); !put) return tl::unexpected(put.error());
  return made;
}

// People's decisions over links say who persons are, not what they did: they are in no journey.
bool is_decision(const ledger::StoredEvent& stored) {
  return stored.event.name == identity::kLinkSevered || stored.event.name == identity::kLinkRestored;
}

}  // namespace

Engine::Engine(ledger::Ledger& ledger, std::filesystem::path folder, config::Business business,
               std::uint32_t visible_ms_max)
    : ledger_(ledger), folder_(std::move(folder)), visible_(visible_ms_max), business_(std::move(business)) {}

Result<std::unique_ptr<Engine>> Engine::start(ledger::Ledger& ledger, std::filesystem::path folder,
                                              config::Business business, std::uint32_t visible_ms_max,
                                              const ProgressFunction& progress, std::vector<std::string>& notices) {
  std::unique_ptr<Engine> engine(new Engine(ledger, std::move(folder), std::move(business), visible_ms_max));
  std::string why_not;
  auto ready = engine->load(why_not);
  if (ready) ready = engine->replay(progress);
  if (!ready) {
    if (!why_not.empty()) notices.push_back(fmt::format("The snapshot {} and was rebuilt from the ledger.", why_not));
    ready = engine->rebuild(progress);
  }
  if (ready) ready = engine->show(engine->business_);
  if (!ready) return tl::unexpected(ready.error());
  engine->thread_ = std::thread([raw = engine.get()] { raw->run(); });
  return engine;
}

Engine::~Engine() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_all();
  indexed_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::string Engine::manifest() const {
  const auto id = ledger_id(ledger_);
  return fmt::format("version 1\nledger {}\nrules {:016x}\n", id ? *id : "unknown",
                     fingerprint(rules_text(business_.identity)));
}

Result<void> Engine::load(std::string& why_not) {
  const auto refuse = [&](std::string why) {
    why_not = std::move(why);
    return fail(ErrorKind::NotFound, why_not);
  };
  const auto manifest_read = read_file(folder_ / kManifestFile, 1U << 16U);
  if (!manifest_read) return fail(ErrorKind::NotFound, "no snapshot");  // A first start is no news.
  if (*manifest_read != manifest()) return refuse("belonged to another ledger or to other rules of identity");
  auto people = identity::Graph::load(folder_ / kPeopleFile, identity_rules(business_.identity, ledger_));
  if (!people) return refuse(fmt::format("could not be used ({})", people.error().message));
  auto index = journey::Index::open(folder_ / kJourneysFile);
  if (!index) return refuse(fmt::format("could not be used ({})", index.error().message));
  const EventSeq indexed = (*index)->snapshot()->up_to();
  if ((*people)->applied_up_to() != indexed) return refuse("was saved in two halves");
  if (indexed > ledger_.last()) return refuse("was ahead of the ledger");
  people_ = std::move(*people);
  index_ = std::move(*index);
  indexed_up_to_ = indexed.value;
  return {};
}

Result<void> Engine::replay(const ProgressFunction& progress) {
  const std::uint64_t first = people_->applied_up_to().value;
  const std::uint64_t last = ledger_.last().value;
  const std::uint64_t total = last - first;
  Result<void> outcome;
  const auto scanned = ledger_.scan(EventSeq(first), [&](std::span<const ledger::StoredEvent> events) {
    outcome = index_events(events);
    if (progress && !events.empty()) progress({"replaying", events.back().seq.value - first, total, "events"});
    return outcome.has_value();
  });
  if (!scanned || !outcome) return scanned ? outcome : scanned;
  // The ledger's last places may be empty: events taken out leave theirs free.
  indexed_up_to_ = std::max(indexed_up_to_, last);
  return {};
}

Result<void> Engine::rebuild(const ProgressFunction& progress) {
  people_ = identity::Graph::create(identity_rules(business_.identity, ledger_));
  ++people_version_;
  index_ = journey::Index::create();
  const std::uint64_t total = ledger_.last().value;
  std::vector<journey::FreshEvent> fresh;
  std::vector<journey::Assignment> assigned;
  Result<void> outcome;
  EventSeq last;
  const auto scanned = ledger_.scan(EventSeq(0), [&](std::span<const ledger::StoredEvent> events) {
    fresh.clear();
    assigned.clear();
    for (const ledger::StoredEvent& stored : events) {
      const identity::Applied applied = people_->apply(stored);
      if (!is_decision(stored)) fresh.push_back({applied.origin, &stored});
      for (const identity::Moved& moved : applied.moved) assigned.push_back({moved.origin, moved.person});
      last = stored.seq;
    }
    outcome = index_->stage({fresh, assigned, {}, last});
    if (progress) progress({"building journeys", last.value, total, "events"});
    return outcome.has_value();
  });
  if (!scanned) return scanned;
  if (!outcome) return outcome;
  if (auto published = index_->publish(progress); !published) return published;
  const std::lock_guard lock(queue_mutex_);
  indexed_up_to_ = std::max(indexed_up_to_, total);
  return {};
}

Result<void> Engine::index_events(std::span<const ledger::StoredEvent> events) {
  std::vector<journey::FreshEvent> fresh;
  std::vector<journey::Assignment> assigned;
  fresh.reserve(events.size());
  const EventSeq people_before = people_->applied_up_to();
  EventSeq last = people_before;
  for (const ledger::StoredEvent& stored : events) {
    if (stored.seq <= last) continue;  // A rebuild has read it from the ledger already.
    const identity::Applied applied = people_->apply(stored);
    if (!is_decision(stored)) fresh.push_back({applied.origin, &stored});
    for (const identity::Moved& moved : applied.moved) assigned.push_back({moved.origin, moved.person});
    last = stored.seq;
  }
  if (last == people_before) return {};
  if (!assigned.empty()) ++people_version_;
  if (auto applied = index_->apply({fresh, assigned, {}, last}); !applied) return applied;
  return index_->wants_compaction() ? index_->compact() : Result<void>();
}

Result<void> Engine::show(const config::Business& business) {
  // What is erased goes from what was read of it too.
  if (order_lines_ == nullptr || order_lines_rules_ != business.products || order_lines_removals_ != removals_) {
    order_lines_ = std::make_shared<knowledge::OrderLines>(
        business.products, [&ledger = ledger_](std::span<const EventSeq> places, const auto& visit) -> Result<void> {
          const auto events = ledger.find(places);
          if (!events) return tl::unexpected(events.error());
          for (const ledger::StoredEvent& stored : *events) visit(stored.seq, stored.event.properties);
          return {};
        });
    order_lines_rules_ = business.products;
    order_lines_removals_ = removals_;
  }
  auto customers = knowledge::Customers::bind(index_->snapshot(), business, order_lines_);
  if (!customers) return tl::unexpected(customers.error());
  const std::lock_guard lock(view_mutex_);
  view_ = View{people_, std::move(*customers), view_.version + 1, people_version_, removals_};
  return {};
}

void Engine::committed(std::span<const ledger::StoredEvent> events) {
  std::vector<ledger::StoredEvent> copied(events.begin(), events.end());
  std::unique_lock lock(queue_mutex_);
  indexed_changed_.wait(
      lock, [&] { return queued_events_ < kQueuedEventsMax || pausing_ || stopping_ || !failure_.empty(); });
  queued_events_ += copied.size();
  queue_.push_back(std::move(copied));
  queue_changed_.notify_one();
}

void Engine::run() {
  while (true) {
    {
      std::unique_lock lock(queue_mutex_);
      queue_changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
    }
    const auto began = std::chrono::steady_clock::now();
    Result<void> indexed;
    std::uint64_t up_to = 0;
    {
      const std::lock_guard work(work_mutex_);
      std::vector<ledger::StoredEvent> events;
      {
        const std::lock_guard lock(queue_mutex_);
        while (!queue_.empty() && events.size() < kIndexedAtOnceMax) {
          std::move(queue_.front().begin(), queue_.front().end(), std::back_inserter(events));
          queue_.pop_front();
        }
        queued_events_ -= events.size();
      }
      indexed = index_events(events);
      if (indexed) indexed = show(business_);
      if (!events.empty()) up_to = events.back().seq.value;
    }
    {
      const std::lock_guard lock(queue_mutex_);
      indexed_up_to_ = std::max(indexed_up_to_, up_to);
      if (!indexed) failure_ = indexed.error().message;
    }
    indexed_changed_.notify_all();
    if (!indexed) {
      // The ledger has everything; the next start rebuilds the journeys from it.
      spdlog::error("journeys stopped at event {}: {}", up_to, indexed.error().message);
      return;
    }
    // Gathering for as long as the work took keeps at least half of a core for others under a steady stream.
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    std::unique_lock lock(queue_mutex_);
    if (queued_events_ < kIndexedAtOnceMax)
      queue_changed_.wait_for(lock, std::clamp(took, std::chrono::milliseconds(10), visible_),
                              [&] { return stopping_; });
  }
}

View Engine::view() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

std::pair<View, std::vector<std::shared_ptr<const criteria::PersonSet>>> Engine::resolve(
    std::span<const std::shared_ptr<const KeyList>> lists) const {
  std::vector<std::shared_ptr<const criteria::PersonSet>> sets;
  const auto take_known = [&](const View& seen) {
    const std::lock_guard lock(resolved_mutex_);
    sets.clear();
    for (const auto& list : lists) {
      const auto known = resolved_.find(list);
      if (known == resolved_.end() || known->second.people_version != seen.people_version) return false;
      sets.push_back(known->second.people);
    }
    return true;
  };
  if (View seen = view(); take_known(seen)) return {std::move(seen), std::move(sets)};

  // While nothing is indexed the graph and the view are of one moment.
  const std::lock_guard work(work_mutex_);
  View seen = view();
  if (take_known(seen)) return {std::move(seen), std::move(sets)};
  sets.clear();
  for (const auto& list : lists) {
    auto people = std::make_shared<criteria::PersonSet>();
    for (const PersonKey key : *list)
      if (const auto person = seen.people->find(key)) people->add(*person);
    sets.push_back(std::move(people));
  }
  const std::lock_guard lock(resolved_mutex_);
  // A list that nobody holds any more was replaced.
  std::erase_if(resolved_, [](const auto& entry) { return entry.first.use_count() == 1; });
  for (std::size_t place = 0; place < lists.size(); ++place)
    resolved_.insert_or_assign(lists[place], ResolvedList{seen.people_version, sets[place]});
  return {std::move(seen), std::move(sets)};
}

Result<void> Engine::settle() {
  const std::uint64_t wanted = ledger_.last().value;
  std::unique_lock lock(queue_mutex_);
  const bool done = indexed_changed_.wait_for(
      lock, std::chrono::minutes(10), [&] { return indexed_up_to_ >= wanted || !failure_.empty() || stopping_; });
  if (!failure_.empty())
    return fail(ErrorKind::Corrupt,
                fmt::format("the journeys could not be kept up: {}; restart to rebuild them", failure_));
  return done && indexed_up_to_ >= wanted ? Result<void>()
                                          : fail(ErrorKind::Unavailable, "the journeys are still behind the ledger");
}

Result<void> Engine::configure(config::Business business) {
  const std::lock_guard work(work_mutex_);
  // Bound first: a configuration that cannot be answered from must change nothing.
  if (auto bound = knowledge::Customers::bind(index_->snapshot(), business); !bound)
    return tl::unexpected(bound.error());
  const bool regroup = rules_text(business.identity) != rules_text(business_.identity);
  business_ = std::move(business);
  if (regroup)
    if (auto rebuilt = rebuild({}); !rebuilt) return rebuilt;
  return show(business_);
}

Result<std::uint64_t> Engine::rebuild_after(const std::function<Result<std::uint64_t>()>& change) {
  {
    const std::lock_guard lock(queue_mutex_);
    pausing_ = true;
  }
  indexed_changed_.notify_all();
  const auto outcome = [&]() -> Result<std::uint64_t> {
    const std::lock_guard work(work_mutex_);
    std::error_code ignored;
    std::filesystem::remove(folder_ / kManifestFile, ignored);
    auto changed = change();
    if (!changed) return changed;
    ++removals_;
    if (auto rebuilt = rebuild({}); !rebuilt) return tl::unexpected(rebuilt.error());
    if (auto shown = show(business_); !shown) return tl::unexpected(shown.error());
    return changed;
  }();
  {
    const std::lock_guard lock(queue_mutex_);
    pausing_ = false;
  }
  indexed_changed_.notify_all();
  return outcome;
}

Result<void> Engine::save() {
  const std::lock_guard work(work_mutex_);
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (code) return fail(ErrorKind::Unavailable, fmt::format("cannot make {}: {}", folder_.string(), code.message()));
  // The manifest vouches for the two files, so it goes first and comes back last.
  std::filesystem::remove(folder_ / kManifestFile, code);
  if (auto saved = people_->save(folder_ / kPeopleFile); !saved) return saved;
  if (auto saved = index_->save(folder_ / kJourneysFile); !saved) return saved;
  return write_file_atomically(folder_ / kManifestFile, manifest());
}

}  // namespace habitue::workspace
