#include "view/service_json.h"

#include <array>

#include "base/digest_hash.h"

namespace earshot::view {
namespace {

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
    Feature{"api-provisioning-read", "Provisioning Read API",
            "Users, devices, groups, skills and queues, read-only"},
};

const std::string& voice_service_id() {
  static const std::string id = uuid_of("voice service");
  return id;
}

json::object service_json(const std::string& id, std::string_view type,
                          const ViewSettings& settings) {
  json::object out;
  out["id"] = id;
  out["name"] = type;
  out["type"] = type;
  out["state"] = "Active";
  out["uri"] = settings.base + "/services/" + id;
  out["path"] = "/services/" + id;
  return out;
}

}  // namespace

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

json::array services_json(const ViewSettings& settings) {
  return {service_json(voice_service_id(), "Voice", settings),
          service_json("ON_PREMISE_ENVIRONMENT", "Provisioning", settings)};
}

std::string voice_environment_uri(const ViewSettings& settings) {
  return settings.base + "/voice-environments/" + voice_service_id();
}

json::object voice_environment_json(const ViewSettings& settings) {
  json::object out;
  out["id"] = voice_service_id();
  out["name"] = "Voice";
  out["uri"] = voice_environment_uri(settings);
  out["path"] = "/voice-environments/" + voice_service_id();
  return out;
}

const std::string& contact_center_id() {
  static const std::string id = uuid_of("contact center");
  return id;
}

json::array settings_groups_json(const ViewSettings& settings) {
  json::object states;
  states["name"] = "agent-states";
  states["displayName"] = "Agent states";
  states["key"] = "id";
  states["uri"] = settings.base + "/settings/agent-states";
  states["path"] = "/settings/agent-states";
  return {std::move(states)};
}

}  // namespace earshot::view
