// How long a company of many events waits for its server, and what the page weighs: the workspace is opened from its snapshot
// (ours) and, in the same run, rebuilt from the ledger (peer), which is what a start would cost without one.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "report.hpp"
#include "server/page_assets.hpp"
#include "simulate/simulate.hpp"
#include "workspace/workspace.hpp"

namespace {

using namespace habitue;

// HABITUE_BENCH_EVENTS asks for another size.
std::uint64_t events_wanted() {
  const char* wanted = std::getenv("HABITUE_BENCH_EVENTS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 10'000'000;
}

Result<void> fill(const std::filesystem::path& folder, std::uint64_t events) {
  if (auto made = workspace::create(folder, {}); !made) return made;
  auto opened = workspace::Workspace::open(folder);
  if (!opened) return tl::unexpected(opened.error());
  simulate::Options options;
  options.profile = "traffic";
  options.people = events / 10;
  options.events = events;
  std::vector<intake::Event> batch;
  const auto truth = simulate::run(options, [&](std::vector<intake::Event>&& next) -> Result<void> {
    std::move(next.begin(), next.end(), std::back_inserter(batch));
    if (batch.size() < 60'000) return {};
    const auto kept = (*opened)->accept(std::exchange(batch, {}));
    return kept ? Result<void>() : tl::unexpected(kept.error());
  });
  if (!truth) return tl::unexpected(truth.error());
  if (auto kept = (*opened)->accept(std::move(batch)); !kept) return tl::unexpected(kept.error());
  return (*opened)->settle();
}

Result<double> seconds_to_open(const std::filesystem::path& folder) {
  const auto began = std::chrono::steady_clock::now();
  auto opened = workspace::Workspace::open(folder);
  if (!opened) return tl::unexpected(opened.error());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// The document and what it names: what a browser fetches before the first screen.
std::size_t first_load_bytes() {
  std::string_view document;
  for (const server::PageAsset& asset : server::page_assets())
    if (asset.path == "/index.html") document = asset.bytes;
  std::size_t bytes = 0;
  for (const server::PageAsset& asset : server::page_assets())
    if (asset.path == "/index.html" || document.find(asset.path) != std::string_view::npos)
      bytes += asset.gzip_bytes.empty() ? asset.bytes.size() : asset.gzip_bytes.size();
  return bytes;
}

int fail_with(const Error& error) {
  std::cerr << "bench startup: " << error.message << "\n";
  return 1;
}

}  // namespace

int main() {
  const std::uint64_t events = events_wanted();
  const std::filesystem::path folder = std::filesystem::path("build/bench-data") / fmt::format("startup-{}", events);
  if (!std::filesystem::exists(folder / "filled")) {
    std::filesystem::remove_all(folder);
    if (auto filled = fill(folder / "traffic", events); !filled) return fail_with(filled.error());
    std::filesystem::create_directories(folder / "filled");
  }
  const auto mapped = seconds_to_open(folder / "traffic");
  if (!mapped) return fail_with(mapped.error());
  std::filesystem::remove_all(folder / "traffic" / workspace::kSnapshotFolder);
  const auto rebuilt = seconds_to_open(folder / "traffic");
  if (!rebuilt) return fail_with(rebuilt.error());

  std::size_t memory = 0;
  if (auto opened = workspace::Workspace::open(folder / "traffic"))
    memory = (*opened)->view().customers->snapshot().memory_bytes();

  bench::Report report("startup");
  report.add({fmt::format("open {} events: snapshot, rebuild", events), *mapped, *rebuilt, "s"});
  // Aim: at least a million, on two cores.
  report.add({.name = "rebuilt from the ledger", .ours = static_cast<double>(events) / *rebuilt, .unit = "events/s"});
  report.add(
      {.name = "journeys", .ours = static_cast<double>(memory) / static_cast<double>(events), .unit = "bytes/event"});
  report.add({.name = "page, first load (gzip)", .ours = static_cast<double>(first_load_bytes()), .unit = "bytes"});
  return report.finish();
}
