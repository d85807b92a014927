#pragma once

#include <string_view>
#include <vector>

namespace earshot::auth {

/// Every value of JSESSIONID in a Cookie header, in order. There may be several: cookies know no
/// ports, so that another server of the same host may have set one too. Whatever else stands there
/// is passed over.
std::vector<std::string_view> session_cookies(std::string_view cookie_header);

}  // namespace earshot::auth
