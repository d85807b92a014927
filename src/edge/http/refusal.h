#pragma once

#include <string_view>

#include "edge/http/exchange.h"

namespace earshot::http {

/// An answer of the HTTP layer's own, in the API's form: `{"statusCode":n,"statusMessage":"…"}`
/// (rest-and-sessions.md §A.4). The status code follows from the HTTP status: 404 is 6, 5xx is 4,
/// everything else a request can get wrong is 2 (§A.5).
Response refusal(int status, std::string_view message);

}  // namespace earshot::http
