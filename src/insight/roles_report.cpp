// Who is your client? Roles on each side, strict and wide counts side by side, and the audit of WHO-02.
#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "insight/fold.hpp"
#include "insight/money.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {
namespace {

using criteria::Verdict;

struct SideTally : RoleFigures {
  void merge(const RoleFigures& other) {
    for (std::size_t role = 0; role < people.size(); ++role) {
      people[role] += other.people[role];
      add_to(money[role], other.money[role]);
    }
    total += other.total;
    took_part += other.took_part;
    parties += other.parties;
    has_paid += other.has_paid;
  }
};

// An account as its members show it.
struct Account {
  Verdict audience = Verdict::Outside;
  bool has_paid = false, surely_on_side = false, supposed = false, perhaps_supposed = false;

  void merge(const Account& other) {
    if (other.audience == Verdict::Inside || audience == Verdict::Outside) audience = other.audience;
    has_paid |= other.has_paid;
    surely_on_side |= other.surely_on_side;
    supposed |= other.supposed;
    perhaps_supposed |= other.perhaps_supposed;
  }
};

struct Tally {
  std::vector<ByAudience<SideTally>> sides;
  std::vector<std::unordered_map<std::string_view, Account>> accounts;  // By side. Names live as long as the snapshot.
  std::uint64_t people = 0, paid_not_supposed = 0, supposed_not_paid = 0;

  void merge(const Tally& other) {
    for (std::size_t side = 0; side < sides.size(); ++side) {
      merge_parts(sides[side], other.sides[side]);
      for (const auto& [name, account] : other.accounts[side]) accounts[side][name].merge(account);
    }
    people += other.people;
    paid_not_supposed += other.paid_not_supposed;
    supposed_not_paid += other.supposed_not_paid;
  }
};

void count_person(Tally& tally, const Person& person, const Customers& customers, UtcMicros as_of) {
  ++tally.people;
  const std::vector<Balance> balances = customers.balances(person.journey, as_of);
  const bool took_part = customers.took_part(person.journey, as_of);
  bool paid_not_supposed = false, supposed_not_paid = false;
  for (std::size_t side = 0; side < tally.sides.size(); ++side) {
    const auto fact = customers.role_on(side, person.journey, as_of);
    if (!fact) continue;
    SideTally& figures = tally.sides[side].of(person.audience);
    const auto role = static_cast<std::size_t>(fact->role);
    ++figures.people[role];
    add_to(figures.money[role], balances);
    ++figures.total;
    figures.took_part += took_part ? 1 : 0;
    if (!fact->account.empty()) {
      tally.accounts[side][fact->account].merge({person.audience, fact->has_paid, fact->surely_on_side,
                                                 fact->supposed_to_pay == Verdict::Inside,
                                                 fact->supposed_to_pay != Verdict::Outside});
      continue;
    }
    ++figures.parties;
    figures.has_paid += fact->has_paid ? 1 : 0;
    if (!fact->surely_on_side) continue;
    paid_not_supposed |= fact->has_paid && fact->supposed_to_pay == Verdict::Outside;
    supposed_not_paid |= !fact->has_paid && fact->supposed_to_pay == Verdict::Inside;
  }
  tally.paid_not_supposed += paid_not_supposed ? 1 : 0;
  tally.supposed_not_paid += supposed_not_paid ? 1 : 0;
}

// Each account once, whatever its number of members: those whom it serves without asking them to pay are no finding.
void count_accounts(Tally& tally) {
  for (std::size_t side = 0; side < tally.sides.size(); ++side)
    for (const auto& [name, account] : tally.accounts[side]) {
      SideTally& figures = tally.sides[side].of(account.audience);
      ++figures.parties;
      figures.has_paid += account.has_paid ? 1 : 0;
      if (!account.surely_on_side) continue;
      tally.paid_not_supposed += account.has_paid && !account.perhaps_supposed ? 1 : 0;
      tally.supposed_not_paid += !account.has_paid && account.supposed ? 1 : 0;
    }
}

}  // namespace

std::vector<Balance> RoleFigures::balances() const {
  std::vector<Balance> all;
  for (const std::vector<Balance>& of_role : money) add_to(all, of_role);
  return all;
}

Result<RolesReport> ask_roles(const Customers& customers, const Question& question) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const config::Business& business = customers.business();
  Tally empty;
  empty.sides.resize(business.sides.size());
  empty.accounts.resize(business.sides.size());
  auto tally = fold_people(customers, question, *lens, empty, [&](Tally& into, const Person& person) {
    count_person(into, person, customers, question.as_of);
  });
  if (!tally) return tl::unexpected(tally.error());
  count_accounts(*tally);

  RolesReport report;
  for (std::size_t side = 0; side < business.sides.size(); ++side) {
    ByAudience<SideTally>& parts = tally->sides[side];
    add_up(parts);
    const config::Side& asked = business.sides[side];
    const std::string members = asked.members == criteria::Expression() ? "" : criteria::to_text(asked.members);
    report.sides.push_back(
        {asked.name, asked.charged, members, {parts.inside, parts.outside, parts.unknown, parts.all}});
  }
  if (business.wanted_act.criterion) {
    report.wanted_act = business.wanted_act.name;
    report.wanted_act_criterion = criteria::to_text(*business.wanted_act.criterion);
  }
  report.people = tally->people;
  report.paid_not_supposed = tally->paid_not_supposed;
  report.supposed_not_paid = tally->supposed_not_paid;
  const journey::Journey nobody = customers.snapshot().nobody();
  report.of_nobody = customers.balances(nobody, question.as_of);
  const auto movements = customers.movements(nobody, question.as_of);
  report.payments_of_nobody =
      static_cast<std::uint64_t>(std::count_if(movements.begin(), movements.end(), [](const auto& movement) {
        return movement.move == knowledge::MoneyMove::Payment;
      }));
  return report;
}

}  // namespace habitue::insight
