#include "insight/pollution_words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue::insight {
namespace {

// French: a narrow no-break space before ; : ! ? and %.
constexpr const char* kNarrow = "\u202f";

/// Which of the sentences holds.
enum class Case { Nobody, TooFew, AllUnknown, NobodyInside, TooFewInside, NoOutsiders, Harmless, Hides, Flatters };

struct Reading {
  Case which;
  std::size_t step = 0;  // Of Hides and Flatters: the rate that outsiders move most.
};

// Whether the rate inside differs from that of the others beyond chance: the z test of two proportions, pooled.
bool beyond_chance(const PollutedStep& step) {
  const auto inside = static_cast<double>(step.inside.whole),
             others = static_cast<double>(step.overall.whole - step.inside.whole);
  if (inside == 0 || others == 0) return false;
  const double rate_of_others = static_cast<double>(step.overall.part - step.inside.part) / others;
  const double error = std::sqrt(step.overall.value * (1 - step.overall.value) * (1 / inside + 1 / others));
  return std::abs(step.inside.value - rate_of_others) > 1.959963984540054 * error;
}

Reading read(const PollutionReport& report) {
  const std::uint64_t acquired = report.outsiders.whole;
  const std::uint64_t outside = report.outsiders.part;
  const std::uint64_t inside = acquired - outside - report.unknown.part;
  if (acquired == 0) return {Case::Nobody};
  if (acquired < kRankedPeopleMin) return {Case::TooFew};
  if (report.unknown.part == acquired) return {Case::AllUnknown};
  if (outside == 0) return {Case::NoOutsiders};
  if (inside == 0) return {Case::NobodyInside};
  if (inside < kRankedPeopleMin) return {Case::TooFewInside};
  Reading reading{Case::Harmless};
  double most = 0;
  for (std::size_t step = 1; step < report.steps.size(); ++step) {
    const PollutedStep& one = report.steps[step];
    if (one.inside.whole < kRankedPeopleMin || std::abs(one.pollution) < kPollutionMin || !beyond_chance(one)) continue;
    if (std::abs(one.pollution) <= most) continue;
    most = std::abs(one.pollution);
    reading = {one.pollution < 0 ? Case::Hides : Case::Flatters, step};
  }
  return reading;
}

// Whole percents, with one decimal where whole ones would hide what is said: below ten, or for two rates that would look alike.
std::string percent(double share, bool decimal, bool french) {
  std::string words = fmt::format("{:.{}f}", share * 100, decimal ? 1 : 0);
  if (french) std::replace(words.begin(), words.end(), '.', ',');
  return words + (french ? kNarrow : " ") + "%";
}
std::string percent(double share, bool french) { return percent(share, share > 0 && share < 0.0995, french); }

struct TwoRates {
  std::string inside, overall;
};
TwoRates two_rates(const PollutedStep& step, bool french) {
  const bool alike = std::lround(step.inside.value * 100) == std::lround(step.overall.value * 100);
  const bool decimal = alike || std::min(step.inside.value, step.overall.value) < 0.0995;
  return {percent(step.inside.value, decimal, french), percent(step.overall.value, decimal, french)};
}

std::string acquired_en(Acquired noun) {
  switch (noun) {
    case Acquired::SignUps: return "sign-ups";
    case Acquired::FirstBuyers: return "first-time buyers";
    case Acquired::Newcomers: break;
  }
  return "newcomers";
}
std::string of_acquired_fr(Acquired noun) {
  switch (noun) {
    case Acquired::SignUps: return "inscriptions";
    case Acquired::FirstBuyers: return "premiers acheteurs";
    case Acquired::Newcomers: break;
  }
  return "nouveaux venus";
}

std::string step_fr(const std::string& name) {
  if (name == "acquisition") return "l’acquisition";
  if (name == "activation") return "l’activation";
  if (name == "retention") return "la rétention";
  if (name == "referral") return "la recommandation";
  if (name == "revenue") return "le revenu";
  return fmt::format("l’étape «\u00a0{}\u00a0»", name);
}

std::string advice_en(const PollutionReport& report) {
  if (!report.weakest_inside) return "";
  const std::string& inside = report.steps[*report.weakest_inside].step;
  if (!report.weakest_flips) return fmt::format(" With or without them, the weak step is {}.", inside);
  return fmt::format(" You would work on {}; inside the audience the weak step is {}.",
                     report.steps[*report.weakest_overall].step, inside);
}

// "sur l'activation", "sur le revenu": the article stays as it is after `sur`.
std::string advice_fr(const PollutionReport& report) {
  if (!report.weakest_inside) return "";
  const std::string inside = step_fr(report.steps[*report.weakest_inside].step);
  if (!report.weakest_flips) return fmt::format(" Avec ou sans eux, l’étape faible est {}.", inside);
  return fmt::format(" Vous travailleriez sur {}{}; dans la cible, l’étape faible est {}.",
                     step_fr(report.steps[*report.weakest_overall].step), kNarrow, inside);
}

// Unknown people are in no rate inside: worth a word as soon as they are one in twenty.
bool many_unknown(const PollutionReport& report) { return report.unknown.part > 0 && report.unknown.value >= 0.05; }

}  // namespace

