// What was known of customers at their first purchase, in forecasts: planted differences come back and are used, others are not, and
// nothing that became known later is seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "insight/forecast/fit.hpp"
#include "insight/invented_shop.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::ElementsAre;
using testing::HasSubstr;

const ForecastSpec kByCoupon{.horizon_days = 84, .limit = 3, .covariates = {"purchase coupon"}};

// Who first bought with a coupon buys `buying` times as often as the others. Later purchases say nothing that holds.
std::vector<Said> couponed(int customers, unsigned seed, double buying, int days = kDays) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<Said> story;
  for (int customer = 0; customer < customers; ++customer) {
    const bool coupon = uniform(random) < 0.4;
    const double rate = boost::random::gamma_distribution<double>(3, 0.012)(random) * (coupon ? buying : 1);
    const double leaves = 0.15 * uniform(random);
    double at = uniform(random) * 0.35 * kDays;
    for (int bought = 0; at < days; ++bought) {
      const bool said = bought == 0 ? coupon : uniform(random) < 0.5;
      story.push_back({fmt::format("c{}", customer), "Order Completed", format_moment(day(static_cast<int>(at))),
                       fmt::format(R"({{"total":20,"coupon":"{}"}})", said ? "welcome" : "none")});
      if (uniform(random) < leaves) break;
      at += std::max(1.0, boost::random::exponential_distribution<double>(rate)(random));
    }
  }
  return story;
}

TEST(ForecastCovariates, FindsWhatIsPlantedAndGoesByIt) {
  const Shop shop(couponed(260, 4, 0.3));
  const auto report = shop.ask(kByCoupon);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->covariates && report->totals) << report->sentence_en;
  const ForecastCovariates& known = *report->covariates;
  EXPECT_EQ(known.verdict, ForecastCovariatesVerdict::Used) << known.sentence_en;
  EXPECT_LT(known.with->log_score, known.without->log_score);
  ASSERT_EQ(known.effects.size(), 1U);
  const ForecastEffect& effect = known.effects.front();
  EXPECT_EQ(effect.value, "welcome");
  EXPECT_EQ(effect.usual, "none");
  EXPECT_NEAR(static_cast<double>(effect.customers), 0.4 * 260, 20);
  ASSERT_TRUE(effect.buying_low && effect.buying_high);
  EXPECT_LT(*effect.buying_low, 0.3);
  EXPECT_GT(*effect.buying_high, 0.3);
  EXPECT_LT(*effect.buying_high, 0.6);
  EXPECT_THAT(known.sentence_en, HasSubstr("purchase coupon \"welcome\" beside \"none\": rate of buying 0."));
  EXPECT_THAT(known.sentence_fr, HasSubstr("purchase coupon « welcome » à côté de « none » : fréquence d'achat 0,"));
  EXPECT_GT(report->models.back().weight, 0.2);
  EXPECT_THAT(report->models.back().name, HasSubstr("with covariates"));
}

TEST(ForecastCovariates, AreLeftOutWhereTheyTellNothing) {
  const Shop shop(couponed(200, 6, 1));
  const auto report = shop.ask(kByCoupon);
  ASSERT_TRUE(report && report->covariates) << report->sentence_en;
  EXPECT_EQ(report->covariates->verdict, ForecastCovariatesVerdict::NotBetter) << report->covariates->sentence_en;
  EXPECT_EQ(report->models.back().weight, 0);
  ForecastSpec plain = kByCoupon;
  plain.covariates.clear();
  const auto without = shop.ask(plain);
  ASSERT_TRUE(without);
  EXPECT_FALSE(without->covariates);
  EXPECT_EQ(without->level, report->level);
  for (std::size_t at = 0; at < without->models.size(); ++at)
    EXPECT_EQ(without->models[at].weight, report->models[at].weight) << without->models[at].name;
}

