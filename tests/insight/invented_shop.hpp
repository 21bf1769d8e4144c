// A shop whose customers buy and leave by a known law, for the tests of what is foretold.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>

#include "insight/forecast/forecast.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {

inline constexpr int kDays = 60 * 7;
inline const UtcMicros kStart = *parse_moment("2024-01-01T12:00:00Z", Zone::utc());

inline UtcMicros day(int number) { return kStart + std::chrono::days{number}; }

// MBG/NBD in days: a rate of one's own, a chance of one's own to leave after each purchase.
inline std::vector<journey::Said> invent(int customers, unsigned seed, int days = kDays) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<journey::Said> story;
  for (int customer = 0; customer < customers; ++customer) {
    const double rate = boost::random::gamma_distribution<double>(1.2, 0.02)(random);
    const double leaves = 0.25 * uniform(random);
    const double amount = 20 + 60 * uniform(random);
    double at = uniform(random) * 0.35 * days;
    while (at < days) {
      story.push_back({fmt::format("c{}", customer), "Order Completed", format_moment(day(static_cast<int>(at))),
                       fmt::format(R"({{"total":{:.2f}}})", amount * (0.7 + 0.6 * uniform(random)))});
      if (uniform(random) < leaves) break;
      at += std::max(1.0, boost::random::exponential_distribution<double>(rate)(random));
    }
  }
  return story;
}

inline config::Business shop() {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.hypotheses.emplace_back();
  business.hypotheses.back().version = "v1";
  business.margin.share = 0.5;
  return business;
}

struct Shop {
  explicit Shop(const std::vector<journey::Said>& story, int as_of = kDays)
      : built(journey::build_journeys(story)), customers(*Customers::bind(built.snapshot, shop())) {
    question.as_of = day(as_of);
  }
  Result<ForecastReport> ask(const ForecastSpec& spec) const { return ask_forecast(*customers, question, spec); }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};

}  // namespace habitue::insight
