#include "insight/contrast/assess_sets.hpp"

#include <algorithm>
#include <array>

namespace habitue::insight::contrast {
namespace {

constexpr double kHeterogeneous = 0.05;

Share share_in(const ContrastCounts& counts, bool first) {
  return first ? share_of(counts.first_with, counts.first_with + counts.first_without)
               : share_of(counts.second_with, counts.second_with + counts.second_without);
}

TwoShares shares_of(const ContrastCounts& counts, const Matched& found) {
  TwoShares shares{.first = share_in(counts, true), .second = share_in(counts, false)};
  shares.difference = found.difference.value;
  shares.low = found.difference.low;
  shares.high = found.difference.high;
  shares.p_value = found.p_value;
  shares.test = ShareTest::MantelHaenszel;
  shares.too_few = std::min(shares.first.whole, shares.second.whole) < kComparedMin;
  return shares;
}

}  // namespace

SetsOf::SetsOf(const Table& table) : table_(&table), first_(table.sets), ends_(table.sets) {
  for (std::uint32_t row = 0; row < table.rows.size(); ++row)
    if (table.rows[row].group == 0)
      first_[table.rows[row].set] = row;
    else
      ++ends_[table.rows[row].set];
  std::vector<std::size_t> next(table.sets);
  std::size_t end = 0;
  for (std::uint32_t set = 0; set < table.sets; ++set) {
    next[set] = end;
    end = ends_[set] += end;
  }
  rows_.resize(end);
  for (std::uint32_t row = 0; row < table.rows.size(); ++row)
    if (table.rows[row].group != 0) rows_[next[table.rows[row].set]++] = row;

  // Who has what, set by set; a fact that nobody of a set has is not touched by it.
  struct Here {
    bool first = false, first_of_stratum = false;
    std::uint16_t with = 0, with_of_stratum = 0;
  };
  const bool stratified = table.strata.size() > 1;
  having_.resize(table.facts.size());
  if (stratified) stratum_.resize(table.facts.size());
  std::vector<Here> here(table.facts.size());
  std::vector<std::uint32_t> touched;
  for (std::uint32_t set = 0; set < table.sets; ++set) {
    const std::uint16_t stratum = table.rows[first_[set]].stratum;
    std::uint16_t others = 0, of_stratum = 0;
    touched.clear();
    const auto touch = [&](std::uint32_t fact) -> Here& {
      if (!here[fact].first && here[fact].with == 0) touched.push_back(fact);
      return here[fact];
    };
    for (const std::uint32_t fact : table.facts_of(first_[set])) touch(fact).first = true;
    for (std::size_t index = set == 0 ? 0 : ends_[set - 1]; index < ends_[set]; ++index) {
      const bool same = table.rows[rows_[index]].stratum == stratum;
      ++others;
      of_stratum = static_cast<std::uint16_t>(of_stratum + (same ? 1 : 0));
      for (const std::uint32_t fact : table.facts_of(rows_[index])) {
        Here& one = touch(fact);
        ++one.with;
        one.with_of_stratum = static_cast<std::uint16_t>(one.with_of_stratum + (same ? 1 : 0));
      }
    }
    for (const std::uint32_t fact : touched) {
      const Here& one = here[fact];
      having_[fact].push_back({one.first, one.with, others, stratum});
      if (stratified && of_stratum > 0) stratum_[fact].push_back({one.first, one.with_of_stratum, of_stratum, stratum});
      here[fact] = {};
    }
  }
}

ContrastWithin SetsOf::within(std::span<const MatchedSet> sets, std::size_t strata) {
  const Pooled found = matched_in_strata(sets, strata);
  ContrastWithin within{
      .odds = found.odds, .p_value = found.p_value, .homogeneity_p = found.homogeneity_p, .strata = found.strata};
  within.strata_differ = found.homogeneity_p && *found.homogeneity_p < kHeterogeneous;
  return within;
}

void SetsOf::fill(std::size_t fact, const ContrastSpec& spec, ContrastLine& line) const {
  const Matched found = matched(having_[fact], table_->sets - having_[fact].size());
  line.shares = shares_of(line.counts.of(spec.side), found);
  line.odds = found.odds;
  line.p_value = found.p_value;
  line.too_few = line.shares.too_few;
  if (spec.stratify && !stratum_.empty()) line.within = within(stratum_[fact], table_->strata.size());
}

bool SetsOf::fill(const NumberFact& fact, ContrastLine& line) const {
  std::vector<std::uint32_t> place(table_->rows.size(), UINT32_MAX);
  for (std::uint32_t index = 0; index < fact.of_rows.size(); ++index) place[fact.of_rows[index].first] = index;
  std::vector<MatchedNumbers> sets;
  std::uint64_t others = 0;
  for (std::uint32_t set = 0; set < table_->sets; ++set) {
    if (place[first_[set]] == UINT32_MAX) continue;
    MatchedNumbers one{fact.of_rows[place[first_[set]]].second, {}};
    for (std::size_t index = set == 0 ? 0 : ends_[set - 1]; index < ends_[set]; ++index)
      if (place[rows_[index]] != UINT32_MAX) one.others.push_back(fact.of_rows[place[rows_[index]]].second);
    if (one.others.empty()) continue;
    others += one.others.size();
    sets.push_back(std::move(one));
  }
  const auto rank = matched_rank(sets);
  if (!rank) return false;
  const Estimate& theta = rank->superiority;
  line.number->superiority = theta;
  line.number->cliffs_delta = {2 * theta.value - 1, 2 * theta.low - 1, 2 * theta.high - 1};
  line.number->mean_difference = rank->difference;
  line.p_value = rank->p_value;
  line.too_few = std::min<std::uint64_t>(sets.size(), others) < kComparedMin;
  return true;
}

std::vector<MatchedSet> SetsOf::sets_of_step(std::uint16_t number, bool one_stratum) const {
  std::vector<MatchedSet> sets;
  for (std::uint32_t set = 0; set < table_->sets; ++set) {
    const Row& first = table_->rows[first_[set]];
    if (first.steps < number) continue;
    MatchedSet one{first.steps == number, 0, 0, first.stratum};
    for (std::size_t index = set == 0 ? 0 : ends_[set - 1]; index < ends_[set]; ++index) {
      const Row& other = table_->rows[rows_[index]];
      if (other.steps < number || (one_stratum && other.stratum != first.stratum)) continue;
      ++one.others;
      one.with = static_cast<std::uint16_t>(one.with + (other.steps == number ? 1 : 0));
    }
    if (one.others > 0) sets.push_back(one);
  }
  return sets;
}

void SetsOf::fill(std::uint16_t number, const ContrastSpec& spec, ContrastStep& step) const {
  const std::vector<MatchedSet> sets = sets_of_step(number, false);
  const Matched found = matched(sets);
  const ContrastCounts& counts = step.counts.of(spec.side);
  step.outcome = shares_of(counts, found);
  step.outcome.too_few = step.outcome.too_few || sets.size() < kComparedMin;
  step.odds = found.odds;
  // Of those who came and were stuck, the part that would not have come so soon at the rate of those who went on.
  if (step.odds) step.people_concerned = -static_cast<double>(counts.first_with) * (1 - 1 / step.odds->value);
  if (spec.stratify && table_->strata.size() > 1)
    step.within = within(sets_of_step(number, true), table_->strata.size());
}

}  // namespace habitue::insight::contrast
