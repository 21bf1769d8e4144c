// A saved graph comes back as it was, goes on as if nothing had been, and a damaged one is refused.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/file.hpp"
#include "graph_events.hpp"

namespace habitue::identity {
namespace {

class SavedGraph : public testing::Test {
 protected:
  void SetUp() override {
    file_ = std::filesystem::temp_directory_path() / ("habitue_graph_" + std::to_string(getpid()));
    story_.identify("ann", "d1", "ann@example.org");
    story_.identify("bob", "d2", "ann@example.org");
    story_.alias("zed", "cyd");
    story_.apply(story_.graph->sever(email("ann@example.org"), user("bob"), "maya", at_second(9)));
    for (const char* name : {"ann", "bob", "cyd", "dan"}) story_.track(name, "kiosk");
    story_.track("gone", "d9");
    story_.graph->forget(*story_.graph->find(user("gone")));
  }
  void TearDown() override { std::filesystem::remove(file_); }

  Story story_;
  std::filesystem::path file_;
};

TEST_F(SavedGraph, ComesBackAsItWasAndGoesOn) {
  ASSERT_TRUE(story_.graph->save(file_));
  auto loaded = Graph::load(file_, {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(people_of(**loaded), people_of(*story_.graph));
  EXPECT_EQ((*loaded)->applied_up_to(), story_.graph->applied_up_to());
  EXPECT_EQ((*loaded)->key_of(PersonId(1)), story_.graph->key_of(PersonId(1)));
  EXPECT_EQ((*loaded)->sever(email("ann@example.org"), user("bob"), "maya", at_second(10)).error().kind,
            ErrorKind::Conflict);

  Story goes_on;
  goes_on.graph = std::move(*loaded);
  for (Story* story : {&goes_on, &story_}) {
    story->identify("bob", "d2", "ann@example.org");
    story->alias("dan", "cyd");
    story->track("gone", "d9");
    story->track("", "zed");
  }
  EXPECT_EQ(people_of(*goes_on.graph), people_of(*story_.graph));
}

TEST_F(SavedGraph, HoldsNoByteOfThoseForgotten) {
  story_.track("maria-unforgettable");
  story_.graph->forget(*story_.graph->find(user("maria-unforgettable")));
  ASSERT_TRUE(story_.graph->save(file_));
  EXPECT_EQ(read_file(file_)->find("unforgettable"), std::string::npos);
}

TEST_F(SavedGraph, IsRefusedWhenAnyByteIsWrongOrMissing) {
  ASSERT_TRUE(story_.graph->save(file_));
  const std::string bytes = *read_file(file_);
  for (std::size_t place = 0; place < bytes.size(); place += 3) {
    std::string wrong = bytes;
    wrong[place] = static_cast<char>(wrong[place] ^ 0x40);
    std::ofstream(file_, std::ios::binary) << wrong;
    ASSERT_FALSE(Graph::load(file_, {})) << "byte " << place;
  }
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    std::ofstream(file_, std::ios::binary) << bytes.substr(0, size);
    const auto loaded = Graph::load(file_, {});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, ErrorKind::Corrupt) << loaded.error().message;
  }
}

TEST_F(SavedGraph, IsRefusedUnderOtherRules) {
  ASSERT_TRUE(story_.graph->save(file_));
  Rules rules;
  rules.users_per_email_max = 2;
  EXPECT_EQ(Graph::load(file_, rules).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(Graph::load(file_.string() + ".absent", {}).error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace habitue::identity
