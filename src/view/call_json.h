#pragma once

#include "base/json.h"
#include "model/call_view.h"
#include "view/settings.h"

namespace earshot::view {

/// The call resource (calls.md §1.2): every field of the seed page with its type and form, and
/// beyond it `monitoring`, `ani` and `userData`. The same in replies and notifications.
/// @param memory  of the object, and all below it
json::object call_json(const CallView& call, const ViewSettings& settings,
                       const json::storage_ptr& memory = {});

/// Names what `call_json` shows but `duration`: 32 hex digits, others for any other content.
std::string call_version(const CallView& call, const ViewSettings& settings);
/// One of `participants`: internal numbers have no E.164 form and are shown as they are.
json::object participant_json(const Participant& participant, const ViewSettings& settings,
                              const json::storage_ptr& memory = {});
/// `state`.
std::string_view wire_name(CallViewState state);
/// `callType`.
std::string_view wire_name(CallType type);

/// The absolute URI of a call, as `uri` shows it.
std::string call_uri(const CallId& call, const ViewSettings& settings);

}  // namespace earshot::view
