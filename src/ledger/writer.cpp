#include "ledger/writer.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "ledger/event_columns.hpp"
#include "ledger/records.hpp"
#include "ledger/schema.hpp"

namespace habitue::ledger {
namespace {

using namespace std::chrono_literals;

// A group is what waits when the last commit is done, up to this many events: its transaction lies in memory.
constexpr std::size_t kGroupEventsMax = 65'536;
// Past this size the log is folded into the file when nobody writes; Options say the size when somebody does.
constexpr std::uint64_t kIdleLogBytesMax = std::uint64_t{1} << 20;
// Each fold writes the last row group once more. An import whose batches are smaller than row groups goes twice as fast
// when that happens eight times less often.
constexpr std::uint64_t kLogGrowthOfImports = 8;
constexpr auto kIdleAfter = 2s;
constexpr auto kCheckpointPause = 5s;
// Erased bytes are overwritten by writing the ledger anew, which holds up the writing: a second for a million events. A
// small ledger does it as soon as nobody writes; a large one once for all that was erased within a day.
constexpr std::uint64_t kSmallEventsMax = 1'000'000;
constexpr auto kScrubSmallWithin = 10min;
constexpr auto kScrubWithin = 24h;

tl::unexpected<Error> read_only_error() { return fail(ErrorKind::Conflict, "the ledger is open for reading only"); }

tl::unexpected<Error> broken_error() {
  return fail(ErrorKind::Unavailable,
              "the disk failed and the ledger could not be opened again yet: try again in a moment");
}

}  // namespace

Result<std::unique_ptr<Writer>> Writer::start(Store& store) {
  std::unique_ptr<Writer> writer(new Writer(store));
  if (auto read = writer->read_last(); !read) return tl::unexpected(read.error());
  writer->thread_ = std::thread([raw = writer.get()] { raw->loop(); });
  return writer;
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (scrub_by_ && !store_.is_broken() && is_small()) scrub();
  // A ledger that is closed is one file, which can be copied.
  if (!store_.read_only() && !store_.is_broken() && store_.log_bytes() > 0) (void)store_.checkpoint();
}

Result<void> Writer::read_last() {
  auto rows = run(store_.writer(), "SELECT count(*)::UBIGINT, coalesce(max(seq), 0) FROM events");
  if (!rows) return tl::unexpected(rows.error());
  auto chunk = rows->next();
  if (!chunk) return tl::unexpected(chunk.error());
  count_ = chunk->values<std::uint64_t>(0)[0];
  last_ = std::max(chunk->values<std::uint64_t>(1)[0], store_.meta().last_seq);
  if (store_.meta().scrub_due) scrub_later();
  known_.reset();
  known_ = std::make_unique<KnownMessages>(store_, last(), event_count());
  return {};
}

void Writer::enqueue(Job job) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
}

Result<Appended> Writer::append(std::vector<intake::Event> events, std::optional<ImportCheckpoint> checkpoint) {
  if (store_.read_only()) return read_only_error();
  auto job = std::make_unique<Append>(Append{std::move(events), std::move(checkpoint), {}});
  auto done = job->done.get_future();
  enqueue({std::move(job), {}});
  return done.get();
}

template <class T>
Result<T> Writer::on_writing_thread(std::function<Result<T>()> task) {
  if (store_.read_only()) return read_only_error();
  std::promise<Result<T>> promise;
  auto done = promise.get_future();
  enqueue({nullptr, [&] {
             if (store_.is_broken()) return promise.set_value(broken_error());
             promise.set_value(task());
           }});
  return done.get();
}

Result<void> Writer::perform(std::function<Result<void>(const Connection&)> change) {
  return on_writing_thread<void>([&] { return transact(change); });
}

Result<std::uint64_t> Writer::remove(std::string condition, std::function<Result<void>(const Connection&)> change) {
  return on_writing_thread<std::uint64_t>([&] { return remove_now(condition, change); });
}

