// Verdicts in words, in French and in English, with the typography of each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/stages.hpp"

namespace habitue::knowledge {

struct DeliveryVerdict;
struct AidaVerdict;
struct MayVerdict;

/// `19.99 EUR`, or `19,99 EUR` with a no-break space in French.
std::string money_in_words(Money money, std::string_view language);

/// Why the role is what it is. `account` is empty when no account is charged.
std::string role_reason(const RoleVerdict& verdict, bool surely_on_side, const std::vector<Balance>& balances,
                        std::string_view account, std::string_view language);
std::string stage_reason(const StageVerdict& verdict, const config::Business& business, std::string_view language);
std::string subscription_reason(const StageVerdict& verdict, const SubscriptionState& state,
                                const config::Business& business, std::string_view language);

/// `between 3 and 20 May 2024`, `entre le 28 avril et le 3 mai 2024`.
std::string days_in_words(LocalDay from, LocalDay until, std::string_view language);
/// When somebody is expected by the own rhythm, beside the rule for all.
std::string rhythm_reason(const Rhythm& rhythm, const config::Business& business, std::string_view language);

/// Why an order may or may not be delivered.
std::string delivery_reason(const DeliveryVerdict& verdict, std::string_view language);

/// Where somebody stands before an offer, and why.
std::string aida_words(const AidaVerdict& verdict, const config::Business& business, std::string_view language);
/// Why an action may or may not be done there.
std::string may_words(const MayVerdict& may, const AidaVerdict& verdict, std::string_view language);
/// What an offer or an action is called to readers of a language.
template <class Named>
std::string_view label_of(const Named& named, std::string_view language) {
  const std::string& label = language == "fr" ? named.fr : named.en;
  return label.empty() ? named.name : label;
}

}  // namespace habitue::knowledge
