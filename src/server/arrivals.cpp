#include "server/arrivals.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace habitue::server {
namespace {

constexpr std::size_t kTextBytesMax = 200, kPropertiesBytesMax = 1'000;
constexpr std::size_t kNamesCounted = 50;

std::string cut(std::string_view text) {
  return text.size() <= kTextBytesMax ? std::string(text) : repaired_utf8(text.substr(0, kTextBytesMax));
}

}  // namespace

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::Accepted: return "accepted";
    case Fate::Duplicate: return "duplicate";
    case Fate::Refused: return "refused";
  }
  return "refused";
}

std::vector<Arrival> Arrivals::noted(const std::vector<intake::Event>& events, std::string_view key) {
  std::vector<Arrival> noted;
  const std::size_t first = events.size() - std::min(events.size(), kArrivalsKept);
  noted.reserve(events.size() - first);
  for (std::size_t place = first; place < events.size(); ++place) {
    const intake::Event& event = events[place];
    noted.push_back({0,
                     Fate::Accepted,
                     std::string(key),
                     event.type,
                     cut(event.name),
                     cut(event.user_id),
                     cut(event.anonymous_id),
                     event.properties.size() <= kPropertiesBytesMax ? event.properties : std::string(),
                     event.at,
                     event.received_at,
                     {}});
  }
  return noted;
}

Arrivals::Ring& Arrivals::ring_of(std::string_view workspace) {
  if (const auto found = rings_.find(workspace); found != rings_.end()) return found->second;
  return rings_[std::string(workspace)];
}

void Arrivals::push(Ring& ring, Arrival arrival) {
  arrival.seq = ++ring.last;
  ring.kept.push_back(std::move(arrival));
  if (ring.kept.size() > kArrivalsKept) ring.kept.pop_front();
}

void Arrivals::add(std::string_view workspace, std::vector<Arrival> noted, std::uint64_t events,
                   const ledger::Appended& appended) {
  if (noted.empty()) return;
  const std::uint64_t first = events - noted.size();
  for (const std::uint32_t place : appended.repeated)
    if (place >= first) noted[place - first].fate = Fate::Duplicate;
  {
    const std::lock_guard lock(mutex_);
    Ring& ring = ring_of(workspace);
    SourceCounts& source = ring.sources[noted.front().key];
    source.accepted += appended.added;
    source.duplicate += appended.duplicates;
    source.last_at = noted.back().received_at;
    ring.last += first;  // Those that there is no room for have their numbers too.
    for (Arrival& arrival : noted) {
      if (arrival.fate == Fate::Accepted && arrival.type == intake::EventType::Track &&
          (source.events.size() < kNamesCounted || source.events.contains(arrival.name)))
        ++source.events[arrival.name];
      push(ring, std::move(arrival));
    }
  }
  came_.notify_all();
}

void Arrivals::refuse(std::string_view workspace, std::string_view key, std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    Ring& ring = ring_of(workspace);
    SourceCounts& source = ring.sources[std::string(key)];
    ++source.refused;
    source.last_at = now();
    Arrival arrival;
    arrival.fate = Fate::Refused;
    arrival.key = key;
    arrival.received_at = source.last_at;
    arrival.reason = cut(reason);
    push(ring, std::move(arrival));
  }
  came_.notify_all();
}

void Arrivals::refuse(std::string_view workspace, std::string_view key, const std::vector<intake::Rejected>& rejected) {
  for (const intake::Rejected& each : rejected) refuse(workspace, key, each.reason);
}

Arrivals::Seen Arrivals::after(std::string_view workspace, std::optional<std::uint64_t> seq, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  Seen seen;
  const auto found = rings_.find(workspace);
  if (found == rings_.end()) return seen;
  const Ring& ring = found->second;
  seen.sources = ring.sources;
  // A number of before the server was started again is larger than any of now.
  const std::uint64_t known = std::min(seq.value_or(ring.last), ring.last);
  const auto later = std::partition_point(ring.kept.begin(), ring.kept.end(),
                                          [&](const Arrival& arrival) { return arrival.seq <= known; });
  auto from = seq ? later : ring.kept.end() - static_cast<std::ptrdiff_t>(std::min(limit, ring.kept.size()));
  if (seq && from != ring.kept.end()) seen.missed = from->seq - known - 1;
  for (; from != ring.kept.end() && seen.arrivals.size() < limit; ++from) seen.arrivals.push_back(*from);
  seen.next = seen.arrivals.empty() ? ring.last : seen.arrivals.back().seq;
  return seen;
}

void Arrivals::wait(std::string_view workspace, std::uint64_t seq, std::chrono::steady_clock::time_point until,
                    const std::function<bool()>& given_up) const {
  std::unique_lock lock(mutex_);
  const auto came = [&] {
    const auto found = rings_.find(workspace);
    return found != rings_.end() && found->second.last != seq;
  };
  while (!came() && std::chrono::steady_clock::now() < until) {
    came_.wait_until(lock, std::min(until, std::chrono::steady_clock::now() + std::chrono::milliseconds(250)));
    if (came()) return;
    lock.unlock();
    const bool gone = given_up && given_up();
    lock.lock();
    if (gone) return;
  }
}

}  // namespace habitue::server
