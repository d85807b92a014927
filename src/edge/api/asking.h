#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "edge/api/kept_answers.h"
#include "edge/auth/sessions.h"
#include "edge/http/exchange.h"
#include "model/directory.h"
#include "model/refusal.h"
#include "ports/event_history.h"
#include "ports/voice_api.h"
#include "view/api_fault.h"
#include "view/settings.h"

namespace earshot::api {

/// An authenticated request on its way to a resource's handler.
struct Asking {
  const http::Request& request;
  std::string_view path;  ///< below /api/v2, without slashes at its ends
  const User& user;
  const Directory& directory;  ///< in force
  const auth::HttpSessionId& session;
  std::vector<std::string_view> names;  ///< what stood for each {} of the route
  VoiceApi& voice;
  EventHistory& history;
  auth::Sessions& sessions;
  const view::ViewSettings& settings;
  KeptAnswers& kept;
  TimePoint now;

  /// Of the query, decoded; "" where it is absent.
  std::string_view parameter(std::string_view name) const {
    return request.parameter(name).value_or("");
  }
};

/// Why a user without a device can do nothing that needs one; nothing where they have one.
std::optional<Refusal> no_device(const Asking& asking);

// Replies.
/// 200 with a JSON body.
http::Response ok(std::string body);
/// The refusal in the API's form, with the HTTP status of its code (view/api_fault.h).
http::Response refused(const Refusal& refusal);
/// 405 with Allow.
/// @param allow  the methods there are: "GET, HEAD"
http::Response method_not_allowed(std::string_view method, std::string allow);
/// {"statusCode":0}, or the refusal.
view::Outcome done(const Status<Refusal>& status);

// One function a route; the files are named for the resources. What operates is answered by
// answer_operation().
http::Response get_me(const Asking& asking);
/// POST /me: StartContactCenterSession, EndContactCenterSession, an agent state's operation, or do
/// not disturb, which is for all devices: the user's one.
view::Outcome post_me(const Asking& asking, Run run);
/// GET /me/devices: the resources, not their URIs.
http::Response get_devices(const Asking& asking);
/// GET /me/devices/{}; 404 where the user has no such device.
http::Response get_device(const Asking& asking);
/// POST /me/devices/{}: an operation of the device, or SetCallDisposition of the call it names.
view::Outcome post_device(const Asking& asking, Run run);
/// POST /me/devices/{}/calls: Dial.
view::Outcome post_device_calls(const Asking& asking, Run run);
/// GET /me/calls: URIs; the resources where `fields` is given (rest-and-sessions.md §A.3).
http::Response get_calls(const Asking& asking);
/// GET /me/calls/{}, with the ETag that If-Match names.
http::Response get_call(const Asking& asking);
/// GET /me/calls/{}/capabilities: every operation, with what is in its way.
http::Response get_call_capabilities(const Asking& asking);
/// GET /me/calls/{}/hearing: who hears whom, for who supervises the call; its changes are told from
/// then on.
http::Response get_call_hearing(const Asking& asking);
/// POST /me/calls/{}. A call that is over may still be given a disposition.
view::Outcome post_call(const Asking& asking, Run run);
/// The entity tag of the call named by the path.
std::optional<std::string> call_tag(const Asking& asking);
/// GET /me/events: those `after` a sequence number, 500 or `limit` (1 to 1000) at most; without
/// `after` none, only where the numbers stand.
http::Response get_events(const Asking& asking);
/// GET /me/channels: the voice channel of a user with a device; else none.
http::Response get_channels(const Asking& asking);
/// GET /me/channels/{}; 404 but for voice, and for a user without a device.
http::Response get_channel(const Asking& asking);
/// POST /me/channels/voice: an agent state's operation.
view::Outcome post_voice_channel(const Asking& asking, Run run);
/// POST /users/{}/channels/{}: a supervisor sets an agent's state.
view::Outcome post_user_channel(const Asking& asking, Run run);

// Read-only resources (users.cc, known_devices.cc, groups.cc, contacts.cc, centre.cc). Everybody
// who is logged in may read them, unless it says otherwise; what users do now is shown to those who
// may see it (model/oversight.h). An id nobody has gives 404.
/// GET /users.
http::Response get_users(const Asking& asking);
/// A collection of these users, wherever it stands.
http::Response answer_users(const Asking& asking, const std::vector<const User*>& users);
/// GET /users/{}.
http::Response get_user(const Asking& asking);
/// GET /users/{}/devices.
http::Response get_user_devices(const Asking& asking);
/// GET /users/{}/skills.
http::Response get_user_skills(const Asking& asking);
/// GET /users/{}/channels. For those who may see the user.
http::Response get_user_channels(const Asking& asking);
/// GET /devices. For administrators.
http::Response get_known_devices(const Asking& asking);
/// GET /devices/{}.
http::Response get_known_device(const Asking& asking);
/// GET /devices/{}/settings/tserver. For its user and administrators.
http::Response get_device_options(const Asking& asking);
/// GET /me/devices/{}/settings/tserver.
http::Response get_own_device_options(const Asking& asking);
/// GET /groups.
http::Response get_groups(const Asking& asking);
/// GET /me/groups: those of whose users one is.
http::Response get_my_groups(const Asking& asking);
/// GET /groups/{}.
http::Response get_group(const Asking& asking);
/// GET /groups/{}/users.
http::Response get_group_users(const Asking& asking);
/// GET /groups/{}/supervisors.
http::Response get_group_supervisors(const Asking& asking);
/// GET /contacts: users and queues, as whom one may call.
http::Response get_contacts(const Asking& asking);
/// GET /contacts/{}.
http::Response get_contact(const Asking& asking);
/// GET /skills. For administrators.
http::Response get_skills(const Asking& asking);
/// GET /skills/{}.
http::Response get_skill(const Asking& asking);
/// GET /me/skills.
http::Response get_my_skills(const Asking& asking);
/// GET /queues.
http::Response get_queues(const Asking& asking);
/// GET /queues/{}.
http::Response get_queue(const Asking& asking);
/// GET /features and /me/features, which are the same.
http::Response get_features(const Asking& asking);
/// GET /features/{}.
http::Response get_feature(const Asking& asking);
/// GET /services.
http::Response get_services(const Asking& asking);
/// GET /services/{}.
http::Response get_service(const Asking& asking);
/// GET /voice-environments/{}.
http::Response get_voice_environment(const Asking& asking);
/// GET /settings: the groups of settings. For administrators.
http::Response get_settings(const Asking& asking);
/// GET /settings/agent-states.
http::Response get_agent_states(const Asking& asking);
/// GET /me/settings.
http::Response get_my_settings(const Asking& asking);
/// GET /workbins and /me/workbins: none.
http::Response get_workbins(const Asking& asking);

// Below /internal-api, not /api/v2 (internal.cc).
/// GET /me/settings.
http::Response get_internal_settings(const Asking& asking);
/// GET /contact-center.
http::Response get_internal_contact_center(const Asking& asking);
/// GET /business-attributes.
http::Response get_internal_business_attributes(const Asking& asking);
/// POST /operations.
view::Outcome post_internal_operation(const Asking& asking, Run run);

}  // namespace earshot::api
