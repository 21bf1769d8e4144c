// The flags of the questions about money and what to expect: a table, from which the help, the body of the request and the check that
// a flag is of this question are made.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace CLI {
class App;
}

namespace habitue::cli {

/// What was given, by flag.
struct ValueOptions {
  std::map<std::string, std::string> texts;
  std::map<std::string, std::uint32_t> counts;
  std::map<std::string, double> numbers;
};

/// A flag that was given.
struct ValueFlag {
  std::string flag;
  std::string field;  ///< Of the body.
  boost::json::value value;
  std::vector<std::string_view> reports;
  bool belongs_to(std::string_view report) const;
};

/// costs, give-aways, acquisition, recurring, forecast, ...
std::vector<std::string_view> value_reports();
/// Whether --bucket is a flag of the question.
bool has_bucket(std::string_view report);
/// Whether --by says what is counted: product or category.
bool is_counted_by(std::string_view report);
void add_value_options(CLI::App& command, ValueOptions& options);
std::vector<ValueFlag> value_flags(const ValueOptions& options);

/// The names of a list with commas; blanks around them and empty ones are left out.
boost::json::array names_of(std::string_view list);

}  // namespace habitue::cli
