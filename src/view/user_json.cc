#include "view/user_json.h"

#include "view/call_json.h"
#include "view/collection.h"
#include "view/device_json.h"
#include "view/directory_json.h"
#include "view/record_json.h"
#include "view/service_json.h"

namespace earshot::view {
namespace {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::Agent:
      return "ROLE_AGENT";
    case Role::Supervisor:
      return "ROLE_SUPERVISOR";
    case Role::Admin:
      return "ROLE_ADMIN";
    case Role::ApiUser:
      return "ROLE_APIUSER";
  }
  return "ROLE_AGENT";
}

/// `userActivity` (DD-38).
std::string_view activity(const std::optional<CallSummary>& busy) {
  if (!busy) return "Idle";
  if (busy->state == CallViewState::Dialing) return "InitiatingCall";
  if (busy->state == CallViewState::Ringing) return "ReceivingCall";
  return "CallInProgress";
}

}  // namespace

json::array roles_json(const User& user, const json::storage_ptr& memory) {
  json::array roles(memory);
  for (const Role role : user.roles) roles.emplace_back(name_of(role));
  return roles;
}

json::object user_json(const User& user, const ViewSettings& settings,
                       const json::storage_ptr& memory) {
  json::object out(memory);
  out["id"] = user.id.value;
  out["userName"] = user.user_name;
  out["firstName"] = user.first_name;
  out["lastName"] = user.last_name;
  out["emailAddress"] = user.email_address;
  out["roles"] = roles_json(user, memory);
  out["enabled"] = true;
  out["changePasswordOnFirstLogin"] = false;
  out["contactCenterId"] = contact_center_id();
  out["uri"] = settings.base + "/users/" + user.id.value;
  out["path"] = "/users/" + user.id.value;
  return out;
}

json::array skills_json(const User& user, const ViewSettings& settings,
                        const json::storage_ptr& memory) {
  json::array skills(memory);
  for (const auto& [skill, level] : user.skills)
    skills.push_back(skill_json(skill, level, settings, memory));
  return skills;
}

json::array groups_json(const std::vector<const Group*>& groups, const ViewSettings& settings,
                        const json::storage_ptr& memory) {
  json::array out(memory);
  for (const Group* group : groups) out.push_back(group_json(*group, settings, memory));
  return out;
}

json::object busy_channel_json(const DeviceView& device, const std::optional<CallSummary>& call,
                               const json::storage_ptr& memory) {
  json::object out = channel_json(device, memory);
  out["switchName"] = kSwitchName;
  out["userActivity"] = activity(call);
  return out;
}

void add_subresources(json::object& to, const User& user, const UserSubresources& children,
                      std::string_view wanted, const ViewSettings& settings) {
  if (asks_for(wanted, "devices")) {
    json::array devices;
    for (const auto& device : children.devices) devices.push_back(device_json(device, settings));
    to["devices"] = std::move(devices);
  }
  if (asks_for(wanted, "calls")) {
    json::array calls;
    for (const auto& call : children.calls) calls.push_back(call_json(call, settings));
    to["calls"] = std::move(calls);
  }
  for (const std::string_view channels : {"channels", "channelStates"})  // the older name
    if (asks_for(wanted, channels)) {
      json::array out;
      for (const auto& device : children.devices)
        out.push_back(busy_channel_json(device, children.busy));
      to[channels] = std::move(out);
    }
  if (asks_for(wanted, "skills")) to["skills"] = skills_json(user, settings);
  if (asks_for(wanted, "groups")) to["groups"] = groups_json(children.groups, settings);
  if (asks_for(wanted, "features")) to["features"] = features_json(settings);
  if (asks_for(wanted, "settings")) to["settings"] = json::object{};
  for (const std::string_view none : {"chats", "interactions"})
    if (asks_for(wanted, none)) to[none] = json::array{};
}

json::object active_call_json(const CallSummary& call, const ViewSettings& settings,
                              const json::storage_ptr& memory) {
  json::object out(memory);
  out["id"] = call.id.value;
  out["state"] = wire_name(call.state);
  out["callType"] = wire_name(call.type);
  out["monitored"] = call.monitored;
  out["since"] = iso_time(settings.day_time(call.since));
  json::array participants(memory);
  for (const Participant& each : call.participants)
    participants.push_back(participant_json(each, settings, memory));
  out["participants"] = std::move(participants);
  if (call.queue) out["queue"] = call.queue->value;
  return out;
}

json::object other_device_json(const DeviceView& device, const ViewSettings& settings,
                               const json::storage_ptr& memory) {
  json::object out = device_json(device, settings, memory);
  out.stable_erase("capabilities");
  out.stable_erase("supervisorMonitoringState");
  if (device.state_since)
    out["userState"].as_object()["since"] = iso_time(settings.day_time(*device.state_since));
  return out;
}

json::array devices_json(const OtherUser& other, const ViewSettings& settings,
                         const json::storage_ptr& memory) {
  json::array out(memory);
  if (other.now)
    out.push_back(other_device_json(*other.now, settings, memory));
  else if (other.device)
    out.push_back(known_device_json(*other.device, settings, memory));
  return out;
}

json::array channels_json(const OtherUser& other, const json::storage_ptr& memory) {
  json::array out(memory);
  if (other.now) out.push_back(busy_channel_json(*other.now, other.busy, memory));
  return out;
}

void add_subresources(json::object& to, const OtherUser& other, std::string_view wanted,
                      const ViewSettings& settings) {
  const json::storage_ptr& memory = to.storage();
  if (asks_for(wanted, "devices")) to["devices"] = devices_json(other, settings, memory);
  if (asks_for(wanted, "channels")) to["channels"] = channels_json(other, memory);
  if (asks_for(wanted, "skills")) to["skills"] = skills_json(other.user, settings, memory);
  if (asks_for(wanted, "groups")) to["groups"] = groups_json(other.groups, settings, memory);
  if (asks_for(wanted, "activeCall") && other.busy)
    to["activeCall"] = active_call_json(*other.busy, settings, memory);
}

bool asks_for(std::string_view list, std::string_view name) {
  return list == "*" || is_listed(name, list);
}

json::object with_fields(const json::object& resource, std::string_view fields) {
  json::object out(resource.storage());
  for (const auto& member : resource)
    if (asks_for(fields, member.key())) out[member.key()] = member.value();
  return out;
}

}  // namespace earshot::view
