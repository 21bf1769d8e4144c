#include "simulate/traffic.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace habitue::simulate {

const std::array<const char*, kTrafficKinds> kTrafficNames = {
    "Page Viewed",          "Product Viewed",  "Product List Viewed",    "Search Performed",       "Product Clicked",
    "Session Started",      "Image Zoomed",    "Filter Applied",         "Product Added",          "Cart Viewed",
    "Review Read",          "Video Played",    "Wishlist Product Added", "Recommendation Clicked", "Checkout Started",
    "Promotion Viewed",     "Article Read",    "Size Guide Opened",      "Product Removed",        "Order Completed",
    "Payment Info Entered", "Login Succeeded", "Video Completed",        "Promotion Clicked",      "Coupon Applied",
    "Notification Opened",  "Email Clicked",   "Store Located",          "Stock Alert Set",        "Product Shared",
    "Comparison Opened",    "Chat Started",    "Delivery Option Chosen", "Address Changed",        "Login Failed",
    "Order Tracked",        "Review Written",  "Return Requested",       "Password Reset",         "Newsletter Joined",
    "Order Refunded",       "Gift Card Used",  "Loyalty Points Spent",   "Profile Changed",        "Invite Sent",
    "Ticket Opened",        "Survey Answered", "Subscription Started",   "Payment Failed",         "Account Deleted"};

namespace {

constexpr std::uint32_t kSessionStarted = 5;
constexpr double kActivitySigma = 1.4;  // Of the logarithm: the top percent of people sends a sixth of the events.
constexpr double kSessionMean = 9;      // Events.
constexpr std::uint32_t kStreamSelf = 0, kStreamEvents = 1;

double activity_of(std::uint64_t seed, std::uint64_t person) {
  return Random(seed, person, kStreamSelf).log_normal(1, kActivitySigma);
}

// Events of each person: one, and more in proportion to activity, exactly `events` in all. Rounding the running total and
// not each share leaves nothing over.
std::vector<std::uint32_t> share_out(std::uint64_t seed, std::uint64_t people, std::uint64_t events) {
  double total_activity = 0;
  for (std::uint64_t person = 0; person < people; ++person) total_activity += activity_of(seed, person);
  const double scale = static_cast<double>(events - people) / total_activity;
  std::vector<std::uint32_t> counts(people);
  double running = 0;
  std::uint64_t given = 0;
  for (std::uint64_t person = 0; person < people; ++person) {
    running += activity_of(seed, person) * scale;
    const std::uint64_t up_to =
        person + 1 == people ? events - people : std::min(events - people, static_cast<std::uint64_t>(running));
    counts[person] = static_cast<std::uint32_t>(1 + up_to - given);
    given = up_to;
  }
  return counts;
}

class TrafficInventor final : public Inventor {
 public:
  TrafficInventor(std::shared_ptr<const World> world, std::shared_ptr<const std::vector<std::uint32_t>> events)
      : world_(std::move(world)), events_(std::move(events)) {
    std::array<double, kTrafficKinds> weights;
    for (std::size_t kind = 0; kind < kTrafficKinds; ++kind)
      weights[kind] = std::pow(static_cast<double>(kind + 1), -kZipf);
    kinds_ = WeightedChoice(weights);
  }

  void invent(std::uint32_t person, std::vector<Happening>& out, Truth& counts, std::string* people) override {
    const std::uint32_t events = (*events_)[person];
    Random draw(world_->seed, person, kStreamEvents);
    draw_sessions(draw, events);
    const bool two_devices = draw.chance(0.25);
    // Two thirds sign in, most within their first events.
    const bool signs_in = draw.chance(0.67);
    const std::uint32_t signs_in_at = signs_in ? draw.geometric(6) - 1 : UINT32_MAX;
    std::uint32_t sequence = 0;
    for (const Session& session : sessions_) {
      const std::uint8_t device = two_devices && draw.chance(0.3) ? 1 : 0;
      double at = static_cast<double>(session.at.time_since_epoch().count());
      for (std::uint32_t event = 0; event < session.events; ++event, ++sequence) {
        const bool identifies = sequence == signs_in_at;
        const std::uint32_t kind = event == 0 ? kSessionStarted : static_cast<std::uint32_t>(kinds_.pick(draw));
        const auto at_us = std::min(static_cast<std::int64_t>(at), last_us());
        out.push_back({.at_us = at_us,
                       .received_us = at_us + 50'000 + draw.below(900'000),
                       .family = person,
                       .sequence = sequence,
                       .member = 0,
                       .act = identifies ? Act::TrafficIdentify : Act::Traffic,
                       .device = device,
                       .flags = static_cast<std::uint8_t>(kOnDevice | (sequence >= signs_in_at ? kKnown : 0)),
                       .spare = {},
                       .a = kind,
                       .b = draw.word(),
                       .c = draw.word(),
                       .d = 0});
        at += 1e6 * (1 + draw.exponential() * 35);
      }
    }
    ++counts.people;
    counts.events += events;
    counts.sessions += sessions_.size();
    if (!signs_in || signs_in_at >= events) ++counts.visitors_only;
    if (people != nullptr)
      people->append(fmt::format("{{\"person\":{},\"events\":{},\"sessions\":{},\"signs_in\":{}}}\n", person, events,
                                 sessions_.size(), signs_in_at < events));
  }

 private:
  struct Session {
    UtcMicros at;
    std::uint32_t events;
  };

  std::int64_t last_us() const { return world_->end.time_since_epoch().count() - 1; }

  // Sessions within the stretch of time in which the person is there at all, in order.
  void draw_sessions(Random& draw, std::uint32_t events) {
    const double total = world_->season.total();
    const double from = world_->arrivals.total() > 0
                            ? world_->season.seasonal(world_->arrivals.wall(draw.between(0, world_->arrivals.total())))
                            : 0;
    const double to = std::min(total, from + total * (0.02 + draw.uniform()));
    sessions_.clear();
    for (std::uint32_t left = events; left > 0;) {
      const std::uint32_t size = std::min(left, draw.geometric(kSessionMean));
      sessions_.push_back({world_->season.wall(draw.between(from, to)), size});
      left -= size;
    }
    std::sort(sessions_.begin(), sessions_.end(),
              [](const Session& left, const Session& right) { return left.at < right.at; });
  }

  std::shared_ptr<const World> world_;
  std::shared_ptr<const std::vector<std::uint32_t>> events_;
  WeightedChoice kinds_;
  std::vector<Session> sessions_;
};

}  // namespace

Result<Profile> traffic_profile(std::shared_ptr<const World> world, std::uint64_t people, std::uint64_t events) {
  if (people == 0 || people > UINT32_MAX)
    return invalid(fmt::format("traffic needs 1 to {} people, not {}", UINT32_MAX, people));
  if (events < people)
    return invalid(fmt::format("traffic of {} people needs at least as many events, not {}", people, events));
  auto shares = std::make_shared<const std::vector<std::uint32_t>>(share_out(world->seed, people, events));
  return Profile{people, [world, shares] { return std::make_unique<TrafficInventor>(world, shares); }};
}

}  // namespace habitue::simulate
