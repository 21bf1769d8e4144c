// The texts of the traffic profile: a few properties each, most of few values, as real ones are.
#include "simulate/names.hpp"
#include "simulate/render.hpp"
#include "simulate/render_text.hpp"
#include "simulate/traffic.hpp"

namespace habitue::simulate {

void Renderer::traffic(const Happening& happening, intake::Event& event) const {
  // What does not change from one event of a person to the next comes from the person's own numbers.
  const auto self = philox({happening.family, 0, kStreamDevice | 0xFFU, 0},
                           {static_cast<std::uint32_t>(world_->seed), static_cast<std::uint32_t>(world_->seed >> 32U)});
  // Squaring a uniform number makes small places likelier than large ones.
  const auto skewed = [](std::uint32_t word, std::size_t count) {
    const double uniform = static_cast<double>(word) * 0x1p-32;
    return static_cast<std::size_t>(uniform * uniform * static_cast<double>(count));
  };
  const char* country = kCountries[skewed(self[0], kCountries.size())];
  const char* device = kDeviceKinds[(self[1] + happening.device) % 3];
  std::string& out = event.properties;
  if (happening.act == Act::TrafficIdentify) {
    out += R"({"email":")";
    append_user_id(out, happening.family, 0);
    out += R"(@example.com","country":")";
    out += country;
    out += R"(","plan":")";
    out += kPlanNames[skewed(self[2], kPlanNames.size())];
    out += "\"}";
    return;
  }
  const std::uint32_t kind = happening.a;
  event.name = kTrafficNames[kind];
  event.context = R"({"library":{"name":"analytics.js"},"locale":"fr-FR"})";
  const std::size_t category = skewed(happening.b, kCategories.size());
  const std::uint32_t product = happening.c % 5'000;
  out += R"({"device":")";
  out += device;
  out += R"(","browser":")";
  out += kBrowsers[skewed(self[3], kBrowsers.size())];
  out += R"(","country":")";
  out += country;
  out += '"';
  switch (kind % 5) {
    case 0:
      out += R"(,"url":"https://shop.example.com/)";
      out += kCategories[category];
      out += "/p";
      append_number(out, product);
      out += R"(","category":")";
      out += kCategories[category];
      out += '"';
      break;
    case 1:
      out += R"(,"product_id":"p)";
      append_number(out, product);
      out += R"(","category":")";
      out += kCategories[category];
      out += R"(","price":)";
      append_amount(out, 199 + happening.c % 19'801);
      break;
    case 2:
      out += R"(,"category":")";
      out += kCategories[category];
      out += R"(","results":)";
      append_number(out, happening.c % 400);
      break;
    case 3:
      out += R"(,"duration_ms":)";
      append_number(out, happening.c % 60'000);
      break;
    default:
      out += R"(,"quantity":)";
      append_number(out, 1 + happening.b % 4);
      out += R"(,"total":)";
      append_amount(out, 499 + happening.c % 39'501);
      out += R"(,"currency":)";
      out += currency_;
  }
  out += '}';
}

}  // namespace habitue::simulate
