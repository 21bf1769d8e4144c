#include "simulate/render.hpp"

#include "base/json.hpp"
#include "simulate/life.hpp"
#include "simulate/names.hpp"
#include "simulate/render_text.hpp"

namespace habitue::simulate {
namespace {

using intake::Event;
using intake::EventType;
using std::chrono::microseconds;

constexpr std::uint64_t kKioskUnit = std::uint64_t{1} << 40U;

// A device's anonymous id in the form of a UUID (version 4), as the SDKs make them.
void append_uuid(std::string& out, const std::array<std::uint32_t, 4>& words) {
  static constexpr char kHex[] = "0123456789abcdef";
  const std::size_t at = out.size();
  out.append(36, '-');
  std::size_t place = at;
  for (unsigned nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) ++place;
    out[place++] = kHex[words[nibble / 8] >> (28 - 4 * (nibble % 8)) & 15U];
  }
  out[at + 14] = '4';
  out[at + 19] = "89ab"[words[2] >> 30U];
}

std::array<std::uint32_t, 4> device_words(const World& world, const Happening& happening, std::uint32_t block) {
  const bool kiosk = happening.device >= kFirstKiosk;
  const bool household = happening.device == kHouseholdDevice;
  const std::uint64_t unit = kiosk ? kKioskUnit : happening.family;
  const std::uint32_t member = kiosk || household ? 0 : happening.member;
  return philox({static_cast<std::uint32_t>(unit), static_cast<std::uint32_t>(unit >> 32U),
                 kStreamDevice | member << 8U | happening.device, block},
                {static_cast<std::uint32_t>(world.seed), static_cast<std::uint32_t>(world.seed >> 32U)});
}

std::string json_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

struct Name {
  EventType type;
  const char* name;
};

Name name_of(Act act) {
  switch (act) {
    case Act::PageHome: return {EventType::Page, "Home"};
    case Act::PageCatalogue: return {EventType::Page, "Catalogue"};
    case Act::PageWorkshop: return {EventType::Page, "Workshop"};
    case Act::PagePricing: return {EventType::Page, "Pricing"};
    case Act::PageBlog: return {EventType::Page, "Blog"};
    case Act::PageSignUp: return {EventType::Page, "Sign Up"};
    case Act::PageComparison: return {EventType::Page, "Comparison"};
    case Act::PageAccount: return {EventType::Page, "Account"};
    case Act::Identify:
    case Act::TrafficIdentify: return {EventType::Identify, ""};
    case Act::Group: return {EventType::Group, ""};
    case Act::SignedUp: return {EventType::Track, "Signed Up"};
    case Act::OnboardingViewed: return {EventType::Track, "Onboarding Step Viewed"};
    case Act::OnboardingCompleted: return {EventType::Track, "Onboarding Step Completed"};
    case Act::OnboardingError: return {EventType::Track, "Onboarding Error Shown"};
    case Act::TrialStarted: return {EventType::Track, "Trial Started"};
    case Act::TrialEnded: return {EventType::Track, "Trial Ended"};
    case Act::WorkshopStarted: return {EventType::Track, "Workshop Started"};
    case Act::WorkshopCompleted: return {EventType::Track, "Workshop Completed"};
    case Act::WorkshopWatched: return {EventType::Track, "Workshop Watched"};
    case Act::CreationShared: return {EventType::Track, "Creation Shared"};
    case Act::ProjectCompleted: return {EventType::Track, "Project Completed"};
    case Act::DataExported: return {EventType::Track, "Data Exported"};
    case Act::SubscriptionStarted: return {EventType::Track, "Subscription Started"};
    case Act::SubscriptionRenewed: return {EventType::Track, "Subscription Renewed"};
    case Act::PaymentSucceeded: return {EventType::Track, "Payment Succeeded"};
    case Act::PaymentFailed: return {EventType::Track, "Payment Failed"};
    case Act::PaymentRefunded: return {EventType::Track, "Payment Refunded"};
    case Act::SubscriptionUpgraded: return {EventType::Track, "Subscription Upgraded"};
    case Act::CancellationRequested: return {EventType::Track, "Subscription Cancellation Requested"};
    case Act::SubscriptionCancelled: return {EventType::Track, "Subscription Cancelled"};
    case Act::SubscriptionExpired: return {EventType::Track, "Subscription Expired"};
    case Act::OrderCompleted: return {EventType::Track, "Order Completed"};
    case Act::OrderRefunded: return {EventType::Track, "Order Refunded"};
    case Act::OrderShipped: return {EventType::Track, "Order Shipped"};
    case Act::SampleSent: return {EventType::Track, "Sample Sent"};
    case Act::MarketingSpent: return {EventType::Track, "Marketing Spent"};
    case Act::TicketOpened: return {EventType::Track, "Ticket Opened"};
    case Act::TicketSolved: return {EventType::Track, "Ticket Solved"};
    case Act::InviteSent: return {EventType::Track, "Invite Sent"};
    case Act::MemberAdded: return {EventType::Track, "Team Member Added"};
    case Act::Traffic: return {EventType::Track, ""};
  }
  return {EventType::Track, ""};
}

void append_workshop(std::string& out, std::uint32_t workshop) {
  out += R"("workshop_id":"w)";
  append_number(out, 100 + workshop);
  out += R"(","craft":")";
  out += kCrafts[workshop % kCrafts.size()];
  out += '"';
}

}  // namespace

