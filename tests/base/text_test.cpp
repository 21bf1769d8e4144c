#include "base/text.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"

namespace habitue {
namespace {

TEST(Text, FoldsCaseAndAccentsSoThatSearchFindsBothSpellings) {
  EXPECT_EQ(folded("Éloïse ÅNGSTRÖM"), "eloise angstrom");
  EXPECT_EQ(folded("HABITUÉ"), folded("habitue\xCC\x81"));
}

TEST(Text, JoinsSurrogatesThatWereEncodedOneByOne) {
  EXPECT_EQ(repaired_utf8("\xED\xA0\xBC\xED\xBE\x89!"), "\xF0\x9F\x8E\x89!");
  EXPECT_EQ(repaired_utf8("\xED\xA0\xBC!"), "\xEF\xBF\xBD!");
  EXPECT_EQ(repaired_utf8("caf\xE9"), "caf\xEF\xBF\xBD");
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\xBC\xED\xBE\x89"));
  EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));
  EXPECT_TRUE(is_valid_utf8("Habitué 🎉"));
}

TEST(Text, ProposesTheNearestWord) {
  const std::vector<std::string_view> words = {"new_days", "at_risk_days", "dormant_days"};
  EXPECT_EQ(nearest_word("nwe_days", words), "new_days");
  EXPECT_EQ(nearest_word("colour", words), "");
}

TEST(Json, RefusesWhatFollowsTheValueAndDepthsThatWouldOverflow) {
  EXPECT_TRUE(parse_json(" {\"a\": [1, 2]} \n"));
  EXPECT_FALSE(parse_json("{} {}"));
  EXPECT_FALSE(parse_json("{\"a\":"));
  EXPECT_FALSE(parse_json(std::string(100'000, '[')));
}

TEST(Json, WritesStringsThatReadBack) {
  const std::string text = "a\"b\\c\n\t\x01 é 🎉";
  std::string written;
  append_json_string(written, text);
  EXPECT_EQ(std::string(parse_json(written)->as_string()), text);
}

TEST(File, IsReplacedWholeAndLeavesNoDraft) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "habitue_file_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(write_file_atomically(folder / "a", "one"));
  ASSERT_TRUE(write_file_atomically(folder / "a", "two"));
  EXPECT_EQ(*read_file(folder / "a"), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  EXPECT_EQ(read_file(folder / "none").error().kind, ErrorKind::NotFound);
  EXPECT_EQ(MappedFile::open(folder / "a")->text(), "two");
}

}  // namespace
}  // namespace habitue
