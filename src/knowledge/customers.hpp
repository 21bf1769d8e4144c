// What is known of one customer at a moment: who pays, in which role, at which stage, and why. Each answer is a fold over
// the journey up to `as_of`, so that it can be asked for any day and never sees what came later.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "config/config.hpp"
#include "criteria/criteria.hpp"
#include "journey/journey.hpp"
#include "knowledge/rhythm.hpp"

namespace habitue::knowledge {

enum class Role : std::uint8_t { Client, Prospect, Beneficiary, Unknown };
inline constexpr std::size_t kRoles = 4;
std::string_view name_of(Role role);  ///< "client", ...

/// Of a business of purchases: Prospect to Occasional. Of subscriptions: Prospect, Trial, New, Active, AtRisk, Lost, Back.
enum class Stage : std::uint8_t { Prospect, Trial, New, Active, AtRisk, Dormant, Back, Occasional, Lost };
inline constexpr std::size_t kStages = 9;
std::string_view name_of(Stage stage);  ///< "prospect", "trial", "new", "active", "at_risk", ...
std::optional<Stage> parse_stage(std::string_view name);
std::optional<Role> parse_role(std::string_view name);

enum class MoneyMove : std::uint8_t { Payment, Refund, Chargeback };

/// Money that moved, as one event says it. `amount` is positive for each kind of move.
struct Movement {
  EventSeq seq;
  UtcMicros at;
  MoneyMove move;
  Money amount;
  std::string_view order_id;  ///< Empty when the event has none. Lives as long as the snapshot.
  std::string_view event;
};

/// Money that moved once retries, instalments and refunds are settled: what came in, or below zero what went back.
struct SettledMove {
  UtcMicros at;
  std::int64_t minor;
  Currency currency;
  journey::Event event;
};

/// Received and given back, in one currency.
struct Balance {
  Currency currency;
  std::int64_t received_minor = 0, refunded_minor = 0, charged_back_minor = 0;
  std::int64_t net_minor() const { return received_minor - refunded_minor - charged_back_minor; }
};

/// The role on one side of the business, with the rule and the rows behind it.
struct RoleVerdict {
  std::string_view side;
  Role role = Role::Unknown;
  criteria::Verdict supposed_to_pay = criteria::Verdict::Unknown;
  bool has_paid = false;              ///< Net of refunds and chargebacks, above zero in some currency.
  std::vector<Movement> movements{};  ///< The account's when the account is charged. Only filled by explain_roles.
  std::vector<criteria::Evaluator::Reason> rule{};  ///< Only filled by explain_roles.
  std::string reason{};                             ///< In words. Only filled by explain_roles.
};

/// A role without its explanation: what reports count.
struct RoleFact {
  Role role = Role::Unknown;
  criteria::Verdict supposed_to_pay = criteria::Verdict::Unknown;
  bool has_paid = false;  ///< Of the account when the account is charged.
  std::string_view
      account{};  ///< The account that is charged for this person; empty when persons are, or of no account.
  bool surely_on_side =
      false;  ///< False when it cannot be told whether the person is on the side; then the role is Unknown.
};

/// A purchase that counts.
struct PurchaseEvent {
  UtcMicros at;          ///< Its first moment, when it was said again.
  journey::Event event;  ///< The latest event that says it.
};

/// What the stage rests on.
struct StageVerdict {
  Stage stage = Stage::Prospect;
  bool repeat = false;          ///< New, with two purchases or more.
  std::uint32_t purchases = 0;  ///< Refunded ones are not counted.
  std::optional<UtcMicros> first_purchase_at{}, last_purchase_at{};
  std::optional<std::int64_t> days_since_last{}, days_since_first{}, last_gap_days{};
  std::optional<std::int64_t> overdue_after_days{};  ///< Of the own rhythm, where it drives stages and is known.
  std::string reason{};                              ///< Which rule held, in words. Only filled by explain_stage.
};

struct TraitValue {
  std::string name;
  journey::Value value;  ///< Lives as long as the snapshot.
  UtcMicros at;
  EventSeq seq;
  std::string_view provenance;  ///< "observed", "given", "heard", "inferred".
};

struct Profile {
  PersonId person;
  std::vector<TraitValue> traits;  ///< The last value of each, by name.
  std::vector<RoleVerdict> roles;  ///< One a side that the person is on.
  StageVerdict stage;
  std::vector<Balance> balances;
  std::optional<UtcMicros> first_seen_at, last_seen_at;
  std::size_t events = 0;
  std::string_view channel;                                 ///< First touch; "direct" when none is known.
  std::string_view account;                                 ///< Empty when none.
  criteria::Verdict audience = criteria::Verdict::Unknown;  ///< Under the hypothesis in force.
  std::vector<criteria::Evaluator::Reason> audience_reasons;
  bool took_part = false;  ///< Did the wanted act.
};

class OrderLines;
class PlainPurchases;

/// The business's rules bound to a snapshot. Read-only after bind; safe from any thread. Holds the snapshot alive.
class Customers final : public criteria::Facts {
 public:
  /// One pass over the journeys when some side charges accounts (to know each account's payments), none otherwise.
  static Result<std::shared_ptr<const Customers>> bind(std::shared_ptr<const journey::Snapshot> snapshot,
                                                       config::Business business,
                                                       std::shared_ptr<OrderLines> order_lines = nullptr);
  ~Customers() override;
  /// The same journeys read by other rules, for what would be if they held. Errors: as those of bind.
  static Result<std::shared_ptr<const Customers>> by_other_rules(const std::shared_ptr<const Customers>& customers,
                                                                 config::Business business);

  const journey::Snapshot& snapshot() const;
  const config::Business& business() const;
  const Zone& zone() const { return business().zone; }
  /// Where lists of products are read; null where there is nothing to read them from.
  OrderLines* order_lines() const;

