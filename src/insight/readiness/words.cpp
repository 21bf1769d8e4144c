#include "insight/readiness/words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/forecast/words.hpp"

namespace habitue::insight::readiness {
namespace {

using Light = ReadinessLight;
using Reason = ReadinessReason;

bool has(const std::vector<Reason>& reasons, Reason reason) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

// One language's sentences about one report.
class Teller {
 public:
  Teller(const ReadinessReport& report, const ReadinessSpec& spec, bool french)
      : report_(report), spec_(spec), french_(french) {}

  std::string profit() const {
    const ReadinessProfit& of = report_.profit;
    if (has(of.reasons, Reason::TooFewPeople))
      return say("Not known: {} in the segment, and 30 are needed.",
                 "On ne sait pas : {} dans le segment, et il en faut 30.", people(report_.people));
    if (has(of.reasons, Reason::TooShort))
      return say("Not known: money is known of {} days only, and half a year is needed.",
                 "On ne sait pas : l'argent n'est connu que sur {} jours, et il faut six mois.", of.days);
    if (has(of.reasons, Reason::NoMargin))
      return say(
          "Not known: nothing tells what the goods cost. Give a share under [margin], or the cost of each payment.",
          "On ne sait pas : rien ne dit ce que coûtent les produits. Donnez une part sous [margin], ou le coût de "
          "chaque "
          "paiement.");
    std::string text = answer(of.light) + colon() + of_one(of);
    if (has(of.reasons, Reason::LosesMoney))
      return text +
             say(" Of {} people, {} cost more than they brought. A programme would add to the loss: the segment is not "
                 "eligible.",
                 " Sur {} personnes, {} coûtent plus qu'elles n'apportent. Un programme ajouterait à la perte : le "
                 "segment "
                 "n'est pas éligible.",
                 report_.people, of.losing);
    if (has(of.reasons, Reason::MayLoseMoney))
      text += say(" It cannot be excluded that they lose money.",
                  " On ne peut exclure qu'elles fassent perdre de l'argent.");
    if (has(of.reasons, Reason::NotForetold))
      return text + say(" What is to come is not told, nor a year of pay-back. {}",
                        " La suite n'est pas prévue, et l'année de retour non plus. {}",
                        french_ ? of.forecast_fr : of.forecast_en);
    return text + to_come(of) + payback(of) + programme(of);
  }

  std::string offer() const {
    const ReadinessOffer& of = report_.offer;
    std::string text = answer(of.light) + colon();
    if (has(of.reasons, Reason::BeyondNotTold))
      text += say("nobody has said what there is to offer beyond goods and discount codes.",
                  "personne n'a dit ce qu'il y a à offrir en dehors des produits et des codes de réduction.");
    else if (has(of.reasons, Reason::NothingBeyond))
      text += say("there is nothing to offer beyond goods and discount codes.",
                  "il n'y a rien à offrir en dehors des produits et des codes de réduction.");
    else
      text += say("beyond goods and codes there is {}.", "en dehors des produits et des codes, il y a {}.",
                  list(of.beyond_goods));
    if (has(of.reasons, Reason::BeyondNotTold) && !of.perks.empty())
      text += say(" Treatments already give {}.", " Les traitements donnent déjà {}.", list(of.perks));
    if (has(of.reasons, Reason::InvolvementNotKnown) || !of.purchases_a_year || !report_.profit.margin_share)
      return text +
             say(" How involved people are cannot be told yet.", " On ne peut pas encore dire si l'on s'y intéresse.");
    const std::string pace = say("a buyer buys {} times a year and {} of it is margin",
                                 "un acheteur achète {} fois par an et {} en sont la marge",
                                 number(*of.purchases_a_year, 1), percent(*report_.profit.margin_share));
    if (has(of.reasons, Reason::LowInvolvement))
      return text + say(" These goods are bought rarely and leave little: {}. A programme does not suit them.",
                        " Ces produits s'achètent rarement et laissent peu : {}. Un programme ne leur convient pas.",
                        pace);
    return text + (french_ ? " Côté habitude, " : " As for habit, ") + pace + ".";
  }

