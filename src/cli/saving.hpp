// What is saved, from the command line: the words that were given, what they make, and what is done.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "cli/commands.hpp"

namespace habitue::cli {

struct SavingOptions {
  std::string name, file, description, version, format = "table";
  bool replace = false;
  // The lens.
  std::string as_of, from, to, period, hypothesis, filter, audience, language;
  std::string max_age;
  // Cohorts.
  std::string criteria, list, kind, column, ask, body, cell;
  bool fixed = false;
  std::vector<std::string> names;
  // Questions.
  std::string shown_as, bucket, events, birth;
};

/// The lens that was said, as the API's parameters.
boost::json::object lens_of(const SavingOptions& options);
/// Bodies as the API takes them, from a file and from words; words win. Errors: those of the files; InvalidInput.
Result<boost::json::object> cohort_body(const SavingOptions& options);
Result<boost::json::object> question_body(const SavingOptions& options);
Result<boost::json::object> board_body(const SavingOptions& options);

// Each gives the exit code. `of`: cohorts, questions or boards.
int list_saved(const Globals& globals, const std::string& of, const std::vector<std::string>& columns,
               const SavingOptions& options);
int show_saved(const Globals& globals, const std::string& of, const SavingOptions& options);
int delete_saved(const Globals& globals, const std::string& of, const SavingOptions& options);
int save(const Globals& globals, const std::string& of, const SavingOptions& options,
         const Result<boost::json::object>& body);
int run_question(const Globals& globals, const SavingOptions& options);
int run_board(const Globals& globals, const SavingOptions& options);
int compare_cohorts(const Globals& globals, const SavingOptions& options);
int cohort_history(const Globals& globals, const SavingOptions& options);
int export_saved(const Globals& globals, const SavingOptions& options);
int import_saved(const Globals& globals, const SavingOptions& options);

}  // namespace habitue::cli
