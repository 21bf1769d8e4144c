#include "workspace/workspace.hpp"

#include <chrono>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "insight/reports.hpp"
#include "workspace/keys.hpp"

namespace habitue::workspace {
namespace {

constexpr const char* kConfig = "name = \"Test\"\ncurrency = \"EUR\"\nzone = \"Europe/Paris\"\n";

intake::Event purchase(const std::string& id, const std::string& user, const char* at, double total) {
  intake::Event event;
  event.message_id = id;
  event.name = "Order Completed";
  event.at = *parse_moment(at, Zone::utc());
  event.received_at = event.at;
  event.user_id = user;
  event.properties = fmt::format(R"({{"order_id":"{}","total":{},"currency":"EUR"}})", id, total);
  return event;
}

intake::Event identify(const std::string& id, const std::string& user, const std::string& anonymous,
                       const std::string& traits) {
  intake::Event event;
  event.message_id = id;
  event.type = intake::EventType::Identify;
  event.at = *parse_moment("2025-01-01T00:00:00Z", Zone::utc());
  event.received_at = event.at;
  event.user_id = user;
  event.anonymous_id = anonymous;
  event.properties = traits;
  return event;
}

std::vector<intake::Event> one(intake::Event event) {
  std::vector<intake::Event> events;
  events.push_back(std::move(event));
  return events;
}

class WorkspaceTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              fmt::format("habitue_{}", testing::UnitTest::GetInstance()->current_test_info()->name()) / "acme";
    std::filesystem::remove_all(folder_.parent_path());
    ASSERT_TRUE(create(folder_, kConfig));
    open();
  }
  void open() {
    workspace_.reset();
    auto opened = Workspace::open(folder_);
    ASSERT_TRUE(opened) << opened.error().message;
    workspace_ = std::move(*opened);
  }
  void accept(intake::Event event) {
    const auto kept = workspace_->accept(one(std::move(event)));
    ASSERT_TRUE(kept) << kept.error().message;
  }
  std::uint64_t clients() {
    insight::Question question;
    question.as_of = *parse_moment("2026-01-01", Zone::utc());
    const View view = workspace_->view();
    const auto report = insight::ask_roles(*view.customers, question);
    return report ? report->sides.front().figures.all.people[static_cast<std::size_t>(knowledge::Role::Client)] : 999;
  }
  std::size_t events() { return workspace_->view().customers->snapshot().event_count(); }

  std::filesystem::path folder_;
  std::unique_ptr<Workspace> workspace_;
};

TEST_F(WorkspaceTest, ShowsAnAcknowledgedEventToQuestionsWithinASecond) {
  accept(purchase("o1", "ann", "2025-06-01T10:00:00Z", 10));
  const auto acknowledged = std::chrono::steady_clock::now();
  while (clients() == 0 && std::chrono::steady_clock::now() - acknowledged < std::chrono::seconds(1))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(clients(), 1U);
}

TEST_F(WorkspaceTest, AnswersTheSameAfterReopening) {
  for (int i = 0; i < 200; ++i)
    accept(purchase(fmt::format("o{}", i), fmt::format("u{}", i % 50), "2025-06-01T10:00:00Z", 10));
  ASSERT_TRUE(workspace_->settle());
  EXPECT_EQ(clients(), 50U);
  open();
  EXPECT_TRUE(workspace_->notices().empty());
  EXPECT_EQ(clients(), 50U);
  EXPECT_EQ(events(), 200U);
}

