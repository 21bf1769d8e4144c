// A contrast as tables: what tells the groups apart, in figures and in words, and what that does not say.
#include <fmt/format.h>

#include "server/table_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

// Who wants more has the JSON.
constexpr std::size_t kSentencesMax = 12;  // Of facts.
constexpr std::uint64_t kChancesMax = 10;  // Facts that may be chance.

std::string signed_share(const json::value& number) { return fmt::format("{:+.4f}", number.to_number<double>()); }
std::string ratio(const json::value& number) { return fmt::format("{:.2f}", number.to_number<double>()); }
std::string chance(const json::value& number) {
  const double p = number.to_number<double>();
  return p < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", p);
}

// Headings and sentences are of one language.
class Words {
 public:
  explicit Words(const json::object& body)
      : french_(text_of(body.at("language")) == "fr"), in_sets_(body.contains("sets") && !body.at("sets").is_null()) {}
  std::string operator()(const char* english, const char* french) const { return french_ ? french : english; }
  /// A field of both languages.
  std::string field(const char* name) const { return fmt::format("{}_{}", name, french_ ? "fr" : "en"); }
  /// Whether groups are compared in risk sets.
  bool in_sets() const { return in_sets_; }
  std::string side(std::string_view part) const {
    if (!french_) return std::string(part);
    return part == "inside"    ? "dans l’audience"
           : part == "outside" ? "hors audience"
           : part == "unknown" ? "inconnu"
                               : "tous";
  }
  std::string verdict(bool too_few, bool finding) const {
    if (too_few) return (*this)("too few people", "trop peu de personnes");
    return finding ? (*this)("finding", "trouvaille") : (*this)("may be chance", "peut être le hasard");
  }

 private:
  bool french_, in_sets_;
};

std::string with_interval(const json::value& estimate) {
  return fmt::format("{} [{}, {}]", ratio(estimate.at("value")), ratio(estimate.at("low")), ratio(estimate.at("high")));
}

std::string within_text(const json::value& within, const Words& words) {
  if (within.is_null()) return "";
  if (within.at("strata").to_number<std::uint64_t>() == 0) return words("held equal itself", "tenu égal lui-même");
  const json::value& odds = within.at("odds");
  std::string text =
      odds.is_null() ? words("no end, p ", "sans borne, p ") + chance(within.at("p_value")) : with_interval(odds);
  if (within.at("vanishes").as_bool()) text += words(", vanishes", ", disparaît");
  if (within.at("strata_differ").as_bool()) text += words(", strata differ", ", varie selon la strate");
  return text;
}

// One fact. What says the same as the line above it is set in.
Row row_of(const json::value& line, const Words& words, bool stratified, bool within_other) {
  const bool number = line.at("number").is_object();
  Row row{(within_other ? "  = " : "") + text_of(line.at(words.field("name"))),
          words.verdict(line.at("too_few").as_bool(), line.at("finding").as_bool())};
  if (number) {
    const json::value &of = line.at("number"), &delta = of.at("cliffs_delta");
    for (const char* group : {"first", "second"}) {
      const json::value& median = of.at(std::string(group) + "_median");
      row.push_back(fmt::format("{} {}, {} {}", words("median", "médiane"), median.is_null() ? "–" : text_of(median),
                                text_of(line.at("shares").at(group).at("part")), words("people", "personnes")));
    }
    for (const char* figure : {"value", "low", "high"}) row.push_back(signed_share(delta.at(figure)));
    row.emplace_back("");
  } else {
    const json::value& shares = line.at("shares");
    for (const char* group : {"first", "second"})
      row.push_back(fmt::format("{} {} {}, {}", text_of(shares.at(group).at("part")), words("of", "sur"),
                                text_of(shares.at(group).at("whole")), share_text(shares.at(group))));
    for (const char* figure : {"difference", "low", "high"}) row.push_back(signed_share(shares.at(figure)));
    row.push_back(line.at("odds").is_null() ? "" : with_interval(line.at("odds")));
  }
  row.push_back(chance(line.at("adjusted_p")));
  if (stratified) row.push_back(within_text(line.at("within"), words));
  return row;
}

