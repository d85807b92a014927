#pragma once

#include "edge/api/asking.h"
#include "view/api_fault.h"

namespace earshot::api {

/// Judges a POST with an operationName and, in a real run, carries it out.
using Operate = view::Outcome (*)(const Asking& asking, Run run);
/// The entity tag of what a request is addressed to: "" where it has no versions, nothing where it
/// does not exist.
using TagOf = std::optional<std::string> (*)(const Asking& asking);

/// What all operations share (docs/safe-commands.md): `dryRun`, the Idempotency-Key, If-Match, and
/// the form of the answer. Answers are synchronous, so two requests of one key never overlap.
http::Response answer_operation(const Asking& asking, Operate operate, TagOf tag_of);

/// Of what has no versions: an If-Match is refused there with 412.
inline std::optional<std::string> no_tag(const Asking&) { return ""; }

/// As a route's handler.
template <Operate operate, TagOf tag_of = no_tag>
http::Response operation(const Asking& asking) {
  return answer_operation(asking, operate, tag_of);
}

}  // namespace earshot::api
