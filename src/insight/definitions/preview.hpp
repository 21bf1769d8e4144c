// What would change if the business's definitions were others: roles, stages and sides of the audience of the same people at the same
// moment, by the rules that hold and by those proposed. Nothing is saved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "insight/question.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

using knowledge::Customers;

struct PreviewSpec {
  std::string toml;                       ///< The whole configuration proposed, as habitue.toml holds it.
  AudienceSide side = AudienceSide::All;  ///< Of the audience by the rules that hold now.
};

enum class PreviewWhat : std::uint8_t { Role, Stage, Audience };

struct PreviewMove {
  std::string from,
      to;  ///< As reports call them: "client", "at_risk", "inside"; "absent" of a side that somebody is not on.
  std::uint64_t people = 0;
};
/// One way to look at people, before and after.
struct PreviewMatrix {
  PreviewWhat what = PreviewWhat::Role;
  std::string business_side = {};  ///< Of a role: the side of the business's model. Empty otherwise.
  std::uint64_t changed = 0;       ///< Whose `from` and `to` differ.
  std::vector<PreviewMove> moves =
      {};  ///< All that somebody makes, those who stay included; of a role, of who is on the side before or after.
};

enum class PreviewWarningOf : std::uint8_t {
  Identity,    ///< Who is one person would be found anew, which is not counted.
  Zone,        ///< Days are cut elsewhere: a day asked for is another span then.
  Hypothesis,  ///< The version asked for is not in the proposal: the one in force is taken there.
  NeverSeen,   ///< An event is named that has never arrived.
};
struct PreviewWarning {
  PreviewWarningOf of = PreviewWarningOf::Identity;
  std::string sentence_en, sentence_fr;
};

struct PreviewReport {
  std::vector<std::string> sections;  ///< What is written otherwise: keys of the head, or names of sections.
  std::uint64_t people = 0;           ///< Looked at: known at as_of, and let in by the lens.
  std::uint64_t changed = 0;          ///< Whose role on some side, stage or side of the audience differs.
  std::vector<PreviewMatrix> matrices;
  std::string sentence_en, sentence_fr;
  std::vector<PreviewWarning> warnings;
};

/// `proposed` has to be bound to the journeys of `customers`: Customers::by_other_rules. Errors: those of Lens::of; Conflict when cancelled.
Result<PreviewReport> ask_preview(const Customers& customers, const Customers& proposed, const Question& question,
                                  const PreviewSpec& spec);

/// Nothing said: whoever changes in any way.
struct PreviewCell {
  std::optional<PreviewWhat> what = {};
  std::string business_side = {};  ///< Of a role; empty: the first.
  /// Both: that number of the matrix. One alone: all who are there before, or after. Neither: who changes.
  std::optional<std::string> from = {}, to = {};
};
/// Sorted; exactly as many as the number. Errors: InvalidInput for a word that is none of the matrix.
Result<std::vector<PersonId>> people_of_preview(const Customers& customers, const Customers& proposed,
                                                const Question& question, const PreviewSpec& spec,
                                                const PreviewCell& cell);

}  // namespace habitue::insight
