// A column gives back exactly the cells it was built of, whatever their density, type and range.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "journey/column_builder.hpp"
#include "journey/column_check.hpp"

namespace habitue::journey {
namespace {

struct Built {
  Storage storage;
  std::map<std::uint32_t, Cell> cells;
  Column column;
};

// `draw(random)` makes a cell; one row in `every` has one.
template <class Draw>
std::unique_ptr<Built> build(std::uint32_t segment_rows, double every, const Draw& draw, std::uint32_t seed = 1) {
  auto built = std::make_unique<Built>();
  std::mt19937 random(seed);
  std::vector<std::uint32_t> rows;
  std::vector<Cell> cells;
  const auto limit = static_cast<std::uint32_t>(4'294'967'295.0 / every);
  for (std::uint32_t row = 0; row < segment_rows; ++row) {
    if (random() > limit) continue;
    rows.push_back(row);
    cells.push_back(draw(random));
    built->cells[row] = cells.back();
  }
  built->column = build_column(rows, cells, segment_rows, nullptr, built->storage);
  return built;
}

Cell small_code(std::mt19937& random) { return Cell::of_text(7 + static_cast<std::uint32_t>(random() % 200)); }

class Density : public testing::TestWithParam<std::tuple<std::uint32_t, double>> {};

TEST_P(Density, DoesNotChangeWhichRowsHaveWhichCells) {
  const auto [rows, every] = GetParam();
  const auto built = build(rows, every, small_code);
  EXPECT_TRUE(is_sound_shape(built->column));
  EXPECT_TRUE(is_sound_column(built->column, 300));
  std::size_t found = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    const std::uint32_t index = built->column.find(row);
    const auto expected = built->cells.find(row);
    if ((index == Column::kNotThere) != (expected == built->cells.end())) FAIL() << row;
    if (index == Column::kNotThere) continue;
    if (built->column.cell(index) != expected->second) FAIL() << row;
    ++found;
  }
  EXPECT_EQ(found, built->cells.size());

  std::mt19937 random(2);
  for (int trial = 0; trial < 60; ++trial) {
    const auto first = static_cast<std::uint32_t>(random() % (rows + 1));
    const auto last = static_cast<std::uint32_t>(trial % 4 == 0 ? rows : first + random() % 300);
    std::map<std::uint32_t, Cell> seen;
    built->column.for_cells_in(first, std::min(last, rows),
                               [&](std::uint32_t row, std::uint32_t index) { seen[row] = built->column.cell(index); });
    ASSERT_EQ(seen, (std::map<std::uint32_t, Cell>(built->cells.lower_bound(first), built->cells.lower_bound(last))))
        << first << " to " << last;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, Density,
                         testing::Combine(testing::Values(1U, 64U, 65U, 65'536U, 140'001U),
                                          testing::Values(1.0, 1.01, 3.0, 15.0, 17.0, 300.0, 50'000.0)));

std::pair<Column::Coding, int> coding_of(const std::vector<double>& numbers) {
  std::vector<std::uint32_t> rows;
  std::vector<Cell> cells;
  for (const double number : numbers) {
    rows.push_back(static_cast<std::uint32_t>(rows.size()));
    cells.push_back(Cell::of_number(number));
  }
  Storage storage;
  const Column column = build_column(rows, cells, static_cast<std::uint32_t>(rows.size()), nullptr, storage);
  for (std::uint32_t row = 0; row < rows.size(); ++row) EXPECT_EQ(column.cell(row).number(), numbers[row]);
  return {column.coding, column.width};
}

TEST(ColumnNumbers, TakeTheFewestBytesThatGiveThemBackExactly) {
  using enum Column::Coding;
  EXPECT_EQ(coding_of({5, 5, 5}), std::pair(Scaled, 0));
  EXPECT_EQ(coding_of({-1000, -800}), std::pair(Scaled, 1));
  EXPECT_EQ(coding_of({0, 655.35}), std::pair(Scaled, 2));
  EXPECT_EQ(coding_of({0.1, 0.25, 19.99, 40'000'000}), std::pair(Scaled, 4));
  EXPECT_EQ(coding_of({1'600'000'000'123, 1'600'000'000'124}), std::pair(Scaled, 1));
  EXPECT_EQ(coding_of({0, 5'000'000'000}), std::pair(Double, 8));
  EXPECT_EQ(coding_of({1.0 / 3, 2}), std::pair(Double, 8));
  EXPECT_EQ(coding_of({1e300, -1e-300, 9'007'199'254'740'993.0}), std::pair(Double, 8));
  EXPECT_EQ(coding_of({0.1 + 0.2}), std::pair(Double, 8));
}

TEST(ColumnTypes, MayBeMixed) {
  const auto built = build(1'000, 2, [](std::mt19937& random) {
    switch (random() % 3) {
      case 0: return Cell::of_bool(random() % 2 == 0);
      case 1: return Cell::of_number(-0.5 * static_cast<double>(random() % 9));
      default: return Cell::of_text(static_cast<std::uint32_t>(random()));
    }
  });
  EXPECT_EQ(built->column.coding, Column::Coding::Mixed);
  for (const auto& [row, cell] : built->cells) ASSERT_EQ(built->column.cell(built->column.find(row)), cell);
}

TEST(ColumnChecks, RefuseCodesThatTheDictionaryDoesNotHave) {
  const auto built = build(1'000, 2, small_code);
  EXPECT_TRUE(is_sound_column(built->column, 207));
  EXPECT_FALSE(is_sound_column(built->column, 100));
}

TEST(Column, GivesTheCellsOfSomeRowsAtOnce) {
  std::mt19937 random(4);
  for (const double every : {1.0, 1.5, 7.0, 400.0, 50'000.0}) {
    const auto built = build(100'003, every, small_code);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < 100'003; ++row)
      if (random() % 5 == 0) rows.push_back(row);
    std::vector<Cell> cells(rows.size());
    read_cells(built->column, rows, cells.data());
    for (std::size_t place = 0; place < rows.size(); ++place) {
      const auto expected = built->cells.find(rows[place]);
      ASSERT_EQ(cells[place], expected == built->cells.end() ? Cell::missing() : expected->second) << every;
    }
  }
}

}  // namespace
}  // namespace habitue::journey
