// Rhythms in words, in French and in English.
#include <array>

#include <fmt/format.h>

#include "knowledge/wording.hpp"

namespace habitue::knowledge {
namespace {

constexpr const char* kNarrow = "\u202f";
constexpr std::array<std::string_view, 12> kMonthsEn{"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 12> kMonthsFr{"janvier",   "février", "mars",     "avril",
                                                     "mai",       "juin",    "juillet",  "août",
                                                     "septembre", "octobre", "novembre", "décembre"};

enum class Said : std::uint8_t { Day, Month, Year };  // How much of the day is said.

std::string day_text(LocalDay day, Said said, bool french) {
  const std::chrono::year_month_day date{day};
  const auto number = static_cast<unsigned>(date.day());
  std::string text = french && number == 1 ? "1er" : fmt::format("{}", number);
  if (said == Said::Day) return text;
  text += fmt::format(" {}", (french ? kMonthsFr : kMonthsEn)[static_cast<unsigned>(date.month()) - 1]);
  return said == Said::Year ? fmt::format("{} {}", text, static_cast<int>(date.year())) : text;
}

}  // namespace

std::string days_in_words(LocalDay from, LocalDay until, std::string_view language) {
  const bool french = language == "fr";
  const std::string last = day_text(until, Said::Year, french);
  if (from == until) return french ? "le " + last : "on " + last;
  const std::chrono::year_month_day first{from}, end{until};
  const Said said = first.year() != end.year() ? Said::Year : first.month() != end.month() ? Said::Month : Said::Day;
  return fmt::format(fmt::runtime(french ? "entre le {} et le {}" : "between {} and {}"), day_text(from, said, french),
                     last);
}

std::string rhythm_reason(const Rhythm& rhythm, const config::Business& business, std::string_view language) {
  const bool french = language == "fr";
  const std::string when = days_in_words(rhythm.from, rhythm.until, language);
  const std::uint32_t general = business.stages.at_risk_days;
  const bool subscription = business.model == config::BusinessModel::Subscription;
  std::string own;
  if (rhythm.intervals == 0)
    own = french ? "par le rythme des autres clients" : "by the rhythm of other customers";
  else
    own = french ? fmt::format("par son propre rythme (environ tous les {:.0f} jours)", rhythm.cycle_days)
                 : fmt::format("by the own rhythm (about every {:.0f} days)", rhythm.cycle_days);
  std::string rule;
  if (!subscription)
    rule = french ? fmt::format("{}; la règle pour tous dit {} jours", kNarrow, general)
                  : fmt::format("; the rule for all says {} days", general);
  // Renewals are no purchases by choice: their stage is told beside.
  const std::string besides = !subscription ? ""
                              : french      ? fmt::format("Hors abonnement{}: ", kNarrow)
                                            : "Besides the subscription: ";
  const auto begun = [&](std::string_view word, std::string_view within) { return subscription ? within : word; };
  if (rhythm.overdue)
    return french ? fmt::format("{}{}{}: attendu {}, {}{}.", besides, begun("En retard", "en retard"), kNarrow, when,
                                own, rule)
                  : fmt::format("{}{}: expected {}, {}{}.", besides, begun("Overdue", "overdue"), when, own, rule);
  return french ? fmt::format("{}{} {}, {}{}.", besides, begun("Achat attendu", "achat attendu"), when, own, rule)
                : fmt::format("{}{} {}, {}{}.", besides, begun("Expected", "a purchase is expected"), when, own, rule);
}

}  // namespace habitue::knowledge
