// What was known of customers when they first bought, as numbers that move a law of purchases.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "insight/forecast/purchase_records.hpp"
#include "models/purchases/covariates.hpp"

namespace habitue::insight::forecast {

inline constexpr std::size_t kCovariateNamesMax = 4;
inline constexpr std::size_t kCovariateColumnsMax = 12;

/// One thing that is known, and its values as columns of nought and one.
struct Covariate {
  std::string name;   ///< As the question names it: `channel`, `trait NAME`, `purchase NAME`.
  std::string usual;  ///< The value of most customers, which has no column: the others are told against it.
  struct Column {
    std::string value;            ///< Empty: not known.
    bool others = false;          ///< All values that are too rare for a column of their own.
    std::uint64_t customers = 0;  ///< Who have it.
  };
  std::vector<Column> columns;
};

/// Values by customer, a row of one a name each; empty where nothing is known. Read at the end of the day of the first purchase, or at the
/// cut when that is earlier: nothing that became known later. Errors: InvalidInput for a name of no kind, NotFound for a property or trait
/// that no event has, Conflict when cancelled.
Result<std::vector<std::string>> read_known(const Customers& customers, const Question& question,
                                            const PurchaseRecords& records, std::span<const std::string> names);

/// Puts customers who did the same in order of what is known of them, whatever the order in which they came.
void order_by_known(PurchaseRecords& records, std::vector<std::string>& known);

/// Columns for the values of at least 20 customers and one in fifty, the most frequent first, at most kCovariateColumnsMax in all.
std::vector<Covariate> covariates_of(std::span<const std::string> names, std::span<const std::string> known);
/// The numbers of those columns, customer by customer. A value that was not there when they were made is as the usual one, or as the others.
models::Covariates numbers_of(std::span<const Covariate> covariates, std::span<const std::string> known);

/// Of one customer.
inline std::span<const double> row_of(const models::Covariates& known, std::size_t row) {
  return std::span(known.values).subspan(row * known.columns, known.columns);
}

/// Errors: InvalidInput for too many names, one that is there twice, or one of no kind.
Result<void> check_names(std::span<const std::string> names);

}  // namespace habitue::insight::forecast
