#include "insight/retention/values.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight::retention {
namespace {

// Thrown by comparisons of a sort that is not to be ended. Nothing else leaves one in the middle.
struct Stopped {};

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

  auto counted = fold_sums(customers, question, lens, CellCounts(question.cancellation),
                           [&](CellCounts& into, const Person& person) {
                             thread_local std::vector<std::uint32_t> rows;
                             thread_local std::vector<std::uint64_t> cells;
                             rows.clear();
                             rows_of(person, rows);
                             if (rows.empty()) return;
                             if (reader->of_person()) {
                               ++into.of(reader->of(person.journey, question.as_of).bits);
                               return;
                             }
                             cells.clear();
                             for (const std::uint32_t row : rows)
                               cells.push_back(reader->at(event_of(person.journey, {}, row)).bits);
                             std::sort(cells.begin(), cells.end());
                             cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
                             for (const std::uint64_t bits : cells) ++into.of(bits);
                           });
  if (!counted) return tl::unexpected(counted.error());

  auto values = of(*std::move(reader), breakdown->limit, *counted, question.cancellation);
  if (question.cancellation != nullptr && question.cancellation->cancelled()) return was_cancelled();
  return values;
}

ShownValues ShownValues::of(ValueReader reader, std::size_t limit, const CellCounts& people,
                            const Cancellation* cancellation) try {
  CancellationWatch watch(cancellation);
  const auto go_on = [&] {
    if (watch.stopped()) throw Stopped{};
  };
  // By what they read as: the number 12 and the text "12" are one value. "Missing" comes first, and is always there.
  Texts texts;
  std::vector<std::uint64_t> people_of{0};  // By the text's number and 1.
  std::vector<std::uint32_t> text_of(people.size());
  for (std::size_t cell = 0; cell < people.size(); ++cell) {
    go_on();
    const auto text = reader.text(journey::Cell{people.bits(cell)});
    text_of[cell] = text ? texts.number(*text) + 1 : 0;
    if (text_of[cell] == people_of.size()) people_of.push_back(0);
    people_of[text_of[cell]] += people.people(cell);
  }
  std::vector<std::uint32_t> in_order(texts.size());  // Numbers of texts, by how they read.
  std::iota(in_order.begin(), in_order.end(), 0U);
  std::sort(in_order.begin(), in_order.end(), [&](std::uint32_t left, std::uint32_t right) {
    go_on();
    return texts[left] < texts[right];
  });
  std::vector<std::uint32_t> value_of(people_of.size());
  for (std::uint32_t place = 0; place < in_order.size(); ++place) value_of[in_order[place] + 1] = place + 1;

  ShownValues values;
  values.value_of_.add(journey::Cell::missing().bits, 0);
  for (std::size_t cell = 0; cell < people.size(); ++cell) {
    go_on();
    values.value_of_.add(people.bits(cell), value_of[text_of[cell]]);
  }

  // Those of most people, of as many the first as they read.
  std::vector<std::uint32_t> ranked;
  for (std::uint32_t text = 0; text < people_of.size(); ++text)
    if (people_of[text] > 0) ranked.push_back(text);
  const std::size_t shown = std::min(limit, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(shown), ranked.end(),
                    [&](std::uint32_t left, std::uint32_t right) {
                      go_on();
                      if (people_of[left] != people_of[right]) return people_of[left] > people_of[right];
                      return value_of[left] < value_of[right];
                    });
  values.slot_of_.assign(people_of.size(), kNoSlot);
  for (std::size_t place = 0; place < ranked.size(); ++place)
    values.slot_of_[value_of[ranked[place]]] = std::min(place, limit) + 1;
  for (std::size_t place = 0; place < shown; ++place)
    values.shown_.push_back(ranked[place] == 0
                                ? ShownValue{ShownValue::Kind::Missing}
                                : ShownValue{ShownValue::Kind::Value, std::string(texts[ranked[place] - 1])});
  if (ranked.size() > limit) values.shown_.push_back(ShownValue{ShownValue::Kind::Other});
  values.reader_ = std::move(reader);
  return values;
} catch (const Stopped&) {
  return {};
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
  return value_of_.find(cell.bits).value_or(kUnknownValue);
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
