// Which values a breakdown shows, of a few and of more than a processor's caches hold.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "insight/retention/values.hpp"
#include "random_world.hpp"

namespace habitue::insight {
namespace {

using retention::CellCounts;
using retention::ShownValues;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

class ShownValuesOf : public testing::Test {
 protected:
  World world_ = random_world(1, 20, business_of(kSteps));
  ValueReader reader_ = *ShownValues::bind(*world_.customers, {.of = Breakdown::Of::Property, .name = "total"});
};

std::uint64_t bits_of(double number) { return journey::Cell::of_number(number).bits; }

TEST_F(ShownValuesOf, AreRankedByPeopleThenByHowTheyRead) {
  CellCounts people;
  people.of(bits_of(9)) += 2;
  people.of(bits_of(10)) += 2;
  people.of(bits_of(7)) += 5;
  people.of(bits_of(8)) += 1;
  people.of(journey::Cell::missing().bits) += 3;
  const ShownValues values = ShownValues::of(reader_, 3, people, nullptr);
  ASSERT_EQ(values.slots(), 5U);  // The total, three values and the others.
  EXPECT_EQ(values.shown(1).text, "7");
  EXPECT_EQ(values.shown(2).kind, ShownValue::Kind::Missing);
  EXPECT_EQ(values.shown(3).text, "10");  // As a text it comes before 9.
  EXPECT_EQ(values.shown(4).kind, ShownValue::Kind::Other);
  const auto slot = [&](double number) { return values.slot_of(values.value_of(journey::Cell::of_number(number))); };
  EXPECT_EQ(slot(7), 1U);
  EXPECT_EQ(slot(10), 3U);
  EXPECT_EQ(slot(9), 4U);
  EXPECT_EQ(slot(8), 4U);
  EXPECT_EQ(slot(11), ShownValues::kNoSlot);
}

// Each number once, in an order that is not theirs.
CellCounts many(std::uint64_t numbers) {
  CellCounts people;
  for (std::uint64_t number = 0; number < numbers; ++number)
    ++people.of(bits_of(static_cast<double>(number * 7919 % 300'007)));
  return people;
}

TEST_F(ShownValuesOf, OfManyValuesAreGivenUpWhenTheQuestionIsCancelled) {
  const CellCounts people = many(300'000);
  Cancellation cancellation;
  steady_clock::time_point cancelled_at;
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds{20});
    cancelled_at = steady_clock::now();
    cancellation.cancel();
  });
  static_cast<void>(ShownValues::of(reader_, 10, people, &cancellation));
  const auto ended = steady_clock::now();
  canceller.join();
  // The aim is 50 ms; under a sanitizer, beside other suites, a thread may wait that long for its turn.
  EXPECT_LT(ended - cancelled_at, milliseconds{200});

  const ShownValues values = ShownValues::of(reader_, 10, people, &cancellation);
  EXPECT_EQ(values.reader(), nullptr);
  EXPECT_EQ(values.slots(), 1U);
}

TEST(CellCounts, AreNotMergedForAQuestionThatIsCancelled) {
  const CellCounts other = many(100'000);
  Cancellation cancellation;
  CellCounts whole(&cancellation);
  whole.merge(other);
  EXPECT_EQ(whole.size(), 100'000U);
  EXPECT_EQ(whole.people(5), 1U);
  whole.merge(other);
  EXPECT_EQ(whole.people(5), 2U);
  cancellation.cancel();
  CellCounts late(&cancellation);
  late.merge(other);
  EXPECT_LT(late.size(), 10'000U);
}

}  // namespace
}  // namespace habitue::insight
