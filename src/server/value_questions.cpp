// POST /api/v1/workspaces/{workspace}/QUESTION and /QUESTION/people: the questions about money and what to expect.
#include "server/body_questions.hpp"
#include "server/described/value.hpp"

namespace habitue::server::handlers {
using body_questions::ask;
using body_questions::people;

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

}  // namespace habitue::server::handlers
