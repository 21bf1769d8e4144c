// A fit as bytes. All numbers are little-endian.
//
//   4  "HBPF"
//   1  version of this layout, 1
//   8  length of the payload, u64
//   8  XXH3 of the payload, u64
//   .. payload: the fields of PropensityFit in their order, those of structs within them. Whole numbers, enumerators and truths are u64, others
//      f64, a text is its length and its bytes, a list its length and what it holds, what may be missing 0 or 1 and what it holds, a day days
//      since 1970, a moment microseconds since, the model its own bytes (model_bytes.hpp), empty when there is none.
#include "insight/propensity/fit_bytes.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <tuple>
#include <type_traits>

#include "base/fingerprint.hpp"

namespace habitue::insight {
namespace {

constexpr std::string_view kMagic = "HBPF";
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kHeader = 4 + 1 + 8 + 8;

// The fields of each struct, in the order in which they are written.
auto fields(auto& of, const PropensityScores&) {
  return std::tie(of.auc, of.auc_low, of.auc_high, of.log_loss, of.log_loss_low, of.log_loss_high, of.brier,
                  of.brier_low, of.brier_high, of.calibration_error, of.behind, of.behind_low, of.behind_high);
}
auto fields(auto& of, const PropensityModel&) { return std::tie(of.method, of.name, of.scores, of.used); }
auto fields(auto& of, const PropensityReliability&) {
  return std::tie(of.lowest, of.highest, of.mean_told, of.share_that_came, of.low, of.high, of.people);
}
auto fields(auto& of, const PropensityTop&) {
  return std::tie(of.share, of.people, of.came, of.precision, of.precision_low, of.precision_high, of.caught,
                  of.median_days);
}
auto fields(auto& of, const PropensityCut&) { return std::tie(of.day, of.check, of.eligible, of.looked_at, of.came); }
auto fields(auto& of, const PropensityWeight&) { return std::tie(of.what_en, of.what_fr, of.weight); }
auto fields(auto& of, const PropensityCheck&) {
  return std::tie(of.verdict, of.reasons, of.cuts, of.models, of.used, of.reliability, of.tops, of.weights);
}
auto fields(auto& of, const PropensityColumn&) { return std::tie(of.fact, of.days, of.name, of.value); }
auto fields(auto& of, const PropensityRule&) { return std::tie(of.column, of.edges, of.shares); }
auto fields(auto& of, const models::BetaCalibrator&) { return std::tie(of.a, of.b, of.c); }
auto fields(auto& of, const PropensityFit&) {
  return std::tie(of.outcome, of.outcome_event, of.horizon_days, of.as_of, of.check, of.columns, of.rule, of.calibrator,
                  of.share, of.warnings);
}

class Writer {
 public:
  void number(std::uint64_t value) {
    for (int byte = 0; byte < 8; ++byte) bytes.push_back(static_cast<char>((value >> (8 * byte)) & 0xFFu));
  }
  void write(const std::string& text) {
    number(text.size());
    bytes += text;
  }
  void write(double value) { number(std::bit_cast<std::uint64_t>(value)); }
  void write(const LocalDay& day) { number(static_cast<std::uint64_t>(std::int64_t{day.time_since_epoch().count()})); }
  void write(const UtcMicros& at) { number(static_cast<std::uint64_t>(at.time_since_epoch().count())); }
  template <class T>
  void write(const std::optional<T>& value) {
    number(value ? 1 : 0);
    if (value) write(*value);
  }
  template <class T>
  void write(const std::vector<T>& list) {
    number(list.size());
    for (const T& each : list) write(each);
  }
  template <class T>
  void write(const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
      number(static_cast<std::uint64_t>(value));
    else
      std::apply([&](const auto&... each) { (write(each), ...); }, fields(value, value));
  }
  std::string bytes;
};

// Bounded at each step: a length is believed only when as many bytes follow.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  bool sound() const { return sound_; }
  bool done() const { return sound_ && left_.empty(); }

