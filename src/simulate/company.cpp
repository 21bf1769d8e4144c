#include "simulate/company.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/money.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "simulate/company_keys.hpp"

namespace habitue::simulate {
namespace {

// --- Writing ----------------------------------------------------------------------------------------------------------

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

class Writer {
 public:
  std::string out;

  void section(const char* name) {
    if (*name != '\0') out += fmt::format("\n[{}]\n", name);
  }
  void share(const char* key, double value) { line(key, number(value)); }
  void positive(const char* key, double value) { line(key, number(value)); }
  void amount(const char* key, double value) { line(key, number(value)); }
  void count(const char* key, std::uint32_t value) { line(key, fmt::format("{}", value)); }
  void money(const char* key, std::int64_t value) { line(key, fmt::format("{}", value)); }
  void text(const char* key, const std::string& value) { line(key, quoted(value)); }
  void texts(const char* key, const std::vector<std::string>& values) {
    std::vector<std::string> words;
    words.reserve(values.size());
    for (const std::string& value : values) words.push_back(quoted(value));
    line(key, fmt::format("[{}]", fmt::join(words, ", ")));
  }
  void weights(const char* key, const std::vector<double>& values) {
    std::vector<std::string> words;
    words.reserve(values.size());
    for (const double value : values) words.push_back(number(value));
    line(key, fmt::format("[{}]", fmt::join(words, ", ")));
  }
  template <class Item, class Visit>
  void list(const char* key, const std::vector<Item>& items, const Visit& visit_item) {
    for (const Item& item : items) {
      out += fmt::format("\n[[{}]]\n", key);
      visit_item(*this, item);
    }
    if (items.empty()) empty_lists.push_back(key);
  }
  std::vector<std::string> empty_lists;

 private:
  static std::string number(double value) { return fmt::format("{}", value); }
  void line(const char* key, const std::string& value) { out += fmt::format("{} = {}\n", key, value); }
};

// --- Checking ---------------------------------------------------------------------------------------------------------

class Checker {
 public:
  std::string problem;

  void section(const char* name) { section_ = *name == '\0' ? "" : fmt::format("{}.", name); }
  void share(const char* key, double value) {
    if (!(value >= 0 && value <= 1)) refuse(key, fmt::format("is a share: write a number from 0 to 1, not {}", value));
  }
  void positive(const char* key, double value) {
    if (!(value > 0 && value < 1e9)) refuse(key, fmt::format("must be above 0, not {}", value));
  }
  void amount(const char* key, double value) {
    if (!(value >= 0 && value < 1e9)) refuse(key, fmt::format("must be 0 or more, not {}", value));
  }
  void count(const char* key, std::uint32_t value) {
    if (value > 100'000) refuse(key, fmt::format("is too large: {}", value));
  }
  void money(const char* key, std::int64_t value) {
    if (value < 0 || value > 1'000'000'000) refuse(key, fmt::format("must be minor units of 0 or more, not {}", value));
  }
  void text(const char* key, const std::string& value) {
    if (value.size() > 200 || !is_valid_utf8(value)) refuse(key, "must be UTF-8 text of at most 200 bytes");
  }
  void texts(const char* key, const std::vector<std::string>& values) {
    if (values.empty() || values.size() > 200) refuse(key, "must have 1 to 200 texts");
    for (const std::string& value : values)
      if (value.empty()) refuse(key, "has an empty text");
  }
  void weights(const char* key, const std::vector<double>& values) {
    double total = 0;
    for (const double value : values) {
      amount(key, value);
      total += value;
    }
    if (!(total > 0)) refuse(key, "must have a number above 0");
  }
  template <class Item, class Visit>
  void list(const char* key, const std::vector<Item>& items, const Visit& visit_item) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      section_ = fmt::format("{}[{}].", key, i + 1);
      visit_item(*this, items[i]);
    }
    section_.clear();
  }
  void require(bool holds, const char* key, const std::string& what) {
    if (!holds) refuse(key, what);
  }

