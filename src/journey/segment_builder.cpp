#include "journey/segment_builder.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

#include "base/fingerprint.hpp"
#include "journey/batch.hpp"
#include "journey/column_builder.hpp"
#include "journey/parallel.hpp"

namespace habitue::journey {

namespace {

constexpr std::uint32_t kDropped = UINT32_MAX;
constexpr std::size_t kRowsPerPiece = 65'536;

// What a row is sorted by, with where it came from. 24 bytes, moved once.
struct Key {
  std::int64_t at_us;
  std::uint64_t seq;
  std::uint32_t input;
  std::uint32_t origin;
};

bool earlier(const Key& left, const Key& right) {
  return left.at_us != right.at_us ? left.at_us < right.at_us : left.seq < right.seq;
}

// Neighbouring ranges as one, with the number that their first row has among all input rows.
struct Stretch {
  std::uint32_t first, last, input;
};

// How the numbers of one source are written in the target's.
struct Translation {
  std::vector<std::uint16_t> kinds;
  std::vector<std::optional<std::uint32_t>> properties;
};

struct PropertySource {
  std::size_t source;
  std::uint32_t property;
};

class Builder {
 public:
  Builder(const Regrouping& regrouping, const std::shared_ptr<Symbols>& target)
      : in_(regrouping), target_(target), owner_(std::make_shared<SegmentOwner>(target)) {}

  Result<std::shared_ptr<const Segment>> build() {
    std::uint64_t total = 0;
    for (const Source& source : in_.sources)
      for (const RowRange& range : source.ranges) total += range.last - range.first;
    if (total >= kDropped) return fail(ErrorKind::Unavailable, "more than 4,294,967,294 events in one journey index");
    inputs_ = static_cast<std::uint32_t>(total);
    find_stretches();
    translate();
    place_rows();
    store_rows();
    store_kinds();
    std::vector<Column> properties = store_properties();
    const std::size_t bytes = owner_->storage.bytes();
    return std::make_shared<const Segment>(columns_, std::move(properties), std::move(owner_), bytes);
  }

 private:
  template <class Visit>
  void for_each_input(const Visit& visit) const {
    std::uint32_t input = 0;
    for (const Source& source : in_.sources)
      for (const RowRange& range : source.ranges)
        for (std::uint32_t row = range.first; row < range.last; ++row) visit(*source.segment, range, row, input++);
  }

  void find_stretches() {
    std::uint32_t input = 0;
    for (const Source& source : in_.sources) {
      std::vector<Stretch>& stretches = stretches_.emplace_back();
      for (const RowRange& range : source.ranges) {
        if (!stretches.empty() && stretches.back().last == range.first)
          stretches.back().last = range.last;
        else
          stretches.push_back({range.first, range.last, input});
        input += range.last - range.first;
      }
    }
  }

  // Names are registered here, in order of the sources, before threads share the target.
  void translate() {
    std::vector<std::vector<PropertySource>>& wanted = property_sources_;
    for (std::size_t number = 0; number < in_.sources.size(); ++number) {
      const Source& source = in_.sources[number];
      Translation& translation = translations_.emplace_back();
      if (source.symbols != nullptr) translate_kinds(source, stretches_[number], translation);
      const std::span<const Column> columns = source.segment->properties();
      for (std::uint32_t property = 0; property < columns.size(); ++property) {
        if (!any_cell(columns[property], stretches_[number])) continue;
        const auto meant = source.symbols == nullptr ? std::optional(property)
                                                     : target_->property(source.symbols->properties().texts[property]);
        if (!meant) continue;
        if (wanted.size() <= *meant) wanted.resize(*meant + std::size_t{1});
        wanted[*meant].push_back({number, property});
      }
    }
  }

  void translate_kinds(const Source& source, const std::vector<Stretch>& stretches, Translation& translation) {
    const std::vector<std::string>& names = source.symbols->kinds().texts;
    std::vector<bool> used(names.size());
    for (const Stretch& stretch : stretches)
      for (std::uint32_t row = stretch.first; row < stretch.last; ++row) used[source.segment->kind(row).value] = true;
    translation.kinds.resize(names.size());
    for (std::size_t kind = 0; kind < names.size(); ++kind)
      if (used[kind]) translation.kinds[kind] = target_->kind(names[kind]).value;
  }

