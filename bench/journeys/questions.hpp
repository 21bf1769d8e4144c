// The questions of the benchmark: here and in DuckDB's SQL; clickhouse/measure.mjs has them in ClickHouse's, under the same names.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "journeys/traffic.hpp"
#include "knowledge/customers.hpp"

namespace habitue::bench {

struct Asked {
  std::string name;
  std::function<std::int64_t()> ours;  ///< What is compared: one number that the whole answer goes into.
  std::string duck;                    ///< The same number in DuckDB.
};

/// As of `end`, the last moment of a day.
std::vector<Asked> questions(const std::shared_ptr<const knowledge::Customers>& customers, UtcMicros end,
                             unsigned threads = kThreads);

}  // namespace habitue::bench
