#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "models/folds.hpp"
#include "models/uplift/learners.hpp"

namespace habitue::models {
namespace {

constexpr std::size_t kCutsMax = 31;

// Sums over the people of one arm in a leaf or a bin.
struct Arm {
  double people = 0, sum = 0, squares = 0;
  void add(double y) {
    ++people;
    sum += y;
    squares += y * y;
  }
  Arm operator+(const Arm& other) const { return {people + other.people, sum + other.sum, squares + other.squares}; }
  Arm operator-(const Arm& other) const { return {people - other.people, sum - other.sum, squares - other.squares}; }
  double mean() const { return sum / people; }
  double variance() const { return people < 2 ? 0 : std::max(0.0, squares - sum * sum / people) / (people - 1); }
};
struct Arms {
  Arm of[2];
  Arms operator+(const Arms& other) const { return {{of[0] + other.of[0], of[1] + other.of[1]}}; }
  Arms operator-(const Arms& other) const { return {{of[0] - other.of[0], of[1] - other.of[1]}}; }
  double least() const { return std::min(of[0].people, of[1].people); }
  double effect() const { return of[1].mean() - of[0].mean(); }
  // [AI16] (4) times the people: what a leaf adds to the criterion, when as many people measure as grow.
  double worth() const {
    const double people = of[0].people + of[1].people, share = of[1].people / people;
    return people * effect() * effect() - 2 * (of[1].variance() / share + of[0].variance() / (1 - share));
  }
};

struct Node {
  std::uint32_t column = 0;
  double cut = 0;                     // Those up to it go left.
  std::uint32_t left = 0, right = 0;  // 0: a leaf.
  double effect = 0;
};
using Tree = std::vector<Node>;

// Columns as numbers of bins: cuts lie at quantiles of what is there.
struct Binned {
  std::vector<std::vector<double>> cuts;  // A column; ascending. Bin b holds those in (cuts[b - 1], cuts[b]].
  std::vector<std::uint8_t> bins;         // Row by row.
};
Binned binned(const RowMatrix& x) {
  Binned result;
  result.bins.resize(x.values.size());
  for (std::size_t column = 0; column < x.columns; ++column) {
    std::vector<double> sorted;
    for (std::size_t row = 0; row < x.rows(); ++row) sorted.push_back(x.row(row)[column]);
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> cuts;
    for (std::size_t cut = 1; cut <= kCutsMax; ++cut) {
      const double value = sorted[cut * (sorted.size() - 1) / (kCutsMax + 1)];
      if (value < sorted.back() && (cuts.empty() || value > cuts.back())) cuts.push_back(value);
    }
    for (std::size_t row = 0; row < x.rows(); ++row)
      result.bins[row * x.columns + column] =
          static_cast<std::uint8_t>(std::lower_bound(cuts.begin(), cuts.end(), x.row(row)[column]) - cuts.begin());
    result.cuts.push_back(std::move(cuts));
  }
  return result;
}

class Grower {
 public:
  Grower(const Experiment& experiment, const Binned& bins, const TreeOptions& options)
      : experiment_(experiment), bins_(bins), options_(options) {}

  Tree grow(std::vector<std::size_t> growing, std::vector<std::size_t> measuring) {
    tree_.assign(1, Node{});
    const Arms measured = total(measuring);
    tree_[0].effect = measured.least() > 0 ? measured.effect() : 0;
    split(0, 0, std::move(growing), std::move(measuring));
    return std::move(tree_);
  }

 private:
  Arms total(const std::vector<std::size_t>& rows) const {
    Arms arms;
    for (const std::size_t row : rows) arms.of[experiment_.treated[row]].add(experiment_.outcome[row]);
    return arms;
  }

