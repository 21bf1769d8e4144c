#include "insight/forecast/known.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "insight/breakdown.hpp"
#include "insight/forecast/for_rows.hpp"

namespace habitue::insight::forecast {
namespace {

constexpr std::uint64_t kCustomersLeast = 20, kPartLeast = 50;
constexpr std::string_view kChannel = "channel", kTrait = "trait ", kPurchase = "purchase ";

// Reads one thing of a journey as it was known at a moment.
struct Reader {
  enum class Of : std::uint8_t { Channel, Trait, Purchase } of = Of::Channel;
  std::optional<ValueReader> value;

  static Result<Reader> bind(const Customers& customers, std::string_view name) {
    if (name == kChannel) return Reader{};
    const bool trait = name.starts_with(kTrait);
    auto value = ValueReader::bind(customers, {.of = trait ? Breakdown::Of::Trait : Breakdown::Of::Property,
                                               .name = std::string(name.substr((trait ? kTrait : kPurchase).size()))});
    if (!value) return tl::unexpected(value.error());
    return Reader{trait ? Of::Trait : Of::Purchase, *std::move(value)};
  }

  std::string read(const Customers& customers, const journey::Journey& journey, LocalDay first_day,
                   UtcMicros at) const {
    switch (of) {
      case Of::Channel: return std::string(customers.channel_of(journey, at));
      case Of::Trait: return value->text(value->of(journey, at)).value_or("");
      case Of::Purchase: break;
    }
    for (const knowledge::PurchaseEvent& purchase : customers.purchase_events(journey, at))
      if (customers.zone().day_of(purchase.at) == first_day) return value->text(value->at(purchase.event)).value_or("");
    return {};
  }
};

bool is_of_a_kind(std::string_view name) {
  return name == kChannel || (name.starts_with(kTrait) && name.size() > kTrait.size()) ||
         (name.starts_with(kPurchase) && name.size() > kPurchase.size());
}

}  // namespace

Result<void> check_names(std::span<const std::string> names) {
  if (names.size() > kCovariateNamesMax)
    return invalid(fmt::format("covariates: at most {}; these are {}", kCovariateNamesMax, names.size()));
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (!is_of_a_kind(names[at]))
      return invalid(fmt::format("covariates: `channel`, `trait NAME` or `purchase NAME`, not \"{}\"",
                                 std::string_view(names[at]).substr(0, 60)));
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(at), names[at]) !=
        names.begin() + static_cast<std::ptrdiff_t>(at))
      return invalid(fmt::format("covariates: \"{}\" is there twice", names[at]));
  }
  return {};
}

