#include "insight/definitions/preview.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include <fmt/format.h>

#include "insight/definitions/words.hpp"
#include "insight/fold.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using knowledge::kRoles;
using knowledge::kStages;
using knowledge::Role;
using knowledge::Stage;

constexpr std::size_t kSides = 3;     // Of the audience.
constexpr std::size_t kEndsMost = 9;  // Of any matrix.
static_assert(kStages <= kEndsMost && kRoles + 1 <= kEndsMost);
constexpr std::size_t kAbsent = kRoles;

std::string_view word_of(criteria::Verdict verdict) {
  switch (verdict) {
    case criteria::Verdict::Inside: return "inside";
    case criteria::Verdict::Outside: return "outside";
    case criteria::Verdict::Unknown: break;
  }
  return "unknown";
}

// The words of a matrix, in the order of its rows and columns.
std::vector<std::string_view> words_of(PreviewWhat what) {
  std::vector<std::string_view> words;
  switch (what) {
    case PreviewWhat::Role:
      for (std::size_t role = 0; role < kRoles; ++role) words.push_back(name_of(static_cast<Role>(role)));
      words.push_back("absent");
      break;
    case PreviewWhat::Stage:
      for (std::size_t stage = 0; stage < kStages; ++stage) words.push_back(name_of(static_cast<Stage>(stage)));
      break;
    case PreviewWhat::Audience:
      for (std::size_t side = 0; side < kSides; ++side) words.push_back(word_of(static_cast<criteria::Verdict>(side)));
      break;
  }
  return words;
}

// The places of one matrix that somebody goes from and to.
struct Step {
  std::size_t from, to;
  bool changes() const { return from != to; }
};

// Both rules side by side: what is compared, and how it is read of one person.
class Comparison {
 public:
  struct Compared {
    PreviewWhat what;
    std::string business_side = {};
    std::optional<std::size_t> before = {}, after = {};  // Places of the side in either configuration.
  };

  Comparison(const Customers& before, const Customers& after, const Question& question)
      : before_(before),
        after_(after),
        as_of_(question.as_of),
        hypothesis_(question.hypothesis.empty() ? nullptr
                                                : config::find_hypothesis(after.business(), question.hypothesis)) {
    if (hypothesis_ == nullptr) hypothesis_ = config::hypothesis_at(after.business(), as_of_);
    const auto& was = before.business().sides;
    const auto& will_be = after.business().sides;
    for (std::size_t side = 0; side < was.size(); ++side)
      all_.push_back({PreviewWhat::Role, was[side].name, side, place_of(will_be, was[side].name)});
    for (std::size_t side = 0; side < will_be.size(); ++side)
      if (!place_of(was, will_be[side].name)) all_.push_back({PreviewWhat::Role, will_be[side].name, {}, side});
    all_.push_back({PreviewWhat::Stage});
    all_.push_back({PreviewWhat::Audience});
  }

  const std::vector<Compared>& all() const { return all_; }

  Step step_of(const Compared& compared, const Person& person) const {
    const journey::Journey& journey = person.journey;
    switch (compared.what) {
      case PreviewWhat::Role:
        return {role_of(before_, compared.before, journey), role_of(after_, compared.after, journey)};
      case PreviewWhat::Stage:
        return {static_cast<std::size_t>(before_.stage_of(journey, as_of_).stage),
                static_cast<std::size_t>(after_.stage_of(journey, as_of_).stage)};
      case PreviewWhat::Audience: break;
    }
    return {static_cast<std::size_t>(person.audience),
            static_cast<std::size_t>(after_.audience_of(journey, as_of_, hypothesis_))};
  }

 private:
  static std::optional<std::size_t> place_of(const std::vector<config::Side>& sides, std::string_view name) {
    const auto found = std::find_if(sides.begin(), sides.end(), [&](const auto& side) { return side.name == name; });
    return found == sides.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - sides.begin()));
  }
  std::size_t role_of(const Customers& customers, std::optional<std::size_t> side,
                      const journey::Journey& journey) const {
    if (!side) return kAbsent;
    const auto fact = customers.role_on(*side, journey, as_of_);
    return fact ? static_cast<std::size_t>(fact->role) : kAbsent;
  }

  const Customers& before_;
  const Customers& after_;
  UtcMicros as_of_;
  const config::Hypothesis* hypothesis_;
  std::vector<Compared> all_;
};

struct Tally {
  using Matrix = std::array<std::array<std::uint64_t, kEndsMost>, kEndsMost>;
  std::vector<Matrix> matrices;
  std::uint64_t people = 0, changed = 0;

  void merge(const Tally& other) {
    for (std::size_t at = 0; at < matrices.size(); ++at)
      for (std::size_t from = 0; from < kEndsMost; ++from)
        for (std::size_t to = 0; to < kEndsMost; ++to) matrices[at][from][to] += other.matrices[at][from][to];
    people += other.people;
    changed += other.changed;
  }
};

PreviewMatrix matrix_of(const Comparison::Compared& compared, const Tally::Matrix& counted) {
  PreviewMatrix matrix{compared.what, compared.business_side};
  const auto words = words_of(compared.what);
  for (std::size_t from = 0; from < words.size(); ++from)
    for (std::size_t to = 0; to < words.size(); ++to) {
      // Who is on the side neither before nor after is no part of it.
      const bool nowhere = compared.what == PreviewWhat::Role && from == kAbsent && to == kAbsent;
      if (counted[from][to] == 0 || nowhere) continue;
      matrix.moves.push_back({std::string(words[from]), std::string(words[to]), counted[from][to]});
      if (from != to) matrix.changed += counted[from][to];
    }
  return matrix;
}

