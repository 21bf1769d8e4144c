#include "insight/contrast/table.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "insight/contrast/table_numbers.hpp"

namespace habitue::insight::contrast {
namespace {

using journey::Cell;
using journey::Value;
using Kind = ContrastFeature::Kind;

constexpr std::uint32_t kNone = UINT32_MAX;
constexpr std::size_t kStrataMax = 25;   // Then "other".
constexpr std::size_t kNumbersMin = 11;  // Fewer different numbers of a trait are values like any others.

auto place(const ContrastFeature& feature) {
  return std::tie(feature.kind, feature.event, feature.property, feature.times, feature.value.kind, feature.value.text);
}

// Which facts a cell is: the same text is the same fact, whatever the type it was sent as.
using FactOf = std::unordered_map<std::uint64_t, std::uint32_t>;

struct Candidate {
  ContrastFeature feature;
  std::vector<std::uint64_t> cells;
  std::uint64_t people = 0;
};

class Tabulator {
 public:
  Tabulator(const Customers& customers, const Gathered& gathered, const ContrastSpec& spec,
            const Cancellation* cancellation)
      : kinds_(customers.snapshot().kinds()), gathered_(gathered), spec_(spec), cancellation_(cancellation) {
    for_everybody([&](const Part&, const Taker& taker, std::size_t) {
      ++takers_;
      most_active_ = std::max(most_active_, taker.active_days);
      people_ += on_side(taker.verdict, spec.side) ? 1 : 0;
    });
    support_ = spec.odds == ContrastOdds::Posthog ? std::min<std::uint64_t>(25, (people_ + 49) / 50) : spec.support_min;
  }

  Table table() {
    kinds();
    traits();
    values();
    channels();
    order();
    Table table;
    for (const Candidate& candidate : candidates_) table.facts.push_back(candidate.feature);
    strata(table);
    rows(table);
    NumberFacts numbers = number_facts(
        {gathered_, kinds_, spec_.side, spec_.age, kind_people_, is_number_, support_, most_active_, cancellation_});
    table.numbers = std::move(numbers.facts);
    not_tested_ += numbers.not_tested;
    std::sort(table.numbers.begin(), table.numbers.end(), [](const NumberFact& left, const NumberFact& right) {
      return place(left.feature) < place(right.feature);
    });
    table.not_tested = not_tested_;
    return table;
  }

 private:
  // Passes over what is left once the question is cancelled.
  template <class Visit>
  void for_everybody(const Visit& visit) const {
    for (const Part& part : gathered_.parts) {
      if (cancellation_ != nullptr && cancellation_->cancelled()) return;
      for (std::size_t index = 0; index < part.takers.size(); ++index) visit(part, part.takers[index], index);
    }
  }

  bool enough(std::uint64_t people) const {
    if (people < std::max<std::uint64_t>(support_, 1)) return false;
    return spec_.odds == ContrastOdds::Posthog || people_ - people >= std::max<std::uint64_t>(support_, 1);
  }
  bool take(Candidate candidate) {
    if (!enough(candidate.people)) {
      ++not_tested_;
      return false;
    }
    candidates_.push_back(std::move(candidate));
    return true;
  }
  std::size_t cuts() const { return spec_.cuts.size() + 1; }
  std::uint32_t cut(std::size_t index) const { return index == 0 ? 1 : spec_.cuts[index - 1]; }

  // Each kind, and so often or more. A cut that holds for the same people as the one below it says nothing new.
  void kinds() {
    std::vector<std::uint64_t> people(kinds_.size() * cuts());
    for_everybody([&](const Part& part, const Taker& taker, std::size_t index) {
      if (!on_side(taker.verdict, spec_.side)) return;
      for (const DidKind& did : of_taker(part.kinds, part, index, &Taker::kinds_end))
        for (std::size_t each = 0; each < cuts() && did.times >= cut(each); ++each) ++people[did.kind * cuts() + each];
    });
    kind_people_.resize(kinds_.size());
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
      for (std::size_t each = 0; each < cuts(); ++each) {
        const std::uint64_t here = people[kind * cuts() + each];
        if (each == 0) kind_people_[kind] = here;
        if (here == 0 || (each > 0 && here == people[kind * cuts() + each - 1])) continue;
        Candidate candidate{.feature = {}, .cells = {kind * cuts() + each}, .people = here};
        candidate.feature.kind = each == 0 ? Kind::Did : Kind::AtLeast;
        candidate.feature.event = kinds_[kind];
        candidate.feature.times = each == 0 ? 0 : cut(each);
        take(std::move(candidate));
      }
  }

