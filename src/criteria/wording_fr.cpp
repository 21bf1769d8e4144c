// French: narrow no-break spaces (U+202F) within « » and between thousands, gender of the units, "1er" of a month.
#include <fmt/format.h>

#include <cmath>

#include "criteria/checks.hpp"
#include "criteria/wording.hpp"

namespace habitue::criteria {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"janvier",   "février", "mars",     "avril",
                                                      "mai",       "juin",    "juillet",  "août",
                                                      "septembre", "octobre", "novembre", "décembre"};
struct UnitWord {
  std::string_view one, many;
  bool feminine;
};
constexpr std::array<UnitWord, 6> kUnits = {{{"minute", "minutes", true},
                                             {"heure", "heures", true},
                                             {"jour", "jours", false},
                                             {"semaine", "semaines", true},
                                             {"mois", "mois", false},
                                             {"an", "ans", false}}};

// In French the plural begins at two: 0 jour, 1,5 jour, 2 jours.
bool is_plural(double value) { return std::abs(value) >= 2; }

std::string span_text(const Span& span) {
  const UnitWord& unit = kUnits[static_cast<std::size_t>(span.unit)];
  return fmt::format("{}\u00A0{}", span.n, is_plural(span.n) ? unit.many : unit.one);
}

std::string fact_word(const std::string& word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords = {{{"beneficiary", "bénéficiaire"},
                                                                                    {"trial", "à l’essai"},
                                                                                    {"new", "nouveau"},
                                                                                    {"active", "actif"},
                                                                                    {"occasional", "occasionnel"},
                                                                                    {"at_risk", "à risque"},
                                                                                    {"lost", "perdu"},
                                                                                    {"back", "de retour"},
                                                                                    {"unknown", "inconnu"}}};
  for (const auto& [english, french] : kWords)
    if (word == english) return std::string(french);
  return word;
}

class French final : public Wording {
 public:
  std::string_view and_word() const override { return "et"; }
  std::string_view or_word() const override { return "ou"; }
  std::string everyone() const override { return "tout le monde"; }
  std::string denied(const std::string& clause) const override {
    return fmt::format("il n’est pas vrai que ({})", clause);
  }
  std::string number(double value) const override { return grouped(value, "\u202F", ","); }
  std::string quoted(std::string_view text) const override { return fmt::format("«\u202F{}\u202F»", text); }
  std::string_view truth(bool value) const override { return value ? "vrai" : "faux"; }
  std::string day(LocalDay day) const override {
    const std::chrono::year_month_day date{day};
    const auto number = static_cast<unsigned>(date.day());
    return fmt::format("{}{} {} {}", number, number == 1 ? "er" : "", kMonths[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()));
  }

  std::string value_test(const ValueTest& leaf, bool negated) const override {
    using Of = ValueTest::Of;
    if (leaf.of == Of::Account && leaf.test.values.empty())
      return (leaf.test.op == Operator::Exists) != negated ? "appartient à un compte" : "n’appartient à aucun compte";
    if (leaf.test.values.empty() || (leaf.of != Of::Role && leaf.of != Of::Stage))
      return subject(leaf) + " " + predicate(leaf.test, negated);
    return words(leaf, negated);
  }

  std::string measure(const Measure& leaf, bool negated) const override {
    using What = Measure::What;
    if (is_did(leaf)) {
      if (negated && leaf.events.events.empty())
        return fmt::format("n’a fait aucun {}{}", events(leaf.events, true), window(leaf.window));
      return fmt::format("{} {}{}", did(negated), events(leaf.events), window(leaf.window));
    }
    if (leaf.what == What::Count)
      return fmt::format("{} {} {}{}", did(negated), events(leaf.events), bound(leaf.op, leaf.value, "fois"),
                         window(leaf.window));
    if (leaf.what <= What::Months)
      return fmt::format("{} {} sur {}{}", did(negated), events(leaf.events),
                         bound(leaf.op, leaf.value, periods(leaf.what, leaf.value)), window(leaf.window));
    return fmt::format("{} {}", quantity(leaf), predicate({leaf.op, {leaf.value}}, negated, is_feminine(leaf.what)));
  }

  std::string moment(const Moment& leaf, bool negated) const override {
    return fmt::format("{} {} pour la {} fois{}", events(leaf.events), negated ? "n’a pas eu lieu" : "a eu lieu",
                       leaf.edge == Edge::First ? "première" : "dernière", window(leaf.window));
  }

  std::string edge_value(const EdgeValue& leaf, bool negated) const override {
    return fmt::format("{} du {} {}{} {}", quoted(leaf.property), edge_word(leaf.edge), events(leaf.events, true),
                       window(leaf.window), predicate(leaf.test, negated));
  }

  std::string sequence(const Sequence& leaf, bool negated) const override {
    std::string steps;
    for (const Pattern& step : leaf.steps) steps += (steps.empty() ? "" : ", puis ") + events(step);
    if (leaf.without) steps += fmt::format(", sans {} entre-temps", events(*leaf.without));
    if (leaf.within) steps += fmt::format(", en {} au plus", span_text(*leaf.within));
    const std::string when = window(leaf.window);
    return fmt::format("{} {}{}", did(negated), steps, when.empty() ? "" : "," + when);
  }

