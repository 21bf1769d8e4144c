#include "intake/segment.hpp"

#include <gmock/gmock.h>

#include "intake/call.hpp"

namespace habitue::intake {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const UtcMicros kReceived = *parse_moment("2026-03-01T12:00:00Z", Zone::utc());

Result<Received> read(std::string_view path, std::string_view body, const Limits& limits = {}) {
  return read_segment({path, body, kReceived}, limits);
}

Event only(std::string_view path, std::string_view body) {
  auto received = read(path, body);
  EXPECT_TRUE(received) << (received ? "" : received.error().message);
  if (!received) return {};
  EXPECT_EQ(received->events.size(), 1U) << (received->rejected.empty() ? "" : received->rejected[0].reason);
  return received->events.empty() ? Event{} : received->events[0];
}

std::string refusal(std::string_view path, std::string_view body, const Limits& limits = {}) {
  auto received = read(path, body, limits);
  if (!received) return "body: " + received.error().message;
  return received->rejected.empty() ? "kept" : received->rejected[0].reason;
}

TEST(ReadSegment, KeepsATrackCallAsItWasSent) {
  const Event event = only("/v1/track", R"({
    "messageId": "ajs-1", "event": "Order Completed", "userId": "u1", "anonymousId": "a1",
    "timestamp": "2026-03-01T11:58:00.250Z", "sentAt": "2026-03-01T11:59:59Z",
    "properties": {"orderId": "O-1", "total": 12.50, "products": [{"sku": "x", "price": 1e2}], "note": "caf\u00e9 \"x\""},
    "context": {"ip": "1.2.3.4", "campaign": {"source": "press"}, "groupId": "acme"}})");
  EXPECT_EQ(event.message_id, "ajs-1");
  EXPECT_EQ(event.type, EventType::Track);
  EXPECT_EQ(event.name, "Order Completed");
  EXPECT_EQ(event.user_id, "u1");
  EXPECT_EQ(event.anonymous_id, "a1");
  EXPECT_EQ(event.group_id, "acme");
  EXPECT_EQ(format_moment(event.at), "2026-03-01T11:58:00.250Z");
  EXPECT_EQ(event.received_at, kReceived);
  EXPECT_EQ(event.properties,
            R"({"orderId":"O-1","total":12.50,"products":[{"sku":"x","price":1e2}],"note":"café \"x\""})");
  EXPECT_EQ(event.context, R"({"ip":"1.2.3.4","campaign":{"source":"press"},"groupId":"acme"})");
}

TEST(ReadSegment, TakesEachCallByItsLongAndItsShortPath) {
  const std::pair<std::string, std::string> cases[] = {
      {"track", R"({"event":"x","userId":"u"})"},   {"identify", R"({"userId":"u","traits":{"plan":"pro"}})"},
      {"page", R"({"userId":"u","name":"Home"})"},  {"screen", R"({"userId":"u","name":"Home"})"},
      {"group", R"({"userId":"u","groupId":"g"})"}, {"alias", R"({"userId":"u","previousId":"a"})"}};
  for (const auto& [name, body] : cases) {
    for (const std::string& path : {"/v1/" + name, "/v1/" + name.substr(0, 1), "/v1/" + name + "/"}) {
      EXPECT_TRUE(is_segment_path(path));
      EXPECT_EQ(only(path, body).type, *type_of_name(name)) << path;
    }
    const std::string batch = R"({"batch":[{"type":")" + name + "\"," + body.substr(1) + "]}";
    EXPECT_EQ(only("/v1/batch", batch).type, *type_of_name(name));
    EXPECT_EQ(only("/v1/import", batch).type, *type_of_name(name));
  }
  EXPECT_FALSE(is_segment_path("/v1/m"));
  EXPECT_EQ(read("/v2/track", "{}").error().kind, ErrorKind::NotFound);
}

