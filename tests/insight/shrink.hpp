// The smallest list that still fails: things are left out one by one for as long as the test fails without them.
#pragma once

#include <cstddef>
#include <vector>

namespace habitue::insight {

/// `fails` is true of `things`, and of what is returned; of which no single thing can be left out any more.
template <class Thing, class Fails>
std::vector<Thing> shrunk(std::vector<Thing> things, const Fails& fails) {
  for (std::size_t index = 0; index < things.size();) {
    std::vector<Thing> fewer = things;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(index));
    if (fails(fewer)) {
      things = std::move(fewer);
      index = 0;
    } else {
      ++index;
    }
  }
  return things;
}

}  // namespace habitue::insight
