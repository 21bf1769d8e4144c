// Whether a forecast can be believed: the last origin, foretold with what the earlier ones taught.
#pragma once

#include "insight/forecast/backtest.hpp"
#include "insight/forecast/forecast.hpp"

namespace habitue::insight::forecast {

/// `last` as foretold in `time` by `learnt`, which has not seen it. The scores of each candidate go to `scores`, in order.
Result<ForecastCheck> check_forecast(const Origin& last, Time time, Counted counted, const Learnt& learnt,
                                     const Zone& zone, double coverage, const Question& question,
                                     std::vector<ForecastScores>& scores);

/// The chance to be a customer still that goes with the calibrated chance to buy: of the model's, mended by what came.
double calibrated_alive(const Learnt& learnt, const Expected& in_window);

}  // namespace habitue::insight::forecast
