#include "view/user_json.h"

#include <array>

#include "view/call_json.h"
#include "view/device_json.h"

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

bool names(std::string_view list, std::string_view name) {
  if (list == "*") return true;
  while (true) {
    const std::size_t comma = list.find(',');
    if (list.substr(0, comma) == name) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

struct Feature {
  std::string_view id;
  std::string_view display_name;
  std::string_view description;
};
/// What this server does of rest-and-sessions.md §C.2.
constexpr std::array kFeatures{
    Feature{"api-voice", "Voice API", "Voice channel"},
    Feature{"api-supervisor-monitoring", "Supervisor Monitoring API", "Monitoring of agents"},
    Feature{"api-supervisor-agent-control", "Supervisor Agent Control API",
            "Supervisors set the states of agents"},
};

json::array features_json(const ViewSettings& settings) {
  json::array out;
  for (const Feature& feature : kFeatures) {
    json::object each;
    each["id"] = feature.id;
    each["displayName"] = feature.display_name;
    each["description"] = feature.description;
    each["autoAssignOnContactCenterCreate"] = true;
    each["uri"] = settings.base + "/features/" + std::string{feature.id};
    each["path"] = "/features/" + std::string{feature.id};
    out.push_back(std::move(each));
  }
  return out;
}

}  // namespace

json::object user_json(const User& user, const ViewSettings& settings) {
  json::array roles;
  for (const Role role : user.roles) roles.push_back(json::value(name_of(role)));
  json::object out;
  out["id"] = user.id.value;
  out["userName"] = user.user_name;
  out["firstName"] = user.first_name;
  out["lastName"] = user.last_name;
  out["emailAddress"] = user.email_address;
  out["roles"] = std::move(roles);
  out["enabled"] = true;
  out["changePasswordOnFirstLogin"] = false;
  out["uri"] = settings.base + "/users/" + user.id.value;
  out["path"] = "/users/" + user.id.value;
  return out;
}

void add_subresources(json::object& user, const UserSubresources& children, std::string_view wanted,
                      const ViewSettings& settings) {
  if (names(wanted, "devices")) {
    json::array devices;
    for (const auto& device : children.devices) devices.push_back(device_json(device, settings));
    user["devices"] = std::move(devices);
  }
  if (names(wanted, "calls")) {
    json::array calls;
    for (const auto& call : children.calls) calls.push_back(call_json(call, settings));
    user["calls"] = std::move(calls);
  }
  if (names(wanted, "channels")) {
    json::array channels;
    for (const auto& device : children.devices) channels.push_back(channel_json(device));
    user["channels"] = std::move(channels);
  }
  if (names(wanted, "features")) user["features"] = features_json(settings);
  if (names(wanted, "settings")) user["settings"] = json::object{};
  for (const std::string_view none : {"skills", "groups", "chats", "interactions"})
    if (names(wanted, none)) user[none] = json::array{};
}

json::object with_fields(const json::object& resource, std::string_view fields) {
  json::object out;
  for (const auto& member : resource)
    if (names(fields, member.key())) out[member.key()] = member.value();
  return out;
}

}  // namespace earshot::view
