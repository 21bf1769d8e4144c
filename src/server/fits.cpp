#include "server/fits.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "insight/forecast/fit.hpp"
#include "server/described/propensity.hpp"
#include "server/described/read.hpp"
#include "server/described/value.hpp"
#include "server/described/write.hpp"

namespace habitue::server {
namespace json = boost::json;
using insight::Question;
using knowledge::Customers;
using workspace::FitHead;

namespace {

constexpr std::chrono::days kAnswersFor{92}, kPropensityAged{28};

template <class Spec>
Result<Spec> spec_of(const json::value& question, const Zone& zone) {
  Spec spec{};
  if (auto read = described::read(question, {"/ask", &zone}, spec); !read) return tl::unexpected(read.error());
  return spec;
}
template <class Spec>
Result<Spec> spec_of(std::string_view asked, const Zone& zone) {
  const auto question = parse_json(asked);
  if (!question) return tl::unexpected(question.error());
  return spec_of<Spec>(*question, zone);
}

// --- forecasts ---------------------------------------------------------------------------------------------------------

Result<std::string> forecast_asked(const json::value& question, const Zone& zone) {
  const auto spec = spec_of<insight::ForecastSpec>(question, zone);
  if (!spec) return tl::unexpected(spec.error());
  return forecast_text(*spec);
}

Result<MadeFit> make_forecast(const Customers& customers, const Question& question, std::string_view asked) {
  const auto spec = spec_of<insight::ForecastSpec>(asked, customers.zone());
  if (!spec) return tl::unexpected(spec.error());
  const auto fit = insight::fit_forecast(customers, question, *spec);
  if (!fit) return tl::unexpected(fit.error());
  return MadeFit{.bytes = insight::bytes_of(*fit),
                 .usable = fit->is_usable(),
                 .learnt = fit->check.verdict != insight::ForecastVerdict::NotPossible,
                 .customers = fit->customers,
                 .purchases = fit->purchases};
}

Result<json::object> show_forecast(const Customers& customers, std::string_view bytes) {
  const auto fit = insight::forecast_fit_of(bytes);
  if (!fit) return tl::unexpected(fit.error());
  return described::write(insight::report_of(*fit, customers)).as_object();
}

Result<std::string> forecast_moved(const Customers& customers, const Question& question, std::string_view bytes) {
  const auto fit = insight::forecast_fit_of(bytes);
  // One that cannot be read any more is made anew.
  if (!fit) return std::string("unreadable");
  const auto moved = insight::has_moved(customers, question, *fit);
  if (!moved) return tl::unexpected(moved.error());
  if (!*moved) return std::string();
  return std::string(**moved == insight::FitMoved::Moved ? "moved" : "aged");
}

// --- propensity --------------------------------------------------------------------------------------------------------

Result<std::string> propensity_asked(const json::value& question, const Zone& zone) {
  const auto spec = spec_of<insight::PropensitySpec>(question, zone);
  if (!spec) return tl::unexpected(spec.error());
  return propensity_text(*spec);
}

Result<MadeFit> make_propensity(const Customers& customers, const Question& question, std::string_view asked) {
  const auto spec = spec_of<insight::PropensitySpec>(asked, customers.zone());
  if (!spec) return tl::unexpected(spec.error());
  const auto fit = insight::fit_propensity(customers, question, *spec);
  if (!fit) return tl::unexpected(fit.error());
  MadeFit made{.bytes = insight::bytes_of(*fit),
               .usable = fit->check.verdict == insight::PropensityVerdict::Passed,
               .learnt = fit->check.verdict != insight::PropensityVerdict::NotPossible};
  if (!fit->check.cuts.empty()) made.customers = fit->check.cuts.back().eligible;
  return made;
}

Result<json::object> show_propensity(const Customers&, std::string_view bytes) {
  const auto fit = insight::propensity_fit_of(bytes);
  if (!fit) return tl::unexpected(fit.error());
  return described::write(insight::report_of(*fit)).as_object();
}

Result<std::string> propensity_moved(const Customers& customers, const Question& question, std::string_view bytes) {
  const auto fit = insight::propensity_fit_of(bytes);
  if (!fit) return std::string("unreadable");
  const auto last = customers.snapshot().last_event_at();
  const bool something_came = last && *last > fit->as_of;
  return std::string(something_came && question.as_of - fit->as_of >= kPropensityAged ? "aged" : "");
}

Result<FitHead> keep(workspace::Workspace& workspace, const workspace::View& view, UtcMicros as_of, const FitKind& kind,
                     const std::string& asked, std::string why, const MadeFit& made) {
  FitHead head;
  head.kind = kind.name;
  head.asked = asked;
  head.as_of = as_of;
  head.made_at = now();
  head.up_to_seq = view.customers->snapshot().up_to().value;
  head.rules = rules_of(view.customers->business());
  head.why = std::move(why);
  head.usable = made.usable;
  head.customers = made.customers;
  head.purchases = made.purchases;
  return workspace.fits().keep(std::move(head), made.bytes);
}

// Why what is kept of a question should be made again; empty when it need not.
Result<std::string> why_again(workspace::Workspace& workspace, const Customers& customers, const Question& question,
                              const FitKind& kind, const std::string& asked, const std::vector<FitHead>& kept) {
  const auto last = workspace.fits().latest(kind.name, asked, question.as_of, rules_of(customers.business()));
  if (!last) {
    const bool other_rules = std::any_of(kept.begin(), kept.end(), [&](const FitHead& head) {
      return head.kind == kind.name && head.asked == asked && head.as_of <= question.as_of;
    });
    return std::string(other_rules ? "rules" : "first");
  }
  const auto bytes = workspace.fits().bytes(last->id);
  return bytes ? kind.moved(customers, question, *bytes) : Result<std::string>(std::string("unreadable"));
}

}  // namespace

const std::vector<FitKind>& fit_kinds() {
  static const std::vector<FitKind> kinds{
      {"forecast", forecast_asked, make_forecast, show_forecast, forecast_moved},
      {"propensity", propensity_asked, make_propensity, show_propensity, propensity_moved},
  };
  return kinds;
}

Result<const FitKind*> fit_kind(std::string_view name) {
  std::vector<std::string_view> names;
  for (const FitKind& kind : fit_kinds()) {
    if (kind.name == name) return &kind;
    names.push_back(kind.name);
  }
  return invalid(fmt::format("/kind: '{}' is none of {}", name.substr(0, 60), fmt::join(names, ", ")));
}

std::string forecast_text(const insight::ForecastSpec& spec) {
  json::object text{{"horizon_days", spec.horizon_days}, {"coverage", spec.coverage}};
  if (spec.seasons == insight::ForecastSeasons::LeftOut) text.emplace("seasons", "left_out");
  if (!spec.occasions.empty()) text.emplace("occasions", spec.occasions);
  if (!spec.covariates.empty()) text.emplace("covariates", json::value_from(spec.covariates));
  return json::serialize(text);
}

std::string propensity_text(const insight::PropensitySpec& spec) {
  json::object text = described::write(spec).as_object();
  // Whom it is asked of is no part of what is learnt.
  for (const char* field : {"offset", "limit", "side", "anew"}) text.erase(field);
  return json::serialize(text);
}

std::string rules_of(const config::Business& business) {
  return fmt::format("{:016x}", fingerprint(config::write(business)));
}

Result<FitHead> make_and_keep(workspace::Workspace& workspace, const workspace::View& view, const Question& question,
                              const FitKind& kind, const std::string& asked, std::string why) {
  const auto made = kind.make(*view.customers, question, asked);
  if (!made) return tl::unexpected(made.error());
  return keep(workspace, view, question.as_of, kind, asked, std::move(why), *made);
}

std::optional<FitHead> kept_fit(const Call& call, const Asked& asked, UtcMicros as_of, std::string_view kind,
                                std::string_view asked_text) {
  // A fit is of everybody; a filter asks what only some of them do.
  if (asked.filter) return std::nullopt;
  auto head = call.workspace->fits().latest(kind, asked_text, as_of, rules_of(asked.view.customers->business()));
  if (!head || !head->usable || as_of - head->as_of > kAnswersFor) return std::nullopt;
  return head;
}

Result<std::vector<FitHead>> refresh_fits(workspace::Workspace& workspace, UtcMicros as_of,
                                          const Cancellation* cancellation, unsigned threads) {
  const workspace::View view = workspace.view();
  const Customers& customers = *view.customers;
  Question question;
  question.as_of = as_of;
  question.cancellation = cancellation;
  question.threads = threads;
  std::vector<FitHead> made;
  std::optional<Error> failed;
  const std::vector<FitHead> kept = workspace.fits().all();
  const auto again = [&](const std::string& text, const FitKind& kind) -> Result<std::optional<FitHead>> {
    const auto why = why_again(workspace, customers, question, kind, text, kept);
    if (!why) return tl::unexpected(why.error());
    if (why->empty()) return std::nullopt;
    const auto fit = kind.make(customers, question, text);
    if (!fit) return tl::unexpected(fit.error());
    // Too little to learn from is nothing to keep: it is tried again when something has come.
    if (!fit->learnt) return std::nullopt;
    return keep(workspace, view, as_of, kind, text, *why, *fit).map([](FitHead head) {
      return std::optional(std::move(head));
    });
  };
  for (const FitKind& kind : fit_kinds()) {
    std::set<std::string> asked;
    for (const FitHead& head : kept)
      if (head.kind == kind.name) asked.insert(head.asked);
    if (kind.name == "forecast")
      if (auto usual = kind.asked(json::object{}, customers.zone())) asked.insert(*std::move(usual));
    for (const std::string& text : asked) {
      if (cancellation != nullptr && cancellation->cancelled()) break;
      const auto head = again(text, kind);
      if (!head && !failed) failed = head.error();
      if (head && *head) made.push_back(**head);
    }
  }
  if (failed) return tl::unexpected(*failed);
  return made;
}

}  // namespace habitue::server
