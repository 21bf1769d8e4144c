// A saved index from a stranger: whatever its bytes, opening it answers or refuses, and what was opened can be read and
// changed. The checksums are made right first, or nothing would get past them.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "base/fingerprint.hpp"
#include "journey/index_state.hpp"
#include "journey/snapshot_file.hpp"

namespace {

using namespace habitue;
using namespace habitue::journey;

struct Free {
  void operator()(void* raw) const { std::free(raw); }
};

std::string_view text(std::span<std::byte> bytes, std::uint64_t offset, std::uint64_t size) {
  return {reinterpret_cast<const char*>(bytes.data()) + offset, size};
}

void make_checksums_right(std::span<std::byte> bytes) {
  FileHeader header;
  if (bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::memcpy(header.magic, kFileMagic, sizeof header.magic);
  header.version = kFileVersion;
  header.byte_order = kFileByteOrder;
  header.file_bytes = bytes.size();
  const std::uint64_t table_bytes = std::uint64_t{header.sections} * sizeof(SectionEntry);
  if (table_bytes <= bytes.size() - sizeof header) {
    header.table_offset = bytes.size() - table_bytes;
    for (std::uint32_t number = 0; number < header.sections; ++number) {
      std::byte* const at = bytes.data() + header.table_offset + number * sizeof(SectionEntry);
      SectionEntry entry;
      std::memcpy(&entry, at, sizeof entry);
      if (entry.offset > bytes.size() || entry.bytes > bytes.size() - entry.offset) continue;
      entry.checksum = fingerprint(text(bytes, entry.offset, entry.bytes));
      std::memcpy(at, &entry, sizeof entry);
    }
    header.table_checksum = fingerprint(text(bytes, header.table_offset, table_bytes));
  }
  std::memcpy(bytes.data(), &header, sizeof header);
  header.header_checksum = fingerprint(text(bytes, 0, offsetof(FileHeader, header_checksum)));
  std::memcpy(bytes.data(), &header, sizeof header);
}

std::uint64_t read_all(const Snapshot& snapshot) {
  std::uint64_t seen = snapshot.event_count();
  std::vector<Property> properties;
  for (const std::string& name : snapshot.property_names()) {
    properties.push_back(*snapshot.find_property(name));
    seen += snapshot.frequent_values(properties.back(), 3).size();
  }
  const auto read = [&](Journey journey) {
    for (const Event& event : journey.until(kEnd)) {
      seen += snapshot.kinds()[event.kind.value].size() + snapshot.seq_of(event).value;
      for (const Property property : properties) {
        const Value value = property.at(event);
        for (const char letter : value.text) seen += static_cast<unsigned char>(letter);
        seen += property.number(event).has_value() ? 1 : 0;
      }
    }
  };
  read(snapshot.nobody());
  snapshot.for_each_journey(read);
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > (1U << 20U)) return 0;
  const std::size_t room = (size / 64 + 1) * 64;
  const std::shared_ptr<void> owner(std::aligned_alloc(64, room), Free{});
  const std::span bytes(static_cast<std::byte*>(owner.get()), size);
  if (size > 0) std::memcpy(bytes.data(), data, size);
  make_checksums_right(bytes);

  auto saved = read_saved(bytes, owner);
  if (!saved) return 0;
  IndexState index(*std::move(saved));
  read_all(*index.snapshot());

  ledger::StoredEvent stored;
  stored.seq = EventSeq{index.snapshot()->up_to().value + 1};
  stored.event.name = "Order Completed";
  stored.event.properties = R"({"currency":"GBP","total":1})";
  const FreshEvent fresh{OriginId{1}, &stored};
  const Assignment assigned[] = {{OriginId{1}, PersonId{2}}, {OriginId{2}, PersonId{2}}};
  const EventSeq removed[] = {EventSeq{1}, EventSeq{3}};
  if (!index.apply({{&fresh, 1}, assigned, removed, stored.seq})) std::abort();
  read_all(*index.snapshot());
  if (!index.compact()) std::abort();
  read_all(*index.snapshot());
  return 0;
}