TEST_F(WorkspaceTest, RebuildsADamagedSnapshotAndSaysSo) {
  for (int i = 0; i < 50; ++i)
    accept(purchase(fmt::format("o{}", i), fmt::format("u{}", i), "2025-06-01T10:00:00Z", 10));
  workspace_.reset();
  for (const char* name : {"journeys.bin", "people.bin"}) {
    {
      std::fstream file(folder_ / kSnapshotFolder / name, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(100);
      file.put('\x5a');
      file.put('\xa5');
    }
    open();
    ASSERT_EQ(workspace_->notices().size(), 1U) << name;
    EXPECT_NE(workspace_->notices().front().find("could not be used"), std::string::npos);
    EXPECT_EQ(clients(), 50U);
    workspace_.reset();
  }
  std::filesystem::remove_all(folder_ / kSnapshotFolder);
  open();
  EXPECT_EQ(clients(), 50U);
}

TEST_F(WorkspaceTest, MergesOnIdentifyAndGivesBackBothWhenTheLinkIsSevered) {
  intake::Event anonymous = purchase("o1", "", "2025-06-01T10:00:00Z", 10);
  anonymous.anonymous_id = "device-1";
  accept(anonymous);
  accept(purchase("o2", "ann", "2025-06-02T10:00:00Z", 10));
  ASSERT_TRUE(workspace_->settle());
  EXPECT_EQ(clients(), 2U);
  accept(identify("i1", "ann", "device-1", "{}"));
  ASSERT_TRUE(workspace_->settle());
  EXPECT_EQ(clients(), 1U);
  const identity::Identifier user{identity::IdentifierKind::User, "ann"},
      device{identity::IdentifierKind::Anonymous, "device-1"};
  const auto people = workspace_->sever(user, device, "test");
  ASSERT_TRUE(people) << people.error().message;
  EXPECT_EQ(people->size(), 2U);
  EXPECT_EQ(clients(), 2U);
  // The decision of today is no event of theirs: their data still end when they did.
  EXPECT_EQ(format_moment(*workspace_->view().customers->snapshot().last_event_at()), "2025-06-02T10:00:00Z");
  ASSERT_TRUE(workspace_->restore(user, device, "test"));
  EXPECT_EQ(clients(), 1U);
  open();
  EXPECT_EQ(clients(), 1U);
}

TEST_F(WorkspaceTest, ErasesAPersonFromEveryFile) {
  accept(identify("i1", "ann-secret-id", "", R"({"email":"ann.secret@example.com"})"));
  accept(purchase("o1", "ann-secret-id", "2025-06-01T10:00:00Z", 10));
  accept(purchase("o2", "bob", "2025-06-01T10:00:00Z", 10));
  ASSERT_TRUE(workspace_->settle());
  const auto person = workspace_->view().people->find({identity::IdentifierKind::User, "ann-secret-id"});
  ASSERT_TRUE(person);
  const auto erased = workspace_->erase(*person);
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(*erased, 2U);
  EXPECT_EQ(clients(), 1U);
  EXPECT_FALSE(workspace_->view().people->find({identity::IdentifierKind::User, "ann-secret-id"}));
  workspace_.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_))
    if (entry.is_regular_file() && entry.path().parent_path().filename() == kSnapshotFolder) {
      EXPECT_EQ(read_file(entry.path())->find("ann-secret"), std::string::npos) << entry.path();
    }
  open();
  EXPECT_EQ(events(), 1U);
}

TEST_F(WorkspaceTest, ImportsOnceAndTakesItBackWhole) {
  accept(purchase("before", "zoe", "2025-06-01T10:00:00Z", 10));
  const auto file = folder_.parent_path() / "orders.csv";
  {
    std::ofstream out(file);
    out << "order_id,customer_id,date,total,currency\n";
    for (int i = 0; i < 30; ++i)
      out << fmt::format("A{},c{},2025-03-{:02} 10:00:00,12.50,EUR\n", i, i % 10, i % 28 + 1);
    out << "A99,c1,not a date,12.50,EUR\n";
  }
  const auto inspection = intake::inspect_file(file);
  ASSERT_TRUE(inspection) << inspection.error().message;
  const auto outcome = workspace_->import({file, inspection->proposed, false}, {}, nullptr);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(clients(), 11U);
  EXPECT_EQ(outcome->report.rows_rejected, 1U);
  EXPECT_NE(read_file(outcome->rejected_rows)->find("not a date"), std::string::npos);
  const auto again = workspace_->import({file, inspection->proposed, false}, {}, nullptr);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_imported);
  const auto forced = workspace_->import({file, inspection->proposed, true}, {}, nullptr);
  ASSERT_TRUE(forced) << forced.error().message;
  EXPECT_EQ(forced->events_added, 0U);
  EXPECT_EQ(clients(), 11U);
  ASSERT_TRUE(workspace_->undo_import(outcome->id));
  EXPECT_EQ(clients(), 1U);
  EXPECT_EQ(events(), 1U);
  open();
  EXPECT_EQ(clients(), 1U);
}

TEST_F(WorkspaceTest, RefusesAWrongConfigurationAndKeepsTheOld) {
  const auto refused = workspace_->configure("name = \"Test\"\ncurency = \"EUR\"\n");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("habitue.toml:2"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("currency"), std::string::npos) << refused.error().message;
  EXPECT_EQ(workspace_->config_text(), kConfig);
  ASSERT_TRUE(workspace_->configure("name = \"Other\"\ncurrency = \"EUR\"\n"));
  EXPECT_EQ(workspace_->view().customers->business().name, "Other");
}

TEST_F(WorkspaceTest, KeysOpenByTheirSecretUntilRevoked) {
  const auto made = create_key(workspace_->ledger(), "site", kWriteScope);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->secret.size(), 25U);
  EXPECT_EQ(made->secret.front(), 'c');
  const auto found = find_key(workspace_->ledger(), made->secret);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->scopes, kWriteScope);
  EXPECT_FALSE(find_key(workspace_->ledger(), made->secret + "x"));
  ASSERT_TRUE(revoke_key(workspace_->ledger(), made->key.id));
  EXPECT_FALSE(find_key(workspace_->ledger(), made->secret));
  EXPECT_EQ(read_file(folder_ / kLedgerFile)->find(made->secret), std::string::npos);
}

TEST(CreateWorkspace, RefusesNamesAndFoldersThatWouldHurt) {
  const auto root = std::filesystem::path(testing::TempDir()) / "habitue_create";
  std::filesystem::remove_all(root);
  EXPECT_EQ(create(root / "Été", kConfig).error().kind, ErrorKind::InvalidInput);
  ASSERT_TRUE(create(root / "a", kConfig));
  EXPECT_EQ(create(root / "a", kConfig).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(Workspace::open(root / "b").error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace habitue::workspace
