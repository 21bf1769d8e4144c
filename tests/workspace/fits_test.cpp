// Fits as a workspace keeps them: on disk, through restarts and damage.
#include "workspace/fits.hpp"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"

namespace habitue::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

UtcMicros day(int number) { return UtcMicros(std::chrono::days(19'000 + number)); }

class FitsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              fmt::format("habitue_fits_{}", testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    open();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void open() {
    notices_.clear();
    fits_ = *FitStore::open(folder_, notices_);
  }
  FitHead keep(int as_of, std::string asked = "{}", std::string rules = "r1") {
    return *fits_->keep({.kind = "forecast",
                         .asked = std::move(asked),
                         .as_of = day(as_of),
                         .made_at = day(as_of + 1),
                         .up_to_seq = 7,
                         .rules = std::move(rules),
                         .why = "asked",
                         .usable = true,
                         .customers = 3,
                         .purchases = 4,
                         .fingerprint = {}},
                        std::string("bytes\0\n", 7) + std::to_string(as_of));
  }
  std::filesystem::path folder_;
  std::unique_ptr<FitStore> fits_;
  std::vector<std::string> notices_;
};

TEST_F(FitsTest, AreThereAgainAfterARestart) {
  const FitHead first = keep(1), second = keep(2, R"({"horizon_days":90})");
  EXPECT_EQ(first.id, 1U);
  EXPECT_EQ(first.fingerprint.size(), 16U);
  open();
  EXPECT_THAT(notices_, IsEmpty());
  ASSERT_EQ(fits_->all().size(), 2U);
  const FitHead back = *fits_->head(2);
  EXPECT_EQ(back.asked, second.asked);
  EXPECT_EQ(back.as_of, second.as_of);
  EXPECT_EQ(back.made_at, second.made_at);
  EXPECT_EQ(back.fingerprint, second.fingerprint);
  EXPECT_TRUE(back.usable);
  EXPECT_EQ(*fits_->bytes(1), std::string("bytes\0\n", 7) + "1");
}

TEST_F(FitsTest, TheLatestThatHasSeenNothingLaterAnswers) {
  keep(5);
  keep(1);
  keep(9);
  keep(6, "{}", "other rules");
  EXPECT_EQ(fits_->latest("forecast", "{}", day(8), "r1")->as_of, day(5));
  EXPECT_EQ(fits_->latest("forecast", "{}", day(4), "r1")->as_of, day(1));
  EXPECT_EQ(fits_->latest("forecast", "{}", day(0), "r1"), std::nullopt);
  EXPECT_EQ(fits_->latest("propensity", "{}", day(9), "r1"), std::nullopt);
  EXPECT_EQ(fits_->latest("forecast", R"({"horizon_days":90})", day(9), "r1"), std::nullopt);
}

TEST_F(FitsTest, ADamagedFileIsToldAndItsNumberNotGivenAgain) {
  keep(1);
  keep(2);
  const auto file = folder_ / "00000002.fit";
  std::string text = *read_file(file);
  text.back() = '!';
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  EXPECT_EQ(fits_->bytes(2).error().kind, ErrorKind::Corrupt);
  std::ofstream(folder_ / "00000003.fit") << "not a fit";
  open();
  ASSERT_EQ(notices_.size(), 2U);
  EXPECT_THAT(notices_[0] + notices_[1], HasSubstr("fit is damaged"));
  EXPECT_EQ(fits_->all().size(), 1U);
  EXPECT_EQ(keep(3).id, 4U);
}

TEST_F(FitsTest, TheOldestOfAQuestionGoWhenThereAreMany) {
  keep(0, "another question");
  for (int at = 1; at <= 30; ++at) keep(at);
  EXPECT_EQ(fits_->all().size(), FitStore::kKeptOfOne + 1);
  EXPECT_EQ(fits_->all()[1].as_of, day(7));
  open();
  EXPECT_EQ(fits_->all().size(), FitStore::kKeptOfOne + 1);
}

TEST_F(FitsTest, OneThatIsRemovedIsGone) {
  keep(1);
  const std::uint64_t version = fits_->version();
  ASSERT_TRUE(fits_->remove(1));
  EXPECT_NE(fits_->version(), version);
  EXPECT_EQ(fits_->bytes(1).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(fits_->remove(1).error().kind, ErrorKind::NotFound);
  open();
  EXPECT_THAT(fits_->all(), IsEmpty());
}

TEST_F(FitsTest, WhatCannotBeWrittenIsNotKept) {
  std::filesystem::remove_all(folder_);
  std::ofstream(folder_) << "a file where the folder should be";
  const auto kept = fits_->keep({.kind = "forecast", .asked = {}, .rules = {}, .why = {}, .fingerprint = {}}, "bytes");
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(fits_->all(), IsEmpty());
}

}  // namespace
}  // namespace habitue::workspace