Result<std::vector<std::string>> read_known(const Customers& customers, const Question& question,
                                            const PurchaseRecords& records, std::span<const std::string> names) {
  std::vector<Reader> readers;
  for (const std::string& name : names) {
    auto reader = Reader::bind(customers, name);
    if (!reader) return tl::unexpected(reader.error());
    readers.push_back(*std::move(reader));
  }
  std::vector<std::string> known(records.customers.size() * names.size());
  if (names.empty()) return known;
  auto done = for_rows(question, records.customers.size(), [&](std::size_t at) -> Result<void> {
    const PurchaseRecord& record = records.customers[at];
    const auto journey = customers.snapshot().find(record.person);
    if (!journey) return {};
    const LocalDay first{std::chrono::days{records.days_of(record).front()}};
    const UtcMicros end = customers.zone().start_of(first + std::chrono::days{1}) - std::chrono::microseconds{1};
    for (std::size_t name = 0; name < readers.size(); ++name)
      known[at * readers.size() + name] = readers[name].read(customers, *journey, first, std::min(end, records.cut));
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return known;
}

void order_by_known(PurchaseRecords& records, std::vector<std::string>& known) {
  std::vector<PurchaseRecord>& customers = records.customers;
  if (customers.empty() || known.empty()) return;
  const std::size_t names = known.size() / customers.size();
  const auto row = [&](std::size_t at) { return std::span(known).subspan(at * names, names); };
  for (std::size_t first = 0; first < customers.size();) {
    std::size_t last = first + 1;
    while (last < customers.size() && records.did_the_same(customers[first], customers[last])) ++last;
    std::vector<std::pair<std::vector<std::string>, PurchaseRecord>> alike;
    for (std::size_t at = first; at < last && last - first > 1; ++at)
      alike.emplace_back(std::vector<std::string>(row(at).begin(), row(at).end()), std::move(customers[at]));
    std::sort(alike.begin(), alike.end(), [](const auto& left, const auto& right) {
      return std::tie(left.first, left.second.person) < std::tie(right.first, right.second.person);
    });
    for (std::size_t place = 0; place < alike.size(); ++place) {
      std::move(alike[place].first.begin(), alike[place].first.end(), row(first + place).begin());
      customers[first + place] = std::move(alike[place].second);
    }
    first = last;
  }
}

std::vector<Covariate> covariates_of(std::span<const std::string> names, std::span<const std::string> known) {
  struct Wanted {
    std::uint64_t customers;
    std::size_t name;
    std::string value;
    bool others;
  };
  std::vector<Covariate> covariates;
  std::vector<Wanted> wanted;
  const std::size_t customers = names.empty() ? 0 : known.size() / names.size();
  const std::uint64_t least = std::max<std::uint64_t>(kCustomersLeast, customers / kPartLeast);
  for (std::size_t name = 0; name < names.size(); ++name) {
    std::map<std::string_view, std::uint64_t> counts;
    for (std::size_t at = name; at < known.size(); at += names.size()) ++counts[known[at]];
    Covariate& covariate = covariates.emplace_back();
    covariate.name = names[name];
    // Of those that are as frequent, the first by its name.
    const auto usual = std::max_element(counts.begin(), counts.end(),
                                        [](const auto& left, const auto& right) { return left.second < right.second; });
    if (usual == counts.end()) continue;
    covariate.usual = std::string(usual->first);
    std::uint64_t rare = 0;
    for (const auto& [value, count] : counts)
      if (value == usual->first)
        continue;
      else if (count >= least)
        wanted.push_back({count, name, std::string(value), false});
      else
        rare += count;
    if (rare >= least) wanted.push_back({rare, name, {}, true});
  }
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& left, const Wanted& right) {
    return std::tie(right.customers, left.name, left.others, left.value) <
           std::tie(left.customers, right.name, right.others, right.value);
  });
  if (wanted.size() > kCovariateColumnsMax) wanted.resize(kCovariateColumnsMax);
  for (Wanted& of : wanted) covariates[of.name].columns.push_back({std::move(of.value), of.others, of.customers});
  return covariates;
}

models::Covariates numbers_of(std::span<const Covariate> covariates, std::span<const std::string> known) {
  models::Covariates numbers;
  for (const Covariate& covariate : covariates) numbers.columns += covariate.columns.size();
  const std::size_t customers = covariates.empty() ? 0 : known.size() / covariates.size();
  numbers.values.assign(customers * numbers.columns, 0.0);
  for (std::size_t at = 0; at < customers; ++at) {
    std::size_t first = 0;
    for (std::size_t name = 0; name < covariates.size(); ++name) {
      const std::string& value = known[at * covariates.size() + name];
      const std::vector<Covariate::Column>& columns = covariates[name].columns;
      auto own = std::find_if(columns.begin(), columns.end(),
                              [&](const Covariate::Column& column) { return !column.others && column.value == value; });
      if (own == columns.end() && value != covariates[name].usual)
        own =
            std::find_if(columns.begin(), columns.end(), [](const Covariate::Column& column) { return column.others; });
      if (own != columns.end())
        numbers.values[at * numbers.columns + first + static_cast<std::size_t>(own - columns.begin())] = 1;
      first += columns.size();
    }
  }
  return numbers;
}

}  // namespace habitue::insight::forecast
