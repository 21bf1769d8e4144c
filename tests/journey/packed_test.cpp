// Numbers packed in few bits are the same numbers, whatever their range.
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

#include "journey/batch.hpp"

namespace habitue::journey {
namespace {

Packed packed_times(const std::vector<std::int64_t>& us, Storage& storage) {
  return pack_times(static_cast<std::uint32_t>(us.size()), storage, [&](std::uint32_t row) { return us[row]; });
}

TEST(Packed, GivesBackMomentsOfEveryRange) {
  std::mt19937_64 random(5);
  for (std::uint32_t bits = 0; bits <= 64; ++bits) {
    for (const std::int64_t unit : kTimeUnitsUs) {
      for (const std::size_t count : {1U, 2U, 63U, 64U, 500U}) {
        std::vector<std::int64_t> us(count);
        const auto base = static_cast<std::int64_t>(random());
        for (std::int64_t& one : us) {
          const std::uint64_t far = bits == 0 ? 0 : random() >> (64 - bits);
          // Wraps around at the ends of all moments, as any other.
          one = static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + far * static_cast<std::uint64_t>(unit));
        }
        Storage storage;
        const Packed packed = packed_times(us, storage);
        for (std::uint32_t row = 0; row < count; ++row)
          ASSERT_EQ(static_cast<std::int64_t>(packed[row]), us[row]) << bits << " bits, unit " << unit;
        // Some rows, by each kind of instructions that there is.
        std::vector<std::uint32_t> rows;
        for (std::uint32_t row = 0; row < count; ++row)
          if (random() % 3 != 0) rows.push_back(row);
        for (const Instructions instructions : {Instructions::Plain, Instructions::Avx2, Instructions::Avx512}) {
          std::vector<std::int64_t> some(rows.size());
          unpack(packed, rows, some.data(), instructions);
          for (std::size_t place = 0; place < rows.size(); ++place)
            ASSERT_EQ(some[place], us[rows[place]]) << bits << " bits, unit " << unit;
        }
      }
    }
  }
  Storage storage;
  const std::vector<std::int64_t> ends = {std::numeric_limits<std::int64_t>::max(),
                                          std::numeric_limits<std::int64_t>::min(), 0};
  const Packed packed = packed_times(ends, storage);
  for (std::uint32_t row = 0; row < ends.size(); ++row) EXPECT_EQ(static_cast<std::int64_t>(packed[row]), ends[row]);
}

TEST(Packed, TakesAsManyBitsAsTheSpanOfTimeAtTheClockOfTheData) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  Storage storage;
  // Two years of whole seconds, of milliseconds, of microseconds.
  EXPECT_EQ(packed_times({0, 730 * kDayUs}, storage).bits, 26U);
  EXPECT_EQ(packed_times({0, 730 * kDayUs + 1'000}, storage).bits, 36U);
  EXPECT_EQ(packed_times({0, 730 * kDayUs + 1}, storage).bits, 46U);
  EXPECT_EQ(packed_times({kDayUs, kDayUs}, storage).bits, 0U);
}

TEST(OriginColumn, GivesBackOriginsOfAnyRows) {
  std::mt19937_64 random(7);
  for (const std::size_t rows : {0U, 1U, 255U, 256U, 257U, 3'000U}) {
    for (const std::uint32_t different : {1U, 3U, 200U, 5'000'000U}) {
      std::vector<std::uint32_t> origins(rows);
      for (std::uint32_t& origin : origins) origin = static_cast<std::uint32_t>(random() % different);
      Storage storage;
      const OriginColumn column = pack_origins(origins, storage);
      for (std::uint32_t row = 0; row < rows; ++row) ASSERT_EQ(column[row], origins[row]) << rows << " rows";
    }
  }
}

}  // namespace
}  // namespace habitue::journey
