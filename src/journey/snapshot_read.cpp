#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "journey/column_builder.hpp"
#include "journey/column_check.hpp"
#include "journey/parallel.hpp"
#include "journey/saved_index.hpp"
#include "journey/segment_builder.hpp"
#include "journey/snapshot_file.hpp"

namespace habitue::journey {

namespace {

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(ErrorKind::Corrupt, "the saved journey index is damaged (" + what + "): it has to be built again");
}

// Keeps what is mapped, and the dictionaries whose codes the columns hold.
struct MappedOwner {
  std::shared_ptr<const void> bytes;
  std::shared_ptr<const Symbols> symbols;
};

// Takes the sections one after another, each with the name and the size that what came before it demands: nothing of the
// file is believed that does not follow.
class Reader {
 public:
  Reader(std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
      : bytes_(bytes), owner_(std::move(owner)), symbols_(std::make_shared<Symbols>()) {}

  Result<SavedIndex> read() {
    if (auto done = read_header(); !done) return tl::unexpected(done.error());
    if (auto done = check_sections(); !done) return tl::unexpected(done.error());
    if (!read_kinds()) return corrupt("names of events");
    if (!read_rows()) return corrupt("journeys");
    if (!read_properties()) return corrupt("properties");
    if (next_ != table_.size()) return corrupt("more sections than it should have");

    const SegmentColumns columns = columns_;
    auto owner = std::make_shared<MappedOwner>(MappedOwner{owner_, symbols_});
    SavedIndex saved;
    saved.segment = std::make_shared<const Segment>(columns, std::move(properties_), std::move(owner), bytes_.size());
    saved.person_of.assign(person_of_, person_of_ + header_.origins);
    saved.symbols = std::move(symbols_);
    saved.up_to = EventSeq{header_.up_to};
    return saved;
  }

 private:
  Result<void> read_header() {
    if (bytes_.size() < sizeof header_) return corrupt("shorter than its header");
    std::memcpy(&header_, bytes_.data(), sizeof header_);
    if (std::memcmp(header_.magic, kFileMagic, sizeof kFileMagic) != 0) return corrupt("not a journey index");
    if (header_.byte_order != kFileByteOrder) return corrupt("written on a machine of another byte order");
    if (header_.version != kFileVersion)
      return fail(ErrorKind::Corrupt,
                  fmt::format("the saved journey index is of version {} and this program reads version {}: "
                              "it has to be built again",
                              header_.version, kFileVersion));
    if (fingerprint(text(0, offsetof(FileHeader, header_checksum))) != header_.header_checksum)
      return corrupt("checksum of the header");
    if (header_.file_bytes != bytes_.size())
      return corrupt(fmt::format("{} bytes long instead of {}", bytes_.size(), header_.file_bytes));
    const std::uint64_t table_bytes = std::uint64_t{header_.sections} * sizeof(SectionEntry);
    if (header_.table_offset > bytes_.size() || bytes_.size() - header_.table_offset != table_bytes)
      return corrupt("place of its table");
    if (fingerprint(text(header_.table_offset, table_bytes)) != header_.table_checksum)
      return corrupt("checksum of its table");
    table_.resize(header_.sections);
    if (table_bytes > 0) std::memcpy(table_.data(), bytes_.data() + header_.table_offset, table_bytes);
    return {};
  }

  // Sections follow each other without a byte between that is not zero, so every byte of the file is accounted for.
  Result<void> check_sections() const {
    std::uint64_t at = sizeof(FileHeader);
    for (const SectionEntry& entry : table_) {
      const std::uint64_t begins = section_aligned(at);
      if (entry.offset != begins || begins > header_.table_offset || entry.bytes > header_.table_offset - begins)
        return corrupt("place of a section");
      if (!zeros(at, begins)) return corrupt("gap between sections");
      at = begins + entry.bytes;
    }
    if (section_aligned(at) != header_.table_offset || !zeros(at, header_.table_offset))
      return corrupt("gap before its table");

    std::atomic<bool> sound{true};
    for_each_piece(table_.size(), thread_count(), [&](std::size_t number) {
      const SectionEntry& entry = table_[number];
      if (fingerprint(text(entry.offset, entry.bytes)) != entry.checksum) sound = false;
    });
    if (!sound) return corrupt("checksum of a section");
    return {};
  }

  bool zeros(std::uint64_t first, std::uint64_t last) const {
    return std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(first),
                       bytes_.begin() + static_cast<std::ptrdiff_t>(last),
                       [](std::byte byte) { return byte == std::byte{0}; });
  }
  std::string_view text(std::uint64_t offset, std::uint64_t size) const {
    return {reinterpret_cast<const char*>(bytes_.data()) + offset, size};
  }

  // The next section, if it is this one.
  bool take(SectionKind kind, std::size_t property, std::string_view& section) {
    if (next_ == table_.size() || table_[next_].kind != kind || table_[next_].property != property) return false;
    section = text(table_[next_].offset, table_[next_].bytes);
    ++next_;
    return true;
  }
  template <class T>
  bool take(SectionKind kind, std::size_t property, std::uint64_t count, const T*& values) {
    std::string_view section;
    if (!take(kind, property, section) || section.size() != count * sizeof(T)) return false;
    values = reinterpret_cast<const T*>(section.data());
    return true;
  }
  template <class T>
  bool take_unless_empty(SectionKind kind, std::size_t property, std::uint64_t count, const T*& values) {
    return count == 0 || take(kind, property, count, values);
  }

  bool take(SectionKind kind, std::uint64_t base, std::uint32_t unit, std::uint32_t bits, Packed& packed) {
    packed = {nullptr, base, 0, unit, bits};
    if (!Packed::is_width(bits)) return false;
    packed.mask = Packed::mask_of(bits);
    return take(kind, 0, Packed::bytes_for(header_.rows, bits), packed.bytes);
  }

