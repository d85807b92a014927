#include "edge/auth/basic_credentials.h"

#include "base/base64.h"
#include "base/text.h"
#include "base/utf8.h"

namespace earshot::auth {
namespace {

constexpr std::string_view kScheme = "basic";

}  // namespace

bool is_basic(std::string_view authorization) {
  const std::string_view text = trimmed(authorization);
  return equal_without_case(text.substr(0, kScheme.size()), kScheme) &&
         (text.size() == kScheme.size() || text[kScheme.size()] == ' ');
}

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
  if (!is_basic(authorization)) return std::nullopt;
  auto text = base64_decoded(trimmed(trimmed(authorization).substr(kScheme.size())));
  if (!text) return std::nullopt;
  if (!is_utf8(*text)) text = utf8_of_latin1(*text);
  const auto colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return BasicCredentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace earshot::auth
