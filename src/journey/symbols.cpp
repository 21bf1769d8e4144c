#include "journey/symbols.hpp"

#include "journey/journey.hpp"

namespace habitue::journey {

std::optional<std::uint32_t> Names::find(std::string_view text) const {
  const auto found = numbers.find(text);
  return found == numbers.end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t Names::add(std::string_view text) {
  const auto number = static_cast<std::uint32_t>(texts.size());
  texts.emplace_back(text);
  numbers.emplace(texts.back(), number);
  return number;
}

EventKind Symbols::kind(std::string_view name) {
  if (const auto known = kinds_.find(name)) return EventKind{static_cast<std::uint16_t>(*known)};
  if (kinds_.texts.size() < kKindsMax) return EventKind{static_cast<std::uint16_t>(kinds_.add(name))};
  if (const auto other = kinds_.find(kOtherKind)) return EventKind{static_cast<std::uint16_t>(*other)};
  return EventKind{static_cast<std::uint16_t>(kinds_.add(kOtherKind))};
}

std::optional<std::uint32_t> Symbols::property(std::string_view name) {
  if (const auto known = properties_.find(name)) return *known;
  if (properties_.texts.size() >= kPropertiesMax || name.size() > kPropertyNameBytesMax) return std::nullopt;
  dictionaries_.push_back(std::make_unique<Dictionary>());
  return properties_.add(name);
}

void Symbols::restore_property(std::string_view name, const MappedDictionary& texts) {
  dictionaries_.push_back(std::make_unique<Dictionary>(texts));
  properties_.add(name);
}

std::shared_ptr<const Symbols::Published> Symbols::published() {
  if (published_ == nullptr || published_->kinds.texts.size() != kinds_.texts.size() ||
      published_->properties.texts.size() != properties_.texts.size())
    published_ = std::make_shared<const Published>(Published{kinds_, properties_});
  return published_;
}

std::size_t Symbols::memory_bytes() const {
  std::size_t bytes = 0;
  for (const auto& dictionary : dictionaries_) bytes += dictionary->memory_bytes();
  return bytes;
}

}  // namespace habitue::journey