  bool take_names(SectionKind kind, std::size_t count, std::vector<std::string_view>& names) {
    std::string_view section;
    if (!take(kind, 0, section)) return false;
    while (!section.empty()) {
      std::uint16_t size = 0;
      if (section.size() < sizeof size) return false;
      std::memcpy(&size, section.data(), sizeof size);
      section.remove_prefix(sizeof size);
      if (size > section.size()) return false;
      names.push_back(section.substr(0, size));
      section.remove_prefix(size);
    }
    return names.size() == count;
  }

  bool read_kinds() {
    std::vector<std::string_view> names;
    if (header_.kinds > kKindsMax + 1 || !take_names(SectionKind::Kinds, header_.kinds, names)) return false;
    for (const std::string_view name : names) symbols_->restore_kind(name);
    return !symbols_->kinds().has_twins() && header_.properties <= kPropertiesMax &&
           take_names(SectionKind::Properties, header_.properties, property_names_);
  }

  bool read_rows() {
    const std::uint64_t rows = header_.rows;
    columns_.rows = header_.rows;
    columns_.persons = header_.persons;
    const std::size_t blocks = OriginColumn::blocks_of(header_.rows);
    const bool wide = header_.kind_bytes == 2;
    const std::uint64_t persons = header_.persons;
    return (wide || header_.kind_bytes == 1) && header_.at_unit > 0 &&
           take(SectionKind::At, header_.at_base, header_.at_unit, header_.at_bits, columns_.at_us) &&
           (wide ? take(SectionKind::KindOf, 0, rows, columns_.kinds.wide)
                 : take(SectionKind::KindOf, 0, rows, columns_.kinds.narrow)) &&
           take(SectionKind::OriginCodes, 0, rows, columns_.origins.codes) &&
           take(SectionKind::OriginStarts, 0, blocks + 1, columns_.origins.starts) &&
           take(SectionKind::Origins, 0, header_.block_origins, columns_.origins.origins) &&
           take(SectionKind::Seq, header_.seq_base, 1, header_.seq_bits, columns_.seqs) &&
           take(SectionKind::Persons, 0, persons, columns_.person_ids) &&
           take(SectionKind::FirstRows, 0, persons + 1, columns_.first_rows) &&
           take(SectionKind::PersonOf, 0, header_.origins, person_of_) &&
           are_sound_rows(columns_, {header_.kinds, header_.origins, header_.block_origins}) &&
           are_of_their_persons(columns_, person_of_);
  }

  bool read_properties() {
    const ColumnEntry* entries = nullptr;
    if (!take(SectionKind::Columns, 0, header_.properties, entries)) return false;
    properties_.resize(header_.properties);
    for (std::size_t property = 0; property < properties_.size(); ++property)
      if (!read_column(property, entries[property])) return false;
    if (symbols_->properties().has_twins()) return false;
    std::atomic<bool> sound{true};
    for_each_piece(properties_.size(), thread_count(), [&](std::size_t property) {
      if (!is_sound_column(properties_[property], entries[property].texts)) sound = false;
    });
    symbols_->keep(owner_);
    return sound;
  }

  bool read_column(std::size_t property, const ColumnEntry& entry) {
    Column& column = properties_[property];
    column.presence = static_cast<Column::Presence>(entry.presence);
    column.coding = static_cast<Column::Coding>(entry.coding);
    column.width = entry.width;
    column.scale = entry.scale;
    column.list_shift = entry.list_shift;
    column.rows = header_.rows;
    column.count = entry.count;
    column.base = entry.base;
    if (!is_sound_shape(column)) return false;
    const ColumnSizes sizes = sizes_of(column);
    const std::byte* cells = nullptr;
    MappedDictionary texts;
    const char* blob = nullptr;
    texts.count = entry.texts;
    texts.slot_mask = entry.text_slots - 1;
    if (!take_unless_empty(SectionKind::Bits, property, sizes.bits, column.bits) ||
        !take_unless_empty(SectionKind::Starts, property, sizes.starts, column.starts) ||
        !take_unless_empty(SectionKind::Lows, property, sizes.lows, column.lows) ||
        !take_unless_empty(SectionKind::Cells, property, sizes.cell_bytes, cells))
      return false;
    column.cells = cells;
    std::string_view section;
    if (entry.texts > 0) {
      const std::uint64_t bases = (std::uint64_t{entry.texts} + 65'535) / 65'536;
      if (!take(SectionKind::Texts, property, section) || !take(SectionKind::TextBases, property, bases, texts.bases) ||
          !take(SectionKind::TextOffsets, property, entry.texts, texts.offsets) ||
          !take(SectionKind::TextSlots, property, entry.text_slots, texts.slots))
        return false;
      blob = section.data();
    }
    texts.blob = blob;
    if (!are_sound_texts(texts, section.size(), entry.text_slots)) return false;
    const std::string_view name = property_names_[property];
    if (name.size() > kPropertyNameBytesMax) return false;
    symbols_->restore_property(name, texts);
    column.dictionary = &symbols_->dictionary(static_cast<std::uint32_t>(property));
    return true;
  }

  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> owner_;
  std::shared_ptr<Symbols> symbols_;
  FileHeader header_{};
  std::vector<SectionEntry> table_;
  std::size_t next_ = 0;
  SegmentColumns columns_;
  const std::uint32_t* person_of_ = nullptr;
  std::vector<std::string_view> property_names_;
  std::vector<Column> properties_;
};

}  // namespace

Result<SavedIndex> read_saved(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  return Reader(bytes, std::move(owner)).read();
}

}  // namespace habitue::journey