  static bool any_cell(const Column& column, const std::vector<Stretch>& stretches) {
    if (column.presence == Column::Presence::None) return false;
    return std::any_of(stretches.begin(), stretches.end(), [&](const Stretch& stretch) {
      bool any = stretch.first == 0 && stretch.last == column.rows;
      if (!any) column.for_cells_in(stretch.first, stretch.last, [&](std::uint32_t, std::uint32_t) { any = true; });
      return any;
    });
  }

  // A counting sort by person, then each journey by time: journeys are short and mostly sorted already.
  void place_rows() {
    std::vector<std::uint32_t> owners(inputs_);
    std::uint32_t most = 0;
    for_each_input([&](const Segment& segment, const RowRange& range, std::uint32_t row, std::uint32_t input) {
      std::uint32_t person = range.person;
      if (person == RowRange::kByOrigin) {
        const std::uint32_t origin = segment.origin(row).value;
        person = origin == kNoOrigin.value ? kNobody.value : in_.person_of[origin];
      }
      if (in_.removed != nullptr && in_.removed->contains(segment.seq(row))) person = kDropped;
      owners[input] = person;
      if (person != kDropped) most = std::max(most, person);
    });
    rank_persons(owners, most);

    std::vector<std::uint32_t> next(journey_starts_.begin(), journey_starts_.end() - 1);
    keys_.resize(journey_starts_.back());
    for_each_input([&](const Segment& segment, const RowRange&, std::uint32_t row, std::uint32_t input) {
      if (owners[input] == kDropped) return;
      keys_[next[owners[input]]++] = {segment.columns().us(row), segment.seq(row).value, input,
                                      segment.origin(row).value};
    });
    const std::size_t pieces = (persons_.size() + kRowsPerPiece - 1) / kRowsPerPiece;
    for_each_piece(pieces, in_.threads, [&](std::size_t piece) {
      const std::size_t end = std::min(persons_.size(), (piece + 1) * kRowsPerPiece);
      for (std::size_t rank = piece * kRowsPerPiece; rank < end; ++rank) {
        const auto first = keys_.begin() + journey_starts_[rank];
        const auto last = keys_.begin() + journey_starts_[rank + 1];
        if (!std::is_sorted(first, last, earlier)) std::sort(first, last, earlier);
      }
    });
  }

  // Turns `owners` from persons to ranks among the persons that have rows, and finds where journeys begin.
  void rank_persons(std::vector<std::uint32_t>& owners, std::uint32_t most) {
    std::vector<std::uint32_t> counts;
    if (most / 4 <= inputs_) {  // Dense: count in an array by person.
      std::vector<std::uint32_t> rank_of(std::size_t{most} + 1);
      for (const std::uint32_t person : owners)
        if (person != kDropped) ++rank_of[person];
      for (std::uint32_t person = 0; person <= most; ++person) {
        if (rank_of[person] == 0) continue;
        counts.push_back(rank_of[person]);
        rank_of[person] = static_cast<std::uint32_t>(persons_.size());
        persons_.push_back(person);
      }
      for (std::uint32_t& person : owners)
        if (person != kDropped) person = rank_of[person];
    } else {  // A few rows of a few among millions of persons: by search.
      persons_ = owners;
      std::sort(persons_.begin(), persons_.end());
      persons_.erase(std::unique(persons_.begin(), persons_.end()), persons_.end());
      if (!persons_.empty() && persons_.back() == kDropped) persons_.pop_back();
      counts.resize(persons_.size());
      for (std::uint32_t& person : owners) {
        if (person == kDropped) continue;
        const auto place = std::lower_bound(persons_.begin(), persons_.end(), person) - persons_.begin();
        person = static_cast<std::uint32_t>(place);
        ++counts[person];
      }
    }
    journey_starts_.resize(counts.size() + 1);
    std::partial_sum(counts.begin(), counts.end(), journey_starts_.begin() + 1);
  }