  void split(std::size_t node, std::uint32_t depth, std::vector<std::size_t> growing,
             std::vector<std::size_t> measuring) {
    if (depth == options_.depth_max) return;
    const Arms all = total(growing);
    if (all.least() < 2.0 * options_.arm_least) return;
    const std::size_t width = experiment_.columns.columns;
    double best = all.worth();
    std::size_t best_column = width, best_bin = 0;
    for (std::size_t column = 0; column < width; ++column) {
      const std::size_t cuts = bins_.cuts[column].size();
      if (cuts == 0) continue;
      Arms by_bin[kCutsMax + 1];
      for (const std::size_t row : growing)
        by_bin[bins_.bins[row * width + column]].of[experiment_.treated[row]].add(experiment_.outcome[row]);
      Arms left;
      for (std::size_t bin = 0; bin < cuts; ++bin) {
        left = left + by_bin[bin];
        const Arms right = all - left;
        if (left.least() < options_.arm_least || right.least() < options_.arm_least) continue;
        const double worth = left.worth() + right.worth();
        // A whisker more: what differs by rounding alone is decided by the order of columns.
        if (worth <= best + 1e-9 * std::abs(best)) continue;
        best = worth;
        best_column = column;
        best_bin = bin;
      }
    }
    if (best_column == width) return;
    const auto goes_left = [&](std::size_t row) { return bins_.bins[row * width + best_column] <= best_bin; };
    const auto grows = std::stable_partition(growing.begin(), growing.end(), goes_left);
    const auto measures = std::stable_partition(measuring.begin(), measuring.end(), goes_left);
    std::vector<std::size_t> right_growing(grows, growing.end()), right_measuring(measures, measuring.end());
    growing.erase(grows, growing.end());
    measuring.erase(measures, measuring.end());
    const Arms left = total(measuring), right = total(right_measuring);
    // Too few to measure by: the parent's effect stands.
    if (left.least() < options_.arm_least || right.least() < options_.arm_least) return;

    tree_[node].column = static_cast<std::uint32_t>(best_column);
    tree_[node].cut = bins_.cuts[best_column][best_bin];
    const std::size_t at = tree_.size();
    tree_[node].left = static_cast<std::uint32_t>(at);
    tree_[node].right = static_cast<std::uint32_t>(at + 1);
    tree_.resize(at + 2);
    tree_[at].effect = left.effect();
    tree_[at + 1].effect = right.effect();
    split(at, depth + 1, std::move(growing), std::move(measuring));
    split(at + 1, depth + 1, std::move(right_growing), std::move(right_measuring));
  }

  const Experiment& experiment_;
  const Binned& bins_;
  const TreeOptions& options_;
  Tree tree_;
};

double score(const std::vector<Tree>& trees, std::span<const double> row) {
  double sum = 0;
  for (const Tree& tree : trees) {
    std::size_t node = 0;
    while (tree[node].left != 0) node = row[tree[node].column] <= tree[node].cut ? tree[node].left : tree[node].right;
    sum += tree[node].effect;
  }
  return sum / static_cast<double>(trees.size());
}

}  // namespace

Result<UpliftScore> learn_honest_trees(const Experiment& experiment, const TreeOptions& options) {
  if (auto checked = check_experiment(experiment); !checked) return tl::unexpected(checked.error());
  if (options.trees == 0 || options.trees > 10'000 || options.depth_max > 20 || options.arm_least == 0)
    return invalid("1 to 10,000 trees, at most 20 deep, with somebody of each arm in a leaf");
  const Binned bins = binned(experiment.columns);
  Grower grower(experiment, bins, options);
  auto trees = std::make_shared<std::vector<Tree>>();
  for (std::uint32_t tree = 0; tree < options.trees; ++tree) {
    // A quarter grows, a quarter measures, and half is left out; a single tree uses everybody.
    std::vector<std::size_t> growing, measuring;
    for (std::size_t row = 0; row < experiment.size(); ++row) {
      const std::uint64_t part = bits_at(options.seed + tree * 0x51ED270Bu, row) >> 62;
      if (part == 0 || (options.trees == 1 && part == 2)) growing.push_back(row);
      if (part == 1 || (options.trees == 1 && part == 3)) measuring.push_back(row);
    }
    trees->push_back(grower.grow(std::move(growing), std::move(measuring)));
  }
  return UpliftScore([trees, width = experiment.columns.columns](std::span<const double> row) {
    return row.size() < width ? 0.0 : score(*trees, row);
  });
}

}  // namespace habitue::models
