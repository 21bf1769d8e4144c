#include "identity/graph_file.hpp"

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/fingerprint.hpp"
#include "base/text.hpp"

namespace habitue::identity {
namespace {

// All numbers little-endian, nothing aligned.
//
//   Header            8 bytes "HBTGRAPH", u32 version, u32 0, u64 fingerprint of the rules, u64 applied up to,
//                     u64 count of nodes, u64 count of links, u64 count of words
//   Node, from 1      u16 length of the text (0: forgotten), u8 kind, u8 flags (1 seen, 2 mentioned, 4 decided), the text
//   Link, from 1      u32 left, u32 right, u8 class, u8 reason, u8 active, u8 0, i64 first time in us, u64 first place
//   Word              u64 pair of nodes (smaller first, in the upper half), u64 place, u8 1 when severed
//   Trailer           u64 XXH3 of all bytes before it
constexpr std::array<char, 8> kMagic = {'H', 'B', 'T', 'G', 'R', 'A', 'P', 'H'};
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kNodeBytesMin = 4, kLinkBytes = 28, kWordBytes = 17;

template <class T>
void put(std::string& bytes, T value) {
  std::array<char, sizeof(T)> raw;
  std::memcpy(raw.data(), &value, sizeof(T));
  bytes.append(raw.data(), raw.size());
}

// Reads on until the bytes end; then it gives zeros and says so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T get() {
    T value{};
    if (const std::string_view raw = text(sizeof(T)); raw.size() == sizeof(T))
      std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
  std::string_view text(std::size_t size) {
    if (size > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const std::string_view part = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return part;
  }
  std::size_t left() const { return bytes_.size(); }
  bool failed() const { return failed_; }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

std::uint64_t fingerprint_of(const Rules& rules) {
  std::string text =
      fmt::format("{} {} {}", rules.merge_on_email, rules.users_per_email_max, rules.users_per_device_max);
  for (const std::string& value : rules.ignored_values) text += '\n' + ascii_lower(trimmed(value));
  return fingerprint(text);
}

std::uint8_t flags_of(const Facts& facts) {
  return static_cast<std::uint8_t>((facts.seen ? 1 : 0) | (facts.mentioned ? 2 : 0) | (facts.decided ? 4 : 0));
}

tl::unexpected<Error> damaged(const std::filesystem::path& file, std::string_view what) {
  return fail(ErrorKind::Corrupt, fmt::format("{}: {}; it is made again from the ledger", file.string(), what));
}

}  // namespace

Result<void> GraphFile::write(const std::filesystem::path& file, const EvidenceBook& book, EventSeq applied_up_to) {
  const IdentifierTable& identifiers = book.identifiers_;
  std::string bytes(kMagic.data(), kMagic.size());
  put(bytes, kVersion);
  put(bytes, std::uint32_t{0});
  put(bytes, fingerprint_of(book.rules_));
  put(bytes, applied_up_to.value);
  put(bytes, std::uint64_t{identifiers.end()} - 1);
  put(bytes, std::uint64_t{book.links_.end()} - 1);
  put(bytes, std::uint64_t{book.words_.size()});
  for (Node node = 1; node < identifiers.end(); ++node) {
    put(bytes, static_cast<std::uint16_t>(identifiers.text(node).size()));
    put(bytes, static_cast<std::uint8_t>(identifiers.kind(node)));
    put(bytes, flags_of(node < book.facts_.size() ? book.facts_[node] : Facts{}));
    bytes += identifiers.text(node);
  }
  for (LinkId id = 1; id < book.links_.end(); ++id) {
    const Evidence& link = book.links_[id];
    put(bytes, link.left);
    put(bytes, link.right);
    put(bytes, static_cast<std::uint8_t>(link.link_class));
    put(bytes, static_cast<std::uint8_t>(link.reason));
    put(bytes, static_cast<std::uint8_t>(link.active));
    put(bytes, std::uint8_t{0});
    put(bytes, link.first.at_us);
    put(bytes, link.first.seq);
  }
  for (const auto& [pair, word] : book.words_) {
    put(bytes, pair);
    put(bytes, word.seq);
    put(bytes, static_cast<std::uint8_t>(word.severed));
  }
  put(bytes, fingerprint(bytes));
  return write_file_atomically(file, bytes);
}

Result<GraphFile::Content> GraphFile::read(const std::filesystem::path& file, const Rules& rules) {
  const auto mapped = MappedFile::open(file);
  if (!mapped) return tl::unexpected(mapped.error());
  const std::string_view bytes = mapped->text();
  Reader reader(bytes);
  if (reader.text(kMagic.size()) != std::string_view(kMagic.data(), kMagic.size()))
    return damaged(file, "no graph of identities");
  const auto version = reader.get<std::uint32_t>();
  if (version > kVersion)
    return fail(ErrorKind::Conflict, fmt::format("{}: a newer version wrote it (format {}, this one knows {})",
                                                 file.string(), version, kVersion));
  std::uint64_t stated = 0;
  if (bytes.size() < sizeof stated) return damaged(file, "it is cut short");
  std::memcpy(&stated, bytes.data() + bytes.size() - sizeof stated, sizeof stated);
  if (stated != fingerprint(bytes.substr(0, bytes.size() - sizeof stated)))
    return damaged(file, "its checksum is wrong");
  reader.get<std::uint32_t>();
  if (reader.get<std::uint64_t>() != fingerprint_of(rules))
    return fail(ErrorKind::Conflict, fmt::format("{}: it was made with other rules of identity", file.string()));

  Content content{std::make_unique<EvidenceBook>(rules), EventSeq(reader.get<std::uint64_t>())};
  EvidenceBook& book = *content.book;
  const auto nodes = reader.get<std::uint64_t>(), links = reader.get<std::uint64_t>(),
             words = reader.get<std::uint64_t>();
  if (nodes > reader.left() / kNodeBytesMin || links > reader.left() / kLinkBytes || words > reader.left() / kWordBytes)
    return damaged(file, "its counts do not fit its size");
  book.facts_.resize(nodes + 1);
  for (std::uint64_t node = 1; node <= nodes; ++node) {
    const auto length = reader.get<std::uint16_t>();
    const auto kind = reader.get<std::uint8_t>(), flags = reader.get<std::uint8_t>();
    const std::string_view text = reader.text(length);
    if (kind > 3 || length > IdentifierTable::kBytesMax || reader.failed())
      return damaged(file, "an identifier is wrong");
    book.identifiers_.add_stored(static_cast<IdentifierKind>(kind), text);
    book.facts_[node].seen = (flags & 1) != 0;
    book.facts_[node].mentioned = (flags & 2) != 0;
    book.facts_[node].decided = (flags & 4) != 0;
  }
  for (Node node = 1; node <= nodes; ++node) {
    const bool mentioned = book.facts_[node].mentioned && !book.is_device(book.identifiers_.text(node));
    if (book.facts_[node].seen || mentioned) book.people_.add(node);
  }
  for (std::uint64_t place = 0; place < links; ++place) {
    const auto left = reader.get<Node>(), right = reader.get<Node>();
    const auto link_class = reader.get<std::uint8_t>(), reason = reader.get<std::uint8_t>(),
               active = reader.get<std::uint8_t>();
    reader.get<std::uint8_t>();
    const auto at_us = reader.get<std::int64_t>();
    const Seen first{at_us, reader.get<std::uint64_t>()};
    if (left == kNone || right == kNone || left > nodes || right > nodes || left == right || reason > 4 ||
        reader.failed())
      return damaged(file, "a link is wrong");
    if (link_class >= static_cast<std::uint8_t>(LinkClass::Gone)) continue;
    const LinkId id =
        book.links_.add(left, right, static_cast<LinkClass>(link_class), static_cast<LinkReason>(reason), first);
    book.count_link(book.links_[id], true);
    if (active == 0) continue;
    if (!book.exists(left) || !book.exists(right)) return damaged(file, "a link joins nobody");
    book.set_active(id, true);
  }
  for (std::uint64_t place = 0; place < words; ++place) {
    const auto pair = reader.get<std::uint64_t>(), seq = reader.get<std::uint64_t>();
    book.words_[pair] = {seq, reader.get<std::uint8_t>() != 0};
  }
  if (reader.failed() || reader.left() != sizeof stated) return damaged(file, "its size is wrong");
  (void)book.people_.take_moved();
  return content;
}

}  // namespace habitue::identity
