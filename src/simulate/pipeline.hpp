// From families to rendered batches, in the order asked for: invent in parallel, put in order, render in parallel.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <span>
#include <thread>

#include <fmt/format.h>

#include "simulate/in_order.hpp"
#include "simulate/life.hpp"
#include "simulate/render.hpp"
#include "simulate/slices.hpp"
#include "simulate/traffic.hpp"

namespace habitue::simulate {

/// Everything that is fixed before the first family is invented.
struct Plot {
  Options options;
  unsigned threads = 1;
  std::shared_ptr<const World> world;
  Profile profile;
  Truth planted;  ///< Nothing counted yet.
};
Result<Plot> make_plot(const Options& options);

/// What some families gave.
struct Invented {
  std::vector<Happening> happenings;
  Truth counts;
  std::string people;
  std::uint64_t families = 0;
};

/// Writes the people file, or nothing when none is asked for.
class PeopleWriter {
 public:
  static Result<PeopleWriter> create(const std::filesystem::path& file);
  Result<void> add(const std::string& lines);
  Result<void> finish();
  bool wanted() const { return !file_.empty(); }

 private:
  std::filesystem::path file_;
  std::ofstream out_;
};

inline constexpr std::size_t kFamiliesAtOnce = 256;
inline constexpr std::size_t kGroupEvents = 512 * 1024;

/// Runs a plot. `Batch` is what a worker renders of up to kBatchEvents happenings: `render(worker, happenings)` makes one, and
/// `take(batch)` gets them in order.
template <class Batch, class Render, class Take>
class Pipeline {
 public:
  Pipeline(const Plot& plot, const Render& render, const Take& take, const ProgressFunction& progress,
           const Cancellation* cancellation)
      : plot_(plot),
        render_(render),
        take_(take),
        progress_(progress),
        cancellation_(cancellation),
        truth_(plot.planted) {}

  Result<Truth> run() {
    auto people = PeopleWriter::create(plot_.options.people_file);
    if (!people) return tl::unexpected(people.error());
    auto done = plot_.options.order == Order::Person ? run_by_person(*people) : run_by_time(*people);
    if (done) done = people->finish();
    if (!done) return tl::unexpected(done.error());
    conclude(truth_);
    return std::move(truth_);
  }

 private:
  Invented invent(std::size_t piece, Inventor& inventor, bool people) const {
    Invented invented{{}, plot_.planted, {}, 0};
    const std::uint64_t first = piece * kFamiliesAtOnce;
    const std::uint64_t end = std::min<std::uint64_t>(first + kFamiliesAtOnce, plot_.profile.families);
    for (std::uint64_t family = first; family < end; ++family)
      inventor.invent(static_cast<std::uint32_t>(family), invented.happenings, invented.counts,
                      people ? &invented.people : nullptr);
    invented.families = end - first;
    return invented;
  }
  std::vector<std::unique_ptr<Inventor>> inventors() const {
    std::vector<std::unique_ptr<Inventor>> made;
    for (unsigned i = 0; i < plot_.threads; ++i) made.push_back(plot_.profile.make_inventor());
    return made;
  }
  std::size_t pieces() const { return (plot_.profile.families + kFamiliesAtOnce - 1) / kFamiliesAtOnce; }
  void report(std::string_view task, std::uint64_t done, std::uint64_t total, std::string_view unit) const {
    if (progress_) progress_({task, done, total, unit});
  }

