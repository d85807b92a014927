#include "edge/api/asking.h"
#include "view/availability_json.h"
#include "view/call_json.h"
#include "view/operation_json.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

Refusal no_such_call() { return {RefusalCode::NotFound, "no such call"}; }

CallId named_id(const Asking& asking) { return CallId{std::string{asking.names[0]}}; }

std::optional<CallView> named_call(const Asking& asking) {
  return asking.voice.call_of(asking.user.id, named_id(asking));
}

std::string tag_of(const CallView& call, const Asking& asking) {
  return '"' + view::call_version(call, asking.settings) + '"';
}

}  // namespace

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
  const auto call = named_call(asking);
  if (!call) return refused(no_such_call());
  http::Response response = ok(view::success_json("call", view::call_json(*call, asking.settings)));
  response.headers.emplace_back("ETag", tag_of(*call, asking));
  return response;
}

http::Response get_call_capabilities(const Asking& asking) {
  const auto found = asking.voice.availabilities_of(asking.user.id, named_id(asking));
  if (!found) return refused(no_such_call());
  return ok(view::success_json("capabilities", view::availabilities_json(*found)));
}

std::optional<std::string> call_tag(const Asking& asking) {
  const auto call = named_call(asking);
  return call ? std::optional{tag_of(*call, asking)} : std::nullopt;
}

/// Existence before parameters (DD-10); but a call that is over may still be given a disposition.
view::Outcome post_call(const Asking& asking, Run run) {
  const auto request = view::parse_call_request(asking.request.body);
  const bool may_be_over = request && request->operation == Operation::SetCallDisposition;
  if (!may_be_over && !named_call(asking)) return Error{no_such_call()};
  if (!request) return Error{request.error()};
  return done(asking.voice.operate(asking.user.id, named_id(asking), *request, run));
}

}  // namespace earshot::api
