// The question of the map and its answer, described: see describe.hpp.
#pragma once

#include "insight/map/map.hpp"
#include "server/described/shared.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE(MapSpec, (from_day, side))
HABITUE_DESCRIBE(MapClass, (name, from_minor))
HABITUE_DESCRIBE(MapPlace, (value_class, relation))
HABITUE_DESCRIBE(MapStock, (people, money_minor))
HABITUE_DESCRIBE(MapSquare, (place, before, now, came, left))
HABITUE_DESCRIBE(MapMove, (from, to, people, before_minor, now_minor))
HABITUE_DESCRIBE_ENUM(MapVerdict, Told, NoCustomers)
HABITUE_DESCRIBE(MapReport,
                 (currency, from_day, from_at, at, window_days, by_quantiles, classes, relations, verdict, before, now,
                  newcomers, moved, stayed, gone, squares, moves, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE(MapCell, (before, now, side))

}  // namespace habitue::insight
