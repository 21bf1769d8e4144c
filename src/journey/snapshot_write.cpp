#include <bit>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/fingerprint.hpp"
#include "journey/column_builder.hpp"
#include "journey/saved_index.hpp"
#include "journey/snapshot_file.hpp"

namespace habitue::journey {

namespace {

std::string_view bytes_of(const void* at, std::size_t size) { return {static_cast<const char*>(at), size}; }

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  return bytes_of(values.data(), values.size() * sizeof(T));
}

// A file beside the final one, which takes its place when all is on the disk. Gone again unless finish() was reached.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& file) : file_(file), draft_(file) {
    draft_ += fmt::format(".{}.draft", ::getpid());
    descriptor_ = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor_ < 0) note("create");
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!finished_) ::unlink(draft_.c_str());
  }

  std::uint64_t size() const { return size_; }

  // The first failure stays; what is written after it goes nowhere.
  void write(std::string_view bytes) {
    size_ += bytes.size();
    while (outcome_ && !bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return note("write");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void align() { write(std::string(section_aligned(size_) - size_, '\0')); }

  Result<void> finish(const FileHeader& header) {
    if (outcome_ && ::pwrite(descriptor_, &header, sizeof header, 0) != sizeof header) note("write");
    if (outcome_ && ::fsync(descriptor_) != 0) note("write");
    if (outcome_ && ::rename(draft_.c_str(), file_.c_str()) != 0) note("replace");
    if (!outcome_) return outcome_;
    finished_ = true;
    const std::filesystem::path folder = file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
      ::fsync(directory);  // The rename itself must survive a power cut.
      ::close(directory);
    }
    return outcome_;
  }

 private:
  void note(const char* what) {
    outcome_ = fail(ErrorKind::Unavailable, fmt::format("cannot {} the journey index {}: {}", what, file_.string(),
                                                        std::generic_category().message(errno)));
  }

  std::filesystem::path file_, draft_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  bool finished_ = false;
  Result<void> outcome_;
};

// The texts of one property as MappedDictionary reads them.
struct PackedTexts {
  std::string blob;
  std::vector<std::uint64_t> bases;
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint32_t> slots;

  PackedTexts(const Dictionary& texts, std::uint32_t count) {
    if (count == 0) return;
    offsets.reserve(count);
    slots.resize(std::bit_ceil(std::uint64_t{count} + count / 3 + 1));
    for (std::uint32_t code = 0; code < count; ++code) {
      if (code % 65'536 == 0) bases.push_back(blob.size());
      offsets.push_back(static_cast<std::uint32_t>(blob.size() - bases.back()));
      const std::string_view text = texts.text(code);
      const auto size = static_cast<std::uint16_t>(text.size());
      blob.append(bytes_of(&size, sizeof size)).append(text);
      std::uint64_t slot = fingerprint(text) & (slots.size() - 1);
      while (slots[slot] != 0) slot = (slot + 1) & (slots.size() - 1);
      slots[slot] = code + 1;
    }
  }
};

class Writer {
 public:
  Writer(const ToSave& index, const std::filesystem::path& file) : in_(index), draft_(file) {}

  Result<void> write() {
    draft_.write(std::string(sizeof(FileHeader), '\0'));
    write_names(SectionKind::Kinds, in_.names->kinds.texts);
    write_names(SectionKind::Properties, in_.names->properties.texts);
    write_rows();
    write_columns();
    return draft_.finish(write_table());
  }

 private:
  void section(SectionKind kind, std::string_view bytes, std::size_t property = 0) {
    draft_.align();
    table_.push_back({kind, static_cast<std::uint32_t>(property), draft_.size(), bytes.size(), fingerprint(bytes)});
    draft_.write(bytes);
  }
  void section_unless_empty(SectionKind kind, std::string_view bytes, std::size_t property) {
    if (!bytes.empty()) section(kind, bytes, property);
  }

  void write_names(SectionKind kind, const std::vector<std::string>& names) {
    std::string bytes;
    for (const std::string& name : names) {
      const auto size = static_cast<std::uint16_t>(name.size());
      bytes.append(bytes_of(&size, sizeof size)).append(name);
    }
    section(kind, bytes);
  }

