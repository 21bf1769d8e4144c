// The machinery: the same bytes at any number of threads, in order, to every sink, and its refusals.
#include "simulate/simulate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/file.hpp"
#include "base/fingerprint.hpp"
#include "base/json.hpp"
#include "config/config.hpp"
#include "intake/segment.hpp"
#include "ledger/duckdb.hpp"
#include "simulate/pipeline.hpp"
#include "simulate/traffic.hpp"
#include "simulated.hpp"

namespace habitue::simulate {
namespace {

using intake::Event;
using testing::HasSubstr;

std::string ndjson(const Options& options) {
  std::string all;
  const auto truth = run_ndjson(options, [&](std::string_view lines) -> Result<void> {
    all += lines;
    return {};
  });
  EXPECT_TRUE(truth.has_value()) << truth.error().message;
  return all;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

Options small(const std::string& profile, std::uint64_t seed = 7) {
  Options options;
  options.profile = profile;
  options.seed = seed;
  options.people = profile == "traffic" ? 400 : 1'500;
  if (profile == "traffic") options.events = 30'000;
  return options;
}

class EachProfile : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Profiles, EachProfile, testing::Values("atelier", "traffic"));

TEST_P(EachProfile, GivesTheSameBytesAtAnyNumberOfThreadsAndWithAnyMemory) {
  Options options = small(GetParam());
  options.threads = 1;
  const std::string one = ndjson(options);
  EXPECT_GT(one.size(), 1'000'000U);
  for (const unsigned threads : {2U, 3U}) {
    options.threads = threads;
    EXPECT_EQ(fingerprint(ndjson(options)), fingerprint(one)) << threads;
  }
  options.memory_mib = 0;  // Everything waits in the temporary file.
  EXPECT_EQ(fingerprint(ndjson(options)), fingerprint(one));
}

TEST_P(EachProfile, DiffersBySeed) {
  EXPECT_NE(fingerprint(ndjson(small(GetParam(), 1))), fingerprint(ndjson(small(GetParam(), 2))));
}

TEST_P(EachProfile, HasTheSameEventsInBothOrders) {
  Options options = small(GetParam());
  std::vector<std::string> by_time = lines_of(ndjson(options));
  options.order = Order::Person;
  std::vector<std::string> by_person = lines_of(ndjson(options));
  EXPECT_NE(by_time, by_person);
  std::sort(by_time.begin(), by_time.end());
  std::sort(by_person.begin(), by_person.end());
  EXPECT_EQ(by_time, by_person);
}

TEST_P(EachProfile, ArrivesInOrderWithinItsDays) {
  UtcMicros last{};
  const Options options = small(GetParam());
  const Zone zone = *Zone::find("Europe/Paris");
  const auto truth = run(options, [&](std::vector<Event>&& batch) -> Result<void> {
    EXPECT_LE(batch.size(), kBatchEvents);
    for (const Event& event : batch) {
      EXPECT_GE(event.received_at, last);
      last = event.received_at;
      EXPECT_GE(event.at, zone.start_of(options.from));
      EXPECT_LT(event.at, zone.start_of(options.to));
    }
    return {};
  });
  ASSERT_TRUE(truth.has_value());
}

// What Segment's own reader makes of the lines is what the straight way gives.
TEST_P(EachProfile, LinesAreSegmentCalls) {
  const Options options = small(GetParam());
  std::vector<Event> straight;
  ASSERT_TRUE(run(options, [&](std::vector<Event>&& batch) -> Result<void> {
                std::move(batch.begin(), batch.end(), std::back_inserter(straight));
                return {};
              }).has_value());
  const std::vector<std::string> lines = lines_of(ndjson(options));
  ASSERT_EQ(lines.size(), straight.size());
  std::size_t skewed = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Event& sent = straight[i];
    const auto received = intake::read_segment({"/v1/batch", "[" + lines[i] + "]", sent.received_at}, {});
    ASSERT_TRUE(received.has_value()) << received.error().message << lines[i];
    ASSERT_TRUE(received->rejected.empty()) << received->rejected[0].reason << lines[i];
    const Event& read = received->events.at(0);
    EXPECT_EQ(read.message_id, sent.message_id);
    EXPECT_EQ(read.type, sent.type);
    EXPECT_EQ(read.name, sent.name);
    EXPECT_EQ(read.user_id, sent.user_id);
    EXPECT_EQ(read.anonymous_id, sent.anonymous_id);
    EXPECT_EQ(read.group_id, sent.group_id);
    EXPECT_EQ(read.properties, sent.properties);
    EXPECT_EQ(read.context, sent.context);
    // A file's timestamp is right already; a server that corrects it by sentAt once more would undo that.
    if (lines[i].find("\"sentAt\"") == std::string::npos)
      EXPECT_EQ(read.at, sent.at) << lines[i];
    else
      ++skewed;
    if (HasFailure()) break;
  }
  EXPECT_GT(skewed, 0U);
  EXPECT_LT(skewed, lines.size() / 25);
}

TEST_P(EachProfile, WritesParquetThatHoldsTheSame) {
  const ScratchFolder folder;
  const Options options = small(GetParam());
  const auto truth = write_parquet(options, folder / "events.parquet");
  ASSERT_TRUE(truth.has_value()) << truth.error().message;
  std::uint64_t user_bytes = 0;
  std::uint64_t property_bytes = 0;
  std::int64_t at_us = 0;
  ASSERT_TRUE(run(options, [&](std::vector<Event>&& batch) -> Result<void> {
                for (const Event& event : batch) {
                  user_bytes += event.user_id.size();
                  property_bytes += event.properties.size();
                  at_us += event.at.time_since_epoch().count() % 1'000'003;
                }
                return {};
              }).has_value());
  const auto database = ledger::open_database({});
  const auto connection = ledger::connect(*database);
  auto rows = ledger::run(
      *connection,
      "SELECT count(*)::BIGINT, sum(coalesce(strlen(user_id), 0))::BIGINT, sum(strlen(properties))::BIGINT, "
      "sum(epoch_us(occurred_at) % 1000003)::BIGINT, count(user_id)::BIGINT FROM '" +
          (folder / "events.parquet").string() + "'");
  ASSERT_TRUE(rows.has_value()) << rows.error().message;
  const auto chunk = rows->next();
  EXPECT_EQ(chunk->values<std::int64_t>(0)[0], static_cast<std::int64_t>(truth->events));
  EXPECT_EQ(chunk->values<std::int64_t>(1)[0], static_cast<std::int64_t>(user_bytes));
  EXPECT_EQ(chunk->values<std::int64_t>(2)[0], static_cast<std::int64_t>(property_bytes));
  EXPECT_EQ(chunk->values<std::int64_t>(3)[0], at_us);
  EXPECT_LT(chunk->values<std::int64_t>(4)[0], static_cast<std::int64_t>(truth->events)) << "absent user ids are NULL";
}

TEST(Simulate, OutsidersHideTheWeakStepForAnySeed) {
  // States alone: nothing is rendered.
  for (std::uint64_t seed = 100; seed < 108; ++seed) {
    Options options;
    options.seed = seed;
    const auto plot = make_plot(options);
    ASSERT_TRUE(plot.has_value());
    const auto truth = run_plot<int>(
        *plot, [](unsigned, std::span<const Happening>) { return 0; }, [](int) -> Result<void> { return {}; }, {},
        nullptr);
    ASSERT_TRUE(truth.has_value());
    EXPECT_NEAR(truth->outsiders_share, 0.41, 0.02) << seed;
    EXPECT_EQ(truth->weakest_overall, "activation") << seed;
    EXPECT_EQ(truth->weakest_inside, "retention") << seed;
    EXPECT_LT(truth->events, 600'000U);
  }
}

TEST(Simulate, TrafficHasExactlyTheEventsAskedForAndIsSkewed) {
  Options options = small("traffic");
  options.people = 2'000;
  options.events = 100'000;
  std::map<std::string, double> kinds;
  std::map<std::string, double> people;
  double identifies = 0;
  const auto truth = run(options, [&](std::vector<Event>&& batch) -> Result<void> {
    for (const Event& event : batch) {
      ++(event.name.empty() ? identifies : kinds[event.name]);
      ++people[event.message_id.substr(0, event.message_id.rfind('-'))];
    }
    return {};
  });
  ASSERT_TRUE(truth.has_value()) << truth.error().message;
  double events = identifies;
  for (const auto& [name, count] : kinds) events += count;
  EXPECT_EQ(events, 100'000);
  EXPECT_EQ(people.size(), 2'000U);
  EXPECT_GE(kinds.size(), kTrafficKinds - 1);
  // Zipf: the first kind against the tenth, apart from the one that opens sessions.
  EXPECT_NEAR(kinds[kTrafficNames[0]] / kinds[kTrafficNames[9]], std::pow(10, kZipf), 2);
  std::vector<double> counts;
  for (const auto& [id, count] : people) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  double top = 0;
  for (std::size_t i = 0; i < counts.size() / 100; ++i) top += counts[i];
  EXPECT_GT(top / events, 0.08) << "the most active percent";
}

TEST(Simulate, FindsAboutAsManyEventsAsAskedFor) {
  Options options;
  options.events = 150'000;
  options.order = Order::Person;
  const auto truth = run(options, [](std::vector<Event>&&) -> Result<void> { return {}; });
  ASSERT_TRUE(truth.has_value());
  EXPECT_NEAR(static_cast<double>(truth->events), 150'000, 15'000);
}

TEST(Simulate, IsCancelledAndStopsAtTheSinksError) {
  Cancellation cancellation;
  cancellation.cancel();
  const auto cancelled = run(
      small("atelier"), [](std::vector<Event>&&) -> Result<void> { return {}; }, {}, &cancellation);
  ASSERT_FALSE(cancelled.has_value());
  EXPECT_EQ(cancelled.error().kind, ErrorKind::Conflict);
  const auto full = run(small("atelier"),
                        [](std::vector<Event>&&) -> Result<void> { return fail(ErrorKind::Unavailable, "disk full"); });
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().message, "disk full");
}

TEST(Simulate, LeavesNoFileBehindWhenItCannotFinish) {
  const ScratchFolder folder;
  Cancellation cancellation;
  const ProgressFunction stop = [&](const Progress& progress) {
    if (progress.task == "sending") cancellation.cancel();
  };
  for (const auto write : {write_ndjson, write_parquet}) {
    EXPECT_FALSE(write(small("atelier"), folder / "out", stop, &cancellation).has_value());
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    EXPECT_FALSE(std::filesystem::exists(folder / "out.partial"));
    const auto nowhere = write(small("atelier"), folder / "none/out", {}, nullptr);
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_NE(nowhere.error().message, "");
  }
}

TEST(Simulate, RefusesWhatDoesNotAddUp) {
  const auto refusal = [](const Options& options) {
    const auto truth = run(options, [](std::vector<Event>&&) -> Result<void> { return {}; });
    return truth ? std::string("accepted") : truth.error().message;
  };
  Options options = small("atelier");
  options.profile = "bakery";
  EXPECT_THAT(refusal(options), HasSubstr("no profile is called 'bakery'"));
  options = small("atelier");
  options.to = options.from;
  EXPECT_THAT(refusal(options), HasSubstr("the period is empty"));
  options = small("atelier");
  options.people = 0;
  EXPECT_THAT(refusal(options), HasSubstr("people"));
  options = small("traffic");
  options.events = 10;
  EXPECT_THAT(refusal(options), HasSubstr("at least as many events"));
  options = small("atelier");
  options.company.inside.activation = 2;
  EXPECT_THAT(refusal(options), HasSubstr("inside.activation"));
  options = small("atelier");
  options.memory_mib = 0;
  options.temporary_folder = "/nonexistent";
  EXPECT_THAT(refusal(options), HasSubstr("temporary file"));
}

TEST(Simulate, TruthIsJsonWithTheCompanyInIt) {
  const auto document = parse_json(write_truth(atelier().truth));
  ASSERT_TRUE(document.has_value()) << document.error().message;
  const auto& root = document->as_object();
  EXPECT_EQ(root.at("steps").as_array().size(), 5U);
  EXPECT_EQ(root.at("channels").as_array().size(), 8U);
  EXPECT_EQ(root.at("company").at("rhythm").at("shape").to_number<double>(), atelier().truth.company.rhythm.shape);
  EXPECT_EQ(root.at("weakest_inside").as_string(), "retention");
}

// A short period, one that no spike falls into, and a company without all that can be without: nothing is taken for granted.
TEST(Simulate, ManagesSmallWorlds) {
  Options options = small("atelier");
  options.to = options.from + std::chrono::days(3);
  const auto short_period = run(options, [](std::vector<Event>&&) -> Result<void> { return {}; });
  ASSERT_TRUE(short_period.has_value()) << short_period.error().message;
  EXPECT_EQ(short_period->spikes[0].visitors, 0U);
  options = small("atelier");
  options.company.spikes.clear();
  options.company.channels = {{"direct", "", 1, 1, 0}};
  options.company.devices = {0, 0, 0, 0, 0, 0};
  options.company.delivery = {0, 0, 0};
  options.company.studios.share = 0;
  options.company.audience.practice_missing = 0;
  const auto plain = run(options, [](std::vector<Event>&&) -> Result<void> { return {}; });
  ASSERT_TRUE(plain.has_value()) << plain.error().message;
  EXPECT_EQ(plain->duplicates + plain->late + plain->households + plain->studios + plain->kiosk_users, 0U);
  EXPECT_EQ(plain->steps[0].people.unknown, 0U);
}

class ExampleConfigurations : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Workspaces, ExampleConfigurations, testing::Values("atelier", "shop"));
TEST_P(ExampleConfigurations, AreAccepted) {
  const auto business = config::load(std::string(HABITUE_SOURCE_DIR) + "/examples/" + GetParam() + "/habitue.toml");
  ASSERT_TRUE(business.has_value()) << business.error().message;
  EXPECT_EQ(business->hypotheses.size(), 2U);
  EXPECT_GE(business->steps.size(), 3U);
}

// The file to copy and change: when a default moves, `habitue::simulate::write_company({})` gives its new text.
TEST(Examples, CompanyFileHoldsTheDefaults) {
  const auto text = read_file(std::string(HABITUE_SOURCE_DIR) + "/examples/atelier/company.toml");
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(*text, write_company({}));
  EXPECT_TRUE(parse_company(*text).has_value());
}

}  // namespace
}  // namespace habitue::simulate
