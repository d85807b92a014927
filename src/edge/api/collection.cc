#include "edge/api/collection.h"

#include <numeric>

#include "view/collection.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

using view::Member;

std::vector<Member> rendered(const Collection& collection, std::size_t first, std::size_t last,
                             const json::storage_ptr& memory) {
  std::vector<Member> members;
  members.reserve(last - first);
  for (std::size_t place = first; place < last; ++place)
    members.push_back({place, collection.render(place, memory)});
  return members;
}

struct Page {
  std::vector<Member> members;
  std::size_t total = 0;  ///< of what the page is one of
};

/// Where nothing is left out or put in order, what is outside the page is not rendered at all.
Result<Page, Refusal> page_of(const Collection& collection, const view::Paging& paging,
                              const view::QueryParameters& query, const json::storage_ptr& memory) {
  if (paging.sort_by.empty() && !view::may_filter(query)) {
    const auto [first, last] = view::page_of(paging, collection.size);
    return Page{rendered(collection, first, last, memory), collection.size};
  }
  Page page{
      view::filtered(rendered(collection, 0, collection.size, memory), query, collection.optional),
      0};
  if (const auto sorted = view::sort(page.members, paging, collection.optional); !sorted)
    return Error{sorted.error()};
  page.total = page.members.size();
  const auto [first, last] = view::page_of(paging, page.total);
  page.members.erase(page.members.begin() + std::ptrdiff_t(last), page.members.end());
  page.members.erase(page.members.begin(), page.members.begin() + std::ptrdiff_t(first));
  return page;
}

}  // namespace

http::Response answer(const Asking& asking, const Collection& collection) {
  const auto& query = asking.request.query;
  const auto paging = view::parse_paging(query);
  if (!paging) return refused(paging.error());
  json::monotonic_resource memory;  // all of it is forgotten once it is text
  auto page = page_of(collection, *paging, query, &memory);
  if (!page) return refused(page.error());

  const auto fields = asking.parameter("fields");
  const auto children = asking.parameter("subresources");
  const bool whole = collection.whole || !fields.empty() || !children.empty();
  json::array list(&memory);
  list.reserve(page->members.size());
  for (auto& [place, resource] : page->members) {
    if (!whole) {
      list.push_back(resource.at("uri"));
      continue;
    }
    json::object out = fields.empty() ? std::move(resource) : view::with_fields(resource, fields);
    if (!children.empty() && collection.add_children) collection.add_children(out, place, children);
    list.push_back(std::move(out));
  }
  json::object body(&memory);
  body["statusCode"] = 0;
  body[whole ? collection.name : "uris"] = std::move(list);
  if (collection.counted || paging->limit || asking.request.parameter("offset"))
    body["totalCount"] = page->total;
  return ok(json::serialize(body));
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
