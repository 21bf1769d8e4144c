// The parameters of an invented company. Every effect that can be looked for in the events is a number here, with a
// default that makes a plausible small French subscription business: online craft workshops.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace habitue::simulate {

/// Who the company is made for, and who comes all the same. A person is inside when `practice` is the wanted one and the
/// country is served; both are told at sign-up, and who does not tell the practice is unknown unless the country decides.
struct Audience {
  std::string practice = "hobby";
  std::vector<std::string> countries = {"FR", "BE", "CH", "LU"};
  std::vector<double> country_weights = {0.82, 0.09, 0.07, 0.02};
  /// Of the outsiders: these practices, in the countries served ...
  std::vector<std::string> other_practices = {"curious", "professional", "student", "teacher"};
  std::vector<double> other_weights = {0.45, 0.25, 0.20, 0.10};
  /// ... but for this share, who have the wanted practice in a country that is not served.
  double abroad_share = 0.15;
  std::vector<std::string> other_countries = {"CA", "DE", "US", "ES"};
  double practice_missing = 0.07;  ///< Do not tell their practice; the same inside and outside.
};

/// Where people come from. Weights are relative; the invited come by the channel `referral` on top of them.
struct Channel {
  std::string name;  ///< Is campaign.source of the first visit; "direct" has no campaign.
  std::string medium;
  double weight = 0;
  double inside_share = 0;    ///< Of the people it brings.
  double cost_per_click = 0;  ///< In the currency.
};

/// Press or television: for `days` days from the day `day` on, people come by `channel` on top of the ordinary ones.
struct Spike {
  std::uint32_t day = 0;  ///< Days after the first day of the simulation; a spike past its end does not take place.
  std::uint32_t days = 3;
  double size = 8;      ///< People on its first day, as a multiple of an ordinary day of that date.
  double decay = 0.45;  ///< Each further day, as a share of the day before.
  std::string channel = "press";
  double inside_share = 0.2;
};

/// When people come and when they use the product: three factors multiplied, each brought to a mean of one.
struct Season {
  std::vector<double> months = {1.10, 1.00, 0.95, 0.90, 0.85, 0.80,
                                0.65, 0.60, 1.10, 1.30, 1.40, 1.35};          ///< January first.
  std::vector<double> weekdays = {0.85, 0.85, 1.05, 0.85, 0.80, 1.25, 1.35};  ///< Monday first.
  std::vector<double> hours = {0.15, 0.06, 0.04, 0.03, 0.03, 0.06, 0.20, 0.50, 0.80, 1.00, 1.10, 1.10,
                               1.20, 1.10, 1.20, 1.10, 1.10, 1.20, 1.40, 1.80, 2.60, 2.90, 2.00, 0.80};
  double growth_per_year = 1.6;  ///< Arrivals after a year, as a multiple of those at the start.
};

/// The chance of each step given the step before, for people who do not get stuck.
struct StepRates {
  double sign_up;
  double activation;  ///< A first workshop completed within 10 days of the sign-up.
  double retention;   ///< A second one within 26 days of the sign-up.
  double revenue;     ///< Pays when the trial ends.
  double referral;    ///< Invites somebody within 60 days of paying.
};

/// Steps shown after the sign-up. One of them stops people, and stopped people are lost more often later.
struct Onboarding {
  std::vector<std::string> steps = {"profile", "craft", "workspace", "notifications"};
  std::string stuck_step = "workspace";
  double stuck = 0.20;             ///< Get stuck there, inside and outside alike.
  double skipped = 0.08;           ///< Leave out any other step; changes nothing later.
  double stuck_activation = 0.50;  ///< Their activation rate is multiplied by this,
  double stuck_retention = 0.70;   ///< their retention rate by this,
  double stuck_hazard = 2.0;       ///< and their survival of each renewal is raised to this power.
};

struct Plan {
  std::string name;
  std::int64_t price_minor = 0;  ///< A month.
  double weight = 0;
};

/// Contracts. Each person's chance of leaving at a renewal is drawn once from Beta(alpha, beta): the shifted
/// beta-geometric model, Fader and Hardie (2007), "How to project customer retention".
struct Subscription {
  std::vector<Plan> plans = {{"essentiel", 1490, 0.60}, {"passion", 2490, 0.32}, {"atelier", 3990, 0.08}};
  std::uint32_t trial_days = 30;
  double churn_alpha = 0.70;
  double churn_beta = 5.5;
  double upgrade = 0.025;       ///< A month, to the next plan.
  double payment_fails = 0.04;  ///< Of renewals: fails, and succeeds when tried again.
  double refund = 0.015;        ///< Of payments, in full, within 14 days.
  double comes_back = 0.10;     ///< Of those who left, after 60 to 200 days.
};

/// Why people leave, as weights. Each cause leaves its own signs in the 45 days before.
struct Leaving {
  double need_gone = 0.30;        ///< Use fades out; often a project completed.
  double unsolved = 0.30;         ///< Tickets, shorter and unfinished workshops.
  double found_elsewhere = 0.20;  ///< Compares, exports, stops at once while use is as ever.
  double involuntary = 0.20;      ///< The card fails three times; use as ever.
  double stuck_unsolved = 3.0;    ///< The weight of `unsolved` is multiplied by this for people who got stuck.
  double reason_told = 0.60;      ///< Of who cancels: ticks the true reason.
};

