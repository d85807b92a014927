#include "view/operation_json.h"

#include <gtest/gtest.h>

#include "view/api_fault.h"

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
               "operationName: no such operation"},
           Bad{R"({"operationName":"Ready"})", ParameterInvalid,
               "operationName: Ready is no operation of a call"},
           Bad{R"({"operationName":"SingleStepTransfer","destination":"5002"})", ParameterInvalid,
               "destination: an object with phoneNumber is expected"},
           Bad{R"({"operationName":"SingleStepTransfer","destination":{}})", ParameterMissing,
               "destination.phoneNumber is required"},
           Bad{R"({"operationName":"AttachUserData","userData":{"a":null}})", ParameterInvalid,
               "userData: null is no value"},
           Bad{R"({"operationName":"SendDtmf","digits":12})", ParameterInvalid,
               "digits: a string is expected"},
       }) {
    const auto request = parse_call_request(bad.body);
    ASSERT_FALSE(request) << bad.body;
    EXPECT_EQ(request.error().code, bad.code) << bad.body;
    EXPECT_EQ(request.error().message, bad.message);
  }
}

TEST(OperationJson, a_device_request_takes_its_target_in_every_form) {
  for (const char* form :
       {"http://elsewhere/api/v2/devices/d-1", "/devices/d-1", "d-1", "/api/v2/devices/d-1/"}) {
    const auto request =
        parse_device_request(R"({"operationName":"Coach","supervisorMonitoringScope":"Agent",)"
                             R"("supervisorMonitoringMode":"NextCall","targetDeviceUri":")" +
                             std::string{form} + "\"}");
    ASSERT_TRUE(request) << form;
    EXPECT_EQ(request->target, DeviceId{"d-1"});
    EXPECT_EQ(request->scope, MonitoringScope::Agent);
    EXPECT_EQ(request->mode, MonitoringMode::NextCall);
  }
}

TEST(OperationJson, a_typo_does_not_widen_the_scope) {
  const auto request = parse_device_request(
      R"({"operationName":"Coach","targetDeviceUri":"d","supervisorMonitoringScope":"agent"})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().message, "supervisorMonitoringScope: Agent or Call is expected");
}

TEST(OperationJson, dial_needs_a_number) {
  EXPECT_EQ(parse_dial_request(R"({"operationName":"Dial"})").error().code, ParameterMissing);
  EXPECT_EQ(parse_dial_request(R"({"operationName":"Dial","destination":{"phoneNumber":"5 0"}})")
                .error()
                .code,
            ParameterInvalid);
  const auto request = parse_dial_request(
      R"({"operationName":"Dial","destination":{"phoneNumber":"5001"},"userData":{"a":{"b":1}}})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->destination, "5001");
  EXPECT_EQ(request->user_data.size(), 1u);
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

}  // namespace
}  // namespace earshot::view