  std::string in_cohort(const std::string& name, bool negated) const override {
    return fmt::format("{} partie de la cohorte {}", negated ? "ne fait pas" : "fait", quoted(name));
  }

  std::string found_value(const ValueTest& leaf, std::string_view found) const override {
    if (found.empty()) return subject(leaf) + " n’est pas connu";
    const bool word = leaf.of == ValueTest::Of::Role || leaf.of == ValueTest::Of::Stage;
    return fmt::format("{} est {}", subject(leaf), word ? fact_word(std::string(found)) : std::string(found));
  }
  std::string found_count(const Measure& leaf, std::uint64_t count) const override {
    const auto value = static_cast<double>(count);
    if (leaf.what == Measure::What::Count)
      return fmt::format("{} {}{}", number(value), events(leaf.events, true), window(leaf.window));
    if (leaf.what == Measure::What::Distinct)
      return fmt::format("{} {} de {} sur {}{}", number(value), is_plural(value) ? "valeurs différentes" : "valeur",
                         quoted(leaf.property), events(leaf.events), window(leaf.window));
    return fmt::format("{} sur {} {}{}", events(leaf.events), number(value), periods(leaf.what, value),
                       window(leaf.window));
  }
  std::string found_number(const Measure& leaf, double value, std::uint64_t seen) const override {
    const auto of = static_cast<double>(seen);
    return fmt::format("{} est de {}, sur {} {}", quantity(leaf), number(value), number(of),
                       is_plural(of) ? "événements" : "événement");
  }
  std::string found_moment(const Moment& leaf, LocalDay on, std::int64_t days_ago) const override {
    return fmt::format("{} a eu lieu pour la {} fois le {}, il y a {}\u00A0{}", events(leaf.events),
                       leaf.edge == Edge::First ? "première" : "dernière", day(on), days_ago,
                       is_plural(static_cast<double>(days_ago)) ? "jours" : "jour");
  }
  std::string found_edge_value(const EdgeValue& leaf, std::string_view found) const override {
    return fmt::format("{} du {} {}{} {}", quoted(leaf.property), edge_word(leaf.edge), events(leaf.events, true),
                       window(leaf.window), found.empty() ? "n’est pas connu" : fmt::format("est {}", found));
  }
  std::string found_none(const Pattern& pattern, const Window& when) const override {
    return fmt::format("aucun {}{}", events(pattern, true), window(when));
  }
  std::string found_sequence(bool found) const override {
    return found ? "fait dans cet ordre" : "pas fait dans cet ordre";
  }

 private:
  static std::string_view did(bool negated) { return negated ? "n’a pas fait" : "a fait"; }
  static std::string_view edge_word(Edge edge) { return edge == Edge::First ? "premier" : "dernier"; }

  std::string subject(const ValueTest& leaf) const {
    switch (leaf.of) {
      case ValueTest::Of::AccountTrait: return quoted(leaf.name) + " du compte";
      case ValueTest::Of::Account: return "le compte";
      case ValueTest::Of::Role: return "le rôle";
      case ValueTest::Of::Stage: return "le stade";
      default: return quoted(leaf.name);
    }
  }

  // "est client ou prospect", "n’est ni client ni prospect", "n’est pas au stade nouveau".
  std::string words(const ValueTest& leaf, bool negated) const {
    std::vector<std::string> parts;
    for (const Literal& value : leaf.test.values) parts.push_back(fact_word(std::get<std::string>(value)));
    const std::string_view stage = leaf.of == ValueTest::Of::Stage ? "au stade " : "";
    if ((leaf.test.op == Operator::NotEqual) == negated) return fmt::format("est {}{}", stage, listed(parts, "ou"));
    return neither(parts, stage);
  }

  static std::string neither(const std::vector<std::string>& parts, std::string_view before) {
    if (parts.size() == 1) return fmt::format("n’est pas {}{}", before, parts[0]);
    std::string text = "n’est";
    for (const std::string& part : parts) text += fmt::format(" ni {}{}", before, part);
    return text;
  }

