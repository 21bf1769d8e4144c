#include "workspace/team.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "workspace/keys.hpp"

namespace habitue::workspace {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view kPassword = "a quiet winter morning";

class TeamTest : public testing::Test {
 protected:
  TeamTest() {
    std::string path = (std::filesystem::temp_directory_path() / "habitue-team-XXXXXX").string();
    folder_ = ::mkdtemp(path.data());
    reopen();
  }
  ~TeamTest() override { std::filesystem::remove_all(folder_); }
  void reopen() {
    team_.reset();
    auto opened = Team::open(folder_, [this] { return clock_; });
    ASSERT_TRUE(opened) << opened.error().message;
    team_ = std::move(*opened);
  }
  Member owner(const std::string& email = "ann@example.com") {
    const auto invitation = team_->invite({email, "Ann", TeamRole::Owner});
    EXPECT_TRUE(invitation) << invitation.error().message;
    const auto member = team_->join(invitation->code, kPassword);
    EXPECT_TRUE(member) << member.error().message;
    return *member;
  }
  std::string file() const { return *read_file(folder_ / "team.json"); }

  std::filesystem::path folder_;
  UtcMicros clock_ = UtcMicros(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1));
  std::unique_ptr<Team> team_;
};

TEST_F(TeamTest, AnInvitationIsJoinedOnceAndThenThePasswordSignsIn) {
  const auto invitation = team_->invite({" Ann@Example.com ", "Ann", TeamRole::Owner});
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->member.email, "ann@example.com");
  EXPECT_FALSE(team_->sign_in("ann@example.com", "")->member) << "nobody has chosen a password yet";
  EXPECT_THAT(team_->join(invitation->code, "short").error().message, HasSubstr("at least 10"));
  EXPECT_THAT(team_->join(invitation->code, "ann@example.com").error().message, HasSubstr("choose another"));
  EXPECT_THAT(team_->join(invitation->code, "aaaaaaaaaaaaaaa").error().message, HasSubstr("choose another"));
  ASSERT_TRUE(team_->join(invitation->code, kPassword));
  EXPECT_FALSE(team_->join(invitation->code, kPassword)) << "it works once";
  EXPECT_EQ(team_->sign_in("ANN@example.com", kPassword)->member->name, "Ann");
  EXPECT_FALSE(team_->sign_in("ann@example.com", "a quiet winter evening")->member);
  EXPECT_FALSE(team_->sign_in("bob@example.com", kPassword)->member);
}

TEST_F(TeamTest, AnInvitationEndsAfterSevenDaysAndANewOneEndsPasswordAndSessions) {
  const Member ann = owner();
  const auto session = team_->open_session(ann.id);
  const auto again = team_->invite_again(ann.id);
  ASSERT_TRUE(again);
  EXPECT_FALSE(team_->member_of_session(*session));
  EXPECT_FALSE(team_->sign_in(ann.email, kPassword)->member);
  clock_ += kInvitationTime;
  EXPECT_THAT(team_->join(again->code, kPassword).error().message, HasSubstr("ask for a new one"));
}

