// The names that columns go by: kinds, properties and each property's texts. Grows only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "journey/dictionary.hpp"
#include "journey/value.hpp"

namespace habitue::journey {

/// Distinct property names that the index keeps: past it, hostile or generated names are left to the ledger.
inline constexpr std::size_t kPropertiesMax = 4'000;
/// Bytes of a property's path.
inline constexpr std::size_t kPropertyNameBytesMax = 256;
/// Kinds besides kOtherKind, which takes the last number.
inline constexpr std::size_t kKindsMax = 65'535;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

/// A list of names, each with its number.
struct Names {
  std::vector<std::string> texts;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> numbers;

  std::optional<std::uint32_t> find(std::string_view text) const;
  std::uint32_t add(std::string_view text);
  /// Whether a name was added twice, which only a damaged file does.
  bool has_twins() const { return numbers.size() != texts.size(); }
};

/// The writer's; readers get copies of the names (`names()`) and the dictionaries through published segments.
class Symbols {
 public:
  /// As a snapshot sees them.
  struct Published {
    Names kinds, properties;
  };

  /// The kind of this name, registered on first sight; kOtherKind when there are too many.
  EventKind kind(std::string_view name);
  /// The property of this name, registered on first sight; none when there are too many or the name is too long.
  std::optional<std::uint32_t> property(std::string_view name);
  Dictionary& dictionary(std::uint32_t property) { return *dictionaries_[property]; }
  const Dictionary& dictionary(std::uint32_t property) const { return *dictionaries_[property]; }

  /// Adds a kind as it was saved.
  void restore_kind(std::string_view name) { kinds_.add(name); }
  /// Adds a property as it was saved, its texts where they are.
  void restore_property(std::string_view name, const MappedDictionary& texts);

  /// Keeps alive what restored texts lie in.
  void keep(std::shared_ptr<const void> mapped) { mapped_ = std::move(mapped); }

  const Names& kinds() const { return kinds_; }
  const Names& properties() const { return properties_; }
  /// The names as of now; the same object until a name is added.
  std::shared_ptr<const Published> published();
  std::size_t memory_bytes() const;

 private:
  Names kinds_, properties_;
  std::vector<std::unique_ptr<Dictionary>> dictionaries_;
  std::shared_ptr<const Published> published_;
  std::shared_ptr<const void> mapped_;
};

}  // namespace habitue::journey
