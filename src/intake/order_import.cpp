// Rows that are order lines, to whole orders, refunds of their lines, and the customers' traits.
//
// The file is read twice. The first reading learns how many stretches of rows each order has (so that an order whose rows
// are scattered is known to be complete) and which purchases are given back anywhere. The second one makes events: each
// order when its last row is read, then, in order of time, the refunds and the traits, which both depend on what came before
// in time and not in the file.
#include <unordered_map>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "intake/batch_maker.hpp"
#include "intake/refund_events.hpp"
#include "intake/trait_runs.hpp"

namespace habitue::intake {
namespace {

struct Run {  // Adjacent rows of one order.
  std::uint64_t offset = 0;
  std::uint64_t line = 0;
  std::uint32_t rows = 0;
};

class OrderImport final : public BatchMaker {
 public:
  OrderImport(const Source& source, Binding binding)
      : source_(source),
        binding_(std::move(binding)),
        reader_(source.table->clone()),
        second_reader_(source.table->clone()),
        draft_(binding_, source.received_at),
        prefix_(source.mapping.source.empty() ? "" : source.mapping.source + "/"),
        refunds_(scan_, prefix_, source.received_at) {}

  Result<void> fill(ImportBatch& batch, ImportReport& report) override;

 private:
  enum class Phase : std::uint8_t { Scan, Rows, Refunds, Traits, Done };

  Result<void> read_rows(ImportBatch& batch, ImportReport& report);
  void begin_run(std::uint32_t order, const Row& row);
  void end_run(ImportBatch& batch, ImportReport& report);
  void finish_order(const std::vector<Run>& runs, ImportBatch& batch, ImportReport& report);
  void reject_order(const std::vector<Run>& runs, ImportBatch& batch, ImportReport& report);
  void keep_order(ImportBatch& batch, ImportReport& report);
  void keep_returns(ImportBatch& batch, ImportReport& report);
  Event event_of(std::string name, std::string_view id_kind, std::string_view id) const;
  void add_entry(ImportBatch& batch, ImportReport& report, const char* name, std::string_view id_suffix, bool returned);
  void add_direct_refund(ImportBatch& batch, ImportReport& report);
  void write_notes(ImportReport& report) const;

  Source source_;
  Binding binding_;
  std::unique_ptr<TableReader> reader_, second_reader_;
  OrderDraft draft_;
  std::string prefix_;
  Phase phase_ = Phase::Scan;

  OrderScan scan_;
  RefundEvents refunds_;
  TraitRuns traits_;
  std::unordered_map<std::uint32_t, std::vector<Run>> scattered_;

  Row row_;
  static constexpr std::uint32_t kNoOrder = UINT32_MAX;
  std::uint32_t current_ = kNoOrder;
  std::string current_id_;
  Run run_;
  bool live_ = false;  // The run's rows go into the draft as they are read.

