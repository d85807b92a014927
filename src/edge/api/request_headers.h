#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/http/exchange.h"
#include "model/refusal.h"
#include "ports/voice_api.h"

namespace earshot::api {

// What a request says beside its body about how it is to be carried out. Every refusal is
// ParameterInvalid and names the header or parameter.

/// `?dryRun=true`. Whatever else is written there, in other case too, is refused: a request that
/// was meant to do nothing must not act for a slip of the pen.
Result<Run, Refusal> read_run(const http::Request& request);

/// The Idempotency-Key, taken as it is: 1 to 255 printable ASCII characters, quoted or not
/// (draft-ietf-httpapi-idempotency-key-header §2.1 has a quoted string). Nothing where there is
/// none.
Result<std::optional<std::string>, Refusal> read_key(const http::Request& request);

/// If-Match (RFC 9110 §13.1.1).
struct Condition {
  bool any = false;               ///< `*`, or no such header
  std::vector<std::string> tags;  ///< the strong ones, in quotes; weak ones never match

  /// Whether the version with this tag, in quotes, is one of those meant.
  bool holds_for(std::string_view tag) const;
};
/// Several If-Match lines are one list; `*` stands alone.
Result<Condition, Refusal> read_condition(const http::Request& request);

}  // namespace earshot::api
