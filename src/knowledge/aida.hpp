// Where somebody stands before each offer (WHO-06): attention, interest and desire by config's criteria, action by money alone, and
// what may be done there. A fold over the journey, and over the account's money where accounts are charged, up to a moment.
#pragma once

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
#include "knowledge/customers.hpp"

namespace habitue::knowledge {

enum class AidaPhase : std::uint8_t { None, Attention, Interest, Desire, Action };
inline constexpr std::size_t kAidaPhases = 5;
std::string_view name_of(AidaPhase phase);  ///< "none", "attention", ...
std::optional<AidaPhase> parse_aida_phase(std::string_view name);

enum class MayReason : std::uint8_t {
  Allowed,
  AnotherPhase,  ///< The action is of other phases.
  NotPaid,       ///< It delivers, and nothing came in for the offer.
  GivenBack,     ///< It delivers, and what came in went back.
  NobodyPaid     ///< It delivers to somebody who is not supposed to pay, and nobody who is has paid.
};
inline constexpr std::size_t kMayReasons = 5;
std::string_view name_of(MayReason reason);  ///< "allowed", "not_paid", ...

struct MayVerdict {
  const config::OfferAction* action = nullptr;  ///< Lives as long as the customers.
  bool may = false;
  MayReason reason = MayReason::Allowed;
  std::string words;
};

/// What one of the three criteria says.
struct AidaCondition {
  AidaPhase phase;
  criteria::Verdict verdict;
  std::vector<criteria::Evaluator::Reason> reasons;
};
struct AidaEvent {
  EventSeq seq;
  UtcMicros at;
  std::string_view event;  ///< Lives as long as the snapshot.
};

struct AidaVerdict {
  const config::Offer* offer = nullptr;  ///< Lives as long as the customers.
  AidaPhase phase = AidaPhase::None;
  bool stale = false;                ///< A criterion holds, but its last event is too long ago.
  std::optional<UtcMicros> since{};  ///< Of the unbroken stay in the phase; nothing of `none`.
  Role role = Role::Unknown;
  std::string_view account{};               ///< That is charged for the person; empty when persons are.
  bool given_back = false;                  ///< Something came in for the offer, and nothing of it is left.
  std::vector<AidaCondition> conditions{};  ///< From attention on, those that config has.
  std::vector<AidaEvent> events{};   ///< That the phase's criterion counts, the latest kAidaEvents in order of time.
  std::vector<Movement> payments{};  ///< All that moved for the offer.
  std::vector<Balance> balances{};   ///< The sums of these, by currency.
  std::string words{};
  std::vector<MayVerdict> actions{};  ///< In the order of config.
};
inline constexpr std::size_t kAidaEvents = 10;

/// Read-only after bind; safe from any thread. The customers must outlive it.
class Aida {
 public:
  /// Errors: those of binding an offer's criteria.
  static Result<Aida> bind(const Customers& customers);

  std::size_t offers() const;
  /// What the offers name and no data has.
  const std::vector<std::string>& warnings() const;
  /// By its name. Errors: NotFound with the nearest; InvalidInput when the name is empty and there is not just one.
  Result<std::size_t> find_offer(std::string_view name) const;

  /// What was true at the moment. Of the phase alone: what reports count.
  AidaPhase phase_at(std::size_t offer, const journey::Journey& journey, UtcMicros as_of) const;
  /// Since when the phase that phase_at gave for the same moment lasts without a break; nothing of None. Looked for at each event and
  /// just before the next: what was left and taken again between two events, without either, is not seen.
  std::optional<UtcMicros> since(std::size_t offer, const journey::Journey& journey, UtcMicros as_of,
                                 AidaPhase phase) const;

  /// With the proof and each action. `language` is "fr" or "en"; the business's when empty.
  AidaVerdict explain(std::size_t offer, const journey::Journey& journey, UtcMicros as_of,
                      std::string_view language = {}) const;
  /// Whether the action may be done. Errors: NotFound for an unknown action, with the nearest.
  Result<MayVerdict> may(std::size_t offer, std::string_view action, const journey::Journey& journey, UtcMicros as_of,
                         std::string_view language = {}) const;

 private:
  struct Bound;
  explicit Aida(std::shared_ptr<const Bound> bound) : bound_(std::move(bound)) {}
  std::shared_ptr<const Bound> bound_;
};

}  // namespace habitue::knowledge
