#include "insight/funnel/matching.hpp"

#include <algorithm>
#include <bit>

namespace habitue::insight::funnel {

bool LatestMatching::add(std::uint64_t mask, std::int64_t at_us) {
  // Breadth first from the new hit: steps it could take, then steps that their hits could take instead.
  std::array<std::uint8_t, 64> came_from{};
  constexpr std::uint8_t kNew = 255;
  const std::uint64_t known = steps_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << steps_) - 1;
  std::uint64_t seen = 0, front = mask & known;
  if (front == 0) return false;
  const Place fresh{true, mask, at_us, ++came_};
  for (std::uint64_t left = front; left != 0; left &= left - 1)
    came_from[static_cast<std::size_t>(std::countr_zero(left))] = kNew;
  // Moves the hits along the path by one, so that `step` is free for the hit before it.
  const auto shift = [&](std::size_t step) {
    while (came_from[step] != kNew) {
      const std::size_t before = came_from[step];
      places_[step] = places_[before];
      step = before;
    }
    places_[step] = fresh;
  };
  std::size_t oldest = 64;
  while (front != 0) {
    const auto step = static_cast<std::size_t>(std::countr_zero(front));
    front &= front - 1;
    seen |= std::uint64_t{1} << step;
    const Place& place = places_[step];
    if (!place.taken) {
      shift(step);
      return true;
    }
    if (oldest == 64 || place.number < places_[oldest].number) oldest = step;
    for (std::uint64_t left = place.mask & known & ~(seen | front); left != 0; left &= left - 1) {
      const auto next = static_cast<std::size_t>(std::countr_zero(left));
      came_from[next] = static_cast<std::uint8_t>(step);
      front |= std::uint64_t{1} << next;
    }
  }
  shift(oldest);
  return false;
}

void LatestMatching::forget_before(std::int64_t at_us) {
  for (Place& place : places_)
    if (place.taken && place.at_us < at_us) place.taken = false;
}

std::uint32_t LatestMatching::count_since(std::int64_t at_us) const {
  return static_cast<std::uint32_t>(std::count_if(places_.begin(), places_.begin() + steps_, [&](const Place& place) {
    return place.taken && place.at_us >= at_us;
  }));
}

std::uint32_t LatestMatching::size() const { return count_since(INT64_MIN); }

std::int64_t LatestMatching::latest(std::uint32_t n) const {
  std::array<std::int64_t, 64> moments{};
  std::size_t count = 0;
  for (std::size_t step = 0; step < steps_; ++step)
    if (places_[step].taken) moments[count++] = places_[step].at_us;
  std::nth_element(moments.begin(), moments.begin() + (n - 1), moments.begin() + static_cast<std::ptrdiff_t>(count),
                   std::greater<>());
  return moments[n - 1];
}

}  // namespace habitue::insight::funnel
