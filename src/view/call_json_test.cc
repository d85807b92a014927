#include "view/call_json.h"

#include <gtest/gtest.h>

#include <set>

#include "view/notification_json.h"

namespace earshot::view {
namespace {

using enum Operation;

CallView seeds_call() {
  CallView call;
  call.id = CallId{"011DJV5JI898NB2L04000VTAES00000I"};
  call.conn_id = "007102385535e00e";
  call.device = DeviceId{"efe1ab32-53f9-43ce-b65e-5768c61f7d4a"};
  call.phone_number = "5005";
  call.state = CallViewState::Established;
  call.participants = {{"5000", true}, {"5001", true}};
  call.dnis = "5001";
  call.capabilities = {AttachUserData,
                       InitiateConference,
                       UpdateUserData,
                       Hold,
                       SingleStepTransfer,
                       DeleteUserData,
                       SingleStepConference,
                       Hangup,
                       DeleteUserDataPair,
                       SendDtmf,
                       InitiateTransfer,
                       SwitchToBargeIn,
                       RemoveParticipantFromConference};
  call.duration = seconds{75};
  call.mute = true;
  return call;
}

// The page SwitchToListenIn of the Voice API, with `monitoring` beside (decisions A1).
constexpr std::string_view kSeed = R"({"data":{"notificationType":"StatusChange","call":{
  "id":"011DJV5JI898NB2L04000VTAES00000I","state":"Established",
  "callUuid":"011DJV5JI898NB2L04000VTAES00000I","connId":"007102385535e00e",
  "deviceUri":"http://127.0.0.1:8080/api/v2/devices/efe1ab32-53f9-43ce-b65e-5768c61f7d4a",
  "participants":[
    {"e164Number":"","formattedPhoneNumber":"5000","phoneNumber":"5000","digits":"5000"},
    {"e164Number":"","formattedPhoneNumber":"5001","phoneNumber":"5001","digits":"5001"}],
  "dnis":"5001","callType":"Internal",
  "capabilities":["AttachUserData","InitiateConference","UpdateUserData","Hold",
    "SingleStepTransfer","DeleteUserData","SingleStepConference","Hangup","DeleteUserDataPair",
    "SendDtmf","InitiateTransfer","SwitchToBargeIn","RemoveParticipantFromConference"],
  "duration":"75","mute":"On","supervisorListeningIn":false,"monitoredUserMuted":false,
  "monitoring":false,
  "uri":"http://127.0.0.1:8080/api/v2/me/calls/011DJV5JI898NB2L04000VTAES00000I",
  "path":"calls/011DJV5JI898NB2L04000VTAES00000I"},
  "phoneNumber":"5005","extensions":{"WrapUpTime":0,"BusinessCall":0},
  "messageType":"CallStateChangeMessage"},"channel":"/v2/me/calls"})";

const ViewSettings kNamed{.base = "http://127.0.0.1:8080/api/v2"};

TEST(CallJson, the_seeds_notification_comes_out_by_value_and_type) {
  const auto told = notifications_of(
      CallEvent{UserId{"u"}, CallNotification::StatusChange, seeds_call(), {}}, kNamed);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].channel, "/v2/me/calls");
  EXPECT_EQ(*json::parse(told[0].message_json), *json::parse(kSeed));
}

TEST(CallJson, the_later_path_form_is_a_setting) {
  ViewSettings settings;
  settings.call_path_slash = true;
  EXPECT_EQ(call_json(seeds_call(), settings).at("path"),
            "/calls/011DJV5JI898NB2L04000VTAES00000I");
}

TEST(CallJson, an_outsider_has_an_e164_number) {
  CallView call = seeds_call();
  call.participants = {{"+4930123", false}, {"anonymous", false}};
  call.ani = "+4930123";
  call.type = CallType::Inbound;
  call.user_data = {{"Case", {std::string{"A-17"}}}, {"n", {std::int64_t{3}}}};
  const auto out = call_json(call, {});
  EXPECT_EQ(json::serialize(out.at("participants")),
            R"([{"e164Number":"+4930123","formattedPhoneNumber":"+49 30 123",)"
            R"("phoneNumber":"+4930123","digits":"4930123"},)"
            R"({"e164Number":"","formattedPhoneNumber":"anonymous",)"
            R"("phoneNumber":"anonymous","digits":"anonymous"}])");
  EXPECT_EQ(out.at("ani"), "+4930123");
  EXPECT_EQ(json::serialize(out.at("userData")), R"({"Case":"A-17","n":3})");
}

