#include "workspace/audit.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/file.hpp"

namespace habitue::workspace {
namespace {

using namespace std::chrono_literals;

class AuditTest : public testing::Test {
 protected:
  ~AuditTest() override { std::filesystem::remove_all(folder_); }
  static UtcMicros day(int month, unsigned day) {
    return UtcMicros(std::chrono::sys_days(std::chrono::year(2026) / month / static_cast<int>(day)));
  }
  static std::filesystem::path new_folder() {
    std::string path = (std::filesystem::temp_directory_path() / "habitue-audit-XXXXXX").string();
    return ::mkdtemp(path.data());
  }
  std::filesystem::path folder_ = new_folder();
  AuditLog log_{folder_ / "audit"};
};

TEST_F(AuditTest, TellsTheLatestFirstAcrossMonths) {
  ASSERT_TRUE(log_.add({day(1, 31), "session", "ann", "person", {"aa"}}));
  ASSERT_TRUE(log_.add({day(2, 1), "key", "k1", "people", {"aa", "bb"}}));
  ASSERT_TRUE(log_.add({day(2, 2), "session", "ann", "people", {}, true}));
  const auto all = log_.find({});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_TRUE((*all)[0].whole);
  EXPECT_EQ((*all)[1].people, (std::vector<std::string>{"aa", "bb"}));
  EXPECT_EQ((*all)[2].at, day(1, 31));
  EXPECT_EQ(log_.find({.person = "bb"})->size(), 2U) << "and the list that was taken whole";
  EXPECT_EQ(log_.find({.person = "b"})->size(), 1U) << "whole keys only, and the list that was taken whole";
  EXPECT_EQ(log_.find({.by = "ann"})->size(), 2U);
  EXPECT_EQ(log_.find({.from = day(2, 1), .to = day(2, 2)})->size(), 1U);
  EXPECT_EQ(log_.find({.limit = 2})->size(), 2U);
}

TEST_F(AuditTest, SomebodyErasedIsNamedNowhereAndTheLookIsStillTold) {
  ASSERT_TRUE(log_.add({day(1, 31), "session", "ann", "person", {"00aa"}}));
  ASSERT_TRUE(log_.add({day(2, 1), "session", "ann", "people", {"00aa", "00bb"}}));
  ASSERT_TRUE(log_.forget("00aa"));
  EXPECT_EQ(log_.find({})->size(), 2U);
  EXPECT_EQ(log_.find({.person = "00aa"})->size(), 0U);
  EXPECT_EQ((*log_.find({}))[0].people, (std::vector<std::string>{"erased", "00bb"}));
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "audit"))
    EXPECT_EQ(read_file(file.path())->find("00aa"), std::string::npos);
}

TEST_F(AuditTest, WhoSignsForAProgrammeIsRecordedAmongTheLooksAndFoundAlone) {
  AuditEntry entry{day(1, 31), "key", "k1", "programmes/overrides"};
  entry.signature = AuditSigned{"club", "a year to find \"out\"", "00aa", {"data", "offer"}};
  ASSERT_TRUE(log_.add(entry));
  ASSERT_TRUE(log_.add({day(2, 1), "session", "ann", "person", {"bb"}}));
  EXPECT_EQ(log_.find({})->size(), 2U);
  const auto found = log_.find({.signatures_only = true});
  ASSERT_EQ(found->size(), 1U);
  ASSERT_TRUE(found->front().signature);
  EXPECT_EQ(found->front().signature->reason, "a year to find \"out\"");
  EXPECT_EQ(found->front().signature->red, (std::vector<std::string>{"data", "offer"}));
  // Who is erased is taken out of looks; what was signed stays.
  ASSERT_TRUE(log_.forget("bb"));
  EXPECT_EQ(log_.find({.signatures_only = true})->front().signature->plan, "00aa");
}

TEST_F(AuditTest, HalfALineSpoilsNoOther) {
  ASSERT_TRUE(log_.add({day(3, 1), "session", "ann", "person", {"aa"}}));
  std::ofstream(folder_ / "audit" / "2026-03.ndjson", std::ios::app) << "{\"at\":\"2026-03-0\n";
  ASSERT_TRUE(log_.add({day(3, 2), "session", "ann", "person", {"bb"}}));
  EXPECT_EQ(log_.find({})->size(), 2U);
}

TEST_F(AuditTest, ManyMayLookAtOnce) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(log_.add({day(4, 1), "session", std::to_string(thread), "person", {"aa"}}));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log_.find({.limit = 1'000})->size(), 200U);
  EXPECT_EQ(log_.find({.by = "2", .limit = 1'000})->size(), 50U);
}

TEST_F(AuditTest, WhereItCannotBeWrittenThatIsAnError) {
  std::ofstream(folder_ / "audit") << "a file in the way";
  const auto refused = log_.add({day(5, 1), "session", "ann", "person", {"aa"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace habitue::workspace
