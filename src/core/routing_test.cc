#include "core/routing.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace earshot::core {
namespace {

/// 5000 to 5009 are devices, 8000 is a queue, "+" leads to a trunk.
struct Routing : testing::Test {
  DirectorySnapshot directory;
  Policy policy;
  std::map<DeviceId, Station> stations;

  Routing() {
    DirectoryEntries entries;
    for (int number = 5000; number < 5010; ++number) {
      Device device;
      device.phone_number = std::to_string(number);
      device.id = DeviceId{"device-" + device.phone_number};
      stations[device.id].device = device.id;
      entries.devices.push_back(device);
    }
    entries.trunks.push_back({TrunkId{"pstn"}, Endpoint{}, {"+"}});
    Queue queue;
    queue.id = QueueId{"service"};
    queue.phone_number = "8000";
    entries.queues.push_back(queue);
    directory = std::make_shared<const Directory>(entries);
  }
  Station& at(int number) { return stations.at(DeviceId{"device-" + std::to_string(number)}); }
  void forward(int from, const std::string& to) { at(from).forward_to = to; }
  Route to(const std::string& number, std::size_t diverted = 0, bool from_outside = false) {
    Leg caller;
    if (!from_outside) caller.device = DeviceId{"device-5000"};
    Surroundings around{*directory, policy, {}, {}, {}, std::nullopt, TimePoint{}};
    around.station_of = [this](const DeviceId& device) {
      const auto found = stations.find(device);
      return found == stations.end() ? nullptr : &found->second;
    };
    return route(around, number, caller, diverted);
  }
  std::string name(const std::string& number, std::size_t diverted = 0, bool from_outside = false) {
    const Route way = to(number, diverted, from_outside);
    if (const auto* device = std::get_if<DeviceId>(&way.to)) return device->value;
    if (const auto* queue = std::get_if<QueueId>(&way.to)) return queue->value;
    if (std::get_if<TrunkId>(&way.to)) return "trunk";
    switch (std::get<ReleaseCause>(way.to)) {
      case ReleaseCause::Busy:
        return "busy";
      case ReleaseCause::WrongNumber:
        return "nobody";
      case ReleaseCause::ForwardingLoop:
        return "circle";
      case ReleaseCause::TooManyForwards:
        return "too often";
      default:
        return "?";
    }
  }
};

TEST_F(Routing, of_numbers_that_nobody_forwards) {
  EXPECT_EQ(name("5001"), "device-5001");
  EXPECT_EQ(name("5000"), "busy") << "themselves";
  EXPECT_EQ(name("8000"), "service");
  EXPECT_EQ(name("+49"), "trunk");
  EXPECT_EQ(name("+49", 0, true), "nobody") << "from a trunk to a trunk";
  EXPECT_EQ(name("7777"), "nobody");
  EXPECT_EQ(name(""), "nobody");
  at(5001).do_not_disturb = true;
  EXPECT_EQ(name("5001"), "busy");
  EXPECT_TRUE(to("5002").diverted.by.empty());
}

TEST_F(Routing, follows_forwarding_to_its_end) {
  forward(5001, "5002");
  forward(5002, "5003");
  const Route way = to("5001", 2);
  EXPECT_EQ(way.number, "5003");
  EXPECT_EQ(way.diverted, (Diversions{{"5001", "5002"}, 2}));
  forward(5003, "8000");
  EXPECT_EQ(name("5001"), "service");
  forward(5003, "+49");
  EXPECT_EQ(name("5001"), "trunk");
  EXPECT_EQ(name("5001", 0, true), "trunk") << "their user wants it so";
  forward(5003, "7777");
  EXPECT_EQ(name("5001"), "nobody");
}

TEST_F(Routing, forwarding_goes_before_do_not_disturb) {
  at(5001).do_not_disturb = true;
  forward(5001, "5002");
  EXPECT_EQ(name("5001"), "device-5002");
  at(5002).do_not_disturb = true;
  EXPECT_EQ(name("5001"), "busy");
}

TEST_F(Routing, a_circle_is_found_and_who_calls_through_it_to_themselves_is_busy) {
  forward(5001, "5002");
  forward(5002, "5001");
  EXPECT_EQ(name("5001"), "circle");
  EXPECT_EQ(name("5002"), "circle");
  forward(5003, "5001");
  EXPECT_EQ(name("5003"), "circle") << "that one comes in from beside it";
  forward(5002, "5000");
  EXPECT_EQ(name("5001"), "busy");
  forward(5000, "5004");
  EXPECT_EQ(name("5001"), "busy") << "their own phone, forwarded or not";
  forward(5005, "5005");
  EXPECT_EQ(name("5005"), "circle");
}

TEST_F(Routing, a_call_is_diverted_five_times_at_most_wherever) {
  for (int number = 5001; number < 5006; ++number) forward(number, std::to_string(number + 1));
  EXPECT_EQ(name("5001"), "device-5006");
  EXPECT_EQ(to("5001").diverted.count(), kMostDiversions);
  EXPECT_EQ(name("5001", 1), "too often");
  forward(5006, "5007");
  EXPECT_EQ(name("5001"), "too often");
  EXPECT_EQ(name("5006", 4), "device-5007");
  EXPECT_EQ(name("5006", 5), "too often");
  EXPECT_EQ(name("5007", 5), "device-5007") << "it is not forwarded";
}

}  // namespace
}  // namespace earshot::core
