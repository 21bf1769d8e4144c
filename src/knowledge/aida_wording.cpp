// Where somebody stands before an offer and what may be done there, in French and in English.
#include <array>

#include <fmt/format.h>

#include "knowledge/aida.hpp"
#include "knowledge/wording.hpp"

namespace habitue::knowledge {
namespace {

constexpr const char* kNarrow = "\u202f";
constexpr const char* kNoBreak = "\u00a0";
constexpr std::array<std::string_view, kAidaPhases> kEnglish{"no phase yet", "attention", "interest", "desire",
                                                             "action"};
constexpr std::array<std::string_view, kAidaPhases> kFrench{"aucune phase", "l’attention", "l’intérêt", "le désir",
                                                            "l’action"};
constexpr std::array<std::string_view, kAidaPhases> kAtFrench{"à aucune phase", "à l’attention", "à l’intérêt",
                                                              "au désir", "à l’action"};

std::string standing_money(const AidaVerdict& verdict, std::string_view language) {
  std::string text;
  for (const Balance& balance : verdict.balances)
    if (balance.net_minor() > 0)
      text += (text.empty() ? "" : ", ") + money_in_words({balance.net_minor(), balance.currency}, language);
  return text;
}

std::string english(const AidaVerdict& verdict, std::string_view offer, const std::string& since,
                    std::optional<std::chrono::days> within) {
  const std::string back = verdict.given_back ? " What was paid for it went back." : "";
  switch (verdict.phase) {
    case AidaPhase::Attention: return fmt::format("Knows of {}, since {}.{}", offer, since, back);
    case AidaPhase::Interest: return fmt::format("Looks into {}, since {}.{}", offer, since, back);
    case AidaPhase::Desire:
      return fmt::format("Wants {}, since {}: effort goes to conversion, and nothing is delivered before payment.{}",
                         offer, since, back);
    case AidaPhase::Action: {
      const std::string who = verdict.account.empty() ? "Has" : fmt::format("Account {} has", verdict.account);
      return fmt::format("{} paid for {}, since {}: {}.", who, offer, since, standing_money(verdict, "en"));
    }
    case AidaPhase::None: break;
  }
  if (verdict.stale)
    return fmt::format("Nowhere before {} any more: the last sign is {} days old or more.{}", offer,
                       within.value_or(std::chrono::days{0}).count(), back);
  return fmt::format("Nowhere before {} yet.{}", offer, back);
}

std::string french(const AidaVerdict& verdict, std::string_view offer, const std::string& since,
                   std::optional<std::chrono::days> within) {
  const std::string back = verdict.given_back ? " Ce qui avait été payé a été rendu." : "";
  switch (verdict.phase) {
    case AidaPhase::Attention:
      return fmt::format("Connaît «{0}{1}{0}», depuis le {2}.{3}", kNoBreak, offer, since, back);
    case AidaPhase::Interest:
      return fmt::format("S’intéresse à «{0}{1}{0}», depuis le {2}.{3}", kNoBreak, offer, since, back);
    case AidaPhase::Desire:
      return fmt::format(
          "Veut «{0}{1}{0}», depuis le {2}{0}: l’effort va à la conversion, et rien n’est livré avant "
          "d’être payé.{3}",
          kNoBreak, offer, since, back);
    case AidaPhase::Action: {
      const std::string who = verdict.account.empty() ? "A" : fmt::format("Le compte {} a", verdict.account);
      return fmt::format("{2} payé «{0}{1}{0}», depuis le {3}{0}: {4}.", kNoBreak, offer, who, since,
                         standing_money(verdict, "fr"));
    }
    case AidaPhase::None: break;
  }
  if (verdict.stale)
    return fmt::format("N’est plus nulle part devant «{0}{1}{0}»{0}: le dernier signe a {2} jours ou plus.{3}",
                       kNoBreak, offer, within.value_or(std::chrono::days{0}).count(), back);
  return fmt::format("N’est encore nulle part devant «{0}{1}{0}».{2}", kNoBreak, offer, back);
}

// "interest or desire".
std::string phases_in_words(const config::OfferAction& action, bool is_french) {
  std::string text;
  const std::vector<std::string> phases = config::phases_of(action);
  for (std::size_t at = 0; at < phases.size(); ++at) {
    const auto phase = static_cast<std::size_t>(parse_aida_phase(phases[at]).value_or(AidaPhase::None));
    if (at > 0) text += at + 1 < phases.size() ? ", " : is_french ? " ou " : " or ";
    text += is_french ? kFrench[phase] : kEnglish[phase];
  }
  return text;
}

std::string may_english(const MayVerdict& may, const AidaVerdict& verdict) {
  const std::string_view action = label_of(*may.action, "en"), offer = label_of(*verdict.offer, "en");
  const std::string_view phase = kEnglish[static_cast<std::size_t>(verdict.phase)];
  constexpr const char* kGate = " An order on credit or signed for is asked of the delivery gate.";
  switch (may.reason) {
    case MayReason::Allowed: return fmt::format("Yes: \"{}\" may be done at {} of {}.", action, phase, offer);
    case MayReason::AnotherPhase:
      return fmt::format("No: \"{}\" is for {}; this is {} of {}.", action, phases_in_words(*may.action, false), phase,
                         offer);
    case MayReason::NotPaid:
      return fmt::format("No: \"{}\" delivers {}, and nothing is paid for it; this is {}.{}", action, offer, phase,
                         kGate);
    case MayReason::GivenBack:
      return fmt::format("No: \"{}\" delivers {}, and what was paid for it went back; this is {}.{}", action, offer,
                         phase, kGate);
    case MayReason::NobodyPaid: break;
  }
  return fmt::format(
      "No: \"{}\" delivers {} to somebody who is not supposed to pay, and {} has paid; this is {}.{}", action, offer,
      verdict.account.empty() ? std::string("nobody for them") : fmt::format("nobody of account {}", verdict.account),
      phase, kGate);
}

std::string may_french(const MayVerdict& may, const AidaVerdict& verdict) {
  const std::string action = fmt::format("«{0}{1}{0}»", kNoBreak, label_of(*may.action, "fr"));
  const std::string offer = fmt::format("«{0}{1}{0}»", kNoBreak, label_of(*verdict.offer, "fr"));
  const std::string_view at = kAtFrench[static_cast<std::size_t>(verdict.phase)];
  const std::string yes = fmt::format("Oui{}: ", kNarrow), no = fmt::format("Non{}: ", kNarrow);
  const std::string gate = " Une commande à crédit ou dont quelqu’un répond se demande au contrôle de livraison.";
  switch (may.reason) {
    case MayReason::Allowed:
      return yes + fmt::format("{} peut se faire, la personne est {} devant {}.", action, at, offer);
    case MayReason::AnotherPhase:
      return no + fmt::format("{} se fait pour {}, et la personne est {} devant {}.", action,
                              phases_in_words(*may.action, true), at, offer);
    case MayReason::NotPaid:
      return no + fmt::format("{} livre {}, et rien n’est payé; la personne est {}.{}", action, offer, at, gate);
    case MayReason::GivenBack:
      return no + fmt::format("{} livre {}, et ce qui avait été payé a été rendu; la personne est {}.{}", action, offer,
                              at, gate);
    case MayReason::NobodyPaid: break;
  }
  return no + fmt::format(
                  "{} livre {} à quelqu’un qui n’a pas à payer, et personne{} n’a payé; la personne est {}.{}", action,
                  offer,
                  verdict.account.empty() ? std::string(" pour elle") : fmt::format(" du compte {}", verdict.account),
                  at, gate);
}

}  // namespace

std::string aida_words(const AidaVerdict& verdict, const config::Business& business, std::string_view language) {
  const std::string since = verdict.since ? format_day(business.zone.day_of(*verdict.since)) : std::string();
  const std::string_view offer = label_of(*verdict.offer, language);
  return language == "fr" ? french(verdict, offer, since, verdict.offer->within)
                          : english(verdict, offer, since, verdict.offer->within);
}

std::string may_words(const MayVerdict& may, const AidaVerdict& verdict, std::string_view language) {
  return language == "fr" ? may_french(may, verdict) : may_english(may, verdict);
}

}  // namespace habitue::knowledge
