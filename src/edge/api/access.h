#pragma once

#include "edge/auth/sessions.h"
#include "edge/http/exchange.h"

namespace earshot::api {

/// What a request gets whose sender is not known: 403, or 429 with Retry-After; statusCode 20. The
/// same at every address of the API.
http::Response access_refused(const auth::Sessions::Unidentified& unidentified);

/// What a request gets that needs its session's token and does not show it: 403, statusCode 3.
http::Response forgery_refused();
/// The token a page sends back, as headers; none while none is needed (rest-and-sessions.md §B.3).
void add_csrf_token(http::Response& response, const auth::Sessions& sessions,
                    const auth::HttpSessionId& session);

}  // namespace earshot::api
