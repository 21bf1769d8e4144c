#include "insight/retention/values.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "insight/retention/sums.hpp"

namespace habitue::insight::retention {
namespace {

// People by the bits of a cell.
struct Counts {
  std::unordered_map<std::uint64_t, std::uint64_t> people;
  void merge(const Counts& other) {
    for (const auto& [bits, count] : other.people) people[bits] += count;
  }
};

journey::Event event_of(const journey::Journey& journey, UtcMicros at, std::uint32_t row) {
  const journey::Segment* segment = journey[0].segment;
  return {at, segment, row, segment->kind(row)};
}

}  // namespace

Result<ValueReader> ShownValues::bind(const Customers& customers, const Breakdown& breakdown) {
  if (breakdown.limit < 1 || breakdown.limit > kLimitMax)
    return invalid(fmt::format("a breakdown shows 1 to {} values, not {}", kLimitMax, breakdown.limit));
  return ValueReader::bind(customers, breakdown);
}

Result<ShownValues> ShownValues::rank(const Customers& customers, const Question& question, const Lens& lens,
                                      const std::optional<Breakdown>& breakdown, const RowsOf& rows_of) {
  if (!breakdown) return ShownValues{};
  auto reader = bind(customers, *breakdown);
  if (!reader) return tl::unexpected(reader.error());

  auto counted = fold_sums(customers, question, lens, Counts{}, [&](Counts& into, const Person& person) {
    thread_local std::vector<std::uint32_t> rows;
    thread_local std::vector<std::uint64_t> cells;
    rows.clear();
    rows_of(person, rows);
    if (rows.empty()) return;
    if (reader->of_person()) {
      ++into.people[reader->of(person.journey, question.as_of).bits];
      return;
    }
    cells.clear();
    for (const std::uint32_t row : rows) cells.push_back(reader->at(event_of(person.journey, {}, row)).bits);
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    for (const std::uint64_t bits : cells) ++into.people[bits];
  });
  if (!counted) return tl::unexpected(counted.error());

  return of(*std::move(reader), breakdown->limit, counted->people);
}

ShownValues ShownValues::of(ValueReader reader, std::size_t limit,
                            const std::unordered_map<std::uint64_t, std::uint64_t>& people_of_cell) {
  ShownValues values;
  // By what they read as: the number 12 and the text "12" are one value. "Missing" comes first in the order of texts.
  std::map<std::optional<std::string>, std::uint64_t> people_of{{std::nullopt, 0}};
  std::map<std::uint64_t, std::optional<std::string>> text_of{{journey::Cell::missing().bits, std::nullopt}};
  for (const auto& [bits, people] : people_of_cell) {
    const auto text = text_of.emplace(bits, reader.text(journey::Cell{bits})).first->second;
    people_of[text] += people;
  }
  std::map<std::optional<std::string>, std::uint32_t> number_of;
  std::vector<std::pair<std::uint64_t, std::optional<std::string>>> ranked;
  for (const auto& [text, people] : people_of) {
    number_of.emplace(text, static_cast<std::uint32_t>(number_of.size()));
    if (people > 0) ranked.emplace_back(people, text);
  }
  for (const auto& [bits, text] : text_of) values.value_of_.emplace(bits, number_of.at(text));
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& left, const auto& right) { return left.first > right.first; });
  values.slot_of_.assign(number_of.size(), kNoSlot);
  for (std::size_t place = 0; place < ranked.size(); ++place) {
    const auto& text = ranked[place].second;
    const bool is_other = place >= limit;
    values.slot_of_[number_of.at(text)] = is_other ? limit + 1 : place + 1;
    if (is_other && place > limit) continue;
    values.shown_.push_back(is_other ? ShownValue{ShownValue::Kind::Other}
                            : text   ? ShownValue{ShownValue::Kind::Value, *text}
                                     : ShownValue{ShownValue::Kind::Missing});
  }
  values.reader_ = std::move(reader);
  return values;
}

std::optional<std::size_t> ShownValues::find(const ShownValue& value) const {
  const auto found = std::find(shown_.begin(), shown_.end(), value);
  if (found == shown_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - shown_.begin());
}

Result<std::size_t> ShownValues::slot(const ShownValue& value) const {
  if (const auto slot = find(value)) return *slot;
  return fail(ErrorKind::NotFound, fmt::format("the answer shows no value \"{}\"", value.text));
}

std::uint32_t ShownValues::value_of(journey::Cell cell) const {
  const auto found = value_of_.find(cell.bits);
  return found == value_of_.end() ? kUnknownValue : found->second;
}

void ShownValues::label(const Person& person, UtcMicros as_of, std::vector<Act>& acts) const {
  if (acts.empty()) return;
  if (by_person()) {
    const std::uint32_t value = value_of(person, as_of);
    for (Act& act : acts) act.value = value;
  } else if (by_event()) {
    for (Act& act : acts) act.value = value_of(reader_->at(event_of(person.journey, act.at, act.row)));
  }
  order_ties(acts);
}

}  // namespace habitue::insight::retention