  std::string predicate(const Test& test, bool negated, bool feminine = false) const {
    const std::string_view is = negated ? "n’est pas" : "est";
    const bool of_day = !test.values.empty() && std::holds_alternative<LocalDay>(test.values[0]);
    const std::string value = test.values.empty() ? std::string() : (of_day ? "le " : "") + literal(test.values[0]);
    const std::string_view e = feminine ? "e" : "";
    switch (test.op) {
      case Operator::Equal: return fmt::format("{} {}", is, value);
      case Operator::NotEqual: return fmt::format("{} {}", negated ? "est" : "n’est pas", value);
      case Operator::Less:
        return of_day ? fmt::format("{} avant {}", is, value) : fmt::format("{} inférieur{} à {}", is, e, value);
      case Operator::LessEqual:
        return of_day ? fmt::format("{} au plus tard {}", is, value)
                      : fmt::format("{} inférieur{} ou égal{} à {}", is, e, e, value);
      case Operator::Greater:
        return of_day ? fmt::format("{} après {}", is, value) : fmt::format("{} supérieur{} à {}", is, e, value);
      case Operator::GreaterEqual:
        return of_day ? fmt::format("{} au plus tôt {}", is, value)
                      : fmt::format("{} supérieur{} ou égal{} à {}", is, e, e, value);
      case Operator::In: {
        std::vector<std::string> values;
        for (const Literal& one : test.values)
          values.push_back((std::holds_alternative<LocalDay>(one) ? "le " : "") + literal(one));
        return negated ? neither(values, "") : fmt::format("est {}", listed(values, "ou"));
      }
      case Operator::Contains: return fmt::format("{} {}", negated ? "ne contient pas" : "contient", value);
      case Operator::StartsWith: return fmt::format("{} {}", negated ? "ne commence pas par" : "commence par", value);
      case Operator::EndsWith: return fmt::format("{} {}", negated ? "ne finit pas par" : "finit par", value);
      case Operator::Exists: return negated ? "n’est pas connu" : "est connu";
      case Operator::Missing: return negated ? "est connu" : "n’est pas connu";
    }
    return {};
  }

  // "au moins 2 fois", "moins de 3 jours différents".
  std::string bound(Operator op, double value, std::string_view unit) const {
    constexpr std::array<std::string_view, 6> kBounds = {
        "exactement", "un nombre autre que", "moins de", "au plus", "plus de", "au moins"};
    return fmt::format("{} {}\u00A0{}", kBounds[static_cast<std::size_t>(op)], number(value), unit);
  }

  static std::string_view periods(Measure::What what, double value) {
    const bool many = is_plural(value);
    if (what == Measure::What::Days) return many ? "jours différents" : "jour";
    if (what == Measure::What::Weeks) return many ? "semaines différentes" : "semaine";
    return many ? "mois différents" : "mois";
  }

  static bool is_feminine(Measure::What what) { return what != Measure::What::Distinct; }
  std::string quantity(const Measure& leaf) const {
    constexpr std::array<std::string_view, 5> kQuantities = {"la somme de", "la plus petite valeur de",
                                                             "la plus grande valeur de", "la moyenne de",
                                                             "le nombre de valeurs différentes de"};
    return fmt::format("{} {} sur {}{}",
                       kQuantities[static_cast<std::size_t>(leaf.what) - static_cast<std::size_t>(Measure::What::Sum)],
                       quoted(leaf.property), events(leaf.events), window(leaf.window));
  }

  std::string events(const Pattern& pattern, bool bare = false) const {
    std::vector<std::string> names;
    for (const std::string& event : pattern.events) names.push_back(quoted(event));
    std::string text = names.empty() ? (bare ? "événement" : "un événement quelconque") : listed(names, "ou");
    if (pattern.where) text += fmt::format(" (où {})", condition(*pattern.where));
    return text;
  }

  static std::string in_last(const Span& span) {
    const UnitWord& unit = kUnits[static_cast<std::size_t>(span.unit)];
    if (span.unit == Unit::Years)  // "la dernière année", but "2 ans".
      return span.n == 1 ? " au cours de la dernière année"
                         : fmt::format(" au cours des {}\u00A0dernières années", span.n);
    if (span.n == 1) return fmt::format(" au cours {} {}", unit.feminine ? "de la dernière" : "du dernier", unit.one);
    return fmt::format(" au cours des {}\u00A0{} {}", span.n, unit.feminine ? "dernières" : "derniers", unit.many);
  }

  std::string window(const Window& window) const {
    using Kind = Window::Kind;
    const auto anchor = [&] { return fmt::format("le {} {}", edge_word(window.edge), events(*window.anchor, true)); };
    switch (window.kind) {
      case Kind::Always: return {};
      case Kind::InLast: return in_last(window.span);
      case Kind::AtLeastAgo: return fmt::format(" il y a au moins {}", span_text(window.span));
      case Kind::MoreThanAgo: return fmt::format(" il y a plus de {}", span_text(window.span));
      case Kind::BetweenAgo:
        return fmt::format(" il y a entre {} et {}", window.span.n, span_text({window.farthest, window.span.unit}));
      case Kind::Between: return fmt::format(" entre le {} et le {}", day(window.from), day(window.to));
      case Kind::Before: return " avant le " + day(window.from);
      case Kind::Since: return " depuis le " + day(window.from);
      case Kind::Within: return fmt::format(" dans un délai de {} après {}", span_text(window.span), anchor());
      case Kind::BeforeEdge: return " avant " + anchor();
      case Kind::SinceEdge: return " depuis " + anchor();
    }
    return {};
  }
};

}  // namespace

const Wording& french_wording() {
  static const French wording;
  return wording;
}

}  // namespace habitue::criteria
