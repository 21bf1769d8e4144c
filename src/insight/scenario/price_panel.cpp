#include "insight/scenario/price_panel.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "insight/fold_lists.hpp"

namespace habitue::insight::scenario {
namespace {

using models::PriceCell;
using products::Bought;

constexpr double kSame = 0.01;            // Of a price: nearer is the same.
constexpr std::size_t kPeriodsLeast = 6;  // Of a product, from its first sale to its last.
constexpr double kSold = 0.75;            // Of those.
constexpr double kKnown = 0.9;            // Likewise.
const double kOdd =
    std::log(1.5);  // Another list of prices, for other buyers, or a mistake: not this price that moved.

// The lower of the two in the middle, so that it is a price that somebody paid.
double median_of(std::vector<double>& values) {
  const std::size_t middle = (values.size() - 1) / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle), values.end());
  return values[middle];
}

struct Line {
  std::uint32_t period, segment;
  double quantity, ln_price;
};

// One product's cells from its lines.
class OneProduct {
 public:
  OneProduct(PricePanel& panel, std::size_t segments) : panel_(panel), segments_(segments) {}

  void add(std::uint32_t product, std::uint32_t category, std::vector<Line>& all) {
    // Sums of fractions depend on their order: not on that in which customers became known.
    std::sort(all.begin(), all.end(), [](const Line& left, const Line& right) {
      return std::tie(left.period, left.ln_price, left.quantity, left.segment) <
             std::tie(right.period, right.ln_price, right.quantity, right.segment);
    });
    std::vector<double> values;
    for (const Line& line : all) values.push_back(line.quantity);
    const double retail = median_of(values);
    values.clear();
    for (const Line& line : all)
      if (line.quantity <= retail) values.push_back(line.ln_price);
    const double usual = median_of(values);
    std::map<std::uint32_t, std::vector<Line>> by_period;
    for (const Line& line : all) {
      if (line.quantity > retail) continue;
      if (std::abs(line.ln_price - usual) > kOdd)
        ++panel_.odd_prices;
      else
        by_period[line.period].push_back(line);
    }
    // Periods whose price is known, sold or not.
    std::map<std::uint32_t, double> known;
    std::optional<std::pair<std::uint32_t, double>> before;
    for (const auto& [period, lines] : by_period) {
      values.clear();
      for (const Line& line : lines) values.push_back(line.ln_price);
      const double price = median_of(values);
      if (before && std::abs(before->second - price) < kSame)
        for (std::uint32_t empty = before->first + 1; empty < period; ++empty) known[empty] = before->second;
      known[period] = price;
      before = {period, price};
    }
    if (known.empty()) return;
    const std::size_t life = known.rbegin()->first - known.begin()->first + 1;
    if (life < kPeriodsLeast || static_cast<double>(by_period.size()) < kSold * static_cast<double>(life) ||
        static_cast<double>(known.size()) < kKnown * static_cast<double>(life)) {
      ++panel_.rarely_sold;
      return;
    }
    static const std::vector<Line> kNothingSold;
    for (const auto& [period, price] : known) {
      const auto sold = by_period.find(period);
      cell(product, category, period, price, sold == by_period.end() ? kNothingSold : sold->second);
    }
  }

 private:
  void cell(std::uint32_t product, std::uint32_t category, std::uint32_t period, double price,
            const std::vector<Line>& lines) {
    PriceCell told{product, period, price, 0};
    for (std::size_t segment = 0; segment < segments_; ++segment) panel_.by_segment[segment].push_back(0);
    for (const Line& line : lines) {
      told.quantity += line.quantity;
      panel_.by_segment[line.segment].back() += line.quantity;
    }
    panel_.cells.push_back(told);
    panel_.category.push_back(category);
  }

  PricePanel& panel_;
  std::size_t segments_;
};

// A number for the week (from Monday) or the month of a day; they ascend without gaps.
std::uint32_t number_of(LocalDay day, Bucket bucket) {
  if (bucket == Bucket::Week) return static_cast<std::uint32_t>((day.time_since_epoch().count() + 3 + 7 * 100'000) / 7);
  const std::chrono::year_month_day date{day};
  return static_cast<std::uint32_t>(static_cast<int>(date.year()) * 12) + static_cast<unsigned>(date.month());
}

}  // namespace

Result<PricePanel> read_price_panel(const Customers& customers, const Question& question, const ScenarioSpec& spec,
                                    const products::PurchasedProducts& table,
                                    const std::vector<std::uint32_t>& segment_of, std::size_t segments) {
  PricePanel panel;
  panel.by_segment.resize(segments);
  for (const products::Product& product : table.products) panel.categories.push_back(product.category);
  std::sort(panel.categories.begin(), panel.categories.end());
  panel.categories.erase(std::unique(panel.categories.begin(), panel.categories.end()), panel.categories.end());
  std::vector<std::vector<Line>> lines(table.products.size());
  std::size_t done = 0;
  for (const Bought& bought : table.bought) {
    if (done++ % 8'192 == 0 && products::is_cancelled(question)) return was_cancelled();
    if (bought.at < question.period.from || bought.at >= question.period.to) continue;
    ++panel.lines;
    if (!bought.unit_minor || !(*bought.unit_minor > 0) || !(bought.quantity > 0)) continue;
    ++panel.lines_with_price;
    lines[bought.product].push_back({number_of(customers.zone().day_of(bought.at), spec.bucket),
                                     segment_of[bought.customer], bought.quantity, std::log(*bought.unit_minor)});
  }
  OneProduct one(panel, segments);
  for (std::uint32_t product = 0; product < lines.size(); ++product) {
    if (product % 256 == 0 && products::is_cancelled(question)) return was_cancelled();
    if (lines[product].empty()) continue;
    const auto category =
        std::lower_bound(panel.categories.begin(), panel.categories.end(), table.products[product].category);
    one.add(product, static_cast<std::uint32_t>(category - panel.categories.begin()), lines[product]);
  }
  return panel;
}

SeenChanges seen_changes(const std::vector<PriceCell>& cells) {
  std::vector<double> changes, prices;
  for (std::size_t from = 0; from < cells.size();) {
    std::size_t to = from;
    prices.clear();
    for (; to < cells.size() && cells[to].product == cells[from].product; ++to) prices.push_back(cells[to].ln_price);
    const double usual = median_of(prices);
    for (; from < to; ++from)
      if (std::abs(cells[from].ln_price - usual) >= kSame) changes.push_back(cells[from].ln_price - usual);
  }
  if (changes.empty()) return {};
  std::sort(changes.begin(), changes.end());
  const auto at = [&](double share) {
    return std::expm1(changes[static_cast<std::size_t>(share * static_cast<double>(changes.size() - 1) + 0.5)]);
  };
  return {std::min(at(0.05), 0.0), std::max(at(0.95), 0.0)};
}

}  // namespace habitue::insight::scenario
