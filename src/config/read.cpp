// habitue.toml to a Business. Reading goes on after a mistake, so that all are told at once, in order of the file.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unicode/ucurr.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/consistency.hpp"
#include "config/file_text.hpp"
#include "config/keys.hpp"

namespace habitue::config {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;
constexpr std::size_t kMaxItems = 1'000;  // Of a list of tables, and of a list of texts.

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date: return "a day";
    case toml::node_type::time:
    case toml::node_type::date_time: return "a time";
    default: return "nothing";
  }
}

bool is_currency(std::string_view code) {
  const UChar wide[4] = {static_cast<UChar>(code[0]), static_cast<UChar>(code[1]), static_cast<UChar>(code[2]), 0};
  UErrorCode failed = U_ZERO_ERROR;
  return code == "XXX" || (ucurr_isAvailable(wide, -1e15, 1e15, &failed) != 0 && U_SUCCESS(failed) != 0);
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view file_name) : text_(text), bytes_(text), file_name_(file_name) {}

  Result<Business> read() {
    if (bytes_.size() > kMaxFileBytes) {
      mistake({1, 1}, 1, fmt::format("the file has {} bytes; {} are the most", bytes_.size(), kMaxFileBytes));
      return refuse();
    }
    toml::table root;
    try {
      root = toml::parse(bytes_, std::string(file_name_));
    } catch (const toml::parse_error& error) {
      mistake(place_of(error.source()), 1, fmt::format("this is not TOML: {}", error.description()));
      return refuse();
    }
    Business business;
    read_head(root, business);
    for_each_section([&](const auto& section, auto member) { read_section(root, section, business.*member); },
                     [&](const auto& section, auto member) { read_list(root, section, business.*member); });
    complete(root, business);
    const Said said = [this](const std::string& path) { return said_.contains(path); };
    for (const Contradiction& each : contradictions(business, said))
      mistake_at(each.path, each.otherwise, each.message);
    if (!mistakes_.empty()) return refuse();
    return business;
  }

 private:
  struct Mistake {
    Place place;
    std::string text;
  };

  // --- mistakes

  static Place place_of(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

  void mistake(Place place, std::size_t length, std::string message) {
    place = {std::max<std::size_t>(1, place.line), std::max<std::size_t>(1, place.column)};
    mistakes_.push_back({place, fmt::format("{}:{}:{}: {}\n{}", file_name_, place.line, place.column, message,
                                            text_.shown(place, length))});
  }
  void mistake(const toml::node& node, std::string message) {
    mistake(place_of(node.source()), length_of(node.source()), std::move(message));
  }

  // Of what stands on one line; the beginning of what goes on to the next.
  std::size_t length_of(const toml::source_region& region) const {
    if (region.end.line != region.begin.line || region.end.column <= region.begin.column) return 1;
    return text_.offset_of({region.end.line, region.end.column}) - text_.offset_of(place_of(region));
  }

  Result<Business> refuse() {
    std::stable_sort(mistakes_.begin(), mistakes_.end(),
                     [](const Mistake& left, const Mistake& right) { return left.place < right.place; });
    std::string all;
    for (const Mistake& one : mistakes_) all += (all.empty() ? "" : "\n") + one.text;
    return invalid(std::move(all));
  }

  // Where something was said, for checks that compare several keys: `hypotheses[1].from`.
  void note(const std::string& path, const toml::node& node) { said_[path] = &node; }
  void mistake_at(const std::string& path, const std::string& otherwise, std::string message) {
    for (const std::string& where : {path, otherwise})
      if (const auto found = said_.find(where); found != said_.end())
        return mistake(*found->second, std::move(message));
    mistake({1, 1}, 1, std::move(message));
  }

  // --- tables

  void read_head(const toml::table& root, Business& business) {
    std::set<std::string_view> sections;
    const auto add = [&](const auto& section, auto) { sections.insert(section.name); };
    for_each_section(add, add);
    read_keys(root, kHead, "", business, sections);
  }

  template <class Owner>
  void read_section(const toml::table& root, const Section<Owner>& section, Owner& owner) {
    const toml::node* node = root.get(section.name);
    if (node == nullptr) return;
    note(std::string(section.name), *node);
    if (const toml::table* table = node->as_table())
      return read_keys(*table, section, std::string(section.name), owner, {});
    mistake(*node, node->is_array() ? fmt::format("`{0}` is one table: write [{0}], not [[{0}]]", section.name)
                                    : fmt::format("`{0}` is a table: write [{0}] on a line of its own; this is {1}",
                                                  section.name, kind_of(*node)));
  }

  template <class Owner>
  void read_list(const toml::table& root, const Section<Owner>& section, std::vector<Owner>& owners) {
    const toml::node* node = root.get(section.name);
    if (node == nullptr) return;
    note(std::string(section.name), *node);
    const toml::array* array = node->as_array();
    const bool tables = array != nullptr && std::all_of(array->begin(), array->end(),
                                                        [](const toml::node& item) { return item.is_table(); });
    if (!tables)
      return mistake(*node, fmt::format("`{0}` is a list of tables: write [[{0}]] before each", section.name));
    if (array->size() > kMaxItems) return mistake(*node, fmt::format("at most {} of them", kMaxItems));
    owners.clear();
    for (const toml::node& item : *array) {
      const std::string path = fmt::format("{}[{}]", section.name, owners.size());
      note(path, item);
      read_keys(*item.as_table(), section, path, owners.emplace_back(), {});
    }
  }

  template <class Owner>
  void read_keys(const toml::table& table, const Section<Owner>& section, const std::string& path, Owner& owner,
                 const std::set<std::string_view>& sections) {
    for (const auto& entry : table) {
      const toml::key& name = entry.first;
      const toml::node& node = entry.second;
      const auto key = std::find_if(section.keys.begin(), section.keys.end(),
                                    [&](const Key<Owner>& one) { return one.name == name.str(); });
      if (key == section.keys.end()) {
        if (!sections.contains(name.str())) unknown_key(name, section, sections);
        continue;
      }
      const std::string full = path.empty() ? std::string(name.str()) : fmt::format("{}.{}", path, name.str());
      note(full, node);
      const std::string shown_name =
          section.name.empty() ? std::string(name.str()) : fmt::format("{}.{}", section.name, name.str());
      std::visit([&](auto member) { value(node, shown_name, key->rules, type_of(*key), owner.*member); }, key->member);
    }
    for (const Key<Owner>& key : section.keys)
      if (key.rules.required && !table.contains(key.name))
        mistake(table, fmt::format("`{}.{}` is missing: {}", section.name, key.name, key.meaning));
  }

  template <class Owner>
  void unknown_key(const toml::key& name, const Section<Owner>& section, const std::set<std::string_view>& sections) {
    std::vector<std::string_view> words(sections.begin(), sections.end());
    for (const Key<Owner>& key : section.keys) words.push_back(key.name);
    const std::string_view nearest = nearest_word(name.str(), words);
    std::string hint = nearest.empty() ? elsewhere(name.str()) : fmt::format(": did you mean `{}`?", nearest);
    const std::string_view where = section.name.empty() ? std::string_view("at the head of the file") : section.name;
    mistake(place_of(name.source()), length_of(name.source()),
            fmt::format("there is no key `{}` {}{}", name.str(),
                        section.name.empty() ? std::string(where) : fmt::format("in [{}]", where), hint));
  }

  // A key in the wrong table is commoner than a key of no table: all that follows a [header] belongs to it.
  static std::string elsewhere(std::string_view name) {
    std::string found;
    const auto look = [&](const auto& section, const auto&...) {
      for (const auto& key : section.keys)
        if (key.name == name && found.empty())
          found = section.name.empty() ? ": it stands at the head of the file, before the first [table]"
                                       : fmt::format(": it belongs in [{}]", section.name);
    };
    look(kHead);
    for_each_section(look, look);
    return found;
  }

  // --- values: one overload for each type of Member

  bool refuse_type(const toml::node& node, const std::string& name, const std::string& type) {
    mistake(node, fmt::format("`{}` is a {}; this is {}", name, type, kind_of(node)));
    return false;
  }
  bool text(const toml::node& node, const std::string& name, const std::string& type, std::string& out) {
    const auto* found = node.as_string();
    if (found == nullptr) return refuse_type(node, name, type);
    out = found->get();
    return true;
  }
  bool whole(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             std::uint32_t& out) {
    const auto* found = node.as_integer();
    if (found == nullptr) return refuse_type(node, name, type);
    const std::int64_t number = found->get();
    if (number < rules.least || number > rules.most) {
      mistake(node, fmt::format("`{}` is a {}; this is {}", name, type, number));
      return false;
    }
    out = static_cast<std::uint32_t>(number);
    return true;
  }

  void one_of(const toml::node& node, const std::string& name, std::span<const std::string_view> words,
              const std::string& read, const std::string& type) {
    if (std::find(words.begin(), words.end(), read) != words.end()) return;
    const std::string_view nearest = nearest_word(read, {words.begin(), words.end()});
    mistake(node, nearest.empty() ? fmt::format("`{}` is {}", name, type)
                                  : fmt::format("`{}` is {}: did you mean \"{}\"?", name, type, nearest));
  }

  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             std::string& out) {
    if (!text(node, name, type, out)) return;
    if (!rules.words.empty()) return one_of(node, name, rules.words, out, type);
    if (out.empty() && !rules.may_be_empty) mistake(node, fmt::format("`{}` is not empty", name));
  }
  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             std::uint32_t& out) {
    whole(node, name, rules, type, out);
  }
  void value(const toml::node& node, const std::string& name, const Rules&, const std::string&, bool& out) {
    if (const auto* found = node.as_boolean())
      out = found->get();
    else
      mistake(node, fmt::format("`{}` is true or false, without quotes; this is {}", name, kind_of(node)));
  }
  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             std::vector<std::string>& out) {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
      mistake(node,
              fmt::format("`{}` is a {}: write it in brackets, [\"...\"]; this is {}", name, type, kind_of(node)));
      return;
    }
    if (array->size() > kMaxItems) return mistake(node, fmt::format("`{}` has at most {} texts", name, kMaxItems));
    out.clear();
    for (const toml::node& item : *array) {
      const auto* found = item.as_string();
      if (found == nullptr || found->get().empty())
        mistake(item, fmt::format("`{}` is a {}; this is {}", name, type,
                                  found == nullptr ? kind_of(item) : "an empty text"));
      else if (std::find(out.begin(), out.end(), found->get()) != out.end())
        mistake(item, fmt::format("\"{}\" is in `{}` twice", found->get(), name));
      else
        out.push_back(found->get());
      if (found != nullptr && !rules.words.empty()) one_of(item, name, rules.words, found->get(), type);
    }
    if (array->empty() && !rules.may_be_empty)
      mistake(node, fmt::format("`{}` is not empty{}", name, rules.any_event ? ": [\"*\"] means any event" : ""));
    if (!rules.any_event || std::find(out.begin(), out.end(), "*") == out.end()) return;
    if (out.size() > 1) mistake(node, fmt::format("`{}`: \"*\" means any event and stands alone", name));
    out.clear();
  }

  std::optional<criteria::Expression> expression(const toml::node& node, const std::string& name, const Rules& rules,
                                                 const std::string& type) {
    std::string written;
    if (!text(node, name, type, written)) return std::nullopt;
    criteria::Located read =
        rules.about_event ? criteria::parse_event_condition(written) : criteria::parse_located(written);
    if (read && criteria::names_of(*read).cohorts.empty()) return std::move(*read);
    if (read) {
      mistake(node, fmt::format(
                        "`{}`: in cohort \"{}\": cohorts are saved beside the configuration, which does not depend on "
                        "them; write out who is meant",
                        name, criteria::names_of(*read).cohorts.front()));
      return std::nullopt;
    }
    // The caret stands below the word of the expression, not at the start of its quotes.
    const std::size_t begin = text_.offset_of(place_of(node.source()));
    const criteria::Mistake& wrong = read.error();
    const std::size_t from = text_.offset_in_string(begin, wrong.offset);
    const std::size_t to = wrong.length == 0 ? from : text_.offset_in_string(begin, wrong.offset + wrong.length);
    mistake(text_.place_of(from), to - from, fmt::format("`{}`: {}{}", name, wrong.message, rules.hint));
    return std::nullopt;
  }
  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             criteria::Expression& out) {
    if (auto read = expression(node, name, rules, type)) out = std::move(*read);
  }
  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             std::optional<criteria::Expression>& out) {
    out = expression(node, name, rules, type);
  }
  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             std::optional<std::chrono::days>& out) {
    std::uint32_t number = 0;
    if (whole(node, name, rules, type, number)) out = std::chrono::days(number);
  }
  bool number(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
              double& out) {
    const std::optional<double> found = node.is_number() ? node.value<double>() : std::nullopt;
    if (!found) return refuse_type(node, name, type);
    if (!(*found >= 0 && *found <= rules.number_most)) {
      mistake(node, fmt::format("`{}` is a {}; this is {}", name, type, *found));
      return false;
    }
    out = *found;
    return true;
  }
  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             double& out) {
    number(node, name, rules, type, out);
  }
  void value(const toml::node& node, const std::string& name, const Rules& rules, const std::string& type,
             std::optional<double>& out) {
    double read = 0;
    if (number(node, name, rules, type, read)) out = read;
  }
  void value(const toml::node& node, const std::string& name, const Rules&, const std::string& type, LocalDay& out) {
    if (const auto* date = node.as_date()) {
      const std::chrono::year_month_day day{std::chrono::year{date->get().year}, std::chrono::month{date->get().month},
                                            std::chrono::day{date->get().day}};
      out = LocalDay{day};
      return;
    }
    std::string written;
    if (!text(node, name, type, written)) return;
    if (const auto day = parse_day(written))
      out = *day;
    else
      mistake(node, fmt::format("`{}`: {}", name, day.error().message));
  }
  void value(const toml::node& node, const std::string& name, const Rules&, const std::string& type, Currency& out) {
    std::string written;
    if (!text(node, name, type, written)) return;
    const auto currency = Currency::parse(written);
    if (currency && is_currency(currency->code()))
      out = *currency;
    else
      mistake(node, fmt::format("`{}`: ISO 4217 has no currency \"{}\": three letters such as EUR, GBP or USD", name,
                                written));
  }
  void value(const toml::node& node, const std::string& name, const Rules&, const std::string& type, Zone& out) {
    std::string written;
    if (!text(node, name, type, written)) return;
    if (auto zone = Zone::find(written))
      out = std::move(*zone);
    else
      mistake(node, fmt::format("`{}`: {}", name, zone.error().message));
  }
  template <class Enum>
  void word(const toml::node& node, const std::string& name, const std::string& type,
            std::initializer_list<Enum> values, Enum& out) {
    std::string written;
    if (!text(node, name, type, written)) return;
    std::vector<std::string_view> words;
    for (const Enum candidate : values) {
      words.push_back(word_of(candidate));
      if (words.back() == written) out = candidate;
    }
    one_of(node, name, words, written, type);
  }
  void value(const toml::node& node, const std::string& name, const Rules&, const std::string& type,
             BusinessModel& out) {
    word(node, name, type, {BusinessModel::Purchases, BusinessModel::Subscription}, out);
  }
  void value(const toml::node& node, const std::string& name, const Rules&, const std::string& type, Charged& out) {
    word(node, name, type, {Charged::Person, Charged::Account}, out);
  }

  // --- what stands in for what was not said

  static void complete(const toml::table& root, Business& business) {
    if (business.costs.empty()) business.costs = default_costs();
    if (business.treatments.empty()) business.treatments = default_treatments();
    if (business.actions.empty()) business.actions = default_actions();
    if (business.relations.empty()) business.relations = default_relations();
    if (!root.contains(kSteps.name)) business.steps = default_steps(business);
    if (root.contains(kHypotheses.name)) return;
    business.hypotheses.emplace_back();
    business.hypotheses.back().version = "v1";
  }

  FileText text_;
  std::string_view bytes_, file_name_;
  std::vector<Mistake> mistakes_;
  std::map<std::string, const toml::node*> said_;
};

}  // namespace

Result<Business> parse(std::string_view toml, std::string_view file_name) { return Reader(toml, file_name).read(); }

Result<Business> load(const std::filesystem::path& file) {
  return read_file(file, kMaxFileBytes).and_then([&](const std::string& text) { return parse(text, file.string()); });
}

}  // namespace habitue::config