TEST(ReadSegment, TreatsIdentifiersOfEveryTypeAsText) {
  EXPECT_EQ(only("/v1/t", R"({"event":"x","userId":17850})").user_id, "17850");
  EXPECT_EQ(only("/v1/t", R"({"event":"x","userId":" 7 "})").user_id, "7");
  EXPECT_EQ(only("/v1/t", R"({"event":"x","userId":123456789012345678901234})").user_id, "123456789012345678901234");
  for (const std::string absent : {"null", "\"\"", "\"  \""}) {
    const Event event = only("/v1/t", R"({"event":"x","anonymousId":"a","userId":)" + absent + "}");
    EXPECT_EQ(event.user_id, "");
  }
  EXPECT_THAT(refusal("/v1/t", R"({"event":"x","userId":{"id":1}})"), HasSubstr("userId is an object"));
  EXPECT_THAT(refusal("/v1/t", R"({"event":"x","userId":null,"anonymousId":""})"),
              HasSubstr("without userId and anonymousId"));
  EXPECT_THAT(refusal("/v1/a", R"({"userId":"u"})"), HasSubstr("previousId"));
  EXPECT_THAT(refusal("/v1/g", R"({"userId":"u"})"), HasSubstr("groupId"));
  EXPECT_EQ(only("/v1/g", R"({"groupId":7,"traits":{"name":"Acme"}})").group_id, "7");
}

TEST(ReadSegment, TakesACallAboutNobodyOnlyWhenItSaysSo) {
  const Event event =
      only("/v1/t", R"({"event":"Marketing Spent","properties":{"amount":12},"context":{"nobody":true}})");
  EXPECT_EQ(event.name, "Marketing Spent");
  EXPECT_EQ(event.user_id + event.anonymous_id, "");
  for (const std::string context : {R"({"nobody":false})", R"({"nobody":"true"})", R"({"why":{"nobody":true}})", "{}"})
    EXPECT_THAT(refusal("/v1/t", R"({"event":"Marketing Spent","context":)" + context + "}"),
                HasSubstr("without userId and anonymousId"))
        << context;
  EXPECT_THAT(refusal("/v1/i", R"({"traits":{},"context":{"nobody":true}})"), HasSubstr("without userId"));
}

TEST(ReadSegment, MergesTraitsOfTheTopAndOfTheContext) {
  const Event event = only("/v1/identify", R"({"userId":"u","traits":{"plan":"pro"},
    "context":{"traits":{"plan":"old","email":"a@b.fr"}}})");
  EXPECT_EQ(event.properties, R"({"plan":"pro","email":"a@b.fr"})");
}

TEST(ReadSegment, FindsThePageNameAndCategoryWhereverTheyAre) {
  const Event jitsu = only("/v1/page", R"({"anonymousId":"a","properties":{"name":"Home","path":"/"}})");
  EXPECT_EQ(jitsu.name, "Home");
  const Event browser =
      only("/v1/page", R"({"anonymousId":"a","name":"Index","category":"Docs","properties":{"path":"/"}})");
  EXPECT_EQ(browser.name, "Index");
  EXPECT_EQ(browser.properties, R"({"path":"/","category":"Docs"})");
}

TEST(ReadSegment, CorrectsAClockThatIsWrongButNotTheNetworksDelay) {
  const auto at = [](std::string_view sent, std::string_view timestamp) {
    return format_moment(only("/v1/t", R"({"event":"x","userId":"u","sentAt":")" + std::string(sent) +
                                           R"(","timestamp":")" + std::string(timestamp) + "\"}")
                             .at);
  };
  EXPECT_EQ(at("2026-03-01T11:55:01Z", "2026-03-01T11:55:00Z"), "2026-03-01T11:55:00Z");  // 4:59 late: delay.
  EXPECT_EQ(at("2026-03-01T11:00:10Z", "2026-03-01T11:00:00Z"), "2026-03-01T11:59:50Z");  // An hour slow.
  EXPECT_EQ(at("2028-03-01T12:00:00Z", "2028-03-01T11:59:00Z"), "2026-03-01T11:59:00Z");  // Two years ahead.
  EXPECT_EQ(at("2026-03-01T13:00:00Z", "2011-12-09T12:50:00Z"), "2011-12-09T11:50:00Z");  // Historical: the skew alone.
  EXPECT_EQ(at("nonsense", "2026-03-01T11:00:00Z"), "2026-03-01T11:00:00Z");
  EXPECT_EQ(format_moment(only("/v1/b", R"({"sentAt":"2026-03-01T11:00:00Z","batch":[
    {"type":"track","event":"x","userId":"u","timestamp":"2026-03-01T10:59:00Z"}]})")
                              .at),
            "2026-03-01T11:59:00Z");
}

