// Files whose every row stands for itself: events, orders, persons, accounts.
#include <initializer_list>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "intake/batch_maker.hpp"
#include "intake/call.hpp"
#include "intake/interner.hpp"
#include "intake/protocol.hpp"
#include "intake/trait_runs.hpp"

namespace habitue::intake {
namespace {

// A refund that waits for the end of the file, when all orders are known.
struct WaitingRefund {
  Event event;
  std::uint64_t order = 0;  // Fingerprint of its order's id; 0 when it names none.
  std::int64_t minor_units = 0;
};
struct OrderMoney {
  std::int64_t total_minor = 0;
  std::int64_t refunded_minor = 0;
};

class RowImport final : public BatchMaker {
 public:
  RowImport(const Source& source, Binding binding)
      : source_(source),
        binding_(std::move(binding)),
        reader_(source.table->clone()),
        prefix_(source.mapping.source.empty() ? "" : source.mapping.source + "/") {
    reader_->seek(source.table->begin_offset(), source.table->begin_line());
  }

  Result<void> fill(ImportBatch& batch, ImportReport& report) override;

 private:
  enum class Phase : std::uint8_t { Rows, Refunds, Traits, Done };
  struct Fault {
    std::string reason;
    std::string_view short_reason;
  };
  using Made = tl::expected<void, Fault>;

  Result<void> read_rows(ImportBatch& batch, ImportReport& report);
  Made make_event(ImportBatch& batch, ImportReport& report);
  Made start_event(Event& event, const Who& who) const;
  Made make_track(ImportBatch& batch, ImportReport& report, Event event, const Who& who);
  Made make_order(ImportBatch& batch, ImportReport& report, Event event, const Who& who);
  Made make_traits(ImportBatch& batch, ImportReport& report, Event event, const Who& who);
  Made append_known(TextBuffer& out, std::initializer_list<std::pair<Field, std::string_view>> fields) const;
  void append_columns(TextBuffer& out, const std::vector<ObjectColumn>& columns) const;
  Result<Currency> currency() const;
  std::string row_id();
  void observe_traits(const Event& event);
  void give_refund(ImportBatch& batch, ImportReport& report, WaitingRefund& refund);

