#include "intake/order_draft.hpp"

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "intake/protocol.hpp"

namespace habitue::intake {
namespace {

char* write_text(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// total / quantity to six decimals: only for showing, when a file gives a line's amount and no price.
std::optional<Decimal> unit_price(Decimal amount, std::int64_t quantity_micros) {
  if (quantity_micros == 0) return std::nullopt;
  Int128 price = static_cast<Int128>(amount.mantissa) * kMicro * kMicro;
  for (int scale = amount.scale; scale > 0; --scale) price /= 10;
  price /= quantity_micros;
  if (price > INT64_MAX || price < INT64_MIN) return std::nullopt;
  return Decimal{static_cast<std::int64_t>(price), 6};
}

}  // namespace

void OrderDraft::start(std::string_view order_id) {
  order_id_ = order_id;
  user_id_.clear();
  anonymous_id_.clear();
  account_id_.clear();
  date_text_.clear();
  person_text_.clear();
  fault_.reset();
  const std::string& prefix = binding_->mapping().cancellation_prefix;
  cancellation_ = !prefix.empty() && order_id.starts_with(prefix);
  dated_ = several_customers_ = has_currency_ = false;
  traits_.clear();
  products_.clear();
  total_ = {};
  bought_.clear();
  returned_.clear();
  bought_bookkeeping_ = 0;
  rows_ = priced_lines_ = free_lines_ = other_kinds_ = 0;
}

void OrderDraft::refuse(const Row& row, std::string reason, std::string_view short_reason) {
  if (!fault_) fault_ = RowFault{row.line, std::move(reason), short_reason};
}

bool OrderDraft::read_number(const Row& row, Field field, std::optional<Decimal>& value) {
  const std::string_view text = binding_->text(row, field);
  if (text.empty()) return true;
  value = parse_decimal(text, binding_->mark());
  if (value) return true;
  refuse(row, fmt::format("not a number: '{}' in {}", text.substr(0, 64), binding_->column_name(field)),
         "not a number");
  return false;
}

// What belongs to the order: the first row that says it counts, since some exports fill only an order's first row.
void OrderDraft::read_whole(const Row& row) {
  const std::string_view date = binding_->text(row, Field::At);
  if (!date.empty() && date != date_text_) {
    date_text_ = date;
    const ReadMoment moment = read_moment(*binding_, date, received_at_);
    if (!moment.reason.empty()) return refuse(row, moment.reason, moment.short_reason);
    at_ = dated_ ? std::min(at_, moment.at) : moment.at;
    dated_ = true;
  }
  const Who who = binding_->who(row);
  if (!who.nobody()) {
    const std::string_view id = who.user_id.empty() ? who.anonymous_id : who.user_id;
    if (nobody()) {
      if (who.user_id.size() > Limits{}.name_bytes || who.anonymous_id.size() > Limits{}.name_bytes)
        return refuse(row, "a customer's id of more than 512 bytes", "an id that is too long");
      user_id_ = who.user_id;
      anonymous_id_ = who.anonymous_id;
      person_text_ = id;
    } else if (id != person_text_) {
      several_customers_ = true;
    }
  }
  if (account_id_.empty() && binding_->has(Field::AccountId)) account_id_ = binding_->id(row, Field::AccountId);
  if (!has_currency_) {
    const std::string_view code = binding_->text(row, Field::Currency);
    if (!code.empty()) {
      const auto currency = Currency::parse(code);
      if (!currency) return refuse(row, currency.error().message, "not a currency");
      currency_ = *currency;
      has_currency_ = true;
    } else if (binding_->currency()) {
      currency_ = *binding_->currency();
      has_currency_ = true;
    }
  }
  if (traits_.size() <= 2) {
    traits_.clear();
    binding_->append_traits(traits_, row);
  }
}

// `{"product_id":"x","name":"y","price":2.5` and the columns without a meaning, open for the quantity.
void OrderDraft::write_line(const Row& row, std::string_view product_id, std::string_view name, LineKind kind,
                            const std::optional<Decimal>& price, const std::optional<Decimal>& amount) {
  char* out = products_.room(json_bytes_max(product_id.size()) + json_bytes_max(name.size()) + 2 * kDecimalBytes + 96);
  char* const begin = out;
  *out++ = '{';
  if (!product_id.empty()) out = write_json_string(write_text(out, "\"product_id\":"), product_id);
  if (!name.empty()) {
    if (out != begin + 1) *out++ = ',';
    out = write_json_string(write_text(out, "\"name\":"), name);
  }
  if (price) out = write_decimal(write_text(out, ",\"price\":"), *price);
  if (amount) out = write_decimal(write_text(out, ",\"total\":"), *amount);
  if (kind != LineKind::Product && kind != LineKind::Other) {
    out = write_text(out, ",\"kind\":\"");
    out = write_text(out, name_of(kind));
    *out++ = '"';
  }
  products_.written_to(out);
  for (const ObjectColumn& column : binding_->properties()) binding_->append(products_, column, row);
  if (!row.extra.empty()) {
    products_.append(',');
    products_.append(row.extra);
  }
}

void OrderDraft::add(const Row& row) {
  ++rows_;
  if (fault_) return;
  if (row.problem != RowProblem::None)
    return refuse(row, describe(row, binding_->column_count()), name_of(row.problem));
  read_whole(row);
  if (fault_) return;

  const std::string_view product_id = binding_->id(row, Field::ProductId);
  const std::string_view name = binding_->text(row, Field::ProductName);
  std::optional<Decimal> quantity = Decimal{1, 0}, price, amount;
  if (binding_->has(Field::Quantity)) quantity.reset();
  if (!read_number(row, Field::Quantity, quantity) || !read_number(row, Field::UnitPrice, price) ||
      !read_number(row, Field::Total, amount))
    return;
  if (!quantity && amount && !price) quantity = Decimal{1, 0};
  if (!quantity)
    return refuse(row, fmt::format("no quantity: {} is empty", binding_->column_name(Field::Quantity)), "no quantity");
  if (!price && !amount) {
    const Field field = binding_->has(Field::UnitPrice) ? Field::UnitPrice : Field::Total;
    return refuse(row, fmt::format("no price: {} is empty", binding_->column_name(field)), "no price");
  }
  const auto micros = to_micros(*quantity);
  if (!micros || *micros == INT64_MIN)
    return refuse(row, "a quantity with more than six decimals, or too large", "not a number");

  const bool flagged = cancellation_ || binding_->refund(row);
  const bool back = flagged || *micros < 0 || (!price && amount->negative());
  const std::int64_t count = *micros < 0 ? -*micros : *micros;
  if (!price) price = unit_price(amount->magnitude(), count);
  const LineKind kind = kinds_.of(product_id, name);
  if (kind != LineKind::Product) ++other_kinds_;
  const std::uint64_t product = fingerprint(product_id.empty() ? name : product_id);

  if (back) {
    const std::size_t from = products_.size();
    const auto given_back = amount ? std::optional(amount->magnitude()) : std::nullopt;
    write_line(row, product_id, name, kind, price, std::nullopt);
    ReturnedLine& line = returned_.emplace_back();
    line = {product, price.value_or(Decimal{}), {}, count, std::string(products_.view().substr(from)), kind};
    products_.written_to(products_.view().data() + from);
    if (given_back) {
      line.amount = *given_back;
    } else {
      // Exact: a price has at most 18 digits, and what does not fit is refused.
      const Int128 product_of = static_cast<Int128>(price->mantissa) * count;
      Int128 mantissa = product_of;
      int scale = price->scale + 6;
      for (; scale > 0 && mantissa % 10 == 0; --scale) mantissa /= 10;
      if (mantissa > INT64_MAX || mantissa < -INT64_MAX || scale > 18)
        return refuse(row, "an amount too large to be kept exactly", "not a number");
      line.amount = {static_cast<std::int64_t>(mantissa), static_cast<std::uint8_t>(scale)};
    }
    return;
  }

  if (!bought_.empty()) products_.append(',');
  write_line(row, product_id, name, kind, price, amount);
  char* out = products_.room(kDecimalBytes + 16);
  out = write_decimal(write_text(out, ",\"quantity\":"), *quantity);
  *out++ = '}';
  products_.written_to(out);
  if (amount) {
    total_.add(*amount);
  } else {
    total_.add_product(*price, *quantity);
  }
  bought_.push_back({product, price.value_or(Decimal{}), count});
  const bool priced = amount ? !amount->zero() : !price->zero();
  priced_lines_ += priced && count > 0 ? 1 : 0;
  free_lines_ += priced ? 0 : 1;
  bought_bookkeeping_ += is_bookkeeping(kind) ? 1 : 0;
}

void OrderDraft::check(std::uint64_t line) {
  if (fault_) return;
  const auto refuse_whole = [&](std::string reason, std::string_view short_reason) {
    fault_ = RowFault{line, std::move(reason), short_reason};
  };
  if (!dated_) return refuse_whole(fmt::format("no date: {} is empty", binding_->column_name(Field::At)), "no date");
  if (!has_currency_)
    return refuse_whole(fmt::format("no currency: {} is empty", binding_->column_name(Field::Currency)), "no currency");
  if (!total_.minor_units(currency_)) return refuse_whole("an amount too large to be kept exactly", "not a number");
  if (order_id_.size() > Limits{}.name_bytes)
    refuse_whole("an order id of more than 512 bytes", "an id that is too long");
}

bool OrderDraft::returned_is_bookkeeping() const {
  for (const ReturnedLine& line : returned_)
    if (!is_bookkeeping(line.kind)) return false;
  return true;
}

bool OrderDraft::returned_is_free() const {
  for (const ReturnedLine& line : returned_)
    if (!line.amount.zero()) return false;
  return true;
}

}  // namespace habitue::intake