  // The most frequent values among cells: by text, with every cell that reads so.
  void take_values(std::vector<std::uint64_t>& cells, const ValueReader& reader, const ContrastFeature& like) {
    std::sort(cells.begin(), cells.end());
    std::map<std::string, Candidate> by_text;
    const bool texts_alone = std::all_of(cells.begin(), cells.end(),
                                         [](std::uint64_t bits) { return Cell{bits}.type() == Value::Type::Text; });
    for (auto first = cells.begin(); first != cells.end();) {
      const auto last = std::upper_bound(first, cells.end(), *first);
      const auto people = static_cast<std::uint64_t>(last - first);
      // Texts of their own code each: a rare one stays rare.
      if (!texts_alone || enough(people)) {
        Candidate& candidate = by_text[reader.text(Cell{*first}).value_or("")];
        candidate.cells.push_back(*first);
        candidate.people += people;
      } else {
        ++not_tested_;
      }
      first = last;
    }
    std::vector<std::pair<std::string, Candidate*>> ranked;
    for (auto& [text, candidate] : by_text) ranked.emplace_back(text, &candidate);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& left, const auto& right) { return left.second->people > right.second->people; });
    for (std::size_t index = 0; index < ranked.size(); ++index) {
      if (index >= spec_.values_max) {
        not_tested_ += ranked.size() - index;
        break;
      }
      ranked[index].second->feature = like;
      ranked[index].second->feature.value = {ShownValue::Kind::Value, ranked[index].first};
      take(std::move(*ranked[index].second));
    }
  }

  void traits() {
    const std::size_t traits = gathered_.traits.size();
    std::vector<std::vector<std::uint64_t>> cells(traits);
    for_everybody([&](const Part& part, const Taker& taker, std::size_t index) {
      if (!on_side(taker.verdict, spec_.side)) return;
      for (const Valued& one : of_taker(part.traits, part, index, &Taker::traits_end))
        cells[one.property].push_back(one.cell);
    });
    is_number_.resize(traits);
    for (std::size_t trait = 0; trait < traits; ++trait) {
      std::vector<std::uint64_t>& of = cells[trait];
      if (of.empty()) continue;
      std::vector<std::uint64_t> numbers;
      std::copy_if(of.begin(), of.end(), std::back_inserter(numbers),
                   [](std::uint64_t bits) { return Cell{bits}.type() == Value::Type::Number; });
      const bool mostly = 2 * numbers.size() >= of.size();
      std::sort(numbers.begin(), numbers.end());
      numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
      is_number_[trait] = mostly && numbers.size() >= kNumbersMin;
      ContrastFeature like{.kind = Kind::Trait, .property = gathered_.traits[trait]};
      Candidate missing{.feature = like, .cells = {Cell::kMissingBits, trait}, .people = people_ - of.size()};
      missing.feature.value.kind = ShownValue::Kind::Missing;
      if (missing.people > 0) take(std::move(missing));
      if (!is_number_[trait]) {
        const std::size_t from = candidates_.size();
        take_values(of, gathered_.trait_readers[trait], like);
        for (std::size_t each = from; each < candidates_.size(); ++each) candidates_[each].cells.push_back(trait);
      }
    }
  }

