#include "insight/attribution/credit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace habitue::insight::attribution {
namespace {

__extension__ using Wide = unsigned __int128;

// The newest touch of a journey weighs this much; what is older by more than 40 half-lives weighs nothing.
constexpr double kNewest = 1099511627776.0;

void add(std::vector<Owed>& owed, std::uint32_t channel, std::uint64_t weight) {
  const auto found = std::find_if(owed.begin(), owed.end(), [&](const Owed& one) { return one.channel == channel; });
  if (found == owed.end())
    owed.push_back({channel, weight});
  else
    found->weight += weight;
}

std::size_t last_not_direct(std::span<const Step> steps, std::uint32_t direct) {
  for (std::size_t place = steps.size(); place-- > 0;)
    if (steps[place].channel != direct) return place;
  return steps.size() - 1;
}

std::uint64_t weight_by_place(std::size_t place, std::size_t count, const AttributionWeights& weights) {
  if (count == 1) return 1;
  const bool first = place == 0, last = place + 1 == count;
  if (count == 2) {
    if (weights.first + weights.last == 0) return 1;
    return first ? weights.first : weights.last;
  }
  // Those between share their part, so the ends count once for each of them.
  const std::uint64_t between = count - 2;
  return first ? weights.first * between : last ? weights.last * between : weights.middle;
}

std::uint64_t weight_by_age(std::int64_t age_us, std::int64_t newest_us, std::int64_t half_life_us) {
  const double halvings = static_cast<double>(age_us - newest_us) / static_cast<double>(half_life_us);
  return static_cast<std::uint64_t>(std::llround(kNewest * std::exp2(-halvings)));
}

std::uint64_t weight_of(std::span<const Step> steps, std::size_t place, const Weighing& weighing) {
  switch (weighing.model) {
    case AttributionModel::First: return place == 0 ? 1 : 0;
    case AttributionModel::Last: return place + 1 == steps.size() ? 1 : 0;
    case AttributionModel::LastNonDirect: return place == last_not_direct(steps, weighing.direct) ? 1 : 0;
    case AttributionModel::Position:
    case AttributionModel::J:
    case AttributionModel::InverseJ:
    case AttributionModel::Custom: return weight_by_place(place, steps.size(), weighing.weights);
    case AttributionModel::TimeDecay:
      return weight_by_age(steps[place].age_us, steps.back().age_us, weighing.half_life_us);
    case AttributionModel::Linear:
    case AttributionModel::Participation:
    case AttributionModel::Markov:
    case AttributionModel::Shapley: break;
  }
  return 1;
}

}  // namespace

void weigh(std::span<const Step> steps, const Weighing& weighing, std::vector<Owed>& owed) {
  owed.clear();
  // These look at one touch, which is found without a look at the others.
  const bool sole = weighing.model == AttributionModel::First || weighing.model == AttributionModel::Last ||
                    weighing.model == AttributionModel::LastNonDirect;
  if (sole) {
    const std::size_t place = weighing.model == AttributionModel::First  ? 0
                              : weighing.model == AttributionModel::Last ? steps.size() - 1
                                                                         : last_not_direct(steps, weighing.direct);
    owed.push_back({steps[place].channel, 1});
    return;
  }
  for (std::size_t place = 0; place < steps.size(); ++place)
    add(owed, steps[place].channel, weight_of(steps, place, weighing));
  const bool by_channel = weighing.model == AttributionModel::Participation ||
                          weighing.model == AttributionModel::Markov || weighing.model == AttributionModel::Shapley;
  if (!by_channel) return;
  for (Owed& one : owed)
    one.weight = weighing.of_channel.empty() ? 1 : std::max<std::uint64_t>(1, weighing.of_channel[one.channel]);
}

void apportion(std::int64_t amount, std::span<const Owed> owed, std::vector<std::int64_t>& parts) {
  // The method of Hamilton: what each is owed rounded down, then one more to those with the largest remainders.
  thread_local std::vector<std::pair<Wide, std::size_t>> remainders;
  parts.assign(owed.size(), 0);
  const std::uint64_t size =
      amount < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
  Wide sum = 0;
  for (const Owed& one : owed) sum += one.weight;
  remainders.clear();
  std::uint64_t given = 0;
  for (std::size_t place = 0; place < owed.size(); ++place) {
    const Wide exact = static_cast<Wide>(size) * owed[place].weight;
    const auto part = static_cast<std::uint64_t>(exact / sum);
    parts[place] = static_cast<std::int64_t>(part);
    given += part;
    remainders.emplace_back(exact % sum, place);
  }
  if (given < size)
    std::sort(remainders.begin(), remainders.end(), [](const auto& left, const auto& right) {
      return left.first != right.first ? left.first > right.first : left.second < right.second;
    });
  for (std::size_t next = 0; given < size; ++given) ++parts[remainders[next++].second];
  if (amount < 0)
    for (std::int64_t& part : parts) part = -part;
}

}  // namespace habitue::insight::attribution
