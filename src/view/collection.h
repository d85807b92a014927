#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace earshot::view {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// The resources that pass every filter of the query (rest-and-sessions.md §A.3): a parameter named
/// as an attribute wants its value, or one of a comma list; of an attribute that is a list, one of
/// its elements. What no resource has and `optional` does not name is no filter (DD-6), nor is an
/// attribute that is an object.
/// @param optional  attributes that a resource may lack
std::vector<json::object> filtered(std::vector<json::object> resources,
                                   const QueryParameters& query,
                                   std::span<const std::string_view> optional);

}  // namespace earshot::view
