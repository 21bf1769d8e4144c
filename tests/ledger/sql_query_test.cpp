// The owner's SQL: everything may be read, nothing changed, nothing outside touched.
#include "ledger/sql_text.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "ledger_fixture.hpp"

namespace habitue::ledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Cells = std::vector<std::optional<std::string>>;

class Sql : public LedgerFile {
 protected:
  void SetUp() override {
    LedgerFile::SetUp();
    ledger_ = open();
    intake::Event order = track("o1", "ann");
    order.name = "Order Completed";
    order.properties = R"({"order_id":"1001","total":12.5,"currency":"GBP","products":[{"product_id":"p1"}]})";
    intake::Event identify = track("i1", "ann");
    identify.type = intake::EventType::Identify;
    identify.name.clear();
    identify.properties = R"({"country":"France","age":41})";
    ASSERT_TRUE(ledger_->append({order, identify}));
  }
  void TearDown() override {
    ledger_.reset();
    LedgerFile::TearDown();
  }

  std::unique_ptr<Ledger> ledger_;
};

TEST_F(Sql, GivesEveryTypeAsItsClientWouldShowIt) {
  const auto table = ledger_->query(
      "SELECT 1 AS a, NULL AS a, 12.50::DECIMAL(9,2) AS total, TIMESTAMP '2011-12-09 12:50:00' AS at_, [1,2] AS list,"
      " {'x': 1} AS pair, properties->'products' AS products, event_type, true AS yes FROM events WHERE name IS NOT "
      "NULL; -- done",
      10);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_THAT(table->columns, ElementsAre("a", "a", "total", "at_", "list", "pair", "products", "event_type", "yes"));
  EXPECT_THAT(table->types, ElementsAre("INTEGER", "INTEGER", "DECIMAL(9,2)", "TIMESTAMP", "INTEGER[]", "STRUCT",
                                        "JSON", "ENUM", "BOOLEAN"));
  ASSERT_EQ(table->rows.size(), 1U);
  EXPECT_EQ(table->rows[0], (Cells{"1", std::nullopt, "12.50", "2011-12-09 12:50:00", "[1, 2]", "{'x': 1}",
                                   R"([{"product_id":"p1"}])", "track", "true"}));
}

TEST_F(Sql, HasViewsOfOrdersAndTraits) {
  EXPECT_EQ(ledger_->query("SELECT order_id, total, currency FROM orders", 10)->rows,
            (std::vector<Cells>{{"1001", "12.5", "GBP"}}));
  EXPECT_EQ(ledger_->query("SELECT trait, value FROM traits ORDER BY trait", 10)->rows,
            (std::vector<Cells>{{"age", "41"}, {"country", "\"France\""}}));
}

TEST_F(Sql, KeepsTheOrderAndSaysWhenThereIsMore) {
  const auto table = ledger_->query("SELECT i FROM range(5000) t(i) ORDER BY i DESC", 3);
  EXPECT_EQ(table->rows, (std::vector<Cells>{{"4999"}, {"4998"}, {"4997"}}));
  EXPECT_TRUE(table->truncated);
  EXPECT_FALSE(ledger_->query("SELECT 1", 1)->truncated);
  EXPECT_GT(ledger_->query("EXPLAIN SELECT * FROM events", 10)->rows.size(), 0U);
  EXPECT_GT(ledger_->query("DESCRIBE events", 100)->rows.size(), 15U);
  EXPECT_GT(ledger_->query("SHOW TABLES", 100)->rows.size(), 3U);
  EXPECT_EQ(ledger_->query("WITH one AS (SELECT 1 AS n) FROM one", 100)->rows.size(), 1U);
}

