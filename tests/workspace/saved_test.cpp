// Cohorts, questions and boards as a workspace keeps them: on disk, through restarts, merges, severed links and erasures.
#include "workspace/saved.hpp"

#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "workspace/workspace.hpp"

namespace habitue::workspace {
namespace {

using identity::Identifier;
using identity::IdentifierKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SavedTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              fmt::format("habitue_saved_{}", testing::UnitTest::GetInstance()->current_test_info()->name()) / "acme";
    std::filesystem::remove_all(folder_.parent_path());
    ASSERT_TRUE(create(folder_, "currency = \"EUR\"\n"));
    open();
  }
  void TearDown() override {
    workspace_.reset();
    std::filesystem::remove_all(folder_.parent_path());
  }
  void open() {
    workspace_.reset();
    auto opened = Workspace::open(folder_);
    ASSERT_TRUE(opened) << opened.error().message;
    workspace_ = std::move(*opened);
  }
  SavedStore& saved() { return workspace_->saved(); }

  // Somebody visits as a device, perhaps as a user, perhaps telling an email.
  void says(const std::string& user, const std::string& device, const std::string& email = {}) {
    intake::Event event;
    event.message_id = fmt::format("m{}", ++count_);
    event.at = event.received_at = *parse_moment("2025-01-01T00:00:00Z", Zone::utc()) + std::chrono::seconds(count_);
    event.type = intake::EventType::Identify;
    event.user_id = user;
    event.anonymous_id = device;
    event.properties = email.empty() ? "{}" : fmt::format(R"({{"email":"{}"}})", email);
    std::vector<intake::Event> events;
    events.push_back(std::move(event));
    ASSERT_TRUE(workspace_->accept(std::move(events)));
    ASSERT_TRUE(workspace_->settle());
  }
  PersonId person(IdentifierKind kind, const std::string& value) {
    return workspace_->view().people->find(Identifier{kind, value}).value_or(kNobody);
  }
  void save_static(const std::string& name, const std::vector<Identifier>& people) {
    SavedDraft draft;
    draft.name = name;
    draft.body = R"({"description":"","made":{"from":"list"}})";
    draft.erasures = saved().erasures();
    std::vector<PersonId> persons;
    for (const Identifier& each : people) persons.push_back(person(each.kind, each.value));
    draft.members = keys_of(*workspace_->view().people, persons);
    const auto done = saved().put(std::move(draft));
    ASSERT_TRUE(done) << done.error().message;
  }
  Result<SavedThing> save_live(const std::string& name, const std::string& criteria, Expected expected = {}) {
    SavedDraft draft;
    draft.name = name;
    draft.body = fmt::format(R"({{"criteria":"{}"}})", criteria);
    draft.expected = expected;
    return saved().put(std::move(draft));
  }
  Result<SavedThing> save(SavedKind kind, const std::string& name, const std::string& body) {
    SavedDraft draft;
    draft.kind = kind;
    draft.name = name;
    draft.body = body;
    return saved().put(std::move(draft));
  }
  // The user ids of whoever is in the cohort, in order.
  std::vector<std::string> members(const std::string& name) {
    const auto cohorts = workspace_->cohorts({name});
    EXPECT_TRUE(cohorts);
    const auto resolved =
        criteria::with_cohorts(*criteria::parse(fmt::format("in cohort \"{}\"", name)), *cohorts->cohorts);
    EXPECT_TRUE(resolved) << resolved.error().message;
    const auto evaluator = cohorts->view.customers->evaluator(*resolved);
    EXPECT_TRUE(evaluator);
    std::vector<std::string> found;
    cohorts->view.customers->snapshot().for_each_journey([&](const journey::Journey& journey) {
      if (evaluator->evaluate(journey, kEnd) != criteria::Verdict::Inside) return;
      const auto identifiers = cohorts->view.people->identifiers_of(journey.person());
      std::string names;
      for (const Identifier& each : identifiers)
        if (each.kind == IdentifierKind::User || identifiers.size() == 1)
          names += (names.empty() ? "" : "+") + each.value;
      found.push_back(names);
    });
    std::sort(found.begin(), found.end());
    return found;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Workspace> workspace_;
  int count_ = 0;
};

const Identifier kAnn{IdentifierKind::User, "ann"};
const Identifier kBob{IdentifierKind::User, "bob"};
const Identifier kCat{IdentifierKind::User, "cat"};

TEST_F(SavedTest, MembersSurviveARestartAndARebuild) {
  says("ann", "d1");
  says("bob", "d2");
  says("cat", "d3");
  save_static("chosen", {kAnn, kCat});
  ASSERT_TRUE(save_live("not chosen", "not in cohort chosen"));
  EXPECT_THAT(members("chosen"), ElementsAre("ann", "cat"));
  EXPECT_THAT(members("not chosen"), ElementsAre("bob"));
  open();
  EXPECT_THAT(members("chosen"), ElementsAre("ann", "cat"));
  workspace_.reset();
  std::filesystem::remove_all(folder_ / kSnapshotFolder);
  open();
  says("dan", "d4");
  EXPECT_THAT(members("chosen"), ElementsAre("ann", "cat"));
  EXPECT_THAT(members("not chosen"), ElementsAre("bob", "dan"));
}

TEST_F(SavedTest, WhoIsMergedAwayCountsAsWhoTheyBecameAndTwoCountOnce) {
  says("ann", "d1");
  says("bob", "d2");
  says("cat", "d3");
  save_static("two", {kAnn, kBob});
  save_static("one", {kCat});
  says("ann", "", "shared@example.com");
  says("bob", "", "shared@example.com");
  EXPECT_THAT(members("two"), ElementsAre("ann+bob"));
  EXPECT_EQ(workspace_->cohorts({"two"})->cohorts->find("two")->people->size(), 1U);
  says("cat", "", "shared@example.com");
  EXPECT_THAT(members("one"), ElementsAre("ann+bob+cat"));
  open();
  EXPECT_THAT(members("one"), ElementsAre("ann+bob+cat"));

  // Taken apart again, each is a member or not as before.
  ASSERT_TRUE(workspace_->sever({IdentifierKind::User, "cat"}, {IdentifierKind::Email, "shared@example.com"}, "test"));
  EXPECT_THAT(members("one"), ElementsAre("cat"));
  EXPECT_THAT(members("two"), ElementsAre("ann+bob"));
}

TEST_F(SavedTest, AVisitorIsAMemberAsTheUserTheyBecomeAndADeviceTakesNobodyIn) {
  says("", "d1");
  says("ann", "d2");
  save_static("visitor", {{IdentifierKind::Anonymous, "d1"}});
  save_static("user", {kAnn});
  says("bob", "d1");
  EXPECT_THAT(members("visitor"), ElementsAre("bob"));
  ASSERT_TRUE(workspace_->sever({IdentifierKind::User, "ann"}, {IdentifierKind::Anonymous, "d2"}, "test"));
  EXPECT_THAT(members("user"), ElementsAre("ann")) << "the device alone is nobody who was chosen";
}

TEST_F(SavedTest, AnErasedPersonLeavesForGoodWithNoKeyLeft) {
  says("ann", "d1", "ann@example.com");
  says("bob", "d2");
  save_static("both", {kAnn, kBob});
  save_static("ann alone", {kAnn});
  const PersonKey key = *workspace_->view().people->key_of(kAnn);
  const std::uint64_t before = saved().erasures();
  ASSERT_TRUE(workspace_->erase(person(IdentifierKind::User, "ann")));
  EXPECT_THAT(members("both"), ElementsAre("bob"));
  EXPECT_THAT(members("ann alone"), IsEmpty());
  says("ann", "d9", "ann@example.com");
  EXPECT_THAT(members("both"), ElementsAre("bob")) << "who comes back is somebody new";
  const auto rows = workspace_->ledger().query(
      fmt::format("select count(*) from cohort_members where person_key = {}", key.value), 1);
  EXPECT_EQ(rows->rows[0][0], "0");

  // What was looked for before the erasure is not saved after it.
  SavedDraft late;
  late.name = "late";
  late.body = "{}";
  late.members = KeyList{key};
  late.erasures = before;
  const auto refused = saved().put(std::move(late));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  open();
  EXPECT_THAT(members("both"), ElementsAre("bob"));
  // Closing has written the ledger anew: the key's bytes are nowhere.
  workspace_.reset();
  const std::string bytes = *read_file(folder_ / kLedgerFile);
  std::string raw(sizeof(key.value), '\0');
  std::memcpy(raw.data(), &key.value, sizeof(key.value));
  EXPECT_EQ(bytes.find(raw), std::string::npos);
}

TEST_F(SavedTest, VersionsGrowAndConflictsAreRefused) {
  using What = Expected::What;
  says("ann", "d1");
  EXPECT_EQ(save_live("a", "everyone", {What::Nothing, 0})->version, 1U);
  EXPECT_EQ(save_live("a", "everyone", {What::Nothing, 0}).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(save_live("a", "did A", {What::Version, 1})->version, 2U);
  EXPECT_EQ(save_live("a", "did B", {What::Version, 1}).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(save_live("b", "did B", {What::Version, 1}).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(saved().remove(SavedKind::Cohort, "a", {What::Version, 1}).error().kind, ErrorKind::Conflict);
  open();
  EXPECT_EQ(saved().state()->find(SavedKind::Cohort, "a")->version, 2U);
  ASSERT_TRUE(saved().remove(SavedKind::Cohort, "a", {What::Version, 2}));
  EXPECT_EQ(saved().remove(SavedKind::Cohort, "a", {}).error().kind, ErrorKind::NotFound);
}

TEST_F(SavedTest, OfManyWhoChangeOneVersionOneIsDone) {
  ASSERT_TRUE(save_live("a", "everyone"));
  std::atomic<int> done{0}, refused{0};
  {
    std::vector<std::jthread> threads;
    for (int each = 0; each < 4; ++each)
      threads.emplace_back([&] { ++(save_live("a", "did A", {Expected::What::Version, 1}) ? done : refused); });
  }
  EXPECT_EQ(done, 1);
  EXPECT_EQ(refused, 3);
}

TEST_F(SavedTest, WhatOthersNameCannotVanishAndCirclesAreRefused) {
  ASSERT_TRUE(save_live("a", "everyone"));
  ASSERT_TRUE(save_live("b", "in cohort a"));
  EXPECT_THAT(save_live("a", "in cohort b").error().message, HasSubstr("in a circle"));
  EXPECT_THAT(save_live("c", "in cohort aa").error().message, HasSubstr("there is no cohort \"aa\""));
  ASSERT_TRUE(save(SavedKind::Question, "q", R"({"ask":"roles","lens":{"filter":"in cohort b"}})"));
  ASSERT_TRUE(save(SavedKind::Board, "board", R"({"tiles":[{"question":"q"}]})"));
  EXPECT_THAT(save(SavedKind::Board, "other", R"({"tiles":[{"question":"p"}]})").error().message, HasSubstr("\"p\""));
  EXPECT_THAT(saved().remove(SavedKind::Cohort, "b", {}).error().message, HasSubstr("question \"q\""));
  EXPECT_THAT(saved().remove(SavedKind::Question, "q", {}).error().message, HasSubstr("board \"board\""));
  ASSERT_TRUE(saved().remove(SavedKind::Board, "board", {}));
  ASSERT_TRUE(saved().remove(SavedKind::Question, "q", {}));
  EXPECT_THAT(saved().remove(SavedKind::Cohort, "a", {}).error().message, HasSubstr("cohort \"b\""));
  ASSERT_TRUE(saved().remove(SavedKind::Cohort, "b", {}));
  ASSERT_TRUE(saved().remove(SavedKind::Cohort, "a", {}));
}

TEST_F(SavedTest, NamesAndBodiesAreChecked) {
  for (const char* name : {"", " a", "a/b", "a\"b", "a\nb", "\xff"}) EXPECT_FALSE(check_saved_name(name)) << name;
  EXPECT_TRUE(check_saved_name("Fidèles de l'été"));
  EXPECT_FALSE(save_live(std::string(101, 'a'), "everyone"));
  EXPECT_THAT(save_live("a", "did").error().message, HasSubstr("/criteria"));
  EXPECT_FALSE(save(SavedKind::Question, "q", "{}"));
  EXPECT_FALSE(save(SavedKind::Cohort, "nobody named", "{}")) << "a static one without people";
}

TEST_F(SavedTest, AllOfSeveralAreSavedOrNone) {
  std::vector<SavedDraft> drafts(2);
  drafts[0].name = "a";
  drafts[0].body = R"({"criteria":"not in cohort b"})";
  drafts[1].name = "b";
  drafts[1].body = R"({"criteria":"in cohort missing"})";
  EXPECT_FALSE(saved().put(drafts));
  EXPECT_TRUE(saved().state()->all(SavedKind::Cohort).empty());
  drafts[1].body = R"({"criteria":"did A"})";
  ASSERT_TRUE(saved().put(drafts)) << "each is there when names are looked for";
  open();
  EXPECT_EQ(saved().state()->all(SavedKind::Cohort).size(), 2U);
}

TEST_F(SavedTest, ALargeStaticCohortIsKeptWhole) {
  SavedDraft draft;
  draft.name = "large";
  draft.body = "{}";
  draft.erasures = saved().erasures();
  draft.members.emplace();
  for (std::uint64_t key = 1; key <= 120'000; ++key) draft.members->emplace_back(key * 0x9E3779B97F4A7C15ULL);
  std::sort(draft.members->begin(), draft.members->end());
  const KeyList wanted = *draft.members;
  ASSERT_TRUE(saved().put(std::move(draft)));
  open();
  EXPECT_EQ(*saved().state()->find(SavedKind::Cohort, "large")->members, wanted);
}

}  // namespace
}  // namespace habitue::workspace
