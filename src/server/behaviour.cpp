// POST /api/v1/workspaces/{workspace}/QUESTION and /QUESTION/people: the questions of behaviour, whose text is the body.
#include "base/json.hpp"
#include "server/asking.hpp"
#include "server/described/questions.hpp"
#include "server/described/read.hpp"
#include "server/described/write.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;
using insight::Customers;
using insight::Question;

// What is asked, from the body or a part of it.
template <class Spec>
Result<Spec> read_spec(const Asked& asked, const json::value& text, std::string pointer) {
  Spec spec{};
  auto done = described::read(text, {std::move(pointer), &asked.view.customers->zone()}, spec);
  if (!done) return tl::unexpected(done.error());
  return spec;
}

// The cohorts that a question names beside its filter.
template <class Spec>
std::vector<std::string> cohorts_in(const Spec&) {
  return {};
}
std::vector<std::string> cohorts_in(const insight::OverlapSpec& spec) { return spec.cohorts; }
std::vector<std::string> cohorts_in(const insight::CohortHistorySpec& spec) { return {spec.cohort}; }
std::vector<std::string> cohorts_in(const insight::ContrastSpec& spec) {
  std::vector<std::string> names;
  for (const auto* group : {&spec.first, &spec.second, &spec.among})
    if (*group)
      for (std::string& name : criteria::names_of(**group).cohorts) names.push_back(std::move(name));
  return names;
}

// The question read, with its cohorts looked up. `pointer`: where its text lies in the body.
template <class Spec>
Result<Spec> read_all(const Call& call, Asked& asked, const json::value& text, const std::string& pointer) {
  auto spec = read_spec<Spec>(asked, text, call.errand != nullptr ? call.errand->pointer + pointer : pointer);
  if (!spec) return spec;
  if (const auto names = cohorts_in(*spec); !names.empty())
    if (auto found = name_cohorts(call, asked, names); !found) return tl::unexpected(found.error());
  // Effects are of one part of the audience: of the one that the lens looks at, unless the question says.
  if constexpr (std::is_same_v<Spec, insight::ContrastSpec>)
    if (spec->side == insight::AudienceSide::All) spec->side = asked.audience;
  return spec;
}

template <class Spec, class Report>
Response ask(const Call& call, std::string_view name,
             Result<Report> (*question)(const Customers&, const Question&, const Spec&)) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  auto asked = read_question(call);
  if (!asked) return problem(asked.error());
  const auto spec = read_all<Spec>(call, *asked, *body, "");
  if (!spec) return problem(spec.error());
  json::value said = described::write(*spec);
  return kept_answer(call, *asked, name, json::serialize(said), [&] {
    auto made = question(*asked->view.customers, asked->question, *spec);
    if (!made) return problem(made.error());
    if constexpr (std::is_same_v<Report, insight::ForecastReport>)
      for (insight::ForecastCustomer& customer : made->customers)
        customer.key = key_text(asked->view.people->key_of(customer.person));
    json::object answered = described::write(*made).as_object();
    answered["ask"] = std::move(said);
    // Its tables are mostly sentences.
    if constexpr (std::is_same_v<Report, insight::ContrastReport> || std::is_same_v<Report, insight::ForecastReport>)
      answered["language"] = call.language();
    return answer(call, *asked, name, std::move(answered));
  });
}

// `{"ask": …, "cell": …}`.
struct AskedCell {
  Asked asked;
  json::value ask, cell;
};
Result<AskedCell> read_cell(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return tl::unexpected(body.error());
  auto asked = read_question(call);
  if (!asked) return tl::unexpected(asked.error());
  const json::object* object = body->if_object();
  const json::value* ask = object != nullptr ? object->if_contains("ask") : nullptr;
  const json::value* cell = object != nullptr ? object->if_contains("cell") : nullptr;
  if (ask == nullptr || cell == nullptr || object->size() != 2)
    return invalid("the body must be {\"ask\": QUESTION, \"cell\": WHICH NUMBER}");
  return AskedCell{*std::move(asked), *ask, *cell};
}

template <class Spec, class Cell>
Response people_of(const Call& call, AskedCell& read,
                   Result<std::vector<PersonId>> (*list)(const Customers&, const Question&, const Spec&, const Cell&)) {
  const auto spec = read_all<Spec>(call, read.asked, read.ask, "/ask");
  if (!spec) return problem(spec.error());
  const auto cell =
      read_spec<Cell>(read.asked, read.cell, (call.errand != nullptr ? call.errand->pointer : std::string()) + "/cell");
  if (!cell) return problem(cell.error());
  // `/api/v1/workspaces/NAME/funnel/people` is the question `funnel/people`.
  const std::string_view path = call.request.path;
  const std::string_view question =
      path.substr(std::min(path.find(call.workspace->id()) + call.workspace->id().size() + 1, path.size()));
  return under_way(call, read.asked, question, [&] {
    auto people = list(*read.asked.view.customers, read.asked.question, *spec, *cell);
    return people ? people_page(call, read.asked, *std::move(people)) : problem(people.error());
  });
}

