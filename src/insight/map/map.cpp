#include "insight/map/map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"
#include "insight/value/periods.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight {
namespace {

using knowledge::Economics;
using std::chrono::days;
using std::chrono::microseconds;

constexpr std::string_view kNothing = "nothing", kNone = "none";

// Somebody at a date. Nowhere: `there` is false.
struct Seen {
  bool there = false;
  std::uint32_t relation = 0;
  std::int64_t received_minor = 0;
};
struct Record {
  PersonId person;
  criteria::Verdict audience;
  Seen before, now;
};
struct Records {
  std::vector<Record> all;
  knowledge::NotAdded not_added;
  std::vector<std::uint8_t> told;  // By relation: whether somebody did what it is about.
  void merge(const Records& other) {
    for (std::size_t relation = 0; relation < told.size(); ++relation)
      if (other.told[relation] != 0) told[relation] = 1;
    all.insert(all.end(), other.all.begin(), other.all.end());
    not_added.merge(other.not_added);
  }
};

struct BoundRelation {
  std::string name;
  criteria::Evaluator who;
  std::vector<std::string> events;  // That it asks for by name,
  journey::KindFilter kinds;        // of those that ever came.
};

// What the answer and the lists of people are made of.
struct Drawn {
  std::array<UtcMicros, 2> moments{};
  LocalDay from_day{};
  Records records;
  std::vector<MapClass> classes;
  std::vector<std::string> relations;
  bool by_quantiles = false;
  std::vector<std::string> warnings;

  std::size_t class_of(std::int64_t received) const {
    std::size_t found = 0;
    if (received <= 0) return found;
    // Whoever brought something is in the first class at least.
    for (found = 1; found + 1 < classes.size() && received >= *classes[found + 1].from_minor;) ++found;
    return std::min(found, classes.size() - 1);
  }
  MapPlace place_of(const Seen& seen) const {
    if (!seen.there) return {};
    return {classes[class_of(seen.received_minor)].name, relations[seen.relation]};
  }
};

Result<std::vector<BoundRelation>> bind_relations(const Customers& customers) {
  std::vector<BoundRelation> bound;
  for (const config::Relation& relation : customers.business().relations) {
    auto evaluator = customers.evaluator(relation.who);
    if (!evaluator) return tl::unexpected(evaluator.error());
    std::vector<std::uint8_t> asked(customers.snapshot().kinds().size());
    std::vector<std::string> events = criteria::names_of(relation.who).events;
    for (const std::string& event : events)
      if (const auto kind = customers.snapshot().find_kind(event)) asked[kind->value] = 1;
    bound.push_back({relation.name, std::move(*evaluator), std::move(events), journey::KindFilter(asked)});
  }
  return bound;
}

class Reader {
 public:
  Reader(const Economics& economics, const std::vector<BoundRelation>& relations, std::array<UtcMicros, 2> moments)
      : economics_(economics), relations_(relations), moments_(moments) {
    const Zone& zone = economics.customers().zone();
    const auto window = days{economics.customers().business().map.window_days - 1};
    for (std::size_t date = 0; date < 2; ++date) since_[date] = zone.start_of(zone.day_of(moments[date]) - window);
  }

  void read(Records& into, const Person& person) const {
    Record record{person.journey.person(), person.audience, {}, {}};
    record.now = see(1, person.journey, &into.not_added);
    record.before = see(0, person.journey, nullptr);
    if (!record.now.there && !record.before.there) return;
    into.all.push_back(record);
    thread_local std::vector<std::uint32_t> rows;
    const journey::Journey known = person.journey.until(moments_[1]);
    for (std::size_t relation = 0; relation < relations_.size(); ++relation)
      if (into.told[relation] == 0 && known.select(relations_[relation].kinds, rows) > 0) into.told[relation] = 1;
  }

 private:
  Seen see(std::size_t date, const journey::Journey& journey, knowledge::NotAdded* not_added) const {
    thread_local std::vector<knowledge::Earned> moves;
    const UtcMicros moment = moments_[date];
    Seen seen;
    const journey::Journey known = journey.until(moment);
    if (known.empty()) return seen;
    knowledge::NotAdded missed;
    economics_.earned(journey, moment, moves, missed);
    if (not_added != nullptr) not_added->merge(missed);
    for (const knowledge::Earned& move : moves) {
      seen.there = seen.there || move.revenue_minor > 0;
      if (move.at >= since_[date]) seen.received_minor += move.revenue_minor;
    }
    if (!seen.there) return seen;
    while (seen.relation < relations_.size() &&
           relations_[seen.relation].who.evaluate(known, moment) != criteria::Verdict::Inside)
      ++seen.relation;
    return seen;
  }

