#include "insight/aida/aida.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/funnel/times.hpp"
#include "insight/retention/sums.hpp"
#include "knowledge/aida.hpp"

namespace habitue::insight {
namespace {

using knowledge::Aida;
using knowledge::AidaPhase;
using std::chrono::days;
using std::chrono::microseconds;

constexpr std::size_t kPlaces = 6;
constexpr int kDaysBack = 30;

std::size_t index_of(AidaPlace place) { return static_cast<std::size_t>(place); }
AidaPlace place_of(AidaPhase phase) { return static_cast<AidaPlace>(static_cast<std::size_t>(phase) + 1); }

// Somebody before one offer.
struct Record {
  PersonId person;
  criteria::Verdict audience;
  AidaPlace before = AidaPlace::NotYet, now = AidaPlace::None;
  std::int64_t stayed_us = 0;  // At the phase of now; of None it says nothing.
};
struct Records {
  std::vector<std::vector<Record>> of_offer;  // By offer, of those that are asked for.
  void reserve(std::span<const Records> parts) {
    for (const Records& part : parts) of_offer.resize(std::max(of_offer.size(), part.of_offer.size()));
    for (std::size_t offer = 0; offer < of_offer.size(); ++offer) {
      std::size_t count = 0;
      for (const Records& part : parts) count += offer < part.of_offer.size() ? part.of_offer[offer].size() : 0;
      of_offer[offer].reserve(count);
    }
  }
  void merge(const Records& other) {
    for (std::size_t offer = 0; offer < other.of_offer.size(); ++offer)
      of_offer[offer].insert(of_offer[offer].end(), other.of_offer[offer].begin(), other.of_offer[offer].end());
  }
};

// What the answer and the lists of people are made of.
struct Stood {
  UtcMicros from_at{}, at{};
  std::vector<std::size_t> offers;  // Of config, those that are asked for.
  Records records;
  std::vector<std::string> warnings;
};

Result<UtcMicros> earlier_moment(const Customers& customers, const Question& question) {
  const Zone& zone = customers.zone();
  const bool is_said = question.period.from > kBeginning;
  const UtcMicros start =
      is_said ? question.period.from : zone.start_of(zone.day_of(question.as_of) - days{kDaysBack - 1});
  if (start > question.as_of)
    return invalid(fmt::format("the period starts after as_of, {}: moves are counted from its start to then",
                               format_moment(question.as_of)));
  return start - microseconds{1};
}

Result<Stood> stand(const Customers& customers, const Question& question, const std::string& offer) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto from_at = earlier_moment(customers, question);
  if (!from_at) return tl::unexpected(from_at.error());
  const auto aida = Aida::bind(customers);
  if (!aida) return tl::unexpected(aida.error());

  Stood stood{*from_at, question.as_of, {}, {}, aida->warnings()};
  if (!offer.empty()) {
    const auto found = aida->find_offer(offer);
    if (!found) return tl::unexpected(found.error());
    stood.offers.push_back(*found);
  } else {
    for (std::size_t each = 0; each < aida->offers(); ++each) stood.offers.push_back(each);
  }
  if (stood.offers.empty()) return stood;

