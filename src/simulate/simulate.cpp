#include "simulate/simulate.hpp"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "simulate/pipeline.hpp"

namespace habitue::simulate {
namespace {

constexpr std::uint64_t kPilotFamilies = 20'000;

Profile atelier_profile(const std::shared_ptr<const World>& world, std::uint64_t people) {
  // The inventor keeps the world alive.
  struct Owned final : Inventor {
    explicit Owned(std::shared_ptr<const World> shared) : world(std::move(shared)), life(*world) {}
    void invent(std::uint32_t family, std::vector<Happening>& out, Truth& counts, std::string* people_lines) override {
      life.invent(family, out, counts, people_lines);
    }
    std::shared_ptr<const World> world;
    Life life;
  };
  return {people, [world] { return std::make_unique<Owned>(world); }};
}

// How many people send about so many events: the first twenty thousand tell how many each sends.
std::uint64_t people_for(std::uint64_t events, const std::shared_ptr<const World>& world, const Truth& planted) {
  std::vector<Happening> happenings;
  Truth counts = planted;
  Life life(*world);
  for (std::uint32_t family = 0; family < kPilotFamilies; ++family) {
    life.invent(family, happenings, counts, nullptr);
    happenings.clear();
  }
  const double each = std::max(1e-3, static_cast<double>(counts.events) / static_cast<double>(kPilotFamilies));
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(static_cast<double>(events) / each)));
}

}  // namespace

Result<Plot> make_plot(const Options& options) {
  auto world = World::create(options);
  if (!world) return tl::unexpected(world.error());
  Plot plot;
  plot.options = options;
  plot.threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  plot.world = std::make_shared<const World>(std::move(*world));
  std::uint64_t people = options.people;
  if (options.profile == "traffic") {
    auto profile = traffic_profile(plot.world, people, options.events.value_or(people * 50));
    if (!profile) return tl::unexpected(profile.error());
    plot.profile = std::move(*profile);
    plot.planted.profile = options.profile;
    plot.planted.seed = options.seed;
    plot.planted.from = options.from;
    plot.planted.to = options.to;
    return plot;
  }
  if (options.profile != "atelier")
    return invalid(fmt::format("no profile is called '{}': there are atelier and traffic", options.profile));
  if (options.events) people = people_for(*options.events, plot.world, planted_truth(options, *plot.world, 1));
  if (people == 0 || people > UINT32_MAX)
    return invalid(fmt::format("atelier needs 1 to {} people, not {}", UINT32_MAX, people));
  plot.profile = atelier_profile(plot.world, people);
  plot.planted = planted_truth(options, *plot.world, people);
  return plot;
}

Result<PeopleWriter> PeopleWriter::create(const std::filesystem::path& file) {
  PeopleWriter writer;
  writer.file_ = file;
  if (file.empty()) return writer;
  writer.out_.open(file, std::ios::binary | std::ios::trunc);
  if (!writer.out_)
    return fail(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
  return writer;
}

Result<void> PeopleWriter::add(const std::string& lines) {
  if (!wanted()) return {};
  out_ << lines;
  if (!out_)
    return fail(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", file_.string(), std::strerror(errno)));
  return {};
}

Result<void> PeopleWriter::finish() {
  if (!wanted()) return {};
  out_.close();
  if (!out_)
    return fail(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", file_.string(), std::strerror(errno)));
  return {};
}

std::vector<Renderer> make_renderers(const Plot& plot) {
  std::vector<Renderer> renderers;
  for (unsigned i = 0; i < plot.threads; ++i) renderers.emplace_back(plot.world);
  return renderers;
}

Result<Truth> run(const Options& options, const Sink& sink, const ProgressFunction& progress,
                  const Cancellation* cancellation) {
  const auto plot = make_plot(options);
  if (!plot) return tl::unexpected(plot.error());
  using Batch = std::vector<intake::Event>;
  std::vector<Renderer> renderers = make_renderers(*plot);
  const auto render = [&](unsigned worker, std::span<const Happening> happenings) {
    Batch events(happenings.size());
    for (std::size_t i = 0; i < happenings.size(); ++i) renderers[worker].render(happenings[i], events[i]);
    return events;
  };
  return run_plot<Batch>(*plot, render, sink, progress, cancellation);
}

Result<Truth> run_ndjson(const Options& options, const TextSink& sink, const ProgressFunction& progress,
                         const Cancellation* cancellation) {
  const auto plot = make_plot(options);
  if (!plot) return tl::unexpected(plot.error());
  std::vector<Renderer> renderers = make_renderers(*plot);
  std::vector<intake::Event> scratch(plot->threads);
  std::vector<MomentWriter> moments(plot->threads);
  const auto render = [&](unsigned worker, std::span<const Happening> happenings) {
    std::string lines;
    lines.reserve(happenings.size() * 420);
    for (const Happening& happening : happenings) {
      renderers[worker].render(happening, scratch[worker]);
      append_segment_call(lines, scratch[worker], renderers[worker].skew_of(happening), moments[worker]);
    }
    return lines;
  };
  const auto take = [&](std::string&& lines) { return sink(lines); };
  return run_plot<std::string>(*plot, render, take, progress, cancellation);
}

Result<Truth> write_ndjson(const Options& options, const std::filesystem::path& file, const ProgressFunction& progress,
                           const Cancellation* cancellation) {
  std::filesystem::path partial = file;
  partial += ".partial";
  const auto refuse = [&] {
    return fail(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
  };
  std::FILE* out = std::fopen(partial.c_str(), "wbe");
  if (out == nullptr) return refuse();
  auto truth = run_ndjson(
      options,
      [&](std::string_view lines) -> Result<void> {
        if (std::fwrite(lines.data(), 1, lines.size(), out) != lines.size()) return refuse();
        return {};
      },
      progress, cancellation);
  bool whole = truth.has_value() && std::fflush(out) == 0 && ::fsync(::fileno(out)) == 0;
  if (truth && !whole) truth = refuse();
  whole = std::fclose(out) == 0 && whole;
  if (!whole || std::rename(partial.c_str(), file.c_str()) != 0) {
    if (truth) truth = refuse();
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
  }
  return truth;
}

}  // namespace habitue::simulate