TEST(ForecastCovariates, SeeNothingThatBecameKnownAfterTheFirstPurchase) {
  // A trait that tells exactly who came back, told once they had.
  std::vector<Said> story = couponed(200, 8, 0.4), told = story;
  std::map<std::string, std::string> last;
  for (const Said& said : story) last[said.who] = std::max(last[said.who], said.when);
  for (const auto& [who, when] : last)
    if (*parse_moment(when, Zone::utc()) > day(kDays - 84))
      told.push_back({who, "$identify", when, R"({"loyal":true})"});
  ForecastSpec spec = kByCoupon;
  spec.covariates = {"purchase coupon", "trait loyal"};
  const Shop late(told);
  const auto report = late.ask(spec);
  ASSERT_TRUE(report && report->covariates) << report.error().message;
  for (const ForecastEffect& effect : report->covariates->effects) EXPECT_EQ(effect.name, "purchase coupon");

  // Asked as of a day in the past on all data, and on those of that day, in another order and on other threads.
  std::vector<Said> known;
  for (const Said& said : told)
    if (*parse_moment(said.when, Zone::utc()) <= day(kDays - 60)) known.push_back(said);
  std::reverse(told.begin(), told.end());
  Shop then(known, kDays - 60), now(told, kDays - 60);
  then.question.threads = 1;
  now.question.threads = 3;
  const auto fit = fit_forecast(*then.customers, then.question, kByCoupon);
  const auto later = fit_forecast(*now.customers, now.question, kByCoupon);
  ASSERT_TRUE(fit && later);
  EXPECT_TRUE(bytes_of(*fit) == bytes_of(*later));
  const auto back = forecast_fit_of(bytes_of(*fit));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(bytes_of(*back) == bytes_of(*fit));
  const auto answer = ask_forecast(*then.customers, then.question, kByCoupon, &*back);
  const auto direct = ask_forecast(*then.customers, then.question, kByCoupon, &*fit);
  ASSERT_TRUE(answer && direct && direct->totals) << direct->sentence_en;
  EXPECT_EQ(answer->totals->all.value_minor, direct->totals->all.value_minor);
  EXPECT_EQ(answer->covariates->sentence_fr, direct->covariates->sentence_fr);
}

TEST(ForecastCovariates, GroupsRareValuesAndStaysWithinItsColumns) {
  std::vector<std::string> known;
  for (int value = 0; value < 30; ++value)
    for (int customer = 0; customer < 100 - 3 * value; ++customer) known.push_back(fmt::format("v{:02}", value));
  const std::vector<std::string> names{"trait city"};
  const auto covariates = forecast::covariates_of(names, known);
  ASSERT_EQ(covariates.size(), 1U);
  EXPECT_EQ(covariates[0].usual, "v00");
  ASSERT_EQ(covariates[0].columns.size(), forecast::kCovariateColumnsMax);
  EXPECT_EQ(covariates[0].columns[0].value, "");
  EXPECT_TRUE(covariates[0].columns[0].others) << "the rare ones together are the most";
  EXPECT_EQ(covariates[0].columns[1].value, "v01");
  const auto numbers = forecast::numbers_of(covariates, std::vector<std::string>{"v00", "v01", "v29", "never seen"});
  EXPECT_THAT(forecast::row_of(numbers, 0), testing::Each(0.0));
  EXPECT_EQ(forecast::row_of(numbers, 1)[1], 1);
  EXPECT_EQ(forecast::row_of(numbers, 2)[0], 1);
  EXPECT_EQ(forecast::row_of(numbers, 3)[0], 1);
}

TEST(ForecastCovariates, RefusesNamesThatCannotBe) {
  const Shop shop(couponed(20, 1, 1));
  const auto message = [&](std::vector<std::string> names) {
    ForecastSpec spec = kByCoupon;
    spec.covariates = std::move(names);
    const auto report = shop.ask(spec);
    return report ? std::string() : report.error().message;
  };
  EXPECT_THAT(message({"city"}), HasSubstr("`channel`, `trait NAME` or `purchase NAME`, not \"city\""));
  EXPECT_THAT(message({"channel", "channel"}), HasSubstr("is there twice"));
  EXPECT_THAT(message({"purchase a", "purchase b", "purchase c", "purchase d", "channel"}), HasSubstr("at most 4"));
  EXPECT_THAT(message({"purchase cupon"}), HasSubstr("did you mean \"coupon\""));
}

}  // namespace
}  // namespace habitue::insight
