// Attribution: to which channels conversions, and their money, are owed; by models that people choose, and by one that the data give.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "base/result.hpp"
#include "insight/breakdown.hpp"
#include "insight/fold.hpp"
#include "insight/question.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

/// A touch is an event that carries a channel. What a model gives to a channel is given once for all of its touches in a journey.
enum class AttributionModel : std::uint8_t {
  First,
  Last,
  LastNonDirect,  ///< The last touch that is not direct; direct when all are.
  Linear,         ///< The same to every touch.
  Position,       ///< AttributionSpec::position.
  J,              ///< 20 / 20 / 60; of two touches 25 / 75.
  InverseJ,       ///< 60 / 20 / 20; of two touches 75 / 25.
  TimeDecay,      ///< Half as much for every half-life before the conversion.
  Participation,  ///< All of it to every different channel: its credits add up to more than the conversions.
  Custom,         ///< AttributionSpec::custom.
  Markov,         ///< To the different channels of the journey, as their removal effects are to one another.
  Shapley  ///< To the different channels of the journey, by what each adds to the others: AttributionSpec::shapley.
};
inline constexpr std::size_t kAttributionModels = 12;

/// Parts of the first touch, of all between together, and of the last. A sole touch has all; two share as first is to last, and
/// equally when both are 0. 0 to 1,000,000 each, and not all 0.
struct AttributionWeights {
  std::uint32_t first = 40, middle = 20, last = 40;
};

/// What a coalition of channels is worth. A journey is within it when all of its channels are.
enum class ShapleyWorth : std::uint8_t {
  /// The conversions of journeys within it: a conversion is owed in equal parts to the different channels of its journey, which is the
  /// simplified form of Zhao, Mahboobi and Bagheri (2018). Exact. Journeys that led to nothing change nothing.
  Conversions,
  /// The part of journeys within it that converted: what leads to nothing lowers a channel's value. A journey's channels share as
  /// their values are to one another. Exact up to 12 channels, from random orders above.
  Rate
};

enum class AttributionConversions : std::uint8_t {
  Every,          ///< Of the period; one person may convert many times.
  FirstInPeriod,  ///< Each person's first of the period.
  FirstEver       ///< Each person's first in all of the data, if it is in the period.
};

enum class AttributionOwnTouch : std::uint8_t {
  Counts,  ///< The conversion's own event is a touch when it carries a channel.
  Ignored  ///< It is not, nor is another purchase of the same instant when conversions are purchases.
};

struct AttributionSpec {
  ActTest conversion = {};  ///< Nothing: purchases as the company counts them.
  AttributionConversions conversions = AttributionConversions::Every;
  /// The property of the conversion's event that holds its value, in whole units of the business's currency. Nothing: the
  /// business's properties of amounts. In another currency a value is not counted.
  std::optional<std::string> value = {};
  std::optional<criteria::Expression> touch = {};  ///< A condition on one event. Nothing: any event.
  std::optional<std::string> channel = {};  ///< Nothing: the first of the business's channel properties that is there.
  std::vector<std::string> direct{"(direct)", "(none)"};  ///< Channels that are "direct" too, in small letters.
  AttributionOwnTouch own_touch = AttributionOwnTouch::Counts;
  std::chrono::microseconds lookback =
      std::chrono::days{30};                  ///< Touches so long before a conversion, both ends included.
  std::vector<AttributionModel> models = {};  ///< Empty: all.
  AttributionWeights position = {};
  AttributionWeights custom{.first = 30, .middle = 40, .last = 30};
  std::chrono::microseconds half_life = std::chrono::days{7};
  ShapleyWorth shapley = ShapleyWorth::Conversions;
  /// Channels shown by themselves, those that touched most people first; the rest are one, "other". Direct is always shown. 1 to 200.
  std::size_t limit = 50;
  std::uint32_t resamples =
      500;                 ///< Of the people, for the intervals of Markov and Shapley. 0: no interval. At most 10,000.
  std::uint32_t seed = 1;  ///< Of the resampling: the same seed gives the same interval.
  std::uint64_t conversions_min = 100;  ///< Fewer conversions than this are too few for the data to speak.
  /// By a property: of the conversion's event. By a trait: as last known at the conversion. What the data-driven models learn from
  /// everybody holds for every value.
  std::optional<Breakdown> breakdown = {};
};

/// One conversion, in the units that credits are counted in.
inline constexpr std::int64_t kWholeCredit = 1'000'000;

