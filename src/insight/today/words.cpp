#include "insight/today/words.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "knowledge/wording.hpp"

namespace habitue::insight::today {
namespace {

constexpr const char* kNoBreak = "\u00a0";

std::string day_in_words(LocalDay day, bool french) {
  constexpr std::array<const char*, 12> kFrench{"janvier", "février", "mars",      "avril",   "mai",      "juin",
                                                "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
  constexpr std::array<const char*, 12> kEnglish{"January", "February", "March",     "April",   "May",      "June",
                                                 "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day date{day};
  const unsigned number = static_cast<unsigned>(date.day());
  const char* const month = (french ? kFrench : kEnglish)[static_cast<unsigned>(date.month()) - 1];
  return fmt::format("{}{} {} {}", number, french && number == 1 ? "er" : "", month, static_cast<int>(date.year()));
}

// Thousands apart by a thin no-break space in French and a comma in English, as the page writes them.
std::string whole(double value, bool french) {
  std::string digits = fmt::format("{:.0f}", std::abs(value));
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, french ? "\u202f" : ",");
  return digits;
}
std::string whole(std::uint64_t value, bool french) { return whole(static_cast<double>(value), french); }
std::string percent(double share, bool french) {
  return fmt::format("{:.0f}{}%", share * 100, french ? kNoBreak : " ");
}
std::string money(std::int64_t minor, const Told& told, bool french) {
  return knowledge::money_in_words({minor, told.report->currency}, french ? "fr" : "en");
}
// A chance of a thousandth or less is no number to read out.
std::string chance_in_words(double chance, bool french) {
  if (chance < 0.0001) return french ? "moins d'une fois sur 10\u202f000" : "less than once in 10,000";
  return french ? fmt::format("une fois sur {}", whole(1 / chance, true))
                : fmt::format("once in {}", whole(1 / chance, false));
}

std::string days_in_words(std::uint32_t days, bool french) {
  if (days == 1) return french ? "le dernier jour" : "the last day";
  return fmt::format(fmt::runtime(french ? "les {} derniers jours" : "the last {} days"), days);
}
std::string in_these_days(std::uint32_t days, bool french) {
  if (days == 1) return french ? "Au cours du dernier jour" : "In the last day";
  return fmt::format(fmt::runtime(french ? "Sur les {} derniers jours" : "In the last {} days"), days);
}

std::string side_in_words(AudienceSide side, bool french) {
  switch (side) {
    case AudienceSide::Inside: return french ? " de votre audience" : " of your audience";
    case AudienceSide::Outside: return french ? " hors audience" : " outside your audience";
    case AudienceSide::Unknown: return french ? " d'audience inconnue" : " whose audience is not known";
    case AudienceSide::All: break;
  }
  return {};
}

// What somebody did who moved, after the number.
std::string moved(TodayMove move, const Told& told, std::uint64_t people, bool french) {
  const bool one = people == 1, subscription = told.business->model == config::BusinessModel::Subscription;
  const std::string side = side_in_words(told.finding->side, french);
  const auto who = [&](const char* en_one, const char* en_many, const char* fr_one, const char* fr_many) {
    return std::string(french ? (one ? fr_one : fr_many) : (one ? en_one : en_many)) + side;
  };
  switch (move) {
    case TodayMove::Arrived:
      return who("person", "people", "personne", "personnes") +
             (french ? (one ? " est venue pour la première fois" : " sont venues pour la première fois")
                     : " came for the first time");
    case TodayMove::FirstPurchase:
      return who("person", "people", "personne", "personnes") +
             (subscription ? (french ? (one ? " a commencé un abonnement" : " ont commencé un abonnement")
                                     : " began a subscription")
                           : (french ? (one ? " a acheté pour la première fois" : " ont acheté pour la première fois")
                                     : " bought for the first time"));
    case TodayMove::AtRisk:
      return who("customer", "customers", "client", "clients") +
             (french ? (one ? " est passé à risque" : " sont passés à risque") : " became at risk");
    case TodayMove::Left:
      return who("customer", "customers", "client", "clients") +
             (subscription ? (french ? (one ? " est parti" : " sont partis") : " left")
                           : (french ? (one ? " s'est endormi" : " se sont endormis") : " went dormant"));
    case TodayMove::Returned: break;
  }
  return who("customer", "customers", "client", "clients") +
         (french ? (one ? " est revenu" : " sont revenus") : " came back");
}

std::string expected_in_words(double expected, double low, double high, bool french) {
  return french ? fmt::format("là où l’on en attendait environ {} (de {} à {})", whole(expected, true),
                              whole(low, true), whole(high, true))
                : fmt::format("where about {} were expected ({} to {})", whole(expected, false), whole(low, false),
                              whole(high, false));
}
std::string compared_with(const Told& told, bool french) {
  const TodayFinding& finding = *told.finding;
  std::string text = french ? fmt::format("Comparé aux {} périodes de {} jour{} d'avant, avec leur tendance",
                                          told.report->compared, told.days, told.days == 1 ? "" : "s")
                            : fmt::format("Compared with the {} periods of {} day{} before, with their trend",
                                          told.report->compared, told.days, told.days == 1 ? "" : "s");
  if (finding.chance)
    text += french ? fmt::format("{}: le hasard seul le ferait {}, et {} comptes ont été regardés.", kNoBreak,
                                 chance_in_words(*finding.chance, true), told.report->tests)
                   : fmt::format(": chance alone would do so {}, and {} counts were looked at.",
                                 chance_in_words(*finding.chance, false), told.report->tests);
  return text;
}
std::string with_money(const Told& told, bool french) {
  const TodayFinding& finding = *told.finding;
  if (!finding.money_minor || !finding.money || *finding.money_minor <= 0) return {};
  const std::string amount = money(*finding.money_minor, told, french);
  switch (*finding.money) {
    case TodayMoney::SpentLastYear:
      return french ? fmt::format(" Ils ont payé {} en un an.", amount)
                    : fmt::format(" They paid {} within a year.", amount);
    case TodayMoney::SpentInAll:
      return french ? fmt::format(" Ils ont payé {} en tout.", amount) : fmt::format(" They paid {} in all.", amount);
    case TodayMoney::CostOfOne: break;
  }
  return {};
}

std::string sentence_of_cause(const Told& told, bool french) {
  const TodayFinding& finding = *told.finding;
  const std::string people = whole(finding.people, french), side = side_in_words(finding.side, french);
  const bool one = finding.people == 1;
  const std::string expected = expected_in_words(*finding.expected, *finding.low, *finding.high, french);
  if (finding.cell->payment_failed)
    return french ? fmt::format("{}, le paiement de {} client{}{} a échoué, {}.", in_these_days(told.days, true),
                                people, one ? "" : "s", side, expected)
                  : fmt::format("{} the payment of {} customer{}{} failed, {}.", in_these_days(told.days, false),
                                people, one ? "" : "s", side, expected);
  const std::string& cause = *finding.cell->cause;
  if (french)
    return fmt::format("{}, {} client{}{} {} parti{} {}, {}.", in_these_days(told.days, true), people, one ? "" : "s",
                       side, one ? "est" : "sont", one ? "" : "s",
                       cause.empty() ? std::string("sans dire pourquoi") : fmt::format("pour «\u00a0{}\u00a0»", cause),
                       expected);
  return fmt::format("{} {} customer{}{} left {}, {}.", in_these_days(told.days, false), people, one ? "" : "s", side,
                     cause.empty() ? std::string("without saying why") : fmt::format("for \"{}\"", cause), expected);
}

std::string sentence_of_spike(const Told& told, bool french) {
  const TodayFinding& finding = *told.finding;
  const TodayCell& cell = *finding.cell;
  const auto day = [&](LocalDay of) { return day_in_words(of, french); };
  const bool one = *cell.first == *cell.last;
  const std::string when = one      ? fmt::format(fmt::runtime(french ? "Le {}" : "On {}"), day(*cell.first))
                           : french ? fmt::format("Du {} au {}", day(*cell.first), day(*cell.last))
                                    : fmt::format("From {} to {}", day(*cell.first), day(*cell.last));
  const std::string by = cell.channel->empty() ? std::string()
                         : french              ? fmt::format(" par «\u00a0{}\u00a0»", *cell.channel)
                                               : fmt::format(" by \"{}\"", *cell.channel);
  return french ? fmt::format(
                      "{}, {} personnes sont venues{}, là où environ {} étaient attendues ; {} sont dans votre "
                      "audience.",
                      when, whole(finding.people, true), by, whole(*finding.expected, true),
                      percent(told.inside_share, true))
                : fmt::format("{} {} people came{}, where about {} were expected; {} of them are inside your audience.",
                              when, whole(finding.people, false), by, whole(*finding.expected, false),
                              percent(told.inside_share, false));
}

std::string sentence(const Told& told, bool french) {
  const TodayFinding& finding = *told.finding;
  const std::string people = whole(finding.people, french);
  switch (finding.kind) {
    case TodayKind::Silence:
      return told.report->last_event_at
                 ? french ? fmt::format("Rien n'est arrivé depuis le {}.",
                                        day_in_words(told.zone->day_of(*told.report->last_event_at), true))
                          : fmt::format("Nothing has arrived since {}.",
                                        day_in_words(told.zone->day_of(*told.report->last_event_at), false))
                 : std::string();
    case TodayKind::ImportFailed:
      if (!told.import->finished)
        return french ? fmt::format("L'import de {} s'est arrêté avant la fin.", told.import->file_name)
                      : fmt::format("The import of {} stopped before its end.", told.import->file_name);
      return french ? fmt::format("L'import de {} a refusé {} ligne{} sur {}.", told.import->file_name, people,
                                  finding.people == 1 ? "" : "s", whole(told.import->rows, true))
                    : fmt::format("The import of {} rejected {} of {} rows.", told.import->file_name, people,
                                  whole(told.import->rows, false));
    case TodayKind::LeavingCause: return sentence_of_cause(told, french);
    case TodayKind::StageMoved:
      return fmt::format(fmt::runtime(french ? "{}, {} {}, {}." : "{} {} {}, {}."), in_these_days(told.days, french),
                         people, moved(*finding.cell->move, told, finding.people, french),
                         expected_in_words(*finding.expected, *finding.low, *finding.high, french));
    case TodayKind::CustomersToCall: {
      const bool subscription = told.business->model == config::BusinessModel::Subscription;
      const std::string side = side_in_words(finding.side, french), days = days_in_words(told.days, french);
      if (french)
        return fmt::format(
            "{} client{}{} à appeler : {} dans {}.", people, finding.people == 1 ? "" : "s", side,
            subscription ? "leur abonnement est passé à risque" : "ils sont passés en retard sur leur propre rythme",
            days);
      return fmt::format("{} customer{}{} to call: {} in {}.", people, finding.people == 1 ? "" : "s", side,
                         subscription ? "their subscription became at risk" : "they became late by their own rhythm",
                         days);
    }
    case TodayKind::PollutedFigure:
      return french
                 ? fmt::format(
                       "{}, {} {}, {} ; mais dans votre audience {} pour environ {} attendus{}: rien n'a "
                       "changé.",
                       in_these_days(told.days, true), people, moved(*finding.cell->move, told, finding.people, true),
                       expected_in_words(*finding.expected, *finding.low, *finding.high, true),
                       whole(told.inside, true), whole(told.inside_expected, true), kNoBreak)
                 : fmt::format(
                       "{} {} {}, {}; but inside your audience it was {} for about {} expected: nothing "
                       "changed.",
                       in_these_days(told.days, false), people, moved(*finding.cell->move, told, finding.people, false),
                       expected_in_words(*finding.expected, *finding.low, *finding.high, false),
                       whole(told.inside, false), whole(told.inside_expected, false));
    case TodayKind::Spike: return sentence_of_spike(told, french);
    case TodayKind::AcquisitionAlert: break;
  }
  const std::string cost = money(*finding.money_minor, told, french);
  const std::string allowed = told.allowed_minor ? money(*told.allowed_minor, told, french) : std::string();
  return french ? fmt::format("Le mois qui commence le {} : un nouveau client a coûté {}, plus que les {} permis.",
                              day_in_words(*finding.cell->first, true), cost, allowed)
                : fmt::format("The month from {}: a new client cost {}, more than the {} allowed.",
                              day_in_words(*finding.cell->first, false), cost, allowed);
}

std::string reason(const Told& told, bool french) {
  const TodayFinding& finding = *told.finding;
  switch (finding.kind) {
    case TodayKind::Silence:
      return french ? "Aucun événement sur ces jours : les chiffres du jour ne reposent sur rien de nouveau."
                    : "No event in these days: today's figures rest on nothing new.";
    case TodayKind::ImportFailed:
      return french ? fmt::format("Import du {}. Ce qui manque manque à tous les chiffres.",
                                  day_in_words(told.zone->day_of(told.import->at), true))
                    : fmt::format("Import of {}. What is missing is missing from every figure.",
                                  day_in_words(told.zone->day_of(told.import->at), false));
    case TodayKind::LeavingCause: {
      std::string text = compared_with(told, french);
      if (!finding.cell->payment_failed && told.left > 0) {
        const double share = static_cast<double>(finding.people) / static_cast<double>(told.left);
        text += french ? fmt::format(" C'est {} des départs, contre {} avant.", percent(share, true),
                                     percent(told.share_before, true))
                       : fmt::format(" That is {} of those who left, and was {} before.", percent(share, false),
                                     percent(told.share_before, false));
      }
      return text + with_money(told, french);
    }
    case TodayKind::StageMoved: return compared_with(told, french) + with_money(told, french);
    case TodayKind::CustomersToCall: {
      std::string text;
      if (told.overdue > finding.people)
        text = french ? fmt::format("Ce sont les {} qui ont le plus payé, sur {} entrés dans le doute ces jours-ci.",
                                    finding.people, whole(told.overdue, true))
                      : fmt::format("They are the {} who paid most, of {} who came into doubt in these days.",
                                    finding.people, whole(told.overdue, false));
      else
        text = french ? "Ce sont tous ceux qui sont entrés dans le doute ces jours-ci."
                      : "They are all who came into doubt in these days.";
      return text + with_money(told, french);
    }
    case TodayKind::PollutedFigure:
      return compared_with(told, french) + (french ? " Lu sans l'audience, ce chiffre aurait trompé."
                                                   : " Read without the audience, this figure would have misled.");
    case TodayKind::Spike:
      return french ? "Comparé aux mêmes jours de la semaine des 4 à 8 semaines d'avant ; un tel jour par hasard : une "
                      "fois sur un million."
                    : "Compared with the same days of the week in the 4 to 8 weeks before; such a day by chance: once "
                      "in a million.";
    case TodayKind::AcquisitionAlert: break;
  }
  return french ? fmt::format("{} nouveaux clients ce mois-là ; publicité et cadeaux divisés par leur nombre.",
                              whole(finding.people, true))
                : fmt::format("{} new clients that month; marketing and give-aways over their number.",
                              whole(finding.people, false));
}

std::string action_of_move(TodayMove move, bool rose, bool french) {
  switch (move) {
    case TodayMove::Arrived:
      return rose     ? french ? "Regardez par quels canaux ils viennent, et s'ils sont de votre audience."
                               : "See by which channels they come, and whether they are of your audience."
             : french ? "Vérifiez que la collecte marche, puis les canaux qui ont baissé."
                      : "Check that the collection works, then the channels that fell.";
    case TodayMove::FirstPurchase:
      return rose     ? french ? "Accueillez-les : le deuxième achat se joue dans les premières semaines."
                               : "Welcome them: the second purchase is decided in the first weeks."
             : french ? "Cherchez l'étape où ils s'arrêtent désormais."
                      : "Find the step at which they stop now.";
    case TodayMove::AtRisk:
    case TodayMove::Left:
      return rose     ? french ? "Ouvrez la liste et écrivez d'abord à ceux qui ont le plus payé."
                               : "Open the list and write first to those who paid most."
             : french ? "Regardez ce qui les a retenus, et gardez-le."
                      : "See what kept them, and keep doing it.";
    case TodayMove::Returned: break;
  }
  return rose     ? french ? "Demandez-leur ce qui les a ramenés." : "Ask them what brought them back."
         : french ? "Relisez ce qui était proposé à ceux qui hésitaient."
                  : "Look again at what was offered to those in doubt.";
}

std::string action(const Told& told, bool french) {
  const TodayFinding& finding = *told.finding;
  switch (finding.kind) {
    case TodayKind::Silence:
      return french ? "Vérifiez les sources, ou lisez la page au dernier jour de données."
                    : "Check the sources, or read the page as of the last day with data.";
    case TodayKind::ImportFailed:
      if (!told.import->finished)
        return french ? "Relancez l'import : il reprend où il s'est arrêté."
                      : "Start it again: it goes on where it stopped.";
      return french ? "Corrigez le fichier des lignes refusées et importez-le."
                    : "Mend the file of rejected rows and import it.";
    case TodayKind::LeavingCause:
      if (finding.cell->payment_failed)
        return french ? "Écrivez-leur pour mettre à jour leur moyen de paiement : ils n'ont pas choisi de partir."
                      : "Write to them to renew their means of payment: they did not choose to leave.";
      return french ? "Ouvrez la liste et demandez à quelques-uns ce qui s'est passé."
                    : "Open the list and ask a few of them what happened.";
    case TodayKind::StageMoved: return action_of_move(*finding.cell->move, told.rose, french);
    case TodayKind::CustomersToCall:
      return french ? "Appelez-les, en commençant par qui a le plus payé : la liste peut se mettre dans cet ordre."
                    : "Call them, beginning with who paid most: the list can be put in that order.";
    case TodayKind::PollutedFigure:
      return french ? "N'agissez pas sur ce chiffre : lisez-le dans l'audience."
                    : "Do not act on this figure: read it inside the audience.";
    case TodayKind::Spike:
      return french ? "Mettez ces jours à part avant de lire une tendance."
                    : "Set these days aside before you read a trend.";
    case TodayKind::AcquisitionAlert: break;
  }
  return french ? "Regardez quel canal coûte plus qu'il ne rapporte." : "See which channel costs more than it brings.";
}

}  // namespace

void tell(TodayFinding& finding, Told told) {
  told.finding = &finding;
  finding.sentence_en = sentence(told, false);
  finding.sentence_fr = sentence(told, true);
  finding.reason_en = reason(told, false);
  finding.reason_fr = reason(told, true);
  finding.action_en = action(told, false);
  finding.action_fr = action(told, true);
}

std::string headline(const TodayReport& report, const Zone&, std::uint32_t days, bool french) {
  switch (report.verdict) {
    case TodayVerdict::NobodyYet:
      return french ? "Il n'y a encore personne : importez vos données ou reliez une source."
                    : "There is nobody yet: import your data or connect a source.";
    case TodayVerdict::NothingMatters:
      return french ? fmt::format("Rien ne vous réclame : {} ressemblent à ceux d'avant.", days_in_words(days, true))
                    : fmt::format("Nothing needs you: {} are like those before.", days_in_words(days, false));
    case TodayVerdict::TooEarly:
      return french ? fmt::format(
                          "Trop peu de passé pour dire ce qui change : il faut six périodes de {} jour{}, il y "
                          "en a {}.",
                          days, days == 1 ? "" : "s", report.compared)
                    : fmt::format(
                          "Too little past to say what changes: it takes six periods of {} day{}, and there "
                          "are {}.",
                          days, days == 1 ? "" : "s", report.compared);
    case TodayVerdict::Told: break;
  }
  const std::size_t lines = report.findings.size();
  if (lines == 1) return french ? "Une chose mérite votre attention." : "One thing deserves your attention.";
  return french ? fmt::format("{} choses méritent votre attention.", lines)
                : fmt::format("{} things deserve your attention.", lines);
}

}  // namespace habitue::insight::today
