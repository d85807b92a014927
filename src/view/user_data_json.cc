#include "view/user_data_json.h"

#include <cstdint>

namespace earshot::view {
namespace {

json::value to_json(const UserDataValue& data) {
  struct Writer {
    json::value operator()(const std::string& text) const { return json::value(text); }
    json::value operator()(std::int64_t number) const { return number; }
    json::value operator()(double number) const { return number; }
    json::value operator()(bool flag) const { return flag; }
    json::value operator()(const UserDataValue::List& list) const {
      json::array out;
      for (const auto& each : list) out.push_back(to_json(each));
      return out;
    }
    json::value operator()(const UserDataValue::Pairs& pairs) const {
      return user_data_json(pairs);
    }
  };
  return std::visit(Writer{}, data.value);
}

std::optional<UserDataValue> from_json(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return std::nullopt;
    case json::kind::bool_:
      return UserDataValue{value.get_bool()};
    case json::kind::int64:
      return UserDataValue{value.get_int64()};
    case json::kind::uint64:
      return UserDataValue{static_cast<double>(value.get_uint64())};
    case json::kind::double_:
      return UserDataValue{value.get_double()};
    case json::kind::string:
      return UserDataValue{std::string{value.get_string()}};
    case json::kind::array: {
      UserDataValue::List list;
      for (const auto& each : value.get_array()) {
        auto item = from_json(each);
        if (!item) return std::nullopt;
        list.push_back(*std::move(item));
      }
      return UserDataValue{std::move(list)};
    }
    case json::kind::object: {
      auto pairs = parse_user_data(value.get_object());
      if (!pairs) return std::nullopt;
      return UserDataValue{*std::move(pairs)};
    }
  }
  return std::nullopt;
}

}  // namespace

json::object user_data_json(const UserData& data) {
  json::object out;
  for (const auto& [key, value] : data) out.emplace(key, to_json(value));
  return out;
}

std::optional<UserData> parse_user_data(const json::object& object) {
  UserData data;
  for (const auto& pair : object) {
    auto value = from_json(pair.value());
    if (!value) return std::nullopt;
    data.insert_or_assign(std::string{pair.key()}, *std::move(value));
  }
  return data;
}

}  // namespace earshot::view