  std::string data() const {
    const ReadinessData& of = report_.data;
    if (has(of.reasons, Reason::TooFewPeople))
      return say("Not known: {} in the segment, and 30 are needed.",
                 "On ne sait pas : {} dans le segment, et il en faut 30.", people(report_.people));
    std::string text = answer(of.light) + colon() +
                       say("of {} of the segment everything needed is known. {} can be reached, {} have bought",
                           "de {} du segment on sait tout ce qu'il faut. {} sont joignables, {} ont acheté",
                           percent(of.score.value), percent(of.reachable.value), percent(of.bought.value));
    if (of.consent)
      text += say(", {} agreed to be written to", ", {} ont accepté qu'on leur écrive", percent(of.consent->value));
    text += ".";
    if (has(of.reasons, Reason::TooFewRepeats))
      return text + say(" Only {} bought again: too few to measure an effect.",
                        " Seulement {} ont racheté : trop peu pour mesurer un effet.", of.bought_again.part);
    return text + say(" {} bought again: an effect can be measured.", " {} ont racheté : un effet peut se mesurer.",
                      of.bought_again.part);
  }

  std::string whole() const {
    if (report_.people == 0)
      return say("Nobody is in the segment: there is nothing to begin.",
                 "Personne n'est dans le segment : il n'y a rien à lancer.");
    if (!report_.eligible)
      return say("Do not begin: the segment is known to lose money.",
                 "Ne lancez pas : on sait que ce segment fait perdre de l'argent.");
    const std::vector<std::string> red = with(Light::Red), unknown = with(Light::Unknown), amber = with(Light::Amber);
    if (!red.empty())
      return say("Do not begin: the answer is red for {}.", "Ne lancez pas : la réponse est rouge pour {}.", list(red));
    if (!unknown.empty())
      return say("Nothing forbids to begin, but it is not known for {}.",
                 "Rien n'interdit de lancer, mais on ne sait pas pour {}.", list(unknown));
    if (!amber.empty())
      return say("You may begin, with care for {}.", "Vous pouvez lancer, avec prudence pour {}.", list(amber));
    return say("You may begin: all three answers are green.", "Vous pouvez lancer : les trois réponses sont vertes.");
  }

  std::vector<std::string> assumptions() const {
    std::vector<std::string> all;
    const ReadinessProfit& of = report_.profit;
    if (of.years.empty()) return all;
    all.push_back(
        say("What is to come is foretold from purchases so far, without anybody new; beyond a year the forecast is "
            "not checked.",
            "La suite est prévue d'après les achats passés, sans personne de nouveau ; au-delà d'un an la "
            "prévision n'est pas vérifiée."));
    all.push_back(say("Margin stays {} of revenue, and serving goes on taking the same share of it.",
                      "La marge reste {} du chiffre d'affaires, et servir continue d'en prendre la même part.",
                      percent(of.margin_share.value_or(0))));
    all.push_back(of.acquisition_of_one_minor
                      ? say("Each buyer costs {} to find, as new clients of the last year did, as if paid today.",
                            "Trouver chaque acheteur coûte {}, comme les nouveaux clients de l'année, comme payé "
                            "aujourd'hui.",
                            money(*of.acquisition_of_one_minor))
                      : say("What it costs to find a client is not known, and not counted.",
                            "Ce que coûte de trouver un client n'est pas connu, et n'est pas compté."));
    all.push_back(
        say("The programme costs {} a person and year for all in the segment, whether they still buy or not, "
            "and {} to set up; {} a year is discounted.",
            "Le programme coûte {} par personne et par an pour tout le segment, qu'on achète encore ou non, et "
            "{} de mise en place ; l'actualisation est de {} par an.",
            money(spec_.cost_of_one_minor), money(spec_.set_up_minor), percent(spec_.discount_a_year)));
    return all;
  }

