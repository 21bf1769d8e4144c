#include "models/calibration/scores.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "models/calibration/checks.hpp"

namespace habitue::models {
namespace {

double real(std::size_t count) { return static_cast<double>(count); }

Result<void> check_counts(std::span<const double> expected, std::span<const double> observed) {
  if (auto pairs = check_pairs(expected, observed); !pairs) return pairs;
  const auto negative = [](double value) { return value < 0; };
  if (std::any_of(expected.begin(), expected.end(), negative) ||
      std::any_of(observed.begin(), observed.end(), negative))
    return invalid("a count or an amount is negative");
  return {};
}

// Rows by what they were forecast, lowest first. `outcome` is the mean of those with the same forecast.
struct Ranked {
  std::vector<double> forecast, outcome;
};
Ranked ranked(std::span<const double> forecast, std::span<const double> outcome) {
  std::vector<std::size_t> order(forecast.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return forecast[left] != forecast[right] ? forecast[left] < forecast[right] : outcome[left] < outcome[right];
  });
  Ranked rows;
  rows.forecast.reserve(order.size());
  for (const std::size_t row : order) rows.forecast.push_back(forecast[row]);
  rows.outcome.resize(order.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    double sum = 0;
    while (end < order.size() && rows.forecast[end] == rows.forecast[first]) sum += outcome[order[end++]];
    std::fill(rows.outcome.begin() + static_cast<std::ptrdiff_t>(first),
              rows.outcome.begin() + static_cast<std::ptrdiff_t>(end), sum / real(end - first));
    first = end;
  }
  return rows;
}

// Twice the area between the diagonal and the share of the total held by the lowest ranked.
double gini(std::span<const double> lowest_first, double total) {
  double held = 0, area = 0;
  for (const double value : lowest_first) {
    area += held + value / 2;
    held += value;
  }
  return 1 - 2 * area / (total * real(lowest_first.size()));
}

std::optional<double> auc(std::span<const double> probability, std::span<const double> outcome) {
  const Ranked rows = ranked(probability, outcome);
  double yes = 0, below = 0, wins = 0;
  for (std::size_t first = 0; first < rows.forecast.size();) {
    std::size_t end = first;
    while (end < rows.forecast.size() && rows.forecast[end] == rows.forecast[first]) ++end;
    const double people = real(end - first), with = std::round(rows.outcome[first] * people);
    wins += with * (below + (people - with) / 2);
    below += people - with;
    yes += with;
    first = end;
  }
  if (yes == 0 || below == 0) return std::nullopt;
  return wins / (yes * below);
}

ReliabilityBin bin_of(std::span<const double> forecast, std::span<const double> outcome) {
  constexpr double kZ = 1.959963984540054;  // The normal quantile of 97.5 %.
  const double people = real(forecast.size());
  ReliabilityBin bin{forecast.front(), forecast.back(), forecast.size()};
  bin.mean_forecast = std::accumulate(forecast.begin(), forecast.end(), 0.0) / people;
  bin.share_that_came = std::accumulate(outcome.begin(), outcome.end(), 0.0) / people;
  const double share = bin.share_that_came, scale = 1 + kZ * kZ / people;
  const double centre = (share + kZ * kZ / (2 * people)) / scale;
  const double half = kZ / scale * std::sqrt(share * (1 - share) / people + kZ * kZ / (4 * people * people));
  bin.low = std::max(0.0, centre - half);
  bin.high = std::min(1.0, centre + half);
  return bin;
}

}  // namespace

Result<CountScores> score_counts(std::span<const double> expected, std::span<const double> observed) {
  if (auto counts = check_counts(expected, observed); !counts) return tl::unexpected(counts.error());
  CountScores scores;
  for (std::size_t row = 0; row < expected.size(); ++row) {
    const double mu = std::max(expected[row], kLeastExpected), y = observed[row], away = expected[row] - y;
    scores.poisson_deviance += 2 * ((y > 0 ? y * std::log(y / mu) : 0) - (y - mu));
    scores.root_mean_squared += away * away;
    scores.mean_absolute += std::abs(away);
    scores.expected_total += expected[row];
    scores.observed_total += y;
  }
  const double people = real(expected.size());
  scores.poisson_deviance = std::max(0.0, scores.poisson_deviance / people);
  scores.root_mean_squared = std::sqrt(scores.root_mean_squared / people);
  scores.mean_absolute /= people;
  if (scores.observed_total > 0) scores.bias = scores.expected_total / scores.observed_total - 1;
  return scores;
}

