#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace earshot {

/// Every value of the cookie `name` in a Cookie header (RFC 6265 §5.4), in order and without
/// quotes; at most 16. There may be several: cookies know no ports, so that another server of the
/// same host may have set one too. Whatever else stands there is passed over.
std::vector<std::string_view> cookie_values(std::string_view header, std::string_view name);

/// Whose requests bring the cookies we hand out (DD-17).
struct CookieScope {
  bool https = false;        ///< clients come by https, and by nothing else
  bool other_sites = false;  ///< pages of other sites may use us

  /// A Set-Cookie value: `name=value; Path=/; HttpOnly; SameSite=Lax`, with `; Secure` where the
  /// client came by https, and there `SameSite=None` for pages of other sites: browsers take that
  /// beside Secure alone.
  /// @param by_https  this request did, as a trusted proxy says
  std::string set_cookie(std::string_view name, std::string_view value, bool by_https) const;
};

}  // namespace earshot