TEST_F(TeamTest, FileHoldsNoSecretAndOnlyItsOwnerReadsIt) {
  const Member ann = owner();
  const auto session = team_->open_session(ann.id);
  const auto bob = team_->invite({"bob@example.com", "", TeamRole::Reader});
  EXPECT_THAT(file(), testing::Not(HasSubstr(std::string(kPassword))));
  EXPECT_THAT(file(), testing::Not(HasSubstr(*session)));
  EXPECT_THAT(file(), testing::Not(HasSubstr(bob->code)));
  struct stat about {};
  ASSERT_EQ(::stat((folder_ / "team.json").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(TeamTest, SessionsOutliveARestartAndEndWhenNotUsed) {
  const Member ann = owner();
  const auto session = team_->open_session(ann.id);
  ASSERT_TRUE(session);
  for (int day = 0; day < 60; day += 20) {
    reopen();
    ASSERT_TRUE(team_->member_of_session(*session)) << "used every twenty days, " << day;
    clock_ += std::chrono::days{20};
  }
  clock_ += std::chrono::days{11};
  EXPECT_FALSE(team_->member_of_session(*session)) << "not used for more than thirty";
  const auto another = team_->open_session(ann.id);
  team_->close_session(*another);
  reopen();
  EXPECT_FALSE(team_->member_of_session(*another));
  EXPECT_FALSE(team_->member_of_session("x"));
}

TEST_F(TeamTest, WrongPasswordsWaitLongerAndLonger) {
  const Member ann = owner();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(team_->sign_in(ann.email, "not this one")->wait_seconds, 0);
  EXPECT_EQ(team_->sign_in(ann.email, kPassword)->wait_seconds, 1) << "the right one waits too";
  clock_ += 1s;
  EXPECT_EQ(team_->sign_in(ann.email, "nor this one")->wait_seconds, 0);
  EXPECT_EQ(team_->sign_in(ann.email, kPassword)->wait_seconds, 2);
  EXPECT_EQ(team_->sign_in("other@example.com", kPassword)->wait_seconds, 0) << "others do not wait";
  clock_ -= std::chrono::hours{1};
  EXPECT_EQ(team_->sign_in(ann.email, kPassword)->wait_seconds, 0) << "a clock set back keeps nobody out";
}

TEST_F(TeamTest, AFloodOfSignInsIsToldToWaitAndNotQueued) {
  const Member ann = owner();
  std::atomic<int> waited{0}, compared{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 24; ++i)
    threads.emplace_back([&, i] {
      const auto known = team_->sign_in(fmt::format("{}@example.com", i), kPassword);
      ++(known->wait_seconds > 0 ? waited : compared);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(waited + compared, 24);
  EXPECT_GE(compared, 8);
  EXPECT_TRUE(team_->sign_in(ann.email, kPassword)->member) << "and then it goes on";
}

TEST_F(TeamTest, ThereIsAlwaysAnOwner) {
  EXPECT_THAT(team_->invite({"bob@example.com", "", TeamRole::Reader}).error().message, HasSubstr("must be an owner"));
  const Member ann = owner();
  const auto bob = team_->invite({"bob@example.com", "", TeamRole::Reader});
  ASSERT_TRUE(bob);
  EXPECT_EQ(team_->change(ann.id, {{}, TeamRole::Analyst, {}}).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(team_->remove(ann.id).error().kind, ErrorKind::Conflict);
  ASSERT_TRUE(team_->change(bob->member.id, {{}, TeamRole::Owner, {{"shop"}}}));
  ASSERT_TRUE(team_->remove(ann.id));
  reopen();
  ASSERT_EQ(team_->members().size(), 1U);
  EXPECT_EQ(team_->members()[0].role, TeamRole::Owner);
  EXPECT_EQ(team_->members()[0].workspaces, std::vector<std::string>{"shop"});
  EXPECT_EQ(team_->invite({"BOB@example.com", "", TeamRole::Owner}).error().kind, ErrorKind::Conflict);
  EXPECT_THAT(team_->invite({"no address", "", TeamRole::Owner}).error().message, HasSubstr("no e-mail address"));
}

TEST_F(TeamTest, ANewPasswordEndsTheOtherSessions) {
  const Member ann = owner();
  const auto here = team_->open_session(ann.id), elsewhere = team_->open_session(ann.id);
  EXPECT_THAT(team_->change_password(ann.id, "wrong wrong wrong", "another good one", *here).error().message,
              HasSubstr("present password"));
  ASSERT_TRUE(team_->change_password(ann.id, kPassword, "another good one", *here));
  EXPECT_TRUE(team_->member_of_session(*here));
  EXPECT_FALSE(team_->member_of_session(*elsewhere));
  EXPECT_TRUE(team_->sign_in(ann.email, "another good one")->member);
}

TEST_F(TeamTest, WhatCannotBeWrittenDidNotHappen) {
  const Member ann = owner();
  if (::geteuid() == 0) {
    // Root writes everywhere, but not where a folder is in the way.
    std::filesystem::create_directories(folder_ / "elsewhere");
    std::filesystem::rename(folder_ / "team.json", folder_ / "elsewhere" / "team.json");
    std::filesystem::create_directories(folder_ / "team.json" / "in the way");
  } else {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  }
  EXPECT_FALSE(team_->invite({"bob@example.com", "", TeamRole::Reader}));
  EXPECT_EQ(team_->find("bob"), std::nullopt);
  if (::geteuid() == 0) {
    std::filesystem::remove_all(folder_ / "team.json");
    std::filesystem::rename(folder_ / "elsewhere" / "team.json", folder_ / "team.json");
  } else {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  }
  reopen();
  EXPECT_EQ(team_->members().size(), 1U);
}

TEST_F(TeamTest, ABrokenFileIsToldAndNotReplaced) {
  owner();
  for (const std::string_view broken : {"", "[]", R"({"members":[{"id":"x"}],"sessions":[]})", R"({"members":{}})"}) {
    ASSERT_TRUE(write_file_atomically(folder_ / "team.json", broken));
    const auto opened = Team::open(folder_);
    ASSERT_FALSE(opened) << broken;
    EXPECT_EQ(opened.error().kind, ErrorKind::Corrupt);
    EXPECT_EQ(file(), broken);
  }
}

TEST(TeamRoles, GiveWhatTheyShould) {
  EXPECT_EQ(scopes_of(TeamRole::Reader), kReadScope);
  EXPECT_EQ(scopes_of(TeamRole::Analyst), kReadScope | kSqlScope | kSaveScope);
  EXPECT_EQ(scopes_of(TeamRole::Owner) & kWriteScope, 0) << "events come with keys";
  for (const TeamRole role : {TeamRole::Owner, TeamRole::Analyst, TeamRole::Reader})
    EXPECT_EQ(*parse_team_role(name_of(role)), role);
  EXPECT_FALSE(parse_team_role("boss"));
}

}  // namespace
}  // namespace habitue::workspace
