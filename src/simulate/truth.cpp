#include "simulate/truth.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "simulate/company_keys.hpp"

namespace habitue::simulate {
namespace {

namespace json = boost::json;

json::object json_of(const SideCounts& counts) {
  return {{"inside", counts.inside}, {"outside", counts.outside}, {"unknown", counts.unknown}, {"all", counts.all()}};
}

// The company's parameters as JSON, section by section, under the keys of its TOML.
class JsonOfCompany {
 public:
  json::object root;

  void section(const char* name) { here_ = *name == '\0' ? &root : &(root[name] = json::object()).as_object(); }
  template <class T>
  void put(const char* key, const T& value) {
    (*here_)[key] = json::value_from(value);
  }
  void share(const char* key, double value) { put(key, value); }
  void positive(const char* key, double value) { put(key, value); }
  void amount(const char* key, double value) { put(key, value); }
  void count(const char* key, std::uint32_t value) { put(key, value); }
  void money(const char* key, std::int64_t value) { put(key, value); }
  void text(const char* key, const std::string& value) { put(key, value); }
  void texts(const char* key, const std::vector<std::string>& values) { put(key, values); }
  void weights(const char* key, const std::vector<double>& values) { put(key, values); }
  template <class Item, class Visit>
  void list(const char* key, const std::vector<Item>& items, const Visit& visit_item) {
    json::array array;
    for (const Item& item : items) {
      JsonOfCompany one;
      visit_item(one, item);
      array.push_back(std::move(one.root));
    }
    (*here_)[key] = std::move(array);
  }

