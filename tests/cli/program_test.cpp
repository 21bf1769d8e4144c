// The real program, as a person at a terminal runs it: exit codes, what is printed where, and what survives a kill.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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

TEST_F(ProgramTest, TheGateSaysByItsExitCodeWhetherAnOrderMayGo) {
  ASSERT_EQ(run("init acme --currency EUR --zone Europe/Paris").code, 0);
  ASSERT_EQ(run(fmt::format("import '{}' --yes", orders(3).string())).code, 0);
  const Ran paid = run("gate check A1 --user c1 --language fr");
  EXPECT_EQ(paid.code, 0) << paid.out << paid.err;
  EXPECT_EQ(paid.out.substr(0, 3), "Oui") << paid.out;
  EXPECT_EQ(run("gate check A1 --user c1 --as-of 2024-12-31").code, 4);
  EXPECT_EQ(run("gate check A1 --user c2").code, 4);
  EXPECT_EQ(run("gate check A1").code, 2);
  EXPECT_EQ(run("gate override A9 --user c2").code, 2) << "without a reason";
  EXPECT_EQ(run("gate override A9 --user c2 --reason 'a fair'").code, 0);
  EXPECT_EQ(run("gate check A9 --user c2").code, 0);
  const Ran listed = run("gate overrides --format csv");
  EXPECT_NE(listed.out.find("a fair"), std::string::npos) << listed.out << listed.err;
  const Ran treated = run("ask treatment c1");
  EXPECT_NE(treated.out.find("clients"), std::string::npos) << treated.out << treated.err;
  EXPECT_EQ(run("ask treatment").code, 2);
}

TEST_F(ProgramTest, MaySaysByItsExitCodeWhatIsDoneBeforeAnOffer) {
  ASSERT_EQ(run("init acme --currency EUR --zone Europe/Paris").code, 0);
  EXPECT_EQ(run("may delivery --user c1").code, 3) << "without offers";
  std::ofstream(root_ / "data" / "acme" / "habitue.toml", std::ios::app) << "\n[[offers]]\nname = \"all\"\n";
  ASSERT_EQ(run(fmt::format("import '{}' --yes", orders(3).string())).code, 0);
  const Ran paid = run("may delivery --user c1");
  EXPECT_EQ(paid.code, 0) << paid.out << paid.err;
  EXPECT_EQ(paid.out.substr(0, 4), "Yes:") << paid.out;
  const Ran refused = run("may delivery --offer all --user c1 --as-of 2024-12-31 --language fr");
  EXPECT_EQ(refused.code, 4);
  EXPECT_EQ(refused.out.substr(0, 3), "Non") << refused.out;
  EXPECT_EQ(run("may delivry --user c1").code, 3);
  EXPECT_EQ(run("may delivery").code, 2);
  const Ran offers = run("ask offers c1");
  EXPECT_NE(offers.out.find("action"), std::string::npos) << offers.out << offers.err;
  const Ran all = run("ask aida --offer all --format csv");
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_NE(all.out.find("all,action,action,3"), std::string::npos) << all.out;
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
  const auto lines = [](const Ran& ran) { return std::count(ran.out.begin(), ran.out.end(), '\n'); };
  EXPECT_EQ(lines(run("ask people --limit all --format csv")), 901);
  EXPECT_EQ(lines(run("ask people --limit all --format ndjson --audience all")), 900);
  EXPECT_EQ(json("ask people --limit all").at("people").as_array().size(), 900U);
  EXPECT_EQ(run("ask people --limit all").code, 2) << "a table is not made of all";
  EXPECT_NE(run(fmt::format("import '{}' --yes", file.string())).out.find("nothing to add"), std::string::npos);
  EXPECT_EQ(run("import undo 1").code, 0);
  EXPECT_EQ(json("ask roles --as-of 2026-01-01").at("people").to_number<int>(), 0);
}

