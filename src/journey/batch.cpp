#include "journey/batch.hpp"

#include <algorithm>

#include "journey/column_builder.hpp"

namespace habitue::journey {

namespace {

template <class T>
const T* copied(const std::vector<T>& values, Storage& storage) {
  T* const copy = storage.make<T>(values.size());
  std::copy(values.begin(), values.end(), copy);
  return copy;
}

}  // namespace

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

std::shared_ptr<const Segment> Batch::seal(const std::shared_ptr<Symbols>& symbols) {
  auto owner = std::make_shared<SegmentOwner>(symbols);
  Storage& storage = owner->storage;
  SegmentColumns columns;
  columns.rows = static_cast<std::uint32_t>(rows());
  columns.at_us = copied(at_us_, storage);
  columns.kinds = copied(kinds_, storage);
  columns.origins = copied(origins_, storage);
  store_seqs(seqs_, columns, storage);
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

void store_seqs(std::span<const std::uint64_t> seqs, SegmentColumns& columns, Storage& storage) {
  if (seqs.empty()) return;
  const auto [least, most] = std::minmax_element(seqs.begin(), seqs.end());
  columns.seq_base = *least;
  if (*most - *least > UINT32_MAX) {
    std::uint64_t* const wide = storage.make<std::uint64_t>(seqs.size());
    std::copy(seqs.begin(), seqs.end(), wide);
    columns.wide_seqs = wide;
    return;
  }
  std::uint32_t* const narrow = storage.make<std::uint32_t>(seqs.size());
  std::transform(seqs.begin(), seqs.end(), narrow,
                 [&](std::uint64_t seq) { return static_cast<std::uint32_t>(seq - columns.seq_base); });
  columns.seqs = narrow;
}

}  // namespace habitue::journey
