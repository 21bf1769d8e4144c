// Invents a company whose truth is known: the events that its customers would have sent, and the document that says what
// was planted in them. The same options give the same bytes, at any number of threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "intake/event.hpp"
#include "simulate/company.hpp"
#include "simulate/truth.hpp"

namespace habitue::simulate {

enum class Order : std::uint8_t {
  Time,    ///< As they arrive, by `received_at`. Past `memory_mib` events wait in a temporary file, 48 bytes each.
  Person,  ///< One person after the other: nothing waits.
};

struct Options {
  /// "atelier": the company below. "traffic": a large product's plain traffic for benchmarks: 50 kinds of events as unequal as
  /// real ones (Zipf), persons of heavy-tailed activity, properties; the company's parameters apart from zone and season are not used.
  std::string profile = "atelier";
  std::uint64_t seed = 42;
  std::uint64_t people = 20'000;  ///< Who come by themselves; the invited and members of studios come on top.
  std::optional<std::uint64_t>
      events;  ///< atelier: so many people that about so many events come. traffic: exactly so many.
  LocalDay from{std::chrono::days{20'089}};  ///< 2025-01-01.
  LocalDay to{std::chrono::days{20'635}};    ///< Just before 2026-07-01.
  unsigned threads = 0;                      ///< 0: all cores.
  Order order = Order::Time;
  std::size_t memory_mib = 1024;           ///< For events that wait to be put in order.
  std::filesystem::path temporary_folder;  ///< Empty: the system's.
  /// When set: what is true of each person, one JSON object a line.
  std::filesystem::path people_file;
  Company company;
};

/// Takes the next events, in order, at most kBatchEvents at once. An error stops the simulation and is its result.
using Sink = std::function<Result<void>(std::vector<intake::Event>&&)>;
inline constexpr std::size_t kBatchEvents = 8192;

/// Errors: InvalidInput (an unknown profile, an empty period, a company that does not add up), Conflict when cancelled,
/// Unavailable (no room for the temporary file), and those of the sink. The sink is called by the calling thread.
Result<Truth> run(const Options& options, const Sink& sink, const ProgressFunction& progress = {},
                  const Cancellation* cancellation = nullptr);

/// One Segment call a line: type, event or name, userId, anonymousId, messageId, timestamp, receivedAt, properties or traits, context.
/// `timestamp` is corrected; where the device's clock was wrong, originalTimestamp and sentAt say what it said.
/// The file is written beside and renamed when whole. Errors: as run; Unavailable when the file cannot be written.
Result<Truth> write_ndjson(const Options& options, const std::filesystem::path& file,
                           const ProgressFunction& progress = {}, const Cancellation* cancellation = nullptr);
/// The columns of the ledger's events: message_id, event_type, name, occurred_at, received_at, user_id, anonymous_id, previous_id,
/// group_id, properties, context. Needs no memory for the whole. Errors: as write_ndjson.
Result<Truth> write_parquet(const Options& options, const std::filesystem::path& file,
                            const ProgressFunction& progress = {}, const Cancellation* cancellation = nullptr);

/// The same lines to whoever takes them, such as the standard output: whole lines, in order, some megabytes at once.
using TextSink = std::function<Result<void>(std::string_view lines)>;
Result<Truth> run_ndjson(const Options& options, const TextSink& sink, const ProgressFunction& progress = {},
                         const Cancellation* cancellation = nullptr);

}  // namespace habitue::simulate
