#include <array>

#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "view/availability_json.h"
#include "view/call_json.h"
#include "view/hearing_json.h"
#include "view/operation_json.h"

namespace earshot::api {
namespace {

Refusal no_such_call() { return {RefusalCode::NotFound, "You have no such call."}; }

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
  constexpr std::array<std::string_view, 4> kOptional{"ani", "parentCallUri", "parentCallPath",
                                                      "recordingState"};
  const std::vector<CallView> calls = asking.voice.calls_of(asking.user.id);
  Collection collection;
  collection.name = "calls";
  collection.size = calls.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return view::call_json(calls[place], asking.settings, memory);
  };
  collection.optional = kOptional;
  return answer(asking, collection);
}

http::Response get_call(const Asking& asking) {
  const auto call = named_call(asking);
  if (!call) return refused(no_such_call());
  http::Response response = answer(asking, "call", view::call_json(*call, asking.settings));
  response.headers.emplace_back("ETag", tag_of(*call, asking));
  return response;
}

http::Response get_call_capabilities(const Asking& asking) {
  const auto found = asking.voice.availabilities_of(asking.user.id, named_id(asking));
  if (!found) return refused(no_such_call());
  return ok(view::success_json("capabilities", view::availabilities_json(*found)));
}

http::Response get_call_hearing(const Asking& asking) {
  const auto heard = asking.voice.hearing_of(asking.user.id, named_id(asking));
  if (!heard) return refused(heard.error());
  return ok(view::success_json("hearing",
                               view::hearing_json(heard->view, heard->readings, asking.settings)));
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
