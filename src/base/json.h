#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace earshot::json {

using boost::json::array;
using boost::json::kind;
using boost::json::monotonic_resource;
using boost::json::object;
using boost::json::serialize;
using boost::json::storage_ptr;
using boost::json::value;

/// Strict RFC 8259 text, UTF-8 checked, nesting up to 64. Of duplicate keys the last wins. A byte
/// order mark before it is passed over (RFC 8259 §8.1).
/// @param storage  where the value lives; whoever names one keeps it longer than the value
/// @return the value, or one sentence on what is wrong and where ("byte 17: …").
Result<value, std::string> parse(std::string_view text, storage_ptr storage = {});

/// The member `name` of `of`; null where it is absent or JSON's null, which counts as left out.
const value* find(const object& of, std::string_view name);
/// The member `name` of `of` as a string; null where it is absent or no string.
const boost::json::string* find_string(const object& of, std::string_view name);

}  // namespace earshot::json
