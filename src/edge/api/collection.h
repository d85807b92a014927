#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "edge/api/asking.h"

namespace earshot::api {

/// A collection a request asks for, and how each of it is rendered. Every collection of the API is
/// answered from one of these, so that all have the same parameters (rest-and-sessions.md §A.3).
struct Collection {
  std::string_view name;  ///< of the list in the answer: "users"
  std::size_t size = 0;
  /// The resource at a place, 0 to size - 1, without subresources.
  std::function<json::object(std::size_t place, const json::storage_ptr& memory)> render;
  /// Adds the subresources named in `wanted`; empty: there are none.
  std::function<void(json::object& to, std::size_t place, std::string_view wanted)> add_children{};
  std::span<const std::string_view> optional{};  ///< attributes that a resource may lack
  bool whole = false;    ///< the resources, not their URIs, even without `fields`
  bool counted = false;  ///< totalCount even without `limit` and `offset`
};

/// Filtered, in order, the page wanted of it, and of each resource the fields and subresources
/// wanted. Refused: ParameterInvalid, with the name of the parameter.
http::Response answer(const Asking& asking, const Collection& collection);

/// The same of resources that are few enough to be rendered whether or not they are wanted.
/// @param whole  the resources, not their URIs, even without `fields`
http::Response answer(const Asking& asking, std::string_view name, const json::array& resources,
                      bool whole);

/// One resource, as `name`: with the members named by `fields`, and the subresources named.
/// @param add_children  adds the subresources named; empty: there are none
http::Response answer(
    const Asking& asking, std::string_view name, json::object resource,
    const std::function<void(json::object& to, std::string_view wanted)>& add_children = {});

/// 404, with what there is none of: "There is no group with the id 2-x."
http::Response not_found(std::string_view what, std::string_view id);

}  // namespace earshot::api
