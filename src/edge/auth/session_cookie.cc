#include "edge/auth/session_cookie.h"

namespace earshot::auth {
namespace {

constexpr std::string_view kName = "JSESSIONID=";
/// More of them in one header is no browser's doing.
constexpr std::size_t kMaxValues = 16;

}  // namespace

std::vector<std::string_view> session_cookies(std::string_view rest) {
  std::vector<std::string_view> values;
  while (!rest.empty() && values.size() < kMaxValues) {
    const auto end = rest.find_first_of(";,");
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    while (pair.starts_with(' ') || pair.starts_with('\t')) pair.remove_prefix(1);
    while (pair.ends_with(' ') || pair.ends_with('\t')) pair.remove_suffix(1);
    if (!pair.starts_with(kName)) continue;
    pair.remove_prefix(kName.size());
    if (pair.size() >= 2 && pair.starts_with('"') && pair.ends_with('"'))
      pair = pair.substr(1, pair.size() - 2);
    if (!pair.empty()) values.push_back(pair);
  }
  return values;
}

}  // namespace earshot::auth
