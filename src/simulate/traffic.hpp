// Plain traffic for benchmarks: people of heavy-tailed activity who come in sessions and do 50 kinds of things, some of them
// very often. Nothing is planted in it but its shape.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "simulate/inventor.hpp"
#include "simulate/world.hpp"

namespace habitue::simulate {

inline constexpr std::size_t kTrafficKinds = 50;
/// Names in order of frequency.
extern const std::array<const char*, kTrafficKinds> kTrafficNames;
/// Kind i is drawn with a weight of (i + 1)^-kZipf.
inline constexpr double kZipf = 1.1;

/// Exactly `events` events of `people` people.
/// Errors: InvalidInput when there are fewer events than people, or more than 4 billion people.
Result<Profile> traffic_profile(std::shared_ptr<const World> world, std::uint64_t people, std::uint64_t events);

}  // namespace habitue::simulate
