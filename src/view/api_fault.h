#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "model/refusal.h"

namespace earshot::view {

/// A refusal in the API's numbers.
struct ApiFault {
  int http_status;
  int status_code;
};

/// The only place that knows them (decisions A3, rest-and-sessions.md §A.5).
constexpr ApiFault fault_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::ParameterMissing:
      return {400, 1};
    case RefusalCode::ParameterInvalid:
      return {400, 2};
    case RefusalCode::NotAllowedNow:
      return {403, 3};
    case RefusalCode::BackendFailure:
      return {500, 4};
    case RefusalCode::Unavailable:
      return {503, 4};
    case RefusalCode::RoleMissing:
      return {403, 5};
    case RefusalCode::NotFound:
      return {404, 6};
    case RefusalCode::InUse:
      return {403, 19};
    case RefusalCode::NotAuthenticated:
      return {403, 20};
    case RefusalCode::VersionMismatch:
      return {412, 2};
    case RefusalCode::KeyReused:
      return {422, 2};
    case RefusalCode::TooManyKeys:
      return {429, 2};
  }
  return {500, 4};
}

/// Of who is refused a log-in for a while, after too many wrong passwords.
inline constexpr ApiFault kTooManyFailures{429, 20};

/// {"statusCode":0}
json::object success();
/// {"statusCode":0,"<name>":<value>}
std::string success_json(std::string_view name, json::value value);
/// {"statusCode":n,"statusMessage":"…"} and nothing else.
std::string fault_json(int status_code, std::string_view message);
/// The same of a refusal, with its status code.
std::string fault_json(const Refusal& refusal);

/// What an operation came to: its answer, or why not.
using Outcome = Result<json::object, Refusal>;

/// The body of the answer: what came of it, or the refusal.
std::string outcome_json(const Outcome& outcome);
/// The same of an operation that was only judged, with `"dryRun":true`. Where a capability is
/// missing, `reasonCode` and `remedy` say which and what would help.
std::string dry_run_json(Outcome outcome);

}  // namespace earshot::view
