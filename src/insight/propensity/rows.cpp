#include "insight/propensity/rows.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/fingerprint.hpp"
#include "insight/retention/sums.hpp"
#include "models/folds.hpp"

namespace habitue::insight::propensity {
namespace {

// Missing numbers are equal, and come first.
int compare(const std::vector<double>& left, const std::vector<double>& right) {
  for (std::size_t at = 0; at < left.size(); ++at) {
    const bool no_left = std::isnan(left[at]), no_right = std::isnan(right[at]);
    if (no_left != no_right) return no_left ? -1 : 1;
    if (!no_left && left[at] != right[at]) return left[at] < right[at] ? -1 : 1;
  }
  return 0;
}
bool before(const Row& left, const Row& right) {
  if (left.lot != right.lot) return left.lot < right.lot;
  const int values = compare(left.values, right.values);
  if (values != 0) return values < 0;
  return std::tuple(left.came.came, left.came.days, left.person) <
         std::tuple(right.came.came, right.came.days, right.person);
}

struct Lowest {
  std::uint64_t eligible = 0;
  std::size_t most = 0;
  std::vector<Row> rows;

  void add(Row row) {
    rows.push_back(std::move(row));
    if (rows.size() >= 2 * most) shorten();
  }
  void shorten() {
    if (rows.size() <= most) return;
    std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(most), rows.end(), before);
    rows.resize(most);
  }
  void merge(const Lowest& other) {
    eligible += other.eligible;
    rows.insert(rows.end(), other.rows.begin(), other.rows.end());
    shorten();
  }
};

}  // namespace

std::uint64_t RowsOfCut::came() const {
  return static_cast<std::uint64_t>(
      std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.came.came; }));
}

std::vector<UtcMicros> cuts_of(const Customers& customers, UtcMicros as_of, std::uint32_t horizon_days,
                               std::size_t most) {
  std::vector<UtcMicros> cuts;
  const auto first = customers.snapshot().first_event_at();
  const std::chrono::days horizon{horizon_days};
  for (std::size_t back = 1; first && back <= most; ++back) {
    // As known at a moment exactly so many days before: the time after it is whole.
    const UtcMicros cut = as_of - horizon * static_cast<int>(back);
    if (cut - horizon / 2 < *first) break;
    cuts.push_back(cut);
  }
  return cuts;
}

std::vector<std::uint64_t> names_of_kinds(const journey::Snapshot& snapshot) {
  std::vector<std::uint64_t> names;
  for (const std::string& kind : snapshot.kinds()) names.push_back(fingerprint(kind));
  return names;
}

std::uint64_t lot_of(const journey::Journey& journey, std::span<const UtcMicros> cuts, std::uint64_t seed,
                     std::span<const std::uint64_t> kinds) {
  // The moments go back in time: the last at which the person was known is the earliest.
  UtcMicros known = cuts.empty() ? kEnd : cuts.front();
  for (const UtcMicros cut : cuts)
    if (journey[0].at <= cut) known = cut;
  // A sum, as events of one moment have an order of arrival only.
  std::uint64_t sum = 0;
  for (const journey::Event event : journey.until(known))
    sum += models::bits_at(kinds[event.kind.value], static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
  return models::bits_at(seed, sum);
}

Question question_at(const Customers& customers, const Question& question, UtcMicros cut) {
  Question then = question;
  then.as_of = cut;
  then.period = {};
  if (then.hypothesis.empty())
    if (const config::Hypothesis* now = config::hypothesis_at(customers.business(), question.as_of))
      then.hypothesis = now->version;
  return then;
}

Result<RowsOfCut> read_rows(const Customers& customers, const Question& question, const FeatureReader& features,
                            const OutcomeReader& outcome, std::span<const UtcMicros> cuts, std::size_t which,
                            UtcMicros until, const PropensitySpec& spec) {
  const UtcMicros cut = cuts[which];
  const Question then = question_at(customers, question, cut);
  auto lens = Lens::of(customers, then);
  if (!lens) return tl::unexpected(lens.error());
  const std::vector<std::uint64_t> kinds = names_of_kinds(customers.snapshot());
  Lowest empty;
  empty.most = spec.rows_max;
  auto lowest = retention::fold_sums(customers, then, *lens, empty, [&](Lowest& into, const Person& person) {
    if (!outcome.could(person.journey, cut)) return;
    ++into.eligible;
    Row row{.lot = lot_of(person.journey, cuts, spec.seed, kinds),
            .person = person.journey.person(),
            .came = outcome.came(person.journey, cut, until),
            .values = std::vector<double>(features.columns())};
    features.read(person.journey.until(cut), cut, row.values);
    into.add(std::move(row));
  });
  if (!lowest) return tl::unexpected(lowest.error());
  lowest->shorten();
  std::sort(lowest->rows.begin(), lowest->rows.end(), before);
  return RowsOfCut{cut, lowest->eligible, std::move(lowest->rows)};
}

}  // namespace habitue::insight::propensity
