// Roles: supposed to pay, and has paid (product.md, WHO).
#include <algorithm>
#include <array>

#include "knowledge/rules.hpp"
#include "knowledge/wording.hpp"

namespace habitue::knowledge {
namespace {

using criteria::Verdict;

constexpr std::array<std::string_view, kRoles> kRoleNames{"client", "prospect", "beneficiary", "unknown"};

// Kleene's conjunction: outside as soon as one is, unknown when that could still be.
Verdict both(Verdict left, Verdict right) {
  if (left == Verdict::Outside || right == Verdict::Outside) return Verdict::Outside;
  return left == Verdict::Inside && right == Verdict::Inside ? Verdict::Inside : Verdict::Unknown;
}

Role role_from(Verdict supposed, bool has_paid) {
  switch (supposed) {
    case Verdict::Inside: return has_paid ? Role::Client : Role::Prospect;
    case Verdict::Outside: return Role::Beneficiary;
    case Verdict::Unknown: break;
  }
  return Role::Unknown;
}

}  // namespace

std::string_view name_of(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

std::optional<Role> parse_role(std::string_view name) {
  const auto found = std::find(kRoleNames.begin(), kRoleNames.end(), name);
  if (found == kRoleNames.end()) return std::nullopt;
  return static_cast<Role>(found - kRoleNames.begin());
}

std::string_view Customers::Rules::account_of(const journey::Journey& journey) const {
  std::string_view account;
  if (!group || !group_id) return account;
  thread_local std::vector<std::uint32_t> rows;
  journey.visit_kinds(group_calls, rows, [&](const journey::Event& event) {
    if (const auto named = group_id->text(event); named && !named->empty()) account = *named;
    return true;
  });
  return account;
}

std::string_view Customers::account_of(const journey::Journey& journey, UtcMicros as_of) const {
  return rules_->account_of(journey.until(as_of));
}

std::vector<PersonId> Customers::people_of_account(std::string_view account, UtcMicros as_of) const {
  std::vector<PersonId> people;
  for (const PersonId person : rules_->accounts.people_of(account))
    if (const auto journey = rules_->snapshot->find(person); journey && account_of(*journey, as_of) == account)
      people.push_back(person);
  return people;
}

std::optional<RoleFact> Customers::role_on(std::size_t side, const journey::Journey& journey, UtcMicros as_of) const {
  const BoundSide& bound = rules_->sides[side];
  const Verdict member = evaluate(bound.members, journey, as_of);
  if (member == Verdict::Outside) return std::nullopt;
  const journey::Journey known = journey.until(as_of);

  RoleFact fact;
  // A person of no account stands for an account of one: who signs up alone and pays is the client.
  const std::string_view account = bound.charges_accounts ? rules_->account_of(known) : std::string_view{};
  if (account.empty()) {
    fact.has_paid = rules_->settle(known).has_paid();
  } else {
    thread_local Settlement scratch;
    fact.has_paid = rules_->accounts.has_paid(account, as_of, rules_->money, scratch);
  }
  fact.account = account;
  fact.supposed_to_pay = evaluate(bound.supposed_to_pay, journey, as_of);
  // Of an account, its payer is asked to pay; the others are served by what the payer paid.
  if (bound.payer && !account.empty())
    fact.supposed_to_pay = both(fact.supposed_to_pay, evaluate(bound.payer, journey, as_of));
  fact.role = member == Verdict::Unknown ? Role::Unknown : role_from(fact.supposed_to_pay, fact.has_paid);
  fact.surely_on_side = member == Verdict::Inside;
  return fact;
}

std::string_view Customers::charged_account(const journey::Journey& journey, UtcMicros as_of) const {
  std::optional<std::string_view> perhaps;
  for (std::size_t side = 0; side < rules_->sides.size(); ++side) {
    const auto fact = role_on(side, journey, as_of);
    if (!fact) continue;
    if (fact->surely_on_side) return fact->account;
    if (!perhaps) perhaps = fact->account;
  }
  return perhaps.value_or(std::string_view{});
}

std::vector<std::optional<Role>> Customers::roles_of(const journey::Journey& journey, UtcMicros as_of) const {
  std::vector<std::optional<Role>> roles(rules_->sides.size());
  for (std::size_t side = 0; side < roles.size(); ++side)
    if (const auto fact = role_on(side, journey, as_of)) roles[side] = fact->role;
  return roles;
}

Role Customers::role_of(const journey::Journey& journey, UtcMicros as_of) const {
  for (std::size_t side = 0; side < rules_->sides.size(); ++side)
    if (const auto fact = role_on(side, journey, as_of); fact && fact->surely_on_side) return fact->role;
  return Role::Unknown;
}

std::vector<RoleVerdict> Customers::explain_roles(const journey::Journey& journey, UtcMicros as_of,
                                                  std::string_view language) const {
  if (language.empty()) language = rules_->business.language;
  std::vector<RoleVerdict> verdicts;
  const journey::Journey known = journey.until(as_of);
  for (std::size_t side = 0; side < rules_->sides.size(); ++side) {
    const auto fact = role_on(side, journey, as_of);
    if (!fact) continue;
    const BoundSide& bound = rules_->sides[side];
    const std::string_view account = bound.charges_accounts ? rules_->account_of(known) : std::string_view{};
    const Settlement& settlement = account.empty() ? rules_->settle(known) : rules_->settle_account(account, as_of);

    RoleVerdict verdict{.side = rules_->business.sides[side].name,
                        .role = fact->role,
                        .supposed_to_pay = fact->supposed_to_pay,
                        .has_paid = fact->has_paid};
    verdict.movements = rules_->movements_of(settlement);
    const std::vector<Balance> balances(settlement.balances().begin(), settlement.balances().end());
    const std::array<const BoundCriterion*, 3> criteria{&bound.members, &bound.supposed_to_pay,
                                                        account.empty() ? nullptr : &bound.payer};
    for (const BoundCriterion* criterion : criteria) {
      if (criterion == nullptr || !*criterion) continue;
      auto reasons = (*criterion)->explain(journey, as_of, language);
      verdict.rule.insert(verdict.rule.end(), std::make_move_iterator(reasons.begin()),
                          std::make_move_iterator(reasons.end()));
    }
    verdict.reason = role_reason(verdict, fact->surely_on_side, balances, account, language);
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

std::string_view Customers::role(const journey::Journey& journey, UtcMicros as_of) const {
  return name_of(role_of(journey, as_of));
}

}  // namespace habitue::knowledge
