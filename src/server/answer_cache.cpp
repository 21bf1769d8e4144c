#include "server/answer_cache.hpp"

#include <utility>

namespace habitue::server {
namespace {

// What an entry takes beside its texts.
constexpr std::size_t kEntryBytes = 512;
constexpr std::size_t kShownBytes = 64;  // A text of 16 signs, with its place.

}  // namespace

AnswerCache::Given AnswerCache::get(const std::string& workspace, const std::string& question, const AnswerStamp& stamp,
                                    std::optional<std::chrono::seconds> max_age,
                                    const std::function<Response()>& make) {
  const Name name{workspace, question};
  std::shared_ptr<Flight> flight;
  {
    std::unique_lock lock(mutex_);
    if (const auto found = entries_.find(name); found != entries_.end()) {
      Entry& entry = found->second;
      const bool young = max_age && now() - entry.computed_at <= *max_age;
      if (entry.stamp == stamp || (young && entry.stamp.removals == stamp.removals)) {
        used_.splice(used_.begin(), used_, entry.place);
        ++figures_.kept;
        return {entry.response, How::Kept, entry.computed_at};
      }
      if (entry.stamp.removals != stamp.removals) drop(found);
    }
    const auto [there, first] = flights_.try_emplace({name, stamp});
    if (!first) {
      const auto done = there->second->done;
      ++figures_.shared;
      lock.unlock();
      const Made made = done.get();
      // Whoever made it has left; those who wait have not.
      if (made.first->status == kCallerHasGone) return get(workspace, question, stamp, max_age, make);
      return {made.first, How::Shared, made.second};
    }
    flight = there->second = std::make_shared<Flight>();
    flight->generation = generations_[workspace];
    ++figures_.made;
  }

  const auto land = [&](const Made* made) {
    const std::lock_guard lock(mutex_);
    // A flight that began before a forget is none of those that are found any more.
    if (const auto own = flights_.find({name, stamp}); own != flights_.end() && own->second == flight)
      flights_.erase(own);
    if (made != nullptr && made->first->status == 200 && flight->generation == generations_[workspace])
      keep(name, stamp, *made);
  };
  try {
    const UtcMicros began = now();
    const Made made{std::make_shared<const Response>(make()), began};
    land(&made);
    flight->promise.set_value(made);
    return {made.first, How::Made, made.second};
  } catch (...) {
    land(nullptr);
    flight->promise.set_exception(std::current_exception());
    throw;
  }
}

void AnswerCache::keep(const Name& name, const AnswerStamp& stamp, const Made& made) {
  const std::size_t bytes = made.first->body.size() + made.first->shown.size() * kShownBytes + name.first.size() +
                            2 * name.second.size() + kEntryBytes;
  if (const auto old = entries_.find(name); old != entries_.end()) {
    // One that was slow does not push out what is newer.
    if (old->second.stamp.version > stamp.version) return;
    drop(old);
  }
  if (bytes > bytes_max_) return;
  while (figures_.bytes + bytes > bytes_max_) drop(entries_.find(used_.back()));
  used_.push_front(name);
  entries_.emplace(name, Entry{stamp, made.first, made.second, bytes, used_.begin()});
  figures_.bytes += bytes;
}

void AnswerCache::drop(std::map<Name, Entry>::iterator entry) {
  figures_.bytes -= entry->second.bytes;
  used_.erase(entry->second.place);
  entries_.erase(entry);
}

void AnswerCache::forget(const std::string& workspace) {
  const std::lock_guard lock(mutex_);
  ++generations_[workspace];
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->first.first == workspace) drop(entry);
    entry = next;
  }
  // Those who ask from now on do not join what is being made.
  std::erase_if(flights_, [&](const auto& flight) { return flight.first.first.first == workspace; });
}

AnswerCache::Figures AnswerCache::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures = figures_;
  figures.entries = entries_.size();
  return figures;
}

}  // namespace habitue::server