  const Economics& economics_;
  const std::vector<BoundRelation>& relations_;
  std::array<UtcMicros, 2> moments_, since_{};
};

// Of config; else half of those who bring something now are low, three tenths middle and the last fifth high.
void draw_classes(Drawn& drawn, const config::Business& business, AudienceSide side) {
  drawn.classes.push_back({std::string(kNothing), std::nullopt});
  if (!business.value_classes.empty()) {
    const double units = std::pow(10.0, business.currency.minor_digits());
    for (const config::ValueClass& one : business.value_classes)
      drawn.classes.push_back({one.name, std::llround(std::min(one.from * units, 9e18))});
    return;
  }
  drawn.by_quantiles = true;
  std::vector<std::int64_t> received;
  for (const Record& record : drawn.records.all)
    if (retention::on_side(record.audience, side) && record.now.there && record.now.received_minor > 0)
      received.push_back(record.now.received_minor);
  std::sort(received.begin(), received.end());
  const auto above = [&](double share) {
    return received.empty() ? 0 : received[static_cast<std::size_t>(share * static_cast<double>(received.size()))];
  };
  drawn.classes.push_back({"low", received.empty() ? 0 : received.front()});
  drawn.classes.push_back({"middle", above(0.5)});
  drawn.classes.push_back({"high", above(0.8)});
}

Result<Drawn> draw(const Customers& customers, const Economics& economics, const Question& question,
                   const MapSpec& spec) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const Zone& zone = customers.zone();
  const LocalDay today = zone.day_of(question.as_of);
  Drawn drawn;
  const std::chrono::year_month_day date{today};
  const std::chrono::year_month_day year_before{date.year() - std::chrono::years{1}, date.month(), date.day()};
  drawn.from_day = spec.from_day.value_or(LocalDay{
      year_before.ok() ? year_before
                       : std::chrono::year_month_day{year_before.year() / year_before.month() / std::chrono::last}});
  if (drawn.from_day >= today)
    return invalid(fmt::format("from_day is before the day of as_of, {}; this is {}", format_day(today),
                               format_day(drawn.from_day)));
  drawn.moments = {zone.start_of(drawn.from_day + days{1}) - microseconds{1}, question.as_of};
  const auto relations = bind_relations(customers);
  if (!relations) return tl::unexpected(relations.error());
  for (const BoundRelation& relation : *relations) drawn.relations.push_back(relation.name);
  drawn.relations.emplace_back(kNone);
  const Reader reader(economics, *relations, drawn.moments);
  Records none;
  none.told.resize(relations->size());
  auto records = fold_people(customers, question, *lens, none,
                             [&](Records& into, const Person& person) { reader.read(into, person); });
  if (!records) return tl::unexpected(records.error());
  drawn.records = *std::move(records);
  // Nobody can be what no event ever told.
  for (std::size_t relation = 0; relation < relations->size(); ++relation)
    if (const BoundRelation& of = (*relations)[relation]; !of.events.empty() && drawn.records.told[relation] == 0)
      drawn.warnings.push_back(
          fmt::format("nobody can be \"{}\": no customer ever did \"{}\"", of.name, fmt::join(of.events, "\" or \"")));
  draw_classes(drawn, customers.business(), spec.side);
  return drawn;
}

// Squares are counted date by date and moves person by person: two ways to the same figures, which have to agree.
Result<void> check(const MapReport& report) {
  for (const MapSquare& square : report.squares) {
    MapStock before, now;
    std::uint64_t came = 0, left = 0;
    for (const MapMove& move : report.moves) {
      if (move.from == square.place) {
        before.people += move.people;
        before.money_minor += move.before_minor;
        left += move.to != square.place ? move.people : 0;
      }
      if (move.to == square.place) {
        now.people += move.people;
        now.money_minor += move.now_minor;
        came += move.from != square.place ? move.people : 0;
      }
    }
    if (before.people != square.before.people || before.money_minor != square.before.money_minor ||
        now.people != square.now.people || now.money_minor != square.now.money_minor || came != square.came ||
        left != square.left || square.before.people + came != square.now.people + left)
      return broken_identity("the moves of the map add up to the change of each of its squares");
  }
  return {};
}

