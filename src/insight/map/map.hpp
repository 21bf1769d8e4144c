// The map of customers (KNW-15): by what they brought in the last year and by their relation to the product, at two dates, with the
// moves between its squares. Moves add up to the change of each square, which is checked each time it is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

struct MapSpec {
  std::optional<LocalDay> from_day;       ///< The end of the earlier day; none: the day a year before as_of.
  AudienceSide side = AudienceSide::All;  ///< Whose.
};

struct MapClass {
  std::string name;
  std::optional<std::int64_t> from_minor;  ///< Received in the window, net; none: of the class of who brought nothing.
};
/// A square of the map. Both empty: nowhere, of who was no customer yet.
struct MapPlace {
  std::string value_class, relation;
  friend auto operator<=>(const MapPlace&, const MapPlace&) = default;
};
struct MapStock {
  std::uint64_t people = 0;
  std::int64_t money_minor = 0;  ///< Received from them in the window before the date, net of what went back.
};
struct MapSquare {
  MapPlace place;
  MapStock before, now;
  std::uint64_t came = 0,
                left = 0;  ///< Into it from another square or nowhere, and out of it: now = before + came - left.
};
struct MapMove {
  MapPlace from, to;  ///< The same where they stayed.
  std::uint64_t people = 0;
  std::int64_t before_minor = 0, now_minor = 0;  ///< Their money at either date.
};
enum class MapVerdict : std::uint8_t { Told, NoCustomers };
struct MapReport {
  Currency currency;
  LocalDay from_day{};
  UtcMicros from_at{}, at{};  ///< The two moments.
  std::uint32_t window_days = 0;
  bool by_quantiles = false;      ///< Whether classes are by the half and the fifth of who brought something at `at`.
  std::vector<MapClass> classes;  ///< From nothing up.
  std::vector<std::string>
      relations;  ///< In the order in which they are tried; the last, "none", is of whom none holds.
  MapVerdict verdict = MapVerdict::NoCustomers;
  MapStock before, now;
  std::uint64_t newcomers = 0, moved = 0, stayed = 0, gone = 0;  ///< Gone: whose payments were all taken back.
  std::vector<MapSquare> squares;  ///< Those with somebody at either date, by class and relation.
  std::vector<MapMove> moves;      ///< The largest first.
  std::string sentence_en, sentence_fr;
  std::vector<std::string> warnings;
};
/// Customers are who has paid something by the date; money is of the person whose event tells of it. Relations are those of config's
/// `[[relations]]`, at either date by what was known then; classes are the same at both. Errors: InvalidInput for a from_day that is not
/// before as_of's; those of Lens::of; Conflict when cancelled.
Result<MapReport> ask_map(const Customers& customers, const Question& question, const MapSpec& spec);

/// Who was where: of both places given those of a move, of one those of a square at that date, of none everybody on the map now. A place
/// with empty names is nowhere.
struct MapCell {
  std::optional<MapPlace> before, now;
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number. Errors: those of ask_map, and NotFound for a place that is not on the map.
Result<std::vector<PersonId>> people_of_map(const Customers& customers, const Question& question, const MapSpec& spec,
                                            const MapCell& cell);

}  // namespace habitue::insight