  void values() {
    std::map<std::pair<std::uint16_t, std::uint16_t>, std::vector<std::uint64_t>> cells;
    for_everybody([&](const Part& part, const Taker& taker, std::size_t index) {
      if (!on_side(taker.verdict, spec_.side)) return;
      for (const Valued& one : of_taker(part.values, part, index, &Taker::values_end))
        cells[{one.property, one.kind}].push_back(one.cell);
    });
    for (auto& [of, found] : cells) {
      const std::size_t from = candidates_.size();
      take_values(found, gathered_.property_readers[of.first],
                  {.kind = Kind::WithValue, .event = kinds_[of.second], .property = gathered_.properties[of.first]});
      for (std::size_t each = from; each < candidates_.size(); ++each)
        candidates_[each].cells.push_back(std::uint64_t{of.first} << 16U | of.second);
    }
  }

  void channels() {
    std::map<std::string_view, std::uint64_t> people;
    for_everybody([&](const Part&, const Taker& taker, std::size_t) {
      if (on_side(taker.verdict, spec_.side)) ++people[taker.channel];
    });
    std::vector<std::pair<std::string_view, std::uint64_t>> ranked(people.begin(), people.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& left, const auto& right) { return left.second > right.second; });
    for (std::size_t index = 0; index < ranked.size(); ++index) {
      if (index >= spec_.values_max) {
        ++not_tested_;
        continue;
      }
      Candidate candidate{.feature = {.kind = Kind::Channel}, .cells = {}, .people = ranked[index].second};
      candidate.feature.value = {ShownValue::Kind::Value, std::string(ranked[index].first)};
      take(std::move(candidate));
    }
  }

  // Numbers for the facts, by their texts; then what finds them again.
  void order() {
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& left, const Candidate& right) { return place(left.feature) < place(right.feature); });
    kind_fact_.assign(kinds_.size() * cuts(), kNone);
    trait_fact_.resize(gathered_.traits.size());
    trait_missing_.assign(gathered_.traits.size(), kNone);
    for (std::uint32_t fact = 0; fact < candidates_.size(); ++fact) {
      const Candidate& candidate = candidates_[fact];
      const std::vector<std::uint64_t>& cells = candidate.cells;
      switch (candidate.feature.kind) {
        case Kind::Did:
        case Kind::AtLeast: kind_fact_[cells.front()] = fact; break;
        case Kind::Trait:
          if (candidate.feature.value.kind == ShownValue::Kind::Missing)
            trait_missing_[cells.back()] = fact;
          else
            for (std::size_t cell = 0; cell + 1 < cells.size(); ++cell) trait_fact_[cells.back()][cells[cell]] = fact;
          break;
        case Kind::WithValue:
          for (std::size_t cell = 0; cell + 1 < cells.size(); ++cell) value_fact_[cells.back()][cells[cell]] = fact;
          break;
        case Kind::Channel: channel_fact_[candidate.feature.value.text] = fact; break;
        default: break;
      }
    }
  }

  std::string stratum_text(const Taker& taker) const {
    if (spec_.stratify->of == ContrastStratify::Of::Channel) return std::string(taker.channel);
    return gathered_.stratum_reader->text(Cell{taker.stratum}).value_or("");
  }

  void strata(Table& table) {
    if (!spec_.stratify) {
      table.strata = {""};
      return;
    }
    std::map<std::string, std::uint64_t> people;
    for_everybody([&](const Part&, const Taker& taker, std::size_t) {
      if (on_side(taker.verdict, spec_.side)) ++people[stratum_text(taker)];
    });
    std::vector<std::pair<std::string, std::uint64_t>> ranked(people.begin(), people.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& left, const auto& right) { return left.second > right.second; });
    for (std::size_t index = 0; index < std::min(ranked.size(), kStrataMax); ++index)
      table.strata.push_back(ranked[index].first);
    std::sort(table.strata.begin(), table.strata.end());
    for (std::uint16_t index = 0; index < table.strata.size(); ++index) stratum_[table.strata[index]] = index;
    table.strata.emplace_back("other");
  }

  void rows(Table& table) {
    const auto add = [&](std::uint32_t fact) {
      if (fact != kNone) table.has.push_back(fact);
    };
    const auto find = [](const FactOf& facts, std::uint64_t cell) {
      const auto found = facts.find(cell);
      return found == facts.end() ? kNone : found->second;
    };
    table.rows.reserve(takers_);
    table.ends.reserve(takers_);
    std::string_view channel_before;  // People share few: the same text lies at the same place.
    std::uint32_t channel_fact = kNone;
    for_everybody([&](const Part& part, const Taker& taker, std::size_t index) {
      Row row{.group = taker.group, .verdict = taker.verdict, .stratum = 0, .steps = taker.steps, .set = taker.set};
      if (gathered_.sets) table.sets = std::max(table.sets, taker.set + 1);
      if (spec_.stratify) {
        const auto found = stratum_.find(stratum_text(taker));
        row.stratum = found == stratum_.end() ? static_cast<std::uint16_t>(table.strata.size() - 1) : found->second;
      }
      table.rows.push_back(row);
      for (const DidKind& did : of_taker(part.kinds, part, index, &Taker::kinds_end))
        for (std::size_t each = 0; each < cuts() && did.times >= cut(each); ++each)
          add(kind_fact_[did.kind * cuts() + each]);
      std::size_t next = 0;  // Traits come in their order: those passed over are missing.
      for (const Valued& one : of_taker(part.traits, part, index, &Taker::traits_end)) {
        for (; next < one.property; ++next) add(trait_missing_[next]);
        next = one.property + std::size_t{1};
        add(find(trait_fact_[one.property], one.cell));
      }
      for (; next < trait_missing_.size(); ++next) add(trait_missing_[next]);
      const std::size_t values_from = table.has.size();
      for (const Valued& one : of_taker(part.values, part, index, &Taker::values_end))
        if (const auto of = value_fact_.find(std::uint64_t{one.property} << 16U | one.kind); of != value_fact_.end())
          add(find(of->second, one.cell));
      // Two cells of one text are one fact: counted once.
      const auto first = table.has.begin() + static_cast<std::ptrdiff_t>(values_from);
      std::sort(first, table.has.end());
      table.has.erase(std::unique(first, table.has.end()), table.has.end());
      if (taker.channel.data() != channel_before.data() || taker.channel.size() != channel_before.size()) {
        channel_before = taker.channel;
        const auto found = channel_fact_.find(taker.channel);
        channel_fact = found == channel_fact_.end() ? kNone : found->second;
      }
      add(channel_fact);
      table.ends.push_back(table.has.size());
    });
  }

  std::span<const std::string> kinds_;
  const Gathered& gathered_;
  const ContrastSpec& spec_;
  const Cancellation* cancellation_;
  std::size_t takers_ = 0;  // Of all sides.
  std::uint16_t most_active_ = 0;
  std::uint64_t people_ = 0, support_ = 0, not_tested_ = 0;
  std::vector<Candidate> candidates_;
  std::vector<std::uint64_t> kind_people_;  // By kind.
  std::vector<std::uint8_t> is_number_;     // By trait.
  std::vector<std::uint32_t> kind_fact_, trait_missing_;
  std::vector<FactOf> trait_fact_;
  std::unordered_map<std::uint64_t, FactOf> value_fact_;
  std::map<std::string, std::uint32_t, std::less<>> channel_fact_;
  std::map<std::string, std::uint16_t> stratum_;
};

}  // namespace

bool on_side(std::uint8_t verdict, AudienceSide side) {
  switch (side) {
    case AudienceSide::All: return true;
    case AudienceSide::Inside: return verdict == static_cast<std::uint8_t>(criteria::Verdict::Inside);
    case AudienceSide::Outside: return verdict == static_cast<std::uint8_t>(criteria::Verdict::Outside);
    case AudienceSide::Unknown: break;
  }
  return verdict == static_cast<std::uint8_t>(criteria::Verdict::Unknown);
}

Table tabulate(const Customers& customers, const Gathered& gathered, const ContrastSpec& spec,
               const Cancellation* cancellation) {
  return Tabulator(customers, gathered, spec, cancellation).table();
}

}  // namespace habitue::insight::contrast