TEST(ReadSegment, RefusesMomentsThatCannotBe) {
  const auto with = [](std::string_view timestamp) {
    return refusal("/v1/t", R"({"event":"x","userId":"u","timestamp":)" + std::string(timestamp) + "}");
  };
  EXPECT_THAT(with("\"2026-03-02T12:00:01Z\""), HasSubstr("lies in the future"));
  EXPECT_EQ(with("\"2026-03-02T11:59:59Z\""), "kept");
  EXPECT_THAT(with("\"1969-12-31T23:59:59Z\""), HasSubstr("before 1970"));
  EXPECT_THAT(with("\"yesterday\""), HasSubstr("no date and time"));
  EXPECT_THAT(with("[1]"), HasSubstr("no date and time"));
  EXPECT_EQ(with("1772362800"), "kept");
  EXPECT_EQ(with("null"), "kept");
}

TEST(ReadSegment, DerivesAMessageIdThatARetryRepeats) {
  const std::string body =
      R"({"event":"x","userId":"u","sentAt":"2026-03-01T10:00:00Z","timestamp":"2026-03-01T09:00:00Z"})";
  const std::string id = only("/v1/t", body).message_id;
  EXPECT_THAT(id, StartsWith("derived-"));
  // The same, sent again a minute later by the same wrong clock.
  const auto retried = read_segment({"/v1/t", body, kReceived + std::chrono::minutes(1)}, {});
  EXPECT_EQ(retried->events[0].message_id, id);
  EXPECT_NE(only("/v1/t", R"({"event":"y","userId":"u","timestamp":"2026-03-01T09:00:00Z"})").message_id, id);

  // Without a moment, doing a thing twice is two events, in one batch and in two requests.
  const std::string twice =
      R"({"batch":[{"type":"track","event":"x","userId":"u"},{"type":"track","event":"x","userId":"u"}]})";
  const auto batch = read("/v1/b", twice);
  const auto later = read_segment({"/v1/b", twice, kReceived + std::chrono::seconds(1)}, {});
  EXPECT_NE(batch->events[0].message_id, batch->events[1].message_id);
  EXPECT_NE(batch->events[0].message_id, later->events[0].message_id);
}

TEST(ReadSegment, KeepsTheNeighboursOfAnEventThatIsWrong) {
  const auto received = read("/v1/batch", R"({"batch":[
    {"type":"track","event":"a","userId":"u"}, 42, {"type":"dance","userId":"u"}, {"type":"track","userId":"u"},
    {"type":"track","event":"deep","userId":"u","properties":{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}},
    {"type":"track","event":"b","userId":"u","properties":[1]}, {"type":"track","event":"b","userId":"u"}]})");
  ASSERT_TRUE(received);
  ASSERT_EQ(received->events.size(), 2U);
  EXPECT_EQ(received->events[1].name, "b");
  ASSERT_EQ(received->rejected.size(), 5U);
  EXPECT_EQ(received->rejected[0].index, 1U);
  EXPECT_EQ(received->rejected[0].raw, "42");
  EXPECT_THAT(received->rejected[1].reason, HasSubstr("dance"));
  EXPECT_THAT(received->rejected[1].raw, testing::AllOf(StartsWith("{\"type\":\"dance\""), testing::EndsWith("}")));
  EXPECT_THAT(received->rejected[2].reason, HasSubstr("track without event"));
  EXPECT_THAT(received->rejected[3].reason, HasSubstr("deeper than 32"));
  EXPECT_THAT(received->rejected[4].reason, HasSubstr("properties is a list"));
}

