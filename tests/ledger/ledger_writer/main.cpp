// Writes to a ledger as fast as it can, until it is killed.
//
//   ledger_writer FILE hold           opens, prints `open`, waits
//   ledger_writer FILE load ROUND     four threads append; each acknowledged call is a line: `THREAD FIRST COUNT`, for the
//                                     events named rROUND-tTHREAD-N. Thread 3 is import ROUND's: its line says how far it is.
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "ledger/ledger.hpp"

namespace {

using namespace habitue;

// One write call a line: what the pipe holds is whole lines, whenever the process dies.
void say(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
}

intake::Event event_named(const std::string& message_id) {
  intake::Event event;
  event.message_id = message_id;
  event.name = "Order Completed";
  event.user_id = "someone";
  event.properties =
      R"({"order_id":")" + message_id + R"(","products":[{"name":"WHITE HANGING HEART T-LIGHT HOLDER"}]})";
  return event;
}

void load(ledger::Ledger& ledger, const std::string& round, std::uint32_t thread, std::uint32_t import_id) {
  std::mt19937 random(thread + 10 * static_cast<std::uint32_t>(std::stoul(round)));
  for (std::uint64_t next = 0;;) {
    // Mostly small groups; now and then one that goes past the log, straight into row groups.
    const std::uint64_t count = thread == 3 ? 1'000 + random() % 500 : random() % 100 == 0 ? 17'000 : 1 + random() % 60;
    std::vector<intake::Event> events;
    for (std::uint64_t place = 0; place < count; ++place)
      events.push_back(event_named(fmt::format("r{}-t{}-{}", round, thread, next + place)));
    // What was acknowledged comes again now and then, as a client does that missed the answer.
    for (std::uint64_t place = 0; place < std::min<std::uint64_t>(next, random() % 3); ++place)
      events.push_back(event_named(fmt::format("r{}-t{}-{}", round, thread, random() % next)));
    const auto appended =
        thread == 3
            ? ledger.append_import(std::move(events), {import_id, std::to_string(next + count), next + count, 0, false})
            : ledger.append(std::move(events));
    if (!appended || appended->added != count) {
      fmt::print(stderr, "{}\n", appended ? "events were taken for repetitions" : appended.error().message);
      std::_Exit(2);
    }
    say(fmt::format("{} {} {}\n", thread, next, count));
    next += count;
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 3) return 1;
  const auto opened = ledger::Ledger::open(arguments[1], {.log_limit_kib = 512});
  if (!opened) {
    fmt::print(stderr, "{}\n", opened.error().message);
    return 1;
  }
  say("open\n");
  if (std::string(arguments[2]) == "hold") {
    pause();
    return 0;
  }
  ledger::ImportRecord record;
  record.file_name = "load";
  const auto import = (*opened)->start_import(record);
  if (!import) return 1;
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] { load(**opened, arguments[3], thread, import->id); });
  for (std::thread& thread : threads) thread.join();
}
