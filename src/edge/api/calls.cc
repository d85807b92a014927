#include "edge/api/asking.h"
#include "view/api_fault.h"
#include "view/call_json.h"
#include "view/operation_json.h"
#include "view/user_json.h"

namespace earshot::api {

/// Without `fields` a collection is its URIs (rest-and-sessions.md §A.3).
http::Response get_calls(const Asking& asking) {
  const auto calls = asking.voice.calls_of(asking.user.id);
  const auto fields = asking.parameter("fields");
  json::array out;
  for (const CallView& call : calls) {
    if (fields.empty())
      out.push_back(json::value(view::call_uri(call.id, asking.settings)));
    else
      out.push_back(view::with_fields(view::call_json(call, asking.settings), fields));
  }
  return ok(view::success_json(fields.empty() ? "uris" : "calls", std::move(out)));
}

http::Response get_call(const Asking& asking) {
  const auto call = asking.voice.call_of(asking.user.id, CallId{std::string{asking.names[0]}});
  if (!call) return refused({RefusalCode::NotFound, "no such call"});
  return ok(view::success_json("call", view::call_json(*call, asking.settings)));
}

http::Response post_call(const Asking& asking) {
  const CallId id{std::string{asking.names[0]}};
  if (!asking.voice.call_of(asking.user.id, id))  // existence before parameters (DD-10)
    return refused({RefusalCode::NotFound, "no such call"});
  const auto request = view::parse_call_request(asking.request.body);
  if (!request) return refused(request.error());
  return done(asking.voice.operate(asking.user.id, id, *request));
}

}  // namespace earshot::api
