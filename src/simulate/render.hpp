// Happenings to events: the texts, made when they are sent and not before.
#pragma once

#include <memory>
#include <string>

#include "intake/event.hpp"
#include "simulate/happening.hpp"
#include "simulate/moment_writer.hpp"
#include "simulate/world.hpp"

namespace habitue::simulate {

/// Streams past those of lives, which are numbered by member and aspect in 20 bits.
inline constexpr std::uint32_t kStreamDevice = 1U << 31U;

/// Not for several threads; depends on the happening alone.
class Renderer {
 public:
  explicit Renderer(std::shared_ptr<const World> world);

  /// Overwrites `event`; what it holds is reused.
  void render(const Happening& happening, intake::Event& event);
  /// What the clock of the happening's device was wrong by.
  std::chrono::microseconds skew_of(const Happening& happening) const;

 private:
  void ids(const Happening& happening, intake::Event& event) const;
  void atelier(const Happening& happening, intake::Event& event);
  void identify(const Happening& happening, std::string& traits) const;
  void contract(const Happening& happening, std::string& properties) const;
  void page(const Happening& happening, intake::Event& event);
  void traffic(const Happening& happening, intake::Event& event) const;

  std::shared_ptr<const World> world_;
  /// Texts of the company as JSON, quoted once.
  std::vector<std::string> campaigns_, steps_, plans_, practices_, countries_, channels_;
  std::string currency_;
};

/// One line of NDJSON in the form of a Segment call, with its newline. `skew`: what the device's clock was wrong by.
void append_segment_call(std::string& out, const intake::Event& event, std::chrono::microseconds skew,
                         MomentWriter& moments);

}  // namespace habitue::simulate
