// What the engine costs beyond one question on a still machine: threads, events that arrive, one person, memory.
#pragma once

#include "journey/index.hpp"
#include "journeys/questions.hpp"
#include "report.hpp"

namespace habitue::bench {

/// Each question by one thread and by two.
void measure_threads(const std::shared_ptr<const knowledge::Customers>& customers, UtcMicros end, Report& report);
/// Each question while 20,000 events a second arrive and are seen, and while nothing does. The index is changed.
void measure_arriving(journey::Index& index, std::uint64_t events, UtcMicros end, Report& report);
/// Role, stage and ten criteria of one person, of many taken at random.
void measure_person(const knowledge::Customers& customers, UtcMicros end, Report& report);
/// Bytes an event by column, and what one pass over the hot ones takes of the machine's memory bandwidth.
void measure_columns(const journey::Snapshot& snapshot, Report& report);
/// How fast two threads read memory, in GB/s.
double memory_bandwidth();

}  // namespace habitue::bench
