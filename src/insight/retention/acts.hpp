// What somebody did, as far as a question cares: moments with the conditions that they meet, in plain arrays.
#pragma once

#include <bit>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "insight/breakdown.hpp"
#include "insight/event_matcher.hpp"
#include "insight/fold.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight::retention {

struct Act {
  UtcMicros at;
  std::uint64_t met;  ///< Bit i: condition i.
  std::uint32_t row;  ///< Of the event in the journey's segment.
  std::uint32_t value = 0;
  bool is_first_of_kind = false;  ///< No event of the span, at an earlier moment, is of a kind that condition 0 names.
};

/// Conditions bound to a snapshot. Read-only; safe from any thread.
class ActReader {
 public:
  /// Errors: those of EventMatcher::bind.
  static Result<ActReader> bind(const Customers& customers, std::span<const ActTest> tests);

  /// Replaces `into` by the acts of `span` up to as_of, in order of time. Within an instant the order is by what is met and by `value`,
  /// never by arrival: first what meets condition 0 alone, then what meets it and others, then the rest. An event that meets
  /// conditions and is a purchase is one act; a purchase that was said again later is an act of its own beside the first event.
  void read(const Person& person, Period span, UtcMicros as_of, std::vector<Act>& into) const;
  /// Bits that one event meets; not of purchases.
  std::uint64_t met(const journey::Selection& events, std::size_t place) const {
    const OfKind& of = of_kind_[events.kind(place).value];
    return of.depends_on_properties ? bits_of((*matcher_)(events[place])) : of.surely;
  }
  /// Whether condition 0 names the kind.
  bool names(journey::EventKind kind) const { return of_kind_[kind.value].names; }
  /// By kind: whose events can be acts. Nothing when purchases are, as their rules may look at any event.
  std::span<const std::uint8_t> wanted() const { return wanted_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct OfKind {
    std::uint64_t surely = 0;            // Bits that every event of the kind meets.
    bool depends_on_properties = false;  // Others may be met.
    bool names = false;                  // Condition 0 can be met by it.
  };
  void read_events(const Person& person, UtcMicros from, UtcMicros last, std::vector<Act>& into) const;
  void add_purchases(const Person& person, Period span, UtcMicros as_of, std::vector<Act>& into) const;
  /// Bits of the tests, from those of the matcher's conditions.
  std::uint64_t bits_of(std::uint64_t conditions) const {
    std::uint64_t bits = 0;
    for (; conditions != 0; conditions &= conditions - 1)
      bits |= bit_of_[static_cast<std::size_t>(std::countr_zero(conditions))];
    return bits;
  }

  const Customers* customers_ = nullptr;
  std::optional<EventMatcher> matcher_;
  std::vector<std::uint64_t> bit_of_;  // Of the matcher's conditions, the bit here.
  std::uint64_t purchases_ = 0;        // Bits met by purchases.
  std::vector<OfKind> of_kind_;        // By kind.
  std::vector<std::uint8_t> wanted_;
  std::vector<std::string> warnings_;
};

/// Puts the acts of each instant in the order that ActReader promises.
void order_ties(std::vector<Act>& acts);

}  // namespace habitue::insight::retention
