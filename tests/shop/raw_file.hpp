// Online Retail by plain SQL on the raw file: the second answer that the product's are compared with. It knows the columns
// of the file and the definitions of the documents, and nothing of the product's code.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace habitue::shop {

using Table = std::vector<std::vector<std::string>>;

class RawFile {
 public:
  /// Reads the file into a database in memory and prepares the tables that the questions share:
  ///   invoices(invoice, customer, country, moment, line)   every invoice, sales and cancellations; times are London's
  ///   orders(invoice, customer, moment, minor)             sales to customers and to nobody, in pence
  ///   refunds(invoice, customer, moment, original, minor, whole)   what a cancellation gives back of one order, or of none
  explicit RawFile(const std::filesystem::path& file);
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile();

  Table rows(const std::string& sql);
  std::int64_t number(const std::string& sql);

  // The names of tables, for the FROM of a question.
  /// Purchases that count as known at a London moment: customer, moment. Not given back as a whole, and worth something.
  std::string purchases_at(const std::string& moment);
  /// Of every customer known at a moment: customer, side ("inside" is the United Kingdom), received and refunded in pence.
  std::string people_at(const std::string& moment);
  /// Of every customer known at a moment: customer, side, n (purchases), stage.
  std::string stages_at(const std::string& moment);

 private:
  std::string kept(const std::string& what, const std::string& moment, const std::string& query);
  std::map<std::string, std::string> kept_;
  void match_cancellations();
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

/// A London wall-clock column as UTC: the file ends before the clocks of 2012 change.
std::string utc(const std::string& column);

}  // namespace habitue::shop
