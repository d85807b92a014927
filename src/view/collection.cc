#include "view/collection.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/number.h"
#include "base/text.h"

namespace earshot::view {
namespace {

constexpr std::size_t kLargestPage = 1000;  // DD-5

/// What a query may hold beside filters.
constexpr std::array<std::string_view, 9> kNoFilters{"fields",     "subresources",     "limit",
                                                     "offset",     "sortBy",           "order",
                                                     "filterName", "filterParameters", "_"};

/// The value as a query writes it.
std::string text_of(const json::value& value) {
  const auto* text = value.if_string();
  return text ? std::string{*text} : json::serialize(value);
}

bool is_wanted(std::string_view text, std::string_view wanted) {
  return text == wanted || is_listed(text, wanted);
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

bool names(std::span<const std::string_view> list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// The first of that name.
const std::string* find(const QueryParameters& query, std::string_view name) {
  for (const auto& [key, value] : query)
    if (key == name) return &value;
  return nullptr;
}

Error<Refusal> invalid(std::string_view name, const std::string& value, std::string_view expected) {
  return Error{Refusal{RefusalCode::ParameterInvalid, std::string{name} + ": \"" + value +
                                                          "\" was given, " + std::string{expected} +
                                                          " is expected"}};
}

/// A value that can be put in order; null for what is none.
const json::value* sortable(const json::object& resource, std::string_view name) {
  const json::value* value = json::find(resource, name);
  return value && !value->is_object() && !value->is_array() ? value : nullptr;
}

}  // namespace

bool is_listed(std::string_view name, std::string_view list) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (list.substr(0, comma) == name) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

Result<Paging, Refusal> parse_paging(const QueryParameters& query) {
  Paging paging;
  if (const auto* given = find(query, "offset")) {
    const auto offset = whole_number<std::uint64_t>(*given);
    if (!offset) return invalid("offset", *given, "a whole number from 0");
    paging.offset = *offset;
  }
  if (const auto* given = find(query, "limit")) {
    const auto limit = whole_number<std::uint64_t>(*given);
    if (!limit || *limit == 0 || *limit > kLargestPage)
      return invalid("limit", *given, "a whole number from 1 to 1000");
    paging.limit = *limit;
  }
  if (const auto* given = find(query, "order")) {
    if (*given != "Ascending" && *given != "Descending")
      return invalid("order", *given, "Ascending or Descending");
    paging.descending = *given == "Descending";
  }
  if (const auto* given = find(query, "sortBy")) {
    if (given->empty()) return invalid("sortBy", *given, "the name of an attribute");
    paging.sort_by = *given;
  }
  return paging;
}

bool may_filter(const QueryParameters& query) {
  return std::any_of(query.begin(), query.end(),
                     [](const auto& each) { return !names(kNoFilters, each.first); });
}

std::vector<Member> filtered(std::vector<Member> members, const QueryParameters& query,
                             std::span<const std::string_view> optional) {
  for (const auto& [name, wanted] : query) {
    const bool known = names(optional, name) || std::any_of(members.begin(), members.end(),
                                                            [&name = name](const Member& each) {
                                                              return each.resource.contains(name);
                                                            });
    if (known)
      std::erase_if(members, [&name = name, &wanted = wanted](const Member& each) {
        return !passes(each.resource, name, wanted);
      });
  }
  return members;
}

Status<Refusal> sort(std::vector<Member>& members, const Paging& paging,
                     std::span<const std::string_view> optional) {
  if (paging.sort_by.empty()) return Nothing{};
  struct Key {
    bool absent;
    std::string text;
    std::size_t at;
  };
  std::vector<Key> keys;
  keys.reserve(members.size());
  for (std::size_t at = 0; at < members.size(); ++at) {
    const json::value* value = sortable(members[at].resource, paging.sort_by);
    keys.push_back({!value, value ? lowered(text_of(*value)) : "", at});
  }
  const bool none =
      std::all_of(keys.begin(), keys.end(), [](const Key& key) { return key.absent; });
  if (none && !members.empty() && !names(optional, paging.sort_by))
    return invalid("sortBy", paging.sort_by, "the name of an attribute with a single value");
  std::stable_sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.absent != b.absent) return b.absent;
    return paging.descending ? b.text < a.text : a.text < b.text;
  });
  std::vector<Member> in_order;
  in_order.reserve(members.size());
  for (const Key& key : keys) in_order.push_back(std::move(members[key.at]));
  members = std::move(in_order);
  return Nothing{};
}

std::pair<std::size_t, std::size_t> page_of(const Paging& paging, std::size_t size) {
  const std::size_t first = std::min(paging.offset, size);
  return {first, first + std::min(paging.limit.value_or(size), size - first)};
}

CollectionText::CollectionText(std::string_view name, std::size_t size)
    : body_(R"({"statusCode":0,")"), size_(size) {
  body_.append(name).append(R"(":[)");
}

void CollectionText::add(const json::value& next) {
  const std::string text = json::serialize(next);
  if (body_.ends_with('['))
    body_.reserve(size_ * (text.size() + 64));
  else
    body_ += ',';
  body_ += text;
}

std::string CollectionText::finish(std::optional<std::size_t> total_count) {
  body_ += ']';
  if (total_count) body_ += R"(,"totalCount":)" + std::to_string(*total_count);
  return std::move(body_) + '}';
}

}  // namespace earshot::view