struct AttributionCredit {
  std::uint64_t people = 0;            ///< With a conversion of which at least a millionth is credited here.
  std::int64_t credit_millionths = 0;  ///< Conversions, in millionths: over all channels exactly the conversions.
  std::int64_t value_minor = 0;        ///< Over all channels exactly the value.
  double share = 0;                    ///< Of the conversions.
  double value_share = 0;              ///< Of the value; 0 when it is 0.
};
struct AttributionOfModel {
  AttributionModel model = AttributionModel::First;
  ByAudience<AttributionCredit> credit;
};
struct AttributionChannel {
  ShownValue channel;                      ///< Value or Other. "direct": conversions without a touch are there.
  std::uint64_t channels = 1;              ///< How many Other stands for.
  std::vector<AttributionOfModel> models;  ///< In the order asked.
};
struct AttributionTotal {
  std::uint64_t people = 0;  ///< Who converted.
  std::uint64_t conversions = 0;
  std::int64_t value_minor = 0;
  std::uint64_t without_touch = 0;      ///< Conversions: direct.
  std::uint64_t without_value = 0;      ///< Conversions whose event names no amount.
  std::uint64_t in_other_currency = 0;  ///< Conversions whose value is not counted, as it is in another currency.
  std::uint64_t open_journeys = 0;      ///< People with touches that led to no conversion: those after their last one.
};

/// First-order Markov chain of everybody's journeys: from the start over channels to a conversion or to nothing. The removal effect
/// of a channel is the part of conversions that is lost when whoever would come to it goes to nothing instead. Anderl, Becker, von
/// Wangenheim and Schumann (2016), Mapping the customer journey, International Journal of Research in Marketing 33(3), 457-474.
struct RemovalEffect {
  ShownValue channel;
  double effect = 0;  ///< 0 to 1.
  double share = 0;   ///< Of the sum of effects.
  /// 95 % percentile interval of the share over the resamples; nothing when none was made.
  std::optional<double> share_low, share_high;
  std::int64_t credit_millionths =
      0;  ///< The share of all conversions, as that paper credits; adds up to them exactly.
};
struct MarkovReport {
  double conversion_probability = 0;  ///< Of a journey: the part of journeys that end in a conversion.
  std::vector<RemovalEffect> channels;
  std::uint64_t converted = 0, not_converted = 0;  ///< Journeys.
  std::uint64_t resamples = 0;                     ///< Those in which somebody converted: what the intervals rest on.
  bool too_few = true;                             ///< Fewer conversions than conversions_min: do not build on it.
};

struct ShapleyValue {
  ShownValue channel;
  double value = 0;             ///< The values of all channels add up to ShapleyReport::worth.
  std::optional<double> error;  ///< Standard error, for the orders that were not drawn; nothing when exact.
  double share = 0;             ///< Of the sum of values, those below 0 as 0.
  /// 95 % percentile interval of the share over the resamples; nothing when none was made.
  std::optional<double> share_low, share_high;
};
struct ShapleyReport {
  ShapleyWorth of = ShapleyWorth::Conversions;
  double worth = 0;  ///< Of all channels together: the conversions, or the part of journeys that converted.
  std::vector<ShapleyValue> channels;
  std::uint32_t orders = 0;     ///< Drawn at random; 0: exact.
  std::uint64_t resamples = 0;  ///< Those in which somebody converted: what the intervals rest on.
  bool too_few = true;          ///< Fewer conversions than conversions_min: do not build on it.
};

/// Conversions of one value, their credits and money. Those of all values add up to the report's; people need not, as one person
/// may convert with several.
struct AttributionValue {
  ShownValue value;
  ByAudience<AttributionTotal> total;        ///< open_journeys is 0: what did not convert has no value.
  std::vector<AttributionChannel> channels;  ///< As those of the report, in their order.
};

struct AttributionReport {
  std::vector<AttributionModel> models;
  Currency currency;  ///< Of every value.
  ByAudience<AttributionTotal> total;
  std::vector<AttributionChannel> channels;  ///< By people touched, then by name; "other" last.
  std::optional<MarkovReport> markov;        ///< When the model is asked for and somebody converted.
  std::optional<ShapleyReport> shapley;      ///< As markov.
  std::vector<AttributionValue> values;      ///< By people, then by name; when a breakdown is asked for.
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput for a spec out of its bounds, and for more than 250,000 numbers of values, channels and models; NotFound for an unknown hypothesis or property; Conflict when cancelled.
Result<AttributionReport> ask_attribution(const Customers& customers, const Question& question,
                                          const AttributionSpec& spec);

struct AttributionCell {
  ShownValue channel;  ///< Total: whoever converted, whatever the model.
  AttributionModel model = AttributionModel::Last;
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};  ///< Of the breakdown.
};
/// Sorted; exactly as many as AttributionCredit::people, or AttributionTotal::people. Errors: those of ask_attribution, and NotFound
/// for a channel or a value that the answer does not show.
Result<std::vector<PersonId>> people_of_attribution(const Customers& customers, const Question& question,
                                                    const AttributionSpec& spec, const AttributionCell& cell);
/// Who has touches that led to no conversion; exactly as many as AttributionTotal::open_journeys.
Result<std::vector<PersonId>> people_of_open_journeys(const Customers& customers, const Question& question,
                                                      const AttributionSpec& spec, AudienceSide side);

}  // namespace habitue::insight
