#include "insight/readiness/facts.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "insight/fold_lists.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight::readiness {
namespace {

using criteria::Verdict;

struct Lists {
  std::vector<Fact> segment;
  std::vector<PersonId> cannot_tell;
  UtcMicros first_money = kEnd;
  knowledge::NotAdded not_added;

  void merge(Lists& other) {
    std::move(other.segment.begin(), other.segment.end(), std::back_inserter(segment));
    cannot_tell.insert(cannot_tell.end(), other.cannot_tell.begin(), other.cannot_tell.end());
    first_money = std::min(first_money, other.first_money);
    not_added.merge(other.not_added);
  }
  void reserve(std::span<const Lists> parts) {
    std::size_t size = 0;
    for (const Lists& part : parts) size += part.segment.size();
    segment.reserve(size);
  }
};

struct Tests {
  std::optional<criteria::Evaluator> segment, consent;
  std::optional<criteria::Evaluator> reachable;
  std::vector<std::string> warnings;

  static Result<Tests> bind(const Customers& customers, const Question& question, const ReadinessSpec& spec) {
    const criteria::Expression usual = *criteria::parse("trait email exists or trait phone exists");
    Tests tests;
    for (const auto& [said, into, warns] :
         {std::tuple{spec.segment ? &*spec.segment : nullptr, &tests.segment, true},
          std::tuple{spec.reachable ? &*spec.reachable : &usual, &tests.reachable, spec.reachable.has_value()},
          std::tuple{spec.consent ? &*spec.consent : nullptr, &tests.consent, true}}) {
      if (said == nullptr) continue;
      criteria::Expression expression = *said;
      if (question.cohorts) {
        auto resolved = criteria::with_cohorts(expression, *question.cohorts);
        if (!resolved) return tl::unexpected(resolved.error());
        expression = *std::move(resolved);
      }
      auto bound = customers.evaluator(expression);
      if (!bound) return tl::unexpected(bound.error());
      // That nobody told a telephone is no mistake of who asks.
      if (warns) tests.warnings.insert(tests.warnings.end(), bound->warnings().begin(), bound->warnings().end());
      *into = *std::move(bound);
    }
    return tests;
  }
};

class Reader {
 public:
  Reader(const knowledge::Economics& economics, const Tests& tests, UtcMicros as_of)
      : economics_(economics), tests_(tests), as_of_(as_of), from_(as_of - std::chrono::days{kYear}) {}

  void read(Lists& into, const journey::Journey& journey) const {
    const std::vector<UtcMicros> purchases = economics_.customers().purchases(journey, as_of_);
    const Verdict in = tests_.segment      ? tests_.segment->evaluate(journey, as_of_)
                       : purchases.empty() ? Verdict::Outside
                                           : Verdict::Inside;
    if (in == Verdict::Unknown) into.cannot_tell.push_back(journey.person());
    if (in != Verdict::Inside) return;
    Fact fact{.person = journey.person()};
    fact.purchases = static_cast<std::uint32_t>(purchases.size());
    fact.recent = static_cast<std::uint32_t>(
        std::count_if(purchases.begin(), purchases.end(), [&](UtcMicros at) { return at > from_; }));
    fact.reachable = tests_.reachable->evaluate(journey, as_of_) == Verdict::Inside;
    fact.consented = !tests_.consent || tests_.consent->evaluate(journey, as_of_) == Verdict::Inside;
    add_money(into, journey, fact);
    into.segment.push_back(fact);
  }

 private:
  void add_money(Lists& into, const journey::Journey& journey, Fact& fact) const {
    thread_local std::vector<knowledge::Earned> earned;
    thread_local std::vector<knowledge::Spent> spent;
    economics_.earned(journey, as_of_, earned, into.not_added);
    for (const knowledge::Earned& move : earned) {
      into.first_money = std::min(into.first_money, move.at);
      if (move.at <= from_) continue;
      fact.revenue_minor += move.revenue_minor;
      if (move.margin_minor)
        fact.margin_minor += *move.margin_minor;
      else
        fact.without_margin_minor += move.revenue_minor;
    }
    economics_.spent(journey, as_of_, spent, into.not_added);
    for (const knowledge::Spent& move : spent) {
      into.first_money = std::min(into.first_money, move.at);
      if (move.at > from_) fact.serving_minor += move.cost_minor;
    }
  }

  const knowledge::Economics& economics_;
  const Tests& tests_;
  UtcMicros as_of_, from_;
};

auto deeds(const Fact& of) {
  return std::tuple(of.revenue_minor, of.without_margin_minor, of.margin_minor, of.serving_minor, of.purchases,
                    of.recent, of.reachable, of.consented, of.person);
}

}  // namespace

std::int64_t Facts::margin_minor(const Fact& fact) const {
  return fact.margin_minor + std::llround(static_cast<double>(fact.without_margin_minor) * margin_share.value_or(0));
}
std::int64_t Facts::contribution_minor(const Fact& fact) const { return margin_minor(fact) - fact.serving_minor; }

Result<Facts> read_facts(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                         const ReadinessSpec& spec) {
  const Customers& customers = economics.customers();
  auto tests = Tests::bind(customers, question, spec);
  if (!tests) return tl::unexpected(tests.error());
  const Reader reader(economics, *tests, question.as_of);
  auto lists = fold_lists<Lists>(customers, question, lens, [&](Lists& into, const Person& person) {
    if (retention::on_side(person.audience, spec.side)) reader.read(into, person.journey);
  });
  if (!lists) return tl::unexpected(lists.error());
  Facts facts;
  facts.segment = std::move(lists->segment);
  std::sort(facts.segment.begin(), facts.segment.end(),
            [](const Fact& left, const Fact& right) { return deeds(left) < deeds(right); });
  facts.cannot_tell = std::move(lists->cannot_tell);
  std::sort(facts.cannot_tell.begin(), facts.cannot_tell.end());
  facts.not_added = std::move(lists->not_added);
  facts.warnings = std::move(tests->warnings);
  if (lists->first_money < question.as_of) {
    const auto known = std::chrono::duration_cast<std::chrono::days>(question.as_of - lists->first_money).count() + 1;
    facts.days = static_cast<std::uint32_t>(std::min<std::int64_t>(known, kYear));
  }
  std::int64_t revenue = 0, margin = 0;
  for (const Fact& fact : facts.segment) {
    revenue += fact.revenue_minor - fact.without_margin_minor;
    margin += fact.margin_minor;
  }
  if (revenue > 0)
    facts.margin_share = static_cast<double>(margin) / static_cast<double>(revenue);
  else
    facts.margin_share = customers.business().margin.share;
  return facts;
}

}  // namespace habitue::insight::readiness
