#include "insight/attribution/gather.hpp"

#include <algorithm>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "base/text.hpp"
#include "insight/event_matcher.hpp"
#include "insight/fold_lists.hpp"
#include "insight/retention/acts.hpp"
#include "knowledge/first_touch.hpp"

namespace habitue::insight::attribution {
namespace {

using std::chrono::microseconds;

Result<journey::Property> find_property(const Customers& customers, const std::string& name) {
  const journey::Snapshot& snapshot = customers.snapshot();
  if (const auto property = snapshot.find_property(name)) return *property;
  const std::vector<std::string> names = snapshot.property_names();
  const std::string_view nearest = nearest_word(name, {names.begin(), names.end()});
  return fail(ErrorKind::NotFound, fmt::format("no event has a property \"{}\"{}", name,
                                               nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

// The property asked for, or those of config that some event has.
Result<std::vector<journey::Property>> properties_of(const Customers& customers,
                                                     const std::optional<std::string>& asked,
                                                     std::span<const std::string> of_config) {
  std::vector<journey::Property> properties;
  if (asked) {
    auto property = find_property(customers, *asked);
    if (!property) return tl::unexpected(property.error());
    properties.push_back(*property);
    return properties;
  }
  for (const std::string& name : of_config)
    if (const auto property = customers.snapshot().find_property(name)) properties.push_back(*property);
  return properties;
}

class Reader {
 public:
  static Result<Reader> bind(const Customers& customers, const Question& question, const AttributionSpec& spec) {
    Reader reader(customers, question, spec);
    const config::Business& business = customers.business();
    auto conversions = retention::ActReader::bind(customers, std::span(&spec.conversion, 1));
    if (!conversions) return tl::unexpected(conversions.error());
    reader.warnings = conversions->warnings();
    reader.conversions_ = *std::move(conversions);
    if (spec.touch) {
      auto touch = EventMatcher::bind(customers, std::span(&*spec.touch, 1));
      if (!touch) return tl::unexpected(touch.error());
      reader.warnings.insert(reader.warnings.end(), touch->warnings().begin(), touch->warnings().end());
      reader.touch_ = *std::move(touch);
    }
    auto channels = properties_of(customers, spec.channel, business.channels.properties);
    if (!channels) return tl::unexpected(channels.error());
    reader.channels_ = *std::move(channels);
    auto values = properties_of(customers, spec.value, business.money.amount);
    if (!values) return tl::unexpected(values.error());
    reader.values_ = *std::move(values);
    reader.currencies_ = *properties_of(customers, std::nullopt, business.money.currency);
    if (spec.breakdown) {
      auto told_apart = retention::ShownValues::bind(customers, *spec.breakdown);
      if (!told_apart) return tl::unexpected(told_apart.error());
      reader.told_apart = *std::move(told_apart);
    }
    return reader;
  }

  void read(const Person& person, Gathered& into) const {
    thread_local std::vector<retention::Act> acts;
    const bool ever = spec_->conversions == AttributionConversions::FirstEver;
    conversions_.read(person, {ever ? kBeginning : question_->period.from, question_->period.to}, question_->as_of,
                      acts);
    const std::size_t touches = into.touches.size(), conversions = into.conversions.size();
    read_touches(person.journey, into);
    thread_local std::vector<std::pair<UtcMicros, journey::Cell>> traits;
    const bool by_trait = told_apart && told_apart->of_person() && !acts.empty();
    if (by_trait) told_apart->told(person.journey, question_->as_of, traits);
    for (const retention::Act& act : acts) {
      // Those of a later instant than the first do not count, and of its instant one alone will.
      if (spec_->conversions != AttributionConversions::Every && act.at != acts.front().at) break;
      into.conversions.push_back(conversion_of(person.journey, act));
      if (by_trait) {
        const auto later = std::upper_bound(traits.begin(), traits.end(), act.at,
                                            [](UtcMicros at, const auto& told) { return at < told.first; });
        if (later != traits.begin()) into.conversions.back().told_apart = std::prev(later)->second;
      }
      set_window(into, touches, into.conversions.back());
    }
    if (spec_->conversions != AttributionConversions::Every) keep_one(into, conversions);
    if (ever && !acts.empty() && acts.front().at < question_->period.from) {
      into.conversions.resize(conversions);
      into.touches.resize(touches);
      return;
    }
    if (into.touches.size() == touches && into.conversions.size() == conversions) return;
    into.people.push_back({.person = person.journey.person(),
                           .audience = person.audience,
                           .touches_end = into.touches.size(),
                           .conversions_end = into.conversions.size(),
                           .open_from = open_from(into, touches, conversions)});
  }

  std::vector<std::string> warnings;
  std::optional<ValueReader> told_apart;  ///< By the breakdown.

 private:
  Reader(const Customers& customers, const Question& question, const AttributionSpec& spec)
      : customers_(&customers), question_(&question), spec_(&spec) {}

  void read_touches(const journey::Journey& journey, Gathered& into) const {
    const Period period = question_->period;
    const UtcMicros from = period.from > kBeginning + spec_->lookback ? period.from - spec_->lookback : kBeginning;
    const UtcMicros last = std::min(question_->as_of, period.to - microseconds{1});
    const std::size_t before = into.touches.size();
    for (const journey::Event event : journey.until(last).since(from)) {
      if (touch_ && (*touch_)(event) == 0) continue;
      if (const auto channel = channel_of(event, into))
        into.touches.push_back({.at_us = event.at.time_since_epoch().count(),
                                .channel = *channel,
                                .row = event.row,
                                .is_purchase = customers_->is_purchase(event.kind)});
    }
    const auto of_person = into.touches.begin() + static_cast<std::ptrdiff_t>(before);
    const auto earlier = [&](const Touch& left, const Touch& right) {
      return left.at_us != right.at_us
                 ? left.at_us < right.at_us
                 : left.channel != right.channel && into.names[left.channel] < into.names[right.channel];
    };
    if (!std::is_sorted(of_person, into.touches.end(), earlier)) std::sort(of_person, into.touches.end(), earlier);
  }

  // As the first touch of a person is read: the first property that is there, trimmed and in small letters.
  std::optional<std::uint32_t> channel_of(const journey::Event& event, Gathered& into) const {
    for (std::size_t place = 0; place < channels_.size(); ++place) {
      const journey::Cell cell = channels_[place].cell(event);
      if (cell.type() != journey::Value::Type::Text) continue;
      const std::uint64_t key = (static_cast<std::uint64_t>(place) << 32U) | cell.code();
      if (const auto known = into.number_of_cell.find(key)) return *known;
      const std::string_view text = trimmed(customers_->snapshot().value_of(channels_[place], cell).text);
      if (text.empty()) continue;
      std::string name = ascii_lower(text);
      if (std::find(spec_->direct.begin(), spec_->direct.end(), name) != spec_->direct.end()) name = knowledge::kDirect;
      const std::uint32_t number = into.names.number(name);
      into.number_of_cell.add(key, number);
      return number;
    }
    return std::nullopt;
  }

  Conversion conversion_of(const journey::Journey& journey, const retention::Act& act) const {
    const journey::Segment* segment = journey[0].segment;
    const journey::Event event{act.at, segment, act.row, segment->kind(act.row)};
    Conversion conversion;
    conversion.at_us = act.at.time_since_epoch().count();
    conversion.row = act.row;
    if (told_apart && !told_apart->of_person()) conversion.told_apart = told_apart->at(event);
    Currency currency = customers_->business().currency;
    for (const journey::Property& property : currencies_)
      if (const auto letters = property.text(event))
        if (const auto said = Currency::parse(*letters)) {
          currency = *said;
          break;
        }
    for (const journey::Property& property : values_)
      if (const auto amount = property.number(event)) {
        const auto money = money_of(*amount, currency);
        if (!money) break;
        conversion.in_other_currency = currency != customers_->business().currency;
        conversion.has_value = !conversion.in_other_currency;
        if (conversion.has_value) conversion.value_minor = money->minor_units;
        break;
      }
    return conversion;
  }

  void set_window(const Gathered& into, std::size_t touches, Conversion& conversion) const {
    const auto begin = into.touches.begin() + static_cast<std::ptrdiff_t>(touches);
    const std::int64_t oldest = conversion.at_us - spec_->lookback.count();
    const auto first = std::lower_bound(begin, into.touches.end(), oldest,
                                        [](const Touch& touch, std::int64_t at_us) { return touch.at_us < at_us; });
    const auto last = std::upper_bound(first, into.touches.end(), conversion.at_us,
                                       [](std::int64_t at_us, const Touch& touch) { return at_us < touch.at_us; });
    conversion.first = static_cast<std::size_t>(first - into.touches.begin());
    conversion.last = static_cast<std::size_t>(last - into.touches.begin());
  }

  // Of conversions at one instant the one of the least value, then of the least own channel, then of the least value of the
  // breakdown: never by arrival.
  void keep_one(Gathered& into, std::size_t conversions) const {
    const auto begin = into.conversions.begin() + static_cast<std::ptrdiff_t>(conversions);
    if (into.conversions.end() - begin < 2) return;
    const auto own = [&](const Conversion& conversion) {
      for (std::size_t place = conversion.first; place < conversion.last; ++place)
        if (into.touches[place].row == conversion.row) return into.names[into.touches[place].channel];
      return std::string_view();
    };
    const auto place = [&](const Conversion& one) {
      return std::tuple(one.has_value, one.value_minor, one.in_other_currency, own(one),
                        told_apart ? told_apart->text(one.told_apart) : std::nullopt);
    };
    *begin = *std::min_element(begin, into.conversions.end(), [&](const Conversion& left, const Conversion& right) {
      return place(left) < place(right);
    });
    into.conversions.resize(conversions + 1);
  }

  // The touches of the period after the last conversion that is counted; none of people whose first alone counts.
  std::size_t open_from(const Gathered& into, std::size_t touches, std::size_t conversions) const {
    const bool converted = into.conversions.size() > conversions;
    if (converted && spec_->conversions != AttributionConversions::Every) return into.touches.size();
    std::int64_t from = question_->period.from.time_since_epoch().count();
    if (converted) from = std::max(from, into.conversions.back().at_us + 1);
    const auto begin = into.touches.begin() + static_cast<std::ptrdiff_t>(touches);
    const auto first = std::lower_bound(begin, into.touches.end(), from,
                                        [](const Touch& touch, std::int64_t at_us) { return touch.at_us < at_us; });
    return static_cast<std::size_t>(first - into.touches.begin());
  }

  const Customers* customers_;
  const Question* question_;
  const AttributionSpec* spec_;
  retention::ActReader conversions_;
  std::optional<EventMatcher> touch_;
  std::vector<journey::Property> channels_, values_, currencies_;
};

}  // namespace

void Gathered::merge(const Gathered& other) {
  std::vector<std::uint32_t> here;
  for (std::size_t name = 0; name < other.names.size(); ++name) here.push_back(names.number(other.names[name]));
  const std::size_t touches_before = touches.size(), conversions_before = conversions.size();
  for (Touch touch : other.touches) {
    touch.channel = here[touch.channel];
    touches.push_back(touch);
  }
  for (Conversion conversion : other.conversions) {
    conversion.first += touches_before;
    conversion.last += touches_before;
    conversions.push_back(conversion);
  }
  for (Member member : other.people) {
    member.touches_end += touches_before;
    member.open_from += touches_before;
    member.conversions_end += conversions_before;
    people.push_back(member);
  }
}

void Gathered::reserve(std::span<const Gathered> parts) {
  std::size_t of_people = 0, of_touches = 0, of_conversions = 0;
  for (const Gathered& part : parts) {
    of_people += part.people.size();
    of_touches += part.touches.size();
    of_conversions += part.conversions.size();
  }
  people.reserve(of_people);
  touches.reserve(of_touches);
  conversions.reserve(of_conversions);
}

namespace {
// Finds the values that are shown, by people who converted with them, and gives each conversion its own.
retention::ShownValues tell_apart(Gathered& gathered, const ValueReader& reader, std::size_t limit,
                                  const Cancellation* cancellation, CancellationWatch& watch) {
  retention::CellCounts people;
  std::vector<std::uint64_t> of_person;
  std::size_t number = 0;
  for (const Member& member : gathered.people) {
    if (watch.stopped(1 + member.conversions_end - number)) return {};
    of_person.clear();
    for (; number < member.conversions_end; ++number) of_person.push_back(gathered.conversions[number].told_apart.bits);
    std::sort(of_person.begin(), of_person.end());
    of_person.erase(std::unique(of_person.begin(), of_person.end()), of_person.end());
    for (const std::uint64_t bits : of_person) ++people.of(bits);
  }
  retention::ShownValues values = retention::ShownValues::of(reader, limit, people, cancellation);
  if (watch.look()) return {};
  for (Conversion& conversion : gathered.conversions) {
    if (watch.stopped()) break;
    conversion.slot = values.slot_of(values.value_of(conversion.told_apart));
  }
  return values;
}
}  // namespace

Result<Read> gather(const Customers& customers, const Question& question, const AttributionSpec& spec) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto reader = Reader::bind(customers, question, spec);
  if (!reader) return tl::unexpected(reader.error());
  auto gathered = fold_lists<Gathered>(customers, question, *lens,
                                       [&](Gathered& into, const Person& person) { reader->read(person, into); });
  if (!gathered) return tl::unexpected(gathered.error());
  Read read{*std::move(gathered), {}, std::move(reader->warnings)};
  if (!reader->told_apart) return read;
  CancellationWatch watch(question.cancellation);
  read.values = tell_apart(read.gathered, *reader->told_apart, spec.breakdown->limit, question.cancellation, watch);
  if (watch.look()) return was_cancelled();
  return read;
}

}  // namespace habitue::insight::attribution
