// What a life is written down as: 48 bytes an event, so that a hundred million of them can wait to be put in order. Texts
// are made from it only when it is sent.
#pragma once

#include <cstdint>
#include <tuple>

namespace habitue::simulate {

/// What happened, in the atelier. The comment names what a, b, c, d hold.
enum class Act : std::uint8_t {
  // Pages. a: page-specific (a workshop, a source), b: 1 + channel when the page carries a campaign, c: family of the inviter when invited.
  PageHome,
  PageCatalogue,
  PageWorkshop,
  PagePricing,
  PageBlog,
  PageSignUp,
  PageComparison,
  PageAccount,
  // Persons and accounts.
  Identify,  // a: country | practice << 8 | told << 16 | city << 24, b: first name | last name << 16, c: 1 when the e-mail is the studio's.
  Group,     // a: members wanted.
  SignedUp,  // a: channel.
  OnboardingViewed,
  OnboardingCompleted,
  OnboardingError,  // a: step.
  TrialStarted,
  TrialEnded,
  WorkshopStarted,
  WorkshopCompleted,  // a: workshop.
  WorkshopWatched,    // a: workshop, b: minutes.
  CreationShared,
  ProjectCompleted,
  DataExported,  // a: workshop.
  // Contracts. a: plan (or kPlanStudio), b: price in minor units, c: number of the period from 1, d: contract from 1.
  SubscriptionStarted,
  SubscriptionRenewed,
  PaymentSucceeded,
  PaymentFailed,
  PaymentRefunded,
  SubscriptionUpgraded,
  CancellationRequested,
  SubscriptionCancelled,
  SubscriptionExpired,  // d: contract | reason told << 8.
  // Kits. a: product, b: amount in minor units, c: order of the person from 1.
  OrderCompleted,
  OrderRefunded,
  OrderShipped,  // b: what the parcel cost.
  SampleSent,    // b: what it cost.
  TicketOpened,
  TicketSolved,  // a: topic, b: ticket of the person from 1.
  InviteSent,    // a: number of the invitation.
  MemberAdded,   // a: member.
  // Of nobody. a: channel, b: minor units. The family is kOfNobody.
  MarketingSpent,
  // Traffic of the other profile: its kind is in a, b to d are its own.
  Traffic,
  TrafficIdentify,
};

/// Flags of a happening.
inline constexpr std::uint8_t kKnown = 1;       ///< Carries the user id.
inline constexpr std::uint8_t kOnDevice = 2;    ///< Carries an anonymous id, of `device`.
inline constexpr std::uint8_t kForAccount = 4;  ///< On behalf of the account.
inline constexpr std::uint8_t kAgain = 8;       ///< Sent a second time.
inline constexpr std::uint8_t kLate = 16;
inline constexpr std::uint8_t kBroken = 32;  ///< From the client whose user id is "undefined".

inline constexpr std::uint32_t kOfNobody = 0xFFFF'FFFF;  ///< Stands for a family where the company itself acts.

/// Devices from kSharedDevice on do not belong to one person.
inline constexpr std::uint8_t kHouseholdDevice = 200;  ///< One a family.
inline constexpr std::uint8_t kFirstKiosk = 201;       ///< The same for all families.

struct Happening {
  std::int64_t at_us;
  std::int64_t received_us;
  std::uint32_t family;    ///< People who are invented together: who invites and who is invited, a studio, a household.
  std::uint32_t sequence;  ///< Within the family; an event sent twice has one.
  std::uint16_t member;    ///< Within the family; 0 came first.
  Act act;
  std::uint8_t device;
  std::uint8_t flags;
  std::uint8_t spare[3];
  std::uint32_t a, b, c, d;

  /// In order of arrival, and of nothing that depends on chance or threads where two arrive at once.
  friend bool operator<(const Happening& left, const Happening& right) {
    return std::tie(left.received_us, left.family, left.sequence, left.flags) <
           std::tie(right.received_us, right.family, right.sequence, right.flags);
  }
};
static_assert(sizeof(Happening) == 48);

}  // namespace habitue::simulate