  void store_rows() {
    Storage& storage = owner_->storage;
    columns_.rows = static_cast<std::uint32_t>(keys_.size());
    columns_.persons = static_cast<std::uint32_t>(persons_.size());
    columns_.at_us = pack_times(columns_.rows, storage, [&](std::uint32_t row) { return keys_[row].at_us; });
    columns_.seqs = pack_seqs(columns_.rows, storage, [&](std::uint32_t row) { return keys_[row].seq; });
    std::vector<std::uint32_t> origins(columns_.rows);
    output_of_.assign(inputs_, kDropped);
    for (std::uint32_t row = 0; row < columns_.rows; ++row) {
      origins[row] = keys_[row].origin;
      output_of_[keys_[row].input] = row;
    }
    std::vector<Key>().swap(keys_);
    columns_.origins = pack_origins(origins, storage);
    auto* const person_ids = storage.make<std::uint32_t>(persons_.size());
    std::copy(persons_.begin(), persons_.end(), person_ids);
    auto* const first_rows = storage.make<std::uint32_t>(journey_starts_.size());
    std::copy(journey_starts_.begin(), journey_starts_.end(), first_rows);
    columns_.person_ids = person_ids;
    columns_.first_rows = first_rows;
  }

  void store_kinds() {
    if (has_wide_kinds())
      columns_.kinds.wide = store_kinds_as<std::uint16_t>();
    else
      columns_.kinds.narrow = store_kinds_as<std::uint8_t>();
  }

  bool has_wide_kinds() const {
    for (std::size_t number = 0; number < in_.sources.size(); ++number) {
      const std::vector<std::uint16_t>& meant = translations_[number].kinds;
      if (meant.empty() ? in_.sources[number].segment->columns().kinds.wide != nullptr
                        : std::any_of(meant.begin(), meant.end(), [](std::uint16_t kind) { return kind > UINT8_MAX; }))
        return true;
    }
    return false;
  }

  template <class Kind>
  const Kind* store_kinds_as() {
    auto* const kinds = owner_->storage.make<Kind>(columns_.rows);
    for (std::size_t number = 0; number < in_.sources.size(); ++number) {
      const KindColumn& from = in_.sources[number].segment->columns().kinds;
      const std::vector<std::uint16_t>& meant = translations_[number].kinds;
      for (const Stretch& stretch : stretches_[number]) {
        for (std::uint32_t row = stretch.first; row < stretch.last; ++row) {
          const std::uint32_t output = output_of_[stretch.input + (row - stretch.first)];
          if (output != kDropped) kinds[output] = static_cast<Kind>(meant.empty() ? from[row] : meant[from[row]]);
        }
      }
    }
    return kinds;
  }

  std::vector<Column> store_properties() {
    std::vector<Column> columns(property_sources_.size());
    for_each_piece(columns.size(), in_.threads, [&](std::size_t property) {
      columns[property] = store_property(static_cast<std::uint32_t>(property));
    });
    return columns;
  }

  Column store_property(std::uint32_t property) const;

  const Regrouping& in_;
  const std::shared_ptr<Symbols>& target_;
  std::shared_ptr<SegmentOwner> owner_;
  SegmentColumns columns_;
  std::uint32_t inputs_ = 0;
  std::vector<std::vector<Stretch>> stretches_;                // By source.
  std::vector<Translation> translations_;                      // By source.
  std::vector<std::vector<PropertySource>> property_sources_;  // By property of the target.
  std::vector<std::uint32_t> persons_, journey_starts_;
  std::vector<Key> keys_;
  std::vector<std::uint32_t> output_of_;  // By input row.
};

// Cells come in the order of the sources and go to the order of the target: pairs to be sorted while they are few, a
// slot for every row from when that is less work.
class Scatter {
 public:
  explicit Scatter(std::uint32_t rows) : rows_(rows), pairs_max_(rows / 16) {}

  void put(std::uint32_t row, Cell cell) {
    if (!dense_.empty()) {
      dense_[row] = cell;
      return;
    }
    if (pairs_.size() >= pairs_max_) {
      dense_.assign(rows_, Cell::missing());
      for (const Pair& pair : pairs_) dense_[pair.row] = pair.cell;
      std::vector<Pair>().swap(pairs_);
      dense_[row] = cell;
      return;
    }
    pairs_.push_back({row, cell});
  }

  void gather(std::vector<std::uint32_t>& rows, std::vector<Cell>& cells) {
    const auto by_row = [](const Pair& left, const Pair& right) { return left.row < right.row; };
    if (!std::is_sorted(pairs_.begin(), pairs_.end(), by_row)) std::sort(pairs_.begin(), pairs_.end(), by_row);
    for (const Pair& pair : pairs_) {
      rows.push_back(pair.row);
      cells.push_back(pair.cell);
    }
    if (dense_.empty()) return;
    for (std::uint32_t row = 0; row < rows_; ++row) {
      if (dense_[row].type() == Value::Type::Missing) continue;
      dense_[rows.size()] = dense_[row];  // Moved up in place: never past the row that is being read.
      rows.push_back(row);
    }
    dense_.resize(rows.size());
    cells = std::move(dense_);
  }

