// GET /people/{key}/acquisition: what it cost to be found by one client.
#include "insight/value/acquisition_share.hpp"

#include "server/described/value.hpp"
#include "server/described/write.hpp"
#include "server/finding.hpp"

namespace habitue::server::handlers {

Response get_person_acquisition(const Call& call) {
  auto found = find_person(call);
  if (!found) return problem(found.error());
  return kept_answer(call, found->asked, "acquisition-share", call.path[1], [&] {
    const auto share =
        insight::acquisition_share_of(*found->asked.view.customers, found->asked.question, found->person);
    return share ? answer(call, found->asked, "acquisition-share", described::write(*share).as_object())
                 : problem(share.error());
  });
}

}  // namespace habitue::server::handlers
