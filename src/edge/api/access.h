#pragma once

#include "edge/auth/sessions.h"
#include "edge/http/exchange.h"

namespace earshot::api {

/// What a request gets whose sender is not known: 403, or 429 with Retry-After; statusCode 20. The
/// same at every address of the API.
http::Response access_refused(const auth::Sessions::Unidentified& unidentified);

}  // namespace earshot::api