  /// Role on the first side that the person is on; Unknown when it is on none or it cannot be told.
  Role role_of(const journey::Journey& journey, UtcMicros as_of) const;
  /// Role on each side, in the order of config; nullopt for sides that the person is not on.
  std::vector<std::optional<Role>> roles_of(const journey::Journey& journey, UtcMicros as_of) const;
  /// Role on one side of config, by its index; nullopt when the person is not on it.
  std::optional<RoleFact> role_on(std::size_t side, const journey::Journey& journey, UtcMicros as_of) const;
  /// With the reasons in words. Here and below, `language` is "fr" or "en"; the business's when empty.
  std::vector<RoleVerdict> explain_roles(const journey::Journey& journey, UtcMicros as_of,
                                         std::string_view language = {}) const;

  StageVerdict stage_of(const journey::Journey& journey, UtcMicros as_of) const;
  /// stage_of at each of the moments, which ascend, for about the cost of one where nothing was given back.
  void stages_at(const journey::Journey& journey, std::span<const UtcMicros> moments,
                 std::vector<StageVerdict>& stages) const;
  /// Whose events can change a stage. Between them only the passing of days does: stage_change_days.
  const journey::KindFilter& kinds_that_decide_stages() const;
  /// Reads into `purchases` those of the block's people whose purchases need no settling. The block is of kinds_that_decide_stages,
  /// of a business of purchases.
  void read_plain_purchases(const journey::SelectionBlock& block, UtcMicros as_of, PlainPurchases& purchases) const;
  /// After how many days, in the business's zone, the stage may change by an event that decides it.
  std::vector<std::uint32_t> stage_change_days() const;
  /// Whether the own rhythm drives stages. Then a stage may change on each of the at_risk_days after an event that decides it, too.
  bool rhythm_drives() const;
  /// Everybody's rhythms, learnt when first asked for and then kept. Errors: Conflict when cancelled.
  Result<const RhythmBook*> rhythms(const Cancellation* cancellation = nullptr) const;
  /// What is expected of a customer as of a moment, whatever config says of showing it; nothing without a purchase or where too little is
  /// known of all.
  std::optional<Rhythm> rhythm_of(const journey::Journey& journey, UtcMicros as_of) const;
  /// The value of config's `rhythm_by` as known then; empty when there is none.
  std::string rhythm_group_of(const journey::Journey& journey, UtcMicros as_of) const;
  StageVerdict explain_stage(const journey::Journey& journey, UtcMicros as_of, std::string_view language = {}) const;

  std::vector<Movement> movements(const journey::Journey& journey, UtcMicros as_of) const;
  std::vector<Balance> balances(const journey::Journey& journey, UtcMicros as_of) const;  ///< Sorted by currency.
  /// Replaces `moves` by all that moved money, in order of time.
  void settled_moves(const journey::Journey& journey, UtcMicros as_of, std::vector<SettledMove>& moves) const;
  /// The same of all who acted for an account that some side charges.
  void settled_moves_of_account(std::string_view account, UtcMicros as_of, std::vector<SettledMove>& moves) const;
  /// Since when money received, net, is above zero in some currency, as known at `as_of`: when a prospect became a client. Of the
  /// account when the side charges it. Nothing when it is not above zero.
  std::optional<UtcMicros> paying_since(std::size_t side, const journey::Journey& journey, UtcMicros as_of) const;
  /// Moments of purchases that count (not refunded as known at `as_of`), in order.
  std::vector<UtcMicros> purchases(const journey::Journey& journey, UtcMicros as_of) const;
  /// The same with their events.
  std::vector<PurchaseEvent> purchase_events(const journey::Journey& journey, UtcMicros as_of) const;
  /// Whether events of this kind are purchases by config.
  bool is_purchase(journey::EventKind kind) const;

  /// First touch up to as_of.
  std::string_view channel_of(const journey::Journey& journey, UtcMicros as_of) const;
  /// The account of the last group call up to as_of; empty when none.
  std::string_view account_of(const journey::Journey& journey, UtcMicros as_of) const;
  /// The account that is charged for the person: of the first side that they are surely on. Empty when the person is charged.
  std::string_view charged_account(const journey::Journey& journey, UtcMicros as_of) const;
  /// All whose account is this one, in order of id; nobody where no side charges accounts.
  std::vector<PersonId> people_of_account(std::string_view account, UtcMicros as_of) const;
  /// Inside, outside or unknown under a hypothesis (null: everyone is inside).
  criteria::Verdict audience_of(const journey::Journey& journey, UtcMicros as_of,
                                const config::Hypothesis* hypothesis) const;
  bool took_part(const journey::Journey& journey, UtcMicros as_of) const;
  /// Binds an expression with role and stage answered by these rules.
  Result<criteria::Evaluator> evaluator(const criteria::Expression& expression) const;

  Profile profile(const journey::Journey& journey, UtcMicros as_of, std::string_view language = {}) const;

  std::string_view role(const journey::Journey& journey, UtcMicros as_of) const override;
  std::string_view stage(const journey::Journey& journey, UtcMicros as_of) const override;

 private:
  friend class DeliveryGate;  // These read the lines of money that these rules settle.
  friend class Aida;
  struct Rules;
  explicit Customers(std::unique_ptr<Rules> rules);
  std::unique_ptr<Rules> rules_;
};

/// The stage rule of product.md alone, on plain values: what the edge table tests. Days are days of the zone.
StageVerdict stage_of_purchases(const std::vector<UtcMicros>& purchases, UtcMicros as_of,
                                const config::StageRules& rules, const Zone& zone);

}  // namespace habitue::knowledge
