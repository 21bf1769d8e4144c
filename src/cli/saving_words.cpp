// habitue cohort, question, board, saved: their words.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/saving.hpp"

namespace habitue::cli {
namespace {

void add_lens(CLI::App& command, SavingOptions& options) {
  command.add_option("--as-of", options.as_of, "A day or a moment; default now");
  command.add_option("--from", options.from, "First day of the period");
  command.add_option("--to", options.to, "Last day of the period");
  command.add_option("--period", options.period, "Instead: last 30 days, last 12 full weeks, this month, last month");
  command.add_option("--hypothesis", options.hypothesis, "A version; default the one in force");
  command.add_option("--filter", options.filter, "Only people who match, such as 'in cohort Regulars'");
  command.add_option("--audience", options.audience, "all, inside, outside or unknown");
}

void add_format(CLI::App& command, SavingOptions& options) {
  command.add_option("--format", options.format, "table, json, toml or csv")
      ->check(CLI::IsMember({"table", "json", "toml", "csv"}))
      ->capture_default_str();
}

void add_saving_words(CLI::App& command, SavingOptions& options) {
  command.add_option("name", options.name, "What it is called")->required();
  command.add_option("--file", options.file, "It whole, as JSON or TOML; - is standard input");
  command.add_option("--description", options.description, "For people");
  command.add_option("--version", options.version, "Replace this version, as list shows it");
  command.add_flag("--replace", options.replace, "Replace whatever is there");
}

using Options = std::shared_ptr<SavingOptions>;
using Run = int (*)(const Globals&, const SavingOptions&);

void on(CLI::App& command, Globals& globals, Action& action, const Options& options, Run run) {
  command.callback(
      [&globals, &action, options, run] { action = [&globals, options, run] { return run(globals, *options); }; });
}

CLI::App& add_named(CLI::App& parent, const char* word, const char* what, SavingOptions& options) {
  CLI::App* command = parent.add_subcommand(word, what);
  command->add_option("name", options.name, "What it is called")->required();
  return *command;
}

void add_cohort(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* cohort = app.add_subcommand("cohort", "Saved sets of people: live by criteria, or static");
  cohort->require_subcommand(1);
  const auto options = std::make_shared<SavingOptions>();
  CLI::App* all = cohort->add_subcommand("list", "All cohorts");
  add_format(*all, *options);
  on(*all, globals, action, options, [](const Globals& where, const SavingOptions& given) {
    return list_saved(where, "cohorts", {"name", "kind", "criteria", "description", "version", "used by", "broken"},
                      given);
  });
  CLI::App& one = add_named(*cohort, "show", "One cohort, with how many are in it", *options);
  add_lens(one, *options);
  add_format(one, *options);
  on(one, globals, action, options,
     [](const Globals& where, const SavingOptions& given) { return show_saved(where, "cohorts", given); });
  CLI::App* keep = cohort->add_subcommand("save", "Save a cohort");
  add_saving_words(*keep, *options);
  add_lens(*keep, *options);
  keep->add_option("--criteria", options->criteria, "Who is in it: 'did Order Completed in last 90 days'");
  keep->add_flag("--static", options->fixed, "With --criteria: whoever it finds now, or at --as-of, and nobody else");
  keep->add_option("--list", options->list, "A CSV, NDJSON or JSON file of user ids or emails");
  keep->add_option("--column", options->column, "With --list: the column or member");
  keep->add_option("--kind", options->kind, "With --list: user, email, anonymous or external");
  keep->add_option("--question", options->ask, "Whoever is behind a number of it: funnel, retention, ...");
  keep->add_option("--body", options->body, "With --question: its body, as JSON or @FILE");
  keep->add_option("--people", options->cell, "With --question: the number, by its cell");
  on(*keep, globals, action, options, [](const Globals& where, const SavingOptions& given) {
    return save(where, "cohorts", given, cohort_body(given));
  });
  CLI::App& gone = add_named(*cohort, "delete", "Delete a cohort that nothing names", *options);
  gone.add_option("--version", options->version, "Only this version");
  on(gone, globals, action, options,
     [](const Globals& where, const SavingOptions& given) { return delete_saved(where, "cohorts", given); });
  CLI::App* both = cohort->add_subcommand("overlap", "What cohorts have in common");
  both->add_option("names", options->names, "Two or more")->required();
  add_lens(*both, *options);
  add_format(*both, *options);
  on(*both, globals, action, options, compare_cohorts);
  CLI::App& through = add_named(*cohort, "history", "How many there were, who came and who went", *options);
  through.add_option("--bucket", options->bucket, "day, week or month");
  add_lens(through, *options);
  add_format(through, *options);
  on(through, globals, action, options, cohort_history);
}

void add_question(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* question = app.add_subcommand("question", "Saved questions");
  question->require_subcommand(1);
  const auto options = std::make_shared<SavingOptions>();
  CLI::App* all = question->add_subcommand("list", "All saved questions, with what would stand in their way now");
  add_format(*all, *options);
  on(*all, globals, action, options, [](const Globals& where, const SavingOptions& given) {
    return list_saved(where, "questions", {"name", "ask", "description", "version", "used by", "warnings", "broken"},
                      given);
  });
  CLI::App& one = add_named(*question, "show", "One saved question", *options);
  add_format(one, *options);
  on(one, globals, action, options,
     [](const Globals& where, const SavingOptions& given) { return show_saved(where, "questions", given); });
  CLI::App* keep = question->add_subcommand("save", "Save a question; refused when it cannot be read");
  add_saving_words(*keep, *options);
  keep->add_option("--ask", options->ask, "Which: roles, growth, funnel, ... (docs/cohorts-and-boards.md)");
  keep->add_option("--body", options->body, "Its body, as JSON, @FILE or -");
  keep->add_option("--bucket", options->bucket, "growth, stages/history: hour, day, week or month");
  keep->add_option("--events", options->events, "growth: what counts as active, with commas");
  keep->add_option("--birth", options->birth, "growth: first_activity or creation");
  keep->add_option("--shown-as", options->shown_as, "A hint for whoever draws it");
  add_lens(*keep, *options);
  on(*keep, globals, action, options, [](const Globals& where, const SavingOptions& given) {
    return save(where, "questions", given, question_body(given));
  });
  CLI::App& asked = add_named(*question, "run", "Ask it now", *options);
  add_lens(asked, *options);
  add_format(asked, *options);
  asked.add_option("--lang", options->language, "en or fr");
  asked.add_option("--max-age", options->max_age, "Seconds: an answer no older will do");
  on(asked, globals, action, options, run_question);
  CLI::App& gone = add_named(*question, "delete", "Delete a question that no board shows", *options);
  gone.add_option("--version", options->version, "Only this version");
  on(gone, globals, action, options,
     [](const Globals& where, const SavingOptions& given) { return delete_saved(where, "questions", given); });
}

void add_board(CLI::App& app, Globals& globals, Action& action) {
  CLI::App* board = app.add_subcommand("board", "Boards of saved questions");
  board->require_subcommand(1);
  const auto options = std::make_shared<SavingOptions>();
  CLI::App* all = board->add_subcommand("list", "All boards");
  add_format(*all, *options);
  on(*all, globals, action, options, [](const Globals& where, const SavingOptions& given) {
    return list_saved(where, "boards", {"name", "description", "version", "broken"}, given);
  });
  CLI::App& one = add_named(*board, "show", "One board", *options);
  add_format(one, *options);
  on(one, globals, action, options,
     [](const Globals& where, const SavingOptions& given) { return show_saved(where, "boards", given); });
  CLI::App* keep = board->add_subcommand("save", "Save a board");
  add_saving_words(*keep, *options);
  keep->add_option("--question", options->names, "A saved question; may be repeated. Titles and notes go in a file");
  add_lens(*keep, *options);
  on(*keep, globals, action, options,
     [](const Globals& where, const SavingOptions& given) { return save(where, "boards", given, board_body(given)); });
  CLI::App& asked = add_named(*board, "run", "Ask all its questions now", *options);
  add_lens(asked, *options);
  add_format(asked, *options);
  asked.add_option("--lang", options->language, "en or fr");
  asked.add_option("--max-age", options->max_age, "Seconds: answers no older will do");
  on(asked, globals, action, options, run_board);
  CLI::App& gone = add_named(*board, "delete", "Delete a board; its questions stay", *options);
  gone.add_option("--version", options->version, "Only this version");
  on(gone, globals, action, options,
     [](const Globals& where, const SavingOptions& given) { return delete_saved(where, "boards", given); });
}

}  // namespace

void add_saving(CLI::App& app, Globals& globals, Action& action) {
  add_cohort(app, globals, action);
  add_question(app, globals, action);
  add_board(app, globals, action);
  CLI::App* saved = app.add_subcommand("saved", "Everything saved as one document, for a repository");
  saved->require_subcommand(1);
  const auto options = std::make_shared<SavingOptions>();
  options->format = "json";
  CLI::App* out =
      saved->add_subcommand("export", "Write cohorts, questions and boards; not the people of static cohorts");
  out->add_option("file", options->file, "Default: standard output; .toml is written as TOML");
  out->add_option("--format", options->format, "json or toml")
      ->check(CLI::IsMember({"json", "toml"}))
      ->capture_default_str();
  on(*out, globals, action, options, export_saved);
  CLI::App* in = saved->add_subcommand("import", "Save what such a document holds");
  in->add_option("file", options->file, "JSON or TOML; - is standard input")->required();
  in->add_flag("--replace", options->replace, "Also in the place of what is there");
  on(*in, globals, action, options, import_saved);
}

}  // namespace habitue::cli
