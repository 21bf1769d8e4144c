// Whom a side charges is whom its strict count counts: people, or accounts whatever their number of members.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/reports.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {
namespace {

using knowledge::Role;

criteria::Expression rule(std::string_view text) { return *criteria::parse(text); }

// acme: its buyer and two members, paid. beta: its buyer and a member, nothing paid. gamma: a member whom nobody pays for
// by name, paid by a transfer. gus is of no account and paid.
constexpr const char* kMoney = R"({"total":100,"currency":"EUR"})";
const std::vector<journey::Said> kStory{
    {"ann", "$identify", "2024-01-01", R"({"job":"buyer","size":"big"})"},
    {"ann", "$group", "2024-01-01", "{}", "acme"},
    {"ann", "Payment Succeeded", "2024-01-02", kMoney},
    {"bob", "$identify", "2024-01-01", R"({"job":"none","size":"small"})"},
    {"bob", "$group", "2024-01-01", "{}", "acme"},
    {"cid", "$identify", "2024-01-01", R"({"job":"none","size":"small"})"},
    {"cid", "$group", "2024-01-01", "{}", "acme"},
    {"dan", "$identify", "2024-01-01", R"({"job":"buyer","size":"small"})"},
    {"dan", "$group", "2024-01-01", "{}", "beta"},
    {"eve", "$identify", "2024-01-01", R"({"job":"none"})"},
    {"eve", "$group", "2024-01-01", "{}", "beta"},
    {"fay", "$identify", "2024-01-01", R"({"job":"none","size":"small"})"},
    {"fay", "$group", "2024-01-01", "{}", "gamma"},
    {"", "Payment Succeeded", "2024-01-03", kMoney, "gamma"},
    {"gus", "$identify", "2024-01-01", R"({"size":"big"})"},
    {"gus", "Payment Succeeded", "2024-01-03", kMoney},
    {"gus", "Searched", "2024-01-03", "{}"},
};

config::Business firm() {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.sides.front().charged = config::Charged::Account;
  business.sides.front().payer = rule(R"(trait job = "buyer")");
  business.hypotheses.push_back({});
  business.hypotheses.back().version = "v1";
  business.hypotheses.back().from = *parse_day("2024-01-01");
  business.hypotheses.back().audience = rule(R"(trait size = "big")");
  business.wanted_act = {"a search", rule("did Searched")};
  return business;
}

RolesReport report_of(const config::Business& business) {
  const auto built = journey::build_journeys(kStory);
  const auto customers = *Customers::bind(built.snapshot, business);
  Question question;
  question.as_of = *parse_moment("2024-02-01", Zone::utc());
  return *ask_roles(*customers, question);
}

TEST(RolesReport, CountsAccountsWhereAccountsAreCharged) {
  const RolesReport report = report_of(firm());
  const RoleFigures& all = report.sides.front().figures.all;
  EXPECT_EQ(report.sides.front().charged, config::Charged::Account);
  EXPECT_THAT(all.people, testing::ElementsAre(2, 1, 4, 0));  // ann and gus; dan; bob, cid, eve and fay.
  EXPECT_EQ(all.total, 7U);
  EXPECT_EQ(all.parties, 4U);   // acme, beta, gamma, gus.
  EXPECT_EQ(all.has_paid, 3U);  // acme, gamma, gus.
}

TEST(RolesReport, CountsPeopleWherePeopleAreCharged) {
  config::Business business = firm();
  business.sides.front() = {};
  const RoleFigures all = report_of(business).sides.front().figures.all;
  EXPECT_EQ(all.parties, 7U);
  EXPECT_EQ(all.has_paid, 2U);  // ann and gus: the transfer names nobody.
}

TEST(RolesReport, PlacesAnAccountInTheAudienceOfItsMembersAndThePartsAddUp) {
  const ByAudience<RoleFigures> figures = report_of(firm()).sides.front().figures;
  EXPECT_EQ(figures.inside.parties, 2U);   // acme by ann; gus.
  EXPECT_EQ(figures.outside.parties, 1U);  // gamma.
  EXPECT_EQ(figures.unknown.parties, 1U);  // beta: of eve it cannot be told.
  EXPECT_EQ(figures.inside.has_paid, 2U);
  EXPECT_EQ(figures.outside.has_paid, 1U);
}

TEST(RolesReport, FindsAtAuditAccountsAndNotTheMembersWhomTheyServe) {
  const RolesReport report = report_of(firm());
  EXPECT_EQ(report.paid_not_supposed, 1U);  // gamma: it paid, and nobody there is its payer.
  EXPECT_EQ(report.supposed_not_paid, 1U);  // beta.
}

TEST(RolesReport, SaysWhoseMoneyItIsByRoleAndWhatTheWideCountCounts) {
  const RolesReport report = report_of(firm());
  const RoleFigures& all = report.sides.front().figures.all;
  const auto clients = static_cast<std::size_t>(Role::Client);
  ASSERT_EQ(all.money[clients].size(), 1U);
  EXPECT_EQ(all.money[clients][0].received_minor, 20'000);
  EXPECT_TRUE(all.money[static_cast<std::size_t>(Role::Beneficiary)].empty());
  EXPECT_EQ(all.balances()[0].received_minor, 20'000);
  EXPECT_EQ(report.of_nobody[0].received_minor, 10'000);
  EXPECT_EQ(all.took_part, 1U);
  EXPECT_EQ(report.wanted_act_criterion, "did Searched");
  EXPECT_EQ(report.sides.front().members, "") << "everyone is on this side";
  config::Business sided = firm();
  sided.sides.front().members = rule("account exists");
  EXPECT_EQ(report_of(sided).sides.front().members, "account exists");
}

}  // namespace
}  // namespace habitue::insight
