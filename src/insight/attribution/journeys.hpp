// The journeys of everybody as the data-driven models read them, and what is learnt from resampled people.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/progress.hpp"
#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/sequences.hpp"

namespace habitue::insight::attribution {

/// The journeys of people, those of the same content counted together, so that nothing depends on who they are.
class Journeys {
 public:
  /// Of one person: a list of channels and after each journey one of the marks.
  using Content = std::vector<std::uint32_t>;
  static constexpr std::uint32_t kConverted = UINT32_MAX, kNotConverted = UINT32_MAX - 1;

  void add(const Content& content);
  std::size_t size() const { return contents_.size(); }
  std::span<const std::uint32_t> content(std::size_t number) const { return contents_[number]; }
  /// By content.
  const std::vector<std::uint64_t>& people() const { return people_; }
  std::uint64_t hash(std::size_t number) const { return contents_.hash(number); }

 private:
  Sequences contents_;
  std::vector<std::uint64_t> people_;
};

struct ShareInterval {
  double low = 0, high = 0;
};
struct Resampled {
  std::uint64_t resamples = 0;            ///< In which there were shares.
  std::vector<ShareInterval> of_channel;  ///< Empty when there is no resample.
};
/// From how many people have each content, the share of each channel; nothing when nobody converted. Called from several threads.
using SharesOf =
    std::function<std::optional<std::vector<double>>(std::span<const std::uint64_t> people, std::uint64_t resample)>;
struct Resampling {
  std::uint32_t resamples = 0, seed = 1;
  unsigned threads = 1;  ///< What is found does not depend on it.
  const Cancellation* cancellation = nullptr;
  PassProgress* progress = nullptr;  ///< All resamples are one pass, each a part of it.
};
/// 95 % percentile intervals (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13) of shares, of each model from the
/// same resamples. People are drawn anew by Poisson weights of mean 1 (Chamandy, Muralidharan, Najmi and Naidu 2012, Estimating
/// uncertainty for massive data streams); of n alike the sum of weights is Poisson of mean n. What is drawn for a content depends on it,
/// the resample and the seed alone, so not on arrival. Errors: Conflict when cancelled.
Result<std::vector<Resampled>> resample(const Journeys& journeys, std::size_t channels, const Resampling& asked,
                                        std::span<const SharesOf> models);

}  // namespace habitue::insight::attribution
