// docs/roles.md is the test: its truth table against the whole way from events to role and named rows (WHO-01).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "journey/journey_builder.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/markdown_table.hpp"

namespace habitue::knowledge {
namespace {

using journey::Said;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDocument = HABITUE_SOURCE_DIR "/docs/roles.md";

criteria::Expression rule(std::string_view text) {
  auto expression = criteria::parse(text);
  EXPECT_TRUE(expression) << text << ": " << expression.error().message;
  return *expression;
}

config::Business business_named(const std::string& name) {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  config::Side& side = business.sides.front();
  if (name == "school") side.supposed_to_pay = rule(R"(trait kind = "parent")");
  if (name == "firm" || name == "team") side.charged = config::Charged::Account;
  if (name == "firm") side.payer = rule(R"(trait job = "buyer")");
  if (name == "market") {
    side.name = "sellers";
    side.members = rule(R"(trait sells = "yes")");
    business.sides.push_back(side);
    business.sides[1].name = "buyers";
    business.sides[1].members = rule(R"(trait buys = "yes")");
    business.sides[1].supposed_to_pay = rule("not everyone");
  }
  return business;
}

// Day 1 is 2 January 2024, a day for each part of a story.
std::string moment_of(int day) { return format_day(*parse_day("2024-01-01") + std::chrono::days{day}) + " 12:00"; }

std::string money(const std::string& amount, const std::string& currency) {
  return amount.empty() ? "" : R"(,"total":)" + amount + R"(,"currency":")" + currency + '"';
}

/// `bob: paid 500 for A via acme @101`: who (ann when nobody is named), what happened, when.
Said read_part(std::string part, int day) {
  Said said{"ann", "", "", "{}", "", "{}"};
  if (const auto colon = part.find(": "); colon != std::string::npos) {
    said.who = part.substr(0, colon) == "nobody" ? "" : part.substr(0, colon);
    part = part.substr(colon + 2);
  }
  if (const auto at = part.find(" @"); at != std::string::npos) {
    day = std::stoi(part.substr(at + 2));
    part.resize(at);
  }
  said.when = moment_of(day);
  std::vector<std::string> words = split(part, " ");
  const std::string verb = words[0];
  std::string order, amount, own, currency = "EUR";
  for (std::size_t word = 1; word < words.size(); ++word) {
    const std::string& text = words[word];
    if (text == "for")
      order = words[++word];
    else if (text == "via")
      said.group = words[++word];
    else if (text.starts_with('#'))
      own = text.substr(1);
    else if (text == "EUR" || text == "USD")
      currency = text;
    else if ((verb == "order" || verb == "refund" || verb == "dispute") && order.empty())
      order = text;
    else
      amount = text;
  }
  const std::string quoted = order.starts_with('\'') ? '"' + order.substr(1, order.size() - 2) + '"'
                             : order.find_first_not_of("0123456789") == std::string::npos ? order
                                                                                          : '"' + order + '"';
  std::string properties = R"({"seen":true)" + money(amount, currency);
  if (!order.empty()) properties += R"(,"order_id":)" + quoted;
  if (!own.empty()) properties += R"(,"refund_id":")" + own + '"';
  properties += "}";
  const std::map<std::string, std::string> names{{"visits", "$page"},
                                                 {"order", "Order Completed"},
                                                 {"paid", "Payment Succeeded"},
                                                 {"refund", "Order Refunded"},
                                                 {"returned", "Payment Refunded"},
                                                 {"dispute", "Payment Disputed"},
                                                 {"trial", "Trial Started"},
                                                 {"joins", "$group"},
                                                 {"is", "$identify"}};
  said.what = names.at(verb);
  said.properties = properties;
  if (verb == "joins") said.group = words[1], said.properties = "{}";
  if (verb == "is") {
    const auto trait = split(words[1], "=");
    said.properties = R"({")" + trait[0] + R"(":")" + trait[1] + R"("})";
  }
  return said;
}

std::string word_of(criteria::Verdict verdict) {
  return verdict == criteria::Verdict::Inside ? "yes" : verdict == criteria::Verdict::Outside ? "no" : "unknown";
}

// The cells of the table, built from the answer.
struct Answer {
  std::string supposed, paid, role, rows;
};
Answer answer_of(const std::vector<RoleVerdict>& verdicts, bool name_sides) {
  Answer answer;
  std::set<std::uint64_t> rows;
  const auto join = [](std::string& into, const std::string& part, const char* separator) {
    into += (into.empty() ? "" : separator) + part;
  };
  for (const RoleVerdict& verdict : verdicts) {
    join(answer.supposed, word_of(verdict.supposed_to_pay), " / ");
    join(answer.paid, verdict.has_paid ? "yes" : "no", " / ");
    join(answer.role, (name_sides ? std::string(verdict.side) + ": " : "") + std::string(name_of(verdict.role)), ", ");
    for (const Movement& movement : verdict.movements) rows.insert(movement.seq.value);
  }
  for (const std::uint64_t seq : rows) join(answer.rows, std::to_string(seq), ", ");
  if (answer.rows.empty()) answer.rows = "none";
  return answer;
}

class Roles : public testing::TestWithParam<Row> {};

