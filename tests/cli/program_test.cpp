// The real program, as a person at a terminal runs it: exit codes, what is printed where, and what survives a kill.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"

namespace habitue {
namespace {

struct Ran {
  int code = -1;
  std::string out, err;
};

class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            fmt::format("habitue_cli_{}", testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  Ran run(const std::string& words) const {
    const auto err_file = root_ / "stderr.txt";
    const std::string command =
        fmt::format("'{}' --root '{}' {} 2>'{}'", HABITUE_PROGRAM, (root_ / "data").string(), words, err_file.string());
    Ran ran;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
      ran.out.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.err = read_file(err_file).value_or("");
    return ran;
  }
  pid_t start(const std::vector<std::string>& words) const {
    const pid_t child = ::fork();
    if (child != 0) return child;
    std::vector<std::string> all = {HABITUE_PROGRAM, "--root", (root_ / "data").string()};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> raw;
    for (std::string& word : all) raw.push_back(word.data());
    raw.push_back(nullptr);
    if (std::freopen("/dev/null", "w", stdout) == nullptr || std::freopen("/dev/null", "w", stderr) == nullptr)
      ::_exit(126);
    ::execv(HABITUE_PROGRAM, raw.data());
    ::_exit(127);
  }
  boost::json::value json(const std::string& words) const {
    const Ran ran = run(words + " --format json");
    EXPECT_EQ(ran.code, 0) << ran.err;
    return parse_json(ran.out).value_or(boost::json::value(nullptr));
  }
  std::filesystem::path orders(int count) const {
    const auto file = root_ / "orders.csv";
    std::ofstream out(file);
    out << "order_id;customer_id;date;total;currency\n";
    for (int i = 0; i < count; ++i)
      out << fmt::format("A{};c{};{:02}/0{}/2025 10:30;{},50;EUR\n", i, i % 1000, i % 28 + 1, i % 9 + 1, i % 90 + 1);
    return file;
  }

  std::filesystem::path root_;
};

TEST_F(ProgramTest, ErrorsGoToStandardErrorWithTheirOwnExitCode) {
  EXPECT_EQ(run("nonsense").code, 2);
  const Ran none = run("ask roles");
  EXPECT_EQ(none.code, 3);
  EXPECT_TRUE(none.out.empty());
  EXPECT_NE(none.err.find("habitue init"), std::string::npos) << none.err;
  ASSERT_EQ(run("init acme --currency EUR").code, 0);
  EXPECT_EQ(run("init acme").code, 4);
  EXPECT_EQ(run("init 'Not Good'").code, 2);
  EXPECT_EQ(run("ask roles --as-of someday").code, 2);
  EXPECT_EQ(run("sql 'drop table events'").code, 2);
}

TEST_F(ProgramTest, ImportsAFrenchFileAndAnswersWhoIsTheClient) {
  ASSERT_EQ(run("init acme --currency EUR --zone Europe/Paris").code, 0);
  const auto file = orders(900);
  const Ran preview = run(fmt::format("import '{}' </dev/null", file.string()));
  EXPECT_EQ(preview.code, 0) << preview.err;
  EXPECT_NE(preview.out.find("--yes"), std::string::npos) << preview.out;
  EXPECT_EQ(json("ask roles").at("people").to_number<int>(), 0);
  const Ran dry = run(fmt::format("import '{}' --dry-run", file.string()));
  EXPECT_NE(dry.out.find("Nothing was stored"), std::string::npos) << dry.out << dry.err;
  const Ran imported = run(fmt::format("import '{}' --yes", file.string()));
  ASSERT_EQ(imported.code, 0) << imported.err;
  const auto roles = json("ask roles --as-of 2026-01-01");
  EXPECT_EQ(roles.at("sides").at(0).at("figures").at("all").at("client").to_number<int>(), 900);
  // 10 full rounds of 1.50 to 90.50: the sum in plain arithmetic.
  std::int64_t cents = 0;
  for (int i = 0; i < 900; ++i) cents += (i % 90 + 1) * 100 + 50;
  EXPECT_EQ(roles.at("sides").at(0).at("figures").at("all").at("balances").at(0).at("net").to_number<std::int64_t>(),
            cents);
  EXPECT_NE(run(fmt::format("import '{}' --yes", file.string())).out.find("nothing to add"), std::string::npos);
  EXPECT_EQ(run("import undo 1").code, 0);
  EXPECT_EQ(json("ask roles --as-of 2026-01-01").at("people").to_number<int>(), 0);
}

TEST_F(ProgramTest, AnImportKilledAnywhereGoesOnAndEndsTheSame) {
  ASSERT_EQ(run("init acme --currency EUR").code, 0);
  const auto file = orders(60'000);
  run(fmt::format("import '{}' </dev/null", file.string()));  // Writes the mapping.
  for (const int milliseconds : {60, 120, 200, 300, 450}) {
    const pid_t child = start({"import", file.string(), "--yes"});
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  const Ran finished = run(fmt::format("import '{}' --yes", file.string()));
  ASSERT_EQ(finished.code, 0) << finished.err;
  const Ran counted = run("sql \"select count(*) as n, count(distinct message_id) as d from events\" --format csv");
  EXPECT_NE(counted.out.find("60000,60000"), std::string::npos) << counted.out << counted.err;
}

TEST_F(ProgramTest, AsksTheRunningServerAndStopsCleanly) {
  ASSERT_EQ(run("init acme --currency EUR").code, 0);
  const pid_t server = start({"serve", "--listen", "127.0.0.1:0"});
  for (int i = 0; i < 200 && !std::filesystem::exists(root_ / "data" / "server.address"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto file = orders(300);
  EXPECT_EQ(run(fmt::format("import '{}' --yes", file.string())).code, 0);
  EXPECT_EQ(json("ask roles --as-of 2026-01-01").at("people").to_number<int>(), 300);
  EXPECT_NE(run("sql 'select count(*) from events' --format csv").out.find("300"), std::string::npos);
  EXPECT_EQ(run("serve --listen 127.0.0.1:0").code, 4);
  const Ran key = run("key create --scope write");
  EXPECT_EQ(key.out.size(), 26U) << key.out << key.err;
  ::kill(server, SIGTERM);
  int status = 0;
  ::waitpid(server, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_FALSE(std::filesystem::exists(root_ / "data" / "server.address"));
  EXPECT_EQ(json("ask roles --as-of 2026-01-01").at("people").to_number<int>(), 300);
}

TEST_F(ProgramTest, DoctorNamesWhatIsWrongAndHowToMendIt) {
  ASSERT_EQ(run("init acme --currency EUR").code, 0);
  EXPECT_EQ(run("doctor").code, 0);
  std::ofstream(root_ / "data" / "acme" / "habitue.toml") << "name = 3\n";
  const Ran ran = run("doctor");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("habitue.toml:1"), std::string::npos) << ran.out;
}

TEST_F(ProgramTest, ConfigurationIsCheckedShownAndExplained) {
  ASSERT_EQ(run("init acme --currency EUR --zone Europe/Paris").code, 0);
  EXPECT_EQ(run("config check").code, 0);
  const Ran shown = run("config show");
  std::ofstream(root_ / "copy.toml") << shown.out;
  EXPECT_EQ(run(fmt::format("config check '{}'", (root_ / "copy.toml").string())).code, 0);
  const Ran explained = run("config explain stages.new_days");
  EXPECT_NE(explained.out.find("90"), std::string::npos);
  EXPECT_EQ(run("config explain stages.new_dayz").code, 3);
}

}  // namespace
}  // namespace habitue
