#include <algorithm>
#include <cmath>

#include "models/boosting/model_bytes.hpp"
#include "models/logistic_fit.hpp"

namespace habitue::models {
namespace {

struct Column {
  double mean = 0, scale = 1, coefficient = 0;
  double share_missing = 0, coefficient_missing = 0;
  // What a number of this column adds to the log-odds of somebody at the means.
  double adds(double value) const {
    // A number a billion spreads away says no more than that.
    const double seen = std::isnan(value) ? 0 : coefficient * std::clamp((value - mean) / scale, -1e9, 1e9);
    return seen + coefficient_missing * ((std::isnan(value) ? 1 : 0) - share_missing);
  }
};

class Regression final : public ProbabilityModel {
 public:
  Regression(double intercept, std::vector<Column> parts) : intercept_(intercept), parts_(std::move(parts)) {}
  std::size_t columns() const override { return parts_.size(); }
  Result<std::vector<double>> probabilities(RowMatrix rows) const override {
    return contributions(rows).map([&](const std::vector<double>& added) {
      std::vector<double> said;
      for (std::size_t row = 0; row < added.size(); row += columns() + 1) {
        double log_odds = 0;
        for (std::size_t place = 0; place <= columns(); ++place) log_odds += added[row + place];
        said.push_back(expit(log_odds));
      }
      return said;
    });
  }
  Result<std::vector<double>> contributions(RowMatrix rows) const override {
    if (rows.values.empty() && rows.columns == columns()) return std::vector<double>();
    if (auto checked = check_rows(rows, columns()); !checked) return tl::unexpected(checked.error());
    std::vector<double> added;
    added.reserve(rows.rows() * (columns() + 1));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      const auto cells = rows.row(row);
      for (std::size_t column = 0; column < columns(); ++column) added.push_back(parts_[column].adds(cells[column]));
      added.push_back(intercept_);
    }
    return added;
  }
  Result<std::string> bytes() const override {
    std::string payload;
    append_f64(payload, intercept_);
    for (const Column& part : parts_)
      for (const double value : {part.mean, part.scale, part.coefficient, part.share_missing, part.coefficient_missing})
        append_f64(payload, value);
    return wrapped(ModelKind::Regression, columns(), payload);
  }

 private:
  double intercept_;
  std::vector<Column> parts_;
};

Column measured(RowMatrix rows, std::size_t column) {
  double sum = 0, squares = 0, seen = 0;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const double value = rows.row(row)[column];
    if (std::isnan(value)) continue;
    // Welford (1962): a spread that rounding cannot make of a constant.
    const double away = value - sum;
    sum += away / ++seen;
    squares += away * (value - sum);
  }
  Column part{sum, 1};
  part.share_missing = 1 - seen / static_cast<double>(rows.rows());
  if (seen > 0 && squares > seen * std::max(1e-24 * sum * sum, 1e-200)) part.scale = std::sqrt(squares / seen);
  return part;
}

}  // namespace

Result<TrainedModel> train_regression(RowMatrix rows, std::span<const double> outcome, double ridge) {
  if (auto checked = check_training(rows, outcome); !checked) return tl::unexpected(checked.error());
  if (!(ridge >= 0 && ridge <= 1e9)) return invalid("a penalty is at least 0");
  std::vector<Column> parts;
  std::vector<std::size_t> missing;
  for (std::size_t column = 0; column < rows.columns; ++column) {
    parts.push_back(measured(rows, column));
    if (parts.back().share_missing > 0 && parts.back().share_missing < 1) missing.push_back(column);
  }
  const std::size_t width = rows.columns + missing.size();
  std::vector<double> design;
  design.reserve(rows.rows() * width);
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto cells = rows.row(row);
    for (std::size_t column = 0; column < rows.columns; ++column)
      design.push_back(std::isnan(cells[column]) ? 0 : (cells[column] - parts[column].mean) / parts[column].scale);
    for (const std::size_t column : missing)
      design.push_back((std::isnan(cells[column]) ? 1 : 0) - parts[column].share_missing);
  }
  const auto fit = fit_logistic({design, width}, outcome, {.ridge = std::max(ridge, 1e-9), .ridge_intercept = 1e-3});
  if (!fit) return tl::unexpected(fit.error());
  for (std::size_t column = 0; column < rows.columns; ++column) parts[column].coefficient = fit->coefficients[column];
  for (std::size_t place = 0; place < missing.size(); ++place)
    parts[missing[place]].coefficient_missing = fit->coefficients[rows.columns + place];
  return TrainedModel(std::make_shared<Regression>(fit->intercept, std::move(parts)));
}

TrainedModel constant_model(std::size_t columns, double log_odds) {
  return std::make_shared<Regression>(log_odds, std::vector<Column>(columns));
}

Result<TrainedModel> load_regression(std::size_t columns, std::string_view payload) {
  if (payload.size() != (1 + 5 * columns) * 8)
    return fail(ErrorKind::Corrupt, "the regression has other columns than its header says");
  std::vector<double> numbers;
  for (std::size_t place = 0; place < 1 + 5 * columns; ++place) numbers.push_back(read_f64(payload, place));
  std::vector<Column> parts;
  for (std::size_t column = 0; column < columns; ++column) {
    const double* part = numbers.data() + 1 + 5 * column;
    parts.push_back({part[0], part[1], part[2], part[3], part[4]});
    if (!(part[1] > 0)) return fail(ErrorKind::Corrupt, "the regression has a scale that is not above 0");
  }
  // Bounded, so that no row can bring forth what is not a number.
  if (!std::all_of(numbers.begin(), numbers.end(), [](double value) { return std::abs(value) <= 1e100; }))
    return fail(ErrorKind::Corrupt, "the regression has a number that is none");
  return TrainedModel(std::make_shared<Regression>(numbers[0], std::move(parts)));
}

}  // namespace habitue::models
