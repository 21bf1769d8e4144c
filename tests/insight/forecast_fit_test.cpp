// What a forecast has learnt, kept: the same bytes from the same past, the same answers from the same bytes, and an end to its use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/forecast/fit.hpp"
#include "insight/invented_shop.hpp"

namespace habitue::insight {
namespace {

using testing::HasSubstr;

const ForecastSpec kQuarter{.horizon_days = 84, .limit = 5};

// Fitting takes most of the time of these tests: once for all.
const Shop& the_shop() {
  static const Shop shop(invent(170, 7));
  return shop;
}
const ForecastFit& the_fit() {
  static const ForecastFit fit = *fit_forecast(*the_shop().customers, the_shop().question, kQuarter);
  return fit;
}

TEST(ForecastFit, AnswersAsTheForecastItWasMadeFor) {
  const auto made = the_shop().ask(kQuarter);
  const auto kept = ask_forecast(*the_shop().customers, the_shop().question, kQuarter, &the_fit());
  ASSERT_TRUE(made && kept);
  EXPECT_EQ(kept->totals->all.value_minor, made->totals->all.value_minor);
  EXPECT_EQ(kept->totals->all.alive, made->totals->all.alive);
  EXPECT_EQ(kept->sentence_fr, made->sentence_fr);
  ASSERT_EQ(kept->customers.size(), made->customers.size());
  for (std::size_t at = 0; at < made->customers.size(); ++at) {
    EXPECT_EQ(kept->customers[at].person, made->customers[at].person);
    EXPECT_EQ(kept->customers[at].sentence_en, made->customers[at].sentence_en);
  }
  EXPECT_EQ(kept->fitted_as_of, the_shop().question.as_of);
  EXPECT_EQ(kept->fitted_customers, kept->totals->all.customers);
}

TEST(ForecastFit, IsTheSameToTheLastBitOnAnyNumberOfThreads) {
  Question alone = the_shop().question;
  alone.threads = 1;
  Question three = alone;
  three.threads = 3;
  const std::string bytes = bytes_of(the_fit());
  EXPECT_EQ(bytes_of(*fit_forecast(*the_shop().customers, alone, kQuarter)), bytes);
  EXPECT_EQ(bytes_of(*fit_forecast(*the_shop().customers, three, kQuarter)), bytes);
}

TEST(ForecastFit, ComesBackFromItsBytesToTheLastBit) {
  const std::string bytes = bytes_of(the_fit());
  const auto back = forecast_fit_of(bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(bytes_of(*back), bytes);
  const auto answer = ask_forecast(*the_shop().customers, the_shop().question, kQuarter, &*back);
  const auto direct = ask_forecast(*the_shop().customers, the_shop().question, kQuarter, &the_fit());
  EXPECT_EQ(answer->totals->all.value_minor, direct->totals->all.value_minor);
  EXPECT_EQ(answer->check.by_week.size(), direct->check.by_week.size());
  EXPECT_EQ(answer->check.origin, direct->check.origin);
}

TEST(ForecastFit, IsRefusedWhereItsBytesAreDamaged) {
  const std::string bytes = bytes_of(the_fit());
  for (std::size_t size = 0; size < bytes.size(); size += 97)
    EXPECT_FALSE(forecast_fit_of(std::string_view(bytes).substr(0, size))) << size;
  for (std::size_t at = 0; at < bytes.size(); at += 61) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    EXPECT_FALSE(forecast_fit_of(damaged)) << at;
  }
  EXPECT_EQ(forecast_fit_of("").error().kind, ErrorKind::Corrupt);
}

TEST(ForecastFit, NeverSeesMoreThanTheQuestion) {
  Question earlier = the_shop().question;
  earlier.as_of = day(kDays - 1);
  const auto answer = ask_forecast(*the_shop().customers, earlier, kQuarter, &the_fit());
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("seen more"));
  // Made as of a day in the past on all that came since, it is the one that was made that day.
  const std::vector<journey::Said> story = invent(170, 7);
  std::vector<journey::Said> known;
  for (const journey::Said& said : story)
    if (*parse_moment(said.when, Zone::utc()) <= day(kDays - 60)) known.push_back(said);
  const Shop then(known, kDays - 60);
  Question question = the_shop().question;
  question.as_of = day(kDays - 60);
  EXPECT_EQ(bytes_of(*fit_forecast(*the_shop().customers, question, kQuarter)),
            bytes_of(*fit_forecast(*then.customers, then.question, kQuarter)));
}

TEST(ForecastFit, HasMovedWithATwentiethMorePurchasesOrAMonth) {
  const auto moved = [](const std::vector<journey::Said>& story, int as_of) {
    const Shop shop(story, as_of);
    return *has_moved(*shop.customers, shop.question, the_fit());
  };
  std::vector<journey::Said> story = invent(170, 7);
  EXPECT_EQ(moved(story, kDays), std::nullopt);
  EXPECT_EQ(moved(story, kDays + 100), std::nullopt) << "nothing was bought since";
  const auto buy = [&](std::uint64_t times, int on) {
    for (std::uint64_t time = 0; time < times; ++time)
      story.push_back(
          {fmt::format("late{}", story.size()), "Order Completed", format_moment(day(on)), R"({"total":9})"});
  };
  const std::uint64_t twentieth = std::max<std::uint64_t>(20, (the_fit().purchases + 19) / 20);
  buy(twentieth - 1, kDays);
  EXPECT_EQ(moved(story, kDays + 27), std::nullopt);
  EXPECT_EQ(moved(story, kDays + 28), FitMoved::Aged);
  buy(1, kDays);
  EXPECT_EQ(moved(story, kDays), FitMoved::Moved);
}

TEST(ForecastFit, OfNobodyIsKeptAndSaysSo) {
  const Shop empty({});
  const auto fit = fit_forecast(*empty.customers, empty.question, kQuarter);
  ASSERT_TRUE(fit);
  EXPECT_FALSE(fit->is_usable());
  const auto back = forecast_fit_of(bytes_of(*fit));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_THAT(report_of(*back, *empty.customers).sentence_en, HasSubstr("nobody has bought yet"));
}

}  // namespace
}  // namespace habitue::insight