  auto records = fold_lists<Records>(customers, question, *lens, [&](Records& into, const Person& person) {
    into.of_offer.resize(stood.offers.size());
    const bool was_known = !person.journey.until(stood.from_at).empty();
    for (std::size_t place = 0; place < stood.offers.size(); ++place) {
      const std::size_t of = stood.offers[place];
      Record record{person.journey.person(), person.audience};
      if (was_known) record.before = place_of(aida->phase_at(of, person.journey, stood.from_at));
      const AidaPhase phase = aida->phase_at(of, person.journey, stood.at);
      record.now = place_of(phase);
      if (const auto since = aida->since(of, person.journey, stood.at, phase))
        record.stayed_us = (stood.at - *since).count();
      into.of_offer[place].push_back(record);
    }
  });
  if (!records) return tl::unexpected(records.error());
  stood.records = *std::move(records);
  stood.records.of_offer.resize(stood.offers.size());
  return stood;
}

void fill_stay(AidaPhaseFigures& phase, std::vector<std::int64_t>& stayed_us) {
  if (stayed_us.empty() || phase.phase == AidaPlace::None) return;
  constexpr double kDay = 86'400e6;
  const FunnelTimes times = times_of(stayed_us, 1);
  phase.quartile1_days = static_cast<double>(times.quartile1.count()) / kDay;
  phase.median_days = static_cast<double>(times.median.count()) / kDay;
  phase.quartile3_days = static_cast<double>(times.quartile3.count()) / kDay;
}

// Of the part of the audience that `counts` says.
template <class Counts>
AidaFigures figures_of(std::span<const Record> records, const Counts& counts) {
  AidaFigures figures;
  std::array<std::array<std::uint64_t, kPlaces>, kPlaces> moves{};
  std::array<std::vector<std::int64_t>, kPlaces> stayed_us;
  figures.phases.resize(kPlaces - 1);
  for (const Record& record : records) {
    if (!counts(record)) continue;
    ++moves[index_of(record.before)][index_of(record.now)];
    stayed_us[index_of(record.now)].push_back(record.stayed_us);
    ++figures.now;
    ++(record.before == AidaPlace::NotYet ? figures.newcomers : figures.before);
    ++figures.phases[index_of(record.now) - 1].now;
    if (record.before != AidaPlace::NotYet) ++figures.phases[index_of(record.before) - 1].before;
  }
  for (std::size_t place = 1; place < kPlaces; ++place) {
    AidaPhaseFigures& phase = figures.phases[place - 1];
    phase.phase = static_cast<AidaPlace>(place);
    std::uint64_t on = 0, back = 0;
    for (std::size_t other = 0; other < kPlaces; ++other) {
      if (other != place) phase.came += moves[other][place];
      if (other != place) phase.left += moves[place][other];
      if (other > place) on += moves[place][other];
      if (other < place) back += moves[place][other];
    }
    phase.went_on = share_of(on, phase.before);
    phase.fell_back = share_of(back, phase.before);
    for (std::size_t later = place; later < kPlaces; ++later) phase.at_least += figures.phases[later - 1].now;
    if (place > 1) phase.reached = share_of(phase.at_least, figures.phases[place - 2].at_least);
    fill_stay(phase, stayed_us[place]);
  }
  for (std::size_t from = 0; from < kPlaces; ++from)
    for (std::size_t to = 0; to < kPlaces; ++to)
      if (moves[from][to] > 0)
        figures.moves.push_back({static_cast<AidaPlace>(from), static_cast<AidaPlace>(to), moves[from][to]});
  std::stable_sort(figures.moves.begin(), figures.moves.end(),
                   [](const AidaMove& left, const AidaMove& right) { return left.people > right.people; });
  return figures;
}

// Phases are counted moment by moment and moves person by person: two ways to the same figures, which have to agree.
Result<void> check(const AidaFigures& figures) {
  std::uint64_t before = 0, now = 0;
  for (const AidaPhaseFigures& phase : figures.phases) {
    before += phase.before;
    now += phase.now;
    if (phase.before + phase.came != phase.now + phase.left)
      return broken_identity("the moves before an offer add up to the change of each phase");
  }
  if (before != figures.before || now != figures.now || figures.before + figures.newcomers != figures.now)
    return broken_identity("everybody is at one phase before an offer");
  return {};
}

std::uint64_t now_at(const AidaFigures& figures, AidaPlace place) { return figures.phases[index_of(place) - 1].now; }

std::string sentence(const AidaReport& report, std::string_view language) {
  const bool french = language == "fr";
  if (report.verdict == AidaAnswer::NoOffers)
    return french ? "La configuration n’a pas d’[[offers]] : on ne peut pas dire où en est quelqu’un devant une offre."
                  : "The configuration has no [[offers]]: nothing can be said of where people stand before one.";
  if (report.verdict == AidaAnswer::Nobody)
    return french ? "Personne n’est encore connu à cette date." : "Nobody is known at that date yet.";
  std::string text;
  for (const AidaOffer& offer : report.offers) {
    const AidaFigures& all = offer.figures.all;
    const std::uint64_t wanting = now_at(all, AidaPlace::Desire), paid = now_at(all, AidaPlace::Action);
    text += french
                ? fmt::format("«\u00a0{}\u00a0»\u00a0: {} personnes en veulent sans avoir payé, {} ont payé. ",
                              offer.label_fr, wanting, paid)
                : fmt::format("{}: {} people want it and have not paid, {} have paid. ", offer.label_en, wanting, paid);
  }
  text.pop_back();
  return text;
}

bool is_meant(const Record& record, const AidaCell& cell) {
  const auto at = [&](AidaPlace place) { return !cell.phase || place == *cell.phase; };
  const bool was_known = record.before != AidaPlace::NotYet;
  switch (cell.who) {
    case AidaCell::Who::Now: return at(record.now);
    case AidaCell::Who::Before: return was_known && at(record.before);
    case AidaCell::Who::Came: return at(record.now) && record.before != record.now;
    case AidaCell::Who::Left: return was_known && at(record.before) && record.before != record.now;
    case AidaCell::Who::AtLeast: return !cell.phase || record.now >= *cell.phase;
    case AidaCell::Who::WentOn: return was_known && at(record.before) && record.now > record.before;
    case AidaCell::Who::FellBack: return was_known && at(record.before) && record.now < record.before;
    case AidaCell::Who::Moved: break;
  }
  return at(record.now) && (!cell.from || record.before == *cell.from);
}

}  // namespace

