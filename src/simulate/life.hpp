// The lives of one family of the atelier, from a first visit to the last payment. A life is drawn aspect by aspect, each from a
// stream of its own, and states (signed up, stuck, activated, ...) are decided before the events that show them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulate/happening.hpp"
#include "simulate/inventor.hpp"
#include "simulate/random.hpp"
#include "simulate/world.hpp"

namespace habitue::simulate {

/// Aspects of one person's life, each with its own stream of random numbers.
enum class Aspect : std::uint32_t {
  Arrival,
  Self,
  Visits,
  SignUp,
  Use,
  Rhythm,
  Contract,
  Leaving,
  Kits,
  Support,
  Invites,
  Devices,
  Delivery,
  Studio,
  Names,
  Samples  // The sixteenth and last: streams have four bits for it.
};

enum class Declared : std::uint8_t { Inside, Outside, Unknown };  ///< As the audience criterion sees the traits.
enum class Cause : std::uint8_t { NeedGone, Unsolved, FoundElsewhere, Involuntary };
inline constexpr std::array<const char*, 4> kCauseNames = {"need_gone", "unsolved", "found_elsewhere", "involuntary"};

/// A moment some days or seconds later.
UtcMicros after_days(UtcMicros moment, double days);
UtcMicros after_seconds(UtcMicros moment, double seconds);

/// How the person fits in the family.
enum class Tie : std::uint8_t { Own, Invited, Household, StudioOwner, StudioMember };

struct Ending {
  UtcMicros at;
  Cause cause;
};

/// A person's states. Moments are set when they lie before the end of the simulation, and only then.
struct Person {
  std::uint16_t member = 0;
  Tie tie = Tie::Own;
  Arrival arrival;
  std::uint16_t inviter = 0;
  UtcMicros account_until = kEnd;  ///< Members of studios: when the studio leaves.
  bool household = false;          ///< Shares a device with somebody.
  bool shared_inbox = false;       ///< Signs up with the studio's address.
  bool inside = false, told = true, stuck = false, browser = false;
  Declared declared = Declared::Unknown;
  std::uint8_t practice = 0, country = 0, city = 0;
  std::uint8_t first_name = 0, last_name = 0;
  std::uint8_t main_device = 0, devices = 1;
  std::uint8_t signed_in = 0;  ///< Devices with a sign-in, as bits.
  std::uint32_t k = 1;         ///< Regularity of the gaps between sessions.
  double sessions_a_week = 0, minutes = 0;
  double theta = 0;  ///< Chance of leaving at a renewal, of the first contract.
  double kits_a_week = 0, kits_dropout = 0, kits_mean_amount = 0;  ///< 0 when no kit was bought.
  std::optional<UtcMicros> signed_up_at, activated_at, retained_at, paid_at, referred_at;
  std::vector<Ending> endings;
  bool subscribed_at_end = false;
};

/// A stretch of days in which a person uses the product, and how it ends.
struct Use {
  UtcMicros from, to;
  std::optional<Cause> leaves;  ///< Shows its signs before `to`.
};

/// What an Identify carries.
std::array<std::uint32_t, 4> identity_of(const Person& person);
/// `u12` for who came by himself, `u12-3` for the third whom the family brought. Accounts are `studio-12`.
std::string user_id_of(std::uint32_t family, std::uint16_t member);
std::string account_id_of(std::uint32_t family);

/// A contract's plan as it stands.
struct Terms {
  std::uint32_t plan;  ///< In company.subscription.plans; their size means a studio's.
  std::uint32_t price_minor;
  std::uint32_t contract;  ///< From 1.
};

/// Invents one family of the atelier. Not for several threads; made once a thread and used for many families.
class Life final : public Inventor {
 public:
  explicit Life(const World& world) : world_(world), company_(world.company) {}

  /// Appends the family's happenings to `out`, adds its counts to `counts`, and its people as lines of JSON to `people`
  /// unless that is null.
  void invent(std::uint32_t family, std::vector<Happening>& out, Truth& counts, std::string* people) override;

