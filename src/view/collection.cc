#include "view/collection.h"

#include <algorithm>

namespace earshot::view {
namespace {

/// The value as a query writes it.
std::string text_of(const json::value& value) {
  const auto* text = value.if_string();
  return text ? std::string{*text} : json::serialize(value);
}

bool is_wanted(std::string_view text, std::string_view wanted) {
  if (text == wanted) return true;
  while (true) {
    const std::size_t comma = wanted.find(',');
    if (wanted.substr(0, comma) == text) return true;
    if (comma == std::string_view::npos) return false;
    wanted.remove_prefix(comma + 1);
  }
}

bool passes(const json::object& resource, std::string_view name, std::string_view wanted) {
  const json::value* value = json::find(resource, name);
  if (!value) return false;
  if (value->is_object()) return true;
  const auto* list = value->if_array();
  if (!list) return is_wanted(text_of(*value), wanted);
  return std::any_of(list->begin(), list->end(),
                     [&](const json::value& each) { return is_wanted(text_of(each), wanted); });
}

}  // namespace

std::vector<json::object> filtered(std::vector<json::object> resources,
                                   const QueryParameters& query,
                                   std::span<const std::string_view> optional) {
  for (const auto& [name, wanted] : query) {
    const bool known =
        std::find(optional.begin(), optional.end(), name) != optional.end() ||
        std::any_of(resources.begin(), resources.end(),
                    [&name = name](const json::object& each) { return each.contains(name); });
    if (known)
      std::erase_if(resources, [&name = name, &wanted = wanted](const json::object& each) {
        return !passes(each, name, wanted);
      });
  }
  return resources;
}

}  // namespace earshot::view
