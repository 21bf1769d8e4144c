// How one person is treated at this moment: the rule of config that their role and stage lead to.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "knowledge/treatment.hpp"
#include "server/finding.hpp"
#include "server/json_of.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;

json::array texts(const std::vector<std::string>& from) {
  json::array array;
  for (const std::string& each : from) array.emplace_back(each);
  return array;
}

Response treatment_of(const Call& call, const Asked& asked, const std::optional<PersonId>& person) {
  // Nobody known yet is somebody of whom nothing is known: a stranger is treated too.
  const journey::Journey journey =
      person ? asked.view.customers->snapshot().find(*person).value_or(journey::Journey{}) : journey::Journey{};
  const knowledge::TreatmentVerdict verdict =
      knowledge::treatment_of(*asked.view.customers, journey, asked.question.as_of, call.language());
  json::value treatment = nullptr;
  if (verdict.treatment != nullptr)
    treatment = json::object{{"name", verdict.treatment->name},
                             {"channels", texts(verdict.treatment->channels)},
                             {"reply_hours", verdict.treatment->reply_hours},
                             {"perks", texts(verdict.treatment->perks)}};
  return answer(call, asked, "treatment",
                {{"person", person ? json::value(key_text(asked.view.people->key_of(*person))) : json::value(nullptr)},
                 {"treatment", std::move(treatment)},
                 {"words", verdict.words},
                 {"side", verdict.side.empty() ? json::value(nullptr) : json::value(verdict.side)},
                 {"role", knowledge::name_of(verdict.role)},
                 {"role_reason", verdict.role_words},
                 {"stage", knowledge::name_of(verdict.stage)},
                 {"stage_reason", verdict.stage_words}});
}

}  // namespace

Response get_person_treatment(const Call& call) {
  const auto asked = read_question_of_now(call);
  if (!asked) return problem(asked.error());
  const auto key = parse_key(call.path[1]);
  const auto person = key ? asked->view.people->find(*key) : std::nullopt;
  if (!person)
    return problem({ErrorKind::NotFound, "there is no such person; people are named by the key that lists give"});
  return treatment_of(call, *asked, person);
}

Response get_treatment(const Call& call) {
  const std::string_view user = call.request.parameter("user_id");
  if (user.empty()) return problem({ErrorKind::InvalidInput, "user_id: whose treatment?"});
  const auto asked = read_question_of_now(call);
  if (!asked) return problem(asked.error());
  return treatment_of(
      call, *asked, asked->view.people->find(identity::Identifier{identity::IdentifierKind::User, std::string(user)}));
}

}  // namespace habitue::server::handlers
