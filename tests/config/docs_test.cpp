// docs/configuration.md is made from the table of keys. With HABITUE_UPDATE_DOCS=1 in the environment this test writes it.
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/config.hpp"

namespace habitue::config {
namespace {

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string steps_of(std::string_view toml) {
  const std::string written = write(*parse(toml));
  std::string out;
  std::istringstream lines(
      written.substr(written.find("[[steps]]"), written.find("# Thresholds") - written.find("[[steps]]")));
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("#")) out += line.empty() ? "\n" : "    " + line + "\n";
  return out.substr(0, out.find_last_not_of('\n') + 1) + "\n";
}

std::string configuration_page() {
  std::string page =
      "# Configuration: habitue.toml\n\n"
      "One file tells Habitué the business: who is supposed to pay, which events mean payment, activation or referral, "
      "for whom the\n"
      "business works, and every threshold. It lies in the workspace's folder. Every key may be left out: the default "
      "is the convention\n"
      "of the trade. `habitue config show` prints the whole with its defaults, `habitue config check` looks for "
      "mistakes, and\n"
      "`habitue config explain stages.new_days` tells about one key.\n\n"
      "A wrong file is refused with all its mistakes at once, each with its line:\n\n";
  const auto wrong = parse("[stages]\nnew_dais = 90\n\n[wanted_act]\ncriterion = 'trait country = France'\n");
  std::istringstream lines(wrong.error().message);
  for (std::string line; std::getline(lines, line);) page += "    " + line + "\n";
  page +=
      "\nCriteria expressions are described in [criteria.md](criteria.md); they stand best in single quotes, for they "
      "are full of double ones.\n";
  page +=
      "\n"
      "## Before it is saved: what would change\n"
      "\n"
      "`habitue config preview FILE` (and `POST /api/v1/workspaces/NAME/config/preview` with `{\"toml\": \"...\"}`) "
      "checks the text as saving does, and tells\n"
      "without saving how many people would change role, stage and side of the audience, from what to what, at "
      "`--as-of` and through\n"
      "the lens. Both definitions are read over the same events, so that saving gives the same figures. Who is one "
      "person is found by\n"
      "reading all events anew: a change of `[identity]` is said, and not counted. `POST .../config/preview/people` "
      "lists the people\n"
      "behind a number.\n"
      "\n"
      "`GET .../config` gives `config_version`. Whoever sends it back with `PUT .../config` (in the body, or as "
      "`If-Match`) is told, with\n"
      "412 and nothing saved, when somebody else has changed the text meanwhile. `POST .../hypotheses` writes one more "
      "version of the\n"
      "hypothesis at the end of the text and leaves the rest as it is.\n";

  std::string section = "-";
  for (const Explanation& one : explain_all()) {
    const std::size_t point = one.key.find('.');
    const bool list = one.type == "list of tables";
    const std::string owner = point == std::string::npos ? (list ? one.key : "") : one.key.substr(0, point);
    if (owner != section) {
      section = owner;
      page += owner.empty() ? "\n## Head of the file\n\n"
                            : fmt::format("\n## {}\n\n", list ? "[[" + owner + "]]" : "[" + owner + "]");
      if (list) page += fmt::format("{} Default: {}.\n\n", one.meaning, one.default_value);
      page += "| key | type | default | meaning |\n| --- | --- | --- | --- |\n";
      if (list) continue;
    }
    page += fmt::format("| `{}` | {} | `{}` | {} |\n", point == std::string::npos ? one.key : one.key.substr(point + 1),
                        cell(one.type), cell(one.default_value), cell(one.meaning));
  }
  page += "\n## The default steps\n\nOf a business of purchases:\n\n" + steps_of("") + "\nOf a subscription:\n\n" +
          steps_of("model = \"subscription\"");
  return page;
}

TEST(Docs, OfTheConfigurationAreThoseOfTheTableOfKeys) {
  const std::string path = HABITUE_SOURCE_DIR "/docs/configuration.md";
  const std::string page = configuration_page();
  if (std::getenv("HABITUE_UPDATE_DOCS") != nullptr) std::ofstream(path) << page;
  std::ifstream file(path);
  std::stringstream kept;
  kept << file.rdbuf();
  EXPECT_EQ(kept.str(), page) << "run this test with HABITUE_UPDATE_DOCS=1 to write docs/configuration.md anew";
}

TEST(Docs, ExplainEveryKeyOnceInWholeSentences) {
  std::set<std::string> keys;
  for (const Explanation& one : explain_all()) {
    EXPECT_TRUE(keys.insert(one.key).second) << one.key;
    EXPECT_TRUE(one.meaning.ends_with('.')) << one.key;
    EXPECT_FALSE(one.type.empty() || one.default_value.empty()) << one.key;
    // What `config show` prints has the key too.
    const std::size_t point = one.key.find('.');
    const std::string name = point == std::string::npos ? one.key : one.key.substr(point + 1);
    EXPECT_NE(write(*parse("")).find(name), std::string::npos) << one.key;
  }
}

}  // namespace
}  // namespace habitue::config
