#include "core/user_data.h"

#include <string>

namespace earshot::core {
namespace {

struct Measure {
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const UserDataValue::List& list) const {
    std::size_t size = 8;
    for (const UserDataValue& each : list) size += 8 + std::visit(*this, each.value);
    return size;
  }
  std::size_t operator()(const UserDataValue::Pairs& pairs) const { return 8 + size_of(pairs); }
  template <class Number>
  std::size_t operator()(const Number&) const {
    return 8;
  }
};

}  // namespace

std::size_t size_of(const UserData& data) {
  std::size_t size = 0;
  for (const auto& [key, value] : data) size += key.size() + std::visit(Measure{}, value.value);
  return size;
}

std::optional<Refusal> attach(UserData& data, const UserData& more, std::size_t limit) {
  UserData next = data;
  for (const auto& [key, value] : more) next.insert_or_assign(key, value);
  const std::size_t size = size_of(next);
  if (size > limit && size > size_of(data))
    return Refusal{RefusalCode::ParameterInvalid,
                   "userData: the call's data would take " + std::to_string(size) +
                       " bytes. A call keeps at most " + std::to_string(limit) +
                       " (calls.max_user_data). Delete pairs first."};
  data = std::move(next);
  return std::nullopt;
}

void merge_changes(UserData& data, const UserData& before, const UserData& after) {
  for (const auto& [key, value] : after) {
    const auto was = before.find(key);
    if (was == before.end() || was->second != value) data.insert_or_assign(key, value);
  }
  for (const auto& [key, value] : before) {
    const auto now = data.find(key);
    if (!after.contains(key) && now != data.end() && now->second == value) data.erase(now);
  }
}

}  // namespace earshot::core
