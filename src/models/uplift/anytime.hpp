// An interval that holds however often one looks, and whenever one stops because of what one saw.
#pragma once

namespace habitue::models {

struct AnytimeInterval {
  double low = 0, high = 0;  ///< 95 %, at all looks together.
  double p_value = 1;        ///< Below 0.05 at any look at all: at most once in twenty experiments without an effect.
};

/// Of an estimate whose error is about normal: an asymptotic confidence sequence by Robbins' normal mixture. Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas,
/// "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52 (2024), theorem 2.2 for the interval, its section 2.3 for the
/// choice of rho. `people`: independent, so far, in all. `planned_people`: where the interval is narrowest; it must have been chosen before the first look.
/// Holds for large samples: not to be asked of an arm of less than a hundred. `error`: of the estimate, 0 or more.
AnytimeInterval anytime_interval(double estimate, double error, double people, double planned_people);

}  // namespace habitue::models
