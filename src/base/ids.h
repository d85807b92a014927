#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace earshot {

/// An opaque textual id; ids of different Tags do not mix.
template <class Tag>
struct TextId {
  std::string value;
  auto operator<=>(const TextId&) const = default;
  bool operator==(const TextId&) const = default;
  /// Names nothing, or nothing yet.
  bool empty() const { return value.empty(); }
};

/// An opaque number, unique within a running server. 0 is no id.
template <class Tag>
struct NumberId {
  std::uint64_t value = 0;
  auto operator<=>(const NumberId&) const = default;
  bool operator==(const NumberId&) const = default;
  /// Names nothing, or nothing yet.
  bool empty() const { return value == 0; }
};

}  // namespace earshot

/// Not noexcept: the tables of libstdc++ then keep each hash beside its key, and a search need not
/// read the text of every id it passes.
template <class Tag>
struct std::hash<earshot::TextId<Tag>> {
  std::size_t operator()(const earshot::TextId<Tag>& id) const {
    return std::hash<std::string>{}(id.value);
  }
};

/// Noexcept: to hash a number again costs less than to keep its hash.
template <class Tag>
struct std::hash<earshot::NumberId<Tag>> {
  std::size_t operator()(const earshot::NumberId<Tag>& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
