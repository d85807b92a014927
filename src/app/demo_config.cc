#include "app/demo_config.h"

#include <utility>

#include "app/config_directory.h"

namespace earshot::app {
namespace {

/// The one device of which the page SwitchToListenIn shows the id.
constexpr const char* kSupervisorsDevice = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";

Device device(const std::string& number) {
  Device made;
  made.id = derived_device_id(number);
  made.phone_number = number;
  made.sip_user = number;
  made.sip_password = "demo-" + number;
  return made;
}

User user(const std::string& name, std::string first_name, std::string last_name,
          std::vector<Role> roles, const Device& device) {
  User made;
  made.id = derived_user_id(name);
  made.user_name = name;
  made.password = "demo";
  made.first_name = std::move(first_name);
  made.last_name = std::move(last_name);
  made.email_address = name + "@demo.example";
  made.roles = std::move(roles);
  made.default_device = device.id;
  return made;
}

}  // namespace

Config demo_config() {
  Config config;
  config.is_demo = true;
  const Device customer = device("5000");
  const Device agent = device("5001");
  const Device agent2 = device("5002");
  Device supervisor = device("5005");
  supervisor.id = {kSupervisorsDevice};
  config.directory.users = {
      user("agent", "Ada", "Agent", {Role::Agent}, agent),
      user("agent2", "Alan", "Agent", {Role::Agent}, agent2),
      user("supervisor", "Sofia", "Supervisor", {Role::Agent, Role::Supervisor}, supervisor)};
  config.directory.devices = {customer, agent, agent2, supervisor};
  return config;
}

}  // namespace earshot::app
