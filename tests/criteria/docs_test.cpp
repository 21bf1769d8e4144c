// docs/criteria.md says what the language does: every row of its tables reads, and its text and its JSON are one.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "criteria/criteria.hpp"

namespace habitue::criteria {
namespace {

TEST(Docs, HaveARowOfEachFormWhoseTextAndJsonSayTheSame) {
  std::ifstream file(HABITUE_SOURCE_DIR "/docs/criteria.md");
  ASSERT_TRUE(file);
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    ++rows;
    const std::size_t text_end = line.find("` | `");
    const std::size_t json_end = line.find("` | ", text_end + 5);
    ASSERT_NE(text_end, std::string::npos) << line;
    ASSERT_NE(json_end, std::string::npos) << line;
    const std::string text = line.substr(3, text_end - 3);
    const std::string json = line.substr(text_end + 5, json_end - text_end - 5);
    const auto expression = parse(text);
    ASSERT_TRUE(expression) << text << "\n" << expression.error().message;
    EXPECT_EQ(to_text(*expression), text) << "the docs write the canonical text";
    EXPECT_EQ(boost::json::serialize(to_json(*expression)), json);
    const auto value = parse_json(json);
    ASSERT_TRUE(value) << json;
    const auto back = from_json(*value);
    ASSERT_TRUE(back) << json << "\n" << back.error().message;
    EXPECT_EQ(*back, *expression) << text;
  }
  EXPECT_GT(rows, 50U);
}

TEST(Docs, ShowTheMessageThatIsGiven) {
  std::ifstream file(HABITUE_SOURCE_DIR "/docs/criteria.md");
  std::stringstream all;
  all << file.rdbuf();
  const auto wrong = parse("trait country = France");
  std::istringstream lines(wrong.error().message);
  std::string indented;
  for (std::string line; std::getline(lines, line);) indented += "    " + line + "\n";
  EXPECT_NE(all.str().find(indented), std::string::npos) << indented;
}

}  // namespace
}  // namespace habitue::criteria
