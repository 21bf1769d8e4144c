// Shops told as stories, whose orders have lists of products.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "insight/question.hpp"
#include "journey/journey_builder.hpp"
#include "knowledge/customers.hpp"
#include "knowledge/order_lines.hpp"

namespace habitue::insight {

/// Events in the order of the story are numbered from 1, as the journeys number them.
inline std::shared_ptr<knowledge::OrderLines> lines_of(std::vector<journey::Said> story,
                                                       const config::ProductRules& rules) {
  return std::make_shared<knowledge::OrderLines>(
      rules, [story = std::move(story)](std::span<const EventSeq> events, const auto& visit) -> Result<void> {
        for (const EventSeq event : events) visit(event, story[event.value - 1].properties);
        return {};
      });
}

struct ProductShop {
  ProductShop(const std::vector<journey::Said>& story, const config::Business& business, UtcMicros as_of)
      : built(journey::build_journeys(story)),
        customers(*knowledge::Customers::bind(built.snapshot, business, lines_of(story, business.products))) {
    question.as_of = as_of;
  }
  std::vector<std::string> names(const Result<std::vector<PersonId>>& people) const {
    std::vector<std::string> found;
    if (!people) return {people.error().message};
    for (const auto& [name, person] : built.persons)
      if (std::find(people->begin(), people->end(), person) != people->end()) found.push_back(name);
    return found;
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const knowledge::Customers> customers;
  Question question;
};

inline config::Business product_business() {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.hypotheses.emplace_back();
  business.hypotheses.back().version = "v1";
  return business;
}

}  // namespace habitue::insight
