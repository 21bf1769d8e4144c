#include "models/purchase_data.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <tuple>

namespace habitue::models {
namespace {

// Up to `most` fields of a line; quotes keep commas together and stay.
void split(std::string_view line, std::size_t most, std::vector<std::string_view>& fields) {
  fields.clear();
  while (fields.size() < most) {
    std::size_t end = line.find(',');
    if (line.starts_with('"')) end = line.find(',', line.find('"', 1));
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

double to_number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::int64_t to_day(std::string_view text) {  // "1997-09-30", whatever follows
  const auto part = [&](std::size_t first, std::size_t count) {
    int value = 0;
    std::from_chars(text.data() + first, text.data() + first + count, value);
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{part(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(part(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

struct CloseFile {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

struct Source {
  const char* name;
  const char* path;
  const char* end;
  std::size_t customer, date, amount;  // columns
};
constexpr std::array<Source, 4> kSources{
    {{"cdnow_sample", "cdnow/cdnow_sample.csv.gz", "1997-09-30", 0, 2, 4},
     {"cdnow_full", "cdnow/cdnow_master.csv.gz", "1997-09-30", 0, 1, 3},
     {"online_retail", "online_retail/online_retail_2010_2011.csv.gz", "2011-06-30", 6, 4, 5},
     {"essec", "essec_purchases/purchases.csv.gz", "2012-12-31", 0, 2, 1}}};

const Source& source_of(std::string_view name) {
  return *std::find_if(kSources.begin(), kSources.end() - 1, [&](const Source& source) { return name == source.name; });
}

}  // namespace

std::optional<std::string> read_shared_text(const std::string& path) {
  const char* folder = std::getenv("HABITUE_SHARED_DATA");
  const std::filesystem::path full =
      (folder != nullptr ? std::filesystem::path(folder)
                         : std::filesystem::path(HABITUE_SOURCE_DIR) / "../shared/data") /
      path;
  const std::unique_ptr<gzFile_s, CloseFile> file(gzopen(full.c_str(), "rb"));
  if (file == nullptr) return std::nullopt;
  std::string text;
  constexpr unsigned kChunk = 1U << 20U;
  for (;;) {
    const std::size_t size = text.size();
    text.resize(size + kChunk);
    const int read = gzread(file.get(), text.data() + size, kChunk);
    text.resize(size + static_cast<std::size_t>(std::max(read, 0)));
    if (read <= 0) return text;
  }
}

std::optional<std::vector<PurchaseDay>> read_purchases(std::string_view name) {
  const Source& source = source_of(name);
  const auto text = read_shared_text(source.path);
  if (!text) return std::nullopt;
  std::vector<PurchaseDay> purchases;
  const std::size_t needed = std::max({source.customer, source.date, source.amount}) + 1;
  std::vector<std::string_view> fields;
  std::string_view left = *text;
  for (bool header = true; !left.empty(); header = false) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    std::string_view line = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    split(line, needed, fields);
    if (header || fields.size() < needed || fields[source.customer].empty()) continue;
    double amount = to_number(fields[source.amount]);
    if (name == "online_retail") {
      // Sales alone: no cancellations, nothing given back or given away.
      const double quantity = to_number(fields[3]);
      if (fields[0].starts_with('C') || !(quantity > 0) || !(amount > 0)) continue;
      amount *= quantity;
    }
    purchases.push_back(
        {static_cast<std::uint32_t>(to_number(fields[source.customer])), to_day(fields[source.date]), amount});
  }
  return purchases;
}

std::vector<ObservedCustomer> observe(std::vector<PurchaseDay> purchases, std::string_view last_day) {
  const std::int64_t end = to_day(last_day);
  std::sort(purchases.begin(), purchases.end(), [](const PurchaseDay& left, const PurchaseDay& right) {
    return std::tie(left.customer, left.day, left.amount) < std::tie(right.customer, right.day, right.amount);
  });
  std::vector<ObservedCustomer> customers;
  for (std::size_t at = 0; at < purchases.size();) {
    const std::uint32_t customer = purchases[at].customer;
    const std::int64_t first = purchases[at].day;
    ObservedCustomer observed;
    observed.history.T = static_cast<double>(end - first) / 7;
    std::int64_t before = first;
    double spent = 0;
    for (; at < purchases.size() && purchases[at].customer == customer; ++at) {
      const std::int64_t day = purchases[at].day;
      if (day > first && day <= end) spent += purchases[at].amount;
      if (day == before) continue;
      before = day;
      if (day > end) {
        ++observed.later_purchases;
        continue;
      }
      ++observed.history.x;
      observed.history.sum_ln_gaps += std::log(static_cast<double>(day - first) / 7 - observed.history.t_x);
      observed.history.t_x = static_cast<double>(day - first) / 7;
    }
    if (observed.history.x > 0) observed.mean_repeat_spend = spent / observed.history.x;
    if (first <= end) customers.push_back(observed);
  }
  return customers;
}

std::string_view calibration_end(std::string_view name) { return source_of(name).end; }

std::vector<PurchaseHistory> histories_of(const std::vector<ObservedCustomer>& customers) {
  std::vector<PurchaseHistory> histories;
  for (const ObservedCustomer& customer : customers) histories.push_back(customer.history);
  return histories;
}

}  // namespace habitue::models
