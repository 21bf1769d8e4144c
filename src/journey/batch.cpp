#include "journey/batch.hpp"

#include <algorithm>

#include "base/fingerprint.hpp"
#include "journey/column_builder.hpp"

namespace habitue::journey {

OriginColumn pack_origins(std::span<const std::uint32_t> origins, Storage& storage) {
  const auto rows = static_cast<std::uint32_t>(origins.size());
  const std::size_t blocks = OriginColumn::blocks_of(rows);
  auto* const codes = storage.make<std::uint8_t>(rows);
  auto* const starts = storage.make<std::uint32_t>(blocks + 1);
  std::vector<std::uint32_t> found;
  std::uint32_t last_origin = 0;
  std::uint8_t last_code = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    const std::uint32_t block = row >> OriginColumn::kBlockShift;
    const bool begins = (row & ((1U << OriginColumn::kBlockShift) - 1)) == 0;
    if (begins) starts[block] = static_cast<std::uint32_t>(found.size());
    // Most rows are of the same origin as the one before.
    if (begins || origins[row] != last_origin) {
      last_origin = origins[row];
      const auto first = found.begin() + starts[block];
      const auto known = std::find(first, found.end(), last_origin);
      last_code = static_cast<std::uint8_t>(known - first);
      if (known == found.end()) found.push_back(last_origin);
    }
    codes[row] = last_code;
  }
  starts[blocks] = static_cast<std::uint32_t>(found.size());
  auto* const palette = storage.make<std::uint32_t>(found.size());
  std::copy(found.begin(), found.end(), palette);
  return {codes, starts, palette};
}

void Batch::add_row(UtcMicros at, EventKind kind, OriginId origin, EventSeq seq) {
  at_us_.push_back(at.time_since_epoch().count());
  kinds_.push_back(kind.value);
  origins_.push_back(origin.value);
  seqs_.push_back(seq.value);
}

void Batch::put(std::uint32_t property, Cell cell) {
  if (property >= properties_.size()) properties_.resize(property + std::size_t{1});
  Cells& column = properties_[property];
  const auto row = static_cast<std::uint32_t>(rows() - 1);
  if (!column.rows.empty() && column.rows.back() == row) {
    column.rows.pop_back();
    column.cells.pop_back();
  }
  if (cell.type() == Value::Type::Missing) return;
  column.rows.push_back(row);
  column.cells.push_back(cell);
}

void Batch::put_text(std::uint32_t property, std::string_view text, Symbols& symbols) {
  constexpr std::size_t kTogether = 256;
  if (waiting_.size() == kTogether) settle_texts(symbols);
  const std::uint64_t hash = fingerprint(text);
  symbols.dictionary(property).expect_slot(hash);
  put(property, Cell::of_text(static_cast<std::uint32_t>(waiting_.size())));
  waiting_.push_back({hash, property, static_cast<std::uint32_t>(properties_[property].cells.size() - 1),
                      static_cast<std::uint32_t>(waiting_texts_.size()), static_cast<std::uint32_t>(text.size())});
  waiting_texts_.insert(waiting_texts_.end(), text.begin(), text.end());
}

void Batch::settle_texts(Symbols& symbols) {
  for (const Waiting& text : waiting_) symbols.dictionary(text.property).expect_place(text.hash);
  for (const Waiting& text : waiting_) symbols.dictionary(text.property).expect_text(text.hash);
  for (std::uint32_t place = 0; place < waiting_.size(); ++place) {
    const Waiting& text = waiting_[place];
    const std::uint32_t code =
        symbols.dictionary(text.property).intern({waiting_texts_.data() + text.first, text.bytes}, text.hash);
    // A later word on the same row may have taken the cell: a text after this one, or something that is none.
    std::vector<Cell>& cells = properties_[text.property].cells;
    if (text.cell < cells.size() && cells[text.cell] == Cell::of_text(place)) cells[text.cell] = Cell::of_text(code);
  }
  waiting_.clear();
  waiting_texts_.clear();
}

std::shared_ptr<const Segment> Batch::seal(const std::shared_ptr<Symbols>& symbols) {
  settle_texts(*symbols);
  auto owner = std::make_shared<SegmentOwner>(symbols);
  Storage& storage = owner->storage;
  SegmentColumns columns;
  columns.rows = static_cast<std::uint32_t>(rows());
  columns.at_us = pack_times(columns.rows, storage, [&](std::uint32_t row) { return at_us_[row]; });
  const bool narrow = std::all_of(kinds_.begin(), kinds_.end(), [](std::uint16_t kind) { return kind <= UINT8_MAX; });
  if (narrow) {
    auto* const kinds = storage.make<std::uint8_t>(kinds_.size());
    std::copy(kinds_.begin(), kinds_.end(), kinds);
    columns.kinds.narrow = kinds;
  } else {
    auto* const kinds = storage.make<std::uint16_t>(kinds_.size());
    std::copy(kinds_.begin(), kinds_.end(), kinds);
    columns.kinds.wide = kinds;
  }
  columns.origins = pack_origins(origins_, storage);
  columns.seqs = pack_seqs(columns.rows, storage, [&](std::uint32_t row) { return seqs_[row]; });
  at_us_.clear();
  kinds_.clear();
  origins_.clear();
  seqs_.clear();

  std::vector<Column> properties(properties_.size());
  for (std::uint32_t property = 0; property < properties.size(); ++property) {
    Cells& cells = properties_[property];
    properties[property] = build_column(cells.rows, cells.cells, columns.rows, &symbols->dictionary(property), storage);
    cells.rows.clear();
    cells.cells.clear();
  }
  const std::size_t bytes = storage.bytes();
  return std::make_shared<const Segment>(columns, std::move(properties), std::move(owner), bytes);
}

}  // namespace habitue::journey
