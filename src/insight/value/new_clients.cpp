#include "insight/value/new_clients.hpp"

#include <algorithm>
#include <tuple>

#include "insight/value/standing.hpp"

namespace habitue::insight::value {
namespace {

using knowledge::Earned;
using knowledge::Economics;

// Whole months from one day to a later one: from the 31st of January the first is over on the 1st of March.
std::int64_t months_between(LocalDay from, LocalDay to) {
  const std::chrono::year_month_day first{from}, last{to};
  const auto months = (static_cast<int>(last.year()) - static_cast<int>(first.year())) * 12 +
                      static_cast<int>(static_cast<unsigned>(last.month())) -
                      static_cast<int>(static_cast<unsigned>(first.month()));
  return months - (last.day() < first.day() ? 1 : 0);
}

struct AccountSoFar {
  NewClient client{};
  UtcMicros first_seen{};
};

struct Lists {
  std::vector<NewClient> clients;
  std::vector<Matured> matured;
  std::vector<Marketing> marketing;
  std::unordered_map<std::string_view, AccountSoFar> accounts;  // Names live as long as the snapshot.
  knowledge::NotAdded not_added;
  bool margin_is_known = false;

  void merge(const Lists& other) {
    clients.insert(clients.end(), other.clients.begin(), other.clients.end());
    matured.insert(matured.end(), other.matured.begin(), other.matured.end());
    marketing.insert(marketing.end(), other.marketing.begin(), other.marketing.end());
    for (const auto& [name, account] : other.accounts) add_member(name, account);
    not_added.merge(other.not_added);
    margin_is_known |= other.margin_is_known;
  }
  void add_member(std::string_view name, const AccountSoFar& member) {
    const auto [known, is_new] = accounts.try_emplace(name, member);
    if (is_new) return;
    AccountSoFar& so_far = known->second;
    const std::int64_t given = so_far.client.give_aways_minor + member.client.give_aways_minor;
    // The ids of people tell of the order in which they came: they decide last.
    const auto place = [](const AccountSoFar& of) {
      return std::tie(of.first_seen, of.client.channel, of.client.audience, of.client.person);
    };
    if (place(member) < place(so_far)) so_far = member;
    so_far.client.give_aways_minor = given;
  }
};

class Reader {
 public:
  Reader(const Economics& economics, const Question& question, const Periods& periods, std::uint32_t months)
      : economics_(economics), as_of_(question.as_of), periods_(periods), months_(months) {}

  void read(Lists& lists, const Person& person) const {
    add_marketing(lists, person.journey);
    const Customers& customers = economics_.customers();
    const Standing now = standing_at(customers, person.journey, as_of_);
    if (!now.has_paid) return;
    const auto since = customers.paying_since(now.side, person.journey, as_of_);
    if (!since) return;
    const journey::Journey known = person.journey.until(as_of_);
    NewClient client{.person = person.journey.person(),
                     .since = *since,
                     .period = 0,
                     .channel = customers.channel_of(person.journey, as_of_),
                     .audience = person.audience,
                     .give_aways_minor = given_before(lists, person.journey),
                     .margin_minor = 0,
                     .is_account = !now.account.empty(),
                     .to_come_minor = 0,
                     .margin_by_month = {}};
    if (!now.account.empty()) {
      lists.add_member(now.account, {std::move(client), known[0].at});
      return;
    }
    thread_local std::vector<Earned> earned;
    economics_.earned(person.journey, as_of_, earned, lists.not_added);
    add_client(lists, std::move(client), earned);
  }

  void add_accounts(Lists& lists) const {
    std::vector<std::string_view> names;
    for (const auto& [name, account] : lists.accounts) names.push_back(name);
    std::sort(names.begin(), names.end());
    std::vector<Earned> earned;
    for (const std::string_view name : names) {
      economics_.earned_of_account(name, as_of_, earned, lists.not_added);
      add_client(lists, std::move(lists.accounts[name].client), earned);
    }
  }

  void add_marketing(Lists& lists, const journey::Journey& journey) const {
    thread_local std::vector<knowledge::MarketingSpent> spent;
    economics_.marketing(journey, as_of_, spent, lists.not_added);
    for (const knowledge::MarketingSpent& move : spent)
      if (const auto period = periods_.index_of(move.at))
        lists.marketing.push_back({*period, move.channel, move.cost_minor});
  }

 private:
  std::int64_t given_before(Lists& lists, const journey::Journey& journey) const {
    thread_local std::vector<knowledge::Spent> costs;
    thread_local std::vector<GiveAway> given;
    economics_.spent(journey, as_of_, costs, lists.not_added);
    give_aways_among(economics_.customers(), journey, costs, given);
    std::int64_t sum = 0;
    for (const GiveAway& one : given) sum += one.cost_minor;
    return sum;
  }

  void add_client(Lists& lists, NewClient client, const std::vector<Earned>& earned) const {
    const Zone& zone = economics_.customers().zone();
    const LocalDay day = zone.day_of(client.since);
    client.margin_by_month.assign(months_, 0);
    std::int64_t within = 0;
    for (const Earned& move : earned) {
      const std::int64_t margin = move.margin_minor.value_or(move.revenue_minor);
      lists.margin_is_known |= move.margin_minor.has_value();
      client.margin_minor += margin;
      // What was paid before the sum exceeded zero belongs to the first month.
      const std::int64_t month = std::max<std::int64_t>(0, months_between(day, zone.day_of(move.at)));
      if (month >= static_cast<std::int64_t>(months_)) continue;
      client.margin_by_month[static_cast<std::size_t>(month)] += margin;
      within += margin;
    }
    lists.matured.push_back({months_after(zone, client.since, months_), within});
    const auto period = periods_.index_of(client.since);
    if (!period) return;
    client.period = *period;
    lists.clients.push_back(std::move(client));
  }

  const Economics& economics_;
  UtcMicros as_of_;
  const Periods& periods_;
  std::uint32_t months_;
};

}  // namespace

UtcMicros months_after(const Zone& zone, UtcMicros since, std::uint32_t months) {
  const LocalDay day = zone.day_of(since);
  LocalDay later = day + std::chrono::days{static_cast<std::int64_t>(months) * 28};
  while (months_between(day, later) < static_cast<std::int64_t>(months)) later += std::chrono::days{1};
  return zone.start_of(later);
}

Result<Acquired> read_acquired(const Economics& economics, const Question& question, const Lens& lens,
                               const Periods& periods, std::uint32_t months) {
  const Customers& customers = economics.customers();
  const Reader reader(economics, question, periods, months);
  auto lists = fold_people(customers, question, lens, Lists{},
                           [&](Lists& into, const Person& person) { reader.read(into, person); });
  if (!lists) return tl::unexpected(lists.error());
  reader.add_accounts(*lists);
  reader.add_marketing(*lists, customers.snapshot().nobody());
  std::sort(lists->clients.begin(), lists->clients.end(),
            [](const NewClient& left, const NewClient& right) { return left.person < right.person; });
  std::sort(lists->matured.begin(), lists->matured.end(), [](const Matured& left, const Matured& right) {
    return std::tie(left.at, left.margin_minor) < std::tie(right.at, right.margin_minor);
  });
  return Acquired{std::move(lists->clients), std::move(lists->matured), std::move(lists->marketing),
                  std::move(lists->not_added), lists->margin_is_known};
}

}  // namespace habitue::insight::value
