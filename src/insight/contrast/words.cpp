#include "insight/contrast/words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"

namespace habitue::insight::contrast {
namespace {

using Kind = ContrastFeature::Kind;

// French: a narrow no-break space before ; : ! ? and %, a no-break space inside quotation marks.
constexpr const char* kNarrow = "\u202f";

std::string decimal(std::string number, bool french) {
  if (french) std::replace(number.begin(), number.end(), '.', ',');
  return number;
}
std::string percent(double share, bool french) {
  const bool small = share > 0 && share < 0.0995;
  return decimal(fmt::format("{:.{}f}", share * 100, small ? 1 : 0), french) + (french ? kNarrow : " ") + "%";
}
std::string quoted(const std::string& text, bool french) {
  return french ? fmt::format("«\u00a0{}\u00a0»", text) : fmt::format("“{}”", text);
}
std::string number(double value, bool french) { return decimal(fmt::format("{:.3g}", value), french); }

std::string duration(std::chrono::microseconds time, bool french) {
  const auto count = [&](std::int64_t times, const char* one_en, const char* one_fr) {
    return fmt::format("{} {}{}", times, french ? one_fr : one_en, times == 1 ? "" : "s");
  };
  if (time % std::chrono::hours{24} == std::chrono::microseconds{0})
    return count(time / std::chrono::hours{24}, "day", "jour");
  if (time % std::chrono::hours{1} == std::chrono::microseconds{0})
    return count(time / std::chrono::hours{1}, "hour", "heure");
  return count(time / std::chrono::seconds{1}, "second", "seconde");
}

// "first 14 days", "14 premiers jours".
std::string first_of(std::chrono::microseconds time, bool french) {
  if (!french) return "first " + duration(time, false);
  const std::string words = duration(time, true);
  const std::size_t blank = words.find(' ');
  return words.substr(0, blank) + (words.find("jour") != std::string::npos ? " premiers" : " premières") +
         words.substr(blank);
}

std::string event_name(const std::string& event, bool french) {
  if (event == journey::kPageKind) return french ? "page vue" : "page seen";
  if (event == journey::kScreenKind) return french ? "écran vu" : "screen seen";
  return event;
}

// What a group did: "went on to buy", "went on to “Subscription Cancelled”".
std::string outcome_of(const ContrastSpec& spec, bool french) {
  if (spec.groups == ContrastGroups::People) return french ? "sont dans le premier groupe" : "are in the first group";
  const std::string did = !spec.outcome ? std::string(french ? "ont ensuite acheté" : "went on to buy")
                                        : fmt::format("{} {}", french ? "ont ensuite fait" : "went on to do",
                                                      quoted(event_test_text(*spec.outcome), french));
  const std::string within = duration(spec.within, french);
  if (spec.counted_from == ContrastHorizon::Birth)
    return french ? fmt::format("{} dans les {} qui suivent leur arrivée", did, within)
                  : fmt::format("{} within {} of their arrival", did, within);
  return french ? fmt::format("{} dans les {} suivants", did, within)
                : fmt::format("{} within the next {}", did, within);
}

// Whom the sets are about: "people who bought", "people who did “Subscription Cancelled”".
std::string who_came(const ContrastSpec& spec, bool french) {
  if (!spec.outcome) return french ? "personnes qui ont acheté" : "people who bought";
  return fmt::format("{} {}", french ? "personnes qui ont fait" : "people who did",
                     quoted(event_test_text(*spec.outcome), french));
}
bool in_sets(const ContrastSpec& spec) { return spec.at == ContrastAt::Outcome; }

// "That goes with 2.4 times the rate."
std::string about_rate(const std::optional<Estimate>& odds, bool finding, bool french) {
  if (!odds || !finding) return "";
  const std::string times = number(odds->value, french);
  return french ? fmt::format(" Cela va avec un rythme multiplié par {}.", times)
                : fmt::format(" That goes with {} times the rate.", times);
}

std::string stratum_name(const ContrastSpec& spec, bool french) {
  if (spec.stratify->of == ContrastStratify::Of::Channel) return french ? "la provenance" : "where people come from";
  return quoted(spec.stratify->name, french);
}

std::string about_strata(const ContrastSpec& spec, const std::optional<ContrastWithin>& within, bool french) {
  if (!within || !spec.stratify) return "";
  const std::string name = stratum_name(spec, french);
  if (within->vanishes)
    return french ? fmt::format(" À égalité pour {}, la différence disparaît{}: elle vient de là.", name, kNarrow)
                  : fmt::format(" With {} held equal the difference is gone: it comes from there.", name);
  if (within->strata_differ)
    return french ? fmt::format(" La différence n’est pas la même partout selon {}.", name)
                  : fmt::format(" The difference is not the same everywhere: it depends on {}.", name);
  return "";
}

std::string about_chance(bool too_few, bool finding, bool french) {
  if (too_few) return french ? " Trop peu de personnes pour le dire." : " Too few people to tell.";
  if (!finding) return french ? " Ce peut être le hasard." : " That may be chance.";
  return "";
}

// "with “Workshop Watched” in their first 14 days", "with “plan: pro”".
std::string having(const ContrastFeature& feature, const ContrastSpec& spec, bool french) {
  const std::string name = quoted(name_of(feature, french), french);
  const bool done = feature.kind <= Kind::WithValue;
  if (french)
    return done ? fmt::format("avec {} dans leurs {}", name, first_of(spec.age, true)) : fmt::format("avec {}", name);
  return done ? fmt::format("with {} in their {}", name, first_of(spec.age, false)) : fmt::format("with {}", name);
}

std::string sentence_of(const ContrastLine& line, const ContrastSpec& spec, bool french) {
  std::string words;
  const std::string outcome = outcome_of(spec, french);
  if (line.number && line.feature.kind == Kind::DaysToFirst) {
    const auto median = [&](const std::optional<double>& value) { return value ? number(*value, french) : "–"; };
    const std::string first = median(line.number->first_median), second = median(line.number->second_median),
                      event = quoted(event_name(line.feature.event, french), french);
    words = french ? fmt::format(
                         "Chez qui l’a fait, {} vient après {} jours au milieu du premier groupe ({} personnes) "
                         "et après {} jours au milieu du second ({} personnes).",
                         event, first, line.shares.first.part, second, line.shares.second.part)
                   : fmt::format(
                         "Of those who did it, {} comes after {} days in the middle of the first group ({} people), "
                         "and after {} days in the middle of the second ({} people).",
                         event, first, line.shares.first.part, second, line.shares.second.part);
  } else if (line.number) {
    const auto median = [&](const std::optional<double>& value) { return value ? number(*value, french) : "–"; };
    const std::string often = percent(line.number->superiority.value, french), name = name_of(line.feature, french),
                      first = median(line.number->first_median), second = median(line.number->second_median);
    words = french ? fmt::format(
                         "{}{}: {} au milieu du premier groupe, {} au milieu du second. Pris au hasard, "
                         "quelqu’un du premier en a plus que quelqu’un du second dans {} des cas.",
                         name, kNarrow, first, second, often)
                   : fmt::format(
                         "{}: {} in the middle of the first group, {} in the middle of the second. Drawn by "
                         "lot, one of the first has more than one of the second in {} of cases.",
                         name, first, second, often);
  } else if (in_sets(spec)) {
    const Share &first = line.shares.first, &second = line.shares.second;
    const std::string name = quoted(name_of(line.feature, french), french), came = who_came(spec, french),
                      lead = duration(spec.lead, french), part = percent(first.value, french),
                      other = percent(second.value, french);
    words = french ? fmt::format("Sur {} {}, {} avaient {} {} plus tôt{}; sur {} autres du même âge, encore là, {}.",
                                 first.whole, came, part, name, lead, kNarrow, second.whole, other)
                   : fmt::format("Of {} {}, {} had {} {} before; of {} others of the same age, still there, {}.",
                                 first.whole, came, part, name, lead, second.whole, other);
    words += about_rate(line.odds, line.finding, french);
  } else {
    const Share &with = line.first_if_with, &without = line.first_if_without;
    words = french ? fmt::format("Parmi les {} personnes {}, {} {}{}; parmi les {} autres, {}.", with.whole,
                                 having(line.feature, spec, true), percent(with.value, true), outcome, kNarrow,
                                 without.whole, percent(without.value, true))
                   : fmt::format("Of the {} people {}, {} {}; of the {} others, {}.", with.whole,
                                 having(line.feature, spec, false), percent(with.value, false), outcome, without.whole,
                                 percent(without.value, false));
  }
  return words + about_chance(line.too_few, line.finding, french) + about_strata(spec, line.within, french);
}

std::string sentence_of(const ContrastStep& step, const ContrastSpec& spec, bool french) {
  const Share &stuck = step.outcome.first, &went_on = step.outcome.second;
  const std::string outcome = outcome_of(spec, french), name = quoted(step.step, french);
  if (in_sets(spec)) {
    // Here the shares are of those stuck in each group.
    const std::string came = who_came(spec, french), part = percent(stuck.value, french),
                      other = percent(went_on.value, french);
    const std::string words =
        french ? fmt::format(
                     "{} personnes sur {} s’arrêtent avant {}{}: {} des {} {}, et {} des {} autres du même âge, "
                     "encore là.",
                     step.stuck, step.reached_before, name, kNarrow, part, stuck.whole, came, other, went_on.whole)
               : fmt::format(
                     "{} of {} people stop before {}: {} of the {} {}, and {} of the {} others of the same age, "
                     "still there.",
                     step.stuck, step.reached_before, name, part, stuck.whole, came, other, went_on.whole);
    return words + about_rate(step.odds, step.finding, french) +
           about_chance(step.outcome.too_few, step.finding, french) + about_strata(spec, step.within, french);
  }
  std::string words =
      french ? fmt::format(
                   "{} personnes sur {} s’arrêtent avant {}{}: {} d’entre elles {}{}; parmi les {} qui ont "
                   "continué, {}.",
                   step.stuck, step.reached_before, name, kNarrow, percent(stuck.value, true), outcome, kNarrow,
                   went_on.whole, percent(went_on.value, true))
             : fmt::format("{} of {} people stop before {}: {} of them {}; of the {} who went on, {}.", step.stuck,
                           step.reached_before, name, percent(stuck.value, false), outcome, went_on.whole,
                           percent(went_on.value, false));
  return words + about_chance(step.outcome.too_few, step.finding, french) + about_strata(spec, step.within, french);
}

std::string held_in_sets(const ContrastSpec& spec, const ContrastSets& sets, bool french) {
  const std::string lead = duration(spec.lead, french);
  if (french)
    return fmt::format(
        "Tenu égal{}: l’âge. À chaque personne arrivée à l’issue on en compare jusqu’à {} qui étaient encore là au "
        "même "
        "âge, tirées au sort, et personne ne sert deux fois{}; ce qui vient moins de {} avant cet âge n’est pas "
        "regardé",
        kNarrow, sets.controls, kNarrow, lead);
  return fmt::format(
      "Held equal: age. Each who came to the outcome is compared with up to {} who were still there at the same age, "
      "drawn by lot, and nobody is taken twice; what came less than {} before that age is not looked at",
      sets.controls, lead);
}

std::vector<std::string> cautions(const ContrastSpec& spec, const ContrastReport& report, bool french) {
  std::vector<std::string> said;
  const std::string age = duration(spec.age, french);
  const bool by_outcome = spec.groups == ContrastGroups::Outcome;
  said.push_back(french
                     ? "Ces faits vont avec l’issue\u202f; cela n’en fait pas des causes. Qui y allait de toute façon "
                       "peut être aussi qui fait ces choses-là. Pour savoir, changez la chose pour une moitié des "
                       "personnes, tirée au sort."
                     : "These facts go together with what sets the groups apart; that does not make them its causes. "
                       "Whoever was on the way there anyway may be whoever does such things. To know, change the "
                       "thing for one half of people, drawn by lot.");
  std::string held =
      in_sets(spec) ? held_in_sets(spec, *report.sets, french)
      : french ? fmt::format("Tenu égal{}: chacun est vu sur ses {}, ce qui vient après n’est pas regardé", kNarrow,
                             first_of(spec.age, french))
               : fmt::format("Held equal: everybody is seen over their {}, and nothing after that is looked at",
                             first_of(spec.age, french));
  if (by_outcome && !in_sets(spec))
    held += french ? ", et personne n’avait encore atteint l’issue" : ", and nobody was there already";
  if (spec.stratify)
    held += french ? fmt::format("{}; dans les chiffres « à égalité », {} aussi", kNarrow, stratum_name(spec, true))
                   : fmt::format("; in the figures within strata {} too", stratum_name(spec, false));
  held += french ? fmt::format(
                       ". Tout le reste ne l’est pas{}: l’envie qu’avaient les gens en arrivant, le moment où ils sont "
                       "venus{}, ce que l’entreprise leur a fait, et ce que les données ne disent pas.",
                       kNarrow, spec.stratify ? "" : ", d’où ils viennent")
                 : fmt::format(
                       ". All else is not: how much people wanted it when they came, when they came{}, what the "
                       "company did to them, and what the data do not say.",
                       spec.stratify ? "" : ", where they came from");
  said.push_back(std::move(held));
  const std::string rate =
      decimal(fmt::format("{:.3g}", spec.false_discoveries_max * 100), french) + (french ? kNarrow : " ") + "%";
  if (const ContrastStanding& all = report.people.of(spec.side); all.first == 0 || all.second == 0)
    said.push_back(french ? "Un groupe est vide\u202f: il n’y a rien à comparer."
                          : "A group is empty: there is nothing to compare.");
  else if (report.findings == 0)
    said.push_back(
        french ? fmt::format("{} faits ont été comparés{}; aucun ne sépare les groupes au-delà du hasard.",
                             report.tested, kNarrow)
               : fmt::format("{} facts were compared; none tells the groups apart beyond chance.", report.tested));
  else
    said.push_back(french
                       ? fmt::format("{} faits ont été comparés, {} séparent les groupes. En moyenne, {} au plus de "
                                     "telles trouvailles sont dues au hasard.",
                                     report.tested, report.findings, rate)
                       : fmt::format("{} facts were compared, {} tell the groups apart. On average at most {} of such "
                                     "findings are owed to chance.",
                                     report.tested, report.findings, rate));
  const ContrastStanding& people = report.people.of(spec.side);
  if (people.too_young > 0)
    said.push_back(
        french ? fmt::format("{} personnes n’ont pas encore {}{}: elles ne sont dans aucun groupe.", people.too_young,
                             age, kNarrow)
               : fmt::format("{} people are not {} old yet: they are in neither group.", people.too_young, age));
  if (people.not_over > 0)
    said.push_back(
        french ? fmt::format("Pour {} personnes le délai court encore{}: elles ne sont dans aucun groupe.",
                             people.not_over, kNarrow)
               : fmt::format("The time of {} people is still running: they are in neither group.", people.not_over));
  if (people.not_among > 0)
    said.push_back(french ? fmt::format("{} personnes n’étaient pas concernées à la fin de leur fenêtre{}: elles sont "
                                        "comptées à part.",
                                        people.not_among, kNarrow)
                          : fmt::format("{} people were not concerned when their window ended: they are counted apart.",
                                        people.not_among));
  if (people.not_compared > 0)
    said.push_back(french ? fmt::format("{} personnes ne sont pas comparées{}: le sort ne les a pas tirées, ou nul "
                                        "n’était là à leur âge.",
                                        people.not_compared, kNarrow)
                          : fmt::format("{} people are not compared: they were not drawn, or nobody was there at "
                                        "their age.",
                                        people.not_compared));
  if (people.had_before > 0 && in_sets(spec))
    said.push_back(french
                       ? fmt::format("{} personnes étaient arrivées à l’issue avant d’avoir {}{}: elles sont comptées "
                                     "à part.",
                                     people.had_before, age, kNarrow)
                       : fmt::format("{} people came to the outcome before they were {} old: they are counted apart.",
                                     people.had_before, age));
  else if (people.had_before > 0)
    said.push_back(french ? fmt::format("{} personnes avaient atteint l’issue avant la fin de la fenêtre{}: elles sont "
                                        "comptées à part, car ce qu’elles ont fait peut en être la suite.",
                                        people.had_before, kNarrow)
                          : fmt::format("{} people were there before the window ended: they are counted apart, as what "
                                        "they did may have followed from it.",
                                        people.had_before));
  if (std::min(people.first, people.second) < kComparedMin)
    said.push_back(french ? "Un groupe a moins de trente personnes\u202f: rien n’est appelé trouvaille."
                          : "A group has under thirty people: nothing is called a finding.");
  if (!report.left_out.empty())
    said.push_back(french
                       ? fmt::format("Laissé de côté, car les groupes en sont faits{}: {}.", kNarrow,
                                     fmt::join(report.left_out, ", "))
                       : fmt::format("Left out, as the groups are made of it: {}.", fmt::join(report.left_out, ", ")));
  if (!by_outcome)
    said.push_back(
        french ? "Les groupes sont ceux d’aujourd’hui et la fenêtre est celle des débuts\u202f: ce qui définit un "
                 "groupe peut être déjà arrivé dans la fenêtre."
               : "The groups are those of as_of and the window is that of beginnings: what defines a group may "
                 "have happened in the window already.");
  if (!report.steps.empty())
    said.push_back(
        french ? "Arrêté à une étape veut dire\u202f: ne l’a pas franchie à la fin de la fenêtre\u202f; certains la "
                 "franchissent plus tard. Qui s’arrête diffère de qui continue par plus que cette étape."
               : "Stuck at a step means: had not taken it when the window ended; some take it later. Who stops "
                 "differs from who goes on in more than that step.");
  return said;
}

}  // namespace

std::string name_of(const ContrastFeature& feature, bool french) {
  const std::string event = event_name(feature.event, french);
  const std::string& value = feature.value.text;
  switch (feature.kind) {
    case Kind::Did: return event;
    case Kind::AtLeast: return fmt::format("{} {} {}", event, feature.times, french ? "fois ou plus" : "times or more");
    case Kind::WithValue:
      if (event != feature.event) return fmt::format("{} ({})", event, value);
      return fmt::format("{} ({} = {})", event, feature.property, value);
    case Kind::Trait:
      if (feature.value.kind == ShownValue::Kind::Missing)
        return fmt::format("{} {}", feature.property, french ? "non renseigné" : "not known");
      return fmt::format("{}{}: {}", feature.property, french ? kNarrow : "", value);
    case Kind::Channel: return fmt::format("{} {}", french ? "venu par" : "came by", value);
    case Kind::ActiveDays: return french ? "jours d’activité" : "days with activity";
    case Kind::DaysToFirst:
      return french ? fmt::format("jours avant {}, chez qui l’a fait", event)
                    : fmt::format("days to {}, of those who did it", event);
    case Kind::TraitNumber: break;
  }
  return feature.property;
}

void put_into_words(const ContrastSpec& spec, ContrastReport& report) {
  const auto put = [&](ContrastLine& line) {
    line.name_en = name_of(line.feature, false);
    line.name_fr = name_of(line.feature, true);
    line.sentence_en = sentence_of(line, spec, false);
    line.sentence_fr = sentence_of(line, spec, true);
  };
  for (ContrastGroup& group : report.groups) {
    put(group.line);
    for (ContrastAlike& alike : group.alike) put(alike.line);
  }
  for (ContrastStep& step : report.steps) {
    step.sentence_en = sentence_of(step, spec, false);
    step.sentence_fr = sentence_of(step, spec, true);
  }
  report.cautions_en = cautions(spec, report, false);
  report.cautions_fr = cautions(spec, report, true);
}

}  // namespace habitue::insight::contrast
