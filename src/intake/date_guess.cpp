// Which convention a column of dates follows, judged from samples: by what can be read at all, then by days past the
// twelfth, then by the order of the rows, and last by the habits of the file's country.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "intake/date_reader.hpp"

namespace habitue::intake {
namespace {

constexpr double kShareMin = 0.6;  // The others are mistakes in the file, which will be rejected with their reason.

struct Trial {
  std::string format;
  std::size_t read = 0;
  std::size_t steps_back = 0;  // How often a row is earlier than the one before.
  std::size_t steps = 0;
};

Trial attempt(const std::vector<std::string>& samples, std::string format) {
  Trial trial{std::move(format)};
  const auto reader = DateReader::make(trial.format, Zone::utc());
  if (!reader) return trial;
  std::optional<UtcMicros> before;
  for (const std::string& sample : samples) {
    const auto moment = reader->read(sample);
    if (!moment) continue;
    ++trial.read;
    if (before && *moment != *before) {
      ++trial.steps;
      if (*moment < *before) ++trial.steps_back;
    }
    before = moment;
  }
  return trial;
}

// A file is sorted one way or the other, or not at all.
double disorder(const Trial& trial) {
  if (trial.steps == 0) return 0;
  const auto back = static_cast<double>(trial.steps_back) / static_cast<double>(trial.steps);
  return std::min(back, 1 - back);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The time part that follows the date in this sample, as a pattern.
std::string time_pattern(std::string_view rest) {
  const auto colons = std::count(rest.begin(), rest.end(), ':');
  if (colons == 0) return {};
  const std::string lower = ascii_lower(rest);
  const bool half_days = lower.find("am") != std::string::npos || lower.find("pm") != std::string::npos ||
                         lower.find(".m.") != std::string::npos;
  return fmt::format("{}{}{}:mm{}{}", rest.front() == 'T' ? "T" : " ", half_days ? "h" : "HH", "",
                     colons > 1 ? ":ss" : "", half_days ? " a" : "");
}

// Patterns that the look of a sample allows: `9/12/2011 12:50` may be dd/MM/yyyy or MM/dd/yyyy.
std::vector<std::string> patterns_for(std::string_view sample) {
  sample = trimmed(sample);
  if (all_digits(sample)) {
    if (sample.size() == 8) return {"yyyyMMdd"};
    if (sample.size() == 14) return {"yyyyMMddHHmmss"};
    return {};
  }
  const std::size_t first = sample.find_first_not_of("0123456789");
  if (first == std::string_view::npos || first == 0) return {};
  const char separator = sample[first];
  if (separator != '/' && separator != '-' && separator != '.') return {};
  const std::size_t second = sample.find(separator, first + 1);
  if (second == std::string_view::npos) return {};
  std::size_t end = sample.find_first_not_of("0123456789", second + 1);
  end = std::min(end, sample.size());
  const std::string time = end < sample.size() ? time_pattern(sample.substr(end)) : std::string();
  if (first == 4) return {fmt::format("yyyy{0}MM{0}dd{1}", separator, time)};
  const char* year = end - second - 1 == 2 ? "yy" : "yyyy";
  return {fmt::format("dd{0}MM{0}{1}{2}", separator, year, time),
          fmt::format("MM{0}dd{0}{1}{2}", separator, year, time)};
}

bool plausible_unix(const std::vector<std::string>& samples, double from, double to) {
  return std::all_of(samples.begin(), samples.end(), [&](const std::string& sample) {
    if (!all_digits(trimmed(sample)) || sample.size() > 15) return false;
    const double value = std::stod(sample);
    return value >= from && value < to;
  });
}

}  // namespace

DateGuess guess_date_format(const std::vector<std::string>& samples, bool likely_french) {
  if (samples.empty()) return {};
  const auto share_of = [&](const Trial& trial) {
    return static_cast<double>(trial.read) / static_cast<double>(samples.size());
  };
  const auto accept = [&](const Trial& trial, std::string reason) {
    return DateGuess{trial.format, {}, std::move(reason), share_of(trial)};
  };

  if (const Trial iso = attempt(samples, "iso"); share_of(iso) >= kShareMin) return accept(iso, "dates as in ISO 8601");
  // From 2000 to 2100; smaller numbers are amounts and identifiers more often than moments.
  if (plausible_unix(samples, 946'684'800, 4'102'444'800)) return {"unix_s", {}, "seconds since 1970", 1};
  if (plausible_unix(samples, 946'684'800'000, 4'102'444'800'000)) return {"unix_ms", {}, "milliseconds since 1970", 1};

  std::vector<std::string> patterns;
  const auto add = [&](const std::string& pattern) {
    if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) patterns.push_back(pattern);
  };
  for (std::size_t at = 0; at < samples.size() && patterns.size() < 8;
       at += std::max<std::size_t>(1, samples.size() / 16))
    for (const std::string& pattern : patterns_for(samples[at])) add(pattern);
  std::vector<Trial> trials;
  for (const std::string& pattern : patterns) trials.push_back(attempt(samples, pattern));
  // The pattern with most letters among equals: one with a time part also reads cells without.
  std::stable_sort(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) {
    return a.read != b.read ? a.read > b.read : a.format.size() > b.format.size();
  });
  if (!trials.empty() && share_of(trials[0]) >= kShareMin) {
    const Trial& best = trials[0];
    const auto swapped = [](std::string format) {
      for (char& c : format) c = c == 'd' ? 'M' : c == 'M' ? 'd' : c;
      return format;
    };
    const auto rival = std::find_if(trials.begin() + 1, trials.end(),
                                    [&](const Trial& trial) { return trial.format == swapped(best.format); });
    if (rival == trials.end() || rival->read < best.read)
      return accept(best, fmt::format("dates written {}{}", best.format,
                                      rival == trials.end() ? "" : ", as days past the twelfth show"));
    // Every day so far is at most the twelfth. Files are mostly written in order of time.
    const double gap = disorder(best) - disorder(*rival);
    const bool one_is_sorted = gap != 0 && std::min(disorder(best), disorder(*rival)) == 0;
    if (best.steps >= 10 && (one_is_sorted || std::abs(gap) > 0.2))
      return accept(gap < 0 ? best : *rival, fmt::format("dates written {}: so read, the rows are in order of time",
                                                         (gap < 0 ? best : *rival).format));
    const bool best_is_day_first = best.format.front() == 'd';
    const Trial& chosen =
        best_is_day_first == likely_french || best.format.find('.') != std::string::npos ? best : *rival;
    DateGuess guess =
        accept(chosen, fmt::format("dates written {} or {}: no day is past the twelfth", best.format, rival->format));
    guess.alternative = (&chosen == &best ? *rival : best).format;
    return guess;
  }
  // "Dec 9, 2011" reads in both languages; "17 octobre 2013" in one.
  const Trial french = attempt(samples, "fr_long"), english = attempt(samples, "en_long");
  const bool in_french = french.read != english.read ? french.read > english.read : likely_french;
  const Trial& words = in_french ? french : english;
  if (share_of(words) >= kShareMin)
    return accept(words, in_french ? "dates in French words" : "dates in English words");
  return {};
}

}  // namespace habitue::intake