 private:
  void refuse(const char* key, const std::string& what) {
    if (problem.empty()) problem = fmt::format("company: {}{} {}", section_, key, what);
  }
  std::string section_;
};

bool holds(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

void check_whole(Checker& check, const Company& company) {
  check.section("");
  check.require(Zone::find(company.zone).has_value(), "zone", "is no IANA time zone: write one such as Europe/Paris");
  const auto currency = Currency::parse(company.currency);
  check.require(currency && currency->minor_digits() == 2, "currency",
                "must be the three letters of a currency with cents, such as EUR");
  const Audience& audience = company.audience;
  check.require(audience.countries.size() == audience.country_weights.size(), "audience.country_weights",
                "needs one number a country");
  check.require(audience.other_practices.size() == audience.other_weights.size(), "audience.other_weights",
                "needs one number a practice");
  check.require(audience.countries.size() + audience.other_countries.size() < 256, "audience.countries",
                "are too many");
  check.require(!holds(audience.other_practices, audience.practice), "audience.other_practices",
                "must not have the audience's own");
  for (const std::string& country : audience.other_countries)
    check.require(!holds(audience.countries, country), "audience.other_countries",
                  "must not have a country that is served");
  check.require(company.season.months.size() == 12, "season.months", "needs 12 numbers");
  check.require(company.season.weekdays.size() == 7, "season.weekdays", "needs 7 numbers");
  check.require(company.season.hours.size() == 24, "season.hours", "needs 24 numbers");
  check.require(holds(company.onboarding.steps, company.onboarding.stuck_step), "onboarding.stuck_step",
                "must be one of the steps");
  check.require(company.subscription.trial_days >= 27, "subscription.trial_days",
                "must be 27 or more: people who stay come back within 26 days");
  check.require(company.rhythm.k_weights.size() <= 20, "rhythm.k_weights", "must have at most 20 numbers");
  check.require(company.kits.q > 1, "kits.q", "must be above 1, or the mean amount is infinite");
  check.require(company.referral.accepted * (1 + company.referral.invites) < 5, "referral.invites",
                "would bring more people than there are");
  const Leaving& leaving = company.leaving;
  check.require(leaving.need_gone + leaving.unsolved + leaving.found_elsewhere + leaving.involuntary > 0, "leaving",
                "needs a cause above 0");

  std::set<std::string> names;
  double weight = 0;
  for (const Channel& channel : company.channels) {
    check.require(!channel.name.empty() && names.insert(channel.name).second, "channels", "need names, each once");
    check.require(channel.name != "referral", "channels",
                  "must not have 'referral', which is the channel of the invited");
    weight += channel.weight;
  }
  check.require(weight > 0 && company.channels.size() < 200, "channels",
                "need a weight above 0, and must be fewer than 200");
  for (const Spike& spike : company.spikes) {
    check.require(names.contains(spike.channel), "spikes", "name a channel that is not there: " + spike.channel);
    check.require(spike.days >= 1 && spike.days <= 60, "spikes", "last 1 to 60 days");
  }
  const auto& plans = company.subscription.plans;
  check.require(!plans.empty() && plans.size() < 100 &&
                    std::any_of(plans.begin(), plans.end(), [](const Plan& plan) { return plan.weight > 0; }),
                "plans", "need a weight above 0, and must be fewer than 100");
}

// --- Reading ----------------------------------------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(const toml::table& root) : root_(root), table_(&root) {}
  std::string problem;

  void section(const char* name) {
    if (!section_.empty()) refuse_unknown();
    section_ = name;
    if (section_.empty()) {
      table_ = &root_;
      return;
    }
    known_[""].insert(section_);
    const toml::node* node = root_.get(name);
    table_ = node == nullptr ? nullptr : node->as_table();
    if (node != nullptr && table_ == nullptr) refuse(*node, fmt::format("{} must be a table", name));
  }
  void share(const char* key, double& value) { read_number(key, value); }
  void positive(const char* key, double& value) { read_number(key, value); }
  void amount(const char* key, double& value) { read_number(key, value); }
  void count(const char* key, std::uint32_t& value) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto read = node->value_exact<std::int64_t>();
    if (!read || *read < 0 || *read > INT32_MAX)
      return refuse(*node, fmt::format("{} must be a whole number of 0 or more", key));
    value = static_cast<std::uint32_t>(*read);
  }
  void money(const char* key, std::int64_t& value) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto read = node->value_exact<std::int64_t>();
    if (!read) return refuse(*node, fmt::format("{} must be a whole number of minor units", key));
    value = *read;
  }
  void text(const char* key, std::string& value) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto read = node->value_exact<std::string>();
    if (!read) return refuse(*node, fmt::format("{} must be a text", key));
    value = *read;
  }
  void texts(const char* key, std::vector<std::string>& values) { read_array<std::string>(key, values, "texts"); }
  void weights(const char* key, std::vector<double>& values) { read_array<double>(key, values, "numbers"); }
  template <class Item, class Visit>
  void list(const char* key, std::vector<Item>& items, const Visit& visit_item) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) return refuse(*node, fmt::format("{} must be tables, written [[{}]]", key, key));
    items.clear();
    for (const toml::node& entry : *array) {
      const toml::table* table = entry.as_table();
      if (table == nullptr) return refuse(entry, fmt::format("{} must be tables, written [[{}]]", key, key));
      Reader reader(*table);
      visit_item(reader, items.emplace_back());
      reader.refuse_unknown();
      if (problem.empty()) problem = reader.problem;
    }
  }

  /// Refuses keys of the present table that nobody asked for. Of the outermost one: once everything was visited.
  void refuse_unknown() {
    if (table_ == nullptr) return;
    const std::set<std::string>& known = known_[section_];
    for (const auto& [key, node] : *table_) {
      if (known.contains(std::string(key.str()))) continue;
      const std::vector<std::string_view> candidates(known.begin(), known.end());
      const std::string_view nearest = nearest_word(key.str(), candidates);
      refuse(node, fmt::format("{} is no parameter{}", key.str(),
                               nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
    }
  }

 private:
  const toml::node* find(const char* key) {
    known_[section_].insert(key);
    return table_ == nullptr ? nullptr : table_->get(key);
  }
  void read_number(const char* key, double& value) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto read = node->value<double>();
    if (!read || !node->is_number()) return refuse(*node, fmt::format("{} must be a number", key));
    value = *read;
  }
  template <class T>
  void read_array(const char* key, std::vector<T>& values, const char* what) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) return refuse(*node, fmt::format("{} must be a list of {}", key, what));
    values.clear();
    for (const toml::node& entry : *array) {
      const auto read = entry.value<T>();
      if (!read) return refuse(entry, fmt::format("{} must be a list of {}", key, what));
      values.push_back(*read);
    }
  }
  void refuse(const toml::node& node, const std::string& what) {
    if (!problem.empty()) return;
    problem = fmt::format("company, line {}, column {}: {}{}", node.source().begin.line, node.source().begin.column,
                          section_.empty() ? "" : section_ + ": ", what);
  }

  const toml::table& root_;
  const toml::table* table_;
  std::string section_;
  std::map<std::string, std::set<std::string>> known_;  // By section; those of "" hold the sections' names too.
};

}  // namespace

std::int64_t kit_cost_minor(const Costs& costs, std::uint32_t product, std::int64_t price_minor) {
  const double place = static_cast<double>(std::min(product, kKits - 1)) / (kKits - 1);
  const double share = std::min(1.0, costs.kit_goods * (0.6 + 0.8 * place));
  return std::llround(share * static_cast<double>(price_minor));
}

Result<void> check_company(const Company& company) {
  Checker check;
  visit_company(check, company);
  check_whole(check, company);
  if (!check.problem.empty()) return invalid(check.problem);
  return {};
}

Result<Company> parse_company(std::string_view text) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return invalid(fmt::format("company, line {}, column {}: {}", error.source().begin.line,
                               error.source().begin.column, error.description()));
  }
  Company company;
  Reader reader(root);
  visit_company(reader, company);
  reader.refuse_unknown();
  if (!reader.problem.empty()) return invalid(reader.problem);
  if (auto checked = check_company(company); !checked) return tl::unexpected(checked.error());
  return company;
}

std::string write_company(const Company& company) {
  Writer writer;
  visit_company(writer, company);
  std::string empty;
  for (const std::string& key : writer.empty_lists) empty += fmt::format("{} = []\n", key);
  return empty + writer.out;
}

}  // namespace habitue::simulate
