// What the fields of a question and of its answer are called, said once for reading, writing and the API's description.
//
//   HABITUE_DESCRIBE(Breakdown, (of, name, limit))       in the namespace of the type, for a struct
//   HABITUE_DESCRIBE_ENUM(Breakdown::Of, Property, Trait)
//
// Fields keep their names; enumerators are written small, with underscores (FirstEver is `first_ever`).
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#define HABITUE_DESCRIBE(TYPE, FIELDS)    \
  BOOST_DESCRIBE_STRUCT(TYPE, (), FIELDS) \
  inline constexpr std::string_view described_name(const TYPE*) { return #TYPE; }

#define HABITUE_DESCRIBE_ENUM(TYPE, ...) \
  BOOST_DESCRIBE_ENUM(TYPE, __VA_ARGS__) \
  inline constexpr std::string_view described_name(const TYPE*) { return #TYPE; }

namespace habitue::server::described {

template <class T>
inline constexpr bool is_struct = boost::describe::has_describe_members<T>::value;
template <class T>
inline constexpr bool is_enum = boost::describe::has_describe_enumerators<T>::value;

/// `FirstEver` as `first_ever`.
inline std::string small(std::string_view name) {
  std::string text;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const bool capital = name[at] >= 'A' && name[at] <= 'Z';
    if (capital && at > 0) text += '_';
    text += capital ? static_cast<char>(name[at] - 'A' + 'a') : name[at];
  }
  return text;
}

/// Calls `visit(name, member pointer)` for each field.
template <class T, class Visit>
void for_each_field(Visit&& visit) {
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto field) { visit(std::string_view(field.name), field.pointer); });
}
/// Calls `visit(small name, enumerator)` for each.
template <class E, class Visit>
void for_each_enumerator(Visit&& visit) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto enumerator) { visit(small(enumerator.name), enumerator.value); });
}

}  // namespace habitue::server::described
