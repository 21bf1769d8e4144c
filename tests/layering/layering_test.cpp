#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "layering/include_check.hpp"

namespace habitue::layering {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::filesystem::path kSource = HABITUE_SOURCE_DIR;
const std::filesystem::path kFixture = kSource / "tests/layering/fixture";

TEST(Layering, EveryIncludeIsDeclared) {
  const Layers layers = read_layers(std::filesystem::path(HABITUE_BINARY_DIR) / "layers.txt");
  for (const std::string& fault : check_includes(kSource / "src", layers)) ADD_FAILURE() << "src/" << fault;
}

// The fixture's tree breaks each rule once: the check that guards the real tree is itself guarded.
TEST(Layering, RefusesWhatTheFixtureDoesWrong) {
  EXPECT_THAT(check_includes(kFixture / "src", read_layers(kFixture / "layers.txt")),
              ElementsAre(AllOf(StartsWith("left/back.hpp:3: left must not use right"), HasSubstr("to the left")),
                          AllOf(StartsWith("left/bare.cpp:1: "), HasSubstr("write \"left/ground.hpp\"")),
                          AllOf(StartsWith("right/library.cpp:2: "), HasSubstr("<zlib/zlib.h>")),
                          AllOf(StartsWith("right/sideways.cpp:2: right does not declare aside"), HasSubstr("USES")),
                          StartsWith("stray/lost.cpp:1: src/stray is no module")));
}

TEST(Layering, AllowsWhatIsReachedThroughAnother) {
  const Layers layers{{"base", {}}, {"left", {"base"}}, {"right", {"left"}}};
  EXPECT_THAT(check_includes(kFixture / "through", layers), ElementsAre());
}

TEST(Layering, ALayerFileWithoutModulesIsAnError) {
  EXPECT_THROW(read_layers(kFixture / "no_such_file.txt"), std::runtime_error);
}

}  // namespace
}  // namespace habitue::layering