// Rhythms are learnt when first asked for: here they can be stopped.
Result<void> learn_rhythms(const Customers& customers, const Question& question) {
  if (!customers.rhythm_drives()) return {};
  auto learnt = customers.rhythms(question.cancellation);
  return learnt ? Result<void>() : tl::unexpected(learnt.error());
}

std::vector<PreviewWarning> warnings_of(const Customers& customers, const Customers& proposed,
                                        const Question& question) {
  const config::Business& was = customers.business();
  const config::Business& will_be = proposed.business();
  std::vector<PreviewWarning> warnings;
  if (was.identity != will_be.identity) warnings.push_back(definitions::warning_of_identity());
  if (was.zone.name() != will_be.zone.name()) warnings.push_back(definitions::warning_of_zone());
  if (!question.hypothesis.empty() && config::find_hypothesis(will_be, question.hypothesis) == nullptr)
    warnings.push_back(definitions::warning_of_hypothesis(question.hypothesis));
  // What is newly named and was never heard of is a slip of the pen more often than a plan.
  std::set<std::string> told;
  const auto look = [&](const std::vector<std::string>& before, const std::vector<std::string>& after) {
    for (const std::string& event : after)
      if (std::find(before.begin(), before.end(), event) == before.end() && !customers.snapshot().find_kind(event) &&
          told.insert(event).second)
        warnings.push_back(definitions::warning_of_event(event));
  };
  look(was.money.payments, will_be.money.payments);
  look(was.money.purchases, will_be.money.purchases);
  look(was.money.refunds, will_be.money.refunds);
  look(was.subscription.started, will_be.subscription.started);
  look(was.subscription.ended, will_be.subscription.ended);
  return warnings;
}

}  // namespace

Result<PreviewReport> ask_preview(const Customers& customers, const Customers& proposed, const Question& question,
                                  const PreviewSpec& spec) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  for (const Customers* rules : {&customers, &proposed})
    if (auto learnt = learn_rhythms(*rules, question); !learnt) return tl::unexpected(learnt.error());

  const Comparison comparison(customers, proposed, question);
  Tally empty;
  empty.matrices.resize(comparison.all().size());
  auto tally = fold_people(customers, question, *lens, empty, [&](Tally& into, const Person& person) {
    if (!retention::on_side(person.audience, spec.side)) return;
    ++into.people;
    bool changes = false;
    for (std::size_t at = 0; at < comparison.all().size(); ++at) {
      const Step step = comparison.step_of(comparison.all()[at], person);
      ++into.matrices[at][step.from][step.to];
      changes = changes || step.changes();
    }
    into.changed += changes ? 1 : 0;
  });
  if (!tally) return tl::unexpected(tally.error());

  PreviewReport report;
  report.sections = config::differing_sections(customers.business(), proposed.business());
  report.people = tally->people;
  report.changed = tally->changed;
  for (std::size_t at = 0; at < comparison.all().size(); ++at)
    report.matrices.push_back(matrix_of(comparison.all()[at], tally->matrices[at]));
  report.warnings = warnings_of(customers, proposed, question);
  report.sentence_en = definitions::sentence_of(report, "en");
  report.sentence_fr = definitions::sentence_of(report, "fr");
  return report;
}

Result<std::vector<PersonId>> people_of_preview(const Customers& customers, const Customers& proposed,
                                                const Question& question, const PreviewSpec& spec,
                                                const PreviewCell& cell) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  for (const Customers* rules : {&customers, &proposed})
    if (auto learnt = learn_rhythms(*rules, question); !learnt) return tl::unexpected(learnt.error());
  const Comparison comparison(customers, proposed, question);
  if (!cell.what) {
    if (cell.from || cell.to || !cell.business_side.empty())
      return invalid("cell: say of what `from`, `to` and `business_side` are: \"what\" is role, stage or audience");
    return retention::people_who(customers, question, *lens, spec.side, [&](const Person& person) {
      return std::any_of(comparison.all().begin(), comparison.all().end(),
                         [&](const auto& compared) { return comparison.step_of(compared, person).changes(); });
    });
  }
  const auto found = std::find_if(comparison.all().begin(), comparison.all().end(), [&](const auto& compared) {
    return compared.what == *cell.what && (cell.business_side.empty() || compared.business_side == cell.business_side);
  });
  if (found == comparison.all().end())
    return invalid(fmt::format("cell: there is no side of the business called \"{}\"", cell.business_side));
  const auto words = words_of(*cell.what);
  const auto place_of = [&](const std::optional<std::string>& word) -> Result<std::optional<std::size_t>> {
    if (!word) return std::nullopt;
    const auto at = std::find(words.begin(), words.end(), *word);
    if (at == words.end()) return invalid(fmt::format("cell: \"{}\" is none of {}", *word, fmt::join(words, ", ")));
    return static_cast<std::size_t>(at - words.begin());
  };
  const auto from = place_of(cell.from), to = place_of(cell.to);
  if (!from) return tl::unexpected(from.error());
  if (!to) return tl::unexpected(to.error());
  return retention::people_who(customers, question, *lens, spec.side, [&](const Person& person) {
    const Step step = comparison.step_of(*found, person);
    if (!*from && !*to) return step.changes();
    return (!*from || step.from == **from) && (!*to || step.to == **to);
  });
}

}  // namespace habitue::insight
