#include "insight/forecast/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "insight/forecast/season.hpp"

namespace habitue::insight::forecast {
namespace {

constexpr double kNormal95 = 1.959963984540054;

std::string_view reason_of(ForecastReason reason, bool french) {
  switch (reason) {
    case ForecastReason::NoCustomers: return french ? "personne n'a encore acheté" : "nobody has bought yet";
    case ForecastReason::TooFewCustomers:
      return french ? "il y a trop peu de clients pour juger une prévision" : "there are too few customers to judge by";
    case ForecastReason::TooShort:
      return french ? "trop peu de temps a passé pour vérifier une prévision sur le passé"
                    : "too little time has passed to check a forecast on the past";
    case ForecastReason::Biased:
      return french ? "au total elle s'est trompée de plus d'un quart" : "in all it was off by more than a quarter";
    case ForecastReason::NoBetterThanAlike:
      return french ? "elle ne fait pas mieux que de croire tous les clients semblables"
                    : "it does no better than taking all customers for alike";
    case ForecastReason::Unreliable:
      return french ? "les chances d'achat annoncées sont fausses de plus d'un dixième"
                    : "the chances to buy that it tells are off by more than a tenth";
    case ForecastReason::NoOccasions:
      return french ? "aucune occasion n'est encore terminée" : "no occasion is over yet";
  }
  return {};
}

std::string reasons_of(const ForecastCheck& check, bool french) {
  std::string text;
  for (const ForecastReason reason : check.reasons) {
    if (!text.empty()) text += french ? " ; " : "; ";
    text += reason_of(reason, french);
  }
  return text;
}

// `12 %` in French, `12%`... both languages write it with a space here, as the rest of the terminal does.
std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

std::string number(double value, bool french) {
  std::string text = fmt::format("{:.1f}", value);
  if (french)
    for (char& c : text)
      if (c == '.') c = ',';
  return text;
}

// "people buy most in December, 1.8 times the mean, and least in February, 0.6 times"
std::string months_text(const ForecastSeason& season, bool french) {
  constexpr std::array<std::string_view, 12> kEnglish{"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
  constexpr std::array<std::string_view, 12> kFrench{"janvier",   "février", "mars",     "avril",
                                                     "mai",       "juin",    "juillet",  "août",
                                                     "septembre", "octobre", "novembre", "décembre"};
  const auto most = std::max_element(season.months.begin(), season.months.end());
  const auto least = std::min_element(season.months.begin(), season.months.end());
  const auto name = [&](auto month) {
    const auto at = static_cast<std::size_t>(month - season.months.begin());
    return french ? kFrench[at] : kEnglish[at];
  };
  return french ? fmt::format("c'est en {} que l'on achète le plus, {} fois la moyenne, et en {} le moins, {} fois",
                              name(most), number(*most, true), name(least), number(*least, true))
                : fmt::format("people buy most in {}, {} times the mean, and least in {}, {} times", name(most),
                              number(*most, false), name(least), number(*least, false));
}

std::string value_text(const std::string& value, bool others, bool french) {
  if (others) return french ? "les autres valeurs" : "other values";
  if (value.empty()) return french ? "non connu" : "not known";
  return french ? fmt::format("« {} »", value) : fmt::format("\"{}\"", value);
}

// "1.5 times (1.2 to 1.9)"; nothing where the interval holds 1.
std::string factor_text(double factor, const std::optional<double>& low, const std::optional<double>& high,
                        bool french) {
  if (!low || !high || (*low <= 1 && *high >= 1)) return {};
  const auto two = [&](double value) {
    std::string text = fmt::format("{:.2f}", value);
    if (french) std::replace(text.begin(), text.end(), '.', ',');
    return text;
  };
  return french ? fmt::format("{} fois ({} à {})", two(factor), two(*low), two(*high))
                : fmt::format("{} times ({} to {})", two(factor), two(*low), two(*high));
}

// "channel "ads" beside "direct": buys 1.50 times (1.20 to 1.90) as often; ..."
std::string effects_text(const ForecastCovariates& of, bool french) {
  std::string text;
  for (const ForecastEffect& effect : of.effects) {
    const std::string buying = factor_text(effect.buying, effect.buying_low, effect.buying_high, french);
    const std::string leaving =
        factor_text(effect.leaving.value_or(1), effect.leaving_low, effect.leaving_high, french);
    if (buying.empty() && leaving.empty()) continue;
    text += fmt::format("{}{} {} {} {} : ", text.empty() ? "" : " ; ", effect.name,
                        value_text(effect.value, effect.others, french), french ? "à côté de" : "beside",
                        value_text(effect.usual, false, french));
    if (!buying.empty()) text += fmt::format("{} {}", french ? "fréquence d'achat" : "rate of buying", buying);
    if (!leaving.empty())
      text += fmt::format("{}{} {}", buying.empty() ? "" : ", ", french ? "départ" : "leaving", leaving);
  }
  if (text.empty()) return french ? "aucune valeur ne se distingue des autres" : "no value stands out from the others";
  // French puts a space before these signs, English does not.
  if (!french)
    for (const std::string_view sign : {" : ", " ; "})
      for (std::size_t at = text.find(sign); at != std::string::npos; at = text.find(sign)) text.erase(at, 1);
  return text;
}

std::string covariates_sentence(const ForecastCovariates& of, bool french) {
  switch (of.verdict) {
    case ForecastCovariatesVerdict::NothingDiffers:
      return french ? "Ce que l'on savait au premier achat ne distingue pas assez de clients."
                    : "What was known at the first purchase tells too few customers apart.";
    case ForecastCovariatesVerdict::NotChecked:
      return french ? fmt::format(
                          "Trop peu de temps a passé pour vérifier si ce que l'on savait au premier achat aide à "
                          "prévoir ; {}.",
                          effects_text(of, true))
                    : fmt::format(
                          "Too little time has passed to check whether what was known at the first purchase helps to "
                          "foretell; {}.",
                          effects_text(of, false));
    case ForecastCovariatesVerdict::NotBetter:
      return french ? fmt::format(
                          "La prévision ne suit pas ce que l'on savait au premier achat, car le passé se prévoyait "
                          "aussi bien sans ; {}.",
                          effects_text(of, true))
                    : fmt::format(
                          "The forecast does not go by what was known at the first purchase, as the past was foretold "
                          "as well without; {}.",
                          effects_text(of, false));
    case ForecastCovariatesVerdict::Used: break;
  }
  return french
             ? fmt::format("La prévision suit ce que l'on savait au premier achat : {}.", effects_text(of, true))
             : fmt::format("The forecast goes by what was known at the first purchase: {}.", effects_text(of, false));
}

std::string season_sentence(const ForecastSeason& season, bool french) {
  switch (season.verdict) {
    case ForecastSeasonVerdict::NotSought:
      return french ? "Les saisons ont été laissées de côté." : "Seasons of the year were left out.";
    case ForecastSeasonVerdict::TooShort:
      return french ? "Moins d'un an d'achats : aucune saison ne peut être dite."
                    : "Less than a year of purchases: no season of the year can be told.";
    case ForecastSeasonVerdict::NotSeen:
      return french ? "Aucune saison de l'année ne ressort des achats."
                    : "No season of the year stands out of what was bought.";
    case ForecastSeasonVerdict::NotChecked:
      return french
                 ? fmt::format(
                       "Il semble que {} ; trop peu de temps a passé pour le vérifier, et la prévision ne suit aucune "
                       "saison.",
                       months_text(season, true))
                 : fmt::format(
                       "It seems that {}; too little time has passed to check it, and the forecast goes by no season.",
                       months_text(season, false));
    case ForecastSeasonVerdict::NotBetter:
      return french ? fmt::format(
                          "Il semble que {} ; le passé se prévoyait aussi bien sans cette saison, et la prévision ne "
                          "la suit pas.",
                          months_text(season, true))
                    : fmt::format(
                          "It seems that {}; the past was foretold as well without this season, and the forecast does "
                          "not go by it.",
                          months_text(season, false));
    case ForecastSeasonVerdict::Used: break;
  }
  const std::string with = percent(season.with->missed), without = percent(season.without->missed);
  return french
             ? fmt::format(
                   "La prévision suit la saison : {} ; sur le passé elle s'est trompée de {} avec elle et de {} sans.",
                   months_text(season, true), with, without)
             : fmt::format(
                   "The forecast goes by the season: {}; over the past it missed by {} with it and by {} without.",
                   months_text(season, false), with, without);
}

}  // namespace

// "6 years"; "6 occasions" of those that events begin.
std::string occasions_text(std::string_view of, std::uint64_t count, bool french) {
  struct Word {
    std::string_view of, one, many, un, des;
  };
  constexpr std::array<Word, 5> kWords{{{"week", "week", "weeks", "semaine", "semaines"},
                                        {"month", "month", "months", "mois", "mois"},
                                        {"quarter", "quarter", "quarters", "trimestre", "trimestres"},
                                        {"year", "year", "years", "an", "ans"},
                                        {"", "occasion", "occasions", "occasion", "occasions"}}};
  const auto* word = std::find_if(kWords.begin(), kWords.end() - 1, [&](const Word& each) { return each.of == of; });
  if (french) return fmt::format("{} {}", count, count < 2 ? word->un : word->des);
  return fmt::format("{} {}", count, count == 1 ? word->one : word->many);
}

std::string amount_text(std::int64_t minor, Currency currency, bool french) {
  std::string text = format_money({minor, currency});
  if (french)
    for (char& c : text)
      if (c == '.') c = ',';
  return text;
}

std::string check_sentence(const ForecastReport& report, std::string_view language) {
  const bool french = language == "fr";
  const ForecastCheck& check = report.check;
  if (check.verdict == ForecastVerdict::NotPossible)
    return french ? fmt::format("Aucune prévision : {}.", reasons_of(check, true))
                  : fmt::format("Nothing is foretold: {}.", reasons_of(check, false));
  const double bias = check.chosen->bias.value_or(0);
  const std::string span = report.occasions ? occasions_text(report.occasions->of, check.by_occasion.size(), french)
                           : french         ? number(check.weeks, true) + " semaines"
                                            : number(check.weeks, false) + " weeks";
  const std::string missed =
      french ? fmt::format("{} de {} achats sur {}", percent(std::abs(bias)), bias < 0 ? "moins" : "plus", span)
             : fmt::format("{} too {} purchases in {}", percent(std::abs(bias)), bias < 0 ? "few" : "many", span);
  if (check.verdict == ForecastVerdict::Failed)
    return french ? fmt::format("Aucune prévision : faite au {}, elle aurait annoncé {} ; {}.",
                                format_day(*check.origin), missed, reasons_of(check, true))
                  : fmt::format("Nothing is foretold: made on {} it would have foretold {}; {}.",
                                format_day(*check.origin), missed, reasons_of(check, false));
  const std::string held = check.interval_held
                               ? (french ? fmt::format(", et {} des clients ont dépensé ce que disait leur intervalle",
                                                       percent(*check.interval_held))
                                         : fmt::format(", and {} of the customers spent within their interval",
                                                       percent(*check.interval_held)))
                               : std::string();
  return french ? fmt::format("Vérifiée : faite au {}, la prévision aurait annoncé {}{}.", format_day(*check.origin),
                              missed, held)
                : fmt::format("Checked: made on {} the forecast would have foretold {}{}.", format_day(*check.origin),
                              missed, held);
}

std::vector<ForecastEffect> effects_of(const ForecastFit& fit) {
  std::vector<ForecastEffect> effects;
  if (fit.candidates.empty() || !fit.candidates.back().knows()) return effects;
  const Candidate& informed = fit.candidates.back();
  const auto error_of = [&](std::string_view kind, std::size_t column) -> std::optional<double> {
    for (const models::Estimate& estimate : informed.report().estimates)
      if (estimate.name == fmt::format("{}_{}", kind, column + 1)) return estimate.standard_error;
    return std::nullopt;
  };
  // Where no leaving can be seen its estimates are left out.
  const bool leaves = informed.at_any_time().model.kinds.front().law.leaving != models::Leaving::Never;
  std::size_t at = 0;
  for (const Covariate& covariate : fit.known)
    for (const Covariate::Column& column : covariate.columns) {
      ForecastEffect effect{.name = covariate.name,
                            .value = column.value,
                            .usual = covariate.usual,
                            .others = column.others,
                            .customers = column.customers,
                            .buying = std::exp(informed.rate[at]),
                            .buying_low = {},
                            .buying_high = {},
                            .leaving = {},
                            .leaving_low = {},
                            .leaving_high = {}};
      if (const auto error = error_of("rate", at)) {
        effect.buying_low = std::exp(informed.rate[at] - kNormal95 * *error);
        effect.buying_high = std::exp(informed.rate[at] + kNormal95 * *error);
      }
      if (leaves) effect.leaving = std::exp(informed.leaving[at]);
      if (const auto error = error_of("leaving", at); error && leaves) {
        effect.leaving_low = std::exp(informed.leaving[at] - kNormal95 * *error);
        effect.leaving_high = std::exp(informed.leaving[at] + kNormal95 * *error);
      }
      effects.push_back(std::move(effect));
      ++at;
    }
  return effects;
}

void tell_covariates(ForecastCovariates& covariates) {
  covariates.sentence_en = covariates_sentence(covariates, false);
  covariates.sentence_fr = covariates_sentence(covariates, true);
}

void tell_season(ForecastSeason& season) {
  season.months = months_of(season.intensities);
  season.sentence_en = season_sentence(season, false);
  season.sentence_fr = season_sentence(season, true);
}

void tell_occasions(ForecastOccasions& occasions) {
  if (!occasions.last_day) {
    occasions.sentence_en = "No occasion is over yet.";
    occasions.sentence_fr = "Aucune occasion n'est encore terminée.";
    return;
  }
  const std::string until = format_day(*occasions.last_day);
  const auto ahead = [&](bool french) { return occasions_text(occasions.of, occasions.ahead, french); };
  const std::string end = occasions.until ? format_day(*occasions.until) : until;
  occasions.sentence_en = fmt::format(
      "Customers buy at most once an occasion here; those over by {} are counted, and {} foretold, until {}.", until,
      ahead(false), end);
  occasions.sentence_fr = fmt::format(
      "Les clients achètent ici au plus une fois par occasion ; celles qui étaient terminées le {} sont comptées, et "
      "la "
      "prévision porte sur {}, jusqu'au {}.",
      until, ahead(true), end);
}

namespace {

// What somebody did so far: on how many days, or at how many occasions.
std::string so_far_text(const ForecastCustomer& customer, const ForecastReport& report, bool french) {
  if (report.occasions) {
    const std::uint32_t again = customer.purchases - 1, since = customer.occasions_since_first.value_or(0);
    const std::string of = occasions_text(report.occasions->of, since, french);
    if (since == 0)
      return french ? "Premier achat à la dernière occasion" : "Bought for the first time at the last one";
    if (again == 0)
      return french ? fmt::format("Un achat, et aucun autre en {} depuis", of)
                    : fmt::format("Bought once, and never again in {} since", of);
    return french ? fmt::format("A racheté {} fois en {} depuis le premier achat", again, of)
                  : fmt::format("Bought again in {} of {} since the first", again, of);
  }
  const std::string cycle = !customer.cycle_days ? std::string()
                            : french             ? fmt::format(", environ tous les {:.0f} jours", *customer.cycle_days)
                                                 : fmt::format(", about every {:.0f} days", *customer.cycle_days);
  return french ? fmt::format("{} jour{} d'achat{}", customer.purchases, customer.purchases == 1 ? "" : "s", cycle)
                : fmt::format("{} day{} of purchases{}", customer.purchases, customer.purchases == 1 ? "" : "s", cycle);
}

}  // namespace

std::string customer_sentence(const ForecastCustomer& customer, const ForecastReport& report, const ForecastSpec& spec,
                              std::string_view language) {
  const bool french = language == "fr";
  const auto days = static_cast<std::int64_t>(customer.days_since_last);
  const auto money = [&](const std::optional<std::int64_t>& minor) {
    return amount_text(*minor, report.currency, french);
  };
  const std::string span = report.occasions ? occasions_text(report.occasions->of, report.occasions->ahead, french)
                                            : fmt::format("{} {}", spec.horizon_days, french ? "jours" : "days");
  const std::string so_far = so_far_text(customer, report, french);
  const std::string worth =
      customer.spend_minor ? (french ? " et " : " and ") + money(customer.spend_minor) : std::string();
  // Of those who give no amounts the number has the interval.
  const std::string low = customer.spend_minor ? money(customer.spend_low_minor)
                                               : fmt::format("{:.0f}", customer.purchases_low),
                    high = customer.spend_minor ? money(customer.spend_high_minor)
                                                : fmt::format("{:.0f}", customer.purchases_high);
  const bool has_interval = customer.spend_minor || report.occasions;
  if (french) {
    const std::string interval =
        has_interval ? fmt::format(" (entre {} et {} à {})", low, high, percent(spec.coverage)) : std::string();
    return fmt::format("{}, le dernier il y a {} jour{} : encore client à {} ; {} achats{} attendus en {}{}.", so_far,
                       days, days < 2 ? "" : "s", percent(customer.alive), number(customer.expected_purchases, true),
                       worth, span, interval);
  }
  const std::string interval =
      has_interval ? fmt::format(" (from {} to {} with {})", low, high, percent(spec.coverage)) : std::string();
  return fmt::format("{}, the last {} day{} ago: still a customer with {}; {} purchases{} expected in {}{}.", so_far,
                     days, days == 1 ? "" : "s", percent(customer.alive), number(customer.expected_purchases, false),
                     worth, span, interval);
}

}  // namespace habitue::insight::forecast