  Result<void> run_by_person(PeopleWriter& people) {
    struct Rendered {
      Invented invented;
      std::vector<Batch> batches;
    };
    auto makers = inventors();
    std::uint64_t families = 0;
    auto done = in_order<Rendered>(
        pieces(), plot_.threads, cancellation_,
        [&](std::size_t piece, unsigned worker) {
          Rendered rendered{invent(piece, *makers[worker], people.wanted()), {}};
          const std::span<const Happening> all(rendered.invented.happenings);
          for (std::size_t at = 0; at < all.size(); at += kBatchEvents)
            rendered.batches.push_back(render_(worker, all.subspan(at, std::min(kBatchEvents, all.size() - at))));
          return rendered;
        },
        [&](Rendered&& rendered) -> Result<void> {
          add_counts(truth_, rendered.invented.counts);
          if (auto added = people.add(rendered.invented.people); !added) return added;
          for (Batch& batch : rendered.batches)
            if (auto taken = take_(std::move(batch)); !taken) return taken;
          families += rendered.invented.families;
          report("simulating", families, plot_.profile.families, "people");
          return {};
        });
    if (!done) return done;
    const std::vector<Happening> marketing = spend_on_marketing(*plot_.world, truth_);
    const std::span<const Happening> all(marketing);
    for (std::size_t at = 0; done && at < all.size(); at += kBatchEvents)
      done = take_(render_(0, all.subspan(at, std::min(kBatchEvents, all.size() - at))));
    return done;
  }

  Result<void> run_by_time(PeopleWriter& people) {
    const auto folder = plot_.options.temporary_folder.empty() ? std::filesystem::temp_directory_path()
                                                               : plot_.options.temporary_folder;
    Slices slices(plot_.world->start, plot_.world->end, plot_.options.memory_mib << 20U, folder);
    auto makers = inventors();
    std::uint64_t families = 0;
    auto invented = in_order<Invented>(
        pieces(), plot_.threads, cancellation_,
        [&](std::size_t piece, unsigned worker) { return invent(piece, *makers[worker], people.wanted()); },
        [&](Invented&& item) -> Result<void> {
          add_counts(truth_, item.counts);
          families += item.families;
          report("inventing", families, plot_.profile.families, "people");
          if (auto added = people.add(item.people); !added) return added;
          return slices.add(item.happenings);
        });
    if (!invented) return invented;
    if (auto added = slices.add(spend_on_marketing(*plot_.world, truth_)); !added) return added;
    return send(slices);
  }

  /// Some days of arrival, loaded and sorted.
  struct Group {
    std::vector<Happening> happenings;
    std::size_t next_slice = 0;
    Result<void> loaded;
  };
  static Group load_group(Slices& slices, std::size_t slice) {
    Group group;
    while (slice < slices.count() && group.loaded &&
           (group.happenings.empty() || group.happenings.size() + slices.size(slice) <= kGroupEvents)) {
      group.loaded = slices.load(slice, group.happenings);
      slices.forget(slice++);
    }
    group.next_slice = slice;
    return group;
  }

  Result<void> send(Slices& slices) {
    std::uint64_t sent = 0;
    auto next = std::async(std::launch::async, [&slices] { return load_group(slices, 0); });
    while (true) {
      Group group = next.get();
      if (!group.loaded) return group.loaded;
      const bool last = group.next_slice >= slices.count();
      // The next days are sorted while these are rendered.
      if (!last)
        next = std::async(std::launch::async, [&slices, from = group.next_slice] { return load_group(slices, from); });
      const std::span<const Happening> all(group.happenings);
      auto done = in_order<Batch>((all.size() + kBatchEvents - 1) / kBatchEvents, plot_.threads, cancellation_,
                                  [&](std::size_t piece, unsigned worker) {
                                    const std::size_t at = piece * kBatchEvents;
                                    return render_(worker, all.subspan(at, std::min(kBatchEvents, all.size() - at)));
                                  },
                                  [&](Batch&& batch) -> Result<void> {
                                    sent = std::min<std::uint64_t>(sent + kBatchEvents, truth_.events);
                                    report("sending", sent, truth_.events, "events");
                                    return take_(std::move(batch));
                                  });
      if (!done || last) return done;
    }
  }

  const Plot& plot_;
  const Render& render_;
  const Take& take_;
  const ProgressFunction& progress_;
  const Cancellation* cancellation_;
  Truth truth_;
};

/// Runs a plot whose batches are of type `Batch`.
template <class Batch, class Render, class Take>
Result<Truth> run_plot(const Plot& plot, const Render& render, const Take& take, const ProgressFunction& progress,
                       const Cancellation* cancellation) {
  return Pipeline<Batch, Render, Take>(plot, render, take, progress, cancellation).run();
}

/// One renderer a worker.
std::vector<Renderer> make_renderers(const Plot& plot);

}  // namespace habitue::simulate
