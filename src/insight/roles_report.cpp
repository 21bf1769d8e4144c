// Who is your client? Roles on each side, strict and wide counts side by side, and the audit of WHO-02.
#include <algorithm>

#include "insight/fold.hpp"
#include "insight/money.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {
namespace {

struct SideTally : RoleFigures {
  void merge(const RoleFigures& other) {
    for (std::size_t role = 0; role < people.size(); ++role) people[role] += other.people[role];
    add_to(balances, other.balances);
    has_paid += other.has_paid;
    took_part += other.took_part;
    total += other.total;
  }
};

struct Tally {
  std::vector<ByAudience<SideTally>> sides;
  std::uint64_t people = 0, paid_not_supposed = 0, supposed_not_paid = 0;
  void merge(const Tally& other) {
    for (std::size_t side = 0; side < sides.size(); ++side) merge_parts(sides[side], other.sides[side]);
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
    ++figures.people[static_cast<std::size_t>(fact->role)];
    ++figures.total;
    figures.has_paid += fact->has_paid ? 1 : 0;
    figures.took_part += took_part ? 1 : 0;
    add_to(figures.balances, balances);
    if (!fact->surely_on_side) continue;
    paid_not_supposed |= fact->has_paid && fact->supposed_to_pay == criteria::Verdict::Outside;
    supposed_not_paid |= !fact->has_paid && fact->supposed_to_pay == criteria::Verdict::Inside;
  }
  tally.paid_not_supposed += paid_not_supposed ? 1 : 0;
  tally.supposed_not_paid += supposed_not_paid ? 1 : 0;
}

}  // namespace

Result<RolesReport> ask_roles(const Customers& customers, const Question& question) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const config::Business& business = customers.business();
  Tally empty;
  empty.sides.resize(business.sides.size());
  auto tally = fold_people(customers, question, *lens, empty, [&](Tally& into, const Person& person) {
    count_person(into, person, customers, question.as_of);
  });
  if (!tally) return tl::unexpected(tally.error());

  RolesReport report;
  for (std::size_t side = 0; side < business.sides.size(); ++side) {
    ByAudience<SideTally>& parts = tally->sides[side];
    add_up(parts);
    report.sides.push_back({business.sides[side].name, {parts.inside, parts.outside, parts.unknown, parts.all}});
  }
  if (business.wanted_act.criterion) report.wanted_act = business.wanted_act.name;
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
