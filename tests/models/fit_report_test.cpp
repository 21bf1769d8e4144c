#include "models/fit_report.hpp"

#include <gtest/gtest.h>

#include <set>

namespace habitue::models {
namespace {

TEST(FitReport, EveryFindingHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int finding = 0; finding <= static_cast<int>(FitFinding::LessThanAYear); ++finding)
    names.insert(name_of(static_cast<FitFinding>(finding)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(FitFinding::LessThanAYear) + 1);
  EXPECT_EQ(name_of(FitVerdict::TooFewData), "too_few_data");
}

}  // namespace
}  // namespace habitue::models