  struct Counts {
    std::uint64_t mended = 0, scattered = 0, several_customers = 0, stock_rows = 0, books_rows = 0, free_lines = 0,
                  free_orders = 0, other_kinds = 0, negative_orders = 0;
  } counts_;
};

Result<void> OrderImport::fill(ImportBatch& batch, ImportReport& report) {
  if (phase_ == Phase::Scan) {
    if (auto scanned = scan_.read(*reader_, binding_, *source_.stop); !scanned) return scanned;
    phase_ = Phase::Rows;
  }
  if (phase_ == Phase::Rows)
    if (auto read = read_rows(batch, report); !read) return read;
  while (phase_ == Phase::Refunds && batch.events.size() < source_.limits.events) {
    if (refunds_.settle_next(batch, report)) continue;
    traits_.finish();
    phase_ = Phase::Traits;
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
  if (phase_ == Phase::Done) {
    batch.last = true;
    write_notes(report);
  }
  return {};
}

Result<void> OrderImport::read_rows(ImportBatch& batch, ImportReport& report) {
  const std::uint64_t batch_begin = row_.end;
  bool ended = false;
  while (true) {
    if (!reader_->next(row_)) {
      ended = true;
      break;
    }
    ++report.rows;
    if ((report.rows & 0xFFFFU) == 0 && source_.stop->load(std::memory_order_relaxed))
      return fail(ErrorKind::Unavailable, "stopped");
    counts_.mended += row_.mended ? 1 : 0;
    const std::string_view id = order_id_of(binding_, row_);
    if (current_ == kNoOrder || id != current_id_) {
      end_run(batch, report);
      if (id.empty()) {
        const bool readable = row_.problem == RowProblem::None;
        std::string reason = readable ? fmt::format("no order id: {} is empty", binding_.column_name(Field::OrderId))
                                      : describe(row_, binding_.column_count());
        add_rejected(batch, report, {row_.line, std::move(reason), raw_row(source_.text, row_.offset, row_.end)},
                     readable ? "no order id" : name_of(row_.problem));
        continue;
      }
      begin_run(scan_.ids.add(id).index, row_);
    }
    ++run_.rows;
    if (live_) draft_.add(row_);
    // An order may go over the end of a batch: it belongs to the batch in which its last row is read.
    const bool full =
        batch.events.size() >= source_.limits.events || row_.end - batch_begin >= source_.limits.source_bytes;
    if (full && row_.end < source_.text.size()) return {};
  }
  if (!ended) return {};
  end_run(batch, report);
  refunds_.finish();
  phase_ = Phase::Refunds;
  return {};
}

void OrderImport::begin_run(std::uint32_t order, const Row& row) {
  current_ = order;
  current_id_ = scan_.ids.at(order);
  run_ = {row.offset, row.line, 0};
  live_ = scan_.orders[order].runs == 1;
  if (live_) draft_.start(current_id_);
}

void OrderImport::end_run(ImportBatch& batch, ImportReport& report) {
  if (current_ == kNoOrder) return;
  OrderEntry& entry = scan_.orders[current_];
  ++entry.runs_seen;
  if (entry.runs == 1) {
    finish_order({run_}, batch, report);
  } else {
    std::vector<Run>& runs = scattered_[current_];
    runs.push_back(run_);
    if (entry.runs_seen == entry.runs) {
      ++counts_.scattered;
      draft_.start(current_id_);
      Row row;
      for (const Run& run : runs) {
        second_reader_->seek(run.offset, run.line);
        for (std::uint32_t i = 0; i < run.rows && second_reader_->next(row); ++i) draft_.add(row);
      }
      finish_order(runs, batch, report);
      scattered_.erase(current_);
    }
  }
  current_ = kNoOrder;
  current_id_.clear();
}

void OrderImport::finish_order(const std::vector<Run>& runs, ImportBatch& batch, ImportReport& report) {
  draft_.check(runs.front().line);
  if (draft_.fault()) return reject_order(runs, batch, report);
  OrderEntry& entry = scan_.orders[current_];
  entry.at_us = draft_.at().time_since_epoch().count();
  entry.open_lines = draft_.priced_lines();
  if (draft_.nobody()) report.rows_without_person += draft_.rows();
  counts_.several_customers += draft_.several_customers() ? 1 : 0;
  counts_.other_kinds += draft_.other_kinds();
  if (!draft_.bought().empty()) keep_order(batch, report);
  if (!draft_.returned().empty()) keep_returns(batch, report);
  if (!draft_.nobody()) {
    std::string person = draft_.user_id();
    person.push_back('\0');
    traits_.observe(person + draft_.anonymous_id(), draft_.at(), draft_.traits());
  }
}

// All rows of the order go to the rejected ones, so that mending one of them and importing them again gives a whole order.
void OrderImport::reject_order(const std::vector<Run>& runs, ImportBatch& batch, ImportReport& report) {
  const RowFault& fault = *draft_.fault();
  Row row;
  for (const Run& run : runs) {
    second_reader_->seek(run.offset, run.line);
    for (std::uint32_t i = 0; i < run.rows && second_reader_->next(row); ++i) {
      const bool culprit = row.line == fault.line;
      add_rejected(batch, report,
                   {row.line,
                    culprit ? fault.reason
                            : fmt::format("order {}: line {} of the same order is wrong ({})", current_id_, fault.line,
                                          fault.reason),
                    raw_row(source_.text, row.offset, row.end)},
                   culprit ? fault.short_reason : "another line of the same order is wrong");
    }
  }
}

Event OrderImport::event_of(std::string name, std::string_view id_kind, std::string_view id) const {
  Event event;
  event.message_id.reserve(prefix_.size() + id_kind.size() + id.size() + 1);
  event.message_id.append(prefix_).append(id_kind).append("/").append(id);
  event.name = std::move(name);
  event.at = draft_.at();
  event.received_at = source_.received_at;
  event.user_id = draft_.user_id();
  event.anonymous_id = draft_.anonymous_id();
  event.group_id = draft_.account_id();
  return event;
}

// What an order says of its customer, among its own properties: reports by country need no look at the person.
void append_members(std::string& out, std::string_view object) {
  if (object.size() <= 2) return;
  out.append(",").append(object.substr(1, object.size() - 2));
}

void OrderImport::keep_order(ImportBatch& batch, ImportReport& report) {
  const bool nothing_paid = draft_.priced_lines() == 0;
  if (draft_.nobody() && nothing_paid) {
    counts_.stock_rows += draft_.bought().size();
    return add_entry(batch, report, "Stock Adjusted", {}, false);
  }
  if (draft_.nobody() && (draft_.bought_is_bookkeeping() || draft_.total().negative())) {
    counts_.books_rows += draft_.bought().size();
    return add_entry(batch, report, "Books Adjusted", {}, false);
  }
  if (draft_.total().negative()) return add_direct_refund(batch, report);

  counts_.free_lines += draft_.free_lines();
  counts_.free_orders += nothing_paid ? 1 : 0;
  if (!draft_.nobody()) {
    const std::string& customer = draft_.user_id().empty() ? draft_.anonymous_id() : draft_.user_id();
    const std::vector<BoughtLine>& lines = draft_.bought();
    for (std::uint32_t i = 0; i < lines.size(); ++i) {
      const std::uint64_t key = purchase_key(customer, lines[i].product);
      if (lines[i].quantity_micros > 0 && scan_.given_back.contains(key))
        refunds_.matcher().add_line(key, current_, i, lines[i].price, lines[i].quantity_micros);
    }
  }
  Event event = event_of("Order Completed", "order", current_id_);
  std::string& out = event.properties;
  out.clear();
  out.reserve(draft_.products().size() + draft_.traits().size() + current_id_.size() + 96);
  open_money_object(out, "order_id", current_id_, draft_.currency(), draft_.total());
  out.append(",\"products\":[").append(draft_.products()).append("]");
  append_members(out, draft_.traits());
  out.push_back('}');
  ++report.orders;
  report.received_minor_units[std::string(draft_.currency().code())] += *draft_.total().minor_units(draft_.currency());
  add_event(batch, report, std::move(event));
}

// Stock counted again and entries in the books: they happened, but to no customer and for no sale.
void OrderImport::add_entry(ImportBatch& batch, ImportReport& report, const char* name, std::string_view id_suffix,
                            bool returned) {
  Event event = event_of(name, "entry", current_id_ + std::string(id_suffix));
  ExactSum total = returned ? ExactSum() : draft_.total();
  std::string products(returned ? std::string_view() : draft_.products());
  if (returned) {
    for (const ReturnedLine& line : draft_.returned()) {
      if (!products.empty()) products.push_back(',');
      products.append(line.json).append(",\"quantity\":");
      append_decimal(products, from_micros(-line.quantity_micros));
      products.push_back('}');
      total.add(line.amount.negated());
    }
  }
  event.properties.clear();
  open_money_object(event.properties, "entry_id", current_id_, draft_.currency(), total);
  event.properties.append(",\"products\":[").append(products).append("]");
  append_members(event.properties, draft_.traits());
  event.properties.push_back('}');
  add_event(batch, report, std::move(event));
}

// An order of less than nothing (a credit written as negative prices) is money given back for no order that is named.
void OrderImport::add_direct_refund(ImportBatch& batch, ImportReport& report) {
  ++counts_.negative_orders;
  ExactSum total = draft_.total();
  total.negate();
  Event event = event_of("Order Refunded", "refund", current_id_);
  event.properties.clear();
  open_money_object(event.properties, "refund_id", current_id_, draft_.currency(), total);
  event.properties.append(",\"unmatched\":true,\"products\":[").append(draft_.products()).append("]");
  append_members(event.properties, draft_.traits());
  event.properties.push_back('}');
  ++report.refunds;
  report.refund_lines_unmatched += draft_.bought().size();
  report.refunded_minor_units[std::string(draft_.currency().code())] += *total.minor_units(draft_.currency());
  add_event(batch, report, std::move(event));
}

void OrderImport::keep_returns(ImportBatch& batch, ImportReport& report) {
  const std::string_view suffix = draft_.bought().empty() ? "" : "/returned";
  if (draft_.nobody() && draft_.returned_is_free()) {
    counts_.stock_rows += draft_.returned().size();
    return add_entry(batch, report, "Stock Adjusted", suffix, true);
  }
  if (draft_.nobody() && draft_.returned_is_bookkeeping()) {
    counts_.books_rows += draft_.returned().size();
    return add_entry(batch, report, "Books Adjusted", suffix, true);
  }
  refunds_.add({current_, draft_.at().time_since_epoch().count(), draft_.user_id(), draft_.anonymous_id(),
                draft_.account_id(), draft_.currency(), draft_.returned()});
}

void OrderImport::write_notes(ImportReport& report) const {
  const auto note = [&](std::uint64_t count, std::string_view text) {
    if (count > 0) report.notes.push_back(fmt::format("{} {}", count, text));
  };
  note(report.rows_without_person, "rows name no customer: their events are kept as nobody's");
  note(refunds_.full(), "orders were given back whole and are no purchases any more");
  note(report.refund_lines_unmatched,
       "cancelled lines found no order line (bought before the file begins, discounts, or nobody's): refunds marked "
       "unmatched");
  note(refunds_.partly_matched(), "cancelled lines found order lines for a part of their quantity only");
  note(refunds_.other_price(),
       "parts of cancelled lines were matched to an order line of another price (order_price says which)");
  note(counts_.stock_rows,
       "rows without customer and price are corrections of the stock: events 'Stock Adjusted', no orders");
  note(counts_.books_rows,
       "rows without customer are fees or corrections in the books: events 'Books Adjusted', no orders");
  note(counts_.free_lines, "lines of orders were free of charge");
  note(counts_.free_orders, "orders were free of charge: kept with a total of 0");
  note(counts_.other_kinds,
       "lines are no products (postage, discounts, fees, manual entries): they count in totals and carry their kind");
  note(counts_.negative_orders, "orders have a negative total: kept as refunds");
  note(counts_.scattered, "orders had rows in several places of the file: put together");
  note(counts_.several_customers, "orders name several customers: the first one counts");
  note(counts_.mended, "rows had bytes that are no UTF-8: read as Windows-1252");
  report.notes.emplace_back("nobody is messaged by an import");
}

}  // namespace

std::unique_ptr<BatchMaker> make_order_import(const Source& source, Binding binding) {
  return std::make_unique<OrderImport>(source, std::move(binding));
}

}  // namespace habitue::intake