template <class Spec, class Cell>
Response people(const Call& call,
                Result<std::vector<PersonId>> (*list)(const Customers&, const Question&, const Spec&, const Cell&)) {
  auto read = read_cell(call);
  return read ? people_of(call, *read, list) : problem(read.error());
}

}  // namespace

Response post_funnel(const Call& call) { return ask(call, "funnel", insight::ask_funnel); }
Response post_funnel_people(const Call& call) { return people(call, insight::people_of_funnel); }

Response post_retention(const Call& call) { return ask(call, "retention", insight::ask_retention); }
Response post_retention_people(const Call& call) { return people(call, insight::people_of_retention); }

Response post_stickiness(const Call& call) { return ask(call, "stickiness", insight::ask_stickiness); }
// A number of the distribution, or with `day` one of the days' rolling windows.
Response post_stickiness_people(const Call& call) {
  auto read = read_cell(call);
  if (!read) return problem(read.error());
  const bool of_day = read->cell.is_object() && read->cell.get_object().contains("day");
  return of_day ? people_of(call, *read, insight::people_of_active_day)
                : people_of(call, *read, insight::people_of_stickiness);
}

Response post_frequency(const Call& call) { return ask(call, "frequency", insight::ask_frequency); }
Response post_frequency_people(const Call& call) { return people(call, insight::people_of_frequency); }

Response post_intervals(const Call& call) { return ask(call, "intervals", insight::ask_intervals); }
Response post_intervals_people(const Call& call) { return people(call, insight::people_of_intervals); }

Response post_attribution(const Call& call) { return ask(call, "attribution", insight::ask_attribution); }
// Who is behind a credit or converted, or with `open` who was touched and did not.
Response post_attribution_people(const Call& call) {
  auto read = read_cell(call);
  if (!read) return problem(read.error());
  const json::object* cell = read->cell.if_object();
  if (cell == nullptr || !cell->contains("open_journeys"))
    return people_of(call, *read, insight::people_of_attribution);
  if (cell->size() != 1) return problem({ErrorKind::InvalidInput, "/cell: open_journeys stands alone"});
  read->cell = cell->at("open_journeys");
  return people_of<insight::AttributionSpec, insight::AudienceSide>(
      call, *read,
      [](const Customers& customers, const Question& question, const insight::AttributionSpec& spec,
         const insight::AudienceSide& side) {
        return insight::people_of_open_journeys(customers, question, spec, side);
      });
}

Response post_paths(const Call& call) { return ask(call, "paths", insight::ask_paths); }
// Of an edge or a step, or with `names` of a whole path.
Response post_paths_people(const Call& call) {
  auto read = read_cell(call);
  if (!read) return problem(read.error());
  const bool whole = read->cell.is_object() && read->cell.get_object().contains("names");
  return whole ? people_of(call, *read, insight::people_of_whole_path)
               : people_of(call, *read, insight::people_of_path_edge);
}

Response post_contrast(const Call& call) { return ask(call, "contrast", insight::ask_contrast); }
Response post_contrast_people(const Call& call) { return people(call, insight::people_of_contrast); }

Response post_second_purchase(const Call& call) { return ask(call, "second-purchase", insight::ask_second_purchase); }
Response post_second_purchase_people(const Call& call) { return people(call, insight::people_of_second_purchase); }

Response post_forecast(const Call& call) { return ask(call, "forecast", insight::ask_forecast); }
Response post_forecast_people(const Call& call) { return people(call, insight::people_of_forecast); }

Response post_costs(const Call& call) { return ask(call, "costs", insight::ask_costs); }
Response post_costs_people(const Call& call) { return people(call, insight::people_of_costs); }

Response post_give_aways(const Call& call) { return ask(call, "give-aways", insight::ask_give_aways); }
Response post_give_aways_people(const Call& call) { return people(call, insight::people_of_give_aways); }

Response post_acquisition(const Call& call) { return ask(call, "acquisition", insight::ask_acquisition); }
Response post_acquisition_people(const Call& call) { return people(call, insight::people_of_acquisition); }

Response post_recurring(const Call& call) { return ask(call, "recurring", insight::ask_recurring); }
Response post_recurring_people(const Call& call) { return people(call, insight::people_of_recurring); }

Response post_overlap(const Call& call) { return ask(call, "overlap", insight::ask_overlap); }
Response post_overlap_people(const Call& call) { return people(call, insight::people_of_overlap); }

Response post_cohort_history(const Call& call) { return ask(call, "cohort-history", insight::ask_cohort_history); }
Response post_cohort_history_people(const Call& call) { return people(call, insight::people_of_cohort_history); }

Response post_growth_people(const Call& call) { return people(call, insight::people_of_growth); }
Response post_stage_history_people(const Call& call) { return people(call, insight::people_of_stage_history); }
Response post_flows_people(const Call& call) { return people(call, insight::people_of_flow); }

}  // namespace habitue::server::handlers
