#include "insight/definitions/words.hpp"

#include <vector>

#include <fmt/format.h>

namespace habitue::insight::definitions {
namespace {

// Of one side of the business there is one number; of several the greatest would mislead, so each is told.
std::string part_of(const PreviewMatrix& matrix, bool several_sides, bool french) {
  switch (matrix.what) {
    case PreviewWhat::Role:
      if (!several_sides) return french ? "de rôle" : "role";
      return fmt::format("{} « {} »", french ? "de rôle du côté" : "role on the side", matrix.business_side);
    case PreviewWhat::Stage: return french ? "de stade" : "stage";
    case PreviewWhat::Audience: return french ? "de côté de l'audience" : "side of the audience";
  }
  return {};
}

}  // namespace

std::string sentence_of(const PreviewReport& report, std::string_view language) {
  const bool french = language == "fr";
  if (report.sections.empty())
    return french ? "Ces définitions disent la même chose que celles en vigueur."
                  : "These definitions say what those in force say.";
  if (report.changed == 0)
    return french ? fmt::format("Personne, sur {}, ne changerait de rôle, de stade ni de côté de l'audience.",
                                report.people)
                  : fmt::format("Nobody of {} would change role, stage or side of the audience.", report.people);
  std::size_t sides = 0;
  for (const PreviewMatrix& matrix : report.matrices) sides += matrix.what == PreviewWhat::Role ? 1 : 0;
  std::vector<std::string> parts;
  for (const PreviewMatrix& matrix : report.matrices)
    if (matrix.changed > 0) parts.push_back(fmt::format("{} {}", matrix.changed, part_of(matrix, sides > 1, french)));
  const bool one = report.changed == 1;
  return french ? fmt::format("{} {} sur {} {} : {}.", report.changed, one ? "personne" : "personnes", report.people,
                              one ? "changerait" : "changeraient", fmt::join(parts, ", "))
                : fmt::format("{} {} of {} would change: {}.", report.changed, one ? "person" : "people", report.people,
                              fmt::join(parts, ", "));
}

PreviewWarning warning_of_identity() {
  return {
      PreviewWarningOf::Identity,
      "Who is one person would be found anew, which takes reading all events: it is done when this is saved, and not "
      "counted here.",
      "Qui est une même personne serait établi à nouveau, ce qui demande de relire tous les événements : c'est fait à "
      "l'enregistrement, et pas compté ici."};
}

PreviewWarning warning_of_zone() {
  return {PreviewWarningOf::Zone, "Days would be cut by another time zone: the end of a day is another moment then.",
          "Les jours seraient découpés par un autre fuseau horaire : la fin d'un jour est alors un autre moment."};
}

PreviewWarning warning_of_hypothesis(std::string_view version) {
  return {PreviewWarningOf::Hypothesis,
          fmt::format("There is no hypothesis \"{}\" in this text: the one in force is compared.", version),
          fmt::format("Il n'y a pas d'hypothèse « {} » dans ce texte : celle en vigueur est comparée.", version)};
}

PreviewWarning warning_of_event(std::string_view event) {
  return {PreviewWarningOf::NeverSeen, fmt::format("No event called \"{}\" has arrived yet.", event),
          fmt::format("Aucun événement nommé « {} » n'est encore arrivé.", event)};
}

}  // namespace habitue::insight::definitions
