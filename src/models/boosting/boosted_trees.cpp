#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <mutex>

#include <xgboost/c_api.h>

#include "models/boosting/model_bytes.hpp"
#include "models/folds.hpp"

namespace habitue::models {
namespace {

struct FreeMatrix {
  void operator()(void* raw) const { XGDMatrixFree(raw); }
};
struct FreeBooster {
  void operator()(void* raw) const { XGBoosterFree(raw); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

// Every call of the library says 0 for done; what was wrong is kept for the thread.
Result<void> done(int code, ErrorKind kind = ErrorKind::Unavailable) {
  if (code == 0) return {};
  // The first line: what follows is a stack trace.
  const std::string_view message = XGBGetLastError();
  return fail(kind, "XGBoost: " + std::string(message.substr(0, message.find('\n'))));
}

// Not std::to_string, which writes a comma where the program's language does.
template <class Number>
std::string text_of(Number number) {
  std::array<char, 64> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), written.ptr};
}

// The setting is of the calling thread, so it is made before whatever could speak.
void silence() { XGBSetGlobalConfig(R"({"verbosity": 0})"); }

Result<Matrix> matrix_of(RowMatrix rows) {
  silence();
  const std::vector<float> cells(rows.values.begin(), rows.values.end());
  DMatrixHandle raw = nullptr;
  const int code =
      XGDMatrixCreateFromMat(cells.data(), rows.rows(), rows.columns, std::numeric_limits<float>::quiet_NaN(), &raw);
  Matrix matrix(raw);
  if (auto made = done(code); !made) return tl::unexpected(made.error());
  return matrix;
}

Result<Matrix> matrix_of(RowMatrix rows, std::span<const double> outcome) {
  return matrix_of(rows).and_then([&](Matrix matrix) -> Result<Matrix> {
    const std::vector<float> labels(outcome.begin(), outcome.end());
    if (auto set = done(XGDMatrixSetFloatInfo(matrix.get(), "label", labels.data(), labels.size())); !set)
      return tl::unexpected(set.error());
    return matrix;
  });
}

Result<Booster> booster_of(std::span<const DMatrixHandle> matrices) {
  silence();
  BoosterHandle raw = nullptr;
  const int code = XGBoosterCreate(matrices.data(), matrices.size(), &raw);
  Booster booster(raw);
  if (auto made = done(code); !made) return tl::unexpected(made.error());
  for (const auto& [name, value] : {std::pair("nthread", "1"), std::pair("verbosity", "0")})
    if (auto set = done(XGBoosterSetParam(raw, name, value)); !set) return tl::unexpected(set.error());
  return booster;
}

enum class Wanted { Probabilities = 0, Contributions = 2 };
Result<std::vector<double>> predict(BoosterHandle booster, DMatrixHandle matrix, Wanted wanted) {
  const std::string config = R"({"type": )" + text_of(static_cast<int>(wanted)) +
                             R"(, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": true})";
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  if (auto got = done(XGBoosterPredictFromDMatrix(booster, matrix, config.c_str(), &shape, &dimensions, &values)); !got)
    return tl::unexpected(got.error());
  std::size_t count = 1;
  for (bst_ulong dimension = 0; dimension < dimensions; ++dimension) count *= shape[dimension];
  return std::vector<double>(values, values + count);
}

class Trees final : public ProbabilityModel {
 public:
  Trees(Booster booster, std::size_t columns) : booster_(std::move(booster)), columns_(columns) {}
  std::size_t columns() const override { return columns_; }
  Result<std::vector<double>> probabilities(RowMatrix rows) const override { return ask(rows, Wanted::Probabilities); }
  Result<std::vector<double>> contributions(RowMatrix rows) const override { return ask(rows, Wanted::Contributions); }
  Result<std::string> bytes() const override {
    const std::lock_guard held(mutex_);
    bst_ulong length = 0;
    const char* raw = nullptr;
    if (auto saved = done(XGBoosterSaveModelToBuffer(booster_.get(), R"({"format": "ubj"})", &length, &raw)); !saved)
      return tl::unexpected(saved.error());
    return wrapped(ModelKind::Trees, columns_, {raw, length});
  }

 private:
  Result<std::vector<double>> ask(RowMatrix rows, Wanted wanted) const {
    if (rows.values.empty() && rows.columns == columns_) return std::vector<double>();
    if (auto checked = check_rows(rows, columns_); !checked) return tl::unexpected(checked.error());
    const auto matrix = matrix_of(rows);
    if (!matrix) return tl::unexpected(matrix.error());
    // A booster keeps what it answers with inside itself: one at a time.
    const std::lock_guard held(mutex_);
    return predict(booster_.get(), matrix->get(), wanted);
  }

  Booster booster_;
  std::size_t columns_;
  mutable std::mutex mutex_;
};

