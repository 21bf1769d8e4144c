#include "insight/scenario/words.hpp"

#include <cmath>

#include <fmt/format.h>

namespace habitue::insight::scenario {
namespace {

std::string number(double value, int digits, bool french) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (const auto dot = text.find('.'); french && dot != std::string::npos) text[dot] = ',';
  return text;
}
std::string percent(double share, bool french) { return number(share * 100, 1, french) + (french ? "\u00a0%" : " %"); }
std::string change(double share, bool french) { return (share >= 0 ? "+" : "") + percent(share, french); }

std::string_view reason(ScenarioVerdict verdict, bool french) {
  switch (verdict) {
    case ScenarioVerdict::NoPrices:
      return french ? "les achats ne disent pas de produits avec leur prix" : "purchases tell no products with a price";
    case ScenarioVerdict::NoVariation: return french ? "aucun prix n'a changé" : "no price has changed";
    case ScenarioVerdict::TooFewProducts:
      return french ? "moins de trois produits ont changé de prix" : "fewer than three products changed their price";
    case ScenarioVerdict::TooFewPeriods:
      return french ? "il y a moins de six périodes à comparer" : "there are fewer than six periods to compare";
    case ScenarioVerdict::TooFewSales:
      return french ? "il y a trop peu de ventes ou de départs" : "there are too few sales or departures";
    case ScenarioVerdict::MovedTogether:
      return french ? "les prix ont bougé ensemble : leur effet ne se distingue pas de celui du moment"
                    : "prices moved together: their effect cannot be told from that of the moment";
    case ScenarioVerdict::Implausible:
      return french ? "plus c'est cher, plus on achète ou reste : autre chose a fait bouger les deux"
                    : "the dearer, the more is bought or stays: something else moved both";
    case ScenarioVerdict::TooFar:
      return french ? "le changement va au-delà de trois fois ce que les prix ont fait"
                    : "the change goes beyond three times what prices have done";
    case ScenarioVerdict::Told:
    case ScenarioVerdict::Given:
    case ScenarioVerdict::NotNeeded: break;
  }
  return {};
}

std::string range(double value, double low, double high, bool french) {
  if (low == high) return change(value, french);
  return fmt::format(fmt::runtime(french ? "{} (de {} à {})" : "{} ({} to {})"), change(value, french),
                     change(low, french), change(high, french));
}
std::string range_of(const ScenarioMoney& then, std::int64_t now, bool french) {
  const auto share = [&](std::int64_t minor) {
    return (static_cast<double>(minor) - static_cast<double>(now)) / std::abs(static_cast<double>(now));
  };
  return range(share(then.minor), share(then.low_minor), share(then.high_minor), french);
}

std::string purchases_text(const ScenarioSegment& segment, const ScenarioSpec& spec, bool french) {
  const ScenarioBase& base = segment.base;
  if (base.basis == ScenarioBasis::Nothing) return {};
  std::string text;
  if (!segment.outcome) {
    const auto why = reason(segment.elasticity.verdict, french);
    text = french ? "Ce que les achats feraient n'est pas dit : " : "What purchases would do is not told: ";
    text += why.empty() ? (french ? "trop peu de clients pour savoir combien reviennent"
                                  : "too few customers to know how many come back")
                        : why;
    text += ".";
  } else if (base.purchases > 0) {
    const ScenarioOutcome& then = *segment.outcome;
    text = fmt::format(fmt::runtime(french ? "Achats {}" : "Purchases {}"),
                       range(then.purchases.value / base.purchases - 1, then.purchases.low / base.purchases - 1,
                             then.purchases.high / base.purchases - 1, french));
    if (base.revenue_minor > 0)
      text += fmt::format(fmt::runtime(french ? ", recette {}" : ", revenue {}"),
                          range_of(then.revenue, base.revenue_minor, french));
    if (then.margin && base.margin_minor && *base.margin_minor != 0)
      text += fmt::format(fmt::runtime(french ? ", marge {}" : ", margin {}"),
                          range_of(*then.margin, *base.margin_minor, french));
    if (then.margin_rises)
      text += fmt::format(
          fmt::runtime(french ? " ; la marge augmente avec {} de chances" : "; margin rises with a chance of {}"),
          percent(*then.margin_rises, french));
    text += ".";
    if (segment.elasticity.may_be_none)
      text += french ? " Que le prix compte n'est pas montré par ces données, ce qui ne prouve pas qu'il ne compte pas."
                     : " That price matters is not shown by these data, which is no proof that it does not.";
    if (segment.elasticity.extrapolated)
      text += french ? " Les prix n'ont jamais bougé autant : l'intervalle est élargi."
                     : " Prices have never moved as much: the interval is widened.";
  }
  if (segment.break_even && spec.price_change != 0) {
    const double lost = segment.break_even->purchases_lost;
    text +=
        fmt::format(fmt::runtime(lost >= 0 ? (french ? " La marge tient tant que moins de {} des achats sont perdus."
                                                     : " Margin holds as long as less than {} of purchases is lost.")
                                           : (french ? " La marge ne tient que si les achats augmentent de {}."
                                                     : " Margin holds only if purchases grow by {}.")),
                    percent(std::abs(lost), french));
  }
  return text;
}

std::string contracts_text(const ScenarioSegment& segment, const ScenarioReport& report, bool french) {
  if (!segment.subscriptions || segment.subscriptions->subscribers == 0) return {};
  const ScenarioSubscriptions& of = *segment.subscriptions;
  std::string text = fmt::format(
      fmt::runtime(french ? "{} abonnés partent avec {} de chances" : "{} subscribers leave with a chance of {}"),
      of.subscribers, percent(of.leave, french));
  if (of.leave_then) {
    text += fmt::format(fmt::runtime(french ? ", et alors avec {}" : ", and then with {}"),
                        percent(of.leave_then->value, french));
    if (of.leave_then->low != of.leave_then->high)
      text += fmt::format(fmt::runtime(french ? " (de {} à {})" : " ({} to {})"), percent(of.leave_then->low, french),
                          percent(of.leave_then->high, french));
    if (of.revenue_then && of.revenue_minor > 0)
      text += fmt::format(fmt::runtime(french ? " : recette {}" : ": revenue {}"),
                          range_of(*of.revenue_then, of.revenue_minor, french));
    text += ".";
    if (report.rises && report.rises->extrapolated)
      text += french ? " Aucune hausse n'a été aussi forte : l'intervalle est élargi."
                     : " No rise has been as large: the interval is widened.";
  } else {
    text += fmt::format(fmt::runtime(french ? " ; ce que le prix y changerait n'est pas dit : {}."
                                            : "; what the price would change is not told: {}."),
                        report.rises ? reason(report.rises->verdict, french) : std::string_view());
  }
  if (of.more_may_leave)
    text += fmt::format(fmt::runtime(french ? " La marge tient tant que la chance de partir croît de moins de {}."
                                            : " Margin holds as long as the chance to leave grows by less than {}."),
                        percent(*of.more_may_leave, french));
  return text;
}

}  // namespace

