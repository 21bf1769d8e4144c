// Why an order may or may not be delivered, in French and in English.
#include <fmt/format.h>

#include "knowledge/delivery.hpp"
#include "knowledge/wording.hpp"

namespace habitue::knowledge {
namespace {

constexpr const char* kNarrow = "\u202f";
constexpr const char* kNoBreak = "\u00a0";

struct Amounts {
  std::string total, paid, due, back, disputed, owed, credit_max, until;
  Amounts(const DeliveryVerdict& verdict, std::string_view language) {
    const auto words = [&](const std::optional<Money>& money) {
      return money ? money_in_words(*money, language) : std::string();
    };
    total = words(verdict.total);
    paid = words(verdict.paid);
    due = words(verdict.due);
    back = words(verdict.given_back);
    disputed = words(verdict.charged_back);
    owed = words(verdict.owed);
    credit_max = words(verdict.credit_max);
    if (verdict.credit_until) until = format_day(*verdict.credit_until);
  }
};

std::string english(const DeliveryVerdict& verdict, const Amounts& is) {
  switch (verdict.reason) {
    case DeliveryReason::Paid:
      return verdict.total->minor_units == 0 ? "Yes: there is nothing to pay."
                                             : fmt::format("Yes: paid ({} of {}).", is.paid, is.total);
    case DeliveryReason::Credit:
      return fmt::format("Yes: on credit until {}; {} due, {} owed in all.", is.until, is.due, is.owed);
    case DeliveryReason::Override:
      return fmt::format("Yes: {} answers for it (\"{}\"), signed {}.", verdict.signed_override->author,
                         verdict.signed_override->reason, verdict.signed_override->signed_at);
    case DeliveryReason::NotPaid: return fmt::format("No: nothing of {} is paid.", is.total);
    case DeliveryReason::PartlyPaid: return fmt::format("No: {} of {} is paid, {} is due.", is.paid, is.total, is.due);
    case DeliveryReason::GivenBack:
      return fmt::format("No: the money of this order was given back ({} of {}).", is.back, is.total);
    case DeliveryReason::ChargedBack:
      return fmt::format("No: the payment of this order was disputed ({} went back, {} is due).", is.disputed, is.due);
    case DeliveryReason::CreditEnded:
      return fmt::format("No: {} is due, and credit for this order ended on {}.", is.due, is.until);
    case DeliveryReason::CreditExceeded:
      return fmt::format("No: {} is due, and with {} owed in all credit is exceeded (at most {}).", is.due, is.owed,
                         is.credit_max);
    case DeliveryReason::CreditUnknown:
      return verdict.credit == criteria::Verdict::Inside
                 ? fmt::format("No: {} is due, and some of what is owed is in a currency without a rate.", is.due)
                 : fmt::format("No: {} is due, and it cannot be told whether credit is given.", is.due);
    case DeliveryReason::OrderUnknown:
      if (!verdict.total) return "No: nobody has told of this order.";
      return fmt::format("No: nobody has told of this order, and payments that name it cover {} of {}.", is.paid,
                         is.total);
    case DeliveryReason::TotalUnknown: break;
  }
  return "No: the order tells no amount, so that nothing says it is paid.";
}

std::string french(const DeliveryVerdict& verdict, const Amounts& is) {
  const std::string yes = fmt::format("Oui{}: ", kNarrow), no = fmt::format("Non{}: ", kNarrow);
  switch (verdict.reason) {
    case DeliveryReason::Paid:
      return verdict.total->minor_units == 0 ? yes + "il n’y a rien à payer."
                                             : yes + fmt::format("payée ({} sur {}).", is.paid, is.total);
    case DeliveryReason::Credit:
      return yes +
             fmt::format("à crédit jusqu’au {}{}; {} restent dus, {} en tout.", is.until, kNarrow, is.due, is.owed);
    case DeliveryReason::Override:
      return yes + fmt::format("{} en répond («{}{}{}»), signé le {}.", verdict.signed_override->author, kNoBreak,
                               verdict.signed_override->reason, kNoBreak, verdict.signed_override->signed_at);
    case DeliveryReason::NotPaid: return no + fmt::format("rien n’est payé sur {}.", is.total);
    case DeliveryReason::PartlyPaid:
      return no + fmt::format("{} sur {} sont payés, {} restent dus.", is.paid, is.total, is.due);
    case DeliveryReason::GivenBack:
      return no + fmt::format("l’argent de cette commande a été rendu ({} sur {}).", is.back, is.total);
    case DeliveryReason::ChargedBack:
      return no + fmt::format("le paiement de cette commande est contesté ({} sont repartis, {} restent dus).",
                              is.disputed, is.due);
    case DeliveryReason::CreditEnded:
      return no + fmt::format("{} restent dus, et le crédit de cette commande a pris fin le {}.", is.due, is.until);
    case DeliveryReason::CreditExceeded:
      return no + fmt::format("{} restent dus, et avec {} dus en tout le crédit est dépassé (au plus {}).", is.due,
                              is.owed, is.credit_max);
    case DeliveryReason::CreditUnknown:
      return verdict.credit == criteria::Verdict::Inside
                 ? no + fmt::format("{} restent dus, et une partie des dettes est dans une monnaie sans cours.", is.due)
                 : no + fmt::format("{} restent dus, et on ne peut pas dire si un crédit est accordé.", is.due);
    case DeliveryReason::OrderUnknown:
      if (!verdict.total) return no + "personne n’a parlé de cette commande.";
      return no +
             fmt::format("personne n’a parlé de cette commande, et les paiements qui la nomment couvrent {} sur {}.",
                         is.paid, is.total);
    case DeliveryReason::TotalUnknown: break;
  }
  return no + "la commande ne dit aucun montant, et rien ne dit donc qu’elle est payée.";
}

}  // namespace

std::string delivery_reason(const DeliveryVerdict& verdict, std::string_view language) {
  const Amounts amounts(verdict, language);
  return language == "fr" ? french(verdict, amounts) : english(verdict, amounts);
}

}  // namespace habitue::knowledge
