#include "app/demo_config.h"

#include <utility>

#include "app/config_directory.h"
#include "app/demo_agents.h"

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

/// The robot agents in their groups, the queues they serve, and the carrier whose customers call
/// these.
void add_robots(DirectoryEntries& directory, const UserId& supervisor) {
  for (const DemoQueue& served : {kDemoSales, kDemoService}) {
    Group group;
    group.id = derived_group_id(served.name);
    group.name = served.name;
    group.supervisors = {supervisor};
    Queue queue;
    queue.id = {std::string{served.name}};
    queue.phone_number = served.number;
    queue.wrap_up = seconds{6};
    for (const DemoAgent& agent : kDemoAgents) {
      if (agent.group != served.name) continue;
      const Device phone = device(std::string{agent.number});
      queue.agents.push_back(phone.id);
      directory.devices.push_back(phone);
      directory.users.push_back(user(std::string{agent.user_name}, std::string{agent.first_name},
                                     std::string{agent.last_name}, {Role::Agent}, phone));
      group.users.push_back(directory.users.back().id);
    }
    directory.groups.push_back(std::move(group));
    directory.queues.push_back(std::move(queue));
  }
  Trunk carrier;
  carrier.id = {"carrier"};
  carrier.address = *Endpoint::parse(kDemoCarrier, 5060);
  directory.trunks.push_back(std::move(carrier));
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
  const UserId sofia = config.directory.users.back().id;
  Group people;
  people.id = derived_group_id("People");
  people.name = "People";
  people.supervisors = {sofia};
  for (const User& each : config.directory.users)
    if (each.id != sofia) people.users.push_back(each.id);
  config.directory.groups = {std::move(people)};
  add_robots(config.directory, sofia);
  return config;
}

}  // namespace earshot::app