 private:
  template <class... Values>
  std::string say(std::string_view english, std::string_view french, const Values&... values) const {
    return fmt::format(fmt::runtime(french_ ? french : english), values...);
  }
  std::string colon() const { return french_ ? " : " : ": "; }
  std::string answer(Light light) const {
    switch (light) {
      case Light::Green: return say("Yes", "Oui");
      case Light::Amber: return say("Perhaps", "Peut-être");
      case Light::Red: return say("No", "Non");
      case Light::Unknown: break;
    }
    return say("Not known", "On ne sait pas");
  }
  std::string number(double value, int digits) const {
    std::string text = fmt::format("{:.{}f}", value, digits);
    if (const auto dot = text.find('.'); french_ && dot != std::string::npos) text[dot] = ',';
    return text;
  }
  std::string percent(double share) const { return number(share * 100, share * 100 >= 10 ? 0 : 1) + " %"; }
  std::string money(std::int64_t minor) const { return forecast::amount_text(minor, report_.currency, french_); }
  std::string people(std::uint64_t count) const {
    return count == 1 ? say("1 person is", "1 personne est") : say("{} people are", "{} personnes sont", count);
  }
  std::string list(const std::vector<std::string>& names) const {
    std::string text;
    for (std::size_t at = 0; at < names.size(); ++at)
      text += (at == 0 ? "" : at + 1 == names.size() ? say(" and ", " et ") : ", ") + names[at];
    return text;
  }
  std::vector<std::string> with(Light light) const {
    std::vector<std::string> names;
    if (report_.profit.light == light) names.push_back(say("profit", "la rentabilité"));
    if (report_.offer.light == light) names.push_back(say("what there is to offer", "ce qu'il y a à offrir"));
    if (report_.data.light == light) names.push_back(say("the data", "les données"));
    return names;
  }

  std::string of_one(const ReadinessProfit& of) const {
    const ReadinessMean& one = *of.contribution_of_one;
    const std::string limits =
        say("95 %: from {} to {}", "95 % : de {} à {}", money(one.low_minor), money(one.high_minor));
    return one.minor < 0
               ? say("each person costs {} a year more than they bring ({}).",
                     "chaque personne coûte {} de plus par an qu'elle n'apporte ({}).", money(-one.minor), limits)
               : say("each person leaves {} a year ({}).", "chaque personne laisse {} par an ({}).", money(one.minor),
                     limits);
  }
  std::string to_come(const ReadinessProfit& of) const {
    const ReadinessMean& one = *of.lifetime_of_one;
    return say(" Within {} to come they leave {} each (80 %: from {} to {}).",
               " D'ici {} elles laisseront {} chacune (80 % : de {} à {}).", years(spec_.horizon_years),
               money(one.minor), money(one.low_minor), money(one.high_minor));
  }
  std::string payback(const ReadinessProfit& of) const {
    if (!of.payback_year)
      return say(" What it costs is not paid back within {}.", " Ce que cela coûte n'est pas remboursé en {}.",
                 years(spec_.horizon_years));
    std::string text =
        say(" What it costs is paid back in year {}", " Ce que cela coûte est remboursé l'année {}", *of.payback_year);
    if (has(of.reasons, Reason::PaidBackOnlyIfWell))
      text += say(", but not if things go badly", ", mais pas si les choses vont mal");
    return text + ".";
  }
  std::string programme(const ReadinessProfit& of) const {
    if (has(of.reasons, Reason::CostNotGiven))
      return say(" What the programme costs was not given.", " Le coût du programme n'a pas été donné.");
    if (!of.break_even_lift) return {};
    const std::string even = say("it pays for itself if margin rises by {}", "il se paie si la marge monte de {}",
                                 percent(*of.break_even_lift));
    if (!spec_.lift)
      return say(" Nobody has said by how much the programme raises margin: {}.",
                 " Personne n'a dit de combien le programme élève la marge : {}.", even);
    const std::string source = spec_.lift_source.empty() ? say("without a source", "sans source")
                                                         : say("source: {}", "source : {}", spec_.lift_source);
    return say(" A rise of {} is expected ({}); {}.", " On attend une hausse de {} ({}) ; {}.", percent(*spec_.lift),
               source, even);
  }
  std::string years(std::uint32_t count) const {
    return count == 1 ? say("1 year", "1 an") : say("{} years", "{} ans", count);
  }

  const ReadinessReport& report_;
  const ReadinessSpec& spec_;
  bool french_;
};

}  // namespace

void put_into_words(ReadinessReport& report, const ReadinessSpec& spec) {
  for (const bool french : {false, true}) {
    const Teller teller(report, spec, french);
    (french ? report.profit.sentence_fr : report.profit.sentence_en) = teller.profit();
    (french ? report.offer.sentence_fr : report.offer.sentence_en) = teller.offer();
    (french ? report.data.sentence_fr : report.data.sentence_en) = teller.data();
    (french ? report.assumptions_fr : report.assumptions_en) = teller.assumptions();
    (french ? report.sentence_fr : report.sentence_en) = teller.whole();
  }
}

}  // namespace habitue::insight::readiness
