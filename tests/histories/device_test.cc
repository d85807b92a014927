// What each device may do, as the pages list it (supervision-and-devices.md §A.6, §B.3), and that
// exactly this is accepted, on random days too.

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <string>

#include "core/capabilities.h"
#include "core/floor.h"
#include "tests/histories/pages.h"

namespace earshot::core {
namespace {

using enum Operation;
using pages::Set;
using pages::text;

const DeviceId kOwn{"device-5001"}, kOther{"device-5002"};

DeviceRequest request_for(Operation operation) {
  DeviceRequest request{operation};
  request.target = kOther;
  request.destination = "5002";
  return request;
}

constexpr std::array kDeviceOperations{ListenIn,          Coach,
                                       BargeIn,           CancelSupervisorMonitoring,
                                       ForwardCallsOn,    ForwardCallsOff,
                                       DoNotDisturbOn,    DoNotDisturbOff,
                                       MuteMonitoredUser, UnmuteMonitoredUser};

/// A day of one supervisor, or agent, at 5001, and of an agent at 5002.
struct Desks {
  Floor floor;
  Policy policy;
  std::mt19937 random;
  const User* owner;

  explicit Desks(std::uint32_t seed) : random(seed) {
    DirectoryEntries entries;
    for (const DeviceId& id : {kOwn, kOther}) {
      Device device;
      device.id = id;
      device.phone_number = id.value.substr(7);
      entries.devices.push_back(device);
      User user;
      user.id = UserId{"user-" + device.phone_number};
      user.default_device = id;
      user.roles = {Role::Agent};
      if (seed % 2) user.roles.push_back(Role::Supervisor);
      entries.users.push_back(user);
    }
    floor = open_floor(std::make_shared<const Directory>(entries));
    owner = floor.directory->owner_of(kOwn);
  }
  const Station& station() const { return floor.desk(kOwn)->station; }
  bool take(const FloorFact& fact) {
    if (refusal_of(floor, fact, policy)) return false;
    floor = decide(std::move(floor), fact, policy, TimePoint{}).floor;
    return true;
  }
  std::uint32_t draw(std::uint32_t below) { return std::uint32_t(random() % below); }
  void go_on() {
    const UserId user{"user-5001"};
    switch (draw(6)) {
      case 0:
        take(PhoneRegistered{kOwn, draw(4) > 0});
        return;
      case 1:
        take(SessionAsked{user, {}});
        return;
      case 2:
        take(StateAsked{user, std::array{Ready, NotReady, AuxWork, Offline}[draw(4)]});
        return;
      default:
        take(DeviceAsked{user, kOwn,
                         request_for(kDeviceOperations[draw(kDeviceOperations.size())])});
    }
  }
};

TEST(DeviceCapabilities, are_those_of_the_pages_on_any_day_and_exactly_these_are_accepted) {
  std::map<Operation, int> seen;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    Desks desks{seed};
    for (int step = 0; step < 100; ++step) {
      desks.go_on();
      const auto capable = capabilities(desks.station(), desks.owner);
      const Set listed{capable.begin(), capable.end()};
      ASSERT_EQ(capable.size(), listed.size()) << "one twice";
      ASSERT_EQ(text(listed), text(pages::listed(desks.station(), *desks.owner))) << seed;
      for (const Operation operation : kDeviceOperations) {
        const bool is_muting = operation == MuteMonitoredUser || operation == UnmuteMonitoredUser;
        if (is_muting) continue;  // the call's matter
        const auto refused =
            refusal_of(desks.floor, DeviceAsked{UserId{"user-5001"}, kOwn, request_for(operation)},
                       desks.policy);
        ASSERT_EQ(!refused, listed.contains(operation)) << name_of(operation) << " on day " << seed;
        if (!refused) {
          ++seen[operation];
          continue;
        }
        const bool wants_role = is_for_supervisors(operation) && seed % 2 == 0;
        ASSERT_EQ(refused->code, wants_role ? RefusalCode::RoleMissing : RefusalCode::NotAllowedNow)
            << name_of(operation);
      }
    }
  }
  for (const Operation operation :
       {ListenIn, Coach, BargeIn, CancelSupervisorMonitoring, ForwardCallsOn, ForwardCallsOff,
        DoNotDisturbOn, DoNotDisturbOff})
    EXPECT_GT(seen[operation], 100) << name_of(operation) << ": the days are too quiet";
}

}  // namespace
}  // namespace earshot::core
