// POST /api/v1/workspaces/{workspace}/QUESTION and /QUESTION/people: the questions of behaviour, whose text is the body.
#include "server/body_questions.hpp"
#include "server/described/questions.hpp"

namespace habitue::server {
namespace body_questions {

template <>
struct Reading<insight::OverlapSpec> {
  static std::vector<std::string> cohorts_in(const insight::OverlapSpec& spec) { return spec.cohorts; }
  static void follow_lens(const Asked&, insight::OverlapSpec&) {}
};
template <>
struct Reading<insight::CohortHistorySpec> {
  static std::vector<std::string> cohorts_in(const insight::CohortHistorySpec& spec) { return {spec.cohort}; }
  static void follow_lens(const Asked&, insight::CohortHistorySpec&) {}
};
template <>
struct Reading<insight::ContrastSpec> {
  static std::vector<std::string> cohorts_in(const insight::ContrastSpec& spec) {
    std::vector<std::string> names;
    for (const auto* group : {&spec.first, &spec.second, &spec.among})
      if (*group)
        for (std::string& name : criteria::names_of(**group).cohorts) names.push_back(std::move(name));
    return names;
  }
  // Effects are of one part of the audience: of the one that the lens looks at, unless the question says.
  static void follow_lens(const Asked& asked, insight::ContrastSpec& spec) {
    if (spec.side == insight::AudienceSide::All) spec.side = asked.audience;
  }
};
template <>
inline constexpr bool kToldInWords<insight::ContrastReport> = true;

}  // namespace body_questions

namespace handlers {
namespace json = boost::json;
using body_questions::ask;
using body_questions::people;
using body_questions::people_of;
using body_questions::read_cell;
using insight::Customers;
using insight::Question;

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

Response post_overlap(const Call& call) { return ask(call, "overlap", insight::ask_overlap); }
Response post_overlap_people(const Call& call) { return people(call, insight::people_of_overlap); }

Response post_cohort_history(const Call& call) { return ask(call, "cohort-history", insight::ask_cohort_history); }
Response post_cohort_history_people(const Call& call) { return people(call, insight::people_of_cohort_history); }

Response post_growth_people(const Call& call) { return people(call, insight::people_of_growth); }
Response post_stage_history_people(const Call& call) { return people(call, insight::people_of_stage_history); }
Response post_flows_people(const Call& call) { return people(call, insight::people_of_flow); }

}  // namespace handlers
}  // namespace habitue::server
