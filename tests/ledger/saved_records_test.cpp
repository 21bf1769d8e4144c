// What people save, in the ledger's tables: all of a change or none, members taken away with the events of an erasure, and
// ledgers of the version before.
#include "ledger/saved_records.hpp"

#include <gmock/gmock.h>

#include "ledger/ledger_fixture.hpp"

namespace habitue::ledger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SavedRecords : public LedgerFile {
 protected:
  static SavedRecord record(const std::string& name, std::uint64_t id = 0, std::uint64_t version = 1) {
    return {.id = id,
            .kind = "cohort",
            .name = name,
            .body = R"({"a":1})",
            .version = version,
            .created_at = moment(1),
            .updated_at = moment(2)};
  }
  static std::vector<std::uint64_t> values(const std::vector<PersonKey>& keys) {
    std::vector<std::uint64_t> values;
    for (const PersonKey key : keys) values.push_back(key.value);
    return values;
  }
};

TEST_F(SavedRecords, AreKeptWithTheirMembersAndReplacedWhole) {
  std::uint64_t id = 0;
  {
    const auto ledger = open();
    SavedChange change{
        .put = {record("b"), record("a")}, .remove = {}, .members = {{1, {PersonKey(3), PersonKey(UINT64_MAX)}}}};
    const auto put = ledger->change_saved(std::move(change));
    ASSERT_TRUE(put) << put.error().message;
    id = (*put)[1].id;
    ASSERT_TRUE(ledger->change_saved({.put = {record("a", id, 2)}, .remove = {}, .members = {}}));
  }
  const auto ledger = open();
  const auto saved = *ledger->saved();
  ASSERT_EQ(saved.size(), 2U);
  EXPECT_EQ(saved[1].name, "a");
  EXPECT_EQ(saved[1].version, 2U);
  EXPECT_EQ(saved[1].updated_at, moment(2));
  EXPECT_THAT(values(*ledger->members(id)), ElementsAre(3, UINT64_MAX)) << "members stay when only the record changes";
  ASSERT_TRUE(ledger->change_saved({.put = {record("a", id, 3)}, .remove = {}, .members = {{0, {PersonKey(4)}}}}));
  EXPECT_THAT(values(*ledger->members(id)), ElementsAre(4));
  ASSERT_TRUE(ledger->change_saved({.put = {}, .remove = {id}, .members = {}}));
  EXPECT_THAT(*ledger->members(id), IsEmpty());
  EXPECT_GT((*ledger->change_saved({.put = {record("c")}, .remove = {}, .members = {}}))[0].id, id)
      << "ids are never given twice";
}

TEST_F(SavedRecords, AChangeThatFailsLeavesNothing) {
  const auto ledger = open();
  const auto failed = ledger->change_saved(
      {.put = {record("a"), record("gone", 77, 2)}, .remove = {}, .members = {{0, {PersonKey(1)}}}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::NotFound);
  EXPECT_THAT(*ledger->saved(), IsEmpty());
  EXPECT_EQ((*ledger->query("select count(*) from cohort_members", 1)).rows[0][0], "0");
}

TEST_F(SavedRecords, AnErasureTakesTheKeysWithTheEvents) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->append({track("a"), track("b")}));
  const auto put =
      ledger->change_saved({.put = {record("x"), record("y")},
                            .remove = {},
                            .members = {{0, {PersonKey(1), PersonKey(2)}}, {1, {PersonKey(2), PersonKey(3)}}}});
  const std::vector<EventSeq> seqs{EventSeq(1)};
  const std::vector<PersonKey> keys{PersonKey(2), PersonKey(9)};
  EXPECT_EQ(*ledger->erase(seqs, keys), 1U);
  EXPECT_THAT(values(*ledger->members((*put)[0].id)), ElementsAre(1));
  EXPECT_THAT(values(*ledger->members((*put)[1].id)), ElementsAre(3));
  EXPECT_EQ(*ledger->erase({}, std::vector{PersonKey(1)}), 0U) << "keys alone can be erased, too";
  EXPECT_THAT(*ledger->members((*put)[0].id), IsEmpty());
}

TEST_F(SavedRecords, ALedgerOfTheVersionBeforeGetsTheTables) {
  open()->append({track("a")}).value();
  {
    const auto database = open_database(file_);
    ASSERT_TRUE(run(*connect(*database),
                    "DROP TABLE saved; DROP TABLE cohort_members;"
                    "UPDATE meta SET value = '1' WHERE key = 'schema_version'"));
  }
  {
    const auto ledger = open();
    EXPECT_EQ(ledger->event_count(), 1U);
    EXPECT_THAT(*ledger->saved(), IsEmpty());
    ASSERT_TRUE(ledger->change_saved({.put = {record("a")}, .remove = {}, .members = {}}));
  }
  EXPECT_EQ(open()->saved()->size(), 1U);
}

}  // namespace
}  // namespace habitue::ledger
