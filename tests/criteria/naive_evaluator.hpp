// The meaning of criteria as docs/criteria.md states it, written the slow and obvious way over plain lists: the second,
// independent answer that the evaluator is compared with.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "criteria/criteria.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {

struct PlainEvent {
  std::string kind;
  UtcMicros at;
  std::map<std::string, Literal> properties;  ///< Numbers, texts and truths; `$group_id` is one of them.
};
/// In order of (time, arrival).
using PlainJourney = std::vector<PlainEvent>;

Verdict naive_verdict(const Node& node, const PlainJourney& journey, UtcMicros as_of, const Zone& zone,
                      const std::string& role, const std::string& stage);

}  // namespace habitue::criteria
