#include "journey/event_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <simdjson.h>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json.hpp"
#include "journey/journey.hpp"

namespace habitue::journey {

namespace {

constexpr std::string_view kContextPrefix = "$context.";
constexpr std::array<std::string_view, 13> kLeftOut = {"$context.library",
                                                       "$context.integrations",
                                                       "$context.userAgentData",
                                                       "$context.plugins",
                                                       "$context.protocols",
                                                       "$context.network",
                                                       "$context.screen",
                                                       "$context.instanceId",
                                                       "$context.groupId",
                                                       "$context.device.id",
                                                       "$context.device.advertisingId",
                                                       "$context.device.adTrackingEnabled",
                                                       "$context.device.token"};
constexpr std::array<std::string_view, 6> kReservedKinds = {kIdentifyKind, kPageKind,  kScreenKind,
                                                            kGroupKind,    kAliasKind, kOtherKind};

// At most kTextBytesMax bytes, without a torn character at the end.
std::string_view cut(std::string_view text) {
  if (text.size() <= kTextBytesMax) return text;
  std::size_t size = kTextBytesMax;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

std::string_view kind_of(const intake::Event& event, std::string& buffer) {
  switch (event.type) {
    case intake::EventType::Identify: return kIdentifyKind;
    case intake::EventType::Page: return kPageKind;
    case intake::EventType::Screen: return kScreenKind;
    case intake::EventType::Group: return kGroupKind;
    case intake::EventType::Alias: return kAliasKind;
    case intake::EventType::Track: break;
  }
  if (std::find(kReservedKinds.begin(), kReservedKinds.end(), event.name) == kReservedKinds.end())
    return cut(event.name);
  buffer = "track:" + event.name;
  return buffer;
}

}  // namespace

class EventReader::Flattener {
 public:
  explicit Flattener(Symbols& symbols) : symbols_(symbols) {}

  void read_object(std::string_view json, std::string_view prefix, Batch& batch) {
    if (json.size() <= 2) return;  // "{}"
    simdjson::dom::element root;
    if (!parse(json, root)) return;
    simdjson::dom::object object;
    if (root.get(object) != simdjson::SUCCESS) return;
    path_ = prefix;
    in_context_ = !prefix.empty();
    flatten(object, 0, batch);
  }

  void put_text(std::string_view name, std::string_view text, Batch& batch) {
    if (const auto property = find(name)) batch.put_text(*property, cut(text), symbols_);
  }

 private:
  bool parse(std::string_view json, simdjson::dom::element& root) {
    if (parse_padded(json, root)) return true;
    // simdjson refuses a document for an integer of more than 64 bits. Boost.JSON reads it as a double and writes it so.
    const auto value = parse_json(json);
    return value && parse_padded(boost::json::serialize(*value), root);
  }

  bool parse_padded(std::string_view json, simdjson::dom::element& root) {
    if (padded_.size() < json.size() + simdjson::SIMDJSON_PADDING)
      padded_.resize(json.size() * 2 + simdjson::SIMDJSON_PADDING);
    std::memcpy(padded_.data(), json.data(), json.size());
    return parser_.parse(padded_.data(), json.size(), false).get(root) == simdjson::SUCCESS;
  }

  void flatten(simdjson::dom::object object, int depth, Batch& batch) {
    for (const auto field : object) {
      const std::size_t before = path_.size();
      path_.append(field.key);
      visit(field.value, depth, batch);
      path_.resize(before);
    }
  }

  void visit(simdjson::dom::element value, int depth, Batch& batch) {
    using Type = simdjson::dom::element_type;
    const Type type = value.type();
    if (type == Type::ARRAY || path_.empty()) return;
    if (path_.front() == '$' && refused()) return;
    if (type == Type::OBJECT) {
      if (depth + 1 >= kDepthMax || path_.size() > kPropertyNameBytesMax) return;
      path_.push_back('.');
      flatten(value.get_object().value_unsafe(), depth + 1, batch);
      return;
    }
    // Nulls are not worth a name; they take back what the same object said before.
    const auto property = type == Type::NULL_VALUE ? symbols_.properties().find(path_) : find(path_);
    if (!property) return;
    if (type == Type::STRING)
      batch.put_text(*property, cut(value.get_string().value_unsafe()), symbols_);
    else
      batch.put(*property, cell_of(value));
  }

  // What is left out of the context; and among properties, the names that only the index itself may give.
  bool refused() const {
    if (in_context_) return std::find(kLeftOut.begin(), kLeftOut.end(), path_) != kLeftOut.end();
    return path_ == kGroupIdProperty || path_ == kProvenanceProperty || path_.starts_with(kContextPrefix);
  }

  static Cell cell_of(simdjson::dom::element value) {
    using Type = simdjson::dom::element_type;
    switch (value.type()) {
      case Type::BOOL: return Cell::of_bool(value.get_bool().value_unsafe());
      case Type::INT64: return Cell::of_number(static_cast<double>(value.get_int64().value_unsafe()));
      case Type::UINT64: return Cell::of_number(static_cast<double>(value.get_uint64().value_unsafe()));
      case Type::DOUBLE: {
        const double number = value.get_double().value_unsafe();
        return std::isfinite(number) ? Cell::of_number(number + 0.0) : Cell::missing();  // -0 becomes 0.
      }
      default: return Cell::missing();
    }
  }

  // Events of one kind name their properties in one order, so the one that followed last time is tried first.
  std::optional<std::uint32_t> find(std::string_view name) {
    const std::vector<std::string>& names = symbols_.properties().texts;
    if (last_ < next_.size() && next_[last_] < names.size() && names[next_[last_]] == name) {
      last_ = next_[last_];
      return last_;
    }
    const auto property = symbols_.property(name);
    if (!property) return std::nullopt;
    if (next_.size() <= std::max(last_, *property))
      next_.resize(std::max(last_, *property) + std::size_t{1}, UINT32_MAX);
    next_[last_] = *property;
    last_ = *property;
    return property;
  }

  Symbols& symbols_;
  simdjson::dom::parser parser_;
  std::vector<char> padded_;
  std::string path_;
  bool in_context_ = false;
  std::vector<std::uint32_t> next_;
  std::uint32_t last_ = 0;
};

EventReader::EventReader(std::shared_ptr<Symbols> symbols)
    : symbols_(std::move(symbols)), flattener_(std::make_unique<Flattener>(*symbols_)) {}
EventReader::~EventReader() = default;

void EventReader::read(const ledger::StoredEvent& stored, OriginId origin, Batch& batch) {
  const intake::Event& event = stored.event;
  std::string buffer;
  batch.add_row(event.at, symbols_->kind(kind_of(event, buffer)), origin, stored.seq);
  flattener_->read_object(event.properties, "", batch);
  flattener_->read_object(event.context, kContextPrefix, batch);

  // After the sender's own properties: what the call itself says is the last word.
  const bool named = event.type == intake::EventType::Page || event.type == intake::EventType::Screen;
  if (named && !event.name.empty()) flattener_->put_text("name", event.name, batch);
  if (!event.group_id.empty()) flattener_->put_text(kGroupIdProperty, event.group_id, batch);
  switch (event.provenance) {
    case intake::Provenance::Observed: break;
    case intake::Provenance::Given: flattener_->put_text(kProvenanceProperty, "given", batch); break;
    case intake::Provenance::Heard: flattener_->put_text(kProvenanceProperty, "heard", batch); break;
    case intake::Provenance::Inferred: flattener_->put_text(kProvenanceProperty, "inferred", batch); break;
  }
}

}  // namespace habitue::journey
