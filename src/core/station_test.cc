#include "core/station.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace earshot::core {
namespace {

using enum Operation;

/// 5001 is an agent's, 5005 and 5006 are supervisors', 5000 is nobody's.
struct Stations : testing::Test {
  DirectoryEntries entries;
  DirectorySnapshot directory;  ///< of the entries as they are
  SupervisionSettings supervision;
  std::vector<Station> stations;

  Stations() {
    for (const char* number : {"5000", "5001", "5005", "5006"}) {
      Device device;
      device.id = DeviceId{number};
      device.phone_number = number;
      entries.devices.push_back(device);
      Station station;
      station.device = device.id;
      station.registered = true;
      station.agent_state = AgentState::NotReady;
      stations.push_back(station);
      if (device.phone_number == "5000") continue;
      User user;
      user.id = UserId{number};
      user.default_device = device.id;
      user.roles = {device.phone_number == "5001" ? Role::Agent : Role::Supervisor};
      entries.users.push_back(user);
    }
  }
  Station& at(const char* number) {
    return *std::find_if(stations.begin(), stations.end(),
                         [&](const Station& each) { return each.device.value == number; });
  }
  Result<Station, Refusal> ask(const char* number, Operation operation,
                               std::optional<std::string> target = std::nullopt) {
    DeviceRequest request;
    request.operation = operation;
    request.target_number = std::move(target);
    directory = std::make_shared<const Directory>(entries);
    const auto monitored_by = [&](const DeviceId& agent) -> std::optional<DeviceId> {
      for (const Station& each : stations)
        if (each.monitoring && each.monitoring->target == agent) return each.device;
      return std::nullopt;
    };
    return decide(at(number), request, {*directory, supervision, monitored_by});
  }
  RefusalCode refusal(const char* number, Operation operation,
                      std::optional<std::string> target = std::nullopt) {
    const auto asked = ask(number, operation, std::move(target));
    EXPECT_FALSE(asked) << name_of(operation);
    return asked ? RefusalCode::BackendFailure : asked.error().code;
  }
};

// supervision-and-devices.md §A.1
TEST_F(Stations, a_supervisor_subscribes_to_an_agent_in_the_mode_they_named) {
  const std::pair<Operation, SupervisorMode> modes[] = {{ListenIn, SupervisorMode::ListenIn},
                                                        {Coach, SupervisorMode::Coach},
                                                        {BargeIn, SupervisorMode::BargeIn}};
  for (const auto& [operation, mode] : modes) {
    supervision.default_mode = MonitoringMode::NextCall;
    supervision.default_scope = MonitoringScope::Agent;
    const auto next = ask("5005", operation, "5001");
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(next->monitoring, (MonitoringSubscription{mode, MonitoringMode::NextCall,
                                                        MonitoringScope::Agent, DeviceId{"5001"}}));
    at("5005") = *next;
    EXPECT_TRUE(ask("5005", ListenIn, "5001")) << "again, or in another mode";
  }
  const auto cancelled = ask("5005", CancelSupervisorMonitoring);
  ASSERT_TRUE(cancelled);
  EXPECT_FALSE(cancelled->monitoring);
}

TEST_F(Stations, an_agent_is_monitored_by_one_supervisor) {
  at("5006").monitoring = MonitoringSubscription{SupervisorMode::Coach, {}, {}, DeviceId{"5001"}};
  EXPECT_EQ(refusal("5005", ListenIn, "5001"), RefusalCode::InUse);
  at("5006").monitoring->target = DeviceId{"5005"};
  EXPECT_TRUE(ask("5005", ListenIn, "5001"));
}

TEST_F(Stations, only_supervisors_supervise) {
  for (const Operation operation : {ListenIn, Coach, BargeIn, CancelSupervisorMonitoring,
                                    MuteMonitoredUser, UnmuteMonitoredUser})
    for (const char* number : {"5001", "5000"})
      EXPECT_EQ(refusal(number, operation, "5006"), RefusalCode::RoleMissing) << number;
}

TEST_F(Stations, targets_that_cannot_be) {
  EXPECT_EQ(refusal("5005", ListenIn), RefusalCode::ParameterMissing);
  EXPECT_EQ(refusal("5005", ListenIn, "7777"), RefusalCode::NotFound);
  EXPECT_EQ(refusal("5005", ListenIn, "5005"), RefusalCode::ParameterInvalid) << "their own";
  EXPECT_EQ(refusal("5005", ListenIn, "5000"), RefusalCode::ParameterInvalid) << "nobody's";
}

TEST_F(Stations, who_is_logged_out_or_without_a_phone_supervises_nobody) {
  at("5005").agent_state = AgentState::LoggedOut;
  EXPECT_EQ(refusal("5005", ListenIn, "5001"), RefusalCode::NotAllowedNow);
  at("5005").agent_state = AgentState::Ready;
  at("5005").registered = false;
  EXPECT_EQ(refusal("5005", ListenIn, "5001"), RefusalCode::NotAllowedNow);
}

TEST_F(Stations, a_monitored_agent_is_muted_and_unmuted_in_turn) {
  EXPECT_EQ(refusal("5005", MuteMonitoredUser), RefusalCode::NotAllowedNow);
  at("5005").barging = Barging::AgentAudible;
  const auto muted = ask("5005", MuteMonitoredUser);
  ASSERT_TRUE(muted);
  EXPECT_EQ(*muted, at("5005")) << "the call changes, not the device";
  EXPECT_EQ(refusal("5005", UnmuteMonitoredUser), RefusalCode::NotAllowedNow);
  at("5005").barging = Barging::AgentMuted;
  EXPECT_TRUE(ask("5005", UnmuteMonitoredUser));
  EXPECT_EQ(refusal("5005", MuteMonitoredUser), RefusalCode::NotAllowedNow);
}

// §B.2
TEST_F(Stations, not_to_be_disturbed_is_switched_on_and_off_by_anybody) {
  for (const char* number : {"5001", "5005"}) {
    EXPECT_EQ(refusal(number, DoNotDisturbOff), RefusalCode::NotAllowedNow);
    const auto on = ask(number, DoNotDisturbOn);
    ASSERT_TRUE(on);
    EXPECT_TRUE(on->do_not_disturb);
    at(number) = *on;
    EXPECT_EQ(refusal(number, DoNotDisturbOn), RefusalCode::NotAllowedNow);
    const auto off = ask(number, DoNotDisturbOff);
    ASSERT_TRUE(off);
    EXPECT_FALSE(off->do_not_disturb);
  }
  at("5001").registered = false;
  EXPECT_EQ(refusal("5001", DoNotDisturbOff), RefusalCode::NotAllowedNow);
}

// §C.2
TEST_F(Stations, an_agents_state_follows_the_operation) {
  const std::pair<Operation, AgentState> states[] = {{Ready, AgentState::Ready},
                                                     {NotReady, AgentState::NotReady},
                                                     {AfterCallWork, AgentState::AfterCallWork},
                                                     {AuxWork, AgentState::AuxWork},
                                                     {Offline, AgentState::LoggedOut}};
  directory = std::make_shared<const Directory>(entries);
  for (const auto& [operation, state] : states) {
    const auto next = decide(at("5001"), StateRequest{operation}, *directory);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->agent_state, state);
  }
  const auto none = decide(at("5001"), StateRequest{Hold}, *directory);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, RefusalCode::ParameterInvalid);
  at("5001").agent_state = AgentState::LoggedOut;
  const auto early = decide(at("5001"), StateRequest{Ready}, *directory);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, RefusalCode::NotAllowedNow);
}