  Source source_;
  Binding binding_;
  std::unique_ptr<TableReader> reader_;
  std::string prefix_;
  Phase phase_ = Phase::Rows;
  Row row_;
  TextBuffer properties_, telling_;
  FingerprintCounter seen_;
  TraitRuns traits_;
  std::unordered_map<std::uint64_t, OrderMoney> orders_;
  std::vector<WaitingRefund> refunds_;
  std::size_t given_ = 0;
  std::uint64_t repeated_ = 0, mended_ = 0;
};

Result<void> RowImport::fill(ImportBatch& batch, ImportReport& report) {
  if (phase_ == Phase::Rows)
    if (auto read = read_rows(batch, report); !read) return read;
  while (phase_ == Phase::Refunds && batch.events.size() < source_.limits.events) {
    if (given_ == refunds_.size()) {
      traits_.finish();
      phase_ = Phase::Traits;
      break;
    }
    give_refund(batch, report, refunds_[given_++]);
  }
  while (phase_ == Phase::Traits && batch.events.size() < source_.limits.events) {
    Event event;
    if (!traits_.next(event)) {
      phase_ = Phase::Done;
      break;
    }
    event.received_at = source_.received_at;
    event.message_id =
        fmt::format("{}traits/{}/{}/{}", prefix_, event.user_id.empty() ? event.anonymous_id : event.user_id,
                    event.at.time_since_epoch().count(), fingerprint(event.properties));
    add_event(batch, report, std::move(event));
  }
  batch.bytes_done = row_.end;
  batch.rows_done = report.rows;
  if (phase_ != Phase::Done) return {};
  batch.last = true;
  if (report.rows_without_person > 0)
    report.notes.push_back(
        fmt::format("{} rows name no customer: their events are kept as nobody's", report.rows_without_person));
  if (repeated_ > 0)
    report.notes.push_back(fmt::format("{} rows repeat an earlier row exactly: all are kept", repeated_));
  if (mended_ > 0)
    report.notes.push_back(fmt::format("{} rows had bytes that are no UTF-8: read as Windows-1252", mended_));
  report.notes.emplace_back("nobody is messaged by an import");
  return {};
}

Result<void> RowImport::read_rows(ImportBatch& batch, ImportReport& report) {
  const std::uint64_t batch_begin = row_.end;
  while (reader_->next(row_)) {
    ++report.rows;
    if ((report.rows & 0xFFFU) == 0 && source_.stop->load(std::memory_order_relaxed))
      return fail(ErrorKind::Unavailable, "stopped");
    mended_ += row_.mended ? 1 : 0;
    Made made;
    if (row_.problem != RowProblem::None) {
      made = tl::unexpected(Fault{describe(row_, binding_.column_count()), name_of(row_.problem)});
    } else {
      made = make_event(batch, report);
    }
    if (!made)
      add_rejected(batch, report, {row_.line, made.error().reason, raw_row(source_.text, row_.offset, row_.end)},
                   made.error().short_reason);
    if ((batch.events.size() >= source_.limits.events || row_.end - batch_begin >= source_.limits.source_bytes) &&
        row_.end < source_.text.size())
      return {};
  }
  phase_ = Phase::Refunds;
  return {};
}

RowImport::Made RowImport::make_event(ImportBatch& batch, ImportReport& report) {
  Event event;
  const Who who = binding_.who(row_);
  if (auto started = start_event(event, who); !started) return started;
  Made made;
  switch (source_.mapping.shape) {
    case RowShape::Event: made = make_track(batch, report, std::move(event), who); break;
    case RowShape::Order: made = make_order(batch, report, std::move(event), who); break;
    default: made = make_traits(batch, report, std::move(event), who);
  }
  return made;
}

RowImport::Made RowImport::start_event(Event& event, const Who& who) const {
  event.received_at = source_.received_at;
  event.user_id = who.user_id;
  event.anonymous_id = who.anonymous_id;
  event.group_id = binding_.id(row_, Field::AccountId);
  event.message_id = binding_.id(row_, Field::MessageId);
  for (const std::string* id : {&event.user_id, &event.anonymous_id, &event.group_id, &event.message_id})
    if (id->size() > Limits{}.name_bytes)
      return tl::unexpected(Fault{"an identifier of more than 512 bytes", "an id that is too long"});
  const std::string_view date = binding_.text(row_, Field::At);
  if (date.empty()) {
    const bool needed = source_.mapping.shape == RowShape::Event || source_.mapping.shape == RowShape::Order;
    if (needed)
      return tl::unexpected(Fault{fmt::format("no date: {} is empty", binding_.column_name(Field::At)), "no date"});
    event.at = source_.received_at;
    return {};
  }
  ReadMoment moment = read_moment(binding_, date, source_.received_at);
  if (!moment.reason.empty()) return tl::unexpected(Fault{std::move(moment.reason), moment.short_reason});
  event.at = moment.at;
  return {};
}

// Equal rows of one file are different events; the same row of the same file again is the same event.
std::string RowImport::row_id() {
  telling_.clear();
  for (const std::size_t column : binding_.telling()) {
    telling_.append(row_.cells[column].text);
    telling_.append('\0');
  }
  telling_.append(row_.extra);
  const std::uint32_t before = seen_.add(fingerprint(telling_.view()));
  repeated_ += before > 0 ? 1 : 0;
  return fmt::format("{}row/{}/{}", prefix_, digest(telling_.view()), before + 1);
}

void RowImport::append_columns(TextBuffer& out, const std::vector<ObjectColumn>& columns) const {
  for (const ObjectColumn& column : columns) binding_.append(out, column, row_);
}

// Fields with a meaning under their usual names. Quantities and amounts must be numbers.
RowImport::Made RowImport::append_known(TextBuffer& out,
                                        std::initializer_list<std::pair<Field, std::string_view>> fields) const {
  for (const auto& [field, key] : fields) {
    const bool number = field == Field::Quantity || field == Field::UnitPrice || field == Field::Total;
    const std::string_view text = number || field == Field::ProductName || field == Field::Name
                                      ? binding_.text(row_, field)
                                      : binding_.id(row_, field);
    if (text.empty()) continue;
    if (out.last() != '{') out.append(',');
    out.append('"');
    out.append(key);
    out.append("\":");
    if (!number) {
      append_json_string(out, text);
      continue;
    }
    const auto value = parse_decimal(text, binding_.mark());
    if (!value)
      return tl::unexpected(Fault{
          fmt::format("not a number: '{}' in {}", text.substr(0, 64), binding_.column_name(field)), "not a number"});
    out.written_to(write_decimal(out.room(kDecimalBytes), *value));
  }
  return {};
}

void RowImport::observe_traits(const Event& event) {
  if (binding_.traits().empty() && !binding_.has(Field::Email)) return;
  if (event.user_id.empty() && event.anonymous_id.empty()) return;
  telling_.clear();
  binding_.append_traits(telling_, row_);
  traits_.observe(event.user_id + '\0' + event.anonymous_id, event.at, telling_.view());
}

RowImport::Made RowImport::make_track(ImportBatch& batch, ImportReport& report, Event event, const Who& who) {
  event.name =
      binding_.has(Field::Event) ? binding_.text(row_, Field::Event) : std::string_view(source_.mapping.event_name);
  if (event.name.empty())
    return tl::unexpected(
        Fault{fmt::format("no event name: {} is empty", binding_.column_name(Field::Event)), "no event name"});
  if (event.name.size() > Limits{}.name_bytes)
    return tl::unexpected(Fault{"an event name of more than 512 bytes", "an event name that is too long"});
  properties_.clear();
  properties_.append('{');
  if (auto known = append_known(properties_, {{Field::OrderId, "order_id"},
                                              {Field::ProductId, "product_id"},
                                              {Field::ProductName, "product_name"},
                                              {Field::Name, "name"},
                                              {Field::Quantity, "quantity"},
                                              {Field::UnitPrice, "price"},
                                              {Field::Total, "total"},
                                              {Field::Currency, "currency"}});
      !known)
    return known;
  if (binding_.currency() && (binding_.has(Field::Total) || binding_.has(Field::UnitPrice)) &&
      binding_.text(row_, Field::Currency).empty()) {
    properties_.append(properties_.last() == '{' ? "\"currency\":\"" : ",\"currency\":\"");
    properties_.append(binding_.currency()->code());
    properties_.append('"');
  }
  if (binding_.refund(row_)) properties_.append(properties_.last() == '{' ? "\"refund\":true" : ",\"refund\":true");
  append_columns(properties_, binding_.traits());
  append_columns(properties_, binding_.properties());
  if (!row_.extra.empty()) {
    if (properties_.last() != '{') properties_.append(',');
    properties_.append(row_.extra);
  }
  properties_.append('}');
  event.properties = properties_.view();
  if (event.message_id.empty()) event.message_id = row_id();
  if (who.nobody()) ++report.rows_without_person;
  observe_traits(event);
  add_event(batch, report, std::move(event));
  return {};
}

Result<Currency> RowImport::currency() const {
  const std::string_view code = binding_.text(row_, Field::Currency);
  if (!code.empty()) return Currency::parse(code);
  if (binding_.currency()) return *binding_.currency();
  return invalid(fmt::format("no currency: {} is empty", binding_.column_name(Field::Currency)));
}

RowImport::Made RowImport::make_order(ImportBatch& batch, ImportReport& report, Event event, const Who& who) {
  const std::string_view total_text = binding_.text(row_, Field::Total);
  const auto total = parse_decimal(total_text, binding_.mark());
  if (!total) {
    if (total_text.empty())
      return tl::unexpected(
          Fault{fmt::format("no amount: {} is empty", binding_.column_name(Field::Total)), "no amount"});
    return tl::unexpected(
        Fault{fmt::format("not a number: '{}' in {}", total_text.substr(0, 64), binding_.column_name(Field::Total)),
              "not a number"});
  }
  const auto currency = this->currency();
  if (!currency) return tl::unexpected(Fault{currency.error().message, "not a currency"});
  ExactSum sum;
  sum.add(total->magnitude());
  const auto minor = sum.minor_units(*currency);
  if (!minor) return tl::unexpected(Fault{"an amount too large to be kept exactly", "not a number"});

  const std::string_view order_id = binding_.id(row_, Field::OrderId);
  const std::string& cancels = source_.mapping.cancellation_prefix;
  const bool own_number =
      !cancels.empty() && order_id.starts_with(cancels);  // The id is the refund's and not the order's.
  const bool refund = total->negative() || own_number || binding_.refund(row_);
  event.name = refund ? "Order Refunded" : "Order Completed";
  properties_.clear();
  properties_.append('{');
  if (!order_id.empty()) {
    properties_.append(own_number ? "\"refund_id\":" : "\"order_id\":");
    append_json_string(properties_, order_id);
    properties_.append(',');
  }
  properties_.append("\"currency\":\"");
  properties_.append(currency->code());
  properties_.append("\",\"total\":");
  properties_.written_to(write_decimal(properties_.room(kDecimalBytes), total->magnitude()));
  if (refund && (order_id.empty() || own_number)) properties_.append(",\"unmatched\":true");
  if (auto known = append_known(properties_, {{Field::ProductId, "product_id"},
                                              {Field::ProductName, "product_name"},
                                              {Field::Quantity, "quantity"},
                                              {Field::UnitPrice, "price"},
                                              {Field::Name, "name"}});
      !known)
    return known;
  append_columns(properties_, binding_.traits());
  append_columns(properties_, binding_.properties());
  if (!row_.extra.empty()) {
    properties_.append(',');
    properties_.append(row_.extra);
  }
  event.properties = properties_.view();
  if (event.message_id.empty()) {
    const std::string id = row_id();  // Counts repeated rows in any case.
    event.message_id = order_id.empty() || refund ? id : fmt::format("{}order/{}", prefix_, order_id);
  }
  if (who.nobody()) ++report.rows_without_person;
  observe_traits(event);
  const std::uint64_t order = order_id.empty() || own_number ? 0 : fingerprint(order_id);
  if (refund) {
    refunds_.push_back({std::move(event), order, *minor});
    return {};
  }
  if (order != 0) orders_[order].total_minor += *minor;
  ++report.orders;
  report.received_minor_units[std::string(currency->code())] += *minor;
  event.properties.push_back('}');
  add_event(batch, report, std::move(event));
  return {};
}

void RowImport::give_refund(ImportBatch& batch, ImportReport& report, WaitingRefund& refund) {
  const auto found = refund.order == 0 ? orders_.end() : orders_.find(refund.order);
  if (found != orders_.end()) {
    ++report.refund_lines_matched;
    OrderMoney& order = found->second;
    const bool open = order.refunded_minor < order.total_minor;
    order.refunded_minor += refund.minor_units;
    if (open && order.refunded_minor >= order.total_minor) refund.event.properties.append(",\"full\":true");
  } else {
    ++report.refund_lines_unmatched;
  }
  refund.event.properties.push_back('}');
  ++report.refunds;
  const std::string_view properties = refund.event.properties;
  const std::size_t at = properties.find("\"currency\":\"") + 12;
  report.refunded_minor_units[std::string(properties.substr(at, 3))] += refund.minor_units;
  add_event(batch, report, std::move(refund.event));
}

RowImport::Made RowImport::make_traits(ImportBatch& batch, ImportReport& report, Event event, const Who& who) {
  const bool person = source_.mapping.shape == RowShape::Person;
  event.type = person ? EventType::Identify : EventType::Group;
  if (person && who.nobody())
    return tl::unexpected(Fault{"no identifier: neither user id nor email is there", "no identifier"});
  if (!person && event.group_id.empty())
    return tl::unexpected(
        Fault{fmt::format("no account: {} is empty", binding_.column_name(Field::AccountId)), "no identifier"});
  properties_.clear();
  binding_.append_traits(properties_, row_);
  properties_.drop_last();
  if (auto known = append_known(properties_, {{Field::Name, "name"}}); !known) return known;
  append_columns(properties_, binding_.properties());
  if (!row_.extra.empty()) {
    if (properties_.last() != '{') properties_.append(',');
    properties_.append(row_.extra);
  }
  properties_.append('}');
  event.properties = properties_.view();
  if (event.message_id.empty()) event.message_id = row_id();
  add_event(batch, report, std::move(event));
  return {};
}

}  // namespace

std::unique_ptr<BatchMaker> make_row_import(const Source& source, Binding binding) {
  return std::make_unique<RowImport>(source, std::move(binding));
}

}  // namespace habitue::intake