void fill(MapReport& report, const Drawn& drawn, AudienceSide side) {
  std::map<std::pair<std::size_t, std::size_t>, MapSquare> squares;
  std::map<std::pair<MapPlace, MapPlace>, MapMove> moves;
  const auto square_of = [&](const Seen& seen) -> MapSquare& {
    MapSquare& square = squares[{drawn.class_of(seen.received_minor), seen.relation}];
    square.place = drawn.place_of(seen);
    return square;
  };
  for (const Record& record : drawn.records.all) {
    if (!retention::on_side(record.audience, side)) continue;
    const MapPlace from = drawn.place_of(record.before), to = drawn.place_of(record.now);
    const bool moved = from != to;
    if (record.before.there) {
      MapSquare& square = square_of(record.before);
      for (MapStock* stock : {&square.before, &report.before}) {
        ++stock->people;
        stock->money_minor += record.before.received_minor;
      }
      square.left += moved ? 1 : 0;
    }
    if (record.now.there) {
      MapSquare& square = square_of(record.now);
      for (MapStock* stock : {&square.now, &report.now}) {
        ++stock->people;
        stock->money_minor += record.now.received_minor;
      }
      square.came += moved ? 1 : 0;
    }
    MapMove& move = moves[{from, to}];
    move.from = from;
    move.to = to;
    ++move.people;
    move.before_minor += record.before.received_minor;
    move.now_minor += record.now.received_minor;
    ++(!record.before.there ? report.newcomers
       : !record.now.there  ? report.gone
       : moved              ? report.moved
                            : report.stayed);
  }
  for (auto& [place, square] : squares) report.squares.push_back(std::move(square));
  for (auto& [places, move] : moves) report.moves.push_back(std::move(move));
  std::stable_sort(report.moves.begin(), report.moves.end(),
                   [](const MapMove& left, const MapMove& right) { return left.people > right.people; });
  report.verdict = report.now.people + report.before.people > 0 ? MapVerdict::Told : MapVerdict::NoCustomers;
}

std::string sentence(const MapReport& report, std::string_view language) {
  const bool french = language == "fr";
  if (report.verdict == MapVerdict::NoCustomers)
    return french ? "Pas de carte : personne n'a encore payé." : "No map: nobody has paid yet.";
  const UtcMicros at = report.at;
  const std::string now = format_moment(at).substr(0, 10), before = format_day(report.from_day);
  return french
             ? fmt::format(
                   "{} clients au {} contre {} au {} : {} sont venus, {} ont changé de place, {} sont restés à "
                   "la leur.",
                   report.now.people, now, report.before.people, before, report.newcomers, report.moved, report.stayed)
             : fmt::format("{} customers on {} against {} on {}: {} came, {} changed their place, {} stayed at theirs.",
                           report.now.people, now, report.before.people, before, report.newcomers, report.moved,
                           report.stayed);
}

bool is_on_map(const Drawn& drawn, const MapPlace& place) {
  if (place == MapPlace{}) return true;
  return std::any_of(drawn.classes.begin(), drawn.classes.end(),
                     [&](const MapClass& one) { return one.name == place.value_class; }) &&
         std::find(drawn.relations.begin(), drawn.relations.end(), place.relation) != drawn.relations.end();
}

}  // namespace

Result<MapReport> ask_map(const Customers& customers, const Question& question, const MapSpec& spec) {
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto drawn = draw(customers, *economics, question, spec);
  if (!drawn) return tl::unexpected(drawn.error());
  MapReport report;
  report.currency = customers.business().currency;
  report.from_day = drawn->from_day;
  report.from_at = drawn->moments[0];
  report.at = drawn->moments[1];
  report.window_days = customers.business().map.window_days;
  report.by_quantiles = drawn->by_quantiles;
  report.classes = drawn->classes;
  report.relations = drawn->relations;
  fill(report, *drawn, spec.side);
  if (auto sound = check(report); !sound) return tl::unexpected(sound.error());
  report.sentence_en = sentence(report, "en");
  report.sentence_fr = sentence(report, "fr");
  add_warnings(left_out_of(drawn->records.not_added), report.warnings);
  report.warnings.insert(report.warnings.end(), drawn->warnings.begin(), drawn->warnings.end());
  return report;
}

Result<std::vector<PersonId>> people_of_map(const Customers& customers, const Question& question, const MapSpec& spec,
                                            const MapCell& cell) {
  const auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto drawn = draw(customers, *economics, question, spec);
  if (!drawn) return tl::unexpected(drawn.error());
  for (const auto& place : {cell.before, cell.now})
    if (place && !is_on_map(*drawn, *place))
      return fail(ErrorKind::NotFound,
                  fmt::format("the map has no place \"{}\" by \"{}\"", place->value_class, place->relation));
  std::vector<PersonId> people;
  for (const Record& record : drawn->records.all) {
    if (!retention::on_side(record.audience, spec.side) || !retention::on_side(record.audience, cell.side)) continue;
    if (!cell.before && !cell.now && !record.now.there) continue;
    if (cell.before && drawn->place_of(record.before) != *cell.before) continue;
    if (cell.now && drawn->place_of(record.now) != *cell.now) continue;
    people.push_back(record.person);
  }
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
