#include "insight/uplift/subjects.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include "base/fingerprint.hpp"
#include "insight/event_matcher.hpp"
#include "insight/fold_lists.hpp"
#include "insight/propensity/rows.hpp"
#include "models/folds.hpp"

namespace habitue::insight::uplift {
namespace {

struct Lists {
  std::vector<Subject> all;
  void merge(const Lists& other) { all.insert(all.end(), other.all.begin(), other.all.end()); }
  void reserve(std::span<const Lists> parts) {
    std::size_t size = 0;
    for (const Lists& part : parts) size += part.all.size();
    all.reserve(size);
  }
};

class Reader {
 public:
  Reader(const knowledge::Economics& economics, const Question& question, const UpliftSpec& spec, EventMatcher matcher,
         std::optional<criteria::Evaluator> filter, const config::Hypothesis* hypothesis)
      : economics_(economics),
        customers_(economics.customers()),
        question_(question),
        spec_(spec),
        matcher_(std::move(matcher)),
        filter_(std::move(filter)),
        hypothesis_(hypothesis),
        kinds_(propensity::names_of_kinds(customers_.snapshot())),
        units_(std::pow(10.0, economics.exchange().currency().minor_digits())) {
    const journey::Snapshot& snapshot = customers_.snapshot();
    identify_ = snapshot.find_kind(journey::kIdentifyKind);
    if (identify_)
      for (const std::string& name : snapshot.property_names())
        if (!name.empty() && name.front() != '$')
          if (const auto property = snapshot.find_property(name)) traits_.emplace_back(fingerprint(name), *property);
  }

  std::optional<Subject> read(const journey::Journey& journey) const {
    Subject subject;
    bool sent = false;
    for (const journey::Event event : journey.until(question_.as_of)) {
      if (!matcher_.concerns(event.kind)) continue;
      const std::uint64_t arms = matcher_(event) & 3;
      if (arms == 0) continue;
      const bool treated = arms == 1;
      subject.to_both |= arms == 3 || (sent && treated != subject.treated);
      if (!sent) {
        sent = true;
        subject.at = event.at;
        subject.treated = treated;
      }
    }
    if (!sent || subject.at < question_.period.from || subject.at >= question_.period.to) return std::nullopt;
    const UtcMicros before = just_before(subject.at);
    if (filter_ && filter_->evaluate(journey, before) != criteria::Verdict::Inside) return std::nullopt;
    subject.person = journey.person();
    subject.audience = customers_.audience_of(journey, before, hypothesis_);
    subject.lot = models::bits_at(propensity::lot_of(journey, {&before, 1}, spec_.seed, kinds_), told(journey, before));
    const UtcMicros until = subject.at + std::chrono::days{spec_.within_days};
    subject.still_open = until > question_.as_of;
    if (!subject.still_open && !subject.to_both) subject.outcome = outcome_of(journey, subject.at, until);
    return subject;
  }

 private:
  // What their traits and their money were, as one number: many are sent to an arm having done the same at the same time.
  std::uint64_t told(const journey::Journey& journey, UtcMicros before) const {
    std::uint64_t sum = 0;
    for (const auto& [name, property] : traits_)
      for (const journey::Event event : journey.until(before)) {
        if (event.kind != identify_) continue;
        const journey::Value value = property.at(event);
        switch (value.type) {
          case journey::Value::Type::Missing: break;
          case journey::Value::Type::Bool: sum += models::bits_at(name, value.boolean ? 1 : 0); break;
          case journey::Value::Type::Number:
            sum += models::bits_at(name, std::bit_cast<std::uint64_t>(value.number));
            break;
          case journey::Value::Type::Text: sum += models::bits_at(name, fingerprint(value.text)); break;
        }
      }
    for (const knowledge::Balance& balance : customers_.balances(journey, before))
      sum += models::bits_at(fingerprint(balance.currency.code()), static_cast<std::uint64_t>(balance.net_minor()));
    return sum;
  }

  double outcome_of(const journey::Journey& journey, UtcMicros at, UtcMicros until) const {
    if (spec_.measure == UpliftMeasure::Money) {
      thread_local std::vector<knowledge::Earned> earned;
      knowledge::NotAdded not_added;
      economics_.earned(journey, until, earned, not_added);
      std::int64_t minor = 0;
      for (const knowledge::Earned& move : earned)
        if (move.at > at) minor += move.revenue_minor;
      return static_cast<double>(minor) / units_;
    }
    if (!spec_.outcome) {
      const std::vector<UtcMicros> bought = customers_.purchases(journey, until);
      return std::upper_bound(bought.begin(), bought.end(), at) != bought.end() ? 1 : 0;
    }
    for (const journey::Event event : journey.until(until).since(at + std::chrono::microseconds{1}))
      if ((matcher_(event) & 4) != 0) return 1;
    return 0;
  }

  const knowledge::Economics& economics_;
  const Customers& customers_;
  const Question& question_;
  const UpliftSpec& spec_;
  EventMatcher matcher_;
  std::optional<criteria::Evaluator> filter_;
  const config::Hypothesis* hypothesis_;
  std::vector<std::uint64_t> kinds_;
  std::optional<journey::EventKind> identify_;
  std::vector<std::pair<std::uint64_t, journey::Property>> traits_;  // By their names as numbers.
  double units_;
};

}  // namespace

Result<Subjects> read_subjects(const knowledge::Economics& economics, const Question& question,
                               const UpliftSpec& spec) {
  const Customers& customers = economics.customers();
  if (!spec.treated || !spec.control)
    return invalid("treated and control are both needed: the conditions on the event that says who is in which arm");
  std::vector<criteria::Expression> conditions{*spec.treated, *spec.control};
  if (spec.outcome) conditions.push_back(*spec.outcome);
  auto matcher = EventMatcher::bind(customers, conditions);
  if (!matcher) return tl::unexpected(matcher.error());
  // Everybody known is looked at; the filter and the audience are asked of the moment before they were sent to an arm, since what came
  // after may be the action's doing.
  Question everybody = question;
  everybody.filter.reset();
  const auto lens = Lens::of(customers, everybody);
  if (!lens) return tl::unexpected(lens.error());
  std::optional<criteria::Evaluator> filter;
  if (question.filter) {
    auto bound = customers.evaluator(*question.filter);
    if (!bound) return tl::unexpected(bound.error());
    filter = *std::move(bound);
  }
  const config::Hypothesis* hypothesis = question.hypothesis.empty()
                                             ? config::hypothesis_at(customers.business(), question.as_of)
                                             : config::find_hypothesis(customers.business(), question.hypothesis);
  Subjects subjects;
  subjects.warnings = matcher->warnings();
  const Reader reader(economics, question, spec, *std::move(matcher), std::move(filter), hypothesis);
  auto lists = fold_lists<Lists>(customers, everybody, *lens, [&](Lists& into, const Person& person) {
    if (const auto subject = reader.read(person.journey)) into.all.push_back(*subject);
  });
  if (!lists) return tl::unexpected(lists.error());
  subjects.all = std::move(lists->all);
  std::sort(subjects.all.begin(), subjects.all.end(), [](const Subject& left, const Subject& right) {
    const auto deeds = [](const Subject& of) {
      return std::tuple(of.lot, of.at, of.treated, of.to_both, of.outcome, of.person);
    };
    return deeds(left) < deeds(right);
  });
  return subjects;
}

}  // namespace habitue::insight::uplift
