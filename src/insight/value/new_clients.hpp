// Who became a client in the periods of a question: persons, and accounts once.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "insight/fold.hpp"
#include "insight/value/periods.hpp"

namespace habitue::insight::value {

struct NewClient {
  PersonId person;  ///< Of an account, its first member.
  UtcMicros since;
  std::size_t period;          ///< Index into the periods.
  std::string_view channel;    ///< First touch, of an account that of its first member.
  criteria::Verdict audience;  ///< Of an account that of its first member.
  std::int64_t give_aways_minor = 0;
  std::int64_t margin_minor = 0;  ///< Up to as_of.
  bool is_account = false;
  std::int64_t to_come_minor = 0;             ///< For whoever knows; 0 until then.
  std::vector<std::int64_t> margin_by_month;  ///< [k]: in the (k+1)-th month since; as many as were asked for.
};
struct Matured {
  UtcMicros at;  ///< When the first months were over.
  std::int64_t margin_minor;
};
struct Marketing {
  std::size_t period;
  std::string_view channel;
  std::int64_t cost_minor;
};
struct Acquired {
  std::vector<NewClient> clients;  ///< By person.
  std::vector<Matured> matured;    ///< Of all clients up to as_of, whenever they became so, by moment.
  std::vector<Marketing> marketing;
  knowledge::NotAdded not_added;
  bool margin_is_known = false;  ///< Of some payment; of the others revenue stands for it.
};
/// The first moment of the day on which so many whole months are over: from the 31st of January one is on the 1st of March.
UtcMicros months_after(const Zone& zone, UtcMicros since, std::uint32_t months);
/// One pass. Revenue stands for margin where that is not known.
Result<Acquired> read_acquired(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                               const Periods& periods, std::uint32_t months);

}  // namespace habitue::insight::value
