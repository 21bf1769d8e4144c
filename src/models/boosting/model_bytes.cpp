#include "models/boosting/model_bytes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/fingerprint.hpp"
#include "models/calibration/checks.hpp"

namespace habitue::models {
namespace {

constexpr std::string_view kMagic = "HBPM";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeader = 4 + 1 + 1 + 4 + 8 + 8;
constexpr std::size_t kColumnsMax = 100'000;

void append(std::string& to, std::uint64_t value, std::size_t bytes) {
  for (std::size_t byte = 0; byte < bytes; ++byte) to.push_back(static_cast<char>((value >> (8 * byte)) & 0xFFu));
}
std::uint64_t read(std::string_view from, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t byte = bytes; byte-- > 0;) value = value << 8 | static_cast<unsigned char>(from[at + byte]);
  return value;
}

}  // namespace

std::string wrapped(ModelKind kind, std::size_t columns, std::string_view payload) {
  std::string bytes(kMagic);
  append(bytes, kVersion, 1);
  append(bytes, static_cast<std::uint64_t>(kind), 1);
  append(bytes, columns, 4);
  append(bytes, payload.size(), 8);
  append(bytes, fingerprint(payload), 8);
  return bytes.append(payload);
}

Result<Unwrapped> unwrapped(std::string_view bytes) {
  const auto corrupt = [](const char* what) { return fail(ErrorKind::Corrupt, what); };
  if (bytes.size() < kHeader || !bytes.starts_with(kMagic)) return corrupt("these bytes are not a model");
  if (read(bytes, 4, 1) != kVersion) return corrupt("the model is of a later version of the program");
  const std::uint64_t kind = read(bytes, 5, 1), columns = read(bytes, 6, 4);
  if ((kind != 1 && kind != 2) || columns == 0 || columns > kColumnsMax)
    return corrupt("the model's header is damaged");
  const std::string_view payload = bytes.substr(kHeader);
  if (read(bytes, 10, 8) != payload.size() || read(bytes, 18, 8) != fingerprint(payload))
    return corrupt("the model is damaged: its length or its checksum differ");
  return Unwrapped{static_cast<ModelKind>(kind), columns, payload};
}

void append_f64(std::string& to, double value) { append(to, std::bit_cast<std::uint64_t>(value), 8); }
double read_f64(std::string_view bytes, std::size_t place) { return std::bit_cast<double>(read(bytes, place * 8, 8)); }

Result<void> check_rows(RowMatrix rows, std::size_t columns) {
  if (!rows.is_whole() || rows.columns != columns || columns > kColumnsMax)
    return invalid("rows of " + std::to_string(columns) + " columns are needed");
  if (!std::all_of(rows.values.begin(), rows.values.end(),
                   [](double value) { return std::isnan(value) || std::abs(value) <= kLargestNumber; }))
    return invalid("a number is infinite or above 1e15");
  return {};
}

Result<void> check_training(RowMatrix rows, std::span<const double> outcome) {
  if (rows.values.empty() || outcome.empty()) return invalid("nobody to learn from");
  if (auto checked = check_rows(rows, rows.columns); !checked) return checked;
  if (rows.rows() != outcome.size()) return invalid("there is not one outcome a row");
  if (!std::all_of(outcome.begin(), outcome.end(), [](double y) { return y == 0 || y == 1; }))
    return invalid("an outcome is 0 or 1");
  return {};
}

Result<TrainedModel> load_model(std::string_view bytes) {
  return unwrapped(bytes).and_then([](const Unwrapped& model) {
    return model.kind == ModelKind::Trees ? load_trees(model.columns, model.payload)
                                          : load_regression(model.columns, model.payload);
  });
}

}  // namespace habitue::models
