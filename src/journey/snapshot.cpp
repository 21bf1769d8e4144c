#include "journey/snapshot.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/memory_budget.hpp"
#include "base/text.hpp"

namespace habitue::journey {

std::optional<double> number_of_text(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits.front() == '.' || digits.back() == '.') return std::nullopt;
  if (digits.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;  // Two points, or out of range.
  return number;
}

Result<std::vector<EventKind>> Snapshot::find_kinds(std::span<const std::string> names) const {
  std::vector<EventKind> found;
  for (const std::string& name : names) {
    const auto kind = find_kind(name);
    if (!kind) {
      const std::span<const std::string> known = kinds();
      const std::string_view nearest = nearest_word(name, {known.begin(), known.end()});
      std::string message = "no event is called '" + name + "'";
      if (!nearest.empty()) message.append("; did you mean '").append(nearest).append("'?");
      return fail(ErrorKind::NotFound, std::move(message));
    }
    found.push_back(*kind);
  }
  return found;
}

std::optional<std::uint32_t> Part::find(PersonId person) const {
  const auto place = segment->find(person);
  return place && live(*place) ? place : std::nullopt;
}

void Part::supersede(std::span<const std::uint32_t> persons) {
  if (persons.empty()) return;
  auto marks = superseded == nullptr ? std::make_shared<std::vector<bool>>(segment->persons())
                                     : std::make_shared<std::vector<bool>>(*superseded);
  for (const std::uint32_t person : persons) {
    if ((*marks)[person]) continue;
    (*marks)[person] = true;
    ++persons_dead;
    rows_dead += segment->first_row(person + 1) - segment->first_row(person);
  }
  superseded = std::move(marks);
}

Source Part::live_source() const {
  Source source{segment, {}, nullptr};
  for (std::uint32_t person = 0; person < segment->persons(); ++person) {
    if (live(person))
      source.ranges.push_back(
          {segment->first_row(person), segment->first_row(person + 1), segment->person(person).value});
  }
  return source;
}

IndexSnapshot::IndexSnapshot(SnapshotContents contents) : in_(std::move(contents)) {
  for (const Part& part : in_.parts) {
    person_count_ += part.segment->persons() - part.persons_dead;
    if (part.find(kNobody)) --person_count_;
    event_count_ += part.rows_live();
  }
}

std::size_t IndexSnapshot::memory_bytes() const {
  std::size_t bytes = in_.text_bytes;
  for (const Part& part : in_.parts) {
    bytes += part.segment->bytes();
    if (part.superseded != nullptr) bytes += part.superseded->size() / 8;
  }
  return bytes;
}

std::optional<EventKind> IndexSnapshot::find_kind(std::string_view name) const {
  const auto kind = in_.names->kinds.find(name);
  return kind ? std::optional(EventKind{static_cast<std::uint16_t>(*kind)}) : std::nullopt;
}

std::size_t IndexSnapshot::count_of(EventKind kind) const {
  return kind.value < in_.kind_counts.size() ? in_.kind_counts[kind.value] : 0;
}

std::vector<std::string> IndexSnapshot::property_names() const {
  std::vector<std::string> names = in_.names->properties.texts;
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Property> IndexSnapshot::find_property(std::string_view name) const {
  const auto property = in_.names->properties.find(name);
  return property ? std::optional(Property{*property}) : std::nullopt;
}

std::vector<std::pair<std::string, std::uint64_t>> IndexSnapshot::frequent_values(Property property,
                                                                                  std::size_t limit) const {
  std::vector<std::uint64_t> counts;  // By code: all parts share their dictionaries.
  const Dictionary* texts = nullptr;
  for (const Part& part : in_.parts) {
    const std::span<const Column> columns = part.segment->properties();
    if (property.index() >= columns.size()) continue;
    const Column& column = columns[property.index()];
    const auto count = [&](std::uint32_t first, std::uint32_t last, bool more) {
      column.for_cells_in(first, last, [&](std::uint32_t, std::uint32_t index) {
        const Cell cell = column.cell(index);
        if (cell.type() != Value::Type::Text) return;
        texts = column.dictionary;
        if (cell.code() >= counts.size()) counts.resize(cell.code() + std::size_t{1});
        counts[cell.code()] += more ? 1 : ~std::uint64_t{0};
      });
    };
    // Whole columns run fast; then what is superseded is taken off again.
    count(0, part.segment->rows(), true);
    if (part.superseded == nullptr) continue;
    for (std::uint32_t person = 0; person < part.segment->persons(); ++person)
      if (!part.live(person)) count(part.segment->first_row(person), part.segment->first_row(person + 1), false);
  }

  std::vector<std::uint32_t> codes;
  for (std::uint32_t code = 0; code < counts.size(); ++code)
    if (counts[code] != 0) codes.push_back(code);
  const std::size_t kept = std::min(limit, codes.size());
  std::partial_sort(codes.begin(), codes.begin() + static_cast<std::ptrdiff_t>(kept), codes.end(),
                    [&](std::uint32_t left, std::uint32_t right) {
                      if (counts[left] != counts[right]) return counts[left] > counts[right];
                      return texts->text(left) < texts->text(right);
                    });
  std::vector<std::pair<std::string, std::uint64_t>> values;
  for (std::size_t rank = 0; rank < kept; ++rank) values.emplace_back(texts->text(codes[rank]), counts[codes[rank]]);
  return values;
}

std::optional<Journey> IndexSnapshot::find(PersonId person) const {
  if (person == kNobody) {
    const Journey events = nobody();
    return events.empty() ? std::nullopt : std::optional(events);
  }
  for (auto part = in_.parts.rbegin(); part != in_.parts.rend(); ++part)
    if (const auto place = part->find(person)) return part->journey(*place);
  return std::nullopt;
}

Journey IndexSnapshot::nobody() const {
  std::vector<Source> pieces;
  for (const Part& part : in_.parts) {
    if (const auto place = part.find(kNobody)) {
      const RowRange rows{part.segment->first_row(*place), part.segment->first_row(*place + 1), kNobody.value};
      pieces.push_back({part.segment, {rows}, nullptr});
    }
  }
  if (pieces.empty()) return {};
  if (pieces.size() == 1)
    return {pieces[0].segment.get(), kNobody, pieces[0].ranges[0].first, pieces[0].ranges[0].last};
  std::call_once(nobody_once_, [&] {
    const MemoryScope of_no_question(nullptr);  // It stays for all that are asked of this snapshot.
    // No larger than what is already in memory, and of fewer rows than a segment can number.
    nobody_joined_ = build_segment({.sources = pieces, .person_of = {}}, nullptr).value();
  });
  return {nobody_joined_.get(), kNobody, 0, nobody_joined_->rows()};
}

Value IndexSnapshot::value_of(Property property, Cell cell) const {
  switch (cell.type()) {
    case Value::Type::Missing: return {};
    case Value::Type::Bool: return {Value::Type::Bool, cell.boolean(), 0, {}};
    case Value::Type::Number: return {Value::Type::Number, false, cell.number(), {}};
    case Value::Type::Text: break;
  }
  for (const Part& part : in_.parts) {
    const std::span<const Column> columns = part.segment->properties();
    if (property.index() >= columns.size()) continue;
    if (const Dictionary* texts = columns[property.index()].dictionary; texts != nullptr && cell.code() < texts->size())
      return {Value::Type::Text, false, 0, texts->text(cell.code())};
  }
  return {};
}

namespace {

void visit_journeys(const Part& part, std::uint32_t from, std::uint32_t to, const std::function<void(Journey)>& visit) {
  // Most questions look at somebody's kinds and last moment first: they are asked for while the people before are looked at.
  constexpr std::uint32_t kAhead = 8;
  const SegmentColumns& columns = part.segment->columns();
  for (std::uint32_t place = from; place < to; ++place) {
    if (place + kAhead < to) {
      const std::uint32_t first = columns.first_rows[place + kAhead], last = columns.first_rows[place + kAhead + 1];
      columns.kinds.prefetch(first);
      columns.at_us.prefetch(last - 1, last + 1);
    }
    if (part.live(place)) visit(part.journey(place));
  }
}

}  // namespace

void IndexSnapshot::for_each_journey(const std::function<void(Journey)>& visit) const {
  visit_runs(PersonId{1}, std::nullopt,
             [&](const Part& of, std::uint32_t from, std::uint32_t to) { visit_journeys(of, from, to, visit); });
}

void IndexSnapshot::for_each_journey(std::size_t part, std::size_t parts,
                                     const std::function<void(Journey)>& visit) const {
  if (part >= parts) return;
  const auto [first, end] = range_of(part, parts);
  visit_runs(first, end,
             [&](const Part& of, std::uint32_t from, std::uint32_t to) { visit_journeys(of, from, to, visit); });
}

std::pair<PersonId, std::optional<PersonId>> IndexSnapshot::range_of(std::size_t part, std::size_t parts) const {
  return {border(part, parts), part + 1 == parts ? std::nullopt : std::optional(border(part + 1, parts))};
}

// The first person of a range when the oldest part is cut in ranges of about as many events.
PersonId IndexSnapshot::border(std::size_t part, std::size_t parts) const {
  if (part == 0 || in_.parts.empty()) return PersonId{1};
  const Segment& oldest = *in_.parts.front().segment;
  const std::uint32_t first_person = oldest.lower_bound(PersonId{1});
  const std::uint32_t first_row = oldest.first_row(first_person);
  const std::uint64_t rows = oldest.rows() - first_row;
  const auto row = static_cast<std::uint32_t>(first_row + rows * part / parts);
  const std::uint32_t* const starts = oldest.columns().first_rows;
  const auto place =
      static_cast<std::uint32_t>(std::lower_bound(starts + first_person, starts + oldest.persons(), row) - starts);
  return place < oldest.persons() ? oldest.person(place) : PersonId{UINT32_MAX};
}

void IndexSnapshot::visit_runs(PersonId first, std::optional<PersonId> end, const VisitRun& visit) const {
  struct Head {
    const Part* part;
    std::uint32_t next, last;
    PersonId person() const { return part->segment->person(next); }
    void skip_dead() {
      while (next < last && !part->live(next)) ++next;
    }
  };
  std::vector<Head> heads;
  for (const Part& part : in_.parts) {
    const std::uint32_t last = end ? part.segment->lower_bound(*end) : part.segment->persons();
    Head head{&part, part.segment->lower_bound(first), last};
    head.skip_dead();
    if (head.next < head.last) heads.push_back(head);
  }
  while (!heads.empty()) {
    // The part with the lowest person runs until another's turn: nearly all are in the oldest part.
    const auto lowest = std::min_element(
        heads.begin(), heads.end(), [](const Head& left, const Head& right) { return left.person() < right.person(); });
    std::optional<PersonId> turn;
    for (auto other = heads.begin(); other != heads.end(); ++other)
      if (other != lowest && (!turn || other->person() < *turn)) turn = other->person();
    const std::uint32_t stop =
        turn ? std::min(lowest->part->segment->lower_bound_near(*turn, lowest->next), lowest->last) : lowest->last;
    visit(*lowest->part, lowest->next, stop);
    lowest->next = stop;
    lowest->skip_dead();
    if (lowest->next == lowest->last) heads.erase(lowest);
  }
}

}  // namespace habitue::journey