struct Refusal {
  std::string name, sql;
};
class Refused : public Sql, public testing::WithParamInterface<Refusal> {};
TEST_P(Refused, WritesNothingAndReadsNothingOutside) {
  const auto table = ledger_->query(GetParam().sql, 10);
  ASSERT_FALSE(table) << GetParam().sql;
  EXPECT_EQ(table.error().kind, ErrorKind::InvalidInput) << table.error().message;
  EXPECT_EQ(all_events(*ledger_).size(), 2U);
  EXPECT_TRUE(ledger_->append({track("after")})) << "the ledger still takes events";
}
INSTANTIATE_TEST_SUITE_P(
    Statements, Refused,
    testing::Values(
        Refusal{"Delete", "DELETE FROM events"}, Refusal{"Insert", "INSERT INTO settings VALUES ('a', '1')"},
        Refusal{"Update", "UPDATE events SET name = 'x'"}, Refusal{"Create", "CREATE TABLE x (a INT)"},
        Refusal{"Temporary", "CREATE TEMP TABLE x AS SELECT 1"}, Refusal{"Drop", "DROP TABLE events"},
        Refusal{"Two", "SELECT 1; DELETE FROM events"},
        Refusal{"ClosesTheBracket", "SELECT 1) AS x; DELETE FROM events; --"},
        Refusal{"ExplainAnalyze", "EXPLAIN ANALYZE DELETE FROM events"},
        Refusal{"Attach", "ATTACH '/tmp/x.duckdb' AS x"}, Refusal{"CopyOut", "COPY events TO '/tmp/habitue_out.csv'"},
        Refusal{"ReadFile", "SELECT * FROM read_text('/etc/passwd')"},
        Refusal{"ReadCsv", "SELECT * FROM '/etc/passwd'"}, Refusal{"Glob", "SELECT * FROM glob('/etc/*')"},
        Refusal{"Install", "INSTALL httpfs"}, Refusal{"Load", "LOAD httpfs"}, Refusal{"Set", "SET threads = 1"},
        Refusal{"Pragma", "PRAGMA memory_limit = '1GB'"}, Refusal{"Checkpoint", "CHECKPOINT"},
        Refusal{"Call", "CALL checkpoint()"}, Refusal{"CheckpointFunction", "FROM force_checkpoint('ledger')"},
        Refusal{"Logging", "FROM enable_logging()"},
        Refusal{"HiddenLogging", "FROM query('FROM enable_' || 'logging()')"}, Refusal{"Begin", "BEGIN"},
        Refusal{"Prepare", "PREPARE p AS DELETE FROM events"}, Refusal{"Export", "EXPORT DATABASE '/tmp/x'"},
        Refusal{"Vacuum", "VACUUM"}, Refusal{"Use", "USE memory"}, Refusal{"Parameter", "SELECT ?"},
        Refusal{"Nothing", " ; -- "}, Refusal{"Nonsense", "SELEC 1"},
        Refusal{"UnknownColumn", "SELECT colour FROM events"}),
    [](const auto& test) { return test.param.name; });

TEST_F(Sql, StopsAStatementThatTakesTooLong) {
  const auto begin = std::chrono::steady_clock::now();
  const auto table = ledger_->query(
      "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3", 10, 100);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(table.error().message, HasSubstr("stopped after 100 ms"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(SqlText, FindsTheFirstStatement) {
  EXPECT_EQ(first_statement("select 1"), "select 1");
  EXPECT_EQ(first_statement("; /* ; */ select ';', \";\" -- ;\n, $$;$$, $a$;$$;$a$ ; -- end"),
            " /* ; */ select ';', \";\" -- ;\n, $$;$$, $a$;$$;$a$ ");
  EXPECT_EQ(first_statement("select 'it''s; fine';"), "select 'it''s; fine'");
}

TEST(SqlText, SeesForbiddenCallsHoweverTheyAreWritten) {
  for (const char* sql :
       {"from Query('x')", "from \"query\" /* ( */ ('x')", "select 'x'.query\n()", "from main.query_table('x')"})
    EXPECT_FALSE(forbidden_call(sql).empty()) << sql;
  for (const char* sql : {"select query from x", "select 'query(1)'", "select my_query(1)", "-- query(1)\nselect 1",
                          "select \"a\"\"query\"(1)"})
    EXPECT_TRUE(forbidden_call(sql).empty()) << sql;
}

}  // namespace
}  // namespace habitue::ledger