std::string sentence(const ScenarioSegment& segment, const ScenarioReport& report, const ScenarioSpec& spec,
                     bool french) {
  std::string text = purchases_text(segment, spec, french);
  const std::string of_contracts = contracts_text(segment, report, french);
  if (!text.empty() && !of_contracts.empty()) text += " ";
  text += of_contracts;
  if (text.empty())
    return french ? "Rien n'est dit : il n'y a ni achat, ni assez d'abonnements finis."
                  : "Nothing is told: there are no purchases, and not enough subscriptions that ended.";
  return text;
}

std::vector<std::string> assumptions(const ScenarioReport& report, const ScenarioSpec& spec, bool french) {
  std::vector<std::string> list;
  const auto add = [&](std::string english, std::string in_french) {
    list.push_back(french ? std::move(in_french) : std::move(english));
  };
  const ScenarioSegment& all = report.all;
  if (spec.price_change != 0) {
    add("All prices change at once and by the same share; competitors do not react.",
        "Tous les prix changent en même temps et de la même part ; les concurrents ne réagissent pas.");
    if (all.base.basis != ScenarioBasis::Nothing)
      add("The elasticity is constant: each per cent of price has the same effect, however many they are.",
          "L'élasticité est constante : chaque pour cent du prix a le même effet, quel que soit leur nombre.");
    if (all.elasticity.verdict == ScenarioVerdict::Given)
      add("The elasticity is given by whoever asks: nothing here bears it out.",
          "L'élasticité est donnée par qui pose la question : rien ici ne la confirme.");
    else if (all.elasticity.own) {
      add("Between products whose price moved and others in the same period, nothing but the price differed: stock, "
          "places and "
          "promotions that went with prices are taken for their effect.",
          "Entre les produits dont le prix a bougé et les autres, dans la même période, seul le prix différait : "
          "stock, mise en avant et "
          "promotions qui l'accompagnaient passent pour son effet.");
      add("A price that rises for one product sends buyers to others; when all rise they cannot go there, so fewer may "
          "be lost than is told.",
          "Un prix qui monte pour un produit envoie des acheteurs vers d'autres ; quand tous montent ils ne le peuvent "
          "pas : on perd "
          "peut-être moins que dit.");
      add("Prices and quantities are those of lines of retail size, at most a product's median quantity: rebates for "
          "quantity are no "
          "change of price. Numbers of purchases move as quantities do.",
          "Prix et quantités sont ceux des lignes au détail, au plus la quantité médiane du produit : une remise de "
          "quantité n'est pas un "
          "changement de prix. Le nombre d'achats suit les quantités.");
    }
    if (all.elasticity.seen_low && all.elasticity.seen_high)
      add(fmt::format(
              "Prices have moved from {} to {} around what each product usually costs; what lies beyond is not known.",
              change(*all.elasticity.seen_low, false), change(*all.elasticity.seen_high, false)),
          fmt::format(
              "Les prix ont bougé de {} à {} autour du prix habituel de chaque produit ; au-delà, rien n'est connu.",
              change(*all.elasticity.seen_low, true), change(*all.elasticity.seen_high, true)));
  }
  if (all.base.basis == ScenarioBasis::Forecast)
    add("The base is what the forecast expects of who are customers today; new customers are not in it. The interval "
        "is of the change, not of "
        "the base.",
        "La base est ce que la prévision attend des clients d'aujourd'hui ; les nouveaux n'y sont pas. L'intervalle "
        "porte sur le changement, "
        "pas sur la base.");
  if (all.base.basis == ScenarioBasis::LastPeriod)
    add(fmt::format("The base is what came in the last {} days, new customers included, brought to the horizon without "
                    "season or growth.",
                    all.base.days),
        fmt::format("La base est ce qui est venu dans les {} derniers jours, nouveaux clients compris, rapporté à "
                    "l'horizon sans saison ni "
                    "croissance.",
                    all.base.days));
  if (spec.by == ScenarioSpec::By::Category)
    add("The base of categories is what came in the last days: the forecast is of customers, not of products.",
        "La base des catégories est ce qui est venu dans les derniers jours : la prévision porte sur les clients, pas "
        "sur les produits.");
  if (spec.margin_change != 0)
    add("Points of margin are those of the price of today, the same for all that is sold.",
        "Les points de marge sont ceux du prix d'aujourd'hui, les mêmes pour tout ce qui est vendu.");
  if (spec.retention_change != 0 && all.returning)
    add(fmt::format("Of who bought in {0} days, {1} bought in the {0} days that followed; who do not come back are {2} "
                    "of what they were, "
                    "and who do buy as much as before.",
                    all.returning->days, percent(all.returning->share, false),
                    percent(1 + spec.retention_change, false)),
        fmt::format("De ceux qui ont acheté en {0} jours, {1} ont acheté dans les {0} suivants ; ceux qui ne "
                    "reviennent pas sont {2} de ce "
                    "qu'ils étaient, et les autres achètent autant.",
                    all.returning->days, percent(all.returning->share, true),
                    percent(1 + spec.retention_change, true)));
  if (all.subscriptions) {
    if (spec.price_change != 0) {
      add(fmt::format("A rise is felt for {} renewals of {} days; then contracts end as before. Who leaves when it is "
                      "announced, before the "
                      "first renewal at the new price, is not seen: more may leave than is told.",
                      spec.felt_periods, spec.period_days),
          fmt::format(
              "Une hausse se ressent pendant {} renouvellements de {} jours ; ensuite les contrats finissent comme "
              "avant. Qui part à "
              "l'annonce, avant le premier renouvellement au nouveau prix, n'est pas vu : il en part peut-être plus.",
              spec.felt_periods, spec.period_days));
      add("Contracts whose price rose and others of the same age in the same month differed by nothing else.",
          "Les contrats dont le prix a monté et les autres, du même âge le même mois, ne différaient par rien "
          "d'autre.");
    }
    add("Subscriptions are those of today: nobody new comes.",
        "Les abonnements sont ceux d'aujourd'hui : personne de nouveau ne vient.");
  }
  if (report.draws > 0)
    add(fmt::format("Intervals of 95 % are of {} draws with the seed {}.", report.draws, report.seed),
        fmt::format("Les intervalles à 95 % viennent de {} tirages avec la graine {}.", report.draws, report.seed));
  return list;
}

}  // namespace habitue::insight::scenario
