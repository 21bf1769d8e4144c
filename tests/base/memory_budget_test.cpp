// What threads that work for a budget allocate is counted against it, refused past it, and counted back.
#include "base/memory_budget.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/workers.hpp"

namespace habitue {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

// Not inlined: a compiler may leave out what it sees to be of no use.
[[gnu::noinline]] std::vector<char> block(std::size_t bytes) { return std::vector<char>(bytes); }
struct alignas(256) Wide {
  char bytes[256];
};
[[gnu::noinline]] std::unique_ptr<Wide[]> wide(std::size_t count) { return std::make_unique<Wide[]>(count); }

TEST(MemoryBudget, CountsWhatIsHeldAndRefusesWhatWouldPassIt) {
  MemoryBudget budget(8 * kMiB);
  {
    const MemoryScope scope(&budget);
    std::vector<char> kept = block(3 * kMiB);
    EXPECT_GE(budget.bytes(), static_cast<std::int64_t>(3 * kMiB));
    EXPECT_THROW(block(6 * kMiB), std::bad_alloc);
    EXPECT_THROW(block(std::size_t{1} << 50), std::bad_alloc);
    // Many small ones pass it as one large one does.
    const auto fill = [] {
      std::vector<std::unique_ptr<std::string>> many;
      while (true) many.push_back(std::make_unique<std::string>(100, 'x'));
    };
    EXPECT_THROW(fill(), std::bad_alloc);
    EXPECT_TRUE(budget.was_passed());
    // What was refused or given back is there for others.
    kept = std::vector<char>();
    EXPECT_NO_THROW(block(6 * kMiB));
    EXPECT_NO_THROW(wide(1));
    EXPECT_THROW(wide(9 * kMiB / sizeof(Wide)), std::bad_alloc);
  }
  EXPECT_EQ(budget.bytes(), 0);
}

TEST(MemoryBudget, CountsForThoseWhoWorkForItAlone) {
  MemoryBudget budget(kMiB);
  const std::vector<char> before = block(2 * kMiB);
  {
    const MemoryScope scope(&budget);
    EXPECT_EQ(MemoryBudget::current(), &budget);
    const MemoryScope nobody(nullptr);
    const std::vector<char> of_others = block(2 * kMiB);
    EXPECT_EQ(MemoryBudget::current(), nullptr);
  }
  EXPECT_EQ(MemoryBudget::current(), nullptr);
  EXPECT_FALSE(budget.was_passed());
  EXPECT_EQ(budget.bytes(), 0);
}

TEST(Workers, CountAgainstTheBudgetOfWhoStartsThemToTheirEnd) {
  MemoryBudget budget(8 * kMiB);
  std::atomic<int> workers{0};
  {
    const MemoryScope scope(&budget);
    for (int pass = 0; pass < 20; ++pass)
      run_workers(4, [&](const std::atomic<bool>&) {
        thread_local std::vector<char> scratch;  // Freed by the thread's end, after `work` has returned.
        scratch.resize(kMiB);
        ++workers;
      });
  }
  EXPECT_EQ(workers, 80);
  EXPECT_FALSE(budget.was_passed()) << "what ended threads held is given back";
  // The calling thread keeps its scratch.
  EXPECT_LT(budget.bytes(), static_cast<std::int64_t>(kMiB + kMiB / 4));
  EXPECT_GE(budget.bytes(), static_cast<std::int64_t>(kMiB));
}

TEST(Workers, ThrowWhatOneOfThemThrewOnceAllHaveEnded) {
  MemoryBudget budget(4 * kMiB);
  std::atomic<int> ended{0}, stopped{0};
  {
    const MemoryScope scope(&budget);
    const auto work = [&](const std::atomic<bool>& failed) {
      struct End {
        std::atomic<int>& count;
        ~End() { ++count; }
      } const end{ended};
      std::vector<std::unique_ptr<char[]>> held;
      while (!failed) held.push_back(std::make_unique<char[]>(10'000));
      ++stopped;
    };
    EXPECT_THROW(run_workers(3, work), std::bad_alloc);
  }
  EXPECT_EQ(ended, 3);
  EXPECT_LE(stopped, 2);
  EXPECT_LT(budget.bytes(), 4'096) << "all was given back";
}

TEST(Workers, NeedNoBudget) {
  std::atomic<int> sum{0};
  run_workers(3, [&](const std::atomic<bool>&) { ++sum; });
  EXPECT_EQ(sum, 3);
  EXPECT_THROW(run_workers(2, [](const std::atomic<bool>&) { throw std::runtime_error("no"); }), std::runtime_error);
}

TEST(MachineMemory, IsThatOfThisMachine) {
  EXPECT_GT(machine_memory_bytes(), std::uint64_t{256} << 20);
  EXPECT_LT(machine_memory_bytes(), std::uint64_t{1} << 46);
}

}  // namespace
}  // namespace habitue