Result<std::uint64_t> Writer::erase(std::string condition, std::function<Result<void>(const Connection&)> change) {
  return on_writing_thread<std::uint64_t>([&] {
    auto removed = remove_now(condition, [&](const Connection& connection) {
      return change(connection).and_then([&] { return note_scrub(connection, ScrubState::Due); });
    });
    if (removed) scrub_later();
    return removed;
  });
}

void Writer::observe(Ledger::CommitObserver observer) {
  const std::lock_guard lock(observer_mutex_);
  observer_ = std::move(observer);
}

Result<void> Writer::transact(const std::function<Result<void>(const Connection&)>& change) {
  const Connection& connection = store_.writer();
  if (store_.is_broken()) return broken_error();
  const auto changed = run(connection, "BEGIN").and_then([&](const Rows&) { return change(connection); });
  if (!changed) {
    (void)run(connection, "ROLLBACK");
    return tl::unexpected(store_.noted(changed.error()));
  }
  const auto committed = run(connection, "COMMIT");
  if (committed) return {};
  // DuckDB 1.4 takes back the rows of a commit that failed, but not their texts: the next row appended would get them as
  // part of its own. What is on the disk is right, so the file is opened again before anything else is written.
  store_.mark_broken();
  return tl::unexpected(committed.error());
}

Result<std::uint64_t> Writer::remove_now(const std::string& condition,
                                         const std::function<Result<void>(const Connection&)>& change) {
  if (auto ready = known_->ready(); !ready) return tl::unexpected(ready.error());
  std::vector<std::pair<std::uint64_t, std::string>> gone;
  const auto removed = transact([&](const Connection& connection) -> Result<void> {
    auto rows = run(connection, "SELECT seq, message_id FROM events WHERE " + condition);
    if (!rows) return tl::unexpected(rows.error());
    for (auto chunk = rows->next();; chunk = rows->next()) {
      if (!chunk) return tl::unexpected(chunk.error());
      if (!*chunk) break;
      for (std::size_t row = 0; row < chunk->size(); ++row)
        gone.emplace_back(chunk->values<std::uint64_t>(0)[row], chunk->text(1, row));
    }
    if (auto changed = change(connection); !changed) return changed;
    // Places are never given twice, also when the last ones go.
    return delete_events(connection, condition, last_.load());
  });
  if (!removed) return tl::unexpected(removed.error());
  for (const auto& [seq, message_id] : gone) known_->remove(message_id, EventSeq(seq));
  count_ -= gone.size();
  return gone.size();
}

void Writer::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool woken = wake_.wait_for(lock, kIdleAfter, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) {
      if (stopping_) return;
      lock.unlock();
      mend();
      tend(!woken);
      lock.lock();
      continue;
    }
    Group group;
    std::function<void()> task;
    if (queue_.front().task) {
      task = std::move(queue_.front().task);
      queue_.pop_front();
    } else {
      std::size_t events = 0;
      do {
        const bool alone = queue_.front().append->checkpoint.has_value();
        if (alone && !group.empty()) break;
        events += queue_.front().append->events.size();
        group.push_back(std::move(queue_.front().append));
        queue_.pop_front();
        if (alone) break;
      } while (!queue_.empty() && queue_.front().append &&
               events + queue_.front().append->events.size() <= kGroupEventsMax);
    }
    lock.unlock();
    mend();
    if (task)
      task();
    else
      commit(std::move(group));
    mend();
    tend(false);
    lock.lock();
  }
}

// A ledger that the disk broke is opened again.
void Writer::mend() {
  if (!store_.is_broken() || !store_.reopen()) return;
  if (!read_last()) store_.mark_broken();
}

// Between two groups the log is kept short. A checkpoint that failed is not tried again at once: there is no room for it.
void Writer::tend(bool idle) {
  if (store_.read_only() || store_.is_broken()) return;
  if (scrub_by_ && ((idle && is_small()) || std::chrono::steady_clock::now() > *scrub_by_)) scrub();
  if (store_.is_broken() || std::chrono::steady_clock::now() < no_checkpoint_before_) return;
  const std::uint64_t limit = store_.log_limit_bytes() * (importing_ ? kLogGrowthOfImports : 1);
  if (store_.log_bytes() <= (idle ? std::min(kIdleLogBytesMax, limit) : limit)) return;
  if (!store_.checkpoint()) no_checkpoint_before_ = std::chrono::steady_clock::now() + kCheckpointPause;
  mend();
}