/// Each person's own rhythm. Sessions a week are drawn from Gamma(shape, rate), gaps between sessions from
/// Erlang-k in seasonal time: k = 1 is a Poisson process, the higher the more regular.
struct Rhythm {
  double shape = 2.0;
  double rate = 1.4;
  std::vector<double> k_weights = {0.35, 0.35, 0.00, 0.30};  ///< Of k = 1, 2, 3, 4.
  double minutes_median = 28;  ///< Minutes watched in a session, log-normal over persons and sessions.
  double minutes_sigma_person = 0.4;
  double minutes_sigma_session = 0.5;
  double browsers = 0.10;  ///< Of subscribers: open the product and watch next to nothing, under the value threshold.
};

/// Kits of material, bought apart: BG/NBD purchases (Fader, Hardie and Lee 2005a, weeks) with Gamma-Gamma amounts
/// (Fader, Hardie and Lee 2005b). Only subscribers begin, and may go on after they left.
struct Kits {
  double buyers = 0.5;  ///< Of subscribers: buy a first kit within 30 days.
  double r = 0.75, alpha = 6.0, a = 0.8, b = 2.5;
  double p = 6.25, q = 3.74, gamma = 15.44;
  double refund = 0.04;  ///< Of orders, in full.
};

struct Support {
  double tickets_a_month = 0.05;  ///< Of subscribers, whatever happens later.
  double solved = 0.85;
};

/// Who invites sends 1 + Poisson(invites) invitations; the invited arrive a few days later and may invite in turn.
struct Referral {
  double invites = 1.0;
  double accepted = 0.30;
  double like_inviter = 0.80;  ///< Are inside when the inviter is, outside when not.
};

/// Studios: an account whose owner pays for its members. Professionals, so outside the audience.
struct Studios {
  double share = 0.002;             ///< Of the people who come by themselves.
  double members = 4;               ///< 2 + Poisson(members).
  double shared_inbox = 0.3;        ///< Studios of 7 members more, where all sign up with the studio's one address.
  std::int64_t price_minor = 8900;  ///< A month.
  double revenue = 0.8;             ///< Of owners.
};

/// What the company spends besides being found: goods of the kits, parcels, and samples for newcomers. A kit's share of goods depends on
/// the kit (see `kit_cost_minor`), so that some earn more than others.
struct Costs {
  double kit_goods = 0.45;            ///< Of a kit's price, on average over the kits.
  std::int64_t delivery_minor = 490;  ///< A parcel; each order is sent on the day after.
  double samples = 0.12;              ///< Of who signs up, studios apart: are sent a sample within three days.
  std::int64_t sample_minor = 350;    ///< Each, parcel included.
};

/// What makes identity hard.
struct Devices {
  double second = 0.35, third = 0.08;  ///< Have a second, a third device.
  double household = 0.004;            ///< Come with somebody who signs up on the same device.
  std::uint32_t kiosks = 3;            ///< Tablets in partner shops, on which many sign in.
  double kiosk_use = 0.01;             ///< Of sign-ups: once on a kiosk.
  double broken_client = 0.0005;       ///< Of page views: userId is the text "undefined".
};

/// What the network does to events.
struct Delivery {
  double late = 0.010;       ///< Arrive one to five days after they happened.
  double duplicate = 0.005;  ///< Arrive again, same message id, within ten minutes.
  double skewed = 0.010;     ///< Of devices: the clock is wrong by up to two hours.
};

struct Company {
  std::string name = "L'Atelier du Fil";
  std::string zone = "Europe/Paris";
  std::string currency = "EUR";
  Audience audience;
  std::vector<Channel> channels = {{"newsletter", "email", 0.12, 0.90, 0.08},
                                   {"instagram", "social", 0.20, 0.50, 0.42},
                                   {"search", "cpc", 0.22, 0.63, 0.65},
                                   {"cahiers-du-fil", "partner", 0.11, 0.88, 0.30},
                                   {"concours-malin", "partner", 0.17, 0.10, 0.12},
                                   {"press", "press", 0.05, 0.40, 0.00},
                                   {"direct", "", 0.13, 0.62, 0.00}};
  std::vector<Spike> spikes = {{212, 3, 9, 0.45, "press", 0.20}, {401, 2, 6, 0.45, "press", 0.25}};
  Season season;
  StepRates inside{0.62, 0.70, 0.48, 0.66, 0.60};
  StepRates outside{0.58, 0.04, 0.36, 0.40, 0.45};
  Onboarding onboarding;
  Subscription subscription;
  Leaving leaving;
  Rhythm rhythm;
  Kits kits;
  Support support;
  Referral referral;
  Studios studios;
  Costs costs;
  Devices devices;
  Delivery delivery;
};

inline constexpr std::uint32_t kKits = 24;  ///< Products, numbered from 0.
/// The goods in the kit of that number sold at this price: from three fifths to seven fifths of the average share, rising with the
/// number, and never more than the price.
std::int64_t kit_cost_minor(const Costs& costs, std::uint32_t product, std::int64_t price_minor);

/// Reads TOML; what is left out keeps its default. Errors: InvalidInput with line and column, naming an unknown key, a
/// value of the wrong kind or a share outside [0, 1]; all that is checked is checked before anything is invented.
Result<Company> parse_company(std::string_view toml);
/// The whole as TOML. parse_company(write_company(c)) equals c.
std::string write_company(const Company& company);
/// Errors: InvalidInput with the key.
Result<void> check_company(const Company& company);

}  // namespace habitue::simulate
