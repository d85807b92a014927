#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {

inline const std::string kModes[] = {"ListenIn", "Coach", "BargeIn"};

/// MuteMonitoredUser is listed by the device, while its user is in BargeIn (decisions A4).
inline std::string device_of(const std::string& mode) {
  return mode == "BargeIn" ? ", Device BargeIn" : "";
}

/// Supervised with a second supervisor, "second" at 5006, and everybody's ear and desk as a line of
/// text. 5000 is the customer, 5001 the agent, 5002 the colleague, 5005 the supervisor.
struct Hall : testing::Test {
  World world;
  std::unique_ptr<sim::Phone> sixth;

  explicit Hall(const std::string& settings = "") : world(1, config(settings)) {
    std::vector<sim::Hertz> tones = world.phone(5000).settings().listen_for;
    tones.push_back(kSixth);
    sim::PhoneSettings settings_of_sixth = world.phone(5005).settings();
    settings_of_sixth.number = "5006";
    settings_of_sixth.password = "sip-5006";
    settings_of_sixth.tone = kSixth;
    settings_of_sixth.local = *Endpoint::parse("198.51.100.60", 5060);
    sixth =
        std::make_unique<sim::Phone>(world.loop, world.network, world.entropy, settings_of_sixth);
    each_phone([&](const std::string&, sim::Phone& phone) { phone.listen_for(tones); });
  }
  static app::Config config(const std::string& settings) {
    app::Config config = World::config(settings);
    Device device;
    device.id = DeviceId{"device-5006"};
    device.phone_number = device.sip_user = "5006";
    device.sip_password = "sip-5006";
    config.directory.devices.push_back(device);
    User user;
    user.id = UserId{"a6"};
    user.user_name = "second";
    user.password = "secret-second";
    user.roles = {Role::Agent, Role::Supervisor};
    user.default_device = device.id;
    config.directory.users.push_back(user);
    return config;
  }
  void SetUp() override {
    ASSERT_TRUE(sixth->start());
    sixth->register_with_server();
    ASSERT_TRUE(world.open()) << world.story();
    ASSERT_TRUE(sixth->is_registered());
    forget();
  }
  void TearDown() override {
    sixth->hang_up();
    Supervised::end(world);
  }

  template <class Do>
  void each_phone(Do act) {
    for (const int number : {5000, 5001, 5002, 5005})
      act(std::to_string(number), world.phone(number));
    act("5006", *sixth);
    act("outside", world.trunk());
  }

  /// Whom each phone in a call hears, over the last 200 ms: "5000<5001; 5001<5000 5005; 5005<".
  std::string ears() {
    std::string out;
    each_phone([&](const std::string& listener, sim::Phone& ear) {
      if (!ear.is_up()) return;
      out += (out.empty() ? "" : "; ") + listener + "<";
      const auto tones = ear.hears(milliseconds{200});
      bool first = true;
      each_phone([&](const std::string& source, sim::Phone& mouth) {
        if (source == listener || !tones.contains(mouth.settings().tone)) return;
        out += (first ? "" : " ") + source;
        first = false;
      });
    });
    return out;
  }
  /// What each desk was told since forget(), in order: "agent: Held, Dialing; supervisor: Device".
  /// A word for a notification: a call's state for StatusChange, else its type; "Device" with the
  /// mode of the subscription it shows.
  std::string told() {
    std::string out;
    for (const char* name : {"agent", "colleague", "supervisor", "second"}) {
      std::string words;
      for (const json::value& event : world.desk(name).events)
        if (const std::string word = word_of(event); !word.empty())
          words += (words.empty() ? "" : ", ") + word;
      if (!words.empty()) out += (out.empty() ? "" : "; ") + std::string{name} + ": " + words;
    }
    return out;
  }
  static std::string word_of(const json::value& event) {
    const json::object& data = event.at("data").as_object();
    if (event.at("channel") == "/v2/me/devices") {
      const auto* devices = data.if_contains("devices");
      const auto* monitoring =
          devices ? devices->at(0).as_object().if_contains("supervisorMonitoringState") : nullptr;
      return monitoring ? "Device " + std::string{monitoring->at("state").as_string()} : "Device";
    }
    if (event.at("channel") != "/v2/me/calls") return "";
    const std::string type{data.at("notificationType").as_string()};
    return type == "StatusChange" ? std::string{data.at("call").at("state").as_string()} : type;
  }
  void forget() {
    for (const char* name : {"agent", "colleague", "supervisor", "second"})
      world.desk(name).forget();
  }

  /// The customer talks to the agent, and the supervisor is there; then the desks forget it.
  void supervised(const std::string& operation, const std::string& more = "") {
    subscribe("supervisor", operation, "5001", more);
    ASSERT_TRUE(world.connect());
    ASSERT_TRUE(world.until([&] { return world.phone(5005).is_up(); })) << world.story();
    settle();
  }
  void subscribe(const std::string& desk, const std::string& operation, const std::string& number,
                 const std::string& more = "") {
    const auto reply = world.desk(desk).post(
        world.desk(desk).device_path(),
        R"({"operationName":")" + operation + R"(","phoneNumber":")" + number + '"' + more + "}");
    ASSERT_EQ(reply.status, 200) << json::serialize(reply.body);
  }
  /// Lets half a second pass, so that all are told and the last 200 ms are of now; forgets.
  void settle() {
    world.run(milliseconds{500});
    forget();
  }
  /// An operation on the desk's only call, or that in `state`; then half a second.
  void act(const std::string& desk, const std::string& operation, const std::string& more = "",
           const std::string& state = "") {
    EXPECT_EQ(Supervised::ask(world, desk, operation, more, state), 200) << desk << operation;
    world.run(milliseconds{500});
  }
  /// The same to a destination, which answers at once; "outside" is one.
  void act_to(const std::string& desk, const std::string& operation, const std::string& number) {
    act(desk, operation, Supervised::to(number == "outside" ? "+4930999" : number));
    if (number == "outside" && world.trunk().is_ringing()) world.trunk().answer();
    world.run(seconds{1});
  }
  json::value call(const std::string& desk) { return Supervised::call_of(world, desk); }
  std::string shown(const std::string& desk, const std::string& member) {
    const json::value resource = call(desk);
    return resource.is_object() ? json::serialize(resource.at(member)) : "no call";
  }
  /// The parties a desk's call shows, by number: "5000 5002".
  std::string parties(const std::string& desk) {
    const json::value resource = call(desk);
    if (!resource.is_object()) return "no call";
    std::vector<std::string> numbers;
    for (const json::value& each : resource.at("participants").as_array())
      numbers.emplace_back(each.at("phoneNumber").as_string());
    std::sort(numbers.begin(), numbers.end());
    std::string out;
    for (const std::string& number : numbers) out += (out.empty() ? "" : " ") + number;
    return out;
  }
  bool offers(const std::string& desk, std::string_view operation) {
    const json::value resource = call(desk);
    return resource.is_object() && Supervised::lists(resource, operation);
  }
  bool is_subscribed(const std::string& desk) {
    return Supervised::lists(world.desk(desk).device(), "CancelSupervisorMonitoring");
  }
  bool ever_heard(sim::Phone& listener, sim::Phone& source) {
    return listener.ever_heard(source.settings().tone);
  }

  static constexpr sim::Hertz kSixth = 2600;
  static constexpr const char* kAgentScope = R"(,"supervisorMonitoringScope":"Agent")";
  static constexpr const char* kNextCall = R"(,"supervisorMonitoringMode":"NextCall")";
};

}  // namespace earshot::scenario
