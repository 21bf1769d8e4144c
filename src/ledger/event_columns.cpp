#include "ledger/event_columns.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace habitue::ledger {
namespace {

enum Column : std::size_t {
  kSeq,
  kMessageId,
  kType,
  kName,
  kOccurredAt,
  kReceivedAt,
  kUserId,
  kAnonymousId,
  kPreviousId,
  kGroupId,
  kProperties,
  kContext,
  kProvenance,
  kConfidence,
  kPurpose,
  kImportId,
  kColumnCount
};

struct DestroyAppender {
  void operator()(duckdb_appender raw) const { duckdb_appender_destroy(&raw); }
};
using Appender = std::unique_ptr<std::remove_pointer_t<duckdb_appender>, DestroyAppender>;

Error error_of(const Appender& appender) {
  const char* message = duckdb_appender_error(appender.get());
  return ledger::error_of(DUCKDB_ERROR_IO, message == nullptr ? "the events cannot be written" : message);
}

Chunk chunk_for(const Appender& appender) {
  std::array<duckdb_logical_type, kColumnCount> types{};
  for (std::size_t column = 0; column < kColumnCount; ++column)
    types[column] = duckdb_appender_column_type(appender.get(), column);
  Chunk chunk(duckdb_create_data_chunk(types.data(), kColumnCount));
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  return chunk;
}

template <class T, class Value>
void write_values(const Chunk& chunk, Column column, std::span<const StoredEvent> events, const Value& value) {
  T* out = static_cast<T*>(duckdb_vector_get_data(chunk.vector(column)));
  for (std::size_t row = 0; row < events.size(); ++row) out[row] = value(events[row]);
}

// A text of up to 12 bytes lies within its cell, the unused bytes zero; a longer one is copied to the vector's heap.
void write_text(duckdb_vector vector, duckdb_string_t* cells, std::size_t row, const std::string& text) {
  constexpr std::size_t kInlineMax = sizeof cells->value.inlined.inlined;
  if (text.size() > kInlineMax) {
    duckdb_vector_assign_string_element_len(vector, row, text.data(), text.size());
    return;
  }
  cells[row] = {};
  cells[row].value.inlined.length = static_cast<std::uint32_t>(text.size());
  std::memcpy(cells[row].value.inlined.inlined, text.data(), text.size());
}

void write_texts(const Chunk& chunk, Column column, std::span<const StoredEvent> events,
                 std::string intake::Event::*field) {
  duckdb_vector vector = chunk.vector(column);
  auto* cells = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  for (std::size_t row = 0; row < events.size(); ++row) write_text(vector, cells, row, events[row].event.*field);
}

// What is absent is NULL for whoever reads the file with SQL.
template <class IsAbsent>
void write_absences(const Chunk& chunk, Column column, std::span<const StoredEvent> events, const IsAbsent& is_absent) {
  duckdb_vector vector = chunk.vector(column);
  std::uint64_t* validity = nullptr;
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (!is_absent(events[row])) continue;
    if (validity == nullptr) {
      duckdb_vector_ensure_validity_writable(vector);
      validity = duckdb_vector_get_validity(vector);
    }
    duckdb_validity_set_row_invalid(validity, row);
  }
}

void write_optional_texts(const Chunk& chunk, Column column, std::span<const StoredEvent> events,
                          std::string intake::Event::*field) {
  write_texts(chunk, column, events, field);
  write_absences(chunk, column, events, [&](const StoredEvent& stored) { return (stored.event.*field).empty(); });
}

