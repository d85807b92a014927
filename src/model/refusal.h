#pragma once

#include <string>

#include "model/availability.h"

namespace earshot {

/// Why the API refuses a request. view/api_fault turns each into HTTP status and statusCode
/// (decisions A3, rest-and-sessions.md §A.5).
enum class RefusalCode {
  ParameterMissing,  // 400 / 1
  ParameterInvalid,  // 400 / 2; an unknown operationName too
  NotAllowedNow,     // 403 / 3; not among the capabilities
  BackendFailure,    // 500 / 4; e.g. the device is not registered
  Unavailable,       // 503 / 4
  RoleMissing,       // 403 / 5
  NotFound,          // 404 / 6
  InUse,             // 403 / 19; monitored by another supervisor
  NotAuthenticated,  // 403 / 20
  VersionMismatch,   // 412 / 2; If-Match names another version of the call
  KeyReused,         // 422 / 2; the Idempotency-Key belongs to another request
  TooManyKeys,       // 429 / 2; the user has used too many of them lately
};

/// A request that is not carried out: nothing has changed.
struct Refusal {
  RefusalCode code;
  std::string
      message;  ///< statusMessage: a sentence or two, names the field where a field is wrong
  const Obstacle* obstacle = nullptr;  ///< with NotAllowedNow, where a capability is missing
};

}  // namespace earshot