ReportTable standing(const json::object& body, const Words& words) {
  ReportTable table{
      words("Who is compared", "Qui est comparé"),
      {words("audience", "audience"), words("born", "arrivés"), words("first group", "premier groupe"),
       words("second group", "second groupe"), words("too young", "trop récents"),
       words("not concerned", "non concernés"), words("had it before", "déjà à l’issue"),
       words("time not over", "délai en cours"), words("in both", "dans les deux"), words("in neither", "dans aucun"),
       words("cannot tell", "indécidables"), words("not compared", "non comparés")},
      {}};
  for (const std::string_view part : sides_of(body)) {
    Row row{words.side(part)};
    for (const char* field : {"born", "first", "second", "too_young", "not_among", "had_before", "not_over", "in_both",
                              "in_neither", "cannot_tell", "not_compared"})
      row.push_back(text_of(body.at("people").at(part).at(field)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// At which ages the outcome came, and with how many each is compared.
ReportTable sets(const json::object& body, const Words& words) {
  const json::value& sets = body.at("sets");
  ReportTable table{
      words("Compared at the age of the outcome", "Comparés à l’âge de l’issue"),
      {words("others beside each, at most", "autres pour chacun, au plus"), words("with fewer", "avec moins"),
       words("first age in days", "premier âge en jours"), words("middle", "milieu"), words("last", "dernier")},
      {}};
  Row row{text_of(sets.at("controls")), text_of(sets.at("smaller"))};
  for (const char* field : {"age_least", "age_median", "age_most"})
    row.push_back(sets.at(field).is_null() ? "–" : fmt::format("{:.1f}", sets.at(field).to_number<double>()));
  table.rows.push_back(std::move(row));
  return table;
}

ReportTable steps(const json::object& body, const Words& words, bool stratified) {
  ReportTable table{
      words("Where people are stuck", "Où les gens s’arrêtent"),
      {words("before step", "avant l’étape"), words("verdict", "verdict"),
       words("reached the one before", "arrivés à la précédente"), words("stuck", "arrêtés"),
       words("share stuck", "part arrêtée"),
       words.in_sets() ? words("stuck in first group", "arrêtés, premier groupe")
                       : words("first group if stuck", "premier groupe si arrêtés"),
       words.in_sets() ? words("in second group", "second groupe") : words("if they went on", "s’ils ont continué"),
       words("difference", "différence"), words("from", "de"), words("to", "à"), words("adjusted p", "p ajusté")},
      {}};
  if (stratified) table.columns.push_back(words("within strata", "à égalité"));
  const json::value& blocked = body.at("blocked_step");
  for (std::size_t index = 0; index < body.at("steps").as_array().size(); ++index) {
    const json::value &step = body.at("steps").at(index), &outcome = step.at("outcome");
    const bool most = !blocked.is_null() && blocked.to_number<std::size_t>() == index;
    Row row{text_of(step.at("step")),
            most ? words("blocks most", "bloque le plus")
                 : words.verdict(outcome.at("too_few").as_bool(), step.at("finding").as_bool()),
            text_of(step.at("reached_before")),
            text_of(step.at("stuck")),
            share_text(step.at("stuck_share")),
            share_text(outcome.at("first")),
            share_text(outcome.at("second"))};
    for (const char* figure : {"difference", "low", "high"}) row.push_back(signed_share(outcome.at(figure)));
    row.push_back(chance(step.at("adjusted_p")));
    if (stratified) row.push_back(within_text(step.at("within"), words));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string share_with_interval(const json::value& share) {
  if (share.is_null()) return "";
  return fmt::format("{:.4f} [{:.4f}, {:.4f}]", share.at("value").to_number<double>(),
                     share.at("low").to_number<double>(), share.at("high").to_number<double>());
}

std::string window_text(const json::value& best) {
  if (best.is_null()) return "too few";
  const json::value& rate = best.at("per_thousand");
  return fmt::format("days {} to {}: {} [{}, {}] a day of 1,000 who wait, usually {}", text_of(best.at("first_day")),
                     text_of(best.at("last_day")), ratio(rate.at("value")), ratio(rate.at("low")),
                     ratio(rate.at("high")), ratio(best.at("usual_per_thousand")));
}

}  // namespace

std::vector<ReportTable> second_purchase_tables(const json::object& body) {
  ReportTable total{
      "Who buys again", {"audience", "first-time buyers", "bought again", "half have by day", "best window"}, {}};
  ReportTable curve{"Have bought again by the end of", {"audience"}, {}};
  ReportTable cohorts{"By first purchase", {"first purchase", "first-time buyers", "bought again"}, {}};
  const json::array& marks = body.at("total").at("all").at("marks").as_array();
  for (const json::value& mark : marks) {
    const std::string name = fmt::format("{} days", mark.at("day").to_number<std::uint64_t>() + 1);
    curve.columns.push_back(name);
    cohorts.columns.push_back(name);
  }
  cohorts.columns.emplace_back("best window");
  const auto add_marks = [](Row row, const json::value& figures) {
    for (const json::value& mark : figures.at("marks").as_array()) row.push_back(share_with_interval(mark.at("share")));
    return row;
  };
  for (const std::string_view part : sides_of(body)) {
    const json::value& figures = body.at("total").at(part);
    const json::value& half = figures.at("half_day");
    total.rows.push_back({std::string(part), text_of(figures.at("people")), text_of(figures.at("again")),
                          half.is_null() ? "not seen" : text_of(half), window_text(figures.at("best"))});
    curve.rows.push_back(add_marks({std::string(part)}, figures));
  }
  const std::string asked = text_of(body.at("question").at("audience"));
  for (const json::value& cohort : body.at("cohorts").as_array()) {
    const json::value& of = cohort.at("figures").at(asked);
    if (of.at("people").to_number<std::uint64_t>() == 0) continue;
    Row row = add_marks({text_of(cohort.at("start")), text_of(of.at("people")), text_of(of.at("again"))}, of);
    row.push_back(window_text(of.at("best")));
    cohorts.rows.push_back(std::move(row));
  }
  std::vector<ReportTable> tables{std::move(total), std::move(curve)};
  if (!cohorts.rows.empty()) tables.push_back(std::move(cohorts));
  add_warnings(tables, body);
  return tables;
}

std::vector<ReportTable> contrast_tables(const json::object& body) {
  const Words words(body);
  const json::value& ask = body.at("ask");
  const bool stratified = !ask.at("stratify").is_null(), by_outcome = text_of(ask.at("groups")) == "outcome";
  const std::string outcome = ask.at("outcome").is_null() ? words("buying", "acheter") : text_of(ask.at("outcome"));
  const std::string odds =
      words.in_sets() ? words("ratio of rates", "rapport des rythmes") : words("odds ratio", "rapport des cotes");
  ReportTable facts{by_outcome ? words("What goes with the outcome: ", "Ce qui va avec l’issue : ") + outcome
                               : words("What goes with being in the first group",
                                       "Ce qui va avec le fait d’être dans le premier groupe"),
                    {words("fact", "fait"), words("verdict", "verdict"), words("first group", "premier groupe"),
                     words("second group", "second groupe"), words("difference", "différence"), words("from", "de"),
                     words("to", "à"), odds + " [95 %]", words("adjusted p", "p ajusté")},
                    {}};
  if (stratified) facts.columns.push_back(odds + words(" within strata [95 %]", " à égalité [95 %]"));
  ReportTable said{words("In words", "En mots"), {words("finding", "trouvaille")}, {}};
  std::uint64_t chances = 0;
  auto more = body.at("more_groups").to_number<std::uint64_t>();
  for (const json::value& group : body.at("groups").as_array()) {
    const bool finding = group.at("line").at("finding").as_bool();
    if (!finding && ++chances > kChancesMax) {
      ++more;
      continue;
    }
    facts.rows.push_back(row_of(group.at("line"), words, stratified, false));
    for (const json::value& alike : group.at("alike").as_array())
      facts.rows.push_back(row_of(alike.at("line"), words, stratified, true));
    if (finding && said.rows.size() < kSentencesMax)
      said.rows.push_back({text_of(group.at("line").at(words.field("sentence")))});
  }
  if (more > 0) facts.title += fmt::format(" ({} {})", more, words("more are not shown", "autres ne sont pas montrés"));
  for (const json::value& step : body.at("steps").as_array())
    if (step.at("finding").as_bool()) said.rows.push_back({text_of(step.at(words.field("sentence")))});
  ReportTable cautions{words("What this says, and what it does not", "Ce que cela dit, et ce que cela ne dit pas"),
                       {words("caution", "réserve")},
                       {}};
  for (const json::value& caution : body.at(words.field("cautions")).as_array())
    cautions.rows.push_back({text_of(caution)});

  std::vector<ReportTable> tables{standing(body, words)};
  if (words.in_sets()) tables.push_back(sets(body, words));
  tables.push_back(std::move(facts));
  if (!body.at("steps").as_array().empty()) tables.push_back(steps(body, words, stratified));
  if (!said.rows.empty()) tables.push_back(std::move(said));
  tables.push_back(std::move(cautions));
  ReportTable warnings{words("To be looked at", "À regarder"), {words("warning", "avertissement")}, {}};
  for (const json::value& warning : body.at("warnings").as_array()) warnings.rows.push_back({text_of(warning)});
  if (!warnings.rows.empty()) tables.push_back(std::move(warnings));
  return tables;
}

}  // namespace habitue::server
