#include "intake/binding.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "intake/call.hpp"
#include "intake/json_reader.hpp"
#include "intake/mapping_words.hpp"

namespace habitue::intake {
namespace {

constexpr std::size_t kSampleRows = 2'000;

constexpr std::array<std::string_view, 9> kNothings = {"nan", "null", "none",      "n/a", "#n/a",
                                                       "na",  "nil",  "undefined", "-"};
constexpr std::array<std::string_view, 24> kRefundWords = {
    "true",         "1",          "yes",           "y",         "x",
    "oui",          "vrai",       "refund",        "refunded",  "return",
    "returned",     "credit",     "credit note",   "cancelled", "canceled",
    "cancellation", "avoir",      "remboursement", "rembourse", "retour",
    "annule",       "annulation", "chargeback",    "void"};

// Most cells have no white space at their ends, and asking for the six kinds of it costs more than all else about a cell.
std::string_view trimmed_cell(std::string_view text) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) > ' '; };
  return text.empty() || (plain(text.front()) && plain(text.back())) ? text : trimmed(text);
}

bool is_nothing(std::string_view text) {
  if (text.size() > 9 || std::string_view("nNuU#-").find(text.front()) == std::string_view::npos) return false;
  const std::string lower = ascii_lower(text);
  return std::find(kNothings.begin(), kNothings.end(), lower) != kNothings.end();
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string member_key(std::string_view name) {
  std::string key = ",";
  TextBuffer text;
  append_json_string(text, name);
  key.append(text.view());
  key.push_back(':');
  return key;
}

}  // namespace

std::string trait_name(std::string_view column) {
  std::string name;
  bool lower_before = false;
  for (const char c : column) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && lower_before) name.push_back('_');
    if (c == ' ' || c == '-') {
      if (!name.empty() && name.back() != '_') name.push_back('_');
    } else {
      name.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
    }
    lower_before = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }
  return name;
}

Result<Binding> Binding::make(const Mapping& mapping, const TableReader& table, std::string_view text) {
  const auto zone = Zone::find(mapping.zone);
  if (!zone) return tl::unexpected(zone.error());
  auto dates = DateReader::make(mapping.date_format, *zone);
  if (!dates) return tl::unexpected(dates.error());
  Binding binding(mapping, std::move(*dates));
  if (!mapping.currency.empty()) {
    const auto currency = Currency::parse(mapping.currency);
    if (!currency) return tl::unexpected(currency.error());
    binding.currency_ = *currency;
  }
  if (auto bound = binding.bind_columns(table, text); !bound) return tl::unexpected(bound.error());
  if (auto checked = binding.check_shape(); !checked) return tl::unexpected(checked.error());
  return binding;
}

Result<void> Binding::bind_columns(const TableReader& table, std::string_view text) {
  const std::vector<std::string>& columns = table.columns();
  column_count_ = columns.size();
  const auto find = [&](const std::string& name, std::string_view what) -> Result<std::size_t> {
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
    return invalid(fmt::format("the mapping's {} is the column '{}', which the file does not have: it has {}", what,
                               name, fmt::join(columns, ", ")));
  };
  std::vector<bool> taken(columns.size(), false);
  for (const auto& [field, name] : mapping_.fields) {
    const auto known = std::find(kMappingFields.begin(), kMappingFields.end(), field);
    if (known == kMappingFields.end())
      return invalid(fmt::format("the mapping has a field '{}', which means nothing here", field));
    const auto column = find(name, field);
    if (!column) return tl::unexpected(column.error());
    columns_[static_cast<std::size_t>(known - kMappingFields.begin())] = *column;
    taken[*column] = true;
  }
  std::optional<TableSample> sample;
  const auto object_column = [&](std::size_t column, std::string name) {
    if (!sample) sample = sample_table(table, text, kSampleRows);
    return ObjectColumn{column, member_key(name), name, type_of_column(columns[column], *sample, column, mark())};
  };
  for (const std::string& name : mapping_.traits) {
    const auto column = find(name, "trait");
    if (!column) return tl::unexpected(column.error());
    traits_.push_back(object_column(*column, trait_name(name)));
    taken[*column] = true;
  }
  for (std::size_t column = 0; column < columns.size(); ++column) {
    const bool ignored = holds(mapping_.ignored, columns[column]) || columns[column] == kRejectedLineColumn ||
                         columns[column] == kRejectedReasonColumn;
    if (ignored) continue;
    telling_.push_back(column);
    if (!taken[column]) properties_.push_back(object_column(column, columns[column]));
  }
  return {};
}