TEST_F(ProgramTest, TablesOfAFrenchCompanyAreOfOneLanguage) {
  ASSERT_EQ(run("init acme --currency EUR --language fr").code, 0);
  ASSERT_EQ(run(fmt::format("import '{}' --yes", orders(50).string())).code, 0);
  const std::string ask = "ask contrast --as-of 2026-01-01 --at outcome --within '200 d'";
  const Ran english = run(ask), french = run(ask + " --language fr");
  EXPECT_NE(english.out.find("Who is compared"), std::string::npos) << english.err;
  EXPECT_NE(english.out.find("does not make them its causes"), std::string::npos);
  EXPECT_EQ(english.out.find("Ces faits"), std::string::npos);
  EXPECT_NE(french.out.find("Qui est comparé"), std::string::npos);
  EXPECT_NE(french.out.find("Ces faits vont avec l’issue"), std::string::npos);
  EXPECT_EQ(french.out.find("first group"), std::string::npos);
  EXPECT_EQ(json(ask).at("language"), boost::json::value("fr")) << "who reads JSON has the company's";
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

TEST_F(ProgramTest, SavesCohortsQuestionsAndBoardsAndKeepsThemInAFile) {
  ASSERT_EQ(run("init acme --currency EUR --zone Europe/Paris").code, 0);
  ASSERT_EQ(run(fmt::format("import '{}' --yes", orders(100).string())).code, 0);
  ASSERT_EQ(run("cohort save Large --criteria 'max(total of Order Completed) > 50'").code, 0);
  EXPECT_EQ(run("cohort save Large --criteria everyone").code, 4) << "what is there is not replaced by accident";
  EXPECT_EQ(run("cohort save Wrong --criteria 'did'").code, 2);
  {
    std::ofstream list(root_ / "list.csv");
    list << "customer_id,why\nc1,first\nc2,second\nc4711,nobody\n";
  }
  const Ran listed = run(fmt::format("cohort save Listed --list '{}'", (root_ / "list.csv").string()));
  EXPECT_NE(listed.out.find("2 people"), std::string::npos) << listed.out << listed.err;
  EXPECT_NE(listed.err.find("c4711"), std::string::npos) << listed.err;
  ASSERT_EQ(
      run("question save Weekly --ask growth --bucket week --period 'last 8 weeks' --filter 'in cohort Large'").code,
      0);
  ASSERT_EQ(run("board save Start --question Weekly --as-of 2025-10-01").code, 0);
  EXPECT_NE(run("board run Start").out.find("2025-09-29"), std::string::npos);
  EXPECT_EQ(json("cohort show Large --as-of 2026-01-01").at("people"), boost::json::value(41));
  EXPECT_EQ(json("cohort overlap Large Listed --as-of 2026-01-01").at("any").at("all"), boost::json::value(43));
  EXPECT_EQ(run("cohort delete Large").code, 4);

  const std::string file = (root_ / "saved.toml").string();
  ASSERT_EQ(run(fmt::format("saved export '{}'", file)).code, 0);
  const std::string before = run("saved export").out;
  EXPECT_EQ(run(fmt::format("saved import '{}'", file)).code, 4) << "nothing is replaced by accident";
  EXPECT_EQ(run("board delete Start").code, 0);
  const Ran back = run(fmt::format("saved import '{}' --replace", file));
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_EQ(run("saved export").out, before);
  EXPECT_EQ(json("cohort show Listed").at("version"), boost::json::value(1)) << "what says the same stays as it is";
}

TEST_F(ProgramTest, ACohortThatIsKilledWhileItIsSavedIsThereWholeOrNotAtAll) {
  ASSERT_EQ(run("init acme --currency EUR").code, 0);
  {
    std::ofstream list(root_ / "list.csv");
    for (int i = 0; i < 30'000; ++i) list << "c" << i << "\n";
  }
  const std::string count = "sql \"select count(*) as n from cohort_members\" --format csv";
  int last = 0;
  for (const int milliseconds : {90, 150}) {
    const std::string name = fmt::format("after {}", milliseconds);
    const pid_t child = start({"cohort", "save", name, "--list", (root_ / "list.csv").string()});
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto cohorts = json("cohort list").at("cohorts").as_array().size();
    const Ran members = run(count);
    EXPECT_NE(members.out.find(fmt::format("{}", 30'000 * cohorts)), std::string::npos) << members.out << members.err;
    EXPECT_GE(static_cast<int>(cohorts), last);
    last = static_cast<int>(cohorts);
  }
  ASSERT_EQ(run(fmt::format("cohort save whole --list '{}'", (root_ / "list.csv").string())).code, 0);
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
  const Ran listed = run("ask people --limit all --format csv");
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 301) << listed.err;
  const Ran refused = run("ask people --limit all --format csv --filter 'did'");
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(refused.out.empty()) << refused.out;
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
