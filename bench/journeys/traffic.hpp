// The events of the benchmark, and what all its parts need.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"
#include "simulate/simulate.hpp"

namespace habitue::bench {

constexpr unsigned kThreads = 2;
constexpr int kRounds = 3;

[[noreturn]] void give_up(const std::string& why);

template <class T>
T sure(Result<T> result) {
  if (!result) give_up(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// The best of some rounds; and the one in the middle, for what is disturbed on purpose.
double milliseconds_of(const std::function<void()>& work, int rounds = kRounds);
double median_milliseconds_of(const std::function<void()>& work, int rounds);

/// Of a fiftieth as many persons.
simulate::Options traffic(std::uint64_t events);
/// The person of one of these events, from 1.
std::uint32_t person_of(std::string_view message_id);

/// Writes events.parquet and the saved index `journeys` into the folder.
void prepare(const std::filesystem::path& folder, std::uint64_t events);

}  // namespace habitue::bench
