#include "edge/api/collection.h"

#include <array>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "view/collection.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

/// What a request wants of a collection.
struct Page {
  std::vector<std::size_t> places;  ///< in order
  std::size_t total = 0;            ///< of what they are some of
};

/// All of the collection that the filters let through, in the order wanted.
Result<std::vector<std::size_t>, Refusal> chosen(const Collection& collection,
                                                 const view::Paging& paging,
                                                 const view::QueryParameters& query) {
  json::monotonic_resource memory;  // forgotten once it is looked at
  std::vector<view::Member> members;
  members.reserve(collection.size);
  for (std::size_t place = 0; place < collection.size; ++place)
    members.push_back({place, collection.render(place, &memory)});
  members = view::filtered(std::move(members), query, collection.optional);
  if (const auto sorted = view::sort(members, paging, collection.optional); !sorted)
    return Error{sorted.error()};
  std::vector<std::size_t> places;
  places.reserve(members.size());
  for (const view::Member& member : members) places.push_back(member.place);
  return places;
}

/// Where nothing is left out or put in order, what is outside the page is not rendered at all.
Result<Page, Refusal> page_of(const Collection& collection, const view::Paging& paging,
                              const view::QueryParameters& query) {
  if (paging.sort_by.empty() && !view::may_filter(query)) {
    const auto [first, last] = view::page_of(paging, collection.size);
    Page page{std::vector<std::size_t>(last - first), collection.size};
    std::iota(page.places.begin(), page.places.end(), first);
    return page;
  }
  auto places = chosen(collection, paging, query);
  if (!places) return Error{places.error()};
  const auto [first, last] = view::page_of(paging, places->size());
  return Page{{places->begin() + std::ptrdiff_t(first), places->begin() + std::ptrdiff_t(last)},
              places->size()};
}

/// One of the collection as the request wants it.
void add(view::CollectionText& text, const Asking& asking, const Collection& collection,
         std::size_t place, bool whole) {
  std::array<unsigned char, 8 * 1024> room;
  json::monotonic_resource memory{room.data(), room.size()};
  json::object resource = collection.render(place, &memory);
  if (!whole) return text.add(resource.at("uri"));
  if (const auto fields = asking.parameter("fields"); !fields.empty())
    resource = view::with_fields(resource, fields);
  if (const auto wanted = asking.parameter("subresources");
      !wanted.empty() && collection.add_children)
    collection.add_children(resource, place, wanted);
  text.add(std::move(resource));
}

}  // namespace

http::Response answer(const Asking& asking, const Collection& collection) {
  const auto& query = asking.request.query;
  const auto paging = view::parse_paging(query);
  if (!paging) return refused(paging.error());
  const auto page = page_of(collection, *paging, query);
  if (!page) return refused(page.error());
  const bool whole = collection.whole || !asking.parameter("fields").empty() ||
                     !asking.parameter("subresources").empty();
  view::CollectionText text{whole ? collection.name : "uris", page->places.size()};
  for (const std::size_t place : page->places) add(text, asking, collection, place, whole);
  const bool counted =
      collection.counted || paging->limit || asking.request.parameter("offset").has_value();
  return ok(text.finish(counted ? std::optional{page->total} : std::nullopt));
}

http::Response answer(const Asking& asking, std::string_view name, const json::array& resources,
                      bool whole) {
  Collection collection;
  collection.name = name;
  collection.size = resources.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return json::object(resources[place].as_object(), memory);
  };
  collection.whole = whole;
  return answer(asking, collection);
}

http::Response answer(
    const Asking& asking, std::string_view name, json::object resource,
    const std::function<void(json::object& to, std::string_view wanted)>& add_children) {
  if (const auto fields = asking.parameter("fields"); !fields.empty())
    resource = view::with_fields(resource, fields);
  if (const auto wanted = asking.parameter("subresources"); !wanted.empty() && add_children)
    add_children(resource, wanted);
  return ok(view::success_json(name, std::move(resource)));
}

http::Response not_found(std::string_view what, std::string_view id) {
  return refused({RefusalCode::NotFound,
                  "There is no " + std::string{what} + " with the id " + std::string{id} + "."});
}

}  // namespace earshot::api
