// Answers kept by what was asked and the version of the data they were made of. Two who ask the same at once wait for one
// computation; what is kept is bounded in bytes, the least recently used goes first.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "server/message.hpp"

namespace habitue::server {

/// What an answer was made of, in numbers: only an answer of the same is the same.
struct AnswerStamp {
  std::uint64_t version = 0;   ///< View::version: events, people, configuration.
  std::uint64_t removals = 0;  ///< View::removals. An answer from before one is never given again.
  std::uint64_t cohorts = 0;   ///< Of the cohorts, when the question names any.
  UtcMicros as_of{}, from{}, to{};
  friend auto operator<=>(const AnswerStamp&, const AnswerStamp&) = default;
};

/// Safe from any thread.
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  enum class How : std::uint8_t { Made, Kept, Shared };
  struct Given {
    std::shared_ptr<const Response> response;
    How how = How::Made;
    UtcMicros computed_at{};
  };
  /// The answer to `question` in `workspace`: kept, or being made by somebody else, or made now by `make`. With `max_age` an answer
  /// of another stamp is taken when it is no older, unless something was removed since. Only answers of status 200 are kept.
  /// What `make` throws is thrown to all who wait for it; when its caller has gone (kCallerHasGone), one of them makes it.
  Given get(const std::string& workspace, const std::string& question, const AnswerStamp& stamp,
            std::optional<std::chrono::seconds> max_age, const std::function<Response()>& make);
  /// Nothing of the workspace that was made, or is being made, before the call is given after it.
  void forget(const std::string& workspace);

  struct Figures {
    std::size_t entries = 0, bytes = 0;
    std::uint64_t made = 0, kept = 0, shared = 0;
  };
  Figures figures() const;

 private:
  using Name = std::pair<std::string, std::string>;  // Workspace and question.
  struct Entry {
    AnswerStamp stamp;
    std::shared_ptr<const Response> response;
    UtcMicros computed_at;
    std::size_t bytes;
    std::list<Name>::iterator place;
  };
  using Made = std::pair<std::shared_ptr<const Response>, UtcMicros>;
  struct Flight {
    std::promise<Made> promise;
    std::shared_future<Made> done = promise.get_future().share();
    std::uint64_t generation;
  };

  void keep(const Name& name, const AnswerStamp& stamp, const Made& made);
  void drop(std::map<Name, Entry>::iterator entry);

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::map<Name, Entry> entries_;
  std::list<Name> used_;  // The most recently used first.
  std::map<std::pair<Name, AnswerStamp>, std::shared_ptr<Flight>> flights_;
  std::map<std::string, std::uint64_t> generations_;  // Of the workspaces: grows with forget.
  Figures figures_;
};

}  // namespace habitue::server