Result<void> check(const BoostingOptions& options) {
  const auto share = [](double value) { return value > 0 && value <= 1; };
  if (options.rounds_max > 100'000 || options.depth_max == 0 || options.depth_max > 30 || options.patience == 0)
    return invalid("at most 100,000 rounds of trees 1 to 30 deep, with a patience of at least 1");
  if (!share(options.learning_rate) || !share(options.row_share) || !share(options.column_share))
    return invalid("a learning rate and the shares drawn lie above 0 and up to 1");
  if (!(options.leaf_weight_least >= 0 && options.leaf_weight_least <= 1e9 && options.ridge >= 0 &&
        options.ridge <= 1e9))
    return invalid("a leaf's weight and a ridge are at least 0");
  return {};
}

Result<Booster> untrained(std::span<const DMatrixHandle> matrices, double share, const BoostingOptions& options) {
  auto booster = booster_of(matrices);
  if (!booster) return booster;
  const std::array<std::pair<const char*, std::string>, 11> parameters{{
      {"objective", "binary:logistic"},
      {"tree_method", "hist"},
      {"base_score", text_of(std::clamp(share, 1e-6, 1 - 1e-6))},
      {"eta", text_of(options.learning_rate)},
      {"max_depth", text_of(options.depth_max)},
      {"min_child_weight", text_of(options.leaf_weight_least)},
      {"subsample", text_of(options.row_share)},
      {"colsample_bytree", text_of(options.column_share)},
      {"lambda", text_of(options.ridge)},
      {"seed", text_of(options.seed & 0x7FFFFFFFu)},
      // Else the draws go on from whatever the thread trained before.
      {"seed_per_iteration", "true"},
  }};
  for (const auto& [name, value] : parameters)
    if (auto set = done(XGBoosterSetParam(booster->get(), name, value.c_str())); !set)
      return tl::unexpected(set.error());
  return booster;
}

Result<Booster> grown(DMatrixHandle matrix, std::uint32_t rounds, double share, const BoostingOptions& options) {
  auto booster = untrained({&matrix, 1}, share, options);
  for (std::uint32_t round = 0; booster && round < rounds; ++round)
    if (auto grew = done(XGBoosterUpdateOneIter(booster->get(), static_cast<int>(round), matrix)); !grew)
      return tl::unexpected(grew.error());
  return booster;
}

// How many trees foretell best a fold that does not grow them.
Result<std::uint32_t> best_rounds(RowMatrix rows, std::span<const double> outcome, double share,
                                  const BoostingOptions& options) {
  std::vector<std::uint32_t> stratum;
  for (const double y : outcome) stratum.push_back(y == 1 ? 1 : 0);
  const auto fold = deal_folds(stratum, 5, options.seed);
  std::vector<double> x[2], y[2];  // Growing, watching.
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    const std::size_t part = fold[row] == 0 ? 1 : 0;
    const auto cells = rows.row(row);
    x[part].insert(x[part].end(), cells.begin(), cells.end());
    y[part].push_back(outcome[row]);
  }
  const auto growing = matrix_of({x[0], rows.columns}, y[0]), watching = matrix_of({x[1], rows.columns}, y[1]);
  if (!growing) return tl::unexpected(growing.error());
  if (!watching) return tl::unexpected(watching.error());
  const std::array<DMatrixHandle, 2> matrices{growing->get(), watching->get()};
  const auto booster = untrained(matrices, share, options);
  if (!booster) return tl::unexpected(booster.error());

  std::uint32_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::uint32_t round = 0; round < options.rounds_max && round < best + options.patience; ++round) {
    if (auto grew = done(XGBoosterUpdateOneIter(booster->get(), static_cast<int>(round), growing->get())); !grew)
      return tl::unexpected(grew.error());
    const auto said = predict(booster->get(), watching->get(), Wanted::Probabilities);
    if (!said) return tl::unexpected(said.error());
    double loss = 0;
    for (std::size_t row = 0; row < said->size(); ++row)
      loss -= std::log(std::max(1e-12, y[1][row] == 1 ? (*said)[row] : 1 - (*said)[row]));
    if (loss >= least) continue;
    least = loss;
    best = round + 1;
  }
  return best;
}

}  // namespace

Result<TrainedModel> train_boosted_trees(RowMatrix rows, std::span<const double> outcome,
                                         const BoostingOptions& options) {
  if (auto checked = check_training(rows, outcome).and_then([&] { return check(options); }); !checked)
    return tl::unexpected(checked.error());
  const auto yes = std::count(outcome.begin(), outcome.end(), 1.0);
  const auto no = static_cast<std::ptrdiff_t>(outcome.size()) - yes;
  // Half a person more of either: never 0 or 1.
  const double share = (static_cast<double>(yes) + 0.5) / (static_cast<double>(outcome.size()) + 1);
  std::uint32_t rounds = 0;
  constexpr std::ptrdiff_t kOutcomesLeast = 25;
  if (std::min(yes, no) >= kOutcomesLeast) {
    const auto found = best_rounds(rows, outcome, share, options);
    if (!found) return tl::unexpected(found.error());
    rounds = *found;
  }
  if (rounds == 0) return constant_model(rows.columns, std::log(share / (1 - share)));
  const auto matrix = matrix_of(rows, outcome);
  if (!matrix) return tl::unexpected(matrix.error());
  return grown(matrix->get(), rounds, share, options).map([&](Booster booster) -> TrainedModel {
    return std::make_shared<Trees>(std::move(booster), rows.columns);
  });
}

Result<TrainedModel> load_trees(std::size_t columns, std::string_view payload) {
  auto booster = booster_of({});
  if (!booster) return tl::unexpected(booster.error());
  if (auto loaded =
          done(XGBoosterLoadModelFromBuffer(booster->get(), payload.data(), payload.size()), ErrorKind::Corrupt);
      !loaded)
    return tl::unexpected(loaded.error());
  bst_ulong features = 0;
  if (auto got = done(XGBoosterGetNumFeature(booster->get(), &features), ErrorKind::Corrupt); !got)
    return tl::unexpected(got.error());
  if (features != columns)
    return fail(ErrorKind::Corrupt, "the model's trees are of other columns than its header says");
  return TrainedModel(std::make_shared<Trees>(std::move(*booster), columns));
}

}  // namespace habitue::models
