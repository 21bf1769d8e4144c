#include "insight/funnel/tally.hpp"

#include <atomic>
#include <bit>

#include "base/workers.hpp"

namespace habitue::insight::funnel {

void Tally::add(const Record& record, const Records& from, const Counting& counting) {
  if (record.removed) {
    ++removed_;
    return;
  }
  if (!counting.counts(record)) {
    ++left_out_;
    return;
  }
  std::size_t place = record.times;
  for (std::uint64_t left = record.filled; left != 0; left &= left - 1) {
    const auto step = static_cast<std::size_t>(std::countr_zero(left));
    ++reached_[step];
    if (step != 0) times_[step].push_back(from.times[place++]);
  }
  if (counting.converted(record)) {
    ++converted_;
    whole_.push_back(record.completed_us - record.entry_us);
  }
  ++(record.open ? open_ : stopped_)[counting.last_step(record)];
}

void Tally::add_plain(std::span<const std::int64_t> at_us, bool open, const Counting& counting) {
  if (open && counting.leave_out_open) {
    ++left_out_;
    return;
  }
  ++reached_[0];
  for (std::size_t step = 1; step < at_us.size(); ++step) {
    ++reached_[step];
    times_[step].push_back(at_us[step] - at_us[step - 1]);
  }
  if (at_us.size() == counting.levels) {
    ++converted_;
    whole_.push_back(at_us.back() - at_us.front());
  }
  ++(open ? open_ : stopped_)[at_us.size() - 1];
}

void Tally::merge(const Tally& other) {
  for (std::size_t step = 0; step < reached_.size(); ++step) {
    reached_[step] += other.reached_[step];
    stopped_[step] += other.stopped_[step];
    open_[step] += other.open_[step];
    times_[step].insert(times_[step].end(), other.times_[step].begin(), other.times_[step].end());
  }
  converted_ += other.converted_;
  left_out_ += other.left_out_;
  removed_ += other.removed_;
  whole_.insert(whole_.end(), other.whole_.begin(), other.whole_.end());
}

FunnelFigures Tally::figures(const Counting& counting, unsigned threads) {
  FunnelFigures figures;
  // Of a few, a thread would cost more than it saves.
  constexpr std::uint64_t kWorthAThread = 20'000;
  figures.steps.resize(reached_.size());
  std::atomic<std::size_t> next{0};
  run_workers(entered() < kWorthAThread ? 1 : threads, [&](const std::atomic<bool>& failed) {
    // The first step has no time: the whole has its place.
    for (std::size_t step = next++; step < reached_.size() && !failed; step = next++)
      (step == 0 ? figures.whole : figures.steps[step].from_previous) =
          times_of(step == 0 ? whole_ : times_[step], counting.bins);
  });
  figures.entered = reached_.front();
  figures.converted = converted_;
  figures.open_left_out = left_out_;
  figures.removed = removed_;
  figures.conversion = share_of(converted_, figures.entered);
  const std::size_t last = static_cast<std::size_t>(63 - std::countl_zero(counting.required));
  for (std::size_t step = 0; step < reached_.size(); ++step) {
    FunnelStepFigures& one = figures.steps[step];
    one.reached = reached_[step];
    one.still_open = open_[step];
    // Who reached the last required step has converted, and stopped nowhere.
    one.stopped = step == last ? 0 : stopped_[step];
    one.of_first = share_of(one.reached, figures.entered);
    one.of_previous = share_of(one.reached, reached_[counting.previous(step)]);
    figures.still_open += open_[step];
  }
  return figures;
}

ByAudience<FunnelFigures> figures_of(ByAudience<Tally>& parts, const Counting& counting, unsigned threads) {
  ByAudience<FunnelFigures> figures;
  Tally* only = nullptr;
  std::size_t sides = 0;
  for (Tally* const part : {&parts.inside, &parts.outside, &parts.unknown}) {
    if (part->empty()) continue;
    only = part;
    ++sides;
  }
  figures.inside = parts.inside.figures(counting, threads);
  figures.outside = parts.outside.figures(counting, threads);
  figures.unknown = parts.unknown.figures(counting, threads);
  if (sides == 1) {
    figures.all = only == &parts.inside ? figures.inside : only == &parts.outside ? figures.outside : figures.unknown;
    return figures;
  }
  parts.all.merge(parts.inside);
  parts.all.merge(parts.outside);
  parts.all.merge(parts.unknown);
  figures.all = parts.all.figures(counting, threads);
  return figures;
}

}  // namespace habitue::insight::funnel