TEST_P(Roles, AreThoseOfTheTruthTable) {
  const Row& row = GetParam();
  std::vector<Said> story;
  for (const std::string& part : split(row[2], "; "))
    story.push_back(read_part(part, static_cast<int>(story.size()) + 1));
  const auto built = journey::build_journeys(story);
  const UtcMicros as_of = *parse_moment(moment_of(100), Zone::utc());
  for (const char* language : {"en", "fr"}) {
    config::Business business = business_named(row[1]);
    business.language = language;
    const auto customers = *Customers::bind(built.snapshot, business);
    const auto verdicts = customers->explain_roles(built.of("ann"), as_of);
    const Answer answer = answer_of(verdicts, row[1] == "market");
    EXPECT_EQ(answer.supposed, row[3]);
    EXPECT_EQ(answer.paid, row[4]);
    EXPECT_EQ(answer.role, row[5]);
    EXPECT_EQ(answer.rows, row[6]);

    // The quick answers are the explained ones.
    const auto roles = customers->roles_of(built.of("ann"), as_of);
    std::size_t next = 0;
    for (std::size_t side = 0; side < roles.size(); ++side) {
      const auto fact = customers->role_on(side, built.of("ann"), as_of);
      ASSERT_EQ(fact.has_value(), roles[side].has_value());
      if (!fact) continue;
      ASSERT_LT(next, verdicts.size());
      EXPECT_EQ(fact->role, verdicts[next].role);
      EXPECT_EQ(fact->has_paid, verdicts[next].has_paid);
      EXPECT_FALSE(verdicts[next].reason.empty());
      ++next;
    }
    EXPECT_EQ(next, verdicts.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Document, Roles, testing::ValuesIn(read_table(kDocument, "## Truth table")),
                         [](const auto& test) { return test_name(test.index + 1, test.param[0]); });

TEST(RolesDocument, HasTheFortyCases) { EXPECT_GE(read_table(kDocument, "## Truth table").size(), 40U); }

TEST(RoleReason, NamesTheRuleThePaymentsAndTheMoney) {
  const auto built =
      journey::build_journeys({{"ann", "$identify", "2024-01-01", R"({"kind":"parent"})"},
                               {"ann", "Order Completed", "2024-01-02", R"({"order_id":"A","total":50})"},
                               {"ann", "Order Refunded", "2024-01-03", R"({"order_id":"A","total":12.5})"}});
  config::Business business = business_named("school");
  const UtcMicros as_of = *parse_moment("2024-02-01", Zone::utc());
  const auto english = (*Customers::bind(built.snapshot, business))->explain_roles(built.of("ann"), as_of).front();
  EXPECT_EQ(english.reason,
            "Client: supposed to pay, and has paid (1 payment and 1 refund or dispute, 37.50 EUR net).");
  ASSERT_EQ(english.rule.size(), 1U);
  EXPECT_THAT(english.rule.front().part, HasSubstr("kind"));
  ASSERT_EQ(english.movements.size(), 2U);
  EXPECT_EQ(english.movements[0].order_id, "A");
  EXPECT_EQ(english.movements[1].event, "Order Refunded");
  business.language = "fr";
  const auto customers = *Customers::bind(built.snapshot, business);
  EXPECT_EQ(customers->explain_roles(built.of("ann"), as_of).front().reason,
            "Client\u202f: censé payer, et a payé (1 paiement et 1 remboursement ou litige, 37,50\u00a0EUR net).");
  const auto asked = customers->profile(built.of("ann"), as_of, "en");
  EXPECT_EQ(asked.roles.front().reason, english.reason);
  EXPECT_EQ(asked.roles.front().rule.front().found, english.rule.front().found);
  EXPECT_TRUE(asked.stage.reason.starts_with("New: ")) << asked.stage.reason;
}

TEST(Roles, CannotRestOnThemselves) {
  const auto built = journey::build_journeys({{"ann", "$page", "2024-01-01"}});
  config::Business business = business_named("shop");
  business.sides.front().supposed_to_pay = rule("role = client");
  const auto customers = Customers::bind(built.snapshot, business);
  ASSERT_FALSE(customers);
  EXPECT_EQ(customers.error().kind, ErrorKind::InvalidInput);
  EXPECT_THAT(customers.error().message, HasSubstr("supposed_to_pay"));
}

TEST(Roles, AreAnsweredToCriteria) {
  const auto built = journey::build_journeys(
      {{"ann", "Order Completed", "2024-01-02", R"({"total":50})"}, {"bob", "$page", "2024-01-02"}});
  const auto customers = *Customers::bind(built.snapshot, business_named("shop"));
  const auto clients = *customers->evaluator(rule("role = client and stage = new"));
  const UtcMicros as_of = *parse_moment("2024-02-01", Zone::utc());
  EXPECT_EQ(clients.evaluate(built.of("ann"), as_of), criteria::Verdict::Inside);
  EXPECT_EQ(clients.evaluate(built.of("bob"), as_of), criteria::Verdict::Outside);
  EXPECT_EQ(clients.evaluate(built.of("ann"), *parse_moment("2024-01-01", Zone::utc())), criteria::Verdict::Outside);
}

}  // namespace
}  // namespace habitue::knowledge
