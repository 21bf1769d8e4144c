// What came in over the wire of late, for whoever connects a source and wants to see it work. In memory alone: the ledger keeps the events,
// and a file those that were refused.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "intake/event.hpp"
#include "intake/protocol.hpp"
#include "ledger/ledger.hpp"

namespace habitue::server {

enum class Fate : std::uint8_t { Accepted, Duplicate, Refused };
std::string_view name_of(Fate fate);  ///< "accepted", "duplicate", "refused"

struct Arrival {
  std::uint64_t seq = 0;  ///< From 1 in each workspace since the server was started.
  Fate fate = Fate::Accepted;
  std::string key;  ///< The id of the write key, never its secret; empty when none was needed.
  intake::EventType type = intake::EventType::Track;
  std::string name, user_id, anonymous_id;  ///< Each cut to 200 bytes. Of what was refused they are not known.
  std::string properties;                   ///< JSON text, empty when longer than 1,000 bytes.
  UtcMicros at{}, received_at{};
  std::string reason;  ///< Why it was refused.
};

/// What one write key has sent since the server was started.
struct SourceCounts {
  std::uint64_t accepted = 0, duplicate = 0, refused = 0;
  UtcMicros last_at{};
  std::map<std::string, std::uint64_t> events;  ///< Accepted, by name: the first 50 names.
};

/// Safe from any thread. Costs a request a lock and a copy of at most kArrivalsKept short texts, whoever looks.
inline constexpr std::size_t kArrivalsKept = 500;
class Arrivals {
 public:
  struct Seen {
    std::vector<Arrival> arrivals;                ///< The oldest first.
    std::uint64_t next = 0;                       ///< Ask for what is after it.
    std::uint64_t missed = 0;                     ///< How many came after the one asked for and are gone.
    std::map<std::string, SourceCounts> sources;  ///< By the key's id.
  };

  /// Notes the events before they are stored and lose their texts; add() says then what became of them.
  static std::vector<Arrival> noted(const std::vector<intake::Event>& events, std::string_view key);
  /// `noted` of `events` in all, of which those in `repeated` were there already (places among all of them).
  void add(std::string_view workspace, std::vector<Arrival> noted, std::uint64_t events,
           const ledger::Appended& appended);
  void refuse(std::string_view workspace, std::string_view key, const std::vector<intake::Rejected>& rejected);
  void refuse(std::string_view workspace, std::string_view key, std::string_view reason);

  /// The oldest `limit` after `seq`; without one the latest `limit`.
  Seen after(std::string_view workspace, std::optional<std::uint64_t> seq, std::size_t limit) const;
  /// Waits until something came after `seq`, or `until`, or `given_up` says so, which is asked four times a second.
  void wait(std::string_view workspace, std::uint64_t seq, std::chrono::steady_clock::time_point until,
            const std::function<bool()>& given_up) const;

 private:
  struct Ring {
    std::deque<Arrival> kept;
    std::uint64_t last = 0;
    std::map<std::string, SourceCounts> sources;
  };
  static void push(Ring& ring, Arrival arrival);
  Ring& ring_of(std::string_view workspace);
  mutable std::mutex mutex_;
  mutable std::condition_variable came_;
  std::map<std::string, Ring, std::less<>> rings_;
};

}  // namespace habitue::server