void write_chunk(const Chunk& chunk, std::span<const StoredEvent> events) {
  using intake::Event;
  write_values<std::uint64_t>(chunk, kSeq, events, [](const StoredEvent& stored) { return stored.seq.value; });
  write_texts(chunk, kMessageId, events, &Event::message_id);
  write_values<std::uint8_t>(chunk, kType, events,
                             [](const StoredEvent& stored) { return static_cast<std::uint8_t>(stored.event.type); });
  write_optional_texts(chunk, kName, events, &Event::name);
  write_values<std::int64_t>(chunk, kOccurredAt, events,
                             [](const StoredEvent& stored) { return stored.event.at.time_since_epoch().count(); });
  write_values<std::int64_t>(chunk, kReceivedAt, events, [](const StoredEvent& stored) {
    return stored.event.received_at.time_since_epoch().count();
  });
  write_optional_texts(chunk, kUserId, events, &Event::user_id);
  write_optional_texts(chunk, kAnonymousId, events, &Event::anonymous_id);
  write_optional_texts(chunk, kPreviousId, events, &Event::previous_id);
  write_optional_texts(chunk, kGroupId, events, &Event::group_id);
  write_texts(chunk, kProperties, events, &Event::properties);
  write_texts(chunk, kContext, events, &Event::context);
  write_values<std::uint8_t>(chunk, kProvenance, events, [](const StoredEvent& stored) {
    return static_cast<std::uint8_t>(stored.event.provenance);
  });
  write_values<float>(chunk, kConfidence, events, [](const StoredEvent& stored) { return stored.event.confidence; });
  write_optional_texts(chunk, kPurpose, events, &Event::purpose);
  write_values<std::uint32_t>(chunk, kImportId, events, [](const StoredEvent& stored) { return stored.import_id; });
  write_absences(chunk, kImportId, events, [](const StoredEvent& stored) { return stored.import_id == 0; });
  duckdb_data_chunk_set_size(chunk.raw(), events.size());
}

void read_texts(const Chunk& chunk, Column column, std::span<StoredEvent> events, std::string intake::Event::*field) {
  for (std::size_t row = 0; row < events.size(); ++row) (events[row].event.*field).assign(chunk.text(column, row));
}

}  // namespace

Result<void> write_events(const Connection& connection, std::span<const StoredEvent> events) {
  duckdb_appender raw = nullptr;
  const duckdb_state created = duckdb_appender_create(connection.get(), nullptr, "events", &raw);
  const Appender appender(raw);
  if (created == DuckDBError) return tl::unexpected(error_of(appender));
  const Chunk chunk = chunk_for(appender);
  const std::size_t rows_max = duckdb_vector_size();
  for (std::size_t first = 0; first < events.size(); first += rows_max) {
    duckdb_data_chunk_reset(chunk.raw());
    write_chunk(chunk, events.subspan(first, std::min(rows_max, events.size() - first)));
    if (duckdb_append_data_chunk(appender.get(), chunk.raw()) == DuckDBError) return tl::unexpected(error_of(appender));
  }
  if (duckdb_appender_close(appender.get()) == DuckDBError) return tl::unexpected(error_of(appender));
  return {};
}

void read_events(const Chunk& chunk, std::vector<StoredEvent>& events) {
  using intake::Event;
  events.resize(chunk.size());
  const auto seqs = chunk.values<std::uint64_t>(kSeq);
  const auto types = chunk.values<std::uint8_t>(kType);
  const auto occurred = chunk.values<std::int64_t>(kOccurredAt);
  const auto received = chunk.values<std::int64_t>(kReceivedAt);
  const auto provenances = chunk.values<std::uint8_t>(kProvenance);
  const auto confidences = chunk.values<float>(kConfidence);
  const auto import_ids = chunk.values<std::uint32_t>(kImportId);
  for (std::size_t row = 0; row < events.size(); ++row) {
    StoredEvent& stored = events[row];
    stored.seq = EventSeq(seqs[row]);
    stored.event.type = static_cast<intake::EventType>(types[row]);
    stored.event.at = UtcMicros(std::chrono::microseconds(occurred[row]));
    stored.event.received_at = UtcMicros(std::chrono::microseconds(received[row]));
    stored.event.provenance = static_cast<intake::Provenance>(provenances[row]);
    stored.event.confidence = confidences[row];
    stored.import_id = chunk.is_null(kImportId, row) ? 0 : import_ids[row];
  }
  read_texts(chunk, kMessageId, events, &Event::message_id);
  read_texts(chunk, kName, events, &Event::name);
  read_texts(chunk, kUserId, events, &Event::user_id);
  read_texts(chunk, kAnonymousId, events, &Event::anonymous_id);
  read_texts(chunk, kPreviousId, events, &Event::previous_id);
  read_texts(chunk, kGroupId, events, &Event::group_id);
  read_texts(chunk, kProperties, events, &Event::properties);
  read_texts(chunk, kContext, events, &Event::context);
  read_texts(chunk, kPurpose, events, &Event::purpose);
}

}  // namespace habitue::ledger
