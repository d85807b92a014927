// /internal-api, which the vendor's own web client asks at its start beside /api/v2: the little
// that it goes on without (rest-and-sessions.md §A.4 has the shape). No public contract.
#include "edge/api/asking.h"
#include "view/api_fault.h"
#include "view/operation_json.h"
#include "view/service_json.h"

namespace earshot::api {
namespace {

http::Response resources(std::string_view name, json::value value) {
  json::object out;
  out[name] = std::move(value);
  return ok(view::success_json("resources", std::move(out)));
}

}  // namespace

http::Response get_internal_settings(const Asking&) {
  return resources("settings", json::object{});
}

http::Response get_internal_contact_center(const Asking&) {
  json::object centre;
  centre["id"] = view::contact_center_id();
  centre["businessAttributes"] = json::array{};
  return resources("contactCenter", std::move(centre));
}

http::Response get_internal_business_attributes(const Asking&) {
  return resources("businessAttributes", json::array{});
}

/// SendUserEvent: an event for those who listen to it, of whom there are none here.
view::Outcome post_internal_operation(const Asking& asking, Run) {
  const auto name = view::parse_operation_name(asking.request.body);
  if (!name) return Error{name.error()};
  if (*name == "SendUserEvent") return view::success();
  return Error{Refusal{RefusalCode::ParameterInvalid,
                       "operationName: " + *name + " was given, SendUserEvent is expected"}};
}

}  // namespace earshot::api