 private:
  struct Pair {
    std::uint32_t row;
    Cell cell;
  };
  std::uint32_t rows_;
  std::size_t pairs_max_;
  std::vector<Pair> pairs_;
  std::vector<Cell> dense_;
};

Column Builder::store_property(std::uint32_t property) const {
  Scatter scatter(columns_.rows);
  const Symbols* symbols = nullptr;
  std::vector<std::uint32_t> codes;  // From the codes of `symbols` to the target's, once met.
  constexpr std::uint32_t kUnmet = UINT32_MAX;
  const Dictionary* texts = nullptr;
  for (const PropertySource& from : property_sources_[property]) {
    const Source& source = in_.sources[from.source];
    const Column& column = source.segment->properties()[from.property];
    if (source.symbols != nullptr && source.symbols.get() != symbols) {
      symbols = source.symbols.get();
      codes.assign(symbols->dictionary(from.property).size(), kUnmet);
    }
    // Without symbols of a source's own, the target is left alone: its writer may be at work meanwhile.
    texts = source.symbols == nullptr ? column.dictionary : &target_->dictionary(property);
    const bool translates = source.symbols != nullptr;
    // Cells that are translated wait for one another, as texts do in Batch.
    struct Waiting {
      std::uint32_t output;
      Cell cell;
      std::uint64_t hash;
    };
    constexpr std::size_t kTogether = 128;
    std::array<Waiting, kTogether> waiting;
    std::size_t count = 0;
    const auto settle = [&] {
      for (std::size_t place = 0; place < count; ++place) {
        Waiting& one = waiting[place];
        if (one.cell.type() != Value::Type::Text || codes[one.cell.code()] != kUnmet) continue;
        one.hash = fingerprint(column.dictionary->text(one.cell.code()));
        target_->dictionary(property).expect_slot(one.hash);
      }
      for (std::size_t place = 0; place < count; ++place) {
        Waiting& one = waiting[place];
        if (one.cell.type() == Value::Type::Text) {
          std::uint32_t& code = codes[one.cell.code()];
          if (code == kUnmet)
            code = target_->dictionary(property).intern(column.dictionary->text(one.cell.code()), one.hash);
          one.cell = Cell::of_text(code);
        }
        scatter.put(one.output, one.cell);
      }
      count = 0;
    };
    for (const Stretch& stretch : stretches_[from.source]) {
      column.for_cells_in(stretch.first, stretch.last, [&](std::uint32_t row, std::uint32_t index) {
        const std::uint32_t output = output_of_[stretch.input + (row - stretch.first)];
        if (output == kDropped) return;
        if (!translates) return scatter.put(output, column.cell(index));
        waiting[count++] = {output, column.cell(index), 0};
        if (count == kTogether) settle();
      });
    }
    settle();
  }
  std::vector<std::uint32_t> rows;
  std::vector<Cell> cells;
  scatter.gather(rows, cells);
  return build_column(rows, cells, columns_.rows, texts, owner_->storage);
}

}  // namespace

SeqSet::SeqSet(std::vector<std::uint64_t> seqs) : sorted_(std::move(seqs)) {
  std::sort(sorted_.begin(), sorted_.end());
  sorted_.erase(std::unique(sorted_.begin(), sorted_.end()), sorted_.end());
  if (sorted_.empty() || (most() - least()) / 64 > sorted_.size()) return;
  bitmap_.resize(most() - least() + 1);
  for (const std::uint64_t seq : sorted_) bitmap_[seq - least()] = true;
}

bool SeqSet::contains(EventSeq seq) const {
  if (sorted_.empty() || seq.value < least() || seq.value > most()) return false;
  if (!bitmap_.empty()) return bitmap_[seq.value - least()];
  return std::binary_search(sorted_.begin(), sorted_.end(), seq.value);
}

Result<std::shared_ptr<const Segment>> build_segment(const Regrouping& regrouping,
                                                     const std::shared_ptr<Symbols>& target) {
  return Builder(regrouping, target).build();
}

}  // namespace habitue::journey