std::array<std::uint32_t, 4> identity_of(const Person& person) {
  return {static_cast<std::uint32_t>(person.country) | static_cast<std::uint32_t>(person.practice) << 8U |
              static_cast<std::uint32_t>(person.told) << 16U | static_cast<std::uint32_t>(person.city) << 24U,
          static_cast<std::uint32_t>(person.first_name) | static_cast<std::uint32_t>(person.last_name) << 16U,
          static_cast<std::uint32_t>(person.shared_inbox), 0};
}

std::string user_id_of(std::uint32_t family, std::uint16_t member) {
  std::string out;
  append_user_id(out, family, member);
  return out;
}

std::string account_id_of(std::uint32_t family) { return "studio-" + std::to_string(family); }

Renderer::Renderer(std::shared_ptr<const World> world) : world_(std::move(world)) {
  const Company& company = world_->company;
  for (std::size_t i = 0; i <= company.channels.size(); ++i) {
    const std::string medium = i < company.channels.size() ? company.channels[i].medium : "referral";
    channels_.push_back(json_text(world_->channel_name(i)));
    campaigns_.push_back(R"({"source":)" + channels_.back() + R"(,"medium":)" + json_text(medium) + "}");
  }
  for (const std::string& step : company.onboarding.steps) steps_.push_back(json_text(step));
  for (const Plan& plan : company.subscription.plans) plans_.push_back(json_text(plan.name));
  plans_.push_back(json_text("studio"));
  for (std::size_t i = 0; i <= company.audience.other_practices.size(); ++i)
    practices_.push_back(json_text(world_->practice(i)));
  for (std::size_t i = 0; i < company.audience.countries.size() + company.audience.other_countries.size(); ++i)
    countries_.push_back(json_text(world_->country(i)));
  currency_ = json_text(company.currency);
}

microseconds Renderer::skew_of(const Happening& happening) const {
  if ((happening.flags & kOnDevice) == 0) return microseconds(0);
  const auto words = device_words(*world_, happening, 1);
  if (static_cast<double>(words[0]) * 0x1p-32 >= world_->company.delivery.skewed) return microseconds(0);
  // Up to two hours either way, whole seconds.
  return std::chrono::seconds(static_cast<std::int64_t>(words[1] % 14'401) - 7'200);
}

void Renderer::render(const Happening& happening, Event& event) {
  const Name name = name_of(happening.act);
  event.type = name.type;
  event.name = name.name;
  event.at = UtcMicros(microseconds(happening.at_us));
  event.received_at = UtcMicros(microseconds(happening.received_us));
  event.properties.clear();
  event.context.clear();
  ids(happening, event);
  if (happening.act == Act::MarketingSpent) event.context = R"({"nobody":true})";
  if (happening.act >= Act::Traffic)
    traffic(happening, event);
  else
    atelier(happening, event);
  if (event.context.empty()) event.context = "{}";
}

void Renderer::ids(const Happening& happening, Event& event) const {
  event.message_id = "m";
  append_number(event.message_id, world_->seed, 36);
  event.message_id += '-';
  append_number(event.message_id, happening.family, 36);
  event.message_id += '-';
  append_number(event.message_id, happening.sequence, 36);
  event.user_id.clear();
  event.anonymous_id.clear();
  event.previous_id.clear();
  event.group_id.clear();
  if ((happening.flags & kKnown) != 0) append_user_id(event.user_id, happening.family, happening.member);
  if ((happening.flags & kBroken) != 0) event.user_id = "undefined";
  if ((happening.flags & kOnDevice) != 0) append_uuid(event.anonymous_id, device_words(*world_, happening, 0));
  if ((happening.flags & kForAccount) != 0) {
    event.group_id = "studio-";
    append_number(event.group_id, happening.family);
    if (event.type != EventType::Group) event.context = R"({"groupId":")" + event.group_id + "\"}";
  }
}