  std::uint64_t number() {
    if (left_.size() < 8) {
      sound_ = false;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t byte = 8; byte-- > 0;) value = value << 8 | static_cast<unsigned char>(left_[byte]);
    left_.remove_prefix(8);
    return value;
  }
  std::uint64_t length() {
    const std::uint64_t value = number();
    if (value <= left_.size()) return value;
    sound_ = false;
    return 0;
  }
  void read(std::string& text) {
    const std::uint64_t size = length();
    text = left_.substr(0, size);
    left_.remove_prefix(size);
  }
  void read(double& value) {
    value = std::bit_cast<double>(number());
    if (!std::isfinite(value)) sound_ = false;
  }
  void read(LocalDay& day) {
    const auto days = static_cast<std::int64_t>(number());
    if (days < -4'000'000 || days > 4'000'000) sound_ = false;
    day = LocalDay{std::chrono::days{sound_ ? static_cast<int>(days) : 0}};
  }
  void read(UtcMicros& at) {
    const auto micros = static_cast<std::int64_t>(number());
    at = UtcMicros{std::chrono::microseconds{micros}};
    if (at < kBeginning || at > kEnd) sound_ = false;
  }
  template <class T>
  void read(std::optional<T>& value) {
    const std::uint64_t there = number();
    if (there > 1) sound_ = false;
    value.reset();
    if (sound_ && there == 1) read(value.emplace());
  }
  template <class T>
  void read(std::vector<T>& list) {
    list.clear();
    for (std::uint64_t left = length(); left > 0 && sound_; --left) read(list.emplace_back());
  }
  template <class T>
  void read(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = number() == 1;
    } else if constexpr (std::is_enum_v<T>) {
      const std::uint64_t raw = number();
      if (raw > most(T{})) sound_ = false;
      value = static_cast<T>(sound_ ? raw : 0);
    } else if constexpr (std::is_integral_v<T>) {
      const std::uint64_t raw = number();
      if (raw > std::numeric_limits<T>::max()) sound_ = false;
      value = static_cast<T>(raw);
    } else {
      std::apply([&](auto&... each) { (read(each), ...); }, fields(value, value));
    }
  }

 private:
  static std::uint64_t most(PropensityOutcome) { return static_cast<std::uint64_t>(PropensityOutcome::Upgrading); }
  static std::uint64_t most(PropensityMethod) { return static_cast<std::uint64_t>(PropensityMethod::Trees); }
  static std::uint64_t most(PropensityVerdict) { return static_cast<std::uint64_t>(PropensityVerdict::NotPossible); }
  static std::uint64_t most(PropensityReason) { return static_cast<std::uint64_t>(PropensityReason::Unreliable); }
  static std::uint64_t most(PropensityFact) { return static_cast<std::uint64_t>(PropensityFact::TraitNumber); }

  std::string_view left_;
  bool sound_ = true;
};

// What score_propensity relies on.
bool hangs_together(const PropensityFit& fit) {
  if (fit.check.verdict != PropensityVerdict::Passed) return true;
  const auto has_scores = [&](PropensityMethod method) {
    for (const PropensityModel& model : fit.check.models)
      if (model.method == method && model.scores) return true;
    return false;
  };
  if (fit.check.cuts.empty() || fit.columns.empty() || !has_scores(fit.check.used) ||
      !has_scores(PropensityMethod::Alike))
    return false;
  const PropensityMethod used = fit.check.used;
  if (used == PropensityMethod::Regression || used == PropensityMethod::Trees)
    return fit.model != nullptr && fit.model->columns() == fit.columns.size();
  if (used != PropensityMethod::Rule) return true;
  const PropensityRule& rule = fit.rule;
  if (rule.column >= fit.columns.size() || rule.shares.size() < 2) return false;
  return rule.edges.empty() ? rule.column + rule.shares.size() - 1 <= fit.columns.size()
                            : rule.shares.size() == rule.edges.size() + 1;
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) { return Reader(bytes.substr(at, 8)).number(); }

}  // namespace

std::string propensity::wrapped_fit(std::string_view payload) {
  Writer whole;
  whole.bytes = kMagic;
  whole.bytes.push_back(static_cast<char>(kVersion));
  whole.number(payload.size());
  whole.number(fingerprint(payload));
  return whole.bytes.append(payload);
}

std::string bytes_of(const PropensityFit& fit) {
  Writer payload;
  payload.write(fit);
  // A model that cannot say its bytes was not trained here; there is none.
  payload.write(fit.model == nullptr ? std::string() : fit.model->bytes().value_or(std::string()));
  return propensity::wrapped_fit(payload.bytes);
}

Result<PropensityFit> propensity_fit_of(std::string_view bytes) {
  const auto corrupt = [](const char* what) { return fail(ErrorKind::Corrupt, what); };
  if (bytes.size() < kHeader || !bytes.starts_with(kMagic)) return corrupt("these bytes are not a fit of propensity");
  if (static_cast<unsigned char>(bytes[4]) != kVersion) return corrupt("the fit is of another version of the program");
  const std::string_view payload = bytes.substr(kHeader);
  if (number_at(bytes, 5) != payload.size() || number_at(bytes, 13) != fingerprint(payload))
    return corrupt("the fit is damaged: its length or its checksum differ");
  Reader reader(payload);
  PropensityFit fit;
  std::string model;
  reader.read(fit);
  reader.read(model);
  if (!reader.done()) return corrupt("the fit's fields do not fill it");
  if (!model.empty()) {
    auto loaded = models::load_model(model);
    if (!loaded) return tl::unexpected(loaded.error());
    fit.model = *std::move(loaded);
  }
  if (!hangs_together(fit)) return corrupt("the fit's parts do not hang together");
  return fit;
}

}  // namespace habitue::insight
