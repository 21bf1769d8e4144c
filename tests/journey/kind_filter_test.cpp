// Rows of some kinds are the same rows by every kind of instructions that the processor has.
#include "journey/kind_filter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace habitue::journey {
namespace {

class KindFilters : public testing::TestWithParam<Instructions> {};

TEST_P(KindFilters, FindTheRowsThatALoopFinds) {
  if (best_instructions() < GetParam()) GTEST_SKIP() << "not on this processor";
  std::mt19937_64 random(11);
  for (int trial = 0; trial < 400; ++trial) {
    // As many bytes as there are rows: what reads further is found by the address sanitizer.
    const auto rows = static_cast<std::uint32_t>(random() % (trial % 4 == 0 ? 1'000 : 140));
    const std::size_t kinds = 1 + random() % 256, one_in = 1 + random() % 40;
    std::vector<std::uint8_t> narrow(rows), wanted(kinds);
    std::vector<std::uint16_t> wide(rows);
    for (std::uint8_t& kind : wanted) kind = random() % one_in == 0 ? 1 : 0;
    for (std::uint32_t row = 0; row < rows; ++row) {
      narrow[row] = static_cast<std::uint8_t>(random() % kinds);
      wide[row] = static_cast<std::uint16_t>(random() % 7 == 0 ? 256 + random() % 1'000 : narrow[row]);
    }
    const auto first = static_cast<std::uint32_t>(rows == 0 ? 0 : random() % rows);
    const KindFilter filter(wanted, GetParam());
    for (const KindColumn& column : {KindColumn{narrow.data(), nullptr}, KindColumn{nullptr, wide.data()}}) {
      std::vector<std::uint32_t> expected, found(rows - first + KindFilter::kSpareRows);
      for (std::uint32_t row = first; row < rows; ++row)
        if (column[row] < kinds && wanted[column[row]] != 0) expected.push_back(row);
      std::vector<std::uint64_t> marks((rows - first + 63) / 64);
      found.resize(filter.select(column, first, rows, found.data(), marks.data()));
      for (std::uint32_t row = first; row < rows; ++row)
        ASSERT_EQ((marks[(row - first) / 64] >> (row - first) % 64 & 1U) != 0,
                  std::binary_search(expected.begin(), expected.end(), row));
      ASSERT_EQ(found, expected) << "rows " << first << " to " << rows << " of " << kinds << " kinds";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(ByInstructions, KindFilters,
                         testing::Values(Instructions::Plain, Instructions::Avx2, Instructions::Avx512),
                         [](const auto& tried) {
                           return std::string(tried.param == Instructions::Plain  ? "Plain"
                                              : tried.param == Instructions::Avx2 ? "Avx2"
                                                                                  : "Avx512");
                         });

}  // namespace
}  // namespace habitue::journey
