// Sums for each part of the audience, and the figures made of them.
#pragma once

#include "insight/fold.hpp"

namespace habitue::insight::cohorts {

template <class Sums>
struct Tally {
  ByAudience<Sums> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

template <class Sums, class Figure>
auto by_part(const ByAudience<Sums>& parts, const Figure& figure) -> ByAudience<decltype(figure(parts.all))> {
  return {figure(parts.inside), figure(parts.outside), figure(parts.unknown), figure(parts.all)};
}

}  // namespace habitue::insight::cohorts
