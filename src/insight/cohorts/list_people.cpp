#include "insight/cohorts/list_people.hpp"

#include <algorithm>

#include "insight/retention/sums.hpp"

namespace habitue::insight {

Result<std::vector<PersonId>> list_people(const Customers& customers, const Question& question, AudienceSide side,
                                          const std::optional<std::vector<PersonId>>& among) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  if (!among) return retention::people_who(customers, question, *lens, side, [](const Person&) { return true; });
  std::vector<PersonId> people;
  for (const PersonId person : *among) {
    if (question.cancellation != nullptr && question.cancellation->cancelled())
      return fail(ErrorKind::Conflict, "the question was cancelled");
    const auto journey = customers.snapshot().find(person);
    if (!journey) continue;
    if (const auto admitted = lens->admit(*journey); admitted && retention::on_side(admitted->audience, side))
      people.push_back(person);
  }
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

}  // namespace habitue::insight
