#include "insight/stickiness/frequency.hpp"

#include <map>

#include "insight/stickiness/by_value.hpp"

namespace habitue::insight {
namespace {

using retention::Act;
using stickiness::Acts;

struct Figures {
  std::map<std::uint64_t, std::uint64_t> people;  // By times; 0: never.
  void merge(const Figures& other) {
    for (const auto& [times, count] : other.people) people[times] += count;
  }
};

FrequencyFigures shape(const Figures& figures) {
  FrequencyFigures shaped;
  std::map<std::uint64_t, std::uint64_t> at_least_once = figures.people;
  if (const auto never = at_least_once.find(0); never != at_least_once.end()) {
    shaped.never = never->second;
    at_least_once.erase(never);
  }
  for (const auto& [times, people] : at_least_once) {
    shaped.people += people;
    shaped.acts += times * people;
    shaped.counts.push_back({times, people});
  }
  shaped.times = quantiles_of(at_least_once);
  return shaped;
}

std::uint64_t times_of(const Acts& acts, const std::vector<Act>& read, std::size_t slot) {
  std::uint64_t times = 0;
  for (const Act& act : read) times += acts.is_of(act, slot) ? 1 : 0;
  return times;
}

Result<Acts> bind_acts(const Customers& customers, const Question& question, const FrequencySpec& spec) {
  const ActTest tests[] = {spec.act};
  return Acts::bind(customers, question, tests, spec.breakdown, question.period, question.period.to);
}

}  // namespace

Result<FrequencyReport> ask_frequency(const Customers& customers, const Question& question, const FrequencySpec& spec) {
  auto acts = bind_acts(customers, question, spec);
  if (!acts) return tl::unexpected(acts.error());
  auto parts = stickiness::fold_by_slot(customers, question, *acts, Figures{},
                                        [&](std::vector<Figures>& figures, const Person& person) {
                                          thread_local std::vector<Act> read;
                                          acts->read(person, read);
                                          acts->for_each_slot(read, [&](std::size_t slot) {
                                            const std::uint64_t times = times_of(*acts, read, slot);
                                            if (times > 0 || slot == 0) ++figures[slot].people[times];
                                          });
                                        });
  if (!parts) return tl::unexpected(parts.error());
  FrequencyReport report;
  report.total = stickiness::shape_slot<FrequencyFigures>(*parts, 0, shape);
  for (std::size_t slot = 1; slot < acts->values.slots(); ++slot)
    report.values.push_back({acts->values.shown(slot), stickiness::shape_slot<FrequencyFigures>(*parts, slot, shape)});
  report.warnings = acts->reader.warnings();
  return report;
}

Result<std::vector<PersonId>> people_of_frequency(const Customers& customers, const Question& question,
                                                  const FrequencySpec& spec, const FrequencyCell& cell) {
  const auto acts = bind_acts(customers, question, spec);
  const auto is_one = [&](const Acts& of, const std::vector<Act>& read, std::size_t slot) {
    const std::uint64_t times = times_of(of, read, slot);
    // A value is that of those who did something of it: there is no "never" but that of everybody.
    return times >= cell.times_min && times <= cell.times_max && (times > 0 || slot == 0);
  };
  return stickiness::people_by_acts(customers, question, acts, cell.value, cell.side, is_one);
}

}  // namespace habitue::insight
