#include "knowledge/treatment.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::knowledge {
namespace {

bool among(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

std::string words_of(const TreatmentVerdict& verdict, bool french) {
  constexpr const char* kNoBreak = "\u00a0";
  const std::string_view role = name_of(verdict.role), stage = name_of(verdict.stage);
  if (verdict.treatment == nullptr)
    return french ? fmt::format("Aucune règle de [[treatments]] ne convient au rôle {} et au stade {}.", role, stage)
                  : fmt::format("No rule of [[treatments]] fits the role {} and the stage {}.", role, stage);
  const config::Treatment& treatment = *verdict.treatment;
  std::string because;
  if (!treatment.roles.empty()) because = french ? fmt::format("le rôle {}", role) : fmt::format("the role {}", role);
  if (!treatment.stages.empty()) {
    if (!because.empty()) because += french ? " et " : " and ";
    because += french ? fmt::format("le stade {}", stage) : fmt::format("the stage {}", stage);
  }
  if (because.empty()) because = french ? "tout le monde" : "everybody";
  return french ? fmt::format("«{0}{1}{0}» est la première règle qui convient, pour {2}.", kNoBreak, treatment.name,
                              because)
                : fmt::format("\"{}\" is the first rule that fits, for {}.", treatment.name, because);
}

}  // namespace

TreatmentVerdict treatment_of(const Customers& customers, const journey::Journey& journey, UtcMicros as_of,
                              std::string_view language) {
  if (language.empty()) language = customers.business().language;
  TreatmentVerdict verdict;
  verdict.role = customers.role_of(journey, as_of);
  for (const RoleVerdict& role : customers.explain_roles(journey, as_of, language)) {
    const auto& sides = customers.business().sides;
    const auto place =
        std::find_if(sides.begin(), sides.end(), [&](const auto& side) { return side.name == role.side; });
    const auto fact = customers.role_on(static_cast<std::size_t>(place - sides.begin()), journey, as_of);
    if (!fact || !fact->surely_on_side) continue;
    verdict.side = role.side;
    verdict.role_words = role.reason;
    break;
  }
  const StageVerdict stage = customers.explain_stage(journey, as_of, language);
  verdict.stage = stage.stage;
  verdict.stage_words = stage.reason;
  for (const config::Treatment& treatment : customers.business().treatments)
    if (among(treatment.roles, name_of(verdict.role)) && among(treatment.stages, name_of(verdict.stage))) {
      verdict.treatment = &treatment;
      break;
    }
  verdict.words = words_of(verdict, language == "fr");
  return verdict;
}

}  // namespace habitue::knowledge
