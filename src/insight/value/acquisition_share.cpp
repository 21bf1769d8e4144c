#include "insight/value/acquisition_share.hpp"

#include <algorithm>
#include <cmath>

#include "insight/value/asked.hpp"
#include "insight/value/new_clients.hpp"
#include "insight/value/standing.hpp"

namespace habitue::insight {

using value::NewClient;

Result<AcquisitionShare> acquisition_share_of(const Customers& customers, const Question& question, PersonId person) {
  AcquisitionShare share;
  share.currency = customers.business().currency;
  // Of everybody and all times, whatever part the lens looks at: what others cost is a share of the same marketing.
  Question whole = question;
  whole.period = {};
  whole.filter.reset();
  const auto asked = value::AskedOfMoney::of(customers, whole, Bucket::Month, std::chrono::Monday);
  if (!asked) return tl::unexpected(asked.error());
  const auto acquired = value::read_acquired(asked->economics, whole, asked->lens, asked->periods, 1);
  if (!acquired) return tl::unexpected(acquired.error());
  const auto journey = customers.snapshot().find(person);
  if (!journey) return share;
  const auto account_of = [&](const journey::Journey& of) {
    return value::standing_at(customers, of, question.as_of).account;
  };
  const std::string_view account = account_of(*journey);
  const auto client = std::find_if(acquired->clients.begin(), acquired->clients.end(), [&](const NewClient& each) {
    if (each.person == person) return true;
    if (account.empty() || !each.is_account) return false;
    const auto member = customers.snapshot().find(each.person);
    return member && account_of(*member) == account;
  });
  if (client == acquired->clients.end()) return share;
  share.is_client = true;
  share.month = asked->periods.spans()[client->period].start;
  share.channel = client->channel;
  const auto beside = [&](const auto& of) { return of.period == client->period && of.channel == client->channel; };
  share.clients = static_cast<std::uint64_t>(std::count_if(acquired->clients.begin(), acquired->clients.end(), beside));
  std::int64_t marketing = 0;
  for (const value::Marketing& one : acquired->marketing) marketing += beside(one) ? one.cost_minor : 0;
  share.marketing_minor = std::llround(static_cast<double>(marketing) / static_cast<double>(share.clients));
  share.give_aways_minor = client->give_aways_minor;
  // Without any cost told a client would seem to have cost nothing.
  const bool costs_are_told =
      !acquired->marketing.empty() || std::any_of(acquired->clients.begin(), acquired->clients.end(),
                                                  [](const NewClient& each) { return each.give_aways_minor > 0; });
  if (!costs_are_told) return share;
  share.cost_minor = share.marketing_minor + share.give_aways_minor;
  const auto value = value_of_person(customers, *journey, question.as_of);
  if (!value) return tl::unexpected(value.error());
  // Give-aways are in the cost to serve already.
  if (value->profit_minor) share.profit_minor = *value->profit_minor - share.marketing_minor;
  return share;
}

}  // namespace habitue::insight
