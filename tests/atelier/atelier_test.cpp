// The invented company, whose truth is known: what was planted in it is found, all the way from its events to the reports.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "base/file.hpp"
#include "insight/products/products.hpp"
#include "insight/reports.hpp"
#include "insight/value/acquisition_cost.hpp"
#include "insight/value/cost_to_serve.hpp"
#include "simulate/simulate.hpp"
#include "workspace/workspace.hpp"

namespace habitue::atelier {
namespace {

using insight::Question;
using knowledge::Customers;

/// The atelier of the examples with the events of its simulation.
class Atelier {
 public:
  Atelier() : folder_(std::filesystem::temp_directory_path() / ("habitue-atelier-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto toml = read_file(std::filesystem::path(HABITUE_SOURCE_DIR) / "examples/atelier/habitue.toml");
    EXPECT_TRUE(toml);
    const auto created = workspace::create(folder_ / "atelier", *toml);
    EXPECT_TRUE(created) << created.error().message;
    auto opened = workspace::Workspace::open(folder_ / "atelier");
    EXPECT_TRUE(opened) << opened.error().message;
    workspace_ = std::move(*opened);
    auto simulated = simulate::run(options, [&](std::vector<intake::Event>&& events) -> Result<void> {
      return workspace_->accept(std::move(events)).map([](const ledger::Appended&) {});
    });
    EXPECT_TRUE(simulated) << simulated.error().message;
    truth = *simulated;
    EXPECT_TRUE(workspace_->settle());
    customers = workspace_->view().customers;
  }
  Atelier(const Atelier&) = delete;
  Atelier& operator=(const Atelier&) = delete;
  ~Atelier() {
    customers.reset();
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Everybody who came, as known at the end.
  Question at_the_end() const {
    Question question;
    question.as_of = customers->zone().start_of(options.to);
    return question;
  }
  /// Only those who had the time for every step.
  Question of_the_mature() const {
    Question question = at_the_end();
    question.period.to = customers->zone().start_of(options.to - std::chrono::days{simulate::kMatureDays});
    return question;
  }

  simulate::Options options;
  simulate::Truth truth;
  std::shared_ptr<const Customers> customers;

 private:
  std::filesystem::path folder_;
  std::unique_ptr<workspace::Workspace> workspace_;
};

void expect_near(double found, double planted, double tolerance, const std::string& what) {
  EXPECT_NEAR(found, planted, tolerance) << what;
}

// Two people on one device are one person to whoever reads the events, and duplicates are gone: counts differ by a little.
void expect_people(std::uint64_t found, std::uint64_t planted, const std::string& what) {
  const auto wanted = static_cast<double>(planted);
  EXPECT_NEAR(static_cast<double>(found), wanted, 5 + 0.03 * wanted) << what;
}

void finds_the_steps(const Atelier& atelier) {
  const auto report = insight::ask_aarrr(*atelier.customers, atelier.of_the_mature());
  ASSERT_TRUE(report) << report.error().message;
  for (std::size_t step = 0; step < report->steps.size(); ++step) {
    const auto planted = std::find_if(atelier.truth.steps.begin(), atelier.truth.steps.end(),
                                      [&](const auto& one) { return one.name == report->steps[step]; });
    ASSERT_NE(planted, atelier.truth.steps.end()) << report->steps[step];
    expect_people(report->figures.inside.steps[step].people, planted->mature.inside, planted->name + " inside");
    expect_people(report->figures.outside.steps[step].people, planted->mature.outside, planted->name + " outside");
    expect_people(report->figures.unknown.steps[step].people, planted->mature.unknown, planted->name + " unknown");
    EXPECT_EQ(report->figures.inside.steps[step].people + report->figures.outside.steps[step].people +
                  report->figures.unknown.steps[step].people,
              report->figures.all.steps[step].people);
  }
}

void finds_the_outsiders_and_the_step_that_they_hide(const Atelier& atelier) {
  const auto everybody = insight::ask_pollution(*atelier.customers, atelier.at_the_end());
  ASSERT_TRUE(everybody) << everybody.error().message;
  expect_near(everybody->outsiders.value, atelier.truth.outsiders_share, 0.01, "outsiders among sign-ups");
  const auto mature = insight::ask_pollution(*atelier.customers, atelier.of_the_mature());
  ASSERT_TRUE(mature);
  ASSERT_TRUE(mature->weakest_overall && mature->weakest_inside);
  EXPECT_EQ(mature->steps[*mature->weakest_overall].step, atelier.truth.weakest_overall);
  EXPECT_EQ(mature->steps[*mature->weakest_inside].step, atelier.truth.weakest_inside);
  EXPECT_NE(atelier.truth.weakest_overall, atelier.truth.weakest_inside) << "the company was made so";
  EXPECT_TRUE(mature->weakest_flips);
  std::cout << "  " << mature->sentence_en << "\n  " << mature->sentence_fr << '\n';
  for (const auto& step : mature->steps)
    std::cout << "  " << step.step << ": overall " << step.overall.value << ", inside " << step.inside.value
              << ", a point is worth " << (step.gain_overall ? format_money(*step.gain_overall) : "-") << ", inside "
              << (step.gain_inside ? format_money(*step.gain_inside) : "-") << '\n';
}

void finds_the_channels(const Atelier& atelier) {
  const auto report = insight::ask_channels(*atelier.customers, atelier.at_the_end());
  ASSERT_TRUE(report) << report.error().message;
  const simulate::ChannelTruth* worst = nullptr;
  for (const auto& planted : atelier.truth.channels) {
    const std::uint64_t told = planted.sign_ups.inside + planted.sign_ups.outside;
    const auto found = std::find_if(report->channels.begin(), report->channels.end(),
                                    [&](const auto& one) { return one.channel == planted.name; });
    if (told < 100) continue;
    ASSERT_NE(found, report->channels.end()) << planted.name;
    expect_people(found->inside, planted.sign_ups.inside, planted.name + " inside");
    expect_people(found->outside, planted.sign_ups.outside, planted.name + " outside");
    const double purity = static_cast<double>(planted.sign_ups.inside) / static_cast<double>(told);
    expect_near(found->purity.value, purity, 0.03, "purity of " + planted.name);
    const auto share = [](const simulate::ChannelTruth& one) {
      return static_cast<double>(one.sign_ups.inside) / static_cast<double>(one.sign_ups.inside + one.sign_ups.outside);
    };
    if (worst == nullptr || purity < share(*worst)) worst = &planted;
  }
  ASSERT_NE(worst, nullptr);
  const auto lowest =
      std::min_element(report->channels.begin(), report->channels.end(), [](const auto& left, const auto& right) {
        const auto key = [](const auto& one) { return one.purity.whole < 100 ? 2.0 : one.purity.value; };
        return key(left) < key(right);
      });
  EXPECT_EQ(lowest->channel, worst->name) << "the channel that brings outsiders";
  EXPECT_EQ(lowest->verdict, insight::ChannelVerdict::Vain);
}

void finds_the_spikes(const Atelier& atelier) {
  const auto report = insight::ask_spikes(*atelier.customers, atelier.at_the_end());
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_FALSE(atelier.truth.spikes.empty());
  for (const auto& planted : atelier.truth.spikes) {
    const auto found = std::find_if(report->spikes.begin(), report->spikes.end(), [&](const auto& one) {
      return one.first <= planted.last && planted.first <= one.last && one.channel == planted.channel;
    });
    ASSERT_NE(found, report->spikes.end()) << planted.channel << " from " << format_day(planted.first);
    EXPECT_LE(std::abs((found->first - planted.first).count()), 1);
    // Whom a spike brings may sign up on later days, which stand out less and less: most are found, and nobody else.
    const double excess = static_cast<double>(found->people) - found->expected;
    EXPECT_GT(excess, 0.5 * static_cast<double>(planted.sign_ups)) << planted.channel;
    EXPECT_LT(excess, 1.1 * static_cast<double>(planted.sign_ups)) << planted.channel;
    EXPECT_LT(found->inside.value, 0.5);

    // Flagged within a day: on the evening of its first day already.
    Question then = atelier.at_the_end();
    then.as_of = atelier.customers->zone().start_of(found->first + std::chrono::days{1});
    const auto early = insight::ask_spikes(*atelier.customers, then);
    ASSERT_TRUE(early);
    EXPECT_TRUE(std::any_of(early->spikes.begin(), early->spikes.end(), [&](const auto& one) {
      return one.first == found->first && one.channel == found->channel;
    }));
  }
  EXPECT_LE(report->spikes.size(), atelier.truth.spikes.size() + 1) << "and hardly anything that is none";
  for (const auto& spike : report->spikes)
    std::cout << "  " << format_day(spike.first) << " to " << format_day(spike.last) << ": " << spike.people << " by "
              << (spike.channel.empty() ? "all" : spike.channel) << ", expected " << spike.expected << '\n';
}

void finds_the_money(const Atelier& atelier) {
  const auto report = insight::ask_roles(*atelier.customers, atelier.at_the_end());
  ASSERT_TRUE(report) << report.error().message;
  std::int64_t received = 0, refunded = 0;
  const auto add = [&](const std::vector<insight::Balance>& balances) {
    for (const auto& balance : balances) {
      EXPECT_EQ(balance.currency.code(), "EUR");
      received += balance.received_minor;
      refunded += balance.refunded_minor;
    }
  };
  for (const auto& side : report->sides) add(side.figures.all.balances());
  add(report->of_nobody);
  // A studio counts once, whatever its number of members.
  EXPECT_EQ(report->sides[1].charged, config::Charged::Account);
  EXPECT_EQ(report->sides[1].figures.all.parties, atelier.truth.studios);
  EXPECT_EQ(report->sides[1].figures.all.total, atelier.truth.studios + atelier.truth.studio_members);
  EXPECT_EQ(received, atelier.truth.received_minor);
  EXPECT_EQ(refunded, atelier.truth.refunded_minor);
}

void finds_what_was_spent(const Atelier& atelier) {
  const simulate::Truth& truth = atelier.truth;
  const auto costs = insight::ask_costs(*atelier.customers, atelier.at_the_end(), {});
  ASSERT_TRUE(costs) << costs.error().message;
  const auto resource = [&](const std::string& name) {
    for (const auto& one : costs->total.all.resources)
      if (one.resource == name) return one.cost_minor;
    return std::int64_t{-1};
  };
  EXPECT_EQ(resource("livraison"), truth.parcels_minor);
  EXPECT_EQ(resource("échantillon"), truth.samples_minor);

  const auto acquisition = insight::ask_acquisition(*atelier.customers, atelier.at_the_end(), {});
  ASSERT_TRUE(acquisition) << acquisition.error().message;
  std::int64_t marketing = 0;
  for (const auto& planted : truth.channels) {
    marketing += planted.spend_minor;
    if (planted.spend_minor == 0) continue;
    const auto found = std::find_if(acquisition->channels.begin(), acquisition->channels.end(),
                                    [&](const auto& one) { return one.channel == planted.name; });
    ASSERT_NE(found, acquisition->channels.end()) << planted.name;
    EXPECT_EQ(found->cost.marketing_minor, planted.spend_minor) << planted.name;
  }
  EXPECT_EQ(acquisition->total.marketing_minor, marketing);

  // Kits leave what was planted, by their number.
  const auto products = insight::ask_products(*atelier.customers, atelier.at_the_end(), {});
  ASSERT_TRUE(products) << products.error().message;
  EXPECT_EQ(products->products, simulate::kKits);
  for (const auto& line : products->lines) {
    const auto number = static_cast<std::uint32_t>(std::stoi(line.id.substr(4)) - 10);
    const double goods =
        static_cast<double>(simulate::kit_cost_minor(truth.company.costs, number, 1'000'000)) / 1'000'000;
    // Of what is given back config's share is lost, as a refund tells no goods; each order's goods are rounded to the cent.
    const auto sold = static_cast<double>(line.figures.revenue_minor + line.figures.refunded_minor);
    const double left = sold * (1 - goods) - 0.8 * static_cast<double>(line.figures.refunded_minor);
    EXPECT_NEAR(static_cast<double>(line.figures.margin_minor), left, 50) << line.id;
  }
  std::cout << "  one new client costs " << acquisition->total.figures.all.cost_of_one_minor.value_or(0) / 100
            << " euros, one inside " << acquisition->total.figures.inside.cost_of_one_minor.value_or(0) / 100 << '\n';
}

// One test, as the company is invented and stored once.
TEST(Atelier, WhatWasPlantedIsFound) {
  const Atelier atelier;
  finds_the_steps(atelier);
  finds_the_outsiders_and_the_step_that_they_hide(atelier);
  finds_the_channels(atelier);
  finds_the_spikes(atelier);
  finds_the_money(atelier);
  finds_what_was_spent(atelier);
}

}  // namespace
}  // namespace habitue::atelier