bool Writer::is_small() const { return event_count() <= kSmallEventsMax; }

void Writer::scrub_later() {
  const auto now = std::chrono::steady_clock::now();
  if (!scrub_by_) scrub_by_ = is_small() ? now + kScrubSmallWithin : now + kScrubWithin;
}

// Deleted rows stay in DuckDB's row groups, and parts of blocks that others still use stay as they were: only when all is
// written anew and what was freed is written over, is nothing left of what was erased.
void Writer::scrub() {
  scrub_by_.reset();
  const auto scrubbed =
      store_.noted(rewrite_tables(store_.writer()))
          .and_then([&] { return store_.checkpoint(); })
          .and_then([&] { return store_.overwrite_free_blocks(); })
          .and_then([&] {
            return transact([](const Connection& connection) { return note_scrub(connection, ScrubState::Done); });
          });
  if (!scrubbed) scrub_later();
  mend();
}

void Writer::commit(Group group) {
  std::vector<StoredEvent> fresh;
  auto stored = store_group(group, fresh);
  if (stored && !fresh.empty()) {
    const std::lock_guard lock(observer_mutex_);
    if (observer_) observer_(fresh);
  }
  for (std::size_t place = 0; place < group.size(); ++place) {
    if (stored)
      group[place]->done.set_value((*stored)[place]);
    else
      group[place]->done.set_value(tl::unexpected(stored.error()));
  }
}

Result<std::vector<Appended>> Writer::store_group(Group& group, std::vector<StoredEvent>& fresh) {
  if (store_.is_broken()) return broken_error();
  if (auto ready = known_->ready(); !ready) return tl::unexpected(ready.error());
  std::vector<const intake::Event*> events;
  std::vector<std::uint64_t> fingerprints;
  for (const auto& append : group)
    for (const intake::Event& event : append->events) {
      events.push_back(&event);
      fingerprints.push_back(known_->fingerprint_of(event.message_id));
    }
  const auto repeated = known_->find_repeated(store_.writer(), events, fingerprints);
  if (!repeated) return tl::unexpected(store_.noted(repeated.error()));

  std::vector<Appended> appended(group.size());
  std::vector<std::uint64_t> fresh_fingerprints;
  fresh.reserve(events.size());
  std::size_t index = 0;
  std::uint64_t seq = last_;
  for (std::size_t place = 0; place < group.size(); ++place) {
    const std::size_t first = index;
    for (intake::Event& event : group[place]->events) {
      const std::size_t own = index++;
      if ((*repeated)[own]) {
        ++appended[place].duplicates;
        if (appended[place].repeated.size() < kRepeatedTold)
          appended[place].repeated.push_back(static_cast<std::uint32_t>(own - first));
        continue;
      }
      ++appended[place].added;
      const std::uint32_t import_id = group[place]->checkpoint ? group[place]->checkpoint->import_id : 0;
      fresh.push_back({EventSeq(++seq), std::move(event), import_id});
      fresh_fingerprints.push_back(fingerprints[own]);
    }
  }
  if (seq > kSeqMax)
    return fail(ErrorKind::Unavailable, fmt::format("the ledger is full: it holds {} events at most", kSeqMax));
  const auto& checkpoint = group.front()->checkpoint;
  importing_ = checkpoint && !checkpoint->finished;
  if (fresh.empty() && !checkpoint) return appended;

  auto kept = transact([&](const Connection& connection) -> Result<void> {
    if (!fresh.empty())
      if (auto written = write_events(connection, fresh); !written) return written;
    if (checkpoint) return note_import(connection, *checkpoint, appended.front());
    return {};
  });
  if (!kept) {
    fresh.clear();
    return tl::unexpected(kept.error());
  }
  for (std::size_t place = 0; place < fresh.size(); ++place) known_->add(fresh_fingerprints[place], fresh[place].seq);
  last_ = seq;
  count_ += fresh.size();
  return appended;
}

}  // namespace habitue::ledger