Result<double> log_score(std::span<const double> probability_of_what_came) {
  const std::vector<double> came(probability_of_what_came.size(), 1.0);
  if (auto pairs = check_probabilities(probability_of_what_came, came); !pairs) return tl::unexpected(pairs.error());
  double sum = 0;
  for (const double p : probability_of_what_came) sum -= std::log(std::max(p, kLeastProbability));
  return sum / real(came.size());
}

Result<BinaryScores> score_probabilities(std::span<const double> probability, std::span<const double> outcome) {
  if (auto pairs = check_probabilities(probability, outcome); !pairs) return tl::unexpected(pairs.error());
  BinaryScores scores;
  for (std::size_t row = 0; row < probability.size(); ++row) {
    const double p = probability[row], y = outcome[row];
    scores.brier += (p - y) * (p - y);
    scores.log_loss -= std::log(std::max(y == 1 ? p : 1 - p, kLeastProbability));
  }
  scores.brier /= real(probability.size());
  scores.log_loss /= real(probability.size());
  scores.auc = auc(probability, outcome);
  return scores;
}

Result<RankScores> score_ranking(std::span<const double> expected, std::span<const double> observed) {
  if (auto counts = check_counts(expected, observed); !counts) return tl::unexpected(counts.error());
  RankScores scores;
  const Ranked rows = ranked(expected, observed);
  std::vector<double> by_itself(observed.begin(), observed.end());
  std::sort(by_itself.begin(), by_itself.end());
  const double total = std::accumulate(by_itself.begin(), by_itself.end(), 0.0);
  if (by_itself.front() < by_itself.back()) scores.normalised_gini = gini(rows.outcome, total) / gini(by_itself, total);

  double sum = 0;
  std::size_t counted = 0;
  for (std::size_t decile = 0; decile < 10; ++decile) {
    const std::size_t from = decile * rows.forecast.size() / 10, to = (decile + 1) * rows.forecast.size() / 10;
    double foretold = 0, came = 0;
    for (std::size_t row = from; row < to; ++row) {
      foretold += rows.forecast[row];
      came += rows.outcome[row];
    }
    if (came <= 0) continue;
    sum += std::abs(foretold - came) / came;
    ++counted;
  }
  scores.deciles_left_out = 10 - counted;
  if (counted > 0) scores.decile_error = sum / real(counted);
  return scores;
}

Result<Reliability> reliability(std::span<const double> probability, std::span<const double> outcome, std::size_t bins,
                                Binning binning) {
  if (auto pairs = check_probabilities(probability, outcome); !pairs) return tl::unexpected(pairs.error());
  if (bins == 0 || bins > 1000) return invalid("1 to 1,000 bins can be had, not " + std::to_string(bins));
  const Ranked rows = ranked(probability, outcome);
  const std::size_t people = rows.forecast.size();
  Reliability result;
  for (std::size_t bin = 0, first = 0; bin < bins && first < people; ++bin) {
    std::size_t end = std::max(first, (bin + 1) * people / bins);
    if (binning == Binning::EqualWidth) {
      const double edge = bin + 1 == bins ? 2 : real(bin + 1) / real(bins);
      end = static_cast<std::size_t>(std::lower_bound(rows.forecast.begin(), rows.forecast.end(), edge) -
                                     rows.forecast.begin());
    } else {
      // Those with one forecast stay in one bin.
      while (end > first && end < people && rows.forecast[end] == rows.forecast[end - 1]) ++end;
    }
    if (end <= first) continue;
    result.bins.push_back(bin_of(std::span(rows.forecast).subspan(first, end - first),
                                 std::span(rows.outcome).subspan(first, end - first)));
    const ReliabilityBin& added = result.bins.back();
    const double error = std::abs(added.mean_forecast - added.share_that_came);
    result.error += error * real(added.people) / real(people);
    result.greatest_error = std::max(result.greatest_error, error);
    first = end;
  }
  return result;
}

}  // namespace habitue::models
