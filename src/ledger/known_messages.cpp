#include "ledger/known_messages.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include <fmt/format.h>

#include "base/fingerprint.hpp"

namespace habitue::ledger {
namespace {

constexpr std::size_t kPrefetchAhead = 16;
// Reading more ranges than this one by one costs more than reading all message ids between the first and the last.
constexpr std::size_t kRangesMax = 64;

struct Suspect {
  std::size_t index;  // Of the event.
  SeqBlock block;     // Where an event of its fingerprint lies.
};

// The events of one call by message id: the first of each. Of a fixed size and without an allocation per event.
class FirstOfEach {
 public:
  FirstOfEach(std::span<const intake::Event* const> events, std::span<const std::uint64_t> fingerprints)
      : events_(events), fingerprints_(fingerprints), places_(std::bit_ceil(2 * events.size() + 1), kFree) {}

  // The event of this id, or that of `index` when there is none yet, which it is from now on.
  std::size_t put(std::size_t index) {
    std::uint32_t& place = place_of(events_[index]->message_id, fingerprints_[index]);
    if (place == kFree) place = static_cast<std::uint32_t>(index);
    return place;
  }
  std::optional<std::size_t> find(std::string_view message_id, std::uint64_t id_fingerprint) {
    const std::uint32_t place = place_of(message_id, id_fingerprint);
    return place == kFree ? std::nullopt : std::optional<std::size_t>(place);
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  std::uint32_t& place_of(std::string_view message_id, std::uint64_t id_fingerprint) {
    const std::size_t mask = places_.size() - 1;
    std::size_t at = id_fingerprint & mask;
    while (places_[at] != kFree &&
           (fingerprints_[places_[at]] != id_fingerprint || events_[places_[at]]->message_id != message_id))
      at = (at + 1) & mask;
    return places_[at];
  }

  std::span<const intake::Event* const> events_;
  std::span<const std::uint64_t> fingerprints_;
  std::vector<std::uint32_t> places_;
};

// Ranges of blocks, [first, last], that hold all suspects: neighbours are read together.
std::vector<std::pair<SeqBlock, SeqBlock>> ranges_of(std::vector<Suspect>& suspects) {
  std::sort(suspects.begin(), suspects.end(),
            [](const Suspect& left, const Suspect& right) { return left.block < right.block; });
  std::vector<std::pair<SeqBlock, SeqBlock>> ranges;
  for (const Suspect& suspect : suspects) {
    if (!ranges.empty() && suspect.block <= ranges.back().second + 1)
      ranges.back().second = suspect.block;
    else
      ranges.emplace_back(suspect.block, suspect.block);
  }
  if (ranges.size() > kRangesMax) ranges = {{ranges.front().first, ranges.back().second}};
  return ranges;
}

}  // namespace

KnownMessages::KnownMessages(const Store& store, EventSeq last, std::uint64_t count)
    : store_(store), seed_(store.meta().message_seed) {
  loader_ = std::thread([this, last, count] { loaded_ = load(last, count); });
}

KnownMessages::~KnownMessages() {
  stop_ = true;
  if (loader_.joinable()) loader_.join();
}

Result<void> KnownMessages::ready() {
  if (loader_.joinable()) loader_.join();
  return loaded_;
}

std::uint64_t KnownMessages::fingerprint_of(std::string_view message_id) const {
  return fingerprint(message_id, seed_);
}

Result<void> KnownMessages::load(EventSeq last, std::uint64_t count) {
  if (count == 0) return {};
  ids_.reserve(count);
  auto reader = store_.reader();
  if (!reader) return tl::unexpected(reader.error());
  auto statement = Statement::prepare(reader->connection, "SELECT seq, message_id FROM events WHERE seq <= ?");
  if (!statement) return tl::unexpected(statement.error());
  auto rows = statement->bind(1, last.value).stream();
  if (!rows) return tl::unexpected(rows.error());
  std::vector<std::uint64_t> fingerprints;
  while (!stop_) {
    auto chunk = rows->next();
    if (!chunk) return tl::unexpected(chunk.error());
    if (!*chunk) return {};
    const auto seqs = chunk->values<std::uint64_t>(0);
    fingerprints.resize(chunk->size());
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      fingerprints[row] = fingerprint_of(chunk->text(1, row));
      ids_.prefetch(fingerprints[row]);
    }
    for (std::size_t row = 0; row < chunk->size(); ++row) ids_.insert(fingerprints[row], EventSeq(seqs[row]));
  }
  return {};
}

Result<std::vector<bool>> KnownMessages::find_repeated(const Connection& connection,
                                                       std::span<const intake::Event* const> events,
                                                       std::span<const std::uint64_t> fingerprints) const {
  std::vector<bool> repeated(events.size(), false);
  FirstOfEach first_of(events, fingerprints);
  std::vector<Suspect> suspects;
  std::vector<SeqBlock> blocks;
  for (std::size_t index = 0; index < events.size(); ++index) {
    if (index + kPrefetchAhead < events.size()) ids_.prefetch(fingerprints[index + kPrefetchAhead]);
    if (first_of.put(index) != index) {
      repeated[index] = true;
      continue;
    }
    blocks.clear();
    ids_.find(fingerprints[index], blocks);
    for (const SeqBlock block : blocks) suspects.push_back({index, block});
  }
  if (suspects.empty()) return repeated;

  auto statement = Statement::prepare(connection, "SELECT message_id FROM events WHERE seq BETWEEN ? AND ?");
  if (!statement) return tl::unexpected(statement.error());
  for (const auto& [first, last] : ranges_of(suspects)) {
    auto rows = statement->bind(1, first * kSeqsPerBlock).bind(2, (last + 1) * kSeqsPerBlock - 1).run();
    if (!rows) return tl::unexpected(rows.error());
    while (true) {
      auto chunk = rows->next();
      if (!chunk) return tl::unexpected(chunk.error());
      if (!*chunk) break;
      for (std::size_t row = 0; row < chunk->size(); ++row) {
        const std::string_view message_id = chunk->text(0, row);
        if (const auto found = first_of.find(message_id, fingerprint_of(message_id))) repeated[*found] = true;
      }
    }
  }
  return repeated;
}

}  // namespace habitue::ledger