Result<AidaReport> ask_aida(const Customers& customers, const Question& question, const AidaSpec& spec) {
  const auto stood = stand(customers, question, spec.offer);
  if (!stood) return tl::unexpected(stood.error());
  AidaReport report;
  report.from_at = stood->from_at;
  report.at = stood->at;
  report.warnings = stood->warnings;
  for (std::size_t place = 0; place < stood->offers.size(); ++place) {
    const config::Offer& offer = customers.business().offers[stood->offers[place]];
    AidaOffer& told = report.offers.emplace_back();
    told.offer = offer.name;
    told.label_en = offer.en.empty() ? offer.name : offer.en;
    told.label_fr = offer.fr.empty() ? offer.name : offer.fr;
    const std::span<const Record> records = stood->records.of_offer[place];
    for (const auto& [side, figures] :
         {std::pair{AudienceSide::Inside, &told.figures.inside},
          std::pair{AudienceSide::Outside, &told.figures.outside},
          std::pair{AudienceSide::Unknown, &told.figures.unknown}, std::pair{AudienceSide::All, &told.figures.all}}) {
      const AudienceSide of = side;
      *figures = figures_of(records, [of](const Record& record) { return retention::on_side(record.audience, of); });
      if (auto sound = check(*figures); !sound) return tl::unexpected(sound.error());
    }
  }
  report.verdict = report.offers.empty()                        ? AidaAnswer::NoOffers
                   : report.offers.front().figures.all.now == 0 ? AidaAnswer::Nobody
                                                                : AidaAnswer::Told;
  report.sentence_en = sentence(report, "en");
  report.sentence_fr = sentence(report, "fr");
  return report;
}

Result<std::vector<PersonId>> people_of_aida(const Customers& customers, const Question& question, const AidaSpec& spec,
                                             const AidaCell& cell) {
  if (cell.from && cell.who != AidaCell::Who::Moved) return invalid("from: is of `moved` alone");
  const auto stood = stand(customers, question, cell.offer.empty() ? spec.offer : cell.offer);
  if (!stood) return tl::unexpected(stood.error());
  if (stood->offers.empty()) return fail(ErrorKind::NotFound, "the configuration has no [[offers]]");
  if (stood->offers.size() > 1) return invalid("offer: name one of the offers that the configuration has");
  std::vector<PersonId> people;
  for (const Record& record : stood->records.of_offer.front())
    if (retention::on_side(record.audience, cell.side) && is_meant(record, cell)) people.push_back(record.person);
  std::sort(people.begin(), people.end());
  return people;
}

}  // namespace habitue::insight