TEST(ReadSegment, EnforcesItsLimits) {
  const std::string event = R"({"type":"track","event":"x","userId":"u","properties":{"a":1,"b":2,"c":"0123456789"}})";
  EXPECT_THAT(refusal("/v1/t", event, {.body_bytes = 20}), HasSubstr("at most 20 are taken"));
  EXPECT_THAT(refusal("/v1/b", "[" + event + "," + event + "]", {.batch_events = 1}), HasSubstr("more than 1 events"));
  EXPECT_EQ(refusal("/v1/b", "[" + event + "," + event + "]", {.batch_events = 2}), "kept");
  EXPECT_THAT(refusal("/v1/b", "[" + event + "]", {.event_bytes = 50}), HasSubstr("at most 50 are taken"));
  EXPECT_THAT(refusal("/v1/t", event, {.event_bytes = 50}), HasSubstr("at most 50 are taken"));
  EXPECT_THAT(refusal("/v1/t", event, {.properties = 6}), HasSubstr("more than 6 properties"));
  EXPECT_EQ(refusal("/v1/t", event, {.properties = 7}), "kept");
  EXPECT_THAT(refusal("/v1/t", R"({"event":"0123456789","userId":"u"})", {.name_bytes = 9}),
              HasSubstr("event has 10 bytes"));
  EXPECT_THAT(refusal("/v1/t", R"({"event":"x","userId":"0123456789"})", {.name_bytes = 9}),
              HasSubstr("userId has 10 bytes"));
  const std::string deep(200'000, '[');
  EXPECT_THAT(
      refusal("/v1/t", R"({"event":"x","userId":"u","properties":{"a":)" + deep + std::string(200'000, ']') + "}}"),
      HasSubstr("deeper than 32"));
  EXPECT_THAT(refusal("/v1/t", deep), StartsWith("body: not valid JSON"));
}

TEST(ReadSegment, ReadsTextLeniently) {
  const auto note = [](std::string_view bytes) {
    return only("/v1/t", R"({"event":"x","userId":"u","properties":{"n":")" + std::string(bytes) + "\"}}").properties;
  };
  EXPECT_EQ(note("\xED\xA0\xBC\xED\xBE\x89"), "{\"n\":\"🎉\"}");  // CESU-8, as Mixpanel's browser SDK sends it.
  EXPECT_EQ(note("a\xFFz"), "{\"n\":\"a\uFFFDz\"}");
  EXPECT_EQ(note("\\ud83c\\udf89"), "{\"n\":\"🎉\"}");
  EXPECT_EQ(note("\\ud83c|\\udf89"), "{\"n\":\"\uFFFD|\uFFFD\"}");
  EXPECT_EQ(note("a\\u0000b"), "{\"n\":\"a\uFFFDb\"}");
  EXPECT_EQ(note("\\\\u0000"), "{\"n\":\"\\\\u0000\"}");  // A backslash and five letters: nothing to mend.
  EXPECT_EQ(only("/v1/t", "\xEF\xBB\xBF{\"event\":\"x\",\"userId\":\"u\"}").name, "x");
}

TEST(ReadSegment, KeepsOddValuesAsValidJson) {
  const auto properties = [](std::string_view object) {
    return only("/v1/t", R"({"event":"x","userId":"u","properties":)" + std::string(object) + "}").properties;
  };
  EXPECT_EQ(properties(R"({"a":1e400,"b":-0.5e-3,"c":123456789012345678901})"),
            R"({"a":"1e400","b":-0.5e-3,"c":123456789012345678901})");
  EXPECT_EQ(properties(R"({"a":1,"b":2,"a":{"z":1,"z":2}})"), R"({"b":2,"a":{"z":2}})");
  EXPECT_EQ(properties(R"({"":[],"b":{},"c":[ 1 , null , true ]})"), R"({"":[],"b":{},"c":[1,null,true]})");
  EXPECT_EQ(properties("null"), "{}");
  EXPECT_EQ(only("/v1/t", R"({"event":"first","event":"last","userId":"u"})").name, "last");
}

TEST(ReadSegment, RefusesABodyThatIsNoJson) {
  for (const std::string body : {"", "  ", "hello", "{", "{\"a\":}", "{\"a\":1,}", "{\"a\" 1}", "[1 2]",
                                 "{\"event\":\"x\"} {}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":tru}", "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\n\"}", "\"text\"", "7", "{\"batch\":[{\"a\":1}", "{\"batch\":{}}"}) {
    const auto received = read("/v1/batch", body);
    ASSERT_FALSE(received) << body;
    EXPECT_EQ(received.error().kind, ErrorKind::InvalidInput);
    EXPECT_FALSE(received.error().message.empty());
  }
}

}  // namespace
}  // namespace habitue::intake
