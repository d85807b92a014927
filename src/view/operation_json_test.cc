#include "view/operation_json.h"

#include <gtest/gtest.h>

#include "view/api_fault.h"
#include "view/availability_json.h"

namespace earshot::view {
namespace {

struct Bad {
  const char* body;
  RefusalCode code;
  const char* message;
};

using enum RefusalCode;

TEST(OperationJson, a_bad_call_request_is_refused_and_the_field_named) {
  for (const Bad& bad : {
           Bad{"", ParameterInvalid, "body: not JSON at byte 0: incomplete JSON"},
           Bad{"[]", ParameterInvalid, "body: an object is expected"},
           Bad{"{}", ParameterMissing, "operationName is required"},
           Bad{R"({"operationName":7})", ParameterInvalid, "operationName: a string is expected"},
           Bad{R"({"operationName":"switchtolistenin"})", ParameterInvalid,
               "operationName: there is no such operation"},
           Bad{R"({"operationName":"Ready"})", ParameterInvalid,
               "operationName: Ready is not an operation of a call"},
           Bad{R"({"operationName":"SingleStepTransfer","destination":"5002"})", ParameterInvalid,
               "destination: an object with phoneNumber is expected"},
           Bad{R"({"operationName":"SingleStepTransfer","destination":{}})", ParameterMissing,
               "destination.phoneNumber is required"},
           Bad{R"({"operationName":"AttachUserData","userData":{"a":null}})", ParameterInvalid,
               "userData: null is not a value"},
           Bad{R"({"operationName":"SendDtmf","digits":12})", ParameterInvalid,
               "digits: a string is expected"},
       }) {
    const auto request = parse_call_request(bad.body);
    ASSERT_FALSE(request) << bad.body;
    EXPECT_EQ(request.error().code, bad.code) << bad.body;
    EXPECT_EQ(request.error().message, bad.message);
  }
}

/// As the public .NET client writes them.
TEST(OperationJson, members_that_are_null_count_as_left_out) {
  const auto call = parse_call_request(
      R"({"operationName":"SetCallDisposition","destination":null,"userData":null,)"
      R"("participant":null,"digits":null,"key":null,"otherCallUri":null,"consultCallUri":null,)"
      R"("callUri":null,"callUuid":null,"disposition":null,"dispositionKey":null})");
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_FALSE(call->destination || call->user_data || call->participant || call->digits);
  EXPECT_FALSE(call->key || call->other_call || call->consult_call || call->call);
  EXPECT_FALSE(call->disposition || call->disposition_key);

  const auto device = parse_device_request(
      R"({"operationName":"ListenIn","targetDeviceUri":null,"phoneNumber":"5001",)"
      R"("supervisorMonitoringScope":null,"supervisorMonitoringMode":null})");
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_FALSE(std::get<DeviceRequest>(*device).target);
  EXPECT_FALSE(std::get<DeviceRequest>(*device).scope || std::get<DeviceRequest>(*device).mode);

  const auto me = parse_me_request(
      R"({"operationName":"StartContactCenterSession","channels":["voice"],"loginCode":null,)"
      R"("queue":null,"devicePath":null})");
  ASSERT_TRUE(me) << me.error().message;
  EXPECT_FALSE(me->session.device);

  const auto dial = parse_dial_request(
      R"({"operationName":"Dial","destination":{"phoneNumber":"5002"},"userData":null})");
  ASSERT_TRUE(dial) << dial.error().message;
}

TEST(OperationJson, a_required_member_that_is_null_is_missing) {
  EXPECT_EQ(parse_me_request(R"({"operationName":null})").error().message,
            "operationName is required");
  EXPECT_EQ(parse_me_request(R"({"operationName":"StartContactCenterSession","channels":null})")
                .error()
                .code,
            ParameterMissing);
  for (const char* destination : {"null", R"({"phoneNumber":null})"})
    EXPECT_EQ(parse_dial_request(R"({"operationName":"Dial","destination":)" +
                                 std::string{destination} + "}")
                  .error()
                  .code,
              ParameterMissing);
}

TEST(OperationJson, a_byte_order_mark_is_passed_over) {
  EXPECT_TRUE(parse_state_request("\xEF\xBB\xBF{\"operationName\":\"Ready\"}"));
  EXPECT_EQ(parse_state_request("\xEF\xBB\xBF{]").error().message,
            "body: not JSON at byte 4: syntax error");
}

TEST(OperationJson, a_device_request_takes_its_target_in_every_form) {
  for (const char* form :
       {"http://elsewhere/api/v2/devices/d-1", "/devices/d-1", "d-1", "/api/v2/devices/d-1/"}) {
    const auto request =
        parse_device_request(R"({"operationName":"Coach","supervisorMonitoringScope":"Agent",)"
                             R"("supervisorMonitoringMode":"NextCall","targetDeviceUri":")" +
                             std::string{form} + "\"}");
    ASSERT_TRUE(request) << form;
    const auto& device = std::get<DeviceRequest>(*request);
    EXPECT_EQ(device.target, DeviceId{"d-1"});
    EXPECT_EQ(device.scope, MonitoringScope::Agent);
    EXPECT_EQ(device.mode, MonitoringMode::NextCall);
  }
}

TEST(OperationJson, a_typo_does_not_widen_the_scope) {
  const auto request = parse_device_request(
      R"({"operationName":"Coach","targetDeviceUri":"d","supervisorMonitoringScope":"agent"})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().message, "supervisorMonitoringScope: Agent or Call is expected");
}

TEST(OperationJson, a_disposition_posted_to_a_device_names_its_call) {
  const std::string start = R"({"operationName":"SetCallDisposition","disposition":"Sold")";
  for (const char* named :
       {R"("callUuid":"C1")", R"("callUri":"http://elsewhere/api/v2/calls/C1")",
        R"("callUuid":"C1","callUri":"/me/calls/C1/","userData":{"a":"b"},"phoneNumber":7)"}) {
    const auto request = parse_device_request(start + "," + named + "}");
    ASSERT_TRUE(request) << named;
    EXPECT_EQ(std::get<CallRequest>(*request).call, CallId{"C1"});
    EXPECT_EQ(std::get<CallRequest>(*request).disposition, "Sold");
  }
  for (const Bad& bad : {
           Bad{"", ParameterMissing, "callUuid is required"},
           Bad{R"(,"callUuid":7)", ParameterInvalid, "callUuid: a string is expected"},
           Bad{R"(,"callUuid":"C1","callUri":"calls/C2")", ParameterInvalid,
               "callUuid: callUri names another call"},
       }) {
    const auto request = parse_device_request(start + bad.body + "}");
    ASSERT_FALSE(request) << bad.body;
    EXPECT_EQ(request.error().code, bad.code) << bad.body;
    EXPECT_EQ(request.error().message, bad.message);
  }
}

TEST(OperationJson, dial_needs_a_number) {
  EXPECT_EQ(parse_dial_request(R"({"operationName":"Dial"})").error().code, ParameterMissing);
  EXPECT_EQ(parse_dial_request(R"({"operationName":"Dial","destination":{"phoneNumber":"5@0"}})")
                .error()
                .code,
            ParameterInvalid);
  const auto request = parse_dial_request(
      R"({"operationName":"Dial","destination":{"phoneNumber":"5001"},"userData":{"a":{"b":1}}})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->destination, "5001");
  EXPECT_EQ(request->user_data.size(), 1u);
}

TEST(OperationJson, a_number_may_be_written_as_it_is_shown) {
  for (const std::string written : {"+1 415-555-0123", "+1 (415) 555-0123", "tel:+1.415.555.0123",
                                    "+14155550123;phone-context=example.com"}) {
    const auto dial = parse_dial_request(
        R"({"operationName":"Dial","destination":{"phoneNumber":")" + written + R"("}})");
    ASSERT_TRUE(dial) << written;
    EXPECT_EQ(dial->destination, "+14155550123");
    const auto removal =
        parse_call_request(R"({"operationName":"RemoveParticipantFromConference","participant":")" +
                           written + R"("})");
    ASSERT_TRUE(removal) << written;
    EXPECT_EQ(removal->participant, "+14155550123");
  }
}

TEST(OperationJson, a_session_without_a_channel_is_refused) {
  for (const char* none : {"[]", "[null]", "\"voice\"", "{}"}) {
    const auto request = parse_me_request(
        R"({"operationName":"StartContactCenterSession","channels":)" + std::string{none} + "}");
    ASSERT_FALSE(request) << none;
    EXPECT_EQ(request.error().code, ParameterInvalid) << none;
  }
}

TEST(OperationJson, a_session_names_its_channels) {
  EXPECT_EQ(parse_me_request(R"({"operationName":"StartContactCenterSession"})").error().message,
            "channels is required");
  const auto request = parse_me_request(
      R"({"operationName":"StartContactCenterSession","channels":["voice","chat"]})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->session.channels, (std::vector<std::string>{"voice", "chat"}));
}

TEST(ApiFault, has_the_documented_numbers) {
  EXPECT_EQ(fault_json({NotAllowedNow, "no"}), R"({"statusCode":3,"statusMessage":"no"})");
  EXPECT_EQ(fault_of(NotAuthenticated).http_status, 403);
  EXPECT_EQ(fault_of(InUse).status_code, 19);
}

TEST(ApiFault, a_refusal_has_two_members_and_a_dry_run_tells_more) {
  static constexpr Obstacle kObstacle{"NotHeld", "The call is not held.", "Hold it first."};
  const Refusal not_held{NotAllowedNow, "no", &kObstacle};
  EXPECT_EQ(outcome_json(success()), R"({"statusCode":0})");
  EXPECT_EQ(outcome_json(Error{not_held}), R"({"statusCode":3,"statusMessage":"no"})");
  EXPECT_EQ(dry_run_json(success()), R"({"statusCode":0,"dryRun":true})");
  EXPECT_EQ(dry_run_json(Error{Refusal{ParameterMissing, "digits is required"}}),
            R"({"statusCode":1,"statusMessage":"digits is required","dryRun":true})");
  EXPECT_EQ(dry_run_json(Error{not_held}), R"({"statusCode":3,"statusMessage":"no","dryRun":true,)"
                                           R"("reasonCode":"NotHeld","remedy":"Hold it first."})");
}

TEST(ApiFault, has_numbers_for_safe_commands) {
  EXPECT_EQ(fault_of(VersionMismatch).http_status, 412);
  EXPECT_EQ(fault_of(KeyReused).http_status, 422);
  EXPECT_EQ(fault_of(TooManyKeys).http_status, 429);
  for (const auto code : {VersionMismatch, KeyReused, TooManyKeys})
    EXPECT_EQ(fault_of(code).status_code, 2);
}

TEST(AvailabilityJson, tells_what_is_in_the_way) {
  static constexpr Obstacle kObstacle{"NotHeld", "The call is not held.", "Hold it first."};
  const std::vector<Availability> both{{Operation::Hold, nullptr},
                                       {Operation::Retrieve, &kObstacle}};
  EXPECT_EQ(json::serialize(availabilities_json(both)),
            R"([{"operationName":"Hold","available":true},)"
            R"({"operationName":"Retrieve","available":false,"reasonCode":"NotHeld",)"
            R"("reason":"The call is not held.","remedy":"Hold it first."}])");
}

}  // namespace
}  // namespace earshot::view