 private:
  json::object* here_ = &root;
};

double rate(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

json::array json_of_steps(const Truth& truth) {
  json::array steps;
  for (std::size_t i = 0; i < truth.steps.size(); ++i) {
    const StepTruth& step = truth.steps[i];
    json::object object = {{"name", step.name}, {"people", json_of(step.people)}, {"mature", json_of(step.mature)}};
    if (i == 0) {
      object["planted_sign_up_inside"] = step.planted_inside;
      object["planted_sign_up_outside"] = step.planted_outside;
    } else {
      const SideCounts& before = truth.steps[i - 1].mature;
      object["planted_inside"] = step.planted_inside;
      object["planted_outside"] = step.planted_outside;
      object["rate_inside"] = rate(step.mature.inside, before.inside);
      object["rate_outside"] = rate(step.mature.outside, before.outside);
      object["rate_unknown"] = rate(step.mature.unknown, before.unknown);
      object["rate_all"] = rate(step.mature.all(), before.all());
    }
    steps.push_back(std::move(object));
  }
  return steps;
}

json::array json_of_channels(const Truth& truth) {
  json::array channels;
  for (const ChannelTruth& channel : truth.channels)
    channels.push_back(
        {{"name", channel.name},
         {"planted_inside_share", channel.planted_inside_share},
         {"visitors", json_of(channel.visitors)},
         {"sign_ups", json_of(channel.sign_ups)},
         {"purity_of_sign_ups", rate(channel.sign_ups.inside, channel.sign_ups.inside + channel.sign_ups.outside)},
         {"clicks", channel.clicks},
         {"spend_minor", channel.spend_minor}});
  return channels;
}

json::array json_of_spikes(const Truth& truth) {
  json::array spikes;
  for (const SpikeTruth& spike : truth.spikes)
    spikes.push_back({{"first", format_day(spike.first)},
                      {"last", format_day(spike.last)},
                      {"takes_place", spike.first < truth.to},
                      {"channel", spike.channel},
                      {"planted_size", spike.planted_size},
                      {"visitors", spike.visitors},
                      {"sign_ups", spike.sign_ups},
                      {"ordinary_visitors", spike.ordinary_visitors}});
  return spikes;
}

// Boost.JSON writes on one line; people read this document.
void write_indented(std::string& out, const json::value& value, std::size_t depth) {
  const auto line = [&](std::size_t indent) { out.append("\n").append(indent * 2, ' '); };
  if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    const char* comma = "";
    for (const auto& [key, item] : *object) {
      out += comma;
      comma = ",";
      line(depth + 1);
      out += json::serialize(json::value(key)) + ": ";
      write_indented(out, item, depth + 1);
    }
    line(depth);
    out += '}';
  } else if (const json::array* array = value.if_array();
             array != nullptr && !array->empty() && array->front().is_object()) {
    out += '[';
    const char* comma = "";
    for (const json::value& item : *array) {
      out += comma;
      comma = ",";
      line(depth + 1);
      write_indented(out, item, depth + 1);
    }
    line(depth);
    out += ']';
  } else if (const double* number = value.if_double()) {
    // Shortest text that reads back as the same number, where the library writes 4.1E-1.
    out += fmt::format("{}", *number);
  } else if (array != nullptr) {
    out += '[';
    const char* comma = "";
    for (const json::value& item : *array) {
      out += comma;
      comma = ", ";
      write_indented(out, item, depth);
    }
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string write_truth(const Truth& truth) {
  json::object root = {{"profile", truth.profile},
                       {"seed", truth.seed},
                       {"from", format_day(truth.from)},
                       {"to", format_day(truth.to)},
                       {"people", truth.people},
                       {"visitors_only", truth.visitors_only},
                       {"events", truth.events},
                       {"duplicates", truth.duplicates},
                       {"late", truth.late},
                       {"sessions", truth.sessions}};
  if (!truth.steps.empty()) {
    JsonOfCompany company;
    visit_company(company, truth.company);
    root["invited"] = truth.invited;
    root["households"] = truth.households;
    root["kiosk_users"] = truth.kiosk_users;
    root["studios"] = truth.studios;
    root["studio_members"] = truth.studio_members;
    root["outsiders_share"] = truth.outsiders_share;
    root["mature_days"] = kMatureDays;
    root["steps"] = json_of_steps(truth);
    root["weakest_overall"] = truth.weakest_overall;
    root["weakest_inside"] = truth.weakest_inside;
    root["channels"] = json_of_channels(truth);
    root["spikes"] = json_of_spikes(truth);
    const OnboardingTruth& onboarding = truth.onboarding;
    root["onboarding"] = {{"stuck_step", onboarding.stuck_step},
                          {"sign_ups", onboarding.sign_ups},
                          {"stuck", onboarding.stuck},
                          {"stuck_activated", onboarding.stuck_activated},
                          {"others_activated", onboarding.others_activated},
                          {"stuck_subscribers", onboarding.stuck_subscribers},
                          {"others_subscribers", onboarding.others_subscribers},
                          {"stuck_left", onboarding.stuck_left},
                          {"others_left", onboarding.others_left}};
    root["leaving"] = {{"need_gone", truth.leaving.need_gone},
                       {"unsolved", truth.leaving.unsolved},
                       {"found_elsewhere", truth.leaving.found_elsewhere},
                       {"involuntary", truth.leaving.involuntary}};
    root["subscribers"] = truth.subscribers;
    root["subscribers_at_end"] = truth.subscribers_at_end;
    root["money"] = {{"currency", truth.company.currency},     {"received_minor", truth.received_minor},
                     {"refunded_minor", truth.refunded_minor}, {"payments", truth.payments},
                     {"payment_refunds", truth.refunds},       {"orders", truth.orders},
                     {"order_refunds", truth.order_refunds}};
    std::int64_t marketing = 0;
    for (const ChannelTruth& channel : truth.channels) marketing += channel.spend_minor;
    root["costs"] = {{"marketing_minor", marketing},         {"samples", truth.samples},
                     {"samples_minor", truth.samples_minor}, {"parcels", truth.parcels},
                     {"parcels_minor", truth.parcels_minor}, {"kit_goods_minor", truth.kit_goods_minor}};
    root["company"] = std::move(company.root);
  }
  std::string out;
  write_indented(out, root, 0);
  out += '\n';
  return out;
}

}  // namespace habitue::simulate
