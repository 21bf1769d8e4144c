#include "insight/paths/walks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/retention/acts.hpp"

namespace habitue::insight::paths {
namespace {

using std::chrono::microseconds;

constexpr std::uint32_t kStepsMax = 20;
constexpr std::size_t kRulesMax = 100, kNamesMax = 100, kPathsMax = 1000;
constexpr microseconds kGapMax = std::chrono::days{36'525};

Result<void> check(const PathsSpec& spec) {
  if (spec.steps < 1 || spec.steps > kStepsMax)
    return invalid(fmt::format("paths have 1 to {} steps, not {}", kStepsMax, spec.steps));
  if (spec.gap && (*spec.gap <= microseconds{0} || *spec.gap > kGapMax))
    return invalid("the pause that ends a path is more than nothing and at most 36,525 days");
  if (spec.rules.size() > kRulesMax)
    return invalid(fmt::format("paths have at most {} rules for names, not {}", kRulesMax, spec.rules.size()));
  if (spec.names_limit < 1 || spec.names_limit > kNamesMax)
    return invalid(fmt::format("a step shows 1 to {} names, not {}", kNamesMax, spec.names_limit));
  if (spec.paths_limit < 1 || spec.paths_limit > kPathsMax)
    return invalid(fmt::format("1 to {} whole paths are shown, not {}", kPathsMax, spec.paths_limit));
  return {};
}

// An event that can be a step of a path.
struct Stop {
  UtcMicros at;
  std::uint32_t name = 0;
  std::uint32_t row = 0;
  bool is_purchase = false;
};

class Reader {
 public:
  static Result<Reader> bind(const Customers& customers, const Question& question, const PathsSpec& spec) {
    Reader reader(customers, question, spec);
    auto namer = Namer::bind(customers, spec);
    if (!namer) return tl::unexpected(namer.error());
    reader.warnings = namer->warnings();
    reader.namer_ = *std::move(namer);
    if (spec.breakdown) {
      auto told_apart = retention::ShownValues::bind(customers, *spec.breakdown);
      if (!told_apart) return tl::unexpected(told_apart.error());
      reader.told_apart = *std::move(told_apart);
    }
    if (spec.from == PathsFrom::Session) return reader;
    auto anchors = retention::ActReader::bind(customers, std::span(&spec.anchor, 1));
    if (!anchors) return tl::unexpected(anchors.error());
    reader.warnings.insert(reader.warnings.end(), anchors->warnings().begin(), anchors->warnings().end());
    reader.anchors_ = *std::move(anchors);
    return reader;
  }

  void read(const Person& person, Walks& into) const {
    const std::size_t before = into.ends.size();
    thread_local std::vector<Stop> stops;
    if (spec_->from == PathsFrom::Session) {
      read_stops(person.journey, into.names, stops);
      read_sessions(person.journey, stops, into);
    } else {
      thread_local std::vector<retention::Act> acts;
      anchors_.read(person, question_->period, question_->as_of, acts);
      if (acts.empty()) return;
      read_stops(person.journey, into.names, stops);
      for (const retention::Act& act : acts) {
        if (spec_->from == PathsFrom::FirstAnchor && act.at != acts.front().at) break;
        read_anchor(person.journey, act, stops, into);
      }
      if (spec_->from == PathsFrom::FirstAnchor) keep_one(into, before);
    }
    if (into.ends.size() == before) return;
    if (told_apart && told_apart->of_person())
      into.told_apart.resize(into.ends.size(), told_apart->of(person.journey, question_->as_of));
    into.people.push_back(
        {.person = person.journey.person(), .audience = person.audience, .walks_end = into.ends.size()});
  }

  std::vector<std::string> warnings;
  std::optional<ValueReader> told_apart;  ///< By the breakdown.

 private:
  Reader(const Customers& customers, const Question& question, const PathsSpec& spec)
      : customers_(&customers), question_(&question), spec_(&spec) {}

  bool by_property() const { return told_apart && !told_apart->of_person(); }
  bool goes_on() const { return spec_->direction == PathsDirection::After; }
  bool pauses(UtcMicros from, UtcMicros to) const { return spec_->gap && to - from > *spec_->gap; }

  // By time, at one instant by name.
  void read_stops(const journey::Journey& journey, Names& names, std::vector<Stop>& stops) const {
    stops.clear();
    const Period period = question_->period;
    // Before what is asked only the last event matters, for whether it belongs to the same session.
    const bool bounded = goes_on() && spec_->gap && period.from > kBeginning + *spec_->gap;
    const UtcMicros from = bounded ? period.from - *spec_->gap : kBeginning;
    for (const journey::Event event : journey.until(question_->as_of).since(from))
      if (const auto name = namer_.name(event, names))
        stops.push_back({event.at, *name, event.row, customers_->is_purchase(event.kind)});
    const auto earlier = [&](const Stop& left, const Stop& right) {
      return left.at != right.at ? left.at < right.at
                                 : left.name != right.name && names.texts[left.name] < names.texts[right.name];
    };
    if (!std::is_sorted(stops.begin(), stops.end(), earlier)) std::sort(stops.begin(), stops.end(), earlier);
  }

  // One path along the stops from `place` on, in its direction. `skips` are no steps and do not count as a sign of life.
  template <class Skips>
  void walk(const std::vector<Stop>& stops, std::size_t place, UtcMicros last_at, std::uint32_t last_name, Walks& into,
            const Skips& skips) const {
    std::uint32_t length = 0;
    const std::size_t count = stops.size();
    for (std::size_t next = place; next < count && length < spec_->steps; next = goes_on() ? next + 1 : next - 1) {
      const Stop& stop = stops[next];
      if (skips(stop)) continue;
      if (goes_on() ? pauses(last_at, stop.at) : pauses(stop.at, last_at)) break;
      last_at = stop.at;
      if (spec_->repeats == PathsRepeats::Folded && stop.name == last_name) continue;
      last_name = stop.name;
      into.steps.push_back(stop.name);
      ++length;
    }
    into.ends.push_back(into.steps.size());
  }

  void read_sessions(const journey::Journey& journey, const std::vector<Stop>& stops, Walks& into) const {
    for (std::size_t place = 0; place < stops.size(); ++place) {
      const UtcMicros at = stops[place].at;
      if (at < question_->period.from || at >= question_->period.to) continue;
      const bool begins = place == 0 || pauses(stops[place - 1].at, at);
      const bool ends = place + 1 == stops.size() || pauses(at, stops[place + 1].at);
      if (!(goes_on() ? begins : ends)) continue;
      walk(stops, place, at, Names::kLeftOut, into, [](const Stop&) { return false; });
      if (by_property()) into.told_apart.push_back(value_of_session(journey, stops, place));
    }
  }

  // Of the event that the session begins with; of several of that instant and name the least as it reads: never by arrival.
  journey::Cell value_of_session(const journey::Journey& journey, const std::vector<Stop>& stops,
                                 std::size_t place) const {
    const journey::Segment* segment = journey[0].segment;
    const auto value = [&](const Stop& stop) {
      return told_apart->at({stop.at, segment, stop.row, segment->kind(stop.row)});
    };
    journey::Cell least = value(stops[place]);
    const auto look_at = [&](const Stop& stop) {
      if (stop.at != stops[place].at || stop.name != stops[place].name) return false;
      if (const journey::Cell cell = value(stop); cell != least && told_apart->text(cell) < told_apart->text(least))
        least = cell;
      return true;
    };
    for (std::size_t other = place; other-- > 0 && look_at(stops[other]);) continue;
    for (std::size_t other = place + 1; other < stops.size() && look_at(stops[other]);) ++other;
    return least;
  }

  void read_anchor(const journey::Journey& journey, const retention::Act& act, const std::vector<Stop>& stops,
                   Walks& into) const {
    const journey::Segment* segment = journey[0].segment;
    const auto own = namer_.name({act.at, segment, act.row, segment->kind(act.row)}, into.names);
    const auto begin = stops.begin();
    const auto first =
        std::lower_bound(begin, stops.end(), act.at, [](const Stop& stop, UtcMicros at) { return stop.at < at; });
    const auto after =
        std::upper_bound(first, stops.end(), act.at, [](UtcMicros at, const Stop& stop) { return at < stop.at; });
    // Backwards from the last of the instant; before the first place there is nothing, and the walk is over at once.
    const std::size_t place =
        goes_on() ? static_cast<std::size_t>(first - begin) : static_cast<std::size_t>(after - begin) - 1;
    // A purchase that is said again is the same; what else happens at its instant comes after it, or before it when asked backwards.
    walk(stops, place, act.at, own.value_or(Names::kLeftOut), into, [&](const Stop& stop) {
      return stop.row == act.row || (!spec_->anchor && stop.is_purchase && stop.at == act.at);
    });
    if (by_property()) into.told_apart.push_back(told_apart->at({act.at, segment, act.row, segment->kind(act.row)}));
  }

  // Of the paths of anchors at one instant that with the least names, then of the least value: never by arrival.
  void keep_one(Walks& into, std::size_t before) const {
    if (into.ends.size() <= before + 1) return;
    std::size_t least = before;
    for (std::size_t number = before + 1; number < into.ends.size(); ++number) {
      const auto left = into.walk(number), right = into.walk(least);
      const bool same = std::ranges::equal(left, right);
      const bool less = std::lexicographical_compare(
          left.begin(), left.end(), right.begin(), right.end(), [&](std::uint32_t one, std::uint32_t other) {
            return one != other && into.names.texts[one] < into.names.texts[other];
          });
      const bool of_less =
          same && by_property() && told_apart->text(into.told_apart[number]) < told_apart->text(into.told_apart[least]);
      if (less || of_less) least = number;
    }
    const std::size_t begin = before == 0 ? 0 : into.ends[before - 1];
    const auto kept = into.walk(least);
    const std::vector<std::uint32_t> steps(kept.begin(), kept.end());
    into.steps.resize(begin);
    into.steps.insert(into.steps.end(), steps.begin(), steps.end());
    into.ends.resize(before);
    into.ends.push_back(into.steps.size());
    if (!by_property()) return;
    into.told_apart[before] = into.told_apart[least];
    into.told_apart.resize(before + 1);
  }

  const Customers* customers_;
  const Question* question_;
  const PathsSpec* spec_;
  Namer namer_;
  retention::ActReader anchors_;
};

}  // namespace

void Walks::merge(const Walks& other) {
  std::vector<std::uint32_t> here;
  for (std::size_t name = 0; name < other.names.texts.size(); ++name)
    here.push_back(names.texts.number(other.names.texts[name]));
  const std::size_t walks_before = ends.size(), steps_before = steps.size();
  for (const std::uint32_t step : other.steps) steps.push_back(here[step]);
  for (const std::size_t end : other.ends) ends.push_back(end + steps_before);
  told_apart.insert(told_apart.end(), other.told_apart.begin(), other.told_apart.end());
  for (Walker walker : other.people) {
    walker.walks_end += walks_before;
    people.push_back(walker);
  }
}

void Walks::reserve(std::span<const Walks> parts) {
  std::size_t of_people = 0, of_ends = 0, of_steps = 0, of_told_apart = 0;
  for (const Walks& part : parts) {
    of_people += part.people.size();
    of_ends += part.ends.size();
    of_steps += part.steps.size();
    of_told_apart += part.told_apart.size();
  }
  people.reserve(of_people);
  ends.reserve(of_ends);
  steps.reserve(of_steps);
  told_apart.reserve(of_told_apart);
}

namespace {
// The values that are shown, by people who went a path of them.
retention::ShownValues rank_values(const Walks& walks, const ValueReader& reader, std::size_t limit,
                                   const Cancellation* cancellation, CancellationWatch& watch) {
  retention::CellCounts people;
  std::vector<std::uint64_t> of_person;
  for_each_walker(walks, watch, [&](const Walker&, std::size_t first, std::size_t last) {
    of_person.clear();
    for (std::size_t number = first; number < last; ++number) of_person.push_back(walks.told_apart[number].bits);
    std::sort(of_person.begin(), of_person.end());
    of_person.erase(std::unique(of_person.begin(), of_person.end()), of_person.end());
    for (const std::uint64_t bits : of_person) ++people.of(bits);
  });
  return retention::ShownValues::of(reader, limit, people, cancellation);
}
}  // namespace

Result<Read> read_walks(const Customers& customers, const Question& question, const PathsSpec& spec) {
  if (auto sound = check(spec); !sound) return tl::unexpected(sound.error());
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto reader = Reader::bind(customers, question, spec);
  if (!reader) return tl::unexpected(reader.error());
  auto walks = fold_lists<Walks>(customers, question, *lens,
                                 [&](Walks& into, const Person& person) { reader->read(person, into); });
  if (!walks) return tl::unexpected(walks.error());
  Read read{*std::move(walks), {}, std::move(reader->warnings)};
  if (!reader->told_apart) return read;
  CancellationWatch watch(question.cancellation);
  read.values = rank_values(read.walks, *reader->told_apart, spec.breakdown->limit, question.cancellation, watch);
  if (watch.look()) return was_cancelled();
  return read;
}

std::vector<Walks> by_slot(const Read& read, CancellationWatch& watch) {
  std::vector<Walks> of_slot(read.values.slots() - 1);
  if (of_slot.empty()) return of_slot;
  std::vector<std::size_t> touched;
  for_each_walker(read.walks, watch, [&](const Walker& walker, std::size_t first, std::size_t last) {
    touched.clear();
    for (std::size_t number = first; number < last; ++number) {
      const std::size_t slot = read.values.slot_of(read.values.value_of(read.walks.told_apart[number])) - 1;
      Walks& into = of_slot[slot];
      const auto steps = read.walks.walk(number);
      into.steps.insert(into.steps.end(), steps.begin(), steps.end());
      into.ends.push_back(into.steps.size());
      touched.push_back(slot);
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const std::size_t slot : touched) {
      Walker one = walker;
      one.walks_end = of_slot[slot].ends.size();
      of_slot[slot].people.push_back(one);
    }
  });
  return of_slot;
}

}  // namespace habitue::insight::paths
