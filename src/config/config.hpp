// habitue.toml as typed values. Every default is the convention of the trade and is printed by `habitue config show`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "criteria/criteria.hpp"

namespace habitue::config {

enum class BusinessModel : std::uint8_t { Purchases, Subscription };
enum class Charged : std::uint8_t { Person, Account };

/// One side of the business's model: a shop has one, a market place two.
struct Side {
  std::string name = "customers";
  Charged charged = Charged::Person;
  /// Who is on this side. Default: everyone.
  criteria::Expression members;
  /// Who on this side is supposed to pay. Default: everyone. Unknown stays unknown.
  criteria::Expression supposed_to_pay;
  /// The payer within an account, when the account is charged.
  std::optional<criteria::Expression> payer;
  friend bool operator==(const Side&, const Side&) = default;
};

/// Which events move money, and where the amount stands in them.
struct MoneyRules {
  std::vector<std::string> payments = {"Order Completed", "Payment Succeeded", "Subscription Renewed"};
  std::vector<std::string> refunds = {"Order Refunded", "Payment Refunded"};
  std::vector<std::string> chargebacks = {"Payment Disputed"};
  /// Which payments are purchases, for stages and counts.
  std::vector<std::string> purchases = {"Order Completed"};
  std::vector<std::string> amount = {"total", "revenue", "amount", "value"};  ///< The first that is there.
  std::vector<std::string> currency = {"currency"};
  std::vector<std::string> order_id = {"order_id", "orderId"};
  friend bool operator==(const MoneyRules&, const MoneyRules&) = default;
};

/// A step of AARRR, reached at the n-th event of the kinds.
struct Step {
  std::string name;                 ///< "acquisition", "activation", "retention", "referral", "revenue".
  std::vector<std::string> events;  ///< Any of these; empty (in the file `["*"]`): any event. `where` narrows them.
  std::optional<criteria::Expression> where;  ///< On the event: made by criteria::parse_event_condition.
  std::uint32_t occurrence = 1;               ///< The n-th such event: retention in a shop is the second purchase.
  std::optional<std::chrono::days> within;    ///< Counted only this long after acquisition.
  bool optional = false;
  friend bool operator==(const Step&, const Step&) = default;
};

/// Thresholds of product.md, in days of the business's zone.
struct StageRules {
  std::uint32_t new_days = 90, at_risk_days = 90, dormant_days = 365, back_days = 365;
  std::uint32_t active_purchases = 2, active_days = 365;
  friend bool operator==(const StageRules&, const StageRules&) = default;
};

struct SubscriptionRules {
  std::vector<std::string> trial_started = {"Trial Started"};
  std::vector<std::string> started = {"Subscription Started"};
  std::vector<std::string> renewed = {"Subscription Renewed"};
  std::vector<std::string> payment_failed = {"Payment Failed"};
  std::vector<std::string> cancellation_announced = {"Subscription Cancellation Requested"};
  std::vector<std::string> ended = {"Subscription Cancelled", "Subscription Expired"};
  /// Use below this in the last `value_days` is a risk.
  std::vector<std::string> value_events;
  std::uint32_t value_minimum = 1, value_days = 30;
  friend bool operator==(const SubscriptionRules&, const SubscriptionRules&) = default;
};

/// A dated version of product, audience and message. The one in force at a moment is the last whose `from` has come.
struct Hypothesis {
  std::string version;
  LocalDay from{};
  std::string product, message;
  criteria::Expression audience;  ///< Default: everyone.
  friend bool operator==(const Hypothesis&, const Hypothesis&) = default;
};

struct Channels {
  /// First that is there on a person's first events; none: "direct".
  std::vector<std::string> properties = {"$context.campaign.source", "utm_source", "channel"};
  friend bool operator==(const Channels&, const Channels&) = default;
};

struct IdentityRules {
  bool merge_on_email = true;
  std::uint32_t users_per_email_max = 5, users_per_device_max = 3;
  std::vector<std::string> ignored_values;  ///< Added to the built-in ones.
  friend bool operator==(const IdentityRules&, const IdentityRules&) = default;
};

/// Wider than having paid (WHO-10), always shown beside the strict count.
struct WantedAct {
  std::string name = "took part";
  std::optional<criteria::Expression> criterion;  ///< Default: none defined, and then said so.
  friend bool operator==(const WantedAct&, const WantedAct&) = default;
};

struct Business {
  std::string name;
  BusinessModel model = BusinessModel::Purchases;
  Currency currency;
  Zone zone = Zone::utc();
  std::string language = "en";  ///< "fr" or "en".
  std::vector<Side> sides = {Side{}};
  MoneyRules money;
  std::vector<Step> steps;  ///< AARRR; defaults depend on the model.
  StageRules stages;
  SubscriptionRules subscription;
  std::vector<Hypothesis> hypotheses;  ///< In order of `from`; when none is written, one "v1" of everyone.
  Channels channels;
  IdentityRules identity;
  WantedAct wanted_act;
  friend bool operator==(const Business& left, const Business& right);
};

/// The steps of AARRR by the convention of the business's model, from its payments, purchases and value events: what `parse`
/// takes when the file has no `[[steps]]`.
std::vector<Step> default_steps(const Business& business);

/// Errors: InvalidInput; the message begins with `habitue.toml:LINE:COLUMN:`, tells what is wrong, shows the line, and proposes the
/// nearest known word for an unknown key. All mistakes of the file are reported, a line each.
Result<Business> parse(std::string_view toml, std::string_view file_name = "habitue.toml");
Result<Business> load(const std::filesystem::path& file);

/// The whole as TOML, defaults included, each with its comment: what `habitue config show` prints. parse(write(b)) equals b.
std::string write(const Business& business);

/// What one key means, its default and what moving it costs: `habitue config explain stages.new_days`. Errors: NotFound with the nearest key.
struct Explanation {
  std::string key, type, default_value, meaning;
};
Result<Explanation> explain(std::string_view key);
std::vector<Explanation> explain_all();

/// The hypothesis in force at a moment, or by its version. Null when there is none.
const Hypothesis* hypothesis_at(const Business& business, UtcMicros moment);
const Hypothesis* find_hypothesis(const Business& business, std::string_view version);

}  // namespace habitue::config
