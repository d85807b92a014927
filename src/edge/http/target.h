#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earshot::http {

/// A request target taken apart and percent-decoded.
struct Target {
  std::string path;  ///< starts with '/'; "." and ".." are ordinary segments
  std::vector<std::pair<std::string, std::string>> query;  ///< in order; "a" is ("a", "")
};

/// Takes origin-form ("/path?query") and absolute-form ("http://host/path", RFC 9112 §3.2.2); "*"
/// is "/". In the query '+' is a space, as forms send it.
/// @return nothing for a bad escape, an escaped NUL, text that is not UTF-8, a fragment, or other
/// forms
std::optional<Target> parse_target(std::string_view target);

}  // namespace earshot::http