 private:
  /// Somebody whom the family brings later.
  struct Pending {
    Tie tie;
    UtcMicros at;
    std::uint16_t inviter;
    bool inviter_inside;
    std::uint8_t country;
    UtcMicros until;  ///< Members: the account's end.
    bool shared_inbox;
  };

  // life.cpp: who comes, tries and stays.
  void live(Person person, const Pending* brought);
  void draw_self(Person& person, const Pending* brought) const;
  bool visit(Person& person);
  void sign_up(Person& person);
  void onboard(const Person& person, Random& draw, UtcMicros at);
  void send_sample(const Person& person);
  void try_out(Person& person);
  bool pays(const Person& person, Random& draw) const;
  void look_around(const Person& person, Random& draw, UtcMicros at, std::uint8_t device, std::uint32_t pages,
                   bool first);
  std::uint32_t campaign_of(const Person& person) const;

  // contract.cpp: what is paid, and how it ends.
  /// All contracts from `paid_at` on; returns the last moment of the first.
  UtcMicros subscribe(Person& person);
  /// One contract from its first payment on; returns its last moment, which may lie past the end of the simulation.
  UtcMicros hold_contract(Person& person, Random& draw, UtcMicros started_at, std::uint32_t number);
  void pay(const Person& person, Random& draw, UtcMicros at, const Terms& terms, std::uint32_t period);
  void leave(Person& person, Random& draw, UtcMicros renewal, UtcMicros requested_at, Cause cause, const Terms& terms,
             std::uint32_t period);
  Cause draw_cause(const Person& person, Random& draw) const;
  std::uint32_t price_of(std::uint32_t plan) const;

  // use.cpp: what is done meanwhile.
  void use(Person& person, Random& draw, const Use& use);
  UtcMicros session(Person& person, Random& draw, UtcMicros at, double minutes, bool completes);
  void show_signs(Person& person, Random& draw, const Use& use);
  void ask_support(const Person& person, Random& draw, const Use& use);
  void open_ticket(const Person& person, Random& draw, UtcMicros at, double solved);
  void buy_kits(Person& person);
  void invite(Person& person, UtcMicros until);
  void add_members(const Person& owner, UtcMicros until);
  void visit_kiosk(const Person& person);
  std::uint8_t pick_device(Person& person, Random& draw, UtcMicros at);

  // bookkeeping.cpp: what is true, from the states alone.
  void count(const Person& person);
  void write_person(const Person& person);

  Random random(const Person& person, Aspect aspect) const {
    return Random(world_.seed, family_,
                  static_cast<std::uint32_t>(person.member) << 4U | static_cast<std::uint32_t>(aspect));
  }
  bool in_time(UtcMicros at) const { return at < world_.end; }
  std::optional<UtcMicros> if_in_time(UtcMicros at) const { return in_time(at) ? std::optional(at) : std::nullopt; }
  void act(const Person& person, Act act, UtcMicros at, std::uint8_t flags, std::uint8_t device,
           std::array<std::uint32_t, 4> payload);
  void on_device(const Person& person, Act what, UtcMicros at, std::uint8_t device,
                 std::array<std::uint32_t, 4> payload = {}) {
    act(person, what, at, kOnDevice | (person.signed_up_at ? kKnown : 0), device, payload);
  }
  void by_server(const Person& person, Act what, UtcMicros at, std::array<std::uint32_t, 4> payload = {}) {
    act(person, what, at, kKnown | (person.tie == Tie::StudioOwner ? kForAccount : 0), 0, payload);
  }

  const World& world_;
  const Company& company_;
  std::uint32_t family_ = 0;
  std::uint32_t sequence_ = 0;
  std::uint16_t members_ = 0;
  std::uint32_t tickets_ = 0;
  Random delivery_{0, 0, 0};
  std::vector<Pending> pending_;
  std::vector<Happening>* out_ = nullptr;
  Truth* counts_ = nullptr;
  std::string* people_ = nullptr;
};

}  // namespace habitue::simulate
