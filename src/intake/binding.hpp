// A mapping laid upon one file: which cell of a row is what. Shared by all that make events of rows.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/column_types.hpp"
#include "intake/date_reader.hpp"
#include "intake/decimal.hpp"
#include "intake/file_import.hpp"
#include "intake/table_reader.hpp"
#include "intake/text_buffer.hpp"

namespace habitue::intake {

enum class Field : std::uint8_t {
  MessageId,
  UserId,
  AnonymousId,
  Email,
  AccountId,
  Event,
  At,
  OrderId,
  ProductId,
  ProductName,
  Quantity,
  UnitPrice,
  Total,
  Currency,
  Refund,
  Name
};

/// A column that becomes a member of a JSON object.
struct ObjectColumn {
  std::size_t column = 0;
  std::string key;  ///< `,"name":` ready to be written.
  std::string name;
  ColumnType type = ColumnType::Text;
};

/// Who a row is about; all empty for nobody.
struct Who {
  std::string_view user_id, anonymous_id, email;
  bool nobody() const { return user_id.empty() && anonymous_id.empty(); }
};

class Binding {
 public:
  /// Errors: InvalidInput when the mapping names a column that the file does not have, or its shape lacks a field.
  static Result<Binding> make(const Mapping& mapping, const TableReader& table, std::string_view text);

  bool has(Field field) const { return columns_[index_of(field)] != kNone; }
  /// The trimmed text of a field's cell; empty when there is no such column.
  std::string_view text(const Row& row, Field field) const;
  /// As a name of something: `17850.0`, as spreadsheets and pandas write, is 17850; `NaN` and `NULL` are nothing.
  std::string_view id(const Row& row, Field field) const;
  /// A row with an email and no other identifier is about that email.
  Who who(const Row& row) const;
  bool refund(const Row& row) const;
  /// What the column of a field is called in the file, for messages.
  std::string_view column_name(Field field) const;

  const Mapping& mapping() const { return mapping_; }
  const DateReader& dates() const { return dates_; }
  DecimalMark mark() const { return mapping_.format.decimal_comma ? DecimalMark::Comma : DecimalMark::Point; }
  const std::optional<Currency>& currency() const { return currency_; }
  std::size_t column_count() const { return column_count_; }

  const std::vector<ObjectColumn>& traits() const { return traits_; }
  const std::vector<ObjectColumn>& properties() const { return properties_; }
  /// Columns whose text tells one row from another: all but the ignored.
  const std::vector<std::size_t>& telling() const { return telling_; }

  /// Appends the member, unless the cell is empty.
  void append(TextBuffer& out, const ObjectColumn& column, const Row& row) const;
  /// `{"country":"France","email":"a@b.fr"}`: the row's traits, email among them, with what is missing left out.
  void append_traits(TextBuffer& out, const Row& row) const;

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  static std::size_t index_of(Field field) { return static_cast<std::size_t>(field); }
  Binding(Mapping mapping, DateReader dates) : mapping_(std::move(mapping)), dates_(std::move(dates)) {
    columns_.fill(kNone);
  }
  Result<void> bind_columns(const TableReader& table, std::string_view text);
  Result<void> check_shape() const;

  Mapping mapping_;
  DateReader dates_;
  std::optional<Currency> currency_;
  std::array<std::size_t, 16> columns_{};
  std::size_t column_count_ = 0;
  std::vector<ObjectColumn> traits_, properties_;
  std::vector<std::size_t> telling_;
};

/// `Marital Status` and `MaritalStatus` as a trait: marital_status.
std::string trait_name(std::string_view column);

/// Reads the moment of a cell and checks that it can be. The reason when not.
struct ReadMoment {
  UtcMicros at{};
  std::string reason;  ///< Empty when all is well.
  std::string_view short_reason;
};
ReadMoment read_moment(const Binding& binding, std::string_view text, UtcMicros received_at);

}  // namespace habitue::intake
