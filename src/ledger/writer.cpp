#include "ledger/writer.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "ledger/event_columns.hpp"
#include "ledger/records.hpp"

namespace habitue::ledger {
namespace {

using namespace std::chrono_literals;

// A group is what waits when the last commit is done, up to this many events: its transaction lies in memory.
constexpr std::size_t kGroupEventsMax = 65'536;
// The log is moved into the file past this size (the writing waits for it), and past the smaller one when nobody writes.
constexpr std::uint64_t kLogBytesMax = std::uint64_t{64} << 20;
constexpr std::uint64_t kIdleLogBytesMax = std::uint64_t{1} << 20;
constexpr auto kIdleAfter = 2s;

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
}

Result<void> Writer::read_last() {
  auto rows = run(store_.writer(), "SELECT count(*)::UBIGINT, coalesce(max(seq), 0) FROM events");
  if (!rows) return tl::unexpected(rows.error());
  auto chunk = rows->next();
  if (!chunk) return tl::unexpected(chunk.error());
  count_ = chunk->values<std::uint64_t>(0)[0];
  last_ = std::max(chunk->values<std::uint64_t>(1)[0], store_.meta().last_seq);
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
  auto job = std::make_unique<Append>(Append{std::move(events), std::move(checkpoint), {}});
  auto done = job->done.get_future();
  enqueue({std::move(job), {}});
  return done.get();
}

Result<void> Writer::perform(std::function<Result<void>(const Connection&)> change) {
  std::promise<Result<void>> promise;
  auto done = promise.get_future();
  enqueue({nullptr, [&] { promise.set_value(transact(change)); }});
  return done.get();
}

void Writer::observe(Ledger::CommitObserver observer) {
  const std::lock_guard lock(observer_mutex_);
  observer_ = std::move(observer);
}

Result<void> Writer::transact(const std::function<Result<void>(const Connection&)>& change) {
  const Connection& connection = store_.writer();
  if (!connection) return fail(ErrorKind::Unavailable, "the ledger is not open after a failure of the disk");
  const auto done = run(connection, "BEGIN")
                        .and_then([&](const Rows&) { return change(connection); })
                        .and_then([&] { return run(connection, "COMMIT"); });
  if (done) {
    ++commits_;
    return {};
  }
  (void)run(connection, "ROLLBACK");
  return tl::unexpected(store_.noted(done.error()));
}

Result<std::uint64_t> Writer::remove(std::string condition, std::function<Result<void>(const Connection&)> change) {
  std::promise<Result<std::uint64_t>> promise;
  auto done = promise.get_future();
  enqueue({nullptr, [&] {
    if (auto ready = known_->ready(); !ready) return promise.set_value(tl::unexpected(ready.error()));
    std::vector<std::pair<std::uint64_t, std::string>> gone;
    const auto removed = transact([&](const Connection& connection) -> Result<void> {
      auto rows = run(connection, "SELECT seq, message_id FROM events WHERE " + condition);
      if (!rows) return tl::unexpected(rows.error());
      for (auto chunk = rows->next(); ; chunk = rows->next()) {
        if (!chunk) return tl::unexpected(chunk.error());
        if (!*chunk) break;
        for (std::size_t row = 0; row < chunk->size(); ++row)
          gone.emplace_back(chunk->values<std::uint64_t>(0)[row], chunk->text(1, row));
      }
      // Places are never given twice, also when the last ones go.
      const std::string remember = fmt::format("UPDATE meta SET value = '{}' WHERE key = 'last_seq';", last_.load());
      if (auto deleted = run(connection, remember + "DELETE FROM events WHERE " + condition); !deleted)
        return tl::unexpected(deleted.error());
      return change(connection);
    });
    if (!removed) return promise.set_value(tl::unexpected(removed.error()));
    for (const auto& [seq, message_id] : gone) known_->remove(message_id, EventSeq(seq));
    count_ -= gone.size();
    // The bytes leave the file with the next checkpoint, which rewrites the row groups they lay in.
    (void)store_.checkpoint();
    promise.set_value(gone.size());
  }});
  return done.get();
}

void Writer::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool woken = wake_.wait_for(lock, kIdleAfter, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) {
      if (stopping_) return;
      lock.unlock();
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
      } while (!queue_.empty() && queue_.front().append && events + queue_.front().append->events.size() <= kGroupEventsMax);
    }
    lock.unlock();
    if (task) task(); else commit(std::move(group));
    tend(false);
    lock.lock();
  }
}

// Between two groups: the log is kept short, and a ledger that the disk broke is opened again.
void Writer::tend(bool idle) {
  if (store_.is_broken()) {
    if (store_.reopen()) (void)read_last();
    return;
  }
  if (!store_.read_only() && store_.log_bytes() > (idle ? kIdleLogBytesMax : kLogBytesMax)) (void)store_.checkpoint();
}

void Writer::commit(Group group) {
  std::vector<StoredEvent> fresh;
  auto stored = store_group(group, fresh);
  if (stored && !fresh.empty()) {
    const std::lock_guard lock(observer_mutex_);
    if (observer_) observer_(fresh);
  }
  for (std::size_t place = 0; place < group.size(); ++place) {
    if (stored) group[place]->done.set_value((*stored)[place]);
    else group[place]->done.set_value(tl::unexpected(stored.error()));
  }
}

Result<std::vector<Appended>> Writer::store_group(Group& group, std::vector<StoredEvent>& fresh) {
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
  for (std::size_t place = 0; place < group.size(); ++place)
    for (intake::Event& event : group[place]->events) {
      const std::size_t own = index++;
      if ((*repeated)[own]) {
        ++appended[place].duplicates;
        continue;
      }
      ++appended[place].added;
      const std::uint32_t import_id = group[place]->checkpoint ? group[place]->checkpoint->import_id : 0;
      fresh.push_back({EventSeq(++seq), std::move(event), import_id});
      fresh_fingerprints.push_back(fingerprints[own]);
    }
  if (seq > kSeqMax) return fail(ErrorKind::Unavailable, fmt::format("the ledger is full: it holds {} events at most", kSeqMax));
  const auto& checkpoint = group.front()->checkpoint;
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
