// A fit of propensity as bytes: see insight/fit_bytes.hpp. After its fields comes the model, as model_bytes.hpp writes it, empty when there is none.
#include "insight/fit_bytes.hpp"

#include <optional>

#include "insight/propensity/propensity.hpp"

namespace habitue::models {
template <class A>
void fields(A& archive, BetaCalibrator& of) {
  archive(of.a, of.b, of.c);
}
}  // namespace habitue::models

namespace habitue::insight {

constexpr PropensityOutcome last_of(PropensityOutcome) { return PropensityOutcome::Upgrading; }
constexpr PropensityMethod last_of(PropensityMethod) { return PropensityMethod::Trees; }
constexpr PropensityVerdict last_of(PropensityVerdict) { return PropensityVerdict::NotPossible; }
constexpr PropensityReason last_of(PropensityReason) { return PropensityReason::Unreliable; }
constexpr PropensityFact last_of(PropensityFact) { return PropensityFact::TraitNumber; }

template <class A>
void fields(A& archive, PropensityScores& of) {
  archive(of.auc, of.auc_low, of.auc_high, of.log_loss, of.log_loss_low, of.log_loss_high, of.brier, of.brier_low,
          of.brier_high, of.calibration_error, of.behind, of.behind_low, of.behind_high);
}
template <class A>
void fields(A& archive, PropensityModel& of) {
  archive(of.method, of.name, of.scores, of.used);
}
template <class A>
void fields(A& archive, PropensityReliability& of) {
  archive(of.lowest, of.highest, of.mean_told, of.share_that_came, of.low, of.high, of.people);
}
template <class A>
void fields(A& archive, PropensityTop& of) {
  archive(of.share, of.people, of.came, of.precision, of.precision_low, of.precision_high, of.caught, of.median_days);
}
template <class A>
void fields(A& archive, PropensityCut& of) {
  archive(of.day, of.check, of.eligible, of.looked_at, of.came);
}
template <class A>
void fields(A& archive, PropensityWeight& of) {
  archive(of.what_en, of.what_fr, of.weight);
}
template <class A>
void fields(A& archive, PropensityCheck& of) {
  archive(of.verdict, of.reasons, of.cuts, of.models, of.used, of.reliability, of.tops, of.weights);
}
template <class A>
void fields(A& archive, PropensityColumn& of) {
  archive(of.fact, of.days, of.name, of.value);
}
template <class A>
void fields(A& archive, PropensityRule& of) {
  archive(of.column, of.edges, of.shares);
}
template <class A>
void fields(A& archive, PropensityFit& of) {
  archive(of.outcome, of.outcome_event, of.horizon_days, of.as_of, of.check, of.columns, of.rule, of.calibrator,
          of.share, of.warnings);
}

namespace {

constexpr std::string_view kMagic = "HBPF";
constexpr std::uint8_t kVersion = 1;

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

}  // namespace

std::string bytes_of(const PropensityFit& fit) {
  FitWriter payload;
  // A model that cannot say its bytes was not trained here; there is none.
  payload(fit, fit.model == nullptr ? std::string() : fit.model->bytes().value_or(std::string()));
  return wrapped_fit(kMagic, kVersion, std::move(payload).bytes());
}

Result<PropensityFit> propensity_fit_of(std::string_view bytes) {
  const auto corrupt = [](const char* what) { return fail(ErrorKind::Corrupt, what); };
  const auto body = unwrapped_fit(kMagic, kVersion, bytes);
  if (!body) return tl::unexpected(body.error());
  FitReader reader(*body);
  PropensityFit fit;
  std::string model;
  reader(fit, model);
  if (!reader.is_whole()) return corrupt("the fit's fields do not fill it");
  if (!model.empty()) {
    auto loaded = models::load_model(model);
    if (!loaded) return tl::unexpected(loaded.error());
    fit.model = *std::move(loaded);
  }
  if (!hangs_together(fit)) return corrupt("the fit's parts do not hang together");
  return fit;
}

}  // namespace habitue::insight
