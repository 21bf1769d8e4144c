// What the models of purchases and spend cost and whether they are right: log-likelihoods and hold-outs on public records where they
// are at hand, speed on the full CDNOW cohort (else a simulated one of its size), ten million simulated customers, scoring, and the
// coverage of intervals over many simulated sets, of elasticities too. `./dev bench value [quick]`: quick leaves out the ten millions and does fewer sets.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

#include "models/functions.hpp"
#include "models/price_world.hpp"
#include "models/purchase_data.hpp"
#include "models/purchases/fit.hpp"
#include "models/purchases/forecast.hpp"
#include "models/purchases/regularity_mixture.hpp"
#include "models/purchases/score.hpp"
#include "models/purchases/simulate.hpp"
#include "models/spend/spend.hpp"
#include "report.hpp"

namespace {

using namespace habitue::models;  // NOLINT: the benchmark is about nothing else
using habitue::bench::Report;
using Clock = std::chrono::steady_clock;

constexpr unsigned kThreads = 2;
constexpr std::uint64_t kSeed = 20261123;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The shortest of a few runs, in milliseconds: what the work costs when nothing else is in the way.
template <class Work>
double milliseconds(int runs, Work work) {
  double best = 1e300;
  for (int run = 0; run < runs; ++run) {
    const auto start = Clock::now();
    work();
    best = std::min(best, seconds_since(start) * 1e3);
  }
  return best;
}

template <class T>
T need(habitue::Result<T> result) {
  if (result) return std::move(*result);
  std::cerr << "bench value: " << result.error().message << '\n';
  std::exit(1);
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Figures of the package lifetimes 0.11.3 as measured for this project's research (docs/value-models.md); none where it failed.
struct PeerFigure {
  double log_likelihood;
  double best;
};
const std::map<std::pair<std::string, Leaving>, PeerFigure> kPeer{
    {{"cdnow_sample", Leaving::AfterRepeatPurchase}, {-9582.43, -9582.43}},
    {{"cdnow_sample", Leaving::AfterAnyPurchase}, {-9582.14, -9582.14}},
    {{"cdnow_sample", Leaving::AtAnyTime}, {-9594.98, -9594.98}},
    {{"cdnow_full", Leaving::AfterRepeatPurchase}, {-95368.44, -95368.44}},
    {{"cdnow_full", Leaving::AfterAnyPurchase}, {-95336.96, -95336.96}},
    {{"cdnow_full", Leaving::AtAnyTime}, {-95415.12, -95415.12}},
    {{"online_retail", Leaving::AfterRepeatPurchase}, {NAN, -15325.46}},
    {{"online_retail", Leaving::AfterAnyPurchase}, {-15325.46, -15325.46}},
    {{"online_retail", Leaving::AtAnyTime}, {-15325.46, -15325.46}},
    {{"essec", Leaving::AfterRepeatPurchase}, {NAN, -113853.27}},
    {{"essec", Leaving::AfterAnyPurchase}, {-113733.63, -113733.63}},
    {{"essec", Leaving::AtAnyTime}, {-113829.22, -113829.22}}};
const std::map<std::string, double> kHorizonWeeks{
    {"cdnow_sample", 39}, {"cdnow_full", 39}, {"online_retail", 162.0 / 7}, {"essec", 1095.0 / 7}};

std::string names_of(const FitReport& report) {
  std::string text(name_of(report.verdict));
  for (const FitFinding finding : report.findings) text += fmt::format(" {}", name_of(finding));
  return text;
}

struct HoldOut {
  double rmse, bias;
  int given_up = 0,
      came_back = 0;  // Customers whom the model gives less than 1 % of being there, and those of them who bought.
};
HoldOut hold_out(const PurchaseModel& model, const std::vector<ObservedCustomer>& customers, double t) {
  const auto scores = need(score_purchases(model, histories_of(customers), t, kThreads));
  double squares = 0, expected = 0, bought = 0;
  int given_up = 0, came_back = 0;
  for (std::size_t at = 0; at < scores.size(); ++at) {
    squares += std::pow(scores[at].expected - customers[at].later_purchases, 2);
    expected += scores[at].expected;
    bought += customers[at].later_purchases;
    if (scores[at].alive >= .01) continue;
    ++given_up;
    came_back += customers[at].later_purchases > 0;
  }
  return {std::sqrt(squares / static_cast<double>(scores.size())), expected / bought - 1, given_up, came_back};
}

void compare_sets(Report& report) {
  fmt::print(
      "\nlog-likelihood, the peer's (lifetimes 0.11.3, published figure, not run here), the research's best; hold-out "
      "RMSE, bias, customers given less than 1 %, those of them who bought\n");
  for (const auto& entry : kHorizonWeeks) {
    const std::string& set = entry.first;
    const double weeks = entry.second;
    const auto purchases = read_purchases(set);
    if (!purchases) {
      fmt::print("{:<14} is not here (HABITUE_SHARED_DATA)\n", set);
      continue;
    }
    const auto customers = observe(*purchases, calibration_end(set));
    const auto table = need(make_history_table(histories_of(customers)));
    const auto print = [&](const std::string& asked, const PurchaseFit& fit, const PeerFigure* peer) {
      const HoldOut out = hold_out(fit.model, customers, weeks);
      fmt::print("{:<14} {:<11} {:>11.2f} {:>11} {:>11} {:>7.3f} {:>+6.1f} % {:>5} {:>4}  {}\n", set, asked,
                 fit.report.log_likelihood,
                 peer == nullptr                    ? "-"
                 : std::isnan(peer->log_likelihood) ? "fails"
                                                    : fmt::format("{:.2f}", peer->log_likelihood),
                 peer == nullptr ? "-" : fmt::format("{:.2f}", peer->best), out.rmse, 100 * out.bias, out.given_up,
                 out.came_back, names_of(fit.report));
    };
    for (const Leaving leaving : {Leaving::AfterRepeatPurchase, Leaving::AfterAnyPurchase, Leaving::AtAnyTime}) {
      const auto fit = need(fit_purchases(table, {.leaving = leaving, .threads = kThreads}));
      const PeerFigure& peer = kPeer.at({set, leaving});
      print(name_of(PurchaseLaw{.leaving = leaving}), fit, &peer);
      report.add({fmt::format("{} {} log-likelihood", set, name_of(PurchaseLaw{.leaving = leaving})),
                  fit.report.log_likelihood, peer.best, "nats"});
    }
    for (const Leaving leaving : {Leaving::AfterRepeatPurchase, Leaving::AfterAnyPurchase}) {
      const auto regular = need(fit_regularity(table, {.leaving = leaving, .threads = kThreads}));
      if (const auto& law = regular.model.kinds.front().law; law.k > 1) print(name_of(law), regular, nullptr);
    }
    print("MBG/CNBD-3", need(fit_purchases(table, {.k = 3, .threads = kThreads})), nullptr);
    const auto with_gaps = need(make_history_table(histories_of(customers), MergeBy::TimesAndGaps));
    const auto start = Clock::now();
    const auto mixture = need(fit_regularity_mixture(with_gaps, {.threads = kThreads}));
    std::string kinds;
    for (const auto& [share, law] : mixture.model.kinds)
      kinds += fmt::format("{}{:.2f} k{}", kinds.empty() ? "" : " ", share, law.k);
    print("mixture", mixture, nullptr);
    fmt::print("{:<14} {:<11} {} ({:.1f} s)\n", "", "", kinds, seconds_since(start));
  }
}

// CDNOW's full cohort, or customers of its law and size.
std::vector<ObservedCustomer> full_cohort(std::string& name) {
  if (const auto purchases = read_purchases("cdnow_full")) {
    name = "cdnow_full";
    return observe(*purchases, calibration_end("cdnow_full"));
  }
  name = "simulated 23,570";
  const PurchaseModel model = model_of({Leaving::AfterAnyPurchase, 1, .637, 7.31, .8075, 1.228});
  const auto simulated = need(simulate_customers(
      model, 23'570, [](std::size_t index) { return static_cast<double>(189 + index % 84) / 7; }, 0, kSeed));
  std::vector<ObservedCustomer> customers;
  for (const SimulatedCustomer& customer : simulated) {
    ObservedCustomer observed{.history = customer.history};
    if (observed.history.x > 0)
      observed.history.t_x =
          std::clamp(std::round(observed.history.t_x * 7), 1.0, std::round(observed.history.T * 7)) / 7;
    observed.mean_repeat_spend = observed.history.x > 0 ? 20 + static_cast<double>(customers.size() % 60) : 0;
    customers.push_back(observed);
  }
  return customers;
}

// The same fit written in Python beside ours, when python3 has scipy: seconds by model.
std::map<std::string, double> run_peer(const std::vector<PurchaseHistory>& histories) {
  const std::string path = std::string(HABITUE_BINARY_DIR) + "/bench/value_histories.txt";
  {
    std::ofstream out(path);
    for (const PurchaseHistory& history : histories) out << history.x << ' ' << history.t_x << ' ' << history.T << '\n';
  }
  std::map<std::string, double> seconds;
  for (const char* python : {"/usr/bin/python3", "python3"}) {
    const std::string command =
        fmt::format("{} {}/bench/value/peer.py {} 2>/dev/null", python, HABITUE_SOURCE_DIR, path);
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    if (pipe == nullptr) continue;
    std::array<char, 256> line{};
    while (fgets(line.data(), line.size(), pipe.get()) != nullptr) {
      std::istringstream in(line.data());
      std::string model;
      double took = 0, value = 0;
      if (in >> model >> took >> value) {
        seconds[model] = took;
        fmt::print("peer {:<8} {:>8.2f} s  log-likelihood {:.2f}\n", model, took, value);
      }
    }
    if (!seconds.empty()) return seconds;
  }
  fmt::print("peer: python3-scipy is not here\n");
  return seconds;
}

void time_fits(Report& report) {
  std::string name;
  const auto customers = full_cohort(name);
  const auto histories = histories_of(customers);
  std::vector<SpendHistory> spend;
  for (const ObservedCustomer& customer : customers) spend.push_back({customer.history.x, customer.mean_repeat_spend});
  fmt::print("\nfits of {} ({} customers), table and verdict included, {} threads\n", name, customers.size(), kThreads);
  const auto peer = run_peer(histories);
  const auto fit = [&](Leaving leaving, const char* peer_name, int runs) {
    std::uint32_t evaluations = 0;
    const double took = milliseconds(runs, [&] {
      evaluations = need(fit_purchases(need(make_history_table(histories)), {.leaving = leaving, .threads = kThreads}))
                        .report.evaluations;
    });
    const auto seconds = peer.find(peer_name);
    report.add({fmt::format("fit {} {}", name, name_of(PurchaseLaw{.leaving = leaving})), took,
                seconds == peer.end() ? std::nullopt : std::optional(seconds->second * 1e3), "ms"});
    fmt::print("{:<11} {:>8.2f} ms, {} evaluations\n", name_of(PurchaseLaw{.leaving = leaving}), took, evaluations);
  };
  fit(Leaving::AfterRepeatPurchase, "bg", 9);
  fit(Leaving::AfterAnyPurchase, "", 9);
  fit(Leaving::AtAnyTime, "pareto", 5);
  const double gamma_gamma = milliseconds(9, [&] { need(fit_gamma_gamma(spend, {.threads = kThreads})); });
  report.add({fmt::format("fit {} Gamma-Gamma", name), gamma_gamma, std::nullopt, "ms"});
}

void time_scores(Report& report) {
  const PurchaseLaw planted{Leaving::AfterAnyPurchase, 1, .637, 7.31, .8075, 1.228};
  std::vector<PurchaseHistory> histories;
  const auto simulated = need(simulate_customers(
      model_of(planted), 1'000'000,
      [](std::size_t index) { return 20 + 20 * static_cast<double>(index % 99'991) / 99'991; }, 0, kSeed));
  for (const SimulatedCustomer& customer : simulated) histories.push_back(customer.history);
  const std::vector<PurchaseLaw> laws{planted,
                                      {Leaving::AfterRepeatPurchase, 1, .25, 4.8, .72, 2.16},
                                      {Leaving::AfterAnyPurchase, 2, .9, 3.5, .5, 1.5},
                                      {Leaving::AtAnyTime, 1, .597, 11.59, .522, 8.83}};
  for (const PurchaseLaw& law : laws) {
    const double took = milliseconds(3, [&] { need(score_purchases(model_of(law), histories, 39, kThreads)); });
    report.add(
        {fmt::format("score 1,000,000 distinct customers {}", name_of(law)), 1e9 / took, std::nullopt, "customers/s"});
    // What one core does with its own time: other work on the machine does not count.
    const std::clock_t start = std::clock();
    need(score_purchases(model_of(law), histories, 39, 1));
    const double used = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    report.add({"  of one core's time", 1e6 / used, std::nullopt, "customers/s"});
  }
}

enum class Times { InDays, Exact };

// Ten millions, made and merged a chunk at a time: in whole days, as shops record them, or all different, which is the worst there is.
void fit_millions(Report& report, Times times) {
  constexpr std::size_t kCustomers = 10'000'000, kChunk = 100'000;
  const PurchaseLaw planted{Leaving::AfterAnyPurchase, 1, .637, 7.31 * 7, .8075, 1.228};
  const double memory_before = peak_megabytes();
  HistoryTableBuilder builder;
  double took = 0;
  for (std::size_t first = 0; first < kCustomers; first += kChunk) {
    const auto observed = [&](std::size_t index) {
      const double place = static_cast<double>(first + index);
      return 90 + (times == Times::InDays ? std::fmod(place, 365) : std::fmod(place * 0.6180339887498949, 1) * 365);
    };
    const auto chunk = need(simulate_customers(model_of(planted), kChunk, observed, 0, kSeed + first));
    const auto start = Clock::now();
    for (const SimulatedCustomer& customer : chunk) {
      PurchaseHistory history = customer.history;
      if (times == Times::InDays && history.x > 0) history.t_x = std::clamp(std::round(history.t_x), 1.0, history.T);
      if (const auto added = builder.add(history); !added) std::exit(1);
    }
    took += seconds_since(start);
  }
  const auto start = Clock::now();
  const HistoryTable table = std::move(builder).finish();
  const auto fit = need(fit_purchases(table, {.threads = kThreads}));
  took += seconds_since(start);
  const std::string name = times == Times::InDays ? "whole days" : "all different";
  fmt::print("\n10,000,000 simulated customers, {}: {} distinct histories, {:.1f} s, {:.0f} MB more than before\n",
             name, table.rows(), took, peak_megabytes() - memory_before);
  for (const Estimate& estimate : fit.report.estimates)
    fmt::print("  {:<6} {:.5f} +- {:.5f}\n", estimate.name, estimate.value, estimate.standard_error.value_or(0));
  report.add({fmt::format("fit 10,000,000 customers MBG/NBD, {}, merging included", name), took, std::nullopt, "s"});
  report.add({"  memory it took", peak_megabytes() - memory_before, std::nullopt, "MB"});
}

// How often the intervals hold what was planted: of the logarithms of parameters, which is how errors are given.
void study_coverage(Report& report, int sets) {
  fmt::print("\ncoverage of 80 % and 95 % intervals over {} sets of 2,000 simulated customers each\n", sets);
  const std::vector<PurchaseLaw> laws{{Leaving::AfterRepeatPurchase, 1, .5, 4.4, .8, 2.4},
                                      {Leaving::AfterAnyPurchase, 1, .6, 5, .8, 1.6},
                                      {Leaving::AfterAnyPurchase, 2, .9, 2.5, .5, 1.5},
                                      {Leaving::AtAnyTime, 1, .8, 6, .7, 9}};
  for (const PurchaseLaw& law : laws) {
    int in_80 = 0, in_95 = 0, asked = 0, interior = 0;
    for (int set = 0; set < sets; ++set) {
      const auto customers = need(simulate_customers(
          model_of(law), 2'000, [](std::size_t index) { return 30 + static_cast<double>(index % 20); }, 0,
          kSeed + static_cast<std::uint64_t>(set)));
      std::vector<PurchaseHistory> histories;
      for (const SimulatedCustomer& customer : customers) histories.push_back(customer.history);
      const auto fit = need(fit_purchases(need(make_history_table(histories)),
                                          {.leaving = law.leaving, .k = law.k, .threads = kThreads}));
      if (fit.report.verdict != FitVerdict::Interior) continue;
      ++interior;
      const std::vector<double> planted{law.r, law.alpha, law.a, law.b};
      for (std::size_t at = 0; at < 4; ++at) {
        const Estimate& estimate = fit.report.estimates[at];
        const double off = std::abs(std::log(estimate.value / planted[at])) * estimate.value / *estimate.standard_error;
        ++asked;
        in_80 += off < 1.2816;
        in_95 += off < 1.96;
      }
    }
    fmt::print("{:<11} 80 %: {:.1f} %  95 %: {:.1f} %  ({} of {} sets interior)\n", name_of(law), 100.0 * in_80 / asked,
               100.0 * in_95 / asked, interior, sets);
    report.add({fmt::format("coverage of 80 % intervals {}", name_of(law)), 100.0 * in_80 / asked, std::nullopt, "%"});
    report.add({fmt::format("coverage of 95 % intervals {}", name_of(law)), 100.0 * in_95 / asked, std::nullopt, "%"});
  }
}

// How often intervals of elasticities and of risks after a rise hold what was planted, in worlds in which season moves prices; beside them
// a regression of logarithms on price alone, which takes the season for it.
void study_prices(Report& report, int sets) {
  fmt::print("\ncoverage of 95 % intervals over {} sets: elasticities of 40 products in 24 periods\n", sets);
  struct Study {
    const char* name;
    PriceWorld world;
  };
  const std::vector<Study> studies{
      {"elasticity 0", {.elasticity = 0}},
      {"elasticity -0.5", {.elasticity = -0.5}},
      {"elasticity -1.5", {.elasticity = -1.5}},
      {"elasticity -3", {.elasticity = -3}},
      {"elasticity -1.5, of each product its own", {.elasticity = -1.5, .spread = 0.5}},
      {"elasticity -1.5, few sales", {.elasticity = -1.5, .sold = 1}},
      {"elasticity -1.5, eight products", {.elasticity = -1.5, .products = 8}},
      {"elasticity -1.5, prices of the season alone", {.elasticity = -1.5, .promotions = 0}}};
  for (const Study& study : studies) {
    int held = 0, told = 0;
    double sum = 0, naive = 0;
    for (int set = 0; set < sets; ++set) {
      const auto cells = invent_prices(study.world, 1'000 + static_cast<unsigned>(set));
      const ElasticityFit fit = need(fit_elasticity(cells));
      std::map<std::uint32_t, std::array<double, 3>> means;
      for (const PriceCell& cell : cells) {
        auto& mean = means[cell.product];
        mean[0] += 1;
        mean[1] += cell.ln_price;
        mean[2] += std::log1p(cell.quantity);
      }
      double cross = 0, square = 0;
      for (const PriceCell& cell : cells) {
        const auto& mean = means[cell.product];
        const double x = cell.ln_price - mean[1] / mean[0];
        cross += x * (std::log1p(cell.quantity) - mean[2] / mean[0]);
        square += x * x;
      }
      naive += cross / square / sets;
      if (fit.verdict != PriceVerdict::Told && fit.verdict != PriceVerdict::Implausible) continue;
      ++told;
      sum += fit.value;
      held += fit.low <= study.world.elasticity && study.world.elasticity <= fit.high;
    }
    if (told == 0) {
      fmt::print("{:<45} refused in every set; price alone {:+.2f}\n", study.name, naive);
      continue;
    }
    fmt::print("{:<45} mean {:+.2f}  95 %: {:.1f} %  ({} of {} told; price alone {:+.2f})\n", study.name, sum / told,
               100.0 * held / told, told, sets, naive);
    report.add({fmt::format("coverage of 95 % intervals, {}", study.name), 100.0 * held / told, std::nullopt, "%"});
  }
  for (const double effect : {0.0, 4.0}) {
    int held = 0;
    double sum = 0;
    for (int set = 0; set < sets; ++set) {
      const RiseFit fit = need(fit_rise_risk(invent_rises({.effect = effect}, 1'000 + static_cast<unsigned>(set))));
      sum += fit.value;
      held += fit.low <= effect && effect <= fit.high;
    }
    const std::string name = fmt::format("risk after a rise {}", effect);
    fmt::print("{:<45} mean {:+.2f}  95 %: {:.1f} %\n", name, sum / sets, 100.0 * held / sets);
    report.add({fmt::format("coverage of 95 % intervals, {}", name), 100.0 * held / sets, std::nullopt, "%"});
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string_view(argv[1]) == "quick";
  Report report("value");
  if (!quick) {
    // First, so that the memory they take is seen.
    fit_millions(report, Times::InDays);
    fit_millions(report, Times::Exact);
  }
  time_fits(report);
  time_scores(report);
  compare_sets(report);
  study_coverage(report, quick ? 20 : 200);
  study_prices(report, quick ? 100 : 1'000);
  return report.finish();
}
