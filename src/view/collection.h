#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/refusal.h"

namespace earshot::view {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// Whether `name` is one of the comma list `list`, as parameters have it.
bool is_listed(std::string_view name, std::string_view list);

/// One of a collection, as its resource without subresources.
struct Member {
  std::size_t place = 0;  ///< in the collection, before anything was left out
  json::object resource;
};

/// Which part of a collection a request wants, and in what order (rest-and-sessions.md §A.3, DD-5).
struct Paging {
  std::size_t offset = 0;
  std::optional<std::size_t> limit;  ///< 1 to 1000; nothing: all
  std::string sort_by;               ///< an attribute; "": as they are
  bool descending = false;
};

/// Refused: ParameterInvalid, with the name of the parameter, its value, and what may stand there.
Result<Paging, Refusal> parse_paging(const QueryParameters& query);

/// Whether any parameter of the query may be a filter: else there is no need to look at what is
/// outside the page.
bool may_filter(const QueryParameters& query);

/// The resources that pass every filter of the query (rest-and-sessions.md §A.3): a parameter named
/// as an attribute wants its value, or one of a comma list; of an attribute that is a list, one of
/// its elements. What no resource has and `optional` does not name is no filter (DD-6), nor is an
/// attribute that is an object.
/// @param optional  attributes that a resource may lack
std::vector<Member> filtered(std::vector<Member> members, const QueryParameters& query,
                             std::span<const std::string_view> optional);

/// Orders them by paging.sort_by, texts without regard to the case of ASCII letters; equal ones
/// stay as they are, and those without the attribute come last in either order. Refused:
/// ParameterInvalid where no resource has such an attribute, or it is no single value.
/// @param optional  attributes that a resource may lack
Status<Refusal> sort(std::vector<Member>& members, const Paging& paging,
                     std::span<const std::string_view> optional);

/// The answer that a collection is, written one resource after the other: a large one is never all
/// in memory as objects. {"statusCode":0,"<name>":[…],"totalCount":n}
class CollectionText {
 public:
  /// @param size  how many are to come; they are taken to be about alike
  CollectionText(std::string_view name, std::size_t size);
  /// The next: a resource, or its URI.
  void add(const json::value& next);
  /// @param total_count  nothing: it is not told. Nothing may be added afterwards
  std::string finish(std::optional<std::size_t> total_count);

 private:
  std::string body_;
  const std::size_t size_;
};

/// [first, last) of `size` as the page wants it.
std::pair<std::size_t, std::size_t> page_of(const Paging& paging, std::size_t size);

}  // namespace earshot::view