TEST(CallJson, user_data_is_absent_when_empty) {
  EXPECT_FALSE(call_json(seeds_call(), {}).contains("userData"));
}

TEST(NotificationJson, a_failed_operation_names_itself) {
  const auto told = notifications_of(CallEvent{UserId{"u"}, CallNotification::Error, seeds_call(),
                                               OperationFailure{Dial, 4, "the number is busy"}},
                                     {});
  const auto data = json::parse(told[0].message_json)->at("data");
  EXPECT_EQ(data.at("notificationType"), "Error");
  EXPECT_EQ(data.at("messageType"), "CallStateChangeMessage");
  EXPECT_EQ(data.at("operationName"), "Dial");
  EXPECT_EQ(data.at("errorCode"), 4);
  EXPECT_EQ(data.at("errorMessage"), "the number is busy");
  EXPECT_FALSE(data.as_object().contains("extensions"));
}

TEST(NotificationJson, a_change_of_voice_state_is_told_on_both_channels) {
  DeviceView device;
  device.id = DeviceId{"d"};
  device.phone_number = "5005";
  device.active = true;
  device.agent_state = AgentState::Ready;
  device.capabilities = {ListenIn};
  device.monitoring = MonitoringSubscription{SupervisorMode::Coach, MonitoringMode::NextCall,
                                             MonitoringScope::Agent, DeviceId{"t"}};
  const auto told = notifications_of(DeviceEvent{UserId{"u"}, device, true}, kNamed);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].channel, "/v2/me/devices");
  EXPECT_EQ(told[1].channel, "/v2/me/channels");
  const auto shown = json::parse(told[0].message_json)->at("data").at("devices").at(0);
  EXPECT_EQ(shown.at("deviceState"), "Active");
  EXPECT_EQ(shown.at("userState").at("id"), "9430250E-0A1B-421F-B372-F29E69366DED");
  EXPECT_EQ(json::serialize(shown.at("supervisorMonitoringState")),
            R"({"state":"Coach","mode":"NextCall","scope":"Agent",)"
            R"("targetDeviceUri":"http://127.0.0.1:8080/api/v2/devices/t"})");
  device.monitoring.reset();
  const auto plain = notifications_of(DeviceEvent{UserId{"u"}, device, false}, {});
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(plain[0].message_json.find("supervisorMonitoringState"), std::string::npos);
}

TEST(CallVersion, changes_with_whatever_is_shown_but_the_duration) {
  const ViewSettings settings;
  const std::string version = call_version(seeds_call(), settings);
  EXPECT_EQ(version.size(), 32u);
  CallView later = seeds_call();
  later.duration += seconds{1};
  EXPECT_EQ(call_version(later, settings), version);

  std::set<std::string> versions{version};
  const auto expect_another = [&](CallView call) {
    EXPECT_TRUE(versions.insert(call_version(call, settings)).second)
        << json::serialize(call_json(call, settings));
  };
  CallView call = seeds_call();
  expect_another((call.state = CallViewState::Held, call));
  expect_another((call.participants.pop_back(), call));
  expect_another((call.capabilities.pop_back(), call));
  expect_another((call.user_data["Case"] = UserDataValue{"A-17"}, call));
  expect_another((call.user_data["Case"] = UserDataValue{"B-18"}, call));
  expect_another((call.mute = false, call));
  expect_another((call.supervisor_listening_in = true, call));
  expect_another((call.monitored_user_muted = true, call));
  expect_another((call.parent = CallId{"P"}, call));
  expect_another((call.conn_id = "00", call));
}

}  // namespace
}  // namespace earshot::view
