// The lines of today, made of what was found.
#pragma once

#include <vector>

#include "insight/today/tests.hpp"
#include "insight/today/words.hpp"
#include "insight/value/acquisition_cost.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight::today {

/// Appends to the report's findings. Errors of all: those of the questions asked; Conflict when cancelled.
class Lines {
 public:
  Lines(const Asked& asked, const knowledge::Economics& economics, TodayReport& report)
      : asked_(asked), economics_(economics), report_(report) {}
  void add(TodayFinding finding, Told told, bool good_news = false);
  void add_imports(const std::vector<TodayImport>& imports);
  void add_silence();
  Result<void> add_tests(const Moved& moved, const std::vector<Test>& tests, bool arrivals_are_a_spike);
  Result<void> add_calls();
  void add_spikes(const std::vector<Spike>& spikes);
  Result<void> add_alert();

 private:
  Result<void> add_move(const Test& test);
  Result<void> add_polluted(const std::vector<Test>& tests, const Test& test);
  Result<void> add_cause(const Moved& moved, const Test& test);
  Result<void> put_money(TodayFinding& finding, const std::vector<PersonId>& people);

  const Asked& asked_;
  const knowledge::Economics& economics_;
  TodayReport& report_;
};

/// By calendar month: the cost of a new client that the alert is about.
AcquisitionSpec by_month();

}  // namespace habitue::insight::today
