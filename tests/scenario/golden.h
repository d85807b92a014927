#pragma once

#include <map>
#include <string>

#include "base/json.h"

namespace earshot::scenario {

/// tests/golden/<operation>/<part>.json, parsed.
json::value golden(const std::string& operation, const std::string& part);

/// Compares by value and JSON type; key order is free. A string of the golden may hold `<name>`,
/// which stands for one or more characters other than '/', the same wherever the name stands again;
/// `<base>` stands for anything. Members the golden does not have must be in `also_allowed`.
/// @return "" where they agree, else the path of the first difference and both values
std::string difference(const json::value& expected, const json::value& actual,
                       std::string_view also_allowed = "monitoring");

}  // namespace earshot::scenario
