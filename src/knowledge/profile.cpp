// What is known of one person: traits, first touch, audience, and the whole on one card.
#include <algorithm>
#include <map>

#include "knowledge/rules.hpp"

namespace habitue::knowledge {
namespace {

// A trait is given by an identify event; its latest word holds, whoever said it, with where it came from.
std::vector<TraitValue> traits_of(const journey::Snapshot& snapshot, const journey::Journey& journey,
                                  journey::EventKind identify, const std::optional<journey::Property>& provenance) {
  std::vector<TraitValue> traits;
  for (const std::string& name : snapshot.property_names()) {
    if (name.empty() || name.front() == '$') continue;
    const auto property = snapshot.find_property(name);
    if (!property) continue;
    std::optional<TraitValue> latest;
    for (const journey::Event event : journey) {
      if (event.kind != identify) continue;
      const journey::Value value = property->at(event);
      if (!value) continue;
      const auto source = provenance ? provenance->text(event) : std::nullopt;
      latest = TraitValue{name, value, event.at, snapshot.seq_of(event), source.value_or("observed")};
    }
    if (latest) traits.push_back(std::move(*latest));
  }
  std::sort(traits.begin(), traits.end(),
            [](const TraitValue& left, const TraitValue& right) { return left.name < right.name; });
  return traits;
}

}  // namespace

std::string_view Customers::channel_of(const journey::Journey& journey, UtcMicros as_of) const {
  return rules_->first_touch.of(journey.until(as_of));
}

criteria::Verdict Customers::audience_of(const journey::Journey& journey, UtcMicros as_of,
                                         const config::Hypothesis* hypothesis) const {
  if (hypothesis == nullptr) return criteria::Verdict::Inside;
  const auto& known = rules_->business.hypotheses;
  for (std::size_t index = 0; index < known.size(); ++index)
    if (&known[index] == hypothesis || known[index].version == hypothesis->version)
      return evaluate(rules_->audiences[index], journey, as_of);
  // Of another configuration: nothing is known of its audience here.
  return criteria::Verdict::Unknown;
}

bool Customers::took_part(const journey::Journey& journey, UtcMicros as_of) const {
  return rules_->business.wanted_act.criterion &&
         evaluate(rules_->wanted_act, journey, as_of) == criteria::Verdict::Inside;
}

Result<criteria::Evaluator> Customers::evaluator(const criteria::Expression& expression) const {
  return criteria::Evaluator::bind(expression, *rules_->snapshot, rules_->business.zone, this);
}

Profile Customers::profile(const journey::Journey& journey, UtcMicros as_of, std::string_view language) const {
  if (language.empty()) language = rules_->business.language;
  const journey::Journey known = journey.until(as_of);
  Profile profile;
  profile.person = journey.person();
  if (rules_->identify) profile.traits = traits_of(*rules_->snapshot, known, *rules_->identify, rules_->provenance);
  profile.roles = explain_roles(journey, as_of, language);
  profile.stage = explain_stage(journey, as_of, language);
  profile.balances = balances(journey, as_of);
  profile.events = known.size();
  if (!known.empty()) {
    profile.first_seen_at = known[0].at;
    profile.last_seen_at = known[known.size() - 1].at;
  }
  profile.channel = channel_of(journey, as_of);
  profile.account = account_of(journey, as_of);
  const config::Hypothesis* hypothesis = config::hypothesis_at(rules_->business, as_of);
  profile.audience = audience_of(journey, as_of, hypothesis);
  if (hypothesis != nullptr) {
    const auto index = static_cast<std::size_t>(hypothesis - rules_->business.hypotheses.data());
    if (const BoundCriterion& audience = rules_->audiences[index])
      profile.audience_reasons = audience->explain(journey, as_of, language);
  }
  profile.took_part = took_part(journey, as_of);
  return profile;
}

}  // namespace habitue::knowledge