void Renderer::atelier(const Happening& happening, Event& event) {
  std::string& out = event.properties;
  switch (happening.act) {
    case Act::PageHome:
    case Act::PageCatalogue:
    case Act::PageWorkshop:
    case Act::PagePricing:
    case Act::PageBlog:
    case Act::PageSignUp:
    case Act::PageComparison:
    case Act::PageAccount: return page(happening, event);
    case Act::Identify: return identify(happening, out);
    case Act::SubscriptionStarted:
    case Act::SubscriptionRenewed:
    case Act::PaymentSucceeded:
    case Act::PaymentFailed:
    case Act::PaymentRefunded:
    case Act::SubscriptionUpgraded:
    case Act::CancellationRequested:
    case Act::SubscriptionCancelled:
    case Act::SubscriptionExpired: return contract(happening, out);
    case Act::Group:
      out += R"({"name":"Studio )";
      append_number(out, happening.family);
      out += R"(","plan":"studio"})";
      return;
    case Act::SignedUp: out += R"({"method":"email"})"; return;
    case Act::OnboardingViewed:
    case Act::OnboardingCompleted:
    case Act::OnboardingError:
      out += R"({"step":)";
      out += steps_[happening.a];
      out += R"(,"position":)";
      append_number(out, happening.a + 1);
      out += '}';
      return;
    case Act::WorkshopStarted:
    case Act::WorkshopCompleted:
    case Act::CreationShared:
    case Act::ProjectCompleted:
      out += '{';
      append_workshop(out, happening.a);
      out += '}';
      return;
    case Act::WorkshopWatched:
      out += '{';
      append_workshop(out, happening.a);
      out += R"(,"minutes":)";
      append_number(out, happening.b);
      out += '}';
      return;
    case Act::OrderCompleted:
    case Act::OrderRefunded: {
      out += R"({"order_id":"k)";
      append_user_id(out, happening.family, happening.member);
      out += '-';
      append_number(out, happening.c);
      out += R"(","total":)";
      append_amount(out, happening.b);
      out += R"(,"currency":)";
      out += currency_;
      // What is given back was bought: its goods have been told.
      const bool bought = happening.act == Act::OrderCompleted;
      const auto goods = static_cast<std::uint32_t>(kit_cost_minor(world_->company.costs, happening.a, happening.b));
      if (bought) {
        out += R"(,"cost":)";
        append_amount(out, goods);
      }
      out += R"(,"products":[{"product_id":"kit-)";
      append_number(out, 10 + happening.a);
      out += R"(","name":"Kit )";
      out += kCrafts[happening.a % kCrafts.size()];
      out += R"(","quantity":1,"price":)";
      append_amount(out, happening.b);
      if (bought) {
        out += R"(,"cost":)";
        append_amount(out, goods);
      }
      out += "}]}";
      return;
    }
    case Act::OrderShipped:
      out += R"({"order_id":"k)";
      append_user_id(out, happening.family, happening.member);
      out += '-';
      append_number(out, happening.c);
      out += R"(","cost":)";
      append_amount(out, happening.b);
      out += R"(,"currency":)";
      out += currency_;
      out += '}';
      return;
    case Act::SampleSent:
    case Act::MarketingSpent:
      out += '{';
      if (happening.act == Act::MarketingSpent) {
        out += R"("channel":)";
        out += channels_[happening.a];
        out += ',';
      }
      out += R"("amount":)";
      append_amount(out, happening.b);
      out += R"(,"currency":)";
      out += currency_;
      out += '}';
      return;
    case Act::TicketOpened:
    case Act::TicketSolved:
      out += R"({"ticket_id":"t)";
      append_number(out, happening.family);
      out += '-';
      append_number(out, happening.b);
      out += R"(","topic":")";
      out += kTopics[happening.a];
      out += "\"}";
      return;
    case Act::InviteSent:
      out += R"({"invitation":)";
      append_number(out, happening.a);
      out += '}';
      return;
    case Act::TrialStarted:
    case Act::TrialEnded:
    case Act::DataExported:
    case Act::MemberAdded:
    case Act::Traffic:
    case Act::TrafficIdentify: out += "{}"; return;
  }
}