Result<void> Binding::check_shape() const {
  const auto need = [&](bool there, std::string_view what) -> Result<void> {
    if (there) return {};
    return invalid(fmt::format("the mapping does not say which column is {}: add it to fields", what));
  };
  const bool money = has(Field::Currency) || currency_;
  Result<void> checked;
  switch (mapping_.shape) {
    case RowShape::Event:
      checked = need(has(Field::At), "at (when it happened)");
      if (checked && !has(Field::Event) && mapping_.event_name.empty())
        return invalid("the mapping says nowhere what the events are called: set event_name or the field event");
      return checked;
    case RowShape::Order:
      checked = need(has(Field::At), "at (when it was ordered)");
      if (checked) checked = need(has(Field::Total), "total (the order's amount)");
      break;
    case RowShape::OrderLine:
      checked = need(has(Field::OrderId), "order_id");
      if (checked) checked = need(has(Field::At), "at (when it was ordered)");
      if (checked) checked = need(has(Field::ProductId) || has(Field::ProductName), "product_id or product_name");
      if (checked)
        checked = need(has(Field::UnitPrice) || has(Field::Total), "unit_price or total (the line's amount)");
      break;
    case RowShape::Person:
      return need(has(Field::UserId) || has(Field::Email) || has(Field::AnonymousId), "user_id, email or anonymous_id");
    case RowShape::Account: return need(has(Field::AccountId), "account_id");
    case RowShape::Call: return {};
  }
  if (checked && !money)
    return invalid("no column gives the currency and the mapping names none: set currency, such as EUR");
  return checked;
}

std::string_view Binding::text(const Row& row, Field field) const {
  const std::size_t column = columns_[index_of(field)];
  return column < row.cells.size() ? trimmed_cell(row.cells[column].text) : std::string_view();
}

std::string_view Binding::id(const Row& row, Field field) const {
  std::string_view text = this->text(row, field);
  if (text.empty() || is_nothing(text)) return {};
  if (text.ends_with(".0") && text.size() > 2 && text.find_first_not_of("0123456789") == text.size() - 2)
    text.remove_suffix(2);
  return text;
}

Who Binding::who(const Row& row) const {
  Who who{id(row, Field::UserId), id(row, Field::AnonymousId), id(row, Field::Email)};
  if (who.nobody()) who.user_id = who.email;
  return who;
}

bool Binding::refund(const Row& row) const {
  if (!has(Field::Refund)) return false;
  const std::string_view text = this->text(row, Field::Refund);
  if (text.empty() || text.size() > 32) return false;
  const std::string word = folded(text);
  return std::find(kRefundWords.begin(), kRefundWords.end(), word) != kRefundWords.end();
}

std::string_view Binding::column_name(Field field) const {
  const auto found = mapping_.fields.find(std::string(kMappingFields[index_of(field)]));
  return found == mapping_.fields.end() ? kMappingFields[index_of(field)] : std::string_view(found->second);
}

void Binding::append(TextBuffer& out, const ObjectColumn& column, const Row& row) const {
  const Cell& cell = row.cells[column.column];
  if (cell.text.empty()) return;
  const std::string_view text = cell.kind == Cell::Kind::Json ? cell.text : trimmed_cell(cell.text);
  if (text.empty()) return;
  // The comma that a key begins with is left out at the object's beginning.
  std::string_view key = column.key;
  if (out.last() == '{') key.remove_prefix(1);
  char* at = out.room(key.size() + json_bytes_max(text.size()) + kDecimalBytes);
  std::memcpy(at, key.data(), key.size());
  at += key.size();
  const bool number = column.type == ColumnType::Integer || column.type == ColumnType::Decimal;
  if (cell.kind == Cell::Kind::Json) {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  } else if (const auto value =
                 number && is_canonical_number(text, mark()) ? parse_decimal(text, mark()) : std::nullopt) {
    at = write_decimal(at, *value);
  } else if (column.type == ColumnType::Boolean && (ascii_lower(text) == "true" || ascii_lower(text) == "false")) {
    const std::string lower = ascii_lower(text);
    std::memcpy(at, lower.data(), lower.size());
    at += lower.size();
  } else {
    at = write_json_string(at, text);
  }
  out.written_to(at);
}

void Binding::append_traits(TextBuffer& out, const Row& row) const {
  out.append('{');
  for (const ObjectColumn& trait : traits_) append(out, trait, row);
  if (const std::string_view email = id(row, Field::Email); !email.empty()) {
    out.append(out.last() == '{' ? "\"email\":" : ",\"email\":");
    append_json_string(out, email);
  }
  out.append('}');
}

ReadMoment read_moment(const Binding& binding, std::string_view text, UtcMicros received_at) {
  const auto at = binding.dates().read(text);
  const auto told = [&](std::string_view what) {
    return fmt::format("{}: '{}' in {}", what, text.substr(0, 64), binding.column_name(Field::At));
  };
  if (!at) {
    const std::string_view format = binding.mapping().date_format;
    return {{},
            fmt::format("{}, where dates are written {}", told("not a date"), format.empty() ? "iso" : format),
            "not a date"};
  }
  if (*at > received_at + kFutureMax) return {{}, told("a date in the future"), "a date in the future"};
  if (*at < UtcMicros{}) return {{}, told("a date before 1970"), "a date before 1970"};
  return {*at, {}, {}};
}

}  // namespace habitue::intake
