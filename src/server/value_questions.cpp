// POST /api/v1/workspaces/{workspace}/QUESTION and /QUESTION/people: the questions about money and what to expect.
#include <optional>

#include <fmt/format.h>

#include "insight/forecast/fit.hpp"
#include "server/body_questions.hpp"
#include "server/described/aida.hpp"
#include "server/described/contracts.hpp"
#include "server/described/map.hpp"
#include "server/described/products.hpp"
#include "server/described/propensity.hpp"
#include "server/described/rhythm.hpp"
#include "server/described/scenario.hpp"
#include "server/described/today.hpp"
#include "server/described/uplift.hpp"
#include "server/described/value.hpp"
#include "server/fits.hpp"

namespace habitue::server::handlers {
using body_questions::Answering;
using body_questions::ask;
using body_questions::ask_prepared;
using body_questions::people;
using body_questions::people_by;
using insight::EquityReport;
using insight::EquitySpec;
using insight::ForecastReport;
using insight::ForecastSpec;
using workspace::FitHead;

namespace {

// The kept fit as it was made. One that cannot be read any more is no reason to give no answer: then one is made.
template <class Fit>
std::optional<Fit> kept(const Call& call, const std::optional<FitHead>& head, Result<Fit> (*read)(std::string_view)) {
  if (!head) return std::nullopt;
  const auto bytes = call.workspace->fits().bytes(head->id);
  if (!bytes) return std::nullopt;
  auto fit = read(*bytes);
  return fit ? std::optional(*std::move(fit)) : std::nullopt;
}
std::optional<insight::ForecastFit> forecast_fit(const Call& call, const std::optional<FitHead>& head) {
  return kept<insight::ForecastFit>(call, head, insight::forecast_fit_of);
}

// The fits that are kept for both dates of a statement of equity.
struct EquityKept {
  std::optional<FitHead> opening, closing;
  static Result<EquityKept> of(const Call& call, const Asked& asked, const EquitySpec& spec) {
    const auto dates = insight::equity_dates(asked.question);
    if (!dates) return tl::unexpected(dates.error());
    ForecastSpec as_forecast;
    as_forecast.horizon_days = spec.horizon_days;
    as_forecast.occasions = spec.occasions;
    const std::string text = forecast_text(as_forecast);
    return EquityKept{kept_fit(call, asked, dates->opening, "forecast", text),
                      kept_fit(call, asked, dates->closing, "forecast", text)};
  }
};

std::optional<FitHead> propensity_head(const Call& call, const Asked& asked, const insight::PropensitySpec& spec) {
  if (spec.anew) return std::nullopt;
  return kept_fit(call, asked, asked.question.as_of, "propensity", propensity_text(spec));
}

// Imports that were undone are gone with what they brought.
Result<std::vector<insight::TodayImport>> imports_of(const Call& call) {
  const auto records = call.workspace->ledger().imports();
  if (!records) return tl::unexpected(records.error());
  std::vector<insight::TodayImport> imports;
  for (const ledger::ImportRecord& record : *records) {
    if (record.state == "undone") continue;
    imports.push_back({.file_name = record.file_name,
                       .finished = record.state == "finished",
                       .rows = record.rows_done,
                       .rejected = record.rows_rejected,
                       .at = record.ended_at.value_or(record.started_at)});
  }
  return imports;
}

std::string named(const std::optional<FitHead>& head) {
  return head ? fmt::format("\nfit {}", head->id) : std::string("\nno fit");
}

}  // namespace

// By a fit that is kept, where one answers the question.
Response post_forecast(const Call& call) {
  return ask_prepared<ForecastSpec>(
      call, "forecast", [&](const Asked& asked, const ForecastSpec& spec) -> Result<Answering<ForecastReport>> {
        const auto head =
            spec.anew ? std::nullopt : kept_fit(call, asked, asked.question.as_of, "forecast", forecast_text(spec));
        const auto answer = [&call, &asked, &spec, head] {
          const auto fit = forecast_fit(call, head);
          auto report = insight::ask_forecast(*asked.view.customers, asked.question, spec, fit ? &*fit : nullptr);
          if (report && fit) report->fit = head->id;
          return report;
        };
        return Answering<ForecastReport>{answer, named(head)};
      });
}
Response post_forecast_people(const Call& call) { return people(call, insight::people_of_forecast); }

// The same at both dates.
Response post_equity(const Call& call) {
  return ask_prepared<EquitySpec>(
      call, "equity", [&](const Asked& asked, const EquitySpec& spec) -> Result<Answering<EquityReport>> {
        const auto fits = EquityKept::of(call, asked, spec);
        if (!fits) return tl::unexpected(fits.error());
        const auto answer = [&call, &asked, &spec, fits = *fits] {
          const auto opening = forecast_fit(call, fits.opening), closing = forecast_fit(call, fits.closing);
          return insight::ask_equity(*asked.view.customers, asked.question, spec,
                                     {opening ? &*opening : nullptr, closing ? &*closing : nullptr});
        };
        return Answering<EquityReport>{answer, named(fits->opening) + named(fits->closing)};
      });
}
Response post_equity_people(const Call& call) {
  using insight::EquityCell;
  return people_by<EquitySpec, EquityCell>(
      call, [&](const Asked& asked, const EquitySpec& spec, const EquityCell& cell) -> Result<std::vector<PersonId>> {
        const auto fits = EquityKept::of(call, asked, spec);
        if (!fits) return tl::unexpected(fits.error());
        const auto opening = forecast_fit(call, fits->opening), closing = forecast_fit(call, fits->closing);
        return insight::people_of_equity(*asked.view.customers, asked.question, spec, cell,
                                         {opening ? &*opening : nullptr, closing ? &*closing : nullptr});
      });
}

Response post_propensity(const Call& call) {
  using insight::PropensityReport;
  using insight::PropensitySpec;
  return ask_prepared<PropensitySpec>(
      call, "propensity", [&](const Asked& asked, const PropensitySpec& spec) -> Result<Answering<PropensityReport>> {
        const auto head = propensity_head(call, asked, spec);
        const auto answer = [&call, &asked, &spec, head]() -> Result<PropensityReport> {
          const auto fit = kept<insight::PropensityFit>(call, head, insight::propensity_fit_of);
          if (!fit) return insight::ask_propensity(*asked.view.customers, asked.question, spec);
          auto report = insight::score_propensity(*asked.view.customers, asked.question, spec, *fit);
          if (report) report->fit = head->id;
          return report;
        };
        return Answering<PropensityReport>{answer, named(head)};
      });
}
Response post_propensity_people(const Call& call) {
  using insight::PropensityCell;
  using insight::PropensitySpec;
  return people_by<PropensitySpec, PropensityCell>(call, [&](const Asked& asked, const PropensitySpec& spec,
                                                             const PropensityCell& cell) {
    const auto fit = kept<insight::PropensityFit>(call, propensity_head(call, asked, spec), insight::propensity_fit_of);
    return insight::people_of_propensity(*asked.view.customers, asked.question, spec, cell, fit ? &*fit : nullptr);
  });
}

Response post_uplift(const Call& call) { return ask(call, "uplift", insight::ask_uplift); }
Response post_uplift_people(const Call& call) { return people(call, insight::people_of_uplift); }

Response post_contracts(const Call& call) { return ask(call, "contracts", insight::ask_contracts); }
Response post_contracts_people(const Call& call) { return people(call, insight::people_of_contracts); }

Response post_costs(const Call& call) { return ask(call, "costs", insight::ask_costs); }
Response post_costs_people(const Call& call) { return people(call, insight::people_of_costs); }

Response post_give_aways(const Call& call) { return ask(call, "give-aways", insight::ask_give_aways); }
Response post_give_aways_people(const Call& call) { return people(call, insight::people_of_give_aways); }

Response post_acquisition(const Call& call) {
  using insight::AcquisitionReport;
  using insight::AcquisitionSpec;
  return ask_prepared<AcquisitionSpec>(
      call, "acquisition",
      [&](const Asked& asked, const AcquisitionSpec& spec) -> Result<Answering<AcquisitionReport>> {
        ForecastSpec of;
        of.horizon_days = spec.lifetime_days;
        const auto head = spec.lifetime_days == 0
                              ? std::nullopt
                              : kept_fit(call, asked, asked.question.as_of, "forecast", forecast_text(of));
        const auto answer = [&call, &asked, &spec, head] {
          const auto fit = forecast_fit(call, head);
          return insight::ask_acquisition(*asked.view.customers, asked.question, spec, fit ? &*fit : nullptr);
        };
        return Answering<AcquisitionReport>{answer, named(head)};
      });
}
Response post_acquisition_people(const Call& call) { return people(call, insight::people_of_acquisition); }

Response post_recurring(const Call& call) { return ask(call, "recurring", insight::ask_recurring); }
Response post_recurring_people(const Call& call) { return people(call, insight::people_of_recurring); }

Response post_products(const Call& call) { return ask(call, "products", insight::ask_products); }
Response post_products_people(const Call& call) { return people(call, insight::people_of_products); }

Response post_cross_sell(const Call& call) { return ask(call, "cross-sell", insight::ask_cross_sell); }
Response post_cross_sell_people(const Call& call) { return people(call, insight::people_of_cross_sell); }

Response post_assortment(const Call& call) { return ask(call, "assortment", insight::ask_assortment); }
Response post_assortment_people(const Call& call) { return people(call, insight::people_of_assortment); }

// The workspace's imports are part of the day: the answer depends on them beside the events.
Response post_today(const Call& call) {
  using insight::TodayReport;
  using insight::TodaySpec;
  return ask_prepared<TodaySpec>(
      call, "today", [&](const Asked& asked, const TodaySpec& spec) -> Result<Answering<TodayReport>> {
        auto imports = imports_of(call);
        if (!imports) return tl::unexpected(imports.error());
        std::string beside;
        for (const insight::TodayImport& import : *imports)
          beside += fmt::format("\nimport {} {} {} {} {}", import.at.time_since_epoch().count(), import.finished,
                                import.rows, import.rejected, import.file_name);
        const auto answer = [&asked, &spec, imports = *std::move(imports)] {
          return insight::ask_today(*asked.view.customers, asked.question, spec, imports);
        };
        return Answering<TodayReport>{answer, beside};
      });
}
Response post_today_people(const Call& call) { return people(call, insight::people_of_today); }

Response post_rhythm(const Call& call) { return ask(call, "rhythm", insight::ask_rhythm); }
Response post_rhythm_people(const Call& call) { return people(call, insight::people_of_rhythm); }

Response post_aida(const Call& call) { return ask(call, "aida", insight::ask_aida); }
Response post_aida_people(const Call& call) { return people(call, insight::people_of_aida); }

Response post_map(const Call& call) { return ask(call, "map", insight::ask_map); }
Response post_map_people(const Call& call) { return people(call, insight::people_of_map); }

Response post_scenario(const Call& call) {
  using insight::ScenarioReport;
  using insight::ScenarioSpec;
  return ask_prepared<ScenarioSpec>(
      call, "scenario", [&](const Asked& asked, const ScenarioSpec& spec) -> Result<Answering<ScenarioReport>> {
        ForecastSpec of;
        of.horizon_days = spec.horizon_days;
        const auto head = spec.anew || spec.base != ScenarioSpec::Base::Forecast
                              ? std::nullopt
                              : kept_fit(call, asked, asked.question.as_of, "forecast", forecast_text(of));
        const auto answer = [&call, &asked, &spec, head] {
          const auto fit = forecast_fit(call, head);
          return insight::ask_scenario(*asked.view.customers, asked.question, spec, fit ? &*fit : nullptr);
        };
        return Answering<ScenarioReport>{answer, named(head)};
      });
}
Response post_scenario_people(const Call& call) { return people(call, insight::people_of_scenario); }

}  // namespace habitue::server::handlers