  void write_rows() {
    const SegmentColumns& columns = in_.segment->columns();
    const std::size_t rows = columns.rows;
    section(SectionKind::At, bytes_of(columns.at_us.bytes, Packed::bytes_for(rows, columns.at_us.bits)));
    if (columns.kinds.wide != nullptr)
      section(SectionKind::KindOf, bytes_of(columns.kinds.wide, rows * sizeof *columns.kinds.wide));
    else
      section(SectionKind::KindOf, bytes_of(columns.kinds.narrow, rows));
    const std::size_t blocks = OriginColumn::blocks_of(columns.rows);
    section(SectionKind::OriginCodes, bytes_of(columns.origins.codes, rows));
    section(SectionKind::OriginStarts, bytes_of(columns.origins.starts, (blocks + 1) * sizeof *columns.origins.starts));
    section(SectionKind::Origins,
            bytes_of(columns.origins.origins, columns.origins.starts[blocks] * sizeof *columns.origins.origins));
    section(SectionKind::Seq, bytes_of(columns.seqs.bytes, Packed::bytes_for(rows, columns.seqs.bits)));
    section(SectionKind::Persons, bytes_of(columns.person_ids, columns.persons * sizeof *columns.person_ids));
    section(SectionKind::FirstRows,
            bytes_of(columns.first_rows, (columns.persons + std::size_t{1}) * sizeof *columns.first_rows));
    section(SectionKind::PersonOf, bytes_of(in_.person_of));
  }

  Column column(std::size_t property) const {
    const std::span<const Column> columns = in_.segment->properties();
    return property < columns.size() ? columns[property] : Column{};
  }

  void write_columns() {
    const std::size_t properties = in_.names->properties.texts.size();
    std::vector<ColumnEntry> entries(properties);
    for (std::size_t property = 0; property < properties; ++property) {
      const Column from = column(property);
      ColumnEntry& entry = entries[property];
      entry.presence = static_cast<std::uint8_t>(from.presence);
      entry.coding = static_cast<std::uint8_t>(from.coding);
      entry.width = from.width;
      entry.scale = from.scale;
      entry.list_shift = from.list_shift;
      entry.count = from.count;
      entry.base = from.base;
      entry.texts = in_.texts[property].second;
      const std::uint64_t texts = entry.texts;
      entry.text_slots = texts == 0 ? 0 : static_cast<std::uint32_t>(std::bit_ceil(texts + texts / 3 + 1));
    }
    section(SectionKind::Columns, bytes_of(entries));
    for (std::size_t property = 0; property < properties; ++property) {
      const Column from = column(property);
      const ColumnSizes sizes = sizes_of(from);
      section_unless_empty(SectionKind::Bits, bytes_of(from.bits, sizes.bits * sizeof *from.bits), property);
      section_unless_empty(SectionKind::Starts, bytes_of(from.starts, sizes.starts * sizeof *from.starts), property);
      section_unless_empty(SectionKind::Lows, bytes_of(from.lows, sizes.lows * sizeof *from.lows), property);
      section_unless_empty(SectionKind::Cells, bytes_of(from.cells, sizes.cell_bytes), property);
      const PackedTexts texts(*in_.texts[property].first, in_.texts[property].second);
      section_unless_empty(SectionKind::Texts, texts.blob, property);
      section_unless_empty(SectionKind::TextBases, bytes_of(texts.bases), property);
      section_unless_empty(SectionKind::TextOffsets, bytes_of(texts.offsets), property);
      section_unless_empty(SectionKind::TextSlots, bytes_of(texts.slots), property);
    }
  }

  FileHeader write_table() {
    draft_.align();
    FileHeader header{};
    std::memcpy(header.magic, kFileMagic, sizeof header.magic);
    header.version = kFileVersion;
    header.byte_order = kFileByteOrder;
    header.table_offset = draft_.size();
    header.sections = static_cast<std::uint32_t>(table_.size());
    header.rows = in_.segment->rows();
    header.persons = in_.segment->persons();
    header.kinds = static_cast<std::uint32_t>(in_.names->kinds.texts.size());
    header.properties = static_cast<std::uint32_t>(in_.names->properties.texts.size());
    header.origins = static_cast<std::uint32_t>(in_.person_of.size());
    header.up_to = in_.up_to.value;
    const SegmentColumns& columns = in_.segment->columns();
    header.seq_base = columns.seqs.base;
    header.seq_bits = columns.seqs.bits;
    header.at_base = columns.at_us.base;
    header.at_unit = columns.at_us.unit;
    header.at_bits = columns.at_us.bits;
    header.kind_bytes = columns.kinds.wide != nullptr ? 2 : 1;
    header.block_origins = columns.origins.starts[OriginColumn::blocks_of(columns.rows)];
    draft_.write(bytes_of(table_));
    header.file_bytes = draft_.size();
    header.table_checksum = fingerprint(bytes_of(table_));
    header.header_checksum = fingerprint(bytes_of(&header, offsetof(FileHeader, header_checksum)));
    return header;
  }

  const ToSave& in_;
  Draft draft_;
  std::vector<SectionEntry> table_;
};

}  // namespace

Result<void> write_saved(const ToSave& index, const std::filesystem::path& file) { return Writer(index, file).write(); }

}  // namespace habitue::journey
