#include "core/user_data.h"

#include <string>

namespace earshot::core {
namespace {

/// A text in JSON, its quotes and escapes included (RFC 8259 §7).
std::size_t size_in_json(const std::string& text) {
  std::size_t size = 2;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    size += octet < 0x20 || octet == 0x7f ? 6 : c == '"' || c == '\\' ? 2 : 1;
  }
  return size;
}

struct Measure {
  std::size_t operator()(const std::string& text) const { return size_in_json(text); }
  std::size_t operator()(const UserDataValue::List& list) const {
    std::size_t size = 2;
    for (const UserDataValue& each : list) size += 1 + std::visit(*this, each.value);
    return size;
  }
  std::size_t operator()(const UserDataValue::Pairs& pairs) const { return core::size_of(pairs); }
  template <class Number>
  std::size_t operator()(const Number&) const {
    return 24;  // the longest
  }
};

}  // namespace

std::size_t size_of(const UserData& data) {
  std::size_t size = 2;
  for (const auto& [key, value] : data)
    size += size_in_json(key) + 2 + std::visit(Measure{}, value.value);
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
