// Saved sets of people that expressions name: `in cohort "Regulars"`. Whoever keeps them gives this module what a name
// stands for; an expression is bound after its names were resolved, so that it holds one version of them all.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "criteria/criteria.hpp"
#include "criteria/person_set.hpp"

namespace habitue::criteria {

/// What a name stands for: an expression when the cohort is live, else its people.
struct Cohort {
  std::optional<Expression> live;
  std::shared_ptr<const PersonSet> people;
};

class Cohorts {
 public:
  virtual ~Cohorts() = default;
  virtual std::optional<Cohort> find(std::string_view name) const = 0;
  virtual std::vector<std::string> names() const = 0;
};

/// How deep cohorts may name cohorts.
inline constexpr std::size_t kMaxCohortDepth = 16;

/// The expression with its cohorts in it, and theirs. Its text stays the same. Errors: InvalidInput for a name that is not
/// known (with the nearest), for cohorts that name each other in a circle, and when all together are too large.
Result<Expression> with_cohorts(const Expression& expression, const Cohorts& cohorts);

}  // namespace habitue::criteria
