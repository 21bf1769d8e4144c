// What both profiles are to the machinery that orders and writes: something that invents one family at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "simulate/happening.hpp"
#include "simulate/truth.hpp"

namespace habitue::simulate {

class Inventor {
 public:
  virtual ~Inventor() = default;
  /// Appends what happens to a family to `out`, adds its counts to `counts`, and its people as lines of JSON to `people`
  /// unless that is null. Depends on nothing but the family's number.
  virtual void invent(std::uint32_t family, std::vector<Happening>& out, Truth& counts, std::string* people) = 0;
};

/// A profile, ready to run: how many families, and inventors for as many threads as there are.
struct Profile {
  std::uint64_t families = 0;
  std::function<std::unique_ptr<Inventor>()> make_inventor;
};

}  // namespace habitue::simulate
