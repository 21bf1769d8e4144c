// Any bytes as a stored model: refused, or a model whose answers are probabilities. Behind a right header the bytes are a regression's numbers; XGBoost's
// own format is behind a checksum and is XGBoost's to read.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "models/boosting/model_bytes.hpp"

namespace {

using namespace habitue::models;

void expect_probabilities(const habitue::Result<TrainedModel>& model) {
  if (!model) return;
  for (const double number : {0.0, 1e15, -1e15, 5e-324, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> row((*model)->columns(), number);
    const auto said = (*model)->probabilities({row, row.size()});
    if (!said || said->size() != 1 || !(said->front() >= 0 && said->front() <= 1)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  expect_probabilities(load_model(bytes));
  if (size >= 48) expect_probabilities(load_model(wrapped(ModelKind::Regression, (size / 8 - 1) / 5, bytes)));
  return 0;
}