Acquired acquired_noun(const config::Step& acquisition) {
  const auto mentions = [&](std::string_view word) {
    return std::any_of(acquisition.events.begin(), acquisition.events.end(),
                       [&](const std::string& event) { return ascii_lower(event).find(word) != std::string::npos; });
  };
  if (mentions("sign") || mentions("account") || mentions("regist") || mentions("trial")) return Acquired::SignUps;
  if (mentions("order") || mentions("purchase")) return Acquired::FirstBuyers;
  return Acquired::Newcomers;
}

std::string pollution_in_english(const PollutionReport& report, Acquired noun) {
  const std::string who = acquired_en(noun);
  const std::uint64_t acquired = report.outsiders.whole;
  const std::string outsiders = percent(report.outsiders.value, false);
  const std::string unknown =
      many_unknown(report) ? fmt::format(" For {} of {} it cannot be told.", percent(report.unknown.value, false), who)
                           : "";
  const Reading reading = read(report);
  switch (reading.which) {
    case Case::Nobody: return "Nobody was acquired in this period.";
    case Case::TooFew:
      return fmt::format("Only {} {} in this period: {} are needed to tell what outsiders change.", acquired, who,
                         kRankedPeopleMin);
    case Case::AllUnknown:
      return fmt::format(
          "Of none of the {} {} can it be told whether they are in the audience: a fact that it needs is missing.",
          acquired, who);
    case Case::NobodyInside:
      return fmt::format("None of the {} {} is known to be inside the audience.{}", acquired, who, unknown);
    case Case::TooFewInside:
      return fmt::format("Outsiders are {} of {}; the {} inside are too few to compare: {} are needed.{}", outsiders,
                         who, acquired - report.outsiders.part - report.unknown.part, kRankedPeopleMin, unknown);
    case Case::NoOutsiders:
      return fmt::format("No outsiders among the {} {}: the figures are those of your audience.{}", acquired, who,
                         unknown);
    case Case::Harmless:
      return fmt::format(
          "Outsiders are {} of {} and move no rate by a point beyond chance: the figures can be read as they are.{}",
          outsiders, who, unknown);
    case Case::Hides:
    case Case::Flatters: break;
  }
  const PollutedStep& step = report.steps[reading.step];
  const TwoRates rates = two_rates(step, false);
  return fmt::format("Outsiders are {} of {}; they {} that {} inside is {}, not {}.{}{}", outsiders, who,
                     reading.which == Case::Hides ? "hide" : "flatter the figures: they hide", step.step, rates.inside,
                     rates.overall, advice_en(report), unknown);
}

std::string pollution_in_french(const PollutionReport& report, Acquired noun) {
  const std::string who = of_acquired_fr(noun);
  const std::uint64_t acquired = report.outsiders.whole;
  const std::string outsiders = percent(report.outsiders.value, true);
  const std::string unknown = many_unknown(report) ? fmt::format(" Pour {} des {}, on ne peut pas le dire.",
                                                                 percent(report.unknown.value, true), who)
                                                   : "";
  const Reading reading = read(report);
  switch (reading.which) {
    case Case::Nobody: return "Personne n’a été acquis pendant cette période.";
    case Case::TooFew:
      return fmt::format(
          "Seulement {} {} pendant cette période{}: il en faut {} pour dire ce que changent les hors-cible.", acquired,
          who, kNarrow, kRankedPeopleMin);
    case Case::AllUnknown:
      return fmt::format(
          "Pour aucun des {} {} on ne peut dire s’ils sont dans la cible{}: il manque une information dont elle "
          "dépend.",
          acquired, who, kNarrow);
    case Case::NobodyInside:
      return fmt::format("Parmi les {} {}, personne n’est dans la cible de façon sûre.{}", acquired, who, unknown);
    case Case::TooFewInside:
      return fmt::format(
          "Les hors-cible sont {0} des {1}{2}; avec {3} dans la cible, la comparaison n’est pas possible{2}: il en "
          "faut {4}.{5}",
          outsiders, who, kNarrow, acquired - report.outsiders.part - report.unknown.part, kRankedPeopleMin, unknown);
    case Case::NoOutsiders:
      return fmt::format("Aucun hors-cible parmi les {} {}{}: les chiffres sont ceux de votre cible.{}", acquired, who,
                         kNarrow, unknown);
    case Case::Harmless:
      return fmt::format(
          "Les hors-cible sont {0} des {1} et ne déplacent aucun taux d’un point au-delà du hasard{2}: les chiffres se "
          "lisent tels quels.{3}",
          outsiders, who, kNarrow, unknown);
    case Case::Hides:
    case Case::Flatters: break;
  }
  const PollutedStep& step = report.steps[reading.step];
  const TwoRates rates = two_rates(step, true);
  const std::string verb = reading.which == Case::Hides
                               ? "ils cachent que"
                               : fmt::format("ils embellissent les chiffres{}: en fait,", kNarrow);
  return fmt::format("Les hors-cible sont {} des {}{}; {} {} dans la cible est de {}, et non de {}.{}{}", outsiders,
                     who, kNarrow, verb, step_fr(step.step), rates.inside, rates.overall, advice_fr(report), unknown);
}

}  // namespace habitue::insight
