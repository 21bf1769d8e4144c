// Numbers that name things. Two kinds never mix, because no conversion exists.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace habitue {

/// An id of one kind. No arithmetic and no conversion: mixing two kinds does not compile.
template <class Tag, class Rep = std::uint64_t>
struct Id {
  constexpr Id() = default;
  constexpr explicit Id(Rep raw) : value(raw) {}
  friend constexpr auto operator<=>(Id, Id) = default;
  Rep value = 0;
};

/// A person inside one running engine: dense, and valid only there. Outside, a person goes by a PersonKey.
using PersonId = Id<struct PersonTag, std::uint32_t>;
/// One identifier as it was sent (a user id, an anonymous id, an email). An event belongs to its origin for
/// ever; which person an origin belongs to changes when people are merged or split.
using OriginId = Id<struct OriginTag, std::uint32_t>;
/// The name of a person that survives rebuilds and tells nothing about who it is: it is what addresses carry.
using PersonKey = Id<struct PersonKeyTag, std::uint64_t>;
/// Place of an event in the ledger, in order of arrival, from 1.
using EventSeq = Id<struct EventSeqTag, std::uint64_t>;

/// Origin and person 0: events that name nobody (a till receipt without a customer).
inline constexpr OriginId kNoOrigin{0};
inline constexpr PersonId kNobody{0};

}  // namespace habitue

template <class Tag, class Rep>
struct std::hash<habitue::Id<Tag, Rep>> {
  std::size_t operator()(habitue::Id<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};