// rest-and-sessions.md §E.2
TEST_F(Stations, a_defined_state_is_what_its_administrator_says) {
  entries.agent_states = {{AgentStateId{"id-1"}, "Lunch", "Lunch break", AgentState::AuxWork, "17"},
                          {AgentStateId{"id-2"}, "Back", "Back again", AgentState::Ready, ""}};
  directory = std::make_shared<const Directory>(entries);
  const auto lunch = decide(at("5001"), StateRequest{std::nullopt, "Lunch"}, *directory);
  ASSERT_TRUE(lunch);
  EXPECT_EQ(lunch->agent_state, AgentState::AuxWork);
  EXPECT_EQ(lunch->label, (StateLabel{"id-1", "Lunch break"}));
  EXPECT_EQ(lunch->reason, "17");
  const auto ready = decide(*lunch, StateRequest{Ready}, *directory);
  ASSERT_TRUE(ready);
  EXPECT_FALSE(ready->label);
  EXPECT_EQ(ready->reason, "");
  EXPECT_EQ(decide(at("5001"), StateRequest{std::nullopt, "Back"}, *directory)->agent_state,
            AgentState::Ready);
  const auto unknown = decide(at("5001"), StateRequest{std::nullopt, "lunch"}, *directory);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message,
            "operationName: there is no such operation as \"lunch\" here. The states are Ready, "
            "NotReady, AfterCallWork, AuxWork, Offline, Lunch, Back.");
}

TEST_F(Stations, a_reason_is_kept_with_the_states_that_have_one) {
  directory = std::make_shared<const Directory>(entries);
  for (const Operation operation : {NotReady, AuxWork})
    EXPECT_EQ(decide(at("5001"), StateRequest{operation, "", "17"}, *directory)->reason, "17");
  for (const Operation operation : {Ready, AfterCallWork, Offline})
    EXPECT_EQ(decide(at("5001"), StateRequest{operation, "", "17"}, *directory)->reason, "");
}

TEST_F(Stations, logging_in_needs_a_phone_and_changes_no_state_that_is_there) {
  at("5001").registered = false;
  const auto without = log_in(at("5001"));
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, RefusalCode::BackendFailure);
  at("5001").registered = true;
  at("5001").agent_state = AgentState::Ready;
  EXPECT_EQ(log_in(at("5001"))->agent_state, AgentState::Ready);
  at("5001").agent_state = AgentState::LoggedOut;
  EXPECT_EQ(log_in(at("5001"))->agent_state, AgentState::NotReady);
}

}  // namespace
}  // namespace earshot::core