void Renderer::page(const Happening& happening, Event& event) {
  std::string& out = event.properties;
  out += R"({"path":"/)";
  switch (happening.act) {
    case Act::PageCatalogue: out += "ateliers"; break;
    case Act::PageWorkshop:
      out += "ateliers/";
      out += kCraftsPlain[happening.a % kCraftsPlain.size()];
      out += "/w";
      append_number(out, 100 + happening.a);
      break;
    case Act::PagePricing: out += "tarifs"; break;
    case Act::PageBlog: out += "journal"; break;
    case Act::PageSignUp: out += "inscription"; break;
    case Act::PageComparison: out += "comparer"; break;
    case Act::PageAccount: out += "compte"; break;
    default: break;
  }
  out += "\"}";
  if (happening.b == 0) return;
  event.context = R"({"campaign":)";
  event.context += campaigns_[happening.b - 1];
  if (happening.b == campaigns_.size()) {
    event.context += R"(,"referrer":{"type":"user","id":")";
    append_user_id(event.context, happening.family, static_cast<std::uint16_t>(happening.c));
    event.context += "\"}";
  }
  event.context += '}';
}

void Renderer::identify(const Happening& happening, std::string& out) const {
  const std::uint32_t first = happening.b & 0xFFFFU;
  const std::uint32_t last = happening.b >> 16U;
  out += R"({"email":")";
  if (happening.c != 0) {
    out += "contact@studio-";
    append_number(out, happening.family);
    out += ".example.com";
  } else {
    out += kFirstNamesPlain[first];
    out += '.';
    out += kLastNamesPlain[last];
    out += '.';
    append_user_id(out, happening.family, happening.member);
    out += "@example.com";
  }
  out += R"(","firstName":")";
  out += kFirstNames[first];
  out += R"(","lastName":")";
  out += kLastNames[last];
  out += R"(","country":)";
  out += countries_[happening.a & 0xFFU];
  if ((happening.a & 0xFFU) == 0) {
    out += R"(,"city":")";
    out += kCities[happening.a >> 24U];
    out += '"';
  }
  if ((happening.a >> 16U & 1U) != 0) {
    out += R"(,"practice":)";
    out += practices_[happening.a >> 8U & 0xFFU];
  }
  out += '}';
}

void Renderer::contract(const Happening& happening, std::string& out) const {
  const std::uint32_t contract = happening.d & 0xFFU;
  const std::uint32_t reason = happening.d >> 8U;
  const bool money = happening.act == Act::PaymentSucceeded || happening.act == Act::PaymentFailed ||
                     happening.act == Act::PaymentRefunded;
  out += R"({"plan":)";
  out += plans_[happening.a];
  out += money ? R"(,"amount":)" : R"(,"price":)";
  append_amount(out, happening.b);
  out += R"(,"currency":)";
  out += currency_;
  out += R"(,"period":)";
  append_number(out, happening.c);
  if (money) {
    // A refund names the payment that it gives back.
    out += R"(,"order_id":"p)";
    append_user_id(out, happening.family, happening.member);
    out += '-';
    append_number(out, contract);
    out += '-';
    append_number(out, happening.c);
    out += '"';
  }
  if (reason != 0) {
    out += R"(,"reason":")";
    out += kReasons[reason];
    out += '"';
  }
  out += '}';
}

}  // namespace habitue::simulate
