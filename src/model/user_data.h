#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace earshot {

/// A value attached to a call: string, number, boolean, list, or a nested set of pairs
/// (calls.md §1.1, §4.3).
struct UserDataValue {
  using List = std::vector<UserDataValue>;
  using Pairs = std::map<std::string, UserDataValue>;
  std::variant<std::string, std::int64_t, double, bool, List, Pairs> value;
  bool operator==(const UserDataValue&) const = default;
};

/// The data attached to a call, shared by all its legs.
using UserData = UserDataValue::Pairs;

}  // namespace earshot
