#include "identity/traits.hpp"

#include <gtest/gtest.h>

namespace habitue::identity {
namespace {

struct Case {
  std::string name, json;
  std::optional<std::string> email;
};
class StringMember : public testing::TestWithParam<Case> {};
TEST_P(StringMember, IsTheLastStringOfThatNameAtTheTop) {
  EXPECT_EQ(string_member(GetParam().json, "email"), GetParam().email);
}
INSTANTIATE_TEST_SUITE_P(Traits, StringMember,
                         testing::Values(Case{"Plain", R"({"name":"Ann","email":"a@x"})", "a@x"},
                                         Case{"Spaced", " { \"email\" :\t\"a@x\" , \"b\" : [1] } ", "a@x"},
                                         Case{"Escaped", R"({"em\u0061il":"a\u0040x"})", "a@x"},
                                         Case{"Nested", R"({"company":{"email":"a@x"},"list":["email","b@x"]})",
                                              std::nullopt},
                                         Case{"AfterNested", R"({"company":{"email":"a@x"},"email":"b@x"})", "b@x"},
                                         Case{"AsValue", R"({"channel":"email","address":"a@x"})", std::nullopt},
                                         Case{"LastOfTwo", R"({"email":"a@x","email":"b@x"})", "b@x"},
                                         Case{"LastIsNoText", R"({"email":"a@x","email":null})", std::nullopt},
                                         Case{"Number", R"({"email":12,"x":"y"})", std::nullopt},
                                         Case{"Object", R"({"email":{"email":"a@x"}})", std::nullopt},
                                         Case{"QuoteInside", R"({"note":"\"email\":\"no@x\"","email":"a@x"})", "a@x"},
                                         Case{"CutShort", R"({"email":"a@x)", std::nullopt},
                                         Case{"NoObject", R"(["email","a@x"])", std::nullopt}),
                         [](const auto& test) { return test.param.name; });

TEST(Decisions, ComeBackFromTheEventThatCarriesThem) {
  const Decision decision{{IdentifierKind::Email, "it's \"quoted\"@x"}, {IdentifierKind::User, "ann"}, true};
  const auto event = event_of(decision, "maya", UtcMicros(std::chrono::seconds(5)));
  const auto read = decision_of(event);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->left.value, decision.left.value);
  EXPECT_EQ(read->left.kind, IdentifierKind::Email);
  EXPECT_EQ(read->right.value, "ann");
  EXPECT_TRUE(read->severed);
  EXPECT_EQ(event.message_id, event_of(decision, "maya", event.at).message_id);
  EXPECT_NE(event.message_id, event_of(decision, "maya", event.at + std::chrono::microseconds(1)).message_id);
}

}  // namespace
}  // namespace habitue::identity
